"""US Standard Atmosphere 1976, 0 to 1000 km, by four-point interpolation of its tabulated logarithms.

NOAA/NASA/USAF, U.S. Standard Atmosphere, 1976 (NASA-TM-X-74335). The table's step is 500 m; interpolation adds
less than 0.05 % except across the kinks of the standard itself. The air turns with the Earth.
"""

from __future__ import annotations

from math import exp

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.us76_table import LOG_DENSITY, LOG_PRESSURE, SOUND_SPEED, STEP_M

_LOG_DENSITY = np.array(LOG_DENSITY)
_LOG_PRESSURE = np.array(LOG_PRESSURE)
_SOUND_SPEED = np.array(SOUND_SPEED)
TOP_M = STEP_M * (len(LOG_DENSITY) - 1)
"""Height in m above which there is no air in the model."""


@kernel
def _interpolate(table, height_m: float) -> float:
    u = height_m / STEP_M
    i = int(u)
    i = min(max(i, 1), table.size - 3)
    s = u - i
    a, b, c, d = table[i - 1], table[i], table[i + 1], table[i + 2]
    return (
        -a * s * (s - 1.0) * (s - 2.0) / 6.0
        + b * (s + 1.0) * (s - 1.0) * (s - 2.0) / 2.0
        - c * (s + 1.0) * s * (s - 2.0) / 2.0
        + d * (s + 1.0) * s * (s - 1.0) / 6.0
    )


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
