"""Piecewise cubics on a regular grid, in the form that kernels read: four coefficients a row."""

from __future__ import annotations

import numpy as np


def hermite_rows(value: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return coefficients (n - 1, 4), constant term first, of the cubics through ``value`` with ``slope`` per step."""
    rise = np.diff(value)
    bend = slope[:-1] + slope[1:]
    return np.ascontiguousarray(
        np.column_stack((value[:-1], slope[:-1], 3.0 * rise - slope[:-1] - bend, bend - 2.0 * rise))
    )
