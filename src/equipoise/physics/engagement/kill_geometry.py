"""The geometry of a kill: closing speed and crossing angle, and the times at which they lie within limits.

The crossing angle is that between the interceptor's velocity and the missile's turned round: 0 is head on, pi a chase
from behind. Both velocities are over the turning Earth at the place and time of the kill.
"""

from __future__ import annotations

from math import acos, cos, inf, isfinite, nan, sin, sqrt

import numpy as np

from equipoise.numerics.intervals import insert, merge
from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.launch_segments import Segments, value
from equipoise.physics.engagement.launch_windows import law_of
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.trajectory import Path, position_at
from equipoise.physics.interceptor.flyout import NONE, Guess, Law, arrival

RAD_PER_M_S = 1e-4
"""Weight of a metre per second against a radian where the two margins are compared; it does not move their zeros."""
MARGIN_STEP_S, END_S = 10.0, 0.02
"""A change of the margin's sign is looked for between instants this far apart, or a quarter of a stretch, and located."""


@kernel
def sample_before(path: Path, k: int, t: float) -> int:
    """Return the last sample from ``k`` on that is not after ``t``, and never the very last."""
    while k + 2 < path.filled and path.time_s[k + 1] <= t:
        k += 1
    return k


@kernel
def missile_at(path: Path, k: int, t: float, point, velocity) -> None:
    """Fill ``point`` and ``velocity`` (3,), ECEF, at ``t`` between samples k and k + 1."""
    position_at(path, k, t, point)
    share = (t - path.time_s[k]) / (path.time_s[k + 1] - path.time_s[k])
    for a in range(3):
        velocity[a] = (1.0 - share) * path.velocity_ecef_m_s[k, a] + share * path.velocity_ecef_m_s[k + 1, a]


@kernel
def closing(law: Law, earth: EarthModel, place, target, velocity, flown_s: float):
    """Return closing speed (m/s) and crossing angle (rad) of a kill at ``target`` (3,), ECEF, after about ``flown_s``.

    ``velocity`` (3,) is the missile's, relative to the ground. nan where the interceptor does not arrive.
    ``place`` (3,) is the launcher, ECEF at its launch, m; ``law`` the interceptor's fly-out. Both velocities
    are over the turning Earth.
    """
    arrived = arrival(law, earth, place, target, Guess(flown_s, 0.0, 0.0))
    if arrived.branch == NONE:
        return nan, nan
    turn, omega, v = earth.omega_rad_s * arrived.time_s, earth.omega_rad_s, arrived.velocity_eci_m_s
    c, s = cos(turn), sin(turn)
    own = (v[0] * c + v[1] * s + omega * target[1], v[1] * c - v[0] * s - omega * target[0], v[2])
    square = dot = mine = its = 0.0
    for a in range(3):
        square += (velocity[a] - own[a]) ** 2
        dot -= velocity[a] * own[a]
        mine += own[a] * own[a]
        its += velocity[a] * velocity[a]
    cosine = dot / max(sqrt(mine * its), 1e-9)
    return sqrt(square), acos(max(-1.0, min(1.0, cosine)))


@kernel
def _margin(kind, places, earth: EarthModel, point, velocity, flown_s: float):
    """Return by how much the geometry of a kill lies within the limits (negative: outside; nan: no arrival)."""
    sure = kind.sure > 0
    best = inf if sure else -inf
    for i in range(kind.places):
        speed, angle = closing(law_of(kind), earth, places[i], point, velocity, flown_s)
        if not isfinite(speed):
            continue
        margin = min((speed - kind.least_closing_m_s) * RAD_PER_M_S, kind.most_crossing_rad - angle)
        best = min(best, margin) if sure else max(best, margin)
    return best if isfinite(best) else nan


@kernel
def _margin_at(path: Path, k: int, kind, places, earth: EarthModel, row, t: float, point, velocity):
    """Return the margin at ``t`` in a stretch, and the sample before it."""
    k = sample_before(path, k, t)
    missile_at(path, k, t, point, velocity)
    return _margin(kind, places, earth, point, velocity, t - value(row, t)), k


@kernel
def closing_times(path: Path, kind, places, earth: EarthModel, found: Segments, out) -> int:
    """Fill ``out`` (n, 2) with the times at which a kill within ``found`` lies within the limits; return how many.

    The intervals are merged; their ends are bisected to :data:`END_S`.
    ``kind`` and ``places`` (k, 3), ECEF in m, are the battery's rows of
    :class:`equipoise.physics.engagement.launch_windows.Shooters`. Times are s since launch.
    """
    point, velocity = np.empty(3), np.empty(3)
    n, k = 0, path.burnout
    for i in range(found.filled):
        row = found.row[i]
        steps = max(4, int((row.end_s - row.start_s) / MARGIN_STEP_S) + 1)
        last = row.start_s
        before, k = _margin_at(path, k, kind, places, earth, row, last, point, velocity)
        for j in range(1, steps + 1):
            t = row.start_s + (row.end_s - row.start_s) * j / steps
            now, _ = _margin_at(path, k, kind, places, earth, row, t, point, velocity)
            start, end = last, t
            if (before >= 0.0) != (now >= 0.0):
                while end - start > END_S:
                    middle = 0.5 * (start + end)
                    there, _ = _margin_at(path, k, kind, places, earth, row, middle, point, velocity)
                    if (there >= 0.0) == (before >= 0.0):
                        start = middle
                    else:
                        end = middle
                start, end = (last, start) if before >= 0.0 else (end, t)
            if before >= 0.0 or now >= 0.0:
                n = merge(out, insert(out, n, start, end))
            before, last, k = now, t, sample_before(path, k, t)
    return n
