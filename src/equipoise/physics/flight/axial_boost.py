"""Boost from a profile of specific force: what an outsider can say of a rocket whose masses nobody published.

Each stage pushes with constant thrust on a mass that falls, so its specific force at the time ``s`` before its tail-off
is ``full / (1 + growth * s)`` with ``growth`` the mass flow over the final mass; in the tail-off it falls linearly to
nothing. The push keeps one inertial direction per stage, which may turn at a constant rate; gravity (with J2), the
turning Earth and drag act. States are ECI in axes that coincide with ECEF at the launch (time 0).
"""

from __future__ import annotations

from math import cos, sin, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.numerics.records import record_type
from equipoise.physics.environment.earth import EarthModel, enu_basis, geodetic_to_ecef
from equipoise.physics.flight.free_flight import derivative

BOOST_STEP_S = 0.25
"""Step in boost: halving it moves burnout by under a centimetre."""
COAST_STEP_S = 2.0
"""Step in coast; the fourth-order error over ten minutes is under a millimetre."""


class Push(NamedTuple):
    """One stage: ignition and end (s after launch), specific force, its growth, direction, turn, drag, tail-off.

    The end is where nothing pushes any more; ``full_force_m_s2`` is reached ``tail_s`` before it. ``elevation_rad`` and
    ``azimuth_rad`` are the direction at ignition in the launch point's horizon, frozen in inertial axes;
    ``turn_rad_s`` lowers the elevation. Rows of :data:`PUSH` describe a boost.
    """

    ignition_s: float
    end_s: float
    full_force_m_s2: float
    growth_per_s: float
    elevation_rad: float
    azimuth_rad: float
    turn_rad_s: float
    ballistic_coefficient_kg_m2: float
    tail_s: float


PUSH = record_type(**dict.fromkeys(Push._fields, "f8"))
"""The type of rows whose columns are those of :class:`Push`."""


@kernel
def specific_force(before_end_s: float, full_m_s2: float, growth_per_s: float, tail_s: float) -> float:
    """Return the specific force (m/s2) at a time before the end of a stage."""
    if before_end_s < tail_s:
        return full_m_s2 * before_end_s / tail_s
    return full_m_s2 / (1.0 + growth_per_s * (before_end_s - tail_s))


@kernel
def _slope(time, state, out, push, basis, earth, burning) -> None:
    derivative(state, out, push.ballistic_coefficient_kg_m2, earth)
    if not burning:
        return
    force = specific_force(push.end_s - time, push.full_force_m_s2, push.growth_per_s, push.tail_s)
    elevation = push.elevation_rad - push.turn_rad_s * (time - push.ignition_s)
    along, up = cos(elevation), sin(elevation)
    east, north = along * sin(push.azimuth_rad), along * cos(push.azimuth_rad)
    for i in range(3):
        out[3 + i] += force * (east * basis[0, i] + north * basis[1, i] + up * basis[2, i])


@kernel
def _advance(time, h, state, push, basis, earth, k, trial, burning) -> None:
    """Advance ``state`` by ``h`` in place, by the classical Runge-Kutta scheme."""
    _slope(time, state, k[0], push, basis, earth, burning)
    for i in range(6):
        trial[i] = state[i] + 0.5 * h * k[0, i]
    _slope(time + 0.5 * h, trial, k[1], push, basis, earth, burning)
    for i in range(6):
        trial[i] = state[i] + 0.5 * h * k[1, i]
    _slope(time + 0.5 * h, trial, k[2], push, basis, earth, burning)
    for i in range(6):
        trial[i] = state[i] + h * k[2, i]
    _slope(time + h, trial, k[3], push, basis, earth, burning)
    for i in range(6):
        state[i] += h * (k[0, i] + 2.0 * k[1, i] + 2.0 * k[2, i] + k[3, i]) / 6.0


