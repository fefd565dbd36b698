"""Free flight above the air for a given time, eight at a time: the point mass and J2, no drag.

States are inertial. Steps are a fixed part of the local time scale sqrt(r3 / GM); against a tight integration, positions
after half an hour lie within a millimetre (see docs/flight.md).
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from equipoise.foundation.errors import DomainError
from equipoise.numerics.jit import kernel
from equipoise.numerics.lane_type import WIDTH
from equipoise.numerics.lanes import any_lane, load, smaller, spread, store, where
from equipoise.numerics.runge_kutta import SMOOTH_WORK, smooth_stepper
from equipoise.numerics.threads import in_shares
from equipoise.physics.environment.earth import EarthModel, gravity

PRECISE_PART = 0.13
"""Steps are this part of the local time scale: half an hour is then good to a millimetre."""
SHARE = 256
"""Blocks of eight flights that a thread takes at a time."""

coast_step = smooth_stepper(gravity)


@kernel
def natural_step(x, y, z, part: float, earth: EarthModel):
    """Return the length of the next step in s: ``part`` of the local time scale; floats or lanes.

    ``x``, ``y`` and ``z`` (m) are a position from the Earth's centre in any axes; the scale is the root of
    the distance cubed over GM.
    """
    r2 = x * x + y * y + z * z
    return part * sqrt(r2 * sqrt(r2) / earth.gm_m3_s2)


@kernel
def _coast(states, duration_s, earth: EarthModel, out, start, stop) -> None:
    work = np.empty(SMOOTH_WORK)
    for b in range(start, stop):
        s = states[b]
        y = (load(s[0], 0), load(s[1], 0), load(s[2], 0), load(s[3], 0), load(s[4], 0), load(s[5], 0))
        left = spread(abs(duration_s))
        sign = 1.0 if duration_s >= 0.0 else -1.0
        while any_lane(left > 0.0):
            h = smaller(natural_step(y[0], y[1], y[2], PRECISE_PART, earth), left)
            y = coast_step(y, sign * h, earth, work)
            left = where(left > h, left - h, 0.0)
        for a in range(6):
            store(out[b, a], 0, y[a])


def coast(
    states_eci: np.ndarray, duration_s: float, earth: EarthModel, *, threads: int | None = None
) -> np.ndarray:
    """Return states (n, 6), m and m/s, after a time that may be negative; the flights must stay above the air.

    ``states_eci`` (n, 6) is inertial. Gravity is J2, without air; good to a millimetre over half an hour.
    ``threads`` is how many to use, all by default. States that are not finite or lie inside the Earth are a
    :class:`DomainError`.
    """
    states = np.atleast_2d(np.asarray(states_eci, dtype=float))
    if states.ndim != 2 or states.shape[1] != 6 or not np.all(np.isfinite(states)):
        raise DomainError("states must be finite, shape (n, 6): position in m and velocity in m/s")
    if np.any(np.linalg.norm(states[:, :3], axis=1) < 1e6) or not np.isfinite(duration_s):
        raise DomainError("states must lie outside the Earth, and the duration must be finite")
    count = states.shape[0]
    blocks = -(-count // WIDTH)
    padded = np.concatenate((states, np.repeat(states[-1:], blocks * WIDTH - count, axis=0)))
    padded = np.ascontiguousarray(padded.reshape(blocks, WIDTH, 6).transpose(0, 2, 1))
    out = np.empty_like(padded)
    in_shares(
        lambda a, b: _coast(padded, float(duration_s), earth, out, a, b), blocks, share=SHARE, threads=threads
    )
    return np.ascontiguousarray(out.transpose(0, 2, 1).reshape(-1, 6)[:count])
