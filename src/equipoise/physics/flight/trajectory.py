"""One missile's path from launch to the ground, sampled at times chosen by what happens there.

Times are s since the launch. Positions are ECEF in m. Samples are coarse in space and fine near the air and the
ground; between samples a parabola through three neighbours is good to 20 m (tested), so that crossing times found
on it are good to some hundredths of a second.
"""

from __future__ import annotations

from math import ceil, cos, sin
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel, altitude, destination, geodetic_to_ecef
from equipoise.physics.flight.free_flight import POSITION_TOLERANCE_M, descend
from equipoise.physics.flight.targeting import Kinematic, burnout_state

CAPACITY = 400
"""Samples that one path may take; steps widen when a path would need more."""
SPACE_STEP_S = 10.0
AIR_STEP_S = 2.5
GROUND_STEP_S = 0.5
AIR_TOP_M = 130e3
GROUND_TOP_M = 45e3
BOOST_STEP_S = 5.0
_NODES = 600
_OK = int(FlightStatus.OK)


class Flights(NamedTuple):
    """Solved paths of one vehicle, arrays (n,): start (rad), status, azimuth, path angle, cut-off speed, burn time."""

    lat_rad: np.ndarray
    lon_rad: np.ndarray
    status: np.ndarray
    azimuth_rad: np.ndarray
    path_angle_rad: np.ndarray
    speed_m_s: np.ndarray
    burn_time_s: np.ndarray


class Path(NamedTuple):
    """A sampled path: times (n,), ECEF positions (n, 3), heights (n,), inertial state at burnout (6,), fill, burnout.

    ``filled`` is zero when there is no flight. The state's axes coincide with ECEF at burnout.
    """

    time_s: np.ndarray
    position_ecef_m: np.ndarray
    height_m: np.ndarray
    burnout_state: np.ndarray
    filled: int
    burnout: int


@kernel
def empty_path() -> Path:
    """Return a path without samples, with room for :data:`CAPACITY`."""
    return Path(np.empty(CAPACITY), np.empty((CAPACITY, 3)), np.empty(CAPACITY), np.empty(6), 0, 0)


@kernel
def _step_s(height_m: float, rising: bool) -> float:
    if height_m > AIR_TOP_M:
        return SPACE_STEP_S
    if height_m > GROUND_TOP_M or rising:
        return AIR_STEP_S
    return GROUND_STEP_S


@kernel
def _boost(vehicle: Kinematic, flights: Flights, i: int, earth: EarthModel, path: Path) -> int:
    """Fill the boost leg, launch and burnout included; return how many samples.

    Height and ground distance grow as powers of time, from the pad to place and velocity at burnout: the powers are those
    that join both, about 2.5 for the vehicles of public studies.
    """
    lat, lon, azimuth = flights.lat_rad[i], flights.lon_rad[i], flights.azimuth_rad[i]
    speed, burn_s = flights.speed_m_s[i], flights.burn_time_s[i]
    share = (speed / vehicle.burnout_speed_m_s) ** 2
    top, angle = (
        vehicle.burnout_altitude_m * share,
        vehicle.burnout_downrange_m * share / earth.equatorial_radius_m,
    )
    forward = speed * cos(flights.path_angle_rad[i]) / (earth.equatorial_radius_m + top)
    rise = max(speed * sin(flights.path_angle_rad[i]) * burn_s / top, 1.0) if top > 0.0 else 1.0
    along = max(forward * burn_s / angle, 1.0) if angle > 0.0 else 1.0
    n = max(ceil(burn_s / BOOST_STEP_S), 1)
    for k in range(n + 1):
        s = k / n
        at_lat, at_lon = destination(lat, lon, azimuth, angle * s**along)
        x, y, z = geodetic_to_ecef(at_lat, at_lon, top * s**rise, earth)
        path.time_s[k], path.height_m[k] = s * burn_s, top * s**rise
        path.position_ecef_m[k, 0], path.position_ecef_m[k, 1], path.position_ecef_m[k, 2] = x, y, z
    return n + 1


