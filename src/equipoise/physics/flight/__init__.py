"""Flight from launch to impact: boost, coast, fall, and the search for a path."""
