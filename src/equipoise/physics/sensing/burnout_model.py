"""What measurements say about burnout: a model of the last seconds of boost and of the coast, and its derivatives.

The fourteen numbers of the model, an array ``x``: ECI position (m) and velocity (m/s) at burnout, burnout time (s after
launch), full specific force (m/s2), logarithm of its growth (1/s), pitch and yaw of the push off the Earth-relative
velocity at burnout (rad), the rate (rad/s) at which the pitch falls, logarithms of the tail-off (s) and of the ballistic
coefficient (kg/m2). See :mod:`~equipoise.physics.flight.axial_boost` for force, growth and tail-off. After burnout, when nothing pushes
any more, the vehicle falls; before it the push is followed backwards.

Measurements are rows of :data:`~equipoise.physics.sensing.observation.MEASUREMENT`.
"""

from __future__ import annotations

from math import cos, exp, sin, sqrt

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel, altitude
from equipoise.physics.flight.axial_boost import earth_relative_speed, eci_to_ecef, specific_force, state_at
from equipoise.physics.flight.free_flight import derivative
from equipoise.physics.sensing.observation import ALTITUDE, AZIMUTH, CUTOFF, SPEED, look

TIME, FORCE, GROWTH, PITCH, YAW, PITCH_RATE, TAIL, DRAG = 6, 7, 8, 9, 10, 11, 12, 13
"""Places of the numbers after position and velocity."""
SIZE = 14
"""Numbers of the model."""
STEPS = np.array([5.0, 5.0, 5.0, 0.05, 0.05, 0.05, 2e-3, 0.01, 3e-3, 1e-4, 1e-4, 1e-5, 2e-3, 1e-2])
"""Steps of the central differences."""
BACK_STEP_S = 0.5
TAIL_STEPS = 2
COAST_STEP_S = 4.0
"""Steps of the fourth-order scheme; cubic interpolation between coast nodes is good to a millimetre."""


@kernel
def burnout_frame(x, earth: EarthModel, basis) -> None:
    """Fill ``basis`` (3, 3) with the directions along, above and to the left of the velocity at burnout.

    ``x`` (14,) are the model's numbers: inertial state at burnout (m, m/s), then as :data:`DRAG` names them.
    Rows are inertial unit vectors; the velocity is that over the turning Earth.
    """
    vx = x[3] + earth.omega_rad_s * x[1]
    vy = x[4] - earth.omega_rad_s * x[0]
    vz = x[5]
    v = sqrt(vx * vx + vy * vy + vz * vz)
    a0, a1, a2 = vx / v, vy / v, vz / v
    r = sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    s0, s1, s2 = (x[1] * a2 - x[2] * a1) / r, (x[2] * a0 - x[0] * a2) / r, (x[0] * a1 - x[1] * a0) / r
    s = sqrt(s0 * s0 + s1 * s1 + s2 * s2)
    if s < 1e-6:  # a vertical flight has no left of its own; any horizontal axis serves
        s0, s1, s2, s = -x[1], x[0], 0.0, sqrt(x[0] * x[0] + x[1] * x[1])
    s0, s1, s2 = s0 / s, s1 / s, s2 / s
    basis[0, 0], basis[0, 1], basis[0, 2] = a0, a1, a2
    basis[1, 0], basis[1, 1], basis[1, 2] = a1 * s2 - a2 * s1, a2 * s0 - a0 * s2, a0 * s1 - a1 * s0
    basis[2, 0], basis[2, 1], basis[2, 2] = s0, s1, s2


@kernel
def _slope(before_s, state, out, x, basis, earth: EarthModel) -> None:
    """Fill the derivative ``before_s`` seconds before burnout; without push when that is not positive."""
    derivative(state, out, exp(x[DRAG]), earth)
    if before_s <= 0.0:
        return
    force = specific_force(before_s, x[FORCE], exp(x[GROWTH]), exp(x[TAIL]))
    pitch = x[PITCH] + x[PITCH_RATE] * before_s
    along, above, left = cos(pitch) * cos(x[YAW]), sin(pitch), cos(pitch) * sin(x[YAW])
    for i in range(3):
        out[3 + i] += force * (along * basis[0, i] + above * basis[1, i] + left * basis[2, i])


