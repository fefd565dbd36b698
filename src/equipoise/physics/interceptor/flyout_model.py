"""Where and how a kinematic interceptor arrives, exactly: the one law behind every fly-out table.

The interceptor leaves vertically or at any elevation on an inertially straight line with constant net acceleration
until burnout, then falls freely about a point mass. For a place in its plane two numbers are free, the elevation and
the time since burnout; Newton's method from a straight line raised by the fall finds them in two steps.
"""

from __future__ import annotations

from math import atan2, cos, inf, pi, sin
from typing import NamedTuple

from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.numerics.jit import kernel
from equipoise.physics.environment.kepler import kepler_propagate

MISS_M = 1.0
"""A solution is taken when it passes this near: half a millisecond at 2 km/s."""
_STEPS = 12
_TILT_RAD = 1e-6


class Law(NamedTuple):
    """Burnout speed, burn time, and life of the kill vehicle after burnout; a speed of nan has no exact law."""

    speed_m_s: float
    burn_time_s: float
    life_s: float


class Meeting(NamedTuple):
    """Arrival in s after launch (inf: never) and the velocity then, along the ground away from the launch point and up."""

    time_s: float
    forward_m_s: float
    up_m_s: float


@kernel
def _coast(law: Law, elevation: float, coast_s: float):
    """Return place and velocity in the plane, axes at the launch point, ``coast_s`` after burnout."""
    length = 0.5 * law.speed_m_s * law.burn_time_s
    c, s = cos(elevation), sin(elevation)
    position = (length * c, MEAN_RADIUS_M + length * s, 0.0)
    velocity = (law.speed_m_s * c, law.speed_m_s * s, 0.0)
    p, v = kepler_propagate(position, velocity, coast_s, GM_EARTH_M3_S2)
    return p[0], p[1], v[0], v[1]


@kernel
def meeting(law: Law, range_m: float, altitude_m: float, guess_s: float) -> Meeting:
    """Return the arrival at a ground range and altitude over a still sphere, from a guess of its time.

    The time is inf outside burn and life, or where no elevation between the horizon and the zenith leads there.
    """
    never = Meeting(inf, 0.0, 0.0)
    angle, radius = range_m / MEAN_RADIUS_M, MEAN_RADIUS_M + altitude_m
    x, y = radius * sin(angle), radius * cos(angle)
    coast = max(guess_s - law.burn_time_s, 1.0)
    fall = 0.5 * GM_EARTH_M3_S2 / (MEAN_RADIUS_M + 0.5 * altitude_m) ** 2 * coast * coast
    elevation = atan2(y + fall * cos(0.5 * angle) - MEAN_RADIUS_M, x + fall * sin(0.5 * angle))
    for _ in range(_STEPS):
        px, py, vx, vy = _coast(law, elevation, coast)
        dx, dy = px - x, py - y
        if dx * dx + dy * dy < MISS_M * MISS_M:
            inside = 0.0 <= coast <= law.life_s and -1e-3 <= elevation <= 0.5 * pi + 1e-3
            if not inside:
                return never
            c, s = cos(angle), sin(angle)
            return Meeting(law.burn_time_s + coast, vx * c - vy * s, vx * s + vy * c)
        qx, qy, _vx, _vy = _coast(law, elevation + _TILT_RAD, coast)
        ax, ay = (qx - px) / _TILT_RAD, (qy - py) / _TILT_RAD
        det = ax * vy - ay * vx
        if det == 0.0:
            return never
        tilt, wait = (dx * vy - dy * vx) / det, (ax * dy - ay * dx) / det
        share = min(1.0, 0.3 / max(abs(tilt), 1e-12), 0.5 * max(coast, 20.0) / max(abs(wait), 1e-12))
        elevation -= share * tilt
        coast -= share * wait
    return never
