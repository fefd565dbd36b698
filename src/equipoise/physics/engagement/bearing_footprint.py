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
from equipoise.physics.engagement.launch_segments import (
    SEGMENT,
    Segments,
    add_segment,
    first_intercept,
    largest,
)
from equipoise.physics.engagement.launch_windows import EDGE_S
from equipoise.physics.interceptor.flyout import NONE
from equipoise.physics.interceptor.staged_flyout import FlyoutTable, flyout_time

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


class Place(NamedTuple):
    """One place of the launcher: bearing (rad) and ground angle (rad) from the impact point."""

    bearing_rad: float
    away_rad: float


class Scratch(NamedTuple):
    """Arrays over the samples (n,): angle from the launcher, latest launch, branch; and stretches (3 n,)."""

    angle_rad: np.ndarray
    latest_s: np.ndarray
    branch: np.ndarray
    row: np.ndarray


@kernel
def scratch_for(path: Arrival) -> Scratch:
    """Return scratch arrays that fit a path."""
    n = path.time_s.size
    return Scratch(np.empty(n), np.empty(n), np.empty(n, dtype=np.int64), np.empty(3 * n, SEGMENT))


@kernel
def _angle(place: Place, left_rad: float) -> float:
    """Return the ground angle between the launcher and where the missile has ``left_rad`` to go."""
    ahead = cos(left_rad) * cos(place.away_rad) + sin(left_rad) * sin(place.away_rad) * cos(place.bearing_rad)
    return acos(max(-1.0, min(1.0, ahead)))


@kernel
def _between(path: Arrival, place: Place, table: FlyoutTable, k: int, t: float):
    """Return latest launch and branch at ``t`` between samples k and k + 1, where the path is taken as straight."""
    s = (t - path.time_s[k]) / (path.time_s[k + 1] - path.time_s[k])
    left = path.left_rad[k] + s * (path.left_rad[k + 1] - path.left_rad[k])
    height = path.height_m[k] + s * (path.height_m[k + 1] - path.height_m[k])
    time, branch = flyout_time(table, _angle(place, left) * path.radius_m, max(height, 0.0))
    return t - time, branch


@kernel
def _edge_of(path: Arrival, place: Place, table: FlyoutTable, k: int, inside: float, outside: float):
    """Return the last time, and ``latest`` then, at which the branch is that at ``inside``, towards ``outside``."""
    latest, branch = _between(path, place, table, k, inside)
    while abs(outside - inside) > EDGE_S:
        middle = 0.5 * (inside + outside)
        there, which = _between(path, place, table, k, middle)
        if which == branch:
            inside, latest = middle, there
        else:
            outside = middle
    return inside, latest


@kernel
def _bend(path: Arrival, scratch: Scratch, k: int, start: int) -> float:
    """Return half the second derivative of ``latest`` between samples k and k + 1, from neighbours of the same branch."""
    time, latest, branch = path.time_s, scratch.latest_s, scratch.branch
    total, found = 0.0, 0
    for m in (k, k + 1):
        if m - 1 < start or m + 1 >= time.size or branch[m - 1] != branch[k] or branch[m + 1] != branch[k]:
            continue
        h, g = time[m] - time[m - 1], time[m + 1] - time[m]
        total += ((latest[m + 1] - latest[m]) / g - (latest[m] - latest[m - 1]) / h) / (h + g)
        found += 1
    return total / found if found > 0 else 0.0


