"""Drag coefficients over Mach number: published points, made into one cubic per twentieth of a Mach.

The cubic is Fritsch and Carlson's monotone one (SIAM J. Numer. Anal. 17, 1980), so that no wiggle is added between the
points; outside the table the end value holds. Integrators of high order need the smooth form.
"""

from __future__ import annotations

from math import floor

import numpy as np

from equipoise.foundation.errors import DomainError, unknown_name
from equipoise.numerics.cubic import hermite_rows
from equipoise.numerics.jit import kernel
from equipoise.numerics.lanes import fused, rows, smaller

STEP_MACH = 0.05
TOP_MACH = 20.0

# Mach numbers and coefficients on the cross-section.
DRAG_TABLES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    # G. Forden, Science & Global Security 15 (2007), fig. 1, as transcribed in public.
    "forden": ((0.0, 0.85, 1.0, 1.2, 2.0, 4.5), (0.20, 0.20, 0.27, 0.27, 0.20, 0.20)),
    # V-2 body, G. Sutton, Rocket Propulsion Elements, 3rd ed., p. 119, as listed in public parameter sets.
    "v2": ((0.0, 0.8, 1.0, 1.18, 2.0, 3.0, 5.0), (0.15, 0.18, 0.30, 0.42, 0.24, 0.21, 0.155)),
    # Large solid and large liquid rockets, as listed in public parameter sets.
    "large-solid": (
        (0.0, 0.5, 0.8, 1.0, 1.2, 2.0, 3.0, 4.0, 6.0),
        (0.1007, 0.1099, 0.1486, 0.2402, 0.3618, 0.2682, 0.1859, 0.1354, 0.1010),
    ),
    "large-liquid": ((0.0, 1.0, 1.18, 2.0, 4.0, 6.0), (0.2007, 0.3402, 0.4747, 0.3430, 0.1626, 0.1134)),
}
CONSTANT = "constant"
"""Name of the table that is 1 at every speed, for bodies given by one ballistic coefficient."""


def drag_table(name: str) -> np.ndarray:
    """Return the cubic coefficients (n, 4) of a named table; see :func:`drag_coefficients`.

    ``name`` is one of :data:`DRAG_TABLES`, whose comments name their sources, or :data:`CONSTANT`; another is
    a :class:`DomainError` that names the nearest.
    """
    if name == CONSTANT:
        return constant_drag(1.0)
    if name not in DRAG_TABLES:
        raise unknown_name("drag table", name, (*DRAG_TABLES, CONSTANT))
    return drag_coefficients(*DRAG_TABLES[name])


def constant_drag(coefficient: float) -> np.ndarray:
    """Return the table (1, 4) of a coefficient that holds at every speed."""
    return np.array([[coefficient, 0.0, 0.0, 0.0]])


def drag_coefficients(mach: tuple[float, ...], coefficient: tuple[float, ...]) -> np.ndarray:
    """Return cubic coefficients (n, 4), constant term first, of the points; Mach must rise from zero.

    ``mach`` and ``coefficient`` are as many numbers without unit, the coefficient on the cross-section. The
    cubics between the points are Fritsch and Carlson's; a :class:`DomainError` says what is wrong with a
    table.
    """
    from scipy.interpolate import PchipInterpolator

    points, values = np.asarray(mach, dtype=float), np.asarray(coefficient, dtype=float)
    rising = points.size >= 2 and points[0] == 0.0 and bool(np.all(np.diff(points) > 0.0))
    if not (rising and points.shape == values.shape and np.all(values > 0.0) and points[-1] <= TOP_MACH):
        raise DomainError(
            f"a drag table needs Mach numbers rising from 0 to at most {TOP_MACH:g}, each with a coefficient above 0"
        )
    curve = PchipInterpolator(points, values)
    node = np.arange(0.0, TOP_MACH + 1.5 * STEP_MACH, STEP_MACH)
    inside = np.minimum(node, points[-1])
    value = curve(inside)
    slope = np.where(node < points[-1], curve.derivative()(inside), 0.0) * STEP_MACH
    return hermite_rows(value, slope)


@kernel
def drag_coefficient(table, mach):
    """Return the coefficient at a Mach number (not negative); floats or lanes.

    ``table`` (n, 4) is :func:`drag_coefficients`, ``mach`` the speed through the air over the speed of sound.
    Above the last point its value holds.
    """
    if table.shape[0] == 1:
        return 0.0 * mach + table[0, 0]
    u = smaller(mach, TOP_MACH) * (1.0 / STEP_MACH)
    i = floor(u)
    s = u - i
    c0, c1, c2, c3 = rows(table, i)
    return fused(s, fused(s, fused(s, c3, c2), c1), c0)
