"""The geometry of a kill: closing speed and crossing angle, and the times at which they lie within limits.

The crossing angle is that between the interceptor's velocity and the missile's turned round: 0 is head on, pi a chase
from behind. Both velocities are over the turning Earth at the place and time of the kill.
"""

from __future__ import annotations

from math import acos, inf, isfinite, nan, sqrt

from equipoise.numerics.intervals import insert
from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.launch_windows import LEAST_CLOSING, MOST_CROSSING, PLACES, SURE
from equipoise.physics.flight.trajectory import Path
from equipoise.physics.interceptor.flyout import FlyoutTable, inertial_range_m
from equipoise.physics.interceptor.flyout_model import meeting

RAD_PER_M_S = 1e-4
"""Weight of a metre per second against a radian where the two margins are compared; it does not move their zeros."""


@kernel
def closing(table: FlyoutTable, place, target, height: float, velocity, flown_s: float, omega: float):
    """Return closing speed (m/s) and crossing angle (rad) of a kill at ``target`` (3,), ECEF, after ``flown_s``.

    ``velocity`` (3,) is the missile's, relative to the ground. nan where the interceptor does not arrive.
    """
    p = target
    distance = inertial_range_m(place[0], place[1], place[2], p[0], p[1], p[2], flown_s, omega)
    met = meeting(table.law, distance, max(height, 0.0), flown_s)
    if not met.time_s < inf:
        return nan, nan
    r = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2])
    up = (p[0] / r, p[1] / r, p[2] / r)
    # in the axes of the kill the launch point, carried by the ground while the interceptor flies, is where it stands
    away = (p[0] - place[0], p[1] - place[1], p[2] - place[2])
    rise = away[0] * up[0] + away[1] * up[1] + away[2] * up[2]
    along = (away[0] - rise * up[0], away[1] - rise * up[1], away[2] - rise * up[2])
    length = sqrt(along[0] ** 2 + along[1] ** 2 + along[2] ** 2)
    forward = met.forward_m_s / length if length > 1.0 else 0.0
    # the flight is inertial and carried by the launch point; over the ground at the target it turns back
    own = (
        forward * along[0] + met.up_m_s * up[0] + omega * (p[1] - place[1]),
        forward * along[1] + met.up_m_s * up[1] - omega * (p[0] - place[0]),
        forward * along[2] + met.up_m_s * up[2],
    )
    square = dot = mine = its = 0.0
    for a in range(3):
        square += (velocity[a] - own[a]) ** 2
        dot -= velocity[a] * own[a]
        mine += own[a] * own[a]
        its += velocity[a] * velocity[a]
    cosine = dot / max(sqrt(mine * its), 1e-9)
    return sqrt(square), acos(max(-1.0, min(1.0, cosine)))


@kernel
def _margin(table: FlyoutTable, number, places, path: Path, k: int, latest: float, omega: float):
    """Return by how much the geometry at sample k lies within the limits (negative: outside; nan: no arrival)."""
    sure = number[SURE] > 0.0
    best = inf if sure else -inf
    for i in range(int(number[PLACES])):
        speed, angle = closing(
            table,
            places[i],
            path.position_ecef_m[k],
            path.height_m[k],
            path.velocity_ecef_m_s[k],
            path.time_s[k] - latest,
            omega,
        )
        if not isfinite(speed):
            continue
        margin = min((speed - number[LEAST_CLOSING]) * RAD_PER_M_S, number[MOST_CROSSING] - angle)
        best = min(best, margin) if sure else max(best, margin)
    return best if isfinite(best) else nan


@kernel
def closing_times(path: Path, table: FlyoutTable, number, places, omega: float, latest, out) -> int:
    """Fill ``out`` (n, 2) with the times at which a kill lies within the limits; return how many intervals.

    ``latest`` (n,) are the latest launches at the samples, not finite out of reach. Between samples the margin is
    taken as linear.
    """
    n, since, before = 0, nan, nan
    for k in range(path.burnout, path.filled):
        now = nan
        if isfinite(latest[k]):
            now = _margin(table, number, places, path, k, latest[k], omega)
        t = path.time_s[k]
        inside, was = now >= 0.0, before >= 0.0
        if inside and not was:
            since = t
            if isfinite(before):
                since = path.time_s[k - 1] + before / (before - now) * (t - path.time_s[k - 1])
        elif was and not inside:
            end = path.time_s[k - 1]
            if isfinite(now):
                end += before / (before - now) * (t - end)
            n = insert(out, n, since, end)
        before = now
    if before >= 0.0:
        n = insert(out, n, since, path.time_s[path.filled - 1])
    return n