@kernel
def _stretches(
    path: Arrival, doctrine: Doctrine, table: FlyoutTable, place: Place, scratch: Scratch
) -> Segments:
    """Return the stretches after burnout in which a kill is possible; parabolas inside one branch, straight at its ends."""
    time, height, latest, branch, n = path.time_s, path.height_m, scratch.latest_s, scratch.branch, 0
    for k in range(path.burnout, time.size):
        flown, branch[k] = flyout_time(table, scratch.angle_rad[k] * path.radius_m, max(height[k], 0.0))
        latest[k] = time[k] - flown
    for k in range(path.burnout, time.size - 1):
        start, end = _clip(
            time[k], time[k + 1], height[k], height[k + 1], doctrine.floor_m, doctrine.ceiling_m
        )
        if start >= end or (branch[k] == NONE and branch[k + 1] == NONE):
            continue
        if branch[k] == branch[k + 1]:
            bend = _bend(path, scratch, k, path.burnout)
            n = add_segment(scratch.row, n, time[k], latest[k], time[k + 1], latest[k + 1], bend, start, end)
            continue
        for inside, outside in ((k, k + 1), (k + 1, k)):
            if branch[inside] == NONE:
                continue
            edge, there = _edge_of(path, place, table, k, time[inside], time[outside])
            a, b, low, high = time[inside], edge, latest[inside], there
            if edge < time[inside]:
                a, b, low, high = b, a, high, low
            if a < b and max(a, start) < min(b, end):
                n = add_segment(scratch.row, n, a, low, b, high, 0.0, max(a, start), min(b, end))
    return Segments(scratch.row, n)


@kernel
def _clip(a: float, b: float, low: float, high: float, floor_m: float, ceiling_m: float):
    """Return the part of a step from a to b, in which the height goes from low to high, between two heights.

    The times are reversed when there is none.
    """
    if (low < floor_m and high < floor_m) or (low > ceiling_m and high > ceiling_m):
        return b, a
    start, end = a, b
    if low < floor_m:
        start = a + (floor_m - low) / (high - low) * (b - a)
    elif high < floor_m:
        end = a + (floor_m - low) / (high - low) * (b - a)
    if low > ceiling_m:
        start = max(start, a + (ceiling_m - low) / (high - low) * (b - a))
    elif high > ceiling_m:
        end = min(end, a + (ceiling_m - low) / (high - low) * (b - a))
    return start, end


@kernel
def spare_s(
    path: Arrival,
    doctrine: Doctrine,
    table: FlyoutTable,
    bearing_rad: float,
    distance_m: float,
    scratch: Scratch,
) -> float:
    """Return the time to spare of the last shot wanted, for one place of the launcher; -inf out of reach."""
    place = Place(bearing_rad, distance_m / path.radius_m)
    for k in range(path.time_s.size):
        scratch.angle_rad[k] = _angle(place, path.left_rad[k])
    found = _stretches(path, doctrine, table, place, scratch)
    always = np.empty((1, 2))
    always[0, 0], always[0, 1] = -inf, inf
    _when, best = largest(found, always, 1)
    if not isfinite(best):
        return -inf
    ready = _ready(path, doctrine, scratch.angle_rad)
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
def _edge(path, doctrine, table, bearing, low, high, inside_low: bool, end_m, scratch) -> float:
    while high - low > end_m:
        middle = 0.5 * (low + high)
        inside = spare_s(path, doctrine, table, bearing, middle, scratch) >= 0.0
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
    scratch = scratch_for(path)
    count, since = 0, nan
    at, spare = 0.0, spare_s(path, doctrine, table, bearing_rad, 0.0, scratch)
    if spare >= 0.0:
        since = 0.0
    while at < ray.farthest_m:
        step = ray.coarse_m
        then = spare_s(path, doctrine, table, bearing_rad, at + step, scratch)
        could = 2e-3 * step
        if (spare < 0.0 and then < 0.0 and spare + then > -could) or (
            spare >= 0.0 and then >= 0.0 and spare + then < could
        ):
            step = ray.fine_m
            then = spare_s(path, doctrine, table, bearing_rad, at + step, scratch)
        if (then >= 0.0) != (spare >= 0.0):
            edge = _edge(path, doctrine, table, bearing_rad, at, at + step, spare >= 0.0, ray.end_m, scratch)
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
    """Fill ``out`` (rays, MOST_INTERVALS, 2) and ``counts`` (rays,) for every bearing (rad).

    ``bearings`` (rays,) are clockwise from north at the defended place; each interval of ``out`` is in m of
    ground range.
    """
    for i in range(bearings.size):
        counts[i] = intervals_along(path, doctrine, table, bearings[i], ray, out[i])
