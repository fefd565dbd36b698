"""The latest launch that still meets the missile at each instant of its path, and the windows that follow.

``latest(t)`` is t less the shortest fly-out to where the missile is at t. A shooter who may launch from ``ready`` on can
meet the missile exactly where ``latest(t) >= ready``: it depends on the path and the site alone, so that phases, modes and
policies share it. Between samples it is a parabola.
"""

from __future__ import annotations

from math import cos, inf, isfinite, nan, pi, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.flight.trajectory import Path
from equipoise.physics.interceptor.flyout import (
    FlyoutTable,
    flyout_error,
    flyout_time,
    inertial_range_m,
    tabled_time,
)
from equipoise.physics.interceptor.flyout_model import Law

SETTLED_S = 0.05
"""A fly-out is taken when its input and output differ by less; the iteration contracts by 10 or more, so it is good to 5 ms."""
ROW = 9


class Tables(NamedTuple):
    """Fly-out tables of all interceptor types, padded to one array (types, range, altitude).

    ``number`` (types, 6) are steps of range and altitude, largest error, and the law's speed, burn time and life; see
    :class:`equipoise.physics.interceptor.flyout.FlyoutTable`.
    """

    time_s: np.ndarray
    error_s: np.ndarray
    number: np.ndarray


LARGEST_ERROR = 2
"""Column of the largest error in :class:`Tables`."""


@kernel
def table_of(tables: Tables, i: int) -> FlyoutTable:
    """Return the table of one type."""
    n = tables.number[i]
    return FlyoutTable(tables.time_s[i], tables.error_s[i], n[0], n[1], n[2], Law(n[3], n[4], n[5]))


class Shooters(NamedTuple):
    """Interceptor batteries as arrays over s: ``number`` (s, 8) in the columns below, ``place`` (s, k, 3) in ECEF, m.

    A ship whose place in its patrol box is unknown has several places: with ``SURE`` all of them must be able to shoot, else
    one of them. ``FLOOR`` and ``CEILING`` are the altitudes of kill, ``REACH`` the greatest ground range of the type in rad,
    with what the turning Earth adds while an interceptor flies.
    ``LEAST_CLOSING`` (m/s) and ``MOST_CROSSING`` (rad) limit the geometry of a kill; 0 and pi for none.
    """

    number: np.ndarray
    place: np.ndarray


TABLE, SURE, PLACES, FLOOR, CEILING, REACH, LEAST_CLOSING, MOST_CROSSING = range(8)


class Segments(NamedTuple):
    """Stretches in which a battery could kill: start, end, the samples' times, value and slope of ``latest``, curvature.

    ``row`` is (n, ROW): start_s, end_s, sample_s, next_s, latest at the sample, slope, curvature, and when ``latest`` is
    largest and how large.
    """

    row: np.ndarray
    filled: int


@kernel
def _flight_time(
    table: FlyoutTable,
    places,
    i: int,
    targets,
    k: int,
    height: float,
    guess: float,
    omega: float,
    exact: bool,
) -> float:
    """Return the shortest fly-out from place i to target k, given in ECEF at arrival; the site drifts while it lasts."""
    flown, needed = guess, inf
    for _ in range(6):
        distance = inertial_range_m(
            places[i, 0],
            places[i, 1],
            places[i, 2],
            targets[k, 0],
            targets[k, 1],
            targets[k, 2],
            flown,
            omega,
        )
        needed = tabled_time(table, distance, height)
        if exact or needed != needed:  # apart, so that the common way stays small and fast
            needed = flyout_time(table, distance, height, exact=True)
        if not isfinite(needed) or abs(needed - flown) < SETTLED_S or omega == 0.0:
            return needed
        flown = needed
    return flown


@kernel
def latest_launch(
    table: FlyoutTable,
    number,
    places,
    targets,
    k: int,
    height,
    t: float,
    guess: float,
    omega: float,
    exact: bool,
):
    """Return ``latest`` for target k of ``targets`` (n, 3) met at ``t`` (-inf out of reach), and its fly-out.

    With ``exact`` the law behind the table answers everywhere.
    """
    sure = number[SURE] > 0.0
    best, flown = (inf, guess) if sure else (-inf, guess)
    for i in range(int(number[PLACES])):
        needed = _flight_time(table, places, i, targets, k, max(height, 0.0), guess, omega, exact)
        found = t - needed if isfinite(needed) else -inf
        if found < best if sure else found > best:
            best, flown = found, needed
    return best, flown if isfinite(flown) else guess


