"""The latest launch that still meets the missile at each instant of its path, and the windows that follow.

``latest(t)`` is t less the shortest fly-out to where the missile is at t. A shooter who may launch from ``ready`` on can
meet the missile exactly where ``latest(t) >= ready``: it depends on the path and the site alone, so that phases, modes and
policies share it.

It is smooth only in pieces. Where the reach ends, where the life of the kill vehicle ends, and where the direct arc gives
way to the lofted one, it jumps; beside the end of the reach it falls like a square root. So each piece is covered by
parabolas that stay inside it: a stretch is halved until its parabola holds at both its quarters, and the jump
itself is halved down to :data:`EDGE_S`.
"""

from __future__ import annotations

from math import cos, inf, pi, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.kill_geometry import suits
from equipoise.physics.engagement.launch_segments import (
    NODE,
    Segments,
    add_between,
    bend_of,
    misfit_s,
    steepness,
    unevenness_s,
)
from equipoise.physics.environment.earth import EarthModel, altitude
from equipoise.physics.flight.trajectory import Path, position_at, sample_before, velocity_at
from equipoise.physics.interceptor.flyout import NONE, UNKNOWN, Arrival, Guess, Law, arrival

EDGE_S = 0.05
"""A jump of the latest launch is located to within this."""
FIT_S = 0.02
"""A parabola is taken when it holds to this at both its quarters, in the value or, where that is steep, in the time."""
STRAIGHT_S = 0.5
"""Stretches shorter than this are taken as straight."""
TURN_M_S = 1e3
"""No place up to 7,000 km high is carried faster than this by the turning Earth."""
ISLAND_S, ISLAND_SHARE, LIMITED_ISLAND_S = 5.0, 0.04, 0.5
"""A stretch shorter than this, out of reach before and after, can be missed; and than this share of the longest flight.

The smaller one counts: short-range interceptors meet a steep missile for some seconds only; with limits the third.
"""
HALVES, UNEVEN = 6.0, 2.0
"""Where a parabola misses by up to this many times :data:`FIT_S`, two of half the length hold: their error is an eighth.

That is so of a cubic, which the quarters may miss by up to the second number of times :data:`FIT_S`. With one quarter
looked at and the other taken from the cubic, a peak was 0.53 s too high.
"""
BLOCK = 12
"""Steps of the path that one parabola spans at most."""
_PENDING = 64

SHOOTER = np.dtype(
    (np.record, [
        ("speed_m_s", "f8"), ("burn_time_s", "f8"), ("life_s", "f8"), ("places", "i8"), ("sure", "i8"), ("floor_m", "f8"),
        ("ceiling_m", "f8"), ("reach_rad", "f8"), ("least_closing_m_s", "f8"), ("most_crossing_rad", "f8"),
    ]),
)  # fmt: skip
"""One interceptor battery: its fly-out law, its places, and where and how it may kill.

A ship whose place in its patrol box is unknown has several places: if ``sure``, all of them must be able to shoot, else one
of them. ``floor_m`` and ``ceiling_m`` are the altitudes of kill, ``reach_rad`` the greatest ground range of the type, with
what the turning Earth adds while an interceptor flies. ``least_closing_m_s`` and ``most_crossing_rad`` limit the
geometry of a kill; 0 and pi for none.
"""


class Shooters(NamedTuple):
    """Interceptor batteries: ``kind`` (s,) of :data:`SHOOTER`, ``place`` (s, k, 3) in ECEF, m."""

    kind: np.ndarray
    place: np.ndarray


@kernel
def law_of(kind) -> Law:
    """Return the fly-out law of a row of :data:`SHOOTER`.

    ``kind`` is that row: speed in m/s, burn time and life in s.
    """
    return Law(kind.speed_m_s, kind.burn_time_s, kind.life_s)


@kernel
def reach_cosine(kind) -> float:
    """Return the cosine of a battery's ground range, the Earth's turning allowed for.

    ``kind`` is its row of :data:`SHOOTER`, whose ``reach_rad`` is an angle at the Earth's centre.
    """
    return cos(min(kind.reach_rad, pi))


