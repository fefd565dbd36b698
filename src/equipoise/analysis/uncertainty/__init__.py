"""How sure a number is: what moves it, where a verdict flips, and how it spreads over the ranges of the inputs."""
