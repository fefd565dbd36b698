"""Kernels that find launch windows, shots and slack."""