@kernel
def _leg(start_s, end_s, step_s, state, push, basis, earth, nodes, used, burning) -> int:
    """Fly from ``start_s`` to ``end_s`` in equal steps, noting each; return the number of nodes used."""
    count = max(int(np.ceil((end_s - start_s) / step_s - 1e-9)), 0)
    if count == 0:
        return used
    k, trial = np.empty((4, 6)), np.empty(6)
    h = (end_s - start_s) / count
    for j in range(count):
        _advance(start_s + j * h, h, state, push, basis, earth, k, trial, burning)
        if used < nodes.shape[0]:
            nodes[used, 0] = start_s + (j + 1) * h
            nodes[used, 1:] = state
            used += 1
    return used


@kernel
def fly_pushes(lat_rad, lon_rad, height_m, pushes, until_s, earth: EarthModel, nodes) -> int:
    """Fly from rest on the ground through ``pushes`` (n,), rows of :data:`PUSH`, and on to ``until_s``; return the nodes used.

    ``nodes`` (m, 7) receives time and ECI state; rows beyond the returned count are left alone. Between stages and
    after the last the vehicle coasts; drag is that of the stage that pushes next, after the last that of the last.
    """
    basis, state = np.empty((3, 3)), np.empty(6)
    east, north, up = enu_basis(lat_rad, lon_rad)
    for i in range(3):
        basis[0, i], basis[1, i], basis[2, i] = east[i], north[i], up[i]
    state[0], state[1], state[2] = geodetic_to_ecef(lat_rad, lon_rad, height_m, earth)
    state[3], state[4], state[5] = -earth.omega_rad_s * state[1], earth.omega_rad_s * state[0], 0.0
    time = pushes[0].ignition_s
    nodes[0, 0] = time
    nodes[0, 1:] = state
    used = 1
    push = pushes[0]
    for n in range(pushes.size):
        push = pushes[n]
        full = push.end_s - push.tail_s
        used = _leg(
            time, push.ignition_s, BOOST_STEP_S, state, push, basis, earth, nodes, used, burning=False
        )
        used = _leg(push.ignition_s, full, BOOST_STEP_S, state, push, basis, earth, nodes, used, burning=True)
        used = _leg(full, push.end_s, BOOST_STEP_S, state, push, basis, earth, nodes, used, burning=True)
        time = push.end_s
    return _leg(time, until_s, COAST_STEP_S, state, push, basis, earth, nodes, used, burning=False)


@kernel
def state_at(nodes, time_s: float, out) -> bool:
    """Fill ``out`` (6) with the ECI state at ``time_s`` by cubic interpolation of nodes (n, 7); False outside them."""
    if not nodes[0, 0] <= time_s <= nodes[-1, 0]:
        return False
    low, high = 0, nodes.shape[0] - 1
    while high - low > 1:
        middle = (low + high) // 2
        if nodes[middle, 0] <= time_s:
            low = middle
        else:
            high = middle
    h = nodes[high, 0] - nodes[low, 0]
    s = (time_s - nodes[low, 0]) / h
    for i in range(3):
        p, q, u, w = nodes[low, 1 + i], nodes[high, 1 + i], nodes[low, 4 + i] * h, nodes[high, 4 + i] * h
        c2, c3 = 3.0 * (q - p) - 2.0 * u - w, 2.0 * (p - q) + u + w
        out[i] = p + s * (u + s * (c2 + s * c3))
        out[3 + i] = (u + s * (2.0 * c2 + 3.0 * s * c3)) / h
    return True


@kernel
def earth_relative_speed(state, earth: EarthModel) -> float:
    """Return the speed (m/s) relative to the turning Earth of an ECI state."""
    u = state[3] + earth.omega_rad_s * state[1]
    v = state[4] - earth.omega_rad_s * state[0]
    return sqrt(u * u + v * v + state[5] * state[5])


@kernel
def eci_to_ecef(state, time_s: float, earth: EarthModel, out) -> None:
    """Fill ``out`` (6) with the ECEF position and Earth-relative velocity of an ECI state at ``time_s``."""
    turn = earth.omega_rad_s * time_s
    c, s = cos(turn), sin(turn)
    u = state[3] + earth.omega_rad_s * state[1]
    v = state[4] - earth.omega_rad_s * state[0]
    out[0], out[1], out[2] = state[0] * c + state[1] * s, -state[0] * s + state[1] * c, state[2]
    out[3], out[4], out[5] = u * c + v * s, -u * s + v * c, state[5]
