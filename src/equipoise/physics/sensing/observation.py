"""What an observer on land or at sea measures: geometry, visibility, and error that grows as the echo weakens.

Kernels take observers as rows of :data:`OBSERVER`. Angles are those of the observer's horizon on the
ellipsoid. Refraction is taken as corrected down to the lowest elevation; what is left of it belongs to the bias.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import acos, atan2, cos, hypot, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.numerics.records import record_type
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


OBSERVER = record_type(**dict.fromkeys(Observer._fields, "f8"))
"""The type of rows whose columns are those of :class:`Observer`."""
MEASUREMENT = record_type(time_s="f8", kind="i8", observer="i8", value="f8", sigma="f8", bias="i8")
"""One measurement: when (s since launch), of which kind by which observer, the value and its standard deviation in the kind's
unit, and the bias that it shares with others (-1 for none)."""


def observer_rows(observers: Iterable[Observer]) -> np.ndarray:
    """Return n observers as rows (n,) of :data:`OBSERVER`, as the kernels take them."""
    return np.array(list(observers), dtype=OBSERVER)


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
    if observer.only_burning > 0.0 and not burning:
        return False
    distance, _azimuth, elevation, _rate = look(
        observer.lat_rad, observer.lon_rad, observer.height_m, point, earth
    )
    return elevation >= observer.lowest_elevation_rad and distance <= observer.farthest_m


@kernel
def sigma(observer, kind: int, distance_m: float, elevation_rad: float) -> float:
    """Return the standard deviation of one measurement; errors scale as range squared (echo as the fourth power).

    The weak-echo part and the floor add in quadrature. An optical observer's error does not depend on range. The
    angle error is across the line of sight, so the azimuth's grows towards the zenith.
    ``kind`` is RANGE, AZIMUTH, ELEVATION or RANGE_RATE; the answer has that kind's unit (m, rad, m/s).
    """
    ratio = distance_m / observer.reference_range_m
    growth = ratio * ratio if observer.only_burning == 0.0 else 1.0
    if kind == RANGE:
        return hypot(observer.range_sigma_m * growth, observer.range_floor_m)
    if kind == RANGE_RATE:
        return hypot(observer.rate_sigma_m_s * growth, observer.rate_floor_m_s)
    across = hypot(observer.angle_sigma_rad * growth, observer.angle_floor_rad)
    return across / max(cos(elevation_rad), 0.02) if kind == AZIMUTH else across


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
def sightings(nodes, observers, n: int, step_s: float, pushes, earth: EarthModel, out) -> int:
    """Fill ``out`` (rows of :data:`MEASUREMENT`) with what observer ``n`` would measure of a path without error; return how many.

    At each time at which it sees the path these are range, azimuth, elevation and range rate, in this order, with the standard
    deviations of all four, measured or not, and without a bias. ``nodes`` (m, 7) are ECI, ``observers`` rows of
    :data:`OBSERVER`, ``pushes`` those of a boost, which say when it burns
    (see :mod:`~equipoise.physics.flight.axial_boost`). Times are multiples of ``step_s``.
    """
    state, point = np.empty(6), np.empty(6)
    observer, used = observers[n], 0
    for j in range(int(nodes[-1, 0] / step_s) + 1):
        time = j * step_s
        if used + 4 > out.size or not state_at(nodes, time, state):
            continue
        burning = False
        for b in range(pushes.size):
            burning = burning or pushes[b].ignition_s <= time <= pushes[b].end_s
        eci_to_ecef(state, time, earth, point)
        if in_sight(observer, point, burning, earth):
            read = look(observer.lat_rad, observer.lon_rad, observer.height_m, point, earth)
            for kind in range(4):
                row = out[used]
                row.time_s, row.kind, row.observer, row.value = time, kind, n, read[kind]
                row.sigma, row.bias = sigma(observer, kind, read[RANGE], read[ELEVATION]), -1
                used += 1
    return used
