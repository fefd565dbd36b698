"""Many bodies let go at one place, each with its own velocity and drag: where and when they come down."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.numerics.threads import in_shares
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.free_flight import descend

TOLERANCE_M = 1.0
"""Error per step; hazard areas are kilometres wide."""
SHARE = 64
"""Bodies that a thread takes at a time."""
_OK = int(FlightStatus.OK)


@kernel
def _fall(position, velocities, betas, earth, ecef, times, start, stop) -> None:
    for i in range(start, stop):
        state = np.empty(6)
        state[0], state[1], state[2] = position[0], position[1], position[2]
        state[3] = velocities[i, 0] - earth.omega_rad_s * position[1]
        state[4] = velocities[i, 1] + earth.omega_rad_s * position[0]
        state[5] = velocities[i, 2]
        end = descend(state, betas[i], earth, TOLERANCE_M, np.empty((0, 7)))
        turn = earth.omega_rad_s * end.time_s
        c, s = cos(turn), sin(turn)
        ecef[i, 0], ecef[i, 1], ecef[i, 2] = end.x_m * c + end.y_m * s, -end.x_m * s + end.y_m * c, end.z_m
        times[i] = end.time_s


def fall_many(
    position_ecef_m: np.ndarray, velocities_ecef_m_s: np.ndarray, betas_kg_m2: np.ndarray, earth: EarthModel
):
    """Return impact points (n, 3, ECEF) and times of fall (n) of bodies let go at one point (3).

    Velocities (n, 3) are relative to the turning Earth; nan where a body does not come down.
    """
    count = len(betas_kg_m2)
    ecef, times = np.empty((count, 3)), np.empty(count)
    position, velocities = np.ascontiguousarray(position_ecef_m), np.ascontiguousarray(velocities_ecef_m_s)
    in_shares(
        lambda a, b: _fall(position, velocities, betas_kg_m2, earth, ecef, times, a, b), count, share=SHARE
    )
    return ecef, times
