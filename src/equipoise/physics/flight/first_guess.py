"""First guesses for the search: closed forms on a still sphere without air, or a grid of flights of a staged vehicle."""

from __future__ import annotations

from enum import IntEnum
from math import acos, atan2, cos, hypot, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel, central_angle_rad, initial_bearing_rad

SEARCHING = -1
"""Status of a search that is still open."""
FASTER, FARTHER = 1.15, 1.25
"""The Earth's turn and drag change the speed that a range needs, and the range of a speed, by less than this."""
_FAR, _LOST = int(FlightStatus.OUT_OF_RANGE), int(FlightStatus.NOT_CONVERGED)
_NO_SHAPE = int(FlightStatus.NO_SUCH_SHAPE)


class Shape(IntEnum):
    """What fixes a path's shape; each has a value per path.

    ``PATH_ANGLE``: the angle (rad) of the burnout velocity above the one of minimum energy from there to the aim point.
    ``APOGEE`` (m) and ``TIME`` (s): the flight's highest altitude and its duration. ``FULL_BURN``: thrust to the end, on
    the lofted (value +1) or the depressed path (-1).
    """

    PATH_ANGLE = 0
    APOGEE = 1
    TIME = 2
    FULL_BURN = 3


PATH, APOGEE, TIME, FULL = (int(s) for s in Shape)


class Aims(NamedTuple):
    """What is searched for, (n,) each: geodetic start and aim point (rad), and the value that fixes the shape."""

    start_lat_rad: np.ndarray
    start_lon_rad: np.ndarray
    lat_rad: np.ndarray
    lon_rad: np.ndarray
    value: np.ndarray


class ReachGrid(NamedTuple):
    """Where a staged vehicle comes down on the still Earth for kicks (rad) and cut-offs (s), nan where it does not.

    ``angle_rad`` (kicks, cut-offs) is the range angle; ``value`` (3, kicks, cut-offs) what fixes a path's shape, by the first
    three of :class:`Shape`.
    """

    kicks: np.ndarray
    cutoffs: np.ndarray
    angle_rad: np.ndarray
    value: np.ndarray


@kernel
def ends(aims: Aims, i: int):
    """Return latitude and longitude (rad) of the start, then of the aim point, of aim ``i``."""
    return aims.start_lat_rad[i], aims.start_lon_rad[i], aims.lat_rad[i], aims.lon_rad[i]


@kernel
def minimum_energy_path_angle_rad(start_radius_m: float, end_radius_m: float, angle_rad: float) -> float:
    """Return the path angle of least speed between two radii; it halves the angle of vertical and chord.

    Battin, An Introduction to the Mathematics and Methods of Astrodynamics, section 6.1.
    """
    across = end_radius_m * sin(angle_rad)
    up = end_radius_m * cos(angle_rad) - start_radius_m
    chord = hypot(across, up)
    if chord == 0.0:
        return 0.5 * pi
    return 0.5 * pi - 0.5 * acos(max(-1.0, min(1.0, up / chord)))


@kernel
def speed_for_arc(
    start_radius_m: float, end_radius_m: float, angle_rad: float, path_angle_rad: float, gm_m3_s2: float
) -> float:
    """Return the speed that joins two radii over ``angle_rad`` at a path angle; nan when none does."""
    c = cos(path_angle_rad)
    low = c * c * start_radius_m / end_radius_m - c * cos(angle_rad + path_angle_rad)
    if low <= 0.0:
        return np.nan
    return sqrt(gm_m3_s2 / start_radius_m * (1.0 - cos(angle_rad)) / low)


@kernel
def _symmetric_angle(radius_m: float, angle_rad: float, apogee_m: float) -> float:
    """Return the path angle at the ends of the arc over ``angle_rad`` that rises to ``apogee_m`` above them."""
    c, s = cos(0.5 * angle_rad), sin(0.5 * angle_rad)
    e = apogee_m / (radius_m + apogee_m - radius_m * c)
    return atan2(e * s, 1.0 - e * c)


@kernel
def _symmetric_time(radius_m: float, angle_rad: float, apogee_m: float, gm_m3_s2: float) -> float:
    """Return the duration of that arc, by Kepler's equation."""
    c, s = cos(0.5 * angle_rad), sin(0.5 * angle_rad)
    e = apogee_m / (radius_m + apogee_m - radius_m * c)
    if e >= 1.0:
        return np.inf
    axis = (radius_m + apogee_m) / (1.0 + e)
    eccentric = atan2(sqrt(1.0 - e * e) * s, e - c)
    return 2.0 * sqrt(axis / gm_m3_s2) * axis * (pi - eccentric + e * sin(eccentric))


@kernel
def _apogee_for_time(radius_m: float, angle_rad: float, time_s: float, gm_m3_s2: float) -> float:
    low, high = 1.0, 40.0 * radius_m
    for _ in range(60):
        middle = sqrt(low * high)
        if _symmetric_time(radius_m, angle_rad, middle, gm_m3_s2) < time_s:
            low = middle
        else:
            high = middle
    return middle


