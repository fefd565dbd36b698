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
def _lag(chi, alpha, r, radial, root, time_s):
    """Return what Kepler's equation lacks at ``chi`` (it falls as ``chi`` grows), the radius, and the Stumpff functions."""
    c2, c3 = _stumpff(alpha * chi * chi)
    square = chi * chi
    near = 1.0 - alpha * square * c3
    radius = square * c2 + radial * chi * near + r * (1.0 - alpha * square * c2)
    lag = root * time_s - square * chi * c3 - radial * square * c2 - r * chi * near
    return lag, radius, c2, c3


@kernel
def kepler_propagate(position_eci_m, velocity_eci_m_s, time_s, gm_m3_s2):
    """Return position and velocity (tuples) after ``time_s`` about a point mass, by universal variables.

    Vallado, Fundamentals of Astrodynamics, algorithm 8, with Newton's steps kept inside a bracket; works for ellipse
    (down to one that all but falls through the centre), parabola and hyperbola.
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
        # the eccentric anomaly stays within one radian of the mean one, before and after
        low, high = chi - 2.0 / math.sqrt(alpha), chi + 2.0 / math.sqrt(alpha)
    else:
        far = chi
        while _lag(far, alpha, r, radial, root, time_s)[0] * time_s > 0.0:
            far *= 2.0
        low, high = min(far, 0.0), max(far, 0.0)
    for _ in range(200):
        lag, radius, c2, c3 = _lag(chi, alpha, r, radial, root, time_s)
        if lag > 0.0:
            low = chi
        else:
            high = chi
        change = lag / radius
        if not low <= chi + change <= high:  # past the focus of a narrow ellipse Newton's step runs away
            change = 0.5 * (low + high) - chi
        chi += change
        if abs(change) < 1e-13 * (1.0 + abs(chi)):
            break
    _, radius, c2, c3 = _lag(chi, alpha, r, radial, root, time_s)
    square = chi * chi
    f = 1.0 - square * c2 / r
    g = time_s - square * chi * c3 / root
    fd = root / (radius * r) * chi * (alpha * square * c3 - 1.0)
    gd = 1.0 - square * c2 / radius
    return (f * x + g * u, f * y + g * v, f * z + g * w), (fd * x + gd * u, fd * y + gd * v, fd * z + gd * w)
