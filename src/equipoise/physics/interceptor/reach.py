"""How far an interceptor gets at all: a bound that spares the search for fly-outs that cannot be."""

from __future__ import annotations

from functools import lru_cache
from math import acos, atan2, cos, hypot, pi, sin, sqrt

import numpy as np

from equipoise.numerics.jit import INLINE, kernel
from equipoise.physics.environment.earth import STILL_SPHERE, EarthModel
from equipoise.physics.environment.kepler import kepler_propagate
from equipoise.physics.interceptor.flyout import SETTLED_S, UNKNOWN, Law, arrival

ELEVATIONS = 181
MARGIN_RAD = 0.005
"""For elevations between those tried, for J2, and for a ground that is not quite a sphere."""


@lru_cache(maxsize=4096)
def greatest_range_rad(law: Law, earth: EarthModel) -> float:
    """Return an angle at the Earth's centre, in rad, beyond which an interceptor is nowhere within its life.

    The greatest ground range over all elevations with the ground's speed at the equator added, plus the turn of the Earth
    meanwhile; at most pi.
    """
    speed = law.speed_m_s + earth.omega_rad_s * earth.equatorial_radius_m
    turn = earth.omega_rad_s * (law.burn_time_s + law.life_s)
    farthest = _farthest_rad(speed, law, earth, np.linspace(0.0, 0.5 * pi, ELEVATIONS))
    return min(farthest + turn + MARGIN_RAD, pi)


@kernel
def _farthest_rad(speed: float, law: Law, earth: EarthModel, elevations_rad) -> float:
    """Return the greatest of the angles at the Earth's centre that launches at some elevations come to."""
    most = 0.0
    for elevation_rad in elevations_rad:
        most = max(most, _range_rad(speed, law, earth, elevation_rad))
    return most


@kernel(inline=INLINE)
def _range_rad(speed: float, law: Law, earth: EarthModel, elevation_rad: float) -> float:
    """Return the angle from the launch point at the end of life, or at the ground if that comes first."""
    ground, gm = earth.equatorial_radius_m, earth.gm_m3_s2
    length = 0.5 * speed * law.burn_time_s
    x, y = length * cos(elevation_rad), ground + length * sin(elevation_rad)
    vx, vy = speed * cos(elevation_rad), speed * sin(elevation_rad)
    p, _v = kepler_propagate((x, y, 0.0), (vx, vy, 0.0), law.life_s, gm)
    at_end = atan2(p[0], p[1]) % (2.0 * pi)
    r, momentum = hypot(x, y), x * vy - y * vx
    semilatus = momentum**2 / gm
    out, across = semilatus / r - 1.0, (x * vx + y * vy) / r * sqrt(semilatus / gm)
    eccentricity = hypot(out, across)
    if eccentricity == 0.0 or abs(semilatus / ground - 1.0) > eccentricity:
        return at_end
    down = 2.0 * pi - acos((semilatus / ground - 1.0) / eccentricity)
    return min(at_end, atan2(x, y) + down - atan2(across, out))


STEP_M = 20e3
BOOST_SHARE = 0.1
"""The steps of a table are this share of speed times burn time, unless that is more than :data:`STEP_M`."""
MOST_CELLS = 500_000
"""A table of more cells takes longer steps: one second of burning before a long flight would ask for a hundred million.

Every interceptor of the catalogue that has a speed needs fewer (at most 268,000, three stages at 8.5 km/s).
"""


def arrival_times(law: Law) -> tuple[np.ndarray, float]:
    """Return earliest arrivals in s over a still sphere (range, altitude), both in steps from zero, and the step in m.

    Out of reach is inf. The table reaches as far and as high as the interceptor.
    """
    step = min(STEP_M, BOOST_SHARE * law.speed_m_s * law.burn_time_s)
    ground = STILL_SPHERE.equatorial_radius_m
    escape = 2.0 * STILL_SPHERE.gm_m3_s2 / ground
    left = escape - law.speed_m_s**2
    top = law.speed_m_s * (law.life_s + law.burn_time_s)
    if left > 0.0:
        top = min(ground * (escape / left - 1.0) + law.speed_m_s * law.burn_time_s, top)
    reach = greatest_range_rad(law, STILL_SPHERE) * ground
    step = max(step, (reach * top / MOST_CELLS) ** 0.5)
    times = np.empty((int(reach / step) + 2, int(top / step) + 2))
    _fill(law, STILL_SPHERE, step, times)
    return times, step


@kernel
def _fill(law: Law, earth: EarthModel, step_m: float, times) -> None:
    site = (earth.equatorial_radius_m, 0.0, 0.0)
    for i in range(times.shape[0]):
        angle, guess = i * step_m / earth.equatorial_radius_m, UNKNOWN
        for j in range(times.shape[1]):
            r = earth.equatorial_radius_m + j * step_m
            arrived = arrival(law, earth, site, (r * cos(angle), r * sin(angle), 0.0), guess, SETTLED_S)
            times[i, j], guess = arrived.time_s, arrived.guess
