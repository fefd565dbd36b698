"""US Standard Atmosphere 1976 every 500 m from 0 to 1000 km, from a table that builders/atmosphere.py makes.

Within 0.1 % of the printed standard's densities at all heights.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np

STEP_M = 500.0


def _columns() -> tuple[tuple[float, ...], ...]:
    """Return the table's columns, in its order."""
    with (files(__package__) / "data/us76.csv").open(encoding="utf-8") as table:
        rows = np.loadtxt(table, delimiter=",", skiprows=1)
    return tuple(tuple(column.tolist()) for column in rows.T)


LOG_DENSITY, LOG_PRESSURE, SOUND_SPEED = _columns()
"""Natural logarithms of density (kg/m3) and pressure (Pa), and the speed of sound (m/s), constant above 86 km."""