@kernel
def beyond_m(limit: float, kind, places, p) -> float:
    """Return a distance that an ECEF point (3,) lies at least beyond a battery's :func:`reach_cosine`; 0 within it.

    Outside no fly-out is finite.
    ``limit`` is that cosine; ``kind`` and ``places`` (k, 3), ECEF in m, are the battery's rows of
    :class:`Shooters`; ``p`` (3,) is in m.
    """
    distance, least = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]), inf
    for i in range(kind.places):
        x, y, z = places[i, 0], places[i, 1], places[i, 2]
        cosine = (x * p[0] + y * p[1] + z * p[2]) / (sqrt(x * x + y * y + z * z) * distance)
        least = min(least, limit - cosine)
    return max(least, 0.0) * distance  # an angle differs by at least as much as its cosine


@kernel
def top_speed_m_s(path: Path) -> float:
    """Return a speed over the ground that the missile does not exceed after burnout."""
    v = path.burnout_state
    return TURN_M_S + sqrt(v[3] * v[3] + v[4] * v[4] + v[5] * v[5])


@kernel
def near_enough(path: Path, kind, places) -> bool:
    """Return whether any sample after burnout lies within a battery's ground range.

    ``kind`` and ``places`` (k, 3), ECEF in m, are the battery's rows of :class:`Shooters`.
    """
    limit, fastest, until = reach_cosine(kind), top_speed_m_s(path), -inf
    for k in range(path.burnout, path.filled):
        if path.time_s[k] >= until:
            short = beyond_m(limit, kind, places, path.position_ecef_m[k])
            if short == 0.0:
                return True
            until = path.time_s[k] + short / fastest
    return False


@kernel
def _meeting(kind, place, earth: EarthModel, target, guess: Guess, limits: bool) -> Arrival:
    """Return the fly-out from one place; with ``limits`` none where its geometry lies outside the interceptor's."""
    one = arrival(law_of(kind), earth, place, target, guess)
    if limits and one.branch != NONE and not suits(kind, one, earth, target):
        return Arrival(NONE, inf, 0.0, one.velocity_eci_m_s, UNKNOWN)
    return one


@kernel
def shortest(kind, places, earth: EarthModel, target, guess: Guess, limits: bool):
    """Return the deciding fly-out to ``target``, ECEF at arrival, which place decides, and what is lacking (m).

    If ``sure`` it is the longest of the places' fly-outs, else the shortest.
    ``kind`` and ``places`` (k, 3), ECEF in m, are the battery's rows of :class:`Shooters`; ``guess`` is where
    the search starts. With ``limits`` a place counts only where the geometry of the kill is within the interceptor's:
    ``target`` (6,) then holds the missile's velocity relative to the ground (m/s) after its place (m).
    """
    if kind.places == 1:
        best = _meeting(kind, places[0], earth, target, guess, limits)
        return best, 0, best.short_m
    cold = Guess(guess.time_s, 0.0, 0.0)
    best, by = _meeting(kind, places[0], earth, target, cold, limits), 0
    short = best.short_m
    for i in range(1, kind.places):
        one = _meeting(kind, places[i], earth, target, cold, limits)
        if kind.sure > 0:
            short = max(short, one.short_m)
            if one.time_s > best.time_s:
                best, by = one, i
        else:
            short = min(short, one.short_m)
            if one.time_s < best.time_s:
                best, by = one, i
    return best, by, short


@kernel
def _look(
    path: Path, k: int, kind, places, earth: EarthModel, limits: bool, limit: float, t: float, guess: Guess, node, point
) -> int:  # fmt: skip
    """Fill a node at ``t``, near sample ``k`` of the path; return the sample before it. ``point`` (6,) is scratch."""
    while k > path.burnout and path.time_s[k] > t:
        k -= 1
    k = sample_before(path, k, t)
    position_at(path, k, t, point)
    short = beyond_m(limit, kind, places, point)
    node.t_s, node.latest_s, node.piece = t, -inf, NONE
    node.flown_s = node.arc = node.slope = 0.0
    if short == 0.0:
        if limits:
            velocity_at(path, k, t, point[3:])
        arrived, by, short = shortest(kind, places, earth, point, guess, limits)
        if arrived.branch != NONE:
            node.latest_s, node.piece = t - arrived.time_s, 3 * by + arrived.branch
            reached = arrived.guess
            node.flown_s, node.arc, node.slope = reached.time_s, reached.arc, reached.slope
    node.lack_s = short / top_speed_m_s(path)
    return k


