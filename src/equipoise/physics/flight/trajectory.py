"""One missile's path from launch to the ground, sampled at times chosen by what happens there.

Times are s since the launch; positions and velocities are ECEF, in m and m/s. The flight is that of
:mod:`equipoise.physics.flight.flight`, boost arc and dense output included. Samples are coarse in space and fine near the
air and the ground; between samples a cubic through places and velocities stays within a metre of the flight (tested).
"""

from __future__ import annotations

from math import ceil, cos, sin
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import INLINE, kernel
from equipoise.physics.environment.drag import constant_drag
from equipoise.physics.environment.earth import EarthModel, altitude
from equipoise.physics.flight.boost import turned
from equipoise.physics.flight.dense_output import state_between
from equipoise.physics.flight.fall import Body, fall
from equipoise.physics.flight.free_flight import POSITION_TOLERANCE_M
from equipoise.physics.flight.kinematic import Kinematic, boost_arc, burnout_state

CAPACITY = 400
"""Samples that one path may take; steps widen when a path would need more."""
SPACE_STEP_S = 10.0
AIR_STEP_S = 2.5
GROUND_STEP_S = 0.5
AIR_TOP_M = 130e3
GROUND_TOP_M = 45e3
BOOST_STEP_S = 5.0
_NODES = 400
_OK = int(FlightStatus.OK)
_NO_MACH = constant_drag(1.0)


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
    """A sampled path: times (n,), ECEF positions and velocities (n, 3), heights (n,), and the state at burnout (6,).

    Velocities are relative to the ground; at the sample ``burnout`` the velocity is that of thrust end. The burnout state is
    inertial, its axes coincide with ECEF at burnout. ``filled`` counts the samples and is zero when there is no flight.
    """

    time_s: np.ndarray
    position_ecef_m: np.ndarray
    velocity_ecef_m_s: np.ndarray
    height_m: np.ndarray
    burnout_state: np.ndarray
    filled: int
    burnout: int


@kernel
def empty_path() -> Path:
    """Return a path without samples, with room for :data:`CAPACITY`."""
    return Path(
        np.empty(CAPACITY),
        np.empty((CAPACITY, 3)),
        np.empty((CAPACITY, 3)),
        np.empty(CAPACITY),
        np.empty(6),
        0,
        0,
    )


@kernel
def _step_s(height_m: float, rising: bool) -> float:
    if height_m > AIR_TOP_M:
        return SPACE_STEP_S
    if height_m > GROUND_TOP_M or rising:
        return AIR_STEP_S
    return GROUND_STEP_S


@kernel
def _put(path: Path, k: int, t: float, state, earth: EarthModel) -> None:
    """Fill sample k from the inertial ``state`` (6,) at ``t``, in axes that coincide with ECEF at launch."""
    turn = earth.omega_rad_s * t
    c, s = cos(turn), sin(turn)
    u, v = state[3] + earth.omega_rad_s * state[1], state[4] - earth.omega_rad_s * state[0]
    p, w = path.position_ecef_m, path.velocity_ecef_m_s
    p[k, 0], p[k, 1], p[k, 2] = c * state[0] + s * state[1], c * state[1] - s * state[0], state[2]
    w[k, 0], w[k, 1], w[k, 2] = c * u + s * v, c * v - s * u, state[5]
    path.time_s[k], path.height_m[k] = t, altitude(p[k, 0], p[k, 1], p[k, 2], earth)


@kernel(inline=INLINE)
def _fly(vehicle: Kinematic, flights: Flights, i: int, earth: EarthModel, state, nodes):
    """Fill ``state`` (6,) at burnout and ``nodes`` (1, m, 10) of path i from launch to the ground; return status and end."""
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
    x, y = turned(state[0], state[1], burn_s, earth)
    u, v = turned(state[3], state[4], burn_s, earth)
    start = (x, y, state[2], u, v, state[5])
    used = np.zeros(1, dtype=np.int64)
    if burn_s > 0.0:
        boost_arc(lat, lon, burn_s, start, earth, nodes[0])
        used[0] = 2
    body = Body(1.0 / vehicle.ballistic_coefficient_kg_m2, _NO_MACH, earth)
    end = fall(burn_s, start, True, body, POSITION_TOLERANCE_M, nodes, used, 0)  # noqa: FBT003
    return int(end.status), end.time_s