@kernel
def _curvature(time, latest, k: int, first: int, count: int) -> float:
    """Return the second derivative of ``latest`` between samples k and k + 1, from its neighbours."""
    total, found = 0.0, 0
    for m in (k, k + 1):
        if m - 1 < first or m + 1 >= count:
            continue
        a, b, c = latest[m - 1], latest[m], latest[m + 1]
        if isfinite(a) and isfinite(b) and isfinite(c):
            h, g = time[m] - time[m - 1], time[m + 1] - time[m]
            total += 2.0 * ((c - b) / g - (b - a) / h) / (h + g)
            found += 1
    return total / found if found > 0 else 0.0


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
def value(row, n: int, t: float) -> float:
    """Return ``latest`` at ``t`` inside segment ``n``."""
    return row[n, 4] + row[n, 5] * (t - row[n, 2]) + 0.5 * row[n, 6] * (t - row[n, 2]) * (t - row[n, 3])


@kernel
def _peak(row, n: int, start: float, end: float):
    """Return the time and value of the largest ``latest`` in part of a segment."""
    t, best = start, value(row, n, start)
    other = value(row, n, end)
    if other > best:
        t, best = end, other
    if row[n, 6] < 0.0:
        top = 0.5 * (row[n, 2] + row[n, 3]) - row[n, 5] / row[n, 6]
        if start < top < end and value(row, n, top) > best:
            t, best = top, value(row, n, top)
    return t, best


@kernel
def limited(number) -> bool:
    """Return whether a battery's interceptor sets a limit to the geometry of a kill."""
    return number[LEAST_CLOSING] > 0.0 or number[MOST_CROSSING] < pi


@kernel
def reach_cosine(number) -> float:
    """Return the cosine of a battery's ground range, the Earth's turning allowed for."""
    return cos(min(number[REACH], pi))


@kernel
def in_reach(limit: float, number, places, p) -> bool:
    """Return whether an ECEF point (3,) lies within a battery's :func:`reach_cosine`; outside, no fly-out is finite."""
    distance = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2])
    for i in range(int(number[PLACES])):
        x, y, z = places[i, 0], places[i, 1], places[i, 2]
        if x * p[0] + y * p[1] + z * p[2] >= limit * sqrt(x * x + y * y + z * z) * distance:
            return True
    return False


@kernel
def near_enough(path: Path, number, places) -> bool:
    """Return whether any sample after burnout lies within a battery's ground range."""
    limit = reach_cosine(number)
    for k in range(path.burnout, path.filled):
        if in_reach(limit, number, places, path.position_ecef_m[k]):
            return True
    return False


@kernel
def segments(
    path: Path, table: FlyoutTable, number, places, omega: float, latest, row, exact: bool
) -> Segments:
    """Return the stretches of the path, after burnout, at which a battery could kill, in order of time.

    ``number`` and ``places`` are its rows of :class:`Shooters`; ``latest`` (n,) and ``row`` (n, ROW) are filled.
    """
    guess = 100.0
    floor, ceiling, time, height = number[FLOOR], number[CEILING], path.time_s, path.height_m
    last, limit = path.filled - 1, reach_cosine(number)
    for k in range(path.burnout, path.filled):
        a, b, c = height[max(k - 1, path.burnout)], height[k], height[min(k + 1, last)]
        if max(a, b, c) < floor or min(a, b, c) > ceiling:
            latest[k] = nan
        elif not in_reach(limit, number, places, path.position_ecef_m[k]):
            latest[k] = -inf
        else:
            latest[k], guess = latest_launch(
                table, number, places, path.position_ecef_m, k, b, time[k], guess, omega, exact
            )
    return stretches(time, height, latest, path.burnout, path.filled, floor, ceiling, row)


@kernel
def stretches(time, height, latest, first: int, count: int, floor: float, ceiling: float, row) -> Segments:
    """Return the stretches between samples ``first`` and ``count`` in which ``latest`` is finite and the height allowed.

    All three are arrays over samples; ``row`` (n, ROW) is filled.
    """
    n = 0
    for k in range(first, count - 1):
        if not (isfinite(latest[k]) and isfinite(latest[k + 1])):
            continue
        a, b = time[k], time[k + 1]
        start, end = _clip(a, b, height[k], height[k + 1], floor, ceiling)
        if start > end:
            continue
        row[n, 0], row[n, 1], row[n, 2], row[n, 3] = start, end, a, b
        row[n, 4], row[n, 5] = latest[k], (latest[k + 1] - latest[k]) / (b - a)
        row[n, 6] = _curvature(time, latest, k, first, count)
        row[n, 7], row[n, 8] = _peak(row, n, start, end)
        n += 1
    return Segments(row, n)


