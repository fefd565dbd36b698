"""US Standard Atmosphere 1976, 0 to 1000 km, by four-point interpolation of its tabulated logarithms.

NOAA/NASA/USAF, U.S. Standard Atmosphere, 1976 (NASA-TM-X-74335). The table's step is 500 m; interpolation adds
less than 0.05 % except across the kinks of the standard itself. The air turns with the Earth.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, floor

import numpy as np

from equipoise.numerics.cubic import hermite_rows
from equipoise.numerics.jit import kernel
from equipoise.numerics.lanes import fused, larger, rows, smaller
from equipoise.physics.environment.us76_table import LOG_DENSITY, LOG_PRESSURE, SOUND_SPEED, STEP_M

_LOG_DENSITY = np.array(LOG_DENSITY)
_LOG_PRESSURE = np.array(LOG_PRESSURE)
_SOUND_SPEED = np.array(SOUND_SPEED)
TOP_M = STEP_M * (len(LOG_DENSITY) - 1)
"""Height in m above which there is no air in the model."""


def _four_points(table: Sequence[float], height_m: float) -> float:
    """Return a table's value at a height; plain Python, so that tables are made at import without compiling."""
    u = height_m / STEP_M
    i = int(u)
    i = min(max(i, 1), len(table) - 3)
    s = u - i
    a, b, c, d = table[i - 1], table[i], table[i + 1], table[i + 2]
    return (
        -a * s * (s - 1.0) * (s - 2.0) / 6.0
        + b * (s + 1.0) * (s - 1.0) * (s - 2.0) / 2.0
        - c * (s + 1.0) * s * (s - 2.0) / 2.0
        + d * (s + 1.0) * s * (s - 1.0) / 6.0
    )


_interpolate = kernel(_four_points)


@kernel
def density(height_m: float) -> float:
    """Return air density in kg/m3; zero above 1000 km, the sea-level value below zero height."""
    if height_m >= TOP_M:
        return 0.0
    return exp(_interpolate(_LOG_DENSITY, max(height_m, 0.0)))


@kernel
def pressure(height_m: float) -> float:
    """Return air pressure in Pa; zero above 1000 km, the sea-level value below zero height."""
    if height_m >= TOP_M:
        return 0.0
    return exp(_interpolate(_LOG_PRESSURE, max(height_m, 0.0)))


@kernel
def sound_speed(height_m: float) -> float:
    """Return the speed of sound in m/s, constant above 86 km."""
    return _interpolate(_SOUND_SPEED, min(max(height_m, 0.0), TOP_M))


AIR_STEP_M = 200.0
AIR_TOP_M = 200e3
"""Where the air of the flight kernels ends; drag on a re-entry body is below 1e-5 of gravity there."""
HEAT_RATIO = 1.4
"""Ratio of specific heats of air."""


def _air_table() -> tuple[np.ndarray, np.ndarray]:
    """Return cubic coefficients of density (n, 4), and lines of inverse speed of sound and specific pressure (n, 4).

    Density is Hermite's cubic through the table's values and slopes: no exponential is left for the kernels,
    and against it the cubic adds 1e-8. The last row repeats, so that the top itself is inside.
    """
    height = np.arange(0.0, AIR_TOP_M + 2.0 * AIR_STEP_M, AIR_STEP_M)
    value, above, below = (
        np.exp([_four_points(LOG_DENSITY, max(h + d, 0.0)) for h in height]) for d in (0.0, 1.0, -1.0)
    )
    slope = (above - below) / np.where(height > 0.0, 2.0, 1.0) * AIR_STEP_M
    sound = np.array([_four_points(SOUND_SPEED, h) for h in height])
    inverse, heat = 1.0 / sound, sound**2 / HEAT_RATIO
    linear = np.column_stack((inverse[:-1], np.diff(inverse), heat[:-1], np.diff(heat)))
    return hermite_rows(value, slope), np.ascontiguousarray(linear)


_AIR_DENSITY, _AIR_LINES = _air_table()


@kernel
def air(height_m):
    """Return density (kg/m3), inverse speed of sound (s/m), pressure (Pa) for floats or lanes, 0 to 200 km.

    Below and above, the values of the ends: the kernels leave the air out above :data:`AIR_TOP_M`. Pressure is density
    times the squared speed of sound over the ratio of heats, which holds below 86 km, where the air is mixed.
    """
    u = smaller(larger(height_m, 0.0), AIR_TOP_M) * (1.0 / AIR_STEP_M)
    i = floor(u)
    s = u - i
    c0, c1, c2, c3 = rows(_AIR_DENSITY, i)
    d0, d1, e0, e1 = rows(_AIR_LINES, i)
    density_kg_m3 = fused(s, fused(s, fused(s, c3, c2), c1), c0)
    return density_kg_m3, d0 + s * d1, density_kg_m3 * (e0 + s * e1)