@kernel
def sample_path(vehicle: Kinematic, flights: Flights, i: int, earth: EarthModel, into: Path) -> Path:
    """Return path ``i`` of ``flights`` sampled from launch to the ground, in the arrays of ``into``."""
    if flights.status[i] != _OK:
        return _with(into, 0, 0)
    nodes, state = np.empty((1, _NODES, 10)), np.empty(6)
    status, end_s = _fly(vehicle, flights, i, earth, into.burnout_state, nodes)
    if status != _OK:
        return _with(into, 0, 0)
    burn_s, rows, room = flights.burn_time_s[i], nodes[0], into.time_s.size
    burnout = max(ceil(burn_s / BOOST_STEP_S), 1)
    for k in range(burnout + 1):
        state_between(rows, 0, burn_s * k / burnout, state)
        _put(into, k, burn_s * k / burnout, state, earth)
    count, t, j = burnout + 1, burn_s, 0
    height, before = into.height_m[burnout], 0.0
    while t < end_s and count < room:
        step = max(_step_s(height, height > before), (end_s - t) / (room - count))
        t = end_s if t + 1.2 * step > end_s else t + step
        while j < _NODES - 2 and rows[j + 1, 0] < t:
            j += 1
        state_between(rows, j, t, state)
        _put(into, count, t, state, earth)
        before, height = height, into.height_m[count]
        count += 1
    return _with(into, count, burnout)


@kernel
def _with(path: Path, filled: int, burnout: int) -> Path:
    return Path(
        path.time_s,
        path.position_ecef_m,
        path.velocity_ecef_m_s,
        path.height_m,
        path.burnout_state,
        filled,
        burnout,
    )


@kernel
def position_at(path: Path, k: int, t: float, out) -> None:
    """Fill ``out`` (3,) with the ECEF position at ``t`` between samples k and k + 1, on the cubic through both."""
    h = path.time_s[k + 1] - path.time_s[k]
    s = (t - path.time_s[k]) / h
    a, b = (1.0 + 2.0 * s) * (1.0 - s) * (1.0 - s), s * (1.0 - s) * (1.0 - s) * h
    c, d = s * s * (3.0 - 2.0 * s), s * s * (s - 1.0) * h
    p, v = path.position_ecef_m, path.velocity_ecef_m_s
    for n in range(3):
        out[n] = a * p[k, n] + b * v[k, n] + c * p[k + 1, n] + d * v[k + 1, n]


@kernel
def velocity_at(path: Path, k: int, t: float, out) -> None:
    """Fill ``out`` (3,) with the ECEF velocity at ``t`` between samples k and k + 1, on the line through both."""
    share = (t - path.time_s[k]) / (path.time_s[k + 1] - path.time_s[k])
    for n in range(3):
        out[n] = (1.0 - share) * path.velocity_ecef_m_s[k, n] + share * path.velocity_ecef_m_s[k + 1, n]


@kernel
def sample_before(path: Path, k: int, t: float) -> int:
    """Return the last sample from ``k`` on that is not after ``t`` (s since launch), and never the very last."""
    while k + 2 < path.filled and path.time_s[k + 1] <= t:
        k += 1
    return k


def positions(path: Path, times_s: np.ndarray) -> np.ndarray:
    """Return ECEF positions (n, 3) in m at any ``times_s`` (n,) from launch to the path's end."""
    out = np.empty((times_s.size, 3))
    before = np.searchsorted(path.time_s[: path.filled], times_s, side="right") - 1
    for row, t, k in zip(out, times_s, np.clip(before, 0, path.filled - 2), strict=True):
        position_at(path, k, t, row)
    return out