@kernel
def largest(found: Segments, allowed, count: int):
    """Return the time and value of the largest ``latest`` within the allowed intervals; nan and -inf if none."""
    t, best = nan, -inf
    j = 0
    for n in range(found.filled):
        if not found.row[n, 8] > best:
            continue
        start, end = found.row[n, 0], found.row[n, 1]
        while j < count and allowed[j, 1] < start:
            j += 1
        for m in range(j, count):
            if allowed[m, 0] > end:
                break
            if allowed[m, 0] <= start and end <= allowed[m, 1]:
                when, what = found.row[n, 7], found.row[n, 8]
            else:
                when, what = _peak(found.row, n, max(start, allowed[m, 0]), min(end, allowed[m, 1]))
            if what > best:
                t, best = when, what
    return t, best


@kernel
def doubt_s(path: Path, k: int, table: FlyoutTable, number, places, omega: float, latest: float) -> float:
    """Return the error of ``latest`` at sample k that the fly-out table brings in, the largest over the places."""
    p, worst = path.position_ecef_m[k], 0.0
    for i in range(int(number[PLACES])):
        distance = inertial_range_m(
            places[i, 0], places[i, 1], places[i, 2], p[0], p[1], p[2], path.time_s[k] - latest, omega
        )
        worst = max(worst, flyout_error(table, distance, max(path.height_m[k], 0.0)))
    return worst


@kernel
def too_near_to_call(
    found: Segments,
    allowed,
    count: int,
    ready: float,
    path: Path,
    table: FlyoutTable,
    number,
    places,
    omega: float,
    latest,
) -> bool:
    """Return whether the table's error could turn the answer to whether any allowed launch is not before ``ready``."""
    high = low = -inf
    k = path.burnout
    for n in range(found.filled):
        if found.row[n, 8] + table.largest_error_s < ready:
            continue
        while path.time_s[k] < found.row[n, 2]:
            k += 1
        for m in range(count):
            start, end = max(found.row[n, 0], allowed[m, 0]), min(found.row[n, 1], allowed[m, 1])
            if start > end:
                continue
            _when, best = _peak(found.row, n, start, end)
            doubt = max(
                doubt_s(path, k, table, number, places, omega, latest[k]),
                doubt_s(path, k + 1, table, number, places, omega, latest[k + 1]),
            )
            high, low = max(high, best + doubt), max(low, best - doubt)
    return low < ready <= high


@kernel
def _first_in(row, n: int, start: float, end: float, ready: float) -> float:
    """Return the earliest time in part of a segment at which ``latest`` is at least ``ready``; inf if never."""
    if value(row, n, start) >= ready:
        return start
    top, best = _peak(row, n, start, end)
    if best < ready:
        return inf
    low, high = start, top
    # latest rises from start to its peak, so the parabola crosses once there
    a, b, half = row[n, 2], row[n, 3], 0.5 * row[n, 6]
    slope = row[n, 5] - half * (a + b)
    if abs(half) * (b - a) < 1e-9 * abs(row[n, 5]) or half == 0.0:
        t = a + (ready - row[n, 4]) / row[n, 5]
        return min(max(t, low), high)
    free = row[n, 4] - row[n, 5] * a + half * a * b - ready
    root = sqrt(max(slope * slope - 4.0 * half * free, 0.0))
    for t in ((-slope + root) / (2.0 * half), (-slope - root) / (2.0 * half)):
        if low - 1e-6 <= t <= high + 1e-6:
            return min(max(t, low), high)
    return high


@kernel
def first_intercept(found: Segments, allowed, count: int, ready: float, after: float, begin: int):
    """Return the earliest allowed intercept, not before ``after``, of a launch from ``ready`` on, and its segment.

    The search starts at segment ``begin``; inf when there is none.
    """
    for n in range(begin, found.filled):
        if found.row[n, 1] < after or found.row[n, 8] < ready:
            continue
        for m in range(count):
            start = max(found.row[n, 0], allowed[m, 0], after)
            end = min(found.row[n, 1], allowed[m, 1])
            if start > end:
                continue
            t = _first_in(found.row, n, start, end, ready)
            if t < inf:
                return t, n
    return inf, found.filled
