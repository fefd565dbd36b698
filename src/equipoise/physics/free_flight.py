"""Unpowered flight to the ground: J2 gravity, air that turns with the Earth, events found by stepping onto them.

State arrays are six floats, position (m) and velocity (m/s) in ``eci`` axes that coincide with ``ecef`` at time 0.
The integrator is the embedded pair of Dormand and Prince (J. Comput. Appl. Math. 6, 1980, RK5(4)7M).
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.physics.atmosphere import density
from equipoise.physics.earth import EarthModel, altitude, gravity

AIR_TOP_M = 200e3
"""Above this height drag on a re-entry body is below 1e-5 of gravity and is left out."""
POSITION_TOLERANCE_M = 0.02
"""Error allowed per step, in m; the velocity error, times 100 s, is held to the same."""
FARTHEST_M = 1.0e8
STEP_LIMIT = 20_000
_OK = int(FlightStatus.OK)
_ESCAPED = int(FlightStatus.ESCAPED)
_STEP_LIMIT = int(FlightStatus.STEP_LIMIT)


class Descent(NamedTuple):
    """The end of a flight: time since the start (s), ECI position at impact (m), apogee, braking."""

    status: int
    time_s: float
    x_m: float
    y_m: float
    z_m: float
    apogee_m: float
    apogee_time_s: float
    peak_deceleration_m_s2: float


@kernel
def derivative(state, out, beta_kg_m2: float, earth: EarthModel) -> float:
    """Fill ``out`` with the derivative of ``state`` (both shape 6); return the drag deceleration, m/s2."""
    x, y, z = state[0], state[1], state[2]
    ax, ay, az = gravity(x, y, z, earth)
    drag = 0.0
    height = altitude(x, y, z, earth)
    if height < AIR_TOP_M and beta_kg_m2 < inf:
        u = state[3] + earth.omega_rad_s * y
        v = state[4] - earth.omega_rad_s * x
        w = state[5]
        speed = sqrt(u * u + v * v + w * w)
        per_speed = 0.5 * density(height) * speed / beta_kg_m2
        ax -= per_speed * u
        ay -= per_speed * v
        az -= per_speed * w
        drag = per_speed * speed
    out[0], out[1], out[2] = state[3], state[4], state[5]
    out[3], out[4], out[5] = ax, ay, az
    return drag


@kernel
def step(state, k, h: float, beta_kg_m2: float, earth: EarthModel, out) -> float:
    """Advance ``state`` by ``h`` seconds into ``out``; ``k`` is (7, 6) scratch with ``k[0]`` filled.

    Returns the estimated error in m. On return ``k[6]`` is the derivative at the new state.
    """
    for i in range(6):
        out[i] = state[i] + h * k[0, i] / 5.0
    derivative(out, k[1], beta_kg_m2, earth)
    for i in range(6):
        out[i] = state[i] + h * (3.0 * k[0, i] + 9.0 * k[1, i]) / 40.0
    derivative(out, k[2], beta_kg_m2, earth)
    for i in range(6):
        out[i] = state[i] + h * (44.0 / 45.0 * k[0, i] - 56.0 / 15.0 * k[1, i] + 32.0 / 9.0 * k[2, i])
    derivative(out, k[3], beta_kg_m2, earth)
    for i in range(6):
        out[i] = state[i] + h * (
            19372.0 / 6561.0 * k[0, i]
            - 25360.0 / 2187.0 * k[1, i]
            + 64448.0 / 6561.0 * k[2, i]
            - 212.0 / 729.0 * k[3, i]
        )
    derivative(out, k[4], beta_kg_m2, earth)
    for i in range(6):
        out[i] = state[i] + h * (
            9017.0 / 3168.0 * k[0, i]
            - 355.0 / 33.0 * k[1, i]
            + 46732.0 / 5247.0 * k[2, i]
            + 49.0 / 176.0 * k[3, i]
            - 5103.0 / 18656.0 * k[4, i]
        )
    derivative(out, k[5], beta_kg_m2, earth)
    for i in range(6):
        out[i] = state[i] + h * (
            35.0 / 384.0 * k[0, i]
            + 500.0 / 1113.0 * k[2, i]
            + 125.0 / 192.0 * k[3, i]
            - 2187.0 / 6784.0 * k[4, i]
            + 11.0 / 84.0 * k[5, i]
        )
    derivative(out, k[6], beta_kg_m2, earth)
    worst = 0.0
    for i in range(6):
        e = h * (
            71.0 / 57600.0 * k[0, i]
            - 71.0 / 16695.0 * k[2, i]
            + 71.0 / 1920.0 * k[3, i]
            - 17253.0 / 339200.0 * k[4, i]
            + 22.0 / 525.0 * k[5, i]
            - k[6, i] / 40.0
        )
        worst = max(worst, abs(e) if i < 3 else abs(e) * 100.0)
    return worst


@kernel
def _radial(state) -> float:
    return state[0] * state[3] + state[1] * state[4] + state[2] * state[5]


@kernel
def _apogee_step(state, k, h: float, beta_kg_m2: float, earth: EarthModel, trial) -> float:
    """Return the part of ``h`` at which the radial speed passes zero, by the secant method (regula falsi)."""
    low, f_low, high = 0.0, _radial(state), h
    step(state, k, h, beta_kg_m2, earth, trial)
    f_high = _radial(trial)
    middle = h
    for _ in range(8):
        middle = low + (high - low) * f_low / (f_low - f_high)
        step(state, k, middle, beta_kg_m2, earth, trial)
        f = _radial(trial)
        if abs(f) < 1e3:
            break
        if f > 0.0:
            low, f_low = middle, f
        else:
            high, f_high = middle, f
    return middle


@kernel
def descend(start, beta_kg_m2: float, earth: EarthModel, tolerance_m: float, nodes) -> Descent:
    """Fly from ``start`` (shape 6, ECI at time 0) to the ground.

    ``nodes`` (n, 7) receives time and state after each step while there is room (row 0 is the start; unused
    rows are nan); pass an array of no rows when the path is not needed. ``beta_kg_m2`` may be infinite.
    """
    state, trial, k = start.copy(), np.empty(6), np.empty((7, 6))
    time = 0.0
    drag = derivative(state, k[0], beta_kg_m2, earth)
    peak = drag
    height = altitude(state[0], state[1], state[2], earth)
    apogee, apogee_time = height, 0.0
    h = 1.0
    used = 0
    # cubic interpolation between nodes 30 s apart is good to 20 m
    longest = 120.0 if nodes.shape[0] == 0 else 30.0
    if nodes.shape[0] > 0:
        nodes[:, :] = np.nan
        nodes[0, 0] = 0.0
        nodes[0, 1:] = state
        used = 1
    for _ in range(STEP_LIMIT):
        error = step(state, k, h, beta_kg_m2, earth, trial)
        if not error < tolerance_m:
            h *= max(0.2, 0.9 * (tolerance_m / error) ** 0.2) if error < inf else 0.2
            if h < 1e-7:
                break
            continue
        new_height = altitude(trial[0], trial[1], trial[2], earth)
        falling = _radial(trial) < 0.0
        if falling and new_height < -0.005 and h > 1e-7:
            # a chord of a falling path lies inside it, so this lands just above the ground
            h *= height / (height - new_height) if height > 0.0 else 0.5
            h = max(h, 1e-7)
            continue
        if _radial(state) > 0.0 and falling:
            part = _apogee_step(state, k, h, beta_kg_m2, earth, trial)
            apogee = altitude(trial[0], trial[1], trial[2], earth)
            apogee_time = time + part
            step(state, k, h, beta_kg_m2, earth, trial)
        time += h
        state[:] = trial
        k[0, :] = k[6, :]
        height = new_height
        drag = derivative(state, k[0], beta_kg_m2, earth)
        peak = max(peak, drag)
        if used < nodes.shape[0]:
            nodes[used, 0] = time
            nodes[used, 1:] = state
            used += 1
        if falling and height < 0.005:
            return Descent(_OK, time, state[0], state[1], state[2], apogee, apogee_time, peak)
        r2 = state[0] ** 2 + state[1] ** 2 + state[2] ** 2
        if r2 > FARTHEST_M * FARTHEST_M:
            return Descent(_ESCAPED, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
        h = min(h * min(4.0, 0.9 * (tolerance_m / max(error, 1e-12)) ** 0.2), longest)
        # near the ground never step over it by more than a little: the vertical speed bounds the next step
        sink = -_radial(state) / sqrt(r2)
        if sink > 0.0 and height < AIR_TOP_M:
            h = min(h, max(1.02 * height / sink, 1e-6))
    return Descent(_STEP_LIMIT, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
