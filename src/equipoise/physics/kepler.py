"""Closed-form motion about a point mass: a second method to hold the integrator to."""

from __future__ import annotations

import math

from equipoise.numerics.jit import kernel


@kernel
def _stumpff(z):
    """Return the Stumpff functions c2 and c3; a series near zero, where the closed forms cancel."""
    if abs(z) < 0.5:
        c2, c3, term = 0.0, 0.0, 0.5
        for k in range(12):
            c2 += term
            c3 += term / (2 * k + 3)
            term *= -z / ((2 * k + 3) * (2 * k + 4))
        return c2, c3
    if z > 0.0:
        s = math.sqrt(z)
        return (1.0 - math.cos(s)) / z, (s - math.sin(s)) / (s * z)
    s = math.sqrt(-z)
    return (math.cosh(s) - 1.0) / -z, (math.sinh(s) - s) / (s * -z)


@kernel
def kepler_propagate(position_eci_m, velocity_eci_m_s, time_s, gm_m3_s2):
    """Return position and velocity (tuples) after ``time_s`` about a point mass, by universal variables.

    Vallado, Fundamentals of Astrodynamics, algorithm 8; works for ellipse, parabola and hyperbola.
    """
    x, y, z = position_eci_m
    u, v, w = velocity_eci_m_s
    r = math.sqrt(x * x + y * y + z * z)
    root = math.sqrt(gm_m3_s2)
    radial = (x * u + y * v + z * w) / root
    alpha = 2.0 / r - (u * u + v * v + w * w) / gm_m3_s2
    chi = root * time_s / r
    if alpha > 0.0:
        chi = root * time_s * alpha
    c2, c3, radius = 0.5, 1.0 / 6.0, r
    for _ in range(60):
        c2, c3 = _stumpff(alpha * chi * chi)
        square = chi * chi
        radius = square * c2 + radial * chi * (1.0 - alpha * square * c3) + r * (1.0 - alpha * square * c2)
        lag = root * time_s - square * chi * c3 - radial * square * c2 - r * chi * (1.0 - alpha * square * c3)
        change = lag / radius
        chi += change
        if abs(change) < 1e-13 * (1.0 + abs(chi)):
            break
    c2, c3 = _stumpff(alpha * chi * chi)
    square = chi * chi
    radius = square * c2 + radial * chi * (1.0 - alpha * square * c3) + r * (1.0 - alpha * square * c2)
    f = 1.0 - square * c2 / r
    g = time_s - square * chi * c3 / root
    fd = root / (radius * r) * chi * (alpha * square * c3 - 1.0)
    gd = 1.0 - square * c2 / radius
    return (f * x + g * u, f * y + g * v, f * z + g * w), (fd * x + gd * u, fd * y + gd * v, fd * z + gd * w)