@kernel
def _first_kinematic(vehicle, aims: Aims, kind, earth: EarthModel, i, x, third, reach) -> int:
    """Fill column ``i`` of the first guess ``x`` (3, n), the third equation's target and the shape of greatest range.

    Return the status if it is settled, otherwise -1. Closed forms on a still sphere without air.
    """
    radius, gm = earth.equatorial_radius_m, earth.gm_m3_s2
    full = vehicle.burnout_speed_m_s
    x[0, i], total = initial_bearing_rad(*ends(aims, i)), central_angle_rad(*ends(aims, i))
    value = aims.value[i]
    loft = value if kind == PATH else 0.0
    high = radius + vehicle.burnout_altitude_m
    q = full * full * high / gm
    widest = 2.0 * np.arcsin(min(q / (2.0 - q), 1.0)) if q < 1.0 else pi
    reach[i] = min(max(0.25 * (pi - widest) + loft, 0.02), 0.5 * pi - 0.02)
    third[i] = value
    if not total > 1e-5:
        return _LOST
    speed, gamma = full, 0.0
    for _ in range(12):
        s2 = (speed / full) ** 2
        start = radius + vehicle.burnout_altitude_m * s2
        angle = max(total - vehicle.burnout_downrange_m * s2 / radius, 0.2 * total)
        if kind == APOGEE:
            gamma = _symmetric_angle(radius, angle, max(value, 1.0))
        elif kind == TIME:
            burn = vehicle.burn_time_s * speed / full
            gamma = _symmetric_angle(
                radius, angle, _apogee_for_time(radius, angle, max(value - burn, 1.0), gm)
            )
        else:
            gamma = minimum_energy_path_angle_rad(start, radius, angle) + loft
        if not 0.0 < gamma < 0.5 * pi:
            return _NO_SHAPE
        speed = speed_for_arc(start, radius, angle, gamma, gm)
        if not speed > 0.0:
            return _NO_SHAPE
        if speed >= 3.0 * full:
            return _FAR
    if speed > FASTER * full:
        return _FAR
    x[1, i], x[2, i] = gamma, speed
    if kind == PATH:
        third[i] = gamma
    return SEARCHING


@kernel
def _first_staged(grid: ReachGrid, aims: Aims, kind, i, x, third, reach) -> int:
    """Fill column ``i`` as :func:`_first_kinematic` does, from a grid of flights on the still Earth."""
    kicks, cutoffs, angle = grid.kicks, grid.cutoffs, grid.angle_rad
    x[0, i], total = initial_bearing_rad(*ends(aims, i)), central_angle_rad(*ends(aims, i))
    value = aims.value[i]
    third[i] = cutoffs[cutoffs.size - 1] if kind == FULL else value
    if not total > 1e-5:
        return _LOST
    last = cutoffs.size - 1
    far, farthest = 0, -1.0
    for k in range(kicks.size):
        if angle[k, last] > farthest:
            far, farthest = k, angle[k, last]
    x[1, i], x[2, i] = kicks[far], cutoffs[last]
    reach[i] = kicks[far]
    if total > FARTHER * farthest:
        return _FAR
    if kind == FULL:
        step = -1 if value > 0.0 else 1
        k = far
        while 0 <= k + step < kicks.size and angle[k + step, last] > total:
            k += step
        if farthest > total and 0 <= k + step < kicks.size:
            a, b = angle[k, last], angle[k + step, last]
            s = (a - total) / (a - b) if a > b else 0.5
            x[1, i] = kicks[k] * (kicks[k + step] / kicks[k]) ** s
        return SEARCHING
    before, at = np.nan, np.nan
    best = np.inf
    for k in range(kicks.size):
        cut, seen = _crossing(grid, k, total, kind)
        if not cut > 0.0:
            before = np.nan
            continue
        off = seen - value
        if before == before and before * off <= 0.0 and before != off:
            s = before / (before - off)
            x[1, i] = kicks[k - 1] * (kicks[k] / kicks[k - 1]) ** s
            x[2, i] = at + s * (cut - at)
            return SEARCHING
        if abs(off) < best:
            best = abs(off)
            x[1, i], x[2, i] = kicks[k], cut
        before, at = off, cut
    return SEARCHING


@kernel
def first_kinematic(vehicle, aims: Aims, kind, earth: EarthModel, status, x, third, reach) -> None:
    """Fill guesses ``x`` (3, n), targets of the third equation and shapes of greatest range (n,) for aims.

    ``vehicle`` is a :class:`equipoise.physics.flight.kinematic.Kinematic`, ``kind`` one of :class:`Shape`;
    ``status`` (n,) is set to -1 where the search is open. ``third`` (n,) are
    the targets, ``reach`` (n,) the shapes; rows of ``x`` are azimuth (rad), path angle (rad), speed (m/s).
    Closed forms on a still sphere without air.
    """
    for i in range(status.size):
        status[i] = _first_kinematic(vehicle, aims, kind, earth, i, x, third, reach)


@kernel
def first_staged(grid: ReachGrid, aims: Aims, kind, status, x, third, reach) -> None:
    """Fill the same for a staged vehicle from its :func:`equipoise.physics.flight.targeting.reach_grid`.

    ``aims``, ``kind``, ``status``, ``third`` and ``reach`` are as in :func:`first_kinematic`; rows of ``x`` are azimuth (rad), kick (rad), cut-off (s).
    """
    for i in range(status.size):
        status[i] = _first_staged(grid, aims, kind, i, x, third, reach)


@kernel
def _crossing(grid: ReachGrid, k: int, angle: float, kind: int):
    """Return the cut-off at which kick ``k`` flies ``angle``, and the value of a shape there; nan when it never does."""
    cutoffs, value = grid.cutoffs, grid.value[kind]
    for c in range(cutoffs.size - 1, 0, -1):
        high, low = grid.angle_rad[k, c], grid.angle_rad[k, c - 1]
        if high >= angle > low:
            s = (angle - low) / (high - low)
            return cutoffs[c - 1] + s * (cutoffs[c] - cutoffs[c - 1]), (
                value[k, c - 1] + s * (value[k, c] - value[k, c - 1])
            )
    return np.nan, np.nan
