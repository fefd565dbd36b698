"""The main job: what needs what, and the names that Python users call."""