@kernel
def _between(a, b, bend: float) -> Guess:
    """Return what to expect half-way between two nodes where ``latest`` has half the second derivative ``bend``."""
    if a.piece == b.piece:
        width = b.t_s - a.t_s
        return Guess(
            0.5 * (a.flown_s + b.flown_s) + 0.25 * bend * width * width,
            0.5 * (a.arc + b.arc),
            0.5 * (a.slope + b.slope),
        )
    known = a if a.piece != NONE else b
    return Guess(known.flown_s, known.arc, known.slope)


@kernel
def crossing(path: Path, k: int, level_m: float, point, earth: EarthModel) -> float:
    """Return when the path crosses a height between samples ``k`` and ``k + 1``, which lie on both sides of it.

    Times are s since launch; ``point`` (3,) is working room.
    """
    a, b = path.time_s[k], path.time_s[k + 1]
    low, high = path.height_m[k] - level_m, path.height_m[k + 1] - level_m
    t = a + low / (low - high) * (b - a)
    for _ in range(2):  # inverse quadratic by secants: the height bends by less than 120 m between samples
        position_at(path, k, t, point)
        here = altitude(point[0], point[1], point[2], earth) - level_m
        if (here > 0.0) == (low > 0.0):
            a, low = t, here
        else:
            b, high = t, here
        if low == high:
            break
        t = a + low / (low - high) * (b - a)
    return t


@kernel
def segments(path: Path, kind, places, earth: EarthModel, row, limits: bool) -> Segments:
    """Return the stretches of the path, after burnout, at which a battery could kill, in order of time.

    ``kind`` and ``places`` are its rows of :class:`Shooters`; ``row`` (n,) of :data:`SEGMENT` is filled. With ``limits``
    only kills count whose closing speed and crossing angle are within the interceptor's.
    """
    pending, point, n = np.empty(_PENDING, NODE), np.empty(6), 0
    k, last, trend = path.burnout, path.filled - 1, _Trend(0.0, NONE, 0.0, UNKNOWN, 0.0, 0.0)
    while k < last:
        low, high = path.height_m[k], path.height_m[k + 1]
        inside, after = kind.floor_m <= low <= kind.ceiling_m, kind.floor_m <= high <= kind.ceiling_m
        passes = (low < kind.floor_m and high > kind.ceiling_m) or (
            low > kind.ceiling_m and high < kind.floor_m
        )
        if not (inside or after or passes):
            k += 1
            continue
        start = path.time_s[k]
        if not inside:
            start = crossing(path, k, kind.floor_m if low < kind.floor_m else kind.ceiling_m, point, earth)
        end_sample, count = k, 0
        while end_sample < last and count < BLOCK:
            high = path.height_m[end_sample + 1]
            if not kind.floor_m <= high <= kind.ceiling_m:
                break
            end_sample += 1
            count += 1
        end = path.time_s[end_sample]
        if count < BLOCK and end_sample < last:
            end = crossing(
                path, end_sample, kind.floor_m if high < kind.floor_m else kind.ceiling_m, point, earth
            )
            end_sample += 1
        if end > start:
            n, trend = _cover(path, k, kind, places, earth, limits, start, end, trend, pending, point, row, n)
        k = end_sample
    return Segments(row, n)


@kernel
def _nothing(left, right, width: float, island_s: float) -> bool:
    """Return whether there is no stretch, or none worth looking for, between two nodes."""
    if left.piece == NONE and right.piece == NONE:
        return width < island_s or left.lack_s + right.lack_s >= width
    return left.piece != right.piece and width < EDGE_S


class _Trend(NamedTuple):
    """What the last stretch leads to expect: its end, piece, bend, the fly-out there and its rates."""

    end_s: float
    piece: int
    bend: float
    guess: Guess
    flown_rate: float
    arc_rate: float


