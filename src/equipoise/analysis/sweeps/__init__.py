"""Sweeps: a study file, the rows that it stands for, and the cube that they make."""