@kernel
def _hermite(nodes, j: int, t: float, turn_rad: float, out) -> None:
    """Fill ``out`` (3,) with the ECEF position at ``t`` between nodes j and j + 1 (time, inertial state)."""
    h = nodes[j + 1, 0] - nodes[j, 0]
    s = (t - nodes[j, 0]) / h
    a, b = (1 + 2 * s) * (1 - s) ** 2, s * (1 - s) ** 2 * h
    c, d = s * s * (3 - 2 * s), s * s * (s - 1) * h
    x = a * nodes[j, 1] + b * nodes[j, 4] + c * nodes[j + 1, 1] + d * nodes[j + 1, 4]
    y = a * nodes[j, 2] + b * nodes[j, 5] + c * nodes[j + 1, 2] + d * nodes[j + 1, 5]
    cosine, sine = cos(turn_rad), sin(turn_rad)
    out[0], out[1] = x * cosine + y * sine, -x * sine + y * cosine
    out[2] = a * nodes[j, 3] + b * nodes[j, 6] + c * nodes[j + 1, 3] + d * nodes[j + 1, 6]


@kernel
def sample_path(vehicle: Kinematic, flights: Flights, i: int, earth: EarthModel, into: Path) -> Path:
    """Return path ``i`` of ``flights`` sampled from launch to the ground, in the arrays of ``into``."""
    if flights.status[i] != _OK:
        return Path(into.time_s, into.position_ecef_m, into.height_m, into.burnout_state, 0, 0)
    state, nodes = into.burnout_state, np.empty((_NODES, 7))
    lat, lon, burn_s = flights.lat_rad[i], flights.lon_rad[i], flights.burn_time_s[i]
    burnout_state(
        vehicle,
        lat,
        lon,
        flights.azimuth_rad[i],
        flights.path_angle_rad[i],
        flights.speed_m_s[i],
        earth,
        state,
    )
    end = descend(state, vehicle.ballistic_coefficient_kg_m2, earth, POSITION_TOLERANCE_M, nodes)
    if end.status != _OK:
        return Path(into.time_s, into.position_ecef_m, into.height_m, into.burnout_state, 0, 0)
    count = _boost(vehicle, flights, i, earth, into)
    burnout = count - 1
    t, j, room = 0.0, 0, into.time_s.size
    height, before = into.height_m[burnout], 0.0
    while t < end.time_s and count < room:
        step = max(_step_s(height, height > before), (end.time_s - t) / (room - count))
        t = end.time_s if t + 1.2 * step > end.time_s else t + step
        while j < _NODES - 2 and nodes[j + 1, 0] < t and nodes[j + 2, 0] > nodes[j + 1, 0]:
            j += 1
        p = into.position_ecef_m[count]
        _hermite(nodes, j, t, earth.omega_rad_s * t, p)
        before = height
        height = altitude(p[0], p[1], p[2], earth)
        into.time_s[count], into.height_m[count] = burn_s + t, height
        count += 1
    return Path(into.time_s, into.position_ecef_m, into.height_m, into.burnout_state, count, burnout)


@kernel
def position_at(path: Path, k: int, t: float, out) -> None:
    """Fill ``out`` (3,) with the position at ``t`` between samples k and k + 1, on a parabola.

    The third point lies on the same side of burnout, where the path has a kink in its acceleration.
    """
    first = k - 1
    if k == 0 or k == path.burnout:
        first = k
    if first + 2 >= path.filled or (k + 1 == path.burnout and k > 0):
        first = k - 1
    if path.filled < 3:
        first = k
    a, b = path.time_s[first], path.time_s[first + 1]
    if path.filled < 3:
        w = (t - a) / (b - a)
        for n in range(3):
            out[n] = (1.0 - w) * path.position_ecef_m[first, n] + w * path.position_ecef_m[first + 1, n]
        return
    c = path.time_s[first + 2]
    u = (t - b) * (t - c) / ((a - b) * (a - c))
    v = (t - a) * (t - c) / ((b - a) * (b - c))
    w = (t - a) * (t - b) / ((c - a) * (c - b))
    for n in range(3):
        out[n] = (
            u * path.position_ecef_m[first, n]
            + v * path.position_ecef_m[first + 1, n]
            + w * path.position_ecef_m[first + 2, n]
        )