@kernel
def _expected(trend: _Trend, t: float) -> Guess:
    """Return the guess that a trend gives for ``t``."""
    if trend.piece == NONE:
        return UNKNOWN
    ahead = t - trend.end_s
    flown = trend.guess.time_s + ahead * (trend.flown_rate - trend.bend * ahead)
    return Guess(max(flown, 1.0), trend.guess.arc + trend.arc_rate * ahead, trend.guess.slope)


@kernel
def _trend(left, right, bend: float) -> _Trend:
    """Return what the stretch between two nodes leads to expect."""
    width = right.t_s - left.t_s
    return _Trend(
        right.t_s, right.piece, bend, Guess(right.flown_s, right.arc, right.slope),
        (right.flown_s - left.flown_s) / width - bend * width, (right.arc - left.arc) / width,
    )  # fmt: skip


@kernel
def _cover(
    path, k, kind, places, earth, limits: bool, start: float, end: float, trend: _Trend, pending, point, row, n: int
):  # fmt: skip
    """Add the stretches between two times within the altitudes of kill; return how many there are then, and the trend.

    ``pending`` is a stack of nodes: 0 is the left one, those from 4 on lie to the right, nearest last. 1 to 3 are scratch
    for the middle and the quarters.
    """
    limit, top = reach_cosine(kind), 4
    island_s = min(ISLAND_S, ISLAND_SHARE * (kind.burn_time_s + kind.life_s))
    island_s = LIMITED_ISLAND_S if limits else island_s
    left, middle, quarter, third = pending[0], pending[1], pending[2], pending[3]
    if trend.end_s != start or trend.piece == NONE:
        k = _look(path, k, kind, places, earth, limits, limit, start, _expected(trend, start), left, point)
    k = _look(path, k, kind, places, earth, limits, limit, end, _expected(trend, end), pending[top], point)
    while top >= 4:
        right = pending[top]
        width = right.t_s - left.t_s
        if _nothing(left, right, width, island_s):
            pending[0] = pending[top]
            top -= 1
            continue
        same, bend = left.piece == right.piece and left.piece != NONE, 0.0
        good = same and width < STRAIGHT_S
        if not good:
            half, known = left.t_s + 0.5 * width, trend.bend if trend.piece == left.piece else 0.0
            k = _look(
                path, k, kind, places, earth, limits, limit, half, _between(left, right, known), middle, point
            )
            if same and middle.piece == left.piece:
                bend, misfit, uneven = bend_of(left, middle, right), inf, 0.0
                steep = steepness(left, right, bend)
                k = _look(
                    path, k, kind, places, earth, limits, limit, left.t_s + 0.25 * width, _between(left, middle, bend), quarter, point
                )  # fmt: skip
                if quarter.piece == left.piece:
                    misfit = misfit_s(left, right, bend, quarter) / steep
                if misfit <= HALVES * FIT_S:
                    k = _look(
                        path, k, kind, places, earth, limits, limit, left.t_s + 0.75 * width, _between(middle, right, bend), third, point
                    )  # fmt: skip
                    uneven = unevenness_s(left, quarter, middle, third, right) / steep
                    misfit = max(misfit, misfit_s(left, right, bend, third) / steep)
                    misfit = misfit if third.piece == left.piece else inf
                good = misfit <= FIT_S
                if not good and misfit <= HALVES * FIT_S and uneven <= UNEVEN * FIT_S:
                    n = add_between(row, n, left, middle, bend_of(left, quarter, middle))
                    bend = bend_of(middle, third, right)
                    n = add_between(row, n, middle, right, bend)
                    trend = _trend(middle, right, bend)
                    pending[0] = pending[top]
                    top -= 1
                    continue
        if good:
            n = add_between(row, n, left, right, bend)
            trend = _trend(left, right, bend)
        if (
            good or top + 1 >= _PENDING
        ):  # so many halvings of one block come to less than the width of an edge
            pending[0] = pending[top]
            top -= 1
            continue
        top += 1
        pending[top] = pending[1]
    if left.piece != trend.piece or left.t_s != trend.end_s:
        trend = _Trend(left.t_s, left.piece, 0.0, Guess(left.flown_s, left.arc, left.slope), 0.0, 0.0)
    return n, trend
