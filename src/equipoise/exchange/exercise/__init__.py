"""The built-in exercise and the simulated world that tests the nodes."""
