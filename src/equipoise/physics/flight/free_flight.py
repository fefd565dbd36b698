"""One unpowered flight to the ground, for kernels that fly one body at a time.

The flight is that of :mod:`equipoise.physics.flight.fall`, the same source as the batch. State arrays are six floats, position (m)
and velocity (m/s) in ``eci`` axes that coincide with ``ecef`` at time 0.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.physics.environment.atmosphere import density
from equipoise.physics.environment.drag import constant_drag
from equipoise.physics.environment.earth import EarthModel, altitude, gravity
from equipoise.physics.flight.dense_output import count_nodes, quintic_rate
from equipoise.physics.flight.fall import Body, fall, quintic

AIR_TOP_M = 200e3
"""Above this height drag on a re-entry body is below 1e-5 of gravity and is left out."""
POSITION_TOLERANCE_M = 5e-3
"""Error allowed per step in air, in m of drift."""
NODE_STEP_S = 30.0
"""Nodes lie no farther apart, so that a cubic between them is good to 20 m."""
_INNER = 400
_OK = int(FlightStatus.OK)
_NO_MACH = constant_drag(1.0)


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
def _thin(inner, nodes) -> None:
    """Fill ``nodes`` (n, 7) with time and state from dense nodes (m, 10), at most :data:`NODE_STEP_S` apart."""
    nodes[:, :] = np.nan
    count, used = count_nodes(inner), 0
    for j in range(count):
        a = inner[j]
        if used < nodes.shape[0]:
            for c in range(7):
                nodes[used, c] = a[c]
            used += 1
        if j + 1 == count:
            break
        b = inner[j + 1]
        h = b[0] - a[0]
        if not h > 0.0:
            used -= 1
            continue
        parts = int(np.ceil(h / NODE_STEP_S))
        for p in range(1, parts):
            if used == nodes.shape[0]:
                break
            s = p / parts
            nodes[used, 0] = a[0] + s * h
            for c in range(3):
                ends = (a[1 + c], a[4 + c], a[7 + c], b[1 + c], b[4 + c], b[7 + c])
                nodes[used, 1 + c] = quintic(*ends, h, s)
                nodes[used, 4 + c] = quintic_rate(*ends, h, s)
            used += 1


@kernel
def descend(start, beta_kg_m2: float, earth: EarthModel, tolerance_m: float, nodes) -> Descent:
    """Fly from ``start`` (shape 6, ECI at time 0) to the ground.

    ``nodes`` (n, 7) receives times and states along the path while there is room (row 0 is the start; unused rows are nan);
    pass an array of no rows when the path is not needed. ``beta_kg_m2`` may be infinite.
    """
    inner = np.empty((1, _INNER if nodes.shape[0] > 0 else 0, 10))
    inner[:, :, :] = np.nan
    state = (start[0], start[1], start[2], start[3], start[4], start[5])
    body = Body(1.0 / beta_kg_m2, _NO_MACH, earth)
    alive = beta_kg_m2 > 0.0
    end = fall(0.0, state, alive, body, tolerance_m, inner, np.zeros(1, dtype=np.int64), 0)
    if nodes.shape[0] > 0:
        _thin(inner[0], nodes)
    if end.status != _OK:
        nan = np.nan
        return Descent(int(end.status), nan, nan, nan, nan, nan, nan, nan)
    y, m = end.state, end.marks
    return Descent(_OK, end.time_s, y[0], y[1], y[2], m.apogee_m, m.apogee_time_s, m.peak_deceleration_m_s2)
