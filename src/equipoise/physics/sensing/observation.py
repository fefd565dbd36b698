"""What an observer on land or at sea measures: geometry, visibility, and error that grows as the echo weakens.

An observer is a row of an array, in the order of :class:`Observer`. Angles are those of the observer's horizon on the
ellipsoid. Refraction is taken as corrected down to the lowest elevation; what is left of it belongs to the bias.
"""

from __future__ import annotations

from math import acos, atan2, cos, hypot, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel, enu_basis, geodetic_to_ecef
from equipoise.physics.flight.axial_boost import eci_to_ecef, state_at

RANGE, AZIMUTH, ELEVATION, RANGE_RATE, CUTOFF, SPEED, ALTITUDE = range(7)
"""Kinds of measurement: m, rad, rad, m/s, s, m/s (Earth-relative), m."""


class Observer(NamedTuple):
    """Place (rad, m), limits of sight, standard deviations of one measurement at ``reference_range_m``.

    ``floor`` values are what is left at close range; 0 for a kind of error means that this kind is not measured. An
    optical observer has no range and sees only what burns.
    """

    lat_rad: float
    lon_rad: float
    height_m: float
    lowest_elevation_rad: float
    farthest_m: float
    reference_range_m: float
    range_sigma_m: float
    angle_sigma_rad: float
    rate_sigma_m_s: float
    range_floor_m: float
    angle_floor_rad: float
    rate_floor_m_s: float
    cutoff_sigma_s: float
    only_burning: float


@kernel
def look(lat_rad, lon_rad, height_m, point, earth: EarthModel):
    """Return range (m), azimuth and elevation (rad), range rate (m/s) of an ECEF state (6) from a place.

    The place is geodetic; ``point`` (6,) is position (m) and velocity (m/s) over the ground; azimuth is
    clockwise from north. The line of sight is straight.
    """
    x, y, z = geodetic_to_ecef(lat_rad, lon_rad, height_m, earth)
    east, north, up = enu_basis(lat_rad, lon_rad)
    dx, dy, dz = point[0] - x, point[1] - y, point[2] - z
    e = dx * east[0] + dy * east[1] + dz * east[2]
    n = dx * north[0] + dy * north[1] + dz * north[2]
    u = dx * up[0] + dy * up[1] + dz * up[2]
    distance = sqrt(e * e + n * n + u * u)
    rate = (dx * point[3] + dy * point[4] + dz * point[5]) / distance
    return distance, atan2(e, n), atan2(u, hypot(e, n)), rate


@kernel
def in_sight(observer, point, burning: bool, earth: EarthModel) -> bool:
    """Return whether an observer (row) sees an ECEF state: above its lowest elevation, within its range.

    ``point`` (6,) is in m and m/s, ``burning`` whether its motor runs, without which an optical observer sees
    nothing.
    """
    if observer[13] > 0.0 and not burning:
        return False
    distance, _azimuth, elevation, _rate = look(observer[0], observer[1], observer[2], point, earth)
    return elevation >= observer[3] and distance <= observer[4]


@kernel
def sigma(observer, kind: int, distance_m: float, elevation_rad: float) -> float:
    """Return the standard deviation of one measurement; errors scale as range squared (echo as the fourth power).

    The weak-echo part and the floor add in quadrature. An optical observer's error does not depend on range. The
    angle error is across the line of sight, so the azimuth's grows towards the zenith.
    ``kind`` is RANGE, AZIMUTH, ELEVATION or RANGE_RATE; the answer has that kind's unit (m, rad, m/s).
    """
    ratio = distance_m / observer[5]
    growth = ratio * ratio if observer[13] == 0.0 else 1.0
    if kind == 0:
        return hypot(observer[6] * growth, observer[9])
    if kind == 3:
        return hypot(observer[8] * growth, observer[11])
    across = hypot(observer[7] * growth, observer[10])
    return across / max(cos(elevation_rad), 0.02) if kind == 1 else across


@kernel
def ground_reach_m(
    lowest_elevation_rad: float, farthest_m: float, altitude_m: float, radius_m: float
) -> float:
    """Return the ground range within which a target at an altitude is above the lowest elevation and within range.

    On a sphere; nil where the target stands higher than the range reaches.
    """
    r = radius_m + altitude_m
    lit = acos(min(1.0, radius_m * cos(lowest_elevation_rad) / r)) - lowest_elevation_rad
    if farthest_m <= altitude_m:
        return 0.0
    cosine = (radius_m * radius_m + r * r - farthest_m * farthest_m) / (2.0 * radius_m * r)
    return radius_m * min(lit, acos(max(-1.0, min(1.0, cosine))))


@kernel
def sightings(nodes, observer, step_s: float, pushes, earth: EarthModel, out) -> int:
    """Fill ``out`` (n, 9) with what an observer would measure of a path without error; return how many times it sees.

    ``nodes`` (m, 7) are ECI, ``pushes`` (k, 9) say when it burns (see :mod:`~equipoise.physics.flight.axial_boost`). Columns:
    time (s), range (m), azimuth, elevation (rad), range rate (m/s), and the standard deviations of these four. Times
    are multiples of ``step_s``.
    """
    state, point = np.empty(6), np.empty(6)
    used = 0
    for j in range(int(nodes[-1, 0] / step_s) + 1):
        time = j * step_s
        if used == out.shape[0] or not state_at(nodes, time, state):
            continue
        burning = False
        for n in range(pushes.shape[0]):
            burning = burning or pushes[n, 0] <= time <= pushes[n, 1]
        eci_to_ecef(state, time, earth, point)
        if in_sight(observer, point, burning, earth):
            distance, azimuth, elevation, rate = look(observer[0], observer[1], observer[2], point, earth)
            out[used, 0], out[used, 1], out[used, 2], out[used, 3] = time, distance, azimuth, elevation
            out[used, 4] = rate
            for kind in range(4):
                out[used, 5 + kind] = sigma(observer, kind, distance, elevation)
            used += 1
    return used
