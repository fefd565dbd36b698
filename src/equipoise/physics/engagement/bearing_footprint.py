"""A bearing footprint: one missile's path on a still sphere, and the launcher slid along lines through its impact point.

The bearing is that of the launcher as seen from the impact point, off the direction back to the missile's launch; a
footprint drawn about the launcher is its mirror image. Along each ray the time to spare is found on a coarse ladder of
distances, refined wherever it could change sign, and bisected: all intervals are kept, islands included.
"""

from __future__ import annotations

from math import acos, cos, inf, isfinite, nan, sin
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.launch_windows import ROW, first_intercept, largest, stretches
from equipoise.physics.interceptor.flyout import FlyoutTable, flyout_time

MOST_INTERVALS = 8
AFTER_BURNOUT, RADAR_AT_LAUNCHER = 0, 1


class Arrival(NamedTuple):
    """A missile's path in its plane: times (n,), altitudes, ground angle left to the impact point; index of burnout."""

    time_s: np.ndarray
    height_m: np.ndarray
    left_rad: np.ndarray
    burnout: int
    radius_m: float


class Doctrine(NamedTuple):
    """When a launch is allowed, and where a kill is.

    Cue ``AFTER_BURNOUT``: at burnout plus ``delay_s``. Cue ``RADAR_AT_LAUNCHER``: at the later of burnout and the first
    slant range within ``detection_m``, plus ``delay_s``, and never before the rise over the horizon plus ``delay_s``. With
    two ``shots`` the second is launched ``assess_s`` after the first intercept.
    """

    cue: int
    delay_s: float
    detection_m: float
    shots: int
    assess_s: float
    floor_m: float
    ceiling_m: float


class Ray(NamedTuple):
    """The ladder of distances along a ray, in m: farthest, coarse step, finest step, and the bisection's end."""

    farthest_m: float
    coarse_m: float
    fine_m: float
    end_m: float


@kernel
def _first_cross(before: float, now: float, t0: float, t1: float) -> float:
    return t0 + before / (before - now) * (t1 - t0)


@kernel
def _ready(path: Arrival, doctrine: Doctrine, angle) -> float:
    """Return the earliest launch allowed to a launcher ``angle`` (n,) away from the missile's ground points."""
    burnout = path.time_s[path.burnout]
    if doctrine.cue == AFTER_BURNOUT:
        return burnout + doctrine.delay_s
    r = path.radius_m
    risen = near = inf
    last_rise = last_near = nan
    for k in range(path.time_s.size):
        far = r + path.height_m[k]
        rise = far * cos(angle[k]) - r
        close = doctrine.detection_m**2 - (r * r + far * far - 2.0 * r * far * cos(angle[k]))
        t0, t1 = path.time_s[max(k - 1, 0)], path.time_s[k]
        if risen == inf and rise >= 0.0:
            risen = t1 if k == 0 or last_rise >= 0.0 else _first_cross(last_rise, rise, t0, t1)
        if near == inf and close >= 0.0:
            near = t1 if k == 0 or last_near >= 0.0 else _first_cross(last_near, close, t0, t1)
        last_rise, last_near = rise, close
    return max(burnout, near, risen) + doctrine.delay_s


@kernel
def spare_s(
    path: Arrival,
    doctrine: Doctrine,
    table: FlyoutTable,
    bearing_rad: float,
    distance_m: float,
    angle,
    latest,
    row,
) -> float:
    """Return the time to spare of the last shot wanted, for one place of the launcher; -inf out of reach.

    ``angle`` (n,), ``latest`` (n,) and ``row`` (n, ROW) are scratch.
    """
    n = path.time_s.size
    d = distance_m / path.radius_m
    cd, sd, cb = cos(d), sin(d), cos(bearing_rad)
    for k in range(n):
        left = path.left_rad[k]
        angle[k] = acos(max(-1.0, min(1.0, cos(left) * cd + sin(left) * sd * cb)))
        latest[k] = nan
        if k >= path.burnout:
            a, b = path.height_m[max(k - 1, path.burnout)], path.height_m[min(k + 1, n - 1)]
            h = path.height_m[k]
            if max(a, b, h) >= doctrine.floor_m and min(a, b, h) <= doctrine.ceiling_m:
                latest[k] = path.time_s[k] - flyout_time(table, angle[k] * path.radius_m, max(h, 0.0))
    found = stretches(
        path.time_s, path.height_m, latest, path.burnout, n, doctrine.floor_m, doctrine.ceiling_m, row
    )
    always = np.empty((1, 2))
    always[0, 0], always[0, 1] = -inf, inf
    _when, best = largest(found, always, 1)
    if not isfinite(best):
        return -inf
    ready = _ready(path, doctrine, angle)
    spare = best - ready
    after, begin = -inf, 0
    for _ in range(doctrine.shots - 1):
        if spare < 0.0:
            break
        t, begin = first_intercept(found, always, 1, ready, after, begin)
        if not t < inf:
            break
        ready, after = t + doctrine.assess_s, t
        always[0, 0] = t
        _when, best = largest(found, always, 1)
        spare = best - ready if isfinite(best) else -inf
    return spare


@kernel
def _edge(path, doctrine, table, bearing, low, high, inside_low: bool, end_m, angle, latest, row) -> float:
    while high - low > end_m:
        middle = 0.5 * (low + high)
        inside = spare_s(path, doctrine, table, bearing, middle, angle, latest, row) >= 0.0
        if inside == inside_low:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def intervals_along(
    path: Arrival, doctrine: Doctrine, table: FlyoutTable, bearing_rad: float, ray: Ray, out
) -> int:
    """Fill ``out`` (MOST_INTERVALS, 2) with the distances in m between which the launcher defends; return how many.

    A coarse step in which the time to spare stays negative is refined only when it could have risen above zero inside: it
    changes by at most 2 s per km, the slowest approach of a path being 500 m/s.
    """
    n = path.time_s.size
    angle, latest, row = np.empty(n), np.empty(n), np.empty((n, ROW))
    count, since = 0, nan
    at, spare = 0.0, spare_s(path, doctrine, table, bearing_rad, 0.0, angle, latest, row)
    if spare >= 0.0:
        since = 0.0
    while at < ray.farthest_m:
        step = ray.coarse_m
        then = spare_s(path, doctrine, table, bearing_rad, at + step, angle, latest, row)
        could = 2e-3 * step
        if (spare < 0.0 and then < 0.0 and spare + then > -could) or (
            spare >= 0.0 and then >= 0.0 and spare + then < could
        ):
            step = ray.fine_m
            then = spare_s(path, doctrine, table, bearing_rad, at + step, angle, latest, row)
        if (then >= 0.0) != (spare >= 0.0):
            edge = _edge(
                path, doctrine, table, bearing_rad, at, at + step, spare >= 0.0, ray.end_m, angle, latest, row
            )
            if spare >= 0.0:
                if count < out.shape[0]:
                    out[count, 0], out[count, 1] = since, edge
                    count += 1
            else:
                since = edge
        at, spare = at + step, then
    if spare >= 0.0 and count < out.shape[0]:
        out[count, 0], out[count, 1] = since, at
        count += 1
    return count


@kernel
def bearing_footprint(
    path: Arrival, doctrine: Doctrine, table: FlyoutTable, bearings, ray: Ray, out, counts
) -> None:
    """Fill ``out`` (rays, MOST_INTERVALS, 2) and ``counts`` (rays,) for every bearing (rad)."""
    for i in range(bearings.size):
        counts[i] = intervals_along(path, doctrine, table, bearings[i], ray, out[i])