@kernel
def _walk(start_s, end_s, state, x, basis, earth, nodes) -> None:
    """Advance ``state`` from ``start_s`` to ``end_s`` after burnout (negative before), noting each equal step."""
    k, trial = np.empty((4, 6)), np.empty(6)
    count = nodes.shape[0]
    h = (end_s - start_s) / count
    for j in range(count):
        t = start_s + j * h
        _slope(-t, state, k[0], x, basis, earth)
        for i in range(6):
            trial[i] = state[i] + 0.5 * h * k[0, i]
        _slope(-t - 0.5 * h, trial, k[1], x, basis, earth)
        for i in range(6):
            trial[i] = state[i] + 0.5 * h * k[1, i]
        _slope(-t - 0.5 * h, trial, k[2], x, basis, earth)
        for i in range(6):
            trial[i] = state[i] + h * k[2, i]
        _slope(-t - h, trial, k[3], x, basis, earth)
        for i in range(6):
            state[i] += h * (k[0, i] + 2.0 * k[1, i] + 2.0 * k[2, i] + k[3, i]) / 6.0
        nodes[j, 0] = x[TIME] + t + h
        nodes[j, 1:] = state


@kernel
def path_nodes(x, first_s, last_s, earth: EarthModel):
    """Return the nodes (n, 7) of the modelled path from ``first_s`` to ``last_s`` or beyond, in order of time.

    ``x`` (14,) are the model's numbers; a node is time (s since launch) and inertial state (m, m/s). The
    steps are of fourth order, :data:`BACK_STEP_S` before and :data:`COAST_STEP_S` after burnout.
    """
    basis = np.empty((3, 3))
    burnout_frame(x, earth, basis)
    tail = exp(x[TAIL])
    deepest = max(x[TIME] - first_s, tail + BACK_STEP_S)
    back = TAIL_STEPS + int(np.ceil((deepest - tail) / BACK_STEP_S))
    ahead = max(int(np.ceil((last_s - x[TIME]) / COAST_STEP_S)), 1)
    before, after = np.empty((back, 7)), np.empty((ahead, 7))
    state = x[:6].copy()
    _walk(0.0, -tail, state, x, basis, earth, before[:TAIL_STEPS])
    _walk(-tail, -deepest, state, x, basis, earth, before[TAIL_STEPS:])
    state[:] = x[:6]
    _walk(0.0, max(last_s - x[TIME], COAST_STEP_S), state, x, basis, earth, after)
    nodes = np.empty((back + ahead + 1, 7))
    for j in range(back):
        nodes[j] = before[back - 1 - j]
    nodes[back, 0] = x[TIME]
    nodes[back, 1:] = x[:6]
    nodes[back + 1 :] = after
    return nodes


@kernel
def predict(x, rows, observers, earth: EarthModel, out) -> None:
    """Fill ``out`` (n) with what measurements, rows of :data:`MEASUREMENT`, would read without noise and bias.

    ``x`` (14,) are the model's numbers; of ``rows`` time, kind and observer are read; ``observers`` are rows of
    :data:`equipoise.physics.sensing.observation.OBSERVER`.
    """
    first, last = x[TIME], x[TIME]
    for i in range(rows.size):
        if rows[i].kind != CUTOFF:
            first, last = min(first, rows[i].time_s), max(last, rows[i].time_s)
    # a hair beyond both ends, so that rounding leaves no row outside
    nodes = path_nodes(x, first - 1e-6, last + 1e-6, earth)
    state, point = np.empty(6), np.empty(6)
    read = (0.0, 0.0, 0.0, 0.0)
    for i in range(rows.size):
        kind = rows[i].kind
        if kind == CUTOFF:
            out[i] = x[TIME]
            continue
        # the kinds that one look gives stand one after the other
        fresh = (
            i == 0
            or rows[i].time_s != rows[i - 1].time_s
            or rows[i].observer != rows[i - 1].observer
            or rows[i - 1].kind >= CUTOFF
        )
        if fresh:
            state_at(nodes, rows[i].time_s, state)
            eci_to_ecef(state, rows[i].time_s, earth, point)
        if kind == SPEED:
            out[i] = earth_relative_speed(state, earth)
        elif kind == ALTITUDE:
            out[i] = altitude(point[0], point[1], point[2], earth)
        else:
            if fresh:
                o = observers[rows[i].observer]
                read = look(o.lat_rad, o.lon_rad, o.height_m, point, earth)
            out[i] = read[kind]


@kernel
def sensitivity(x, rows, observers, earth: EarthModel, out) -> None:
    """Fill ``out`` (n, 14) with the derivatives of :func:`predict` by central differences of :data:`STEPS`.

    ``x`` (14,), ``rows`` and ``observers`` are as there; azimuths are compared across north.
    """
    high, low, moved = np.empty(rows.size), np.empty(rows.size), x.copy()
    for j in range(SIZE):
        h = STEPS[j]
        moved[j] = x[j] + h
        predict(moved, rows, observers, earth, high)
        moved[j] = x[j] - h
        predict(moved, rows, observers, earth, low)
        moved[j] = x[j]
        for i in range(rows.size):
            change = high[i] - low[i]
            if rows[i].kind == AZIMUTH:
                change -= 2.0 * np.pi * round(change / (2.0 * np.pi))
            out[i, j] = change / (2.0 * h)
