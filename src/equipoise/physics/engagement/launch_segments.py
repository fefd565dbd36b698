"""Stretches of a path in which a battery could kill: the latest launch as a parabola over the time of the intercept.

All times are s since the missile's launch. :mod:`equipoise.physics.engagement.launch_windows` fills them.
"""

from __future__ import annotations

from math import inf, nan, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel

SEGMENTS = 256
"""Stretches that one battery may have; further ones are dropped, which only takes time away from the defence."""


SEGMENT = np.dtype(
    (np.record, [
        ("start_s", "f8"), ("end_s", "f8"), ("latest_s", "f8"), ("slope", "f8"), ("bend", "f8"), ("peak_at_s", "f8"),
        ("peak_s", "f8"),
    ]),
)  # fmt: skip
"""One stretch of the path in which a battery could kill: ``latest`` is latest_s + slope u + bend u (t - end_s), with
u = t - start_s; and when it is largest and how large."""


NODE = np.dtype(
    (np.record, [
        ("t_s", "f8"), ("latest_s", "f8"), ("piece", "i8"), ("lack_m", "f8"), ("away_m", "f8"), ("flown_s", "f8"), ("arc", "f8"),
        ("reserve", "f8"), ("swing_s", "f8"), ("x_m_s", "f8"), ("y_m_s", "f8"), ("z_m_s", "f8"), ("u_m_s", "f8"), ("v_m_s", "f8"), ("w_m_s", "f8"),
    ]),
)  # fmt: skip
"""A time at which the latest launch is worked out: that time and launch, the piece of the curve (0: out of reach), how
far it is out of reach at least, the distance from the battery's first place, and the fly-out from which the next search starts:
its time, arc, reserve, swing and velocities at launch (x, y, z) and arrival (u, v, w)."""


NODES = 64
"""Nodes that wait at once while one stretch is covered."""


class Segments(NamedTuple):
    """Stretches in order of time: ``row`` (n,) of :data:`SEGMENT`, of which the first ``filled`` count."""

    row: np.ndarray
    filled: int


@kernel
def value(row, t: float) -> float:
    """Return ``latest`` at ``t`` inside a stretch.

    ``row`` is one of :data:`SEGMENT`; both times are s since the missile's launch.
    """
    u = t - row.start_s
    return row.latest_s + u * (row.slope + row.bend * (t - row.end_s))


@kernel
def _peak(row, start: float, end: float):
    """Return the time and value of the largest ``latest`` in part of a stretch."""
    t, best = start, value(row, start)
    other = value(row, end)
    if other > best:
        t, best = end, other
    if row.bend < 0.0:
        top = 0.5 * (row.start_s + row.end_s) - 0.5 * row.slope / row.bend
        if start < top < end and value(row, top) > best:
            t, best = top, value(row, top)
    return t, best


@kernel
def add_segment(
    row, n: int, a_s: float, a: float, b_s: float, b: float, bend: float, start_s: float, end_s: float
) -> int:
    """Add the part from ``start_s`` to ``end_s`` of a parabola; return how many stretches there are then.

    The parabola goes through ``latest`` a at ``a_s`` and b at ``b_s``; ``bend`` is half its second derivative.
    ``row`` (room,) of :data:`SEGMENT` has ``n`` stretches before; a full one stays as it is. Times are s
    since the missile's launch.
    """
    if n >= row.size:
        return n
    one = row[n]
    slope = (b - a) / (b_s - a_s)
    one.start_s, one.end_s = start_s, end_s
    one.latest_s = a + (start_s - a_s) * (slope + bend * (start_s - b_s))
    one.slope, one.bend = slope + bend * (start_s + end_s - a_s - b_s), bend
    one.peak_at_s, one.peak_s = _peak(one, start_s, end_s)
    return n + 1


@kernel
def add_between(row, n: int, left, right) -> int:
    """Add the line between two of :data:`NODE`, ``left`` and ``right``, of one piece; return how many stretches there are then.

    ``row`` (room,) of :data:`SEGMENT` has ``n`` before.
    """
    return add_segment(row, n, left.t_s, left.latest_s, right.t_s, right.latest_s, 0.0, left.t_s, right.t_s)


@kernel
def bend_of(left, middle, right) -> float:
    """Return half the second derivative (1/s) of the parabola through three of :data:`NODE`, equally far apart.

    ``left``, ``middle`` and ``right`` are in order of time.
    """
    width = right.t_s - left.t_s
    return 2.0 * (left.latest_s + right.latest_s - 2.0 * middle.latest_s) / (width * width)


@kernel
def steepness(left, middle, right) -> float:
    """Return the least slope of the parabola through three of :data:`NODE`, at least 1; what errors in value are divided by.

    A parabola with its peak between them counts as level, because the peak is the slack.
    ``left``, ``middle`` and ``right`` are equally far apart, in order of time.
    """
    width = right.t_s - left.t_s
    return max(1.0, abs(right.latest_s - left.latest_s) / width - abs(bend_of(left, middle, right) * width))


@kernel
def largest(found: Segments, allowed, count: int):
    """Return the time and value of the largest ``latest`` within the allowed intervals; nan and -inf if none.

    ``allowed`` (m, 2) holds ``count`` intervals in order of time. Times are s since the missile's launch.
    """
    t, best = nan, -inf
    j = 0
    for n in range(found.filled):
        row = found.row[n]
        if not row.peak_s > best:
            continue
        start, end = row.start_s, row.end_s
        while j < count and allowed[j, 1] < start:
            j += 1
        for m in range(j, count):
            if allowed[m, 0] > end:
                break
            if allowed[m, 0] <= start and end <= allowed[m, 1]:
                when, what = row.peak_at_s, row.peak_s
            else:
                when, what = _peak(row, max(start, allowed[m, 0]), min(end, allowed[m, 1]))
            if what > best:
                t, best = when, what
    return t, best


@kernel
def _first_in(row, start: float, end: float, ready: float) -> float:
    """Return the earliest time in part of a stretch at which ``latest`` is at least ``ready``; inf if never."""
    if value(row, start) >= ready:
        return start
    top, best = _peak(row, start, end)
    if best < ready:
        return inf
    # latest rises from start to its peak, so the parabola crosses once there
    rise = row.slope - row.bend * (row.end_s - row.start_s)
    root = sqrt(max(rise * rise - 4.0 * row.bend * (row.latest_s - ready), 0.0))
    # the stable form of both roots, from the start of the stretch
    half = -0.5 * (rise + root if rise >= 0.0 else rise - root)
    for u in (half / row.bend, (row.latest_s - ready) / half):
        t = row.start_s + u
        if start - 1e-6 <= t <= top + 1e-6:
            return min(max(t, start), top)
    return top


@kernel
def first_intercept(found: Segments, allowed, count: int, ready: float, after: float, begin: int):
    """Return the earliest allowed intercept, not before ``after``, of a launch from ``ready`` on, and its stretch.

    The search starts at stretch ``begin``; inf when there is none.
    ``allowed`` (m, 2) holds ``count`` intervals in order of time. Times are s since the missile's launch.
    """
    for n in range(begin, found.filled):
        row = found.row[n]
        if row.end_s < after or row.peak_s < ready:
            continue
        for m in range(count):
            start = max(row.start_s, allowed[m, 0], after)
            end = min(row.end_s, allowed[m, 1])
            if start > end:
                continue
            t = _first_in(row, start, end, ready)
            if t < inf:
                return t, n
    return inf, found.filled
