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

from math import inf, nan, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.expectation import (
    Trend,
    between,
    edge_share,
    expected,
    quarter_of,
    reached,
    trend_of,
)
from equipoise.physics.engagement.kill_geometry import suits
from equipoise.physics.engagement.latest_curve import FIT_S, STRAIGHT_S, add_curve, curve_of, outlasts
from equipoise.physics.engagement.launch_segments import NODES, Segments, add_between, bend_of, steepness
from equipoise.physics.engagement.shooters import (
    beyond_m,
    law_of,
    place_of,
    reach_cosine,
    top_pull_m_s2,
    top_speed_m_s,
)
from equipoise.physics.environment.earth import EarthModel, altitude
from equipoise.physics.flight.trajectory import Path, position_at, sample_before, velocity_at
from equipoise.physics.interceptor.flyout import NONE, SETTLED_S, UNKNOWN, Arrival, Guess, arrival

EDGE_S = 0.05
"""A jump of the latest launch is located to within this."""
ISLAND_S, ISLAND_SHARE, LIMITED_ISLAND_S = 5.0, 0.04, 0.5
"""A stretch shorter than this, out of reach before and after, can be missed; and than this share of the longest flight.

The smaller one counts: short-range interceptors meet a steep missile for some seconds only; with limits the third.
"""
UNEVEN = 3.0
"""A curve is taken where its nodes are so many times :data:`FIT_S` from telling it; it is then right to about the half.

With one quarter looked at and the other taken from the cubic, a peak was 0.53 s too high.
"""
LEAST_AXIS_M, SAFETY = 6e6, 1.5
"""No arc to a place at the edge of the reach has a shorter major axis; a factor for J2, the Earth's turning and unsettled arcs."""
BLOCK = 24
"""Steps of the path that one curve spans at most."""
_NARROWER = 0.6
"""An edge that a look has not narrowed down to this share is halved next."""


@kernel
def _meeting(kind, place, earth: EarthModel, target, velocity, guess: Guess, limits: bool) -> Arrival:
    """Return the fly-out from one place; with ``limits`` none where its geometry lies outside the interceptor's."""
    one = arrival(law_of(kind), earth, place, target, guess, SETTLED_S)
    if limits and one.branch != NONE and not suits(kind, one, earth, target, velocity):
        return Arrival(NONE, inf, 0.0, one.velocity_eci_m_s, UNKNOWN, 0.0)
    return one


@kernel
def shortest(kind, places, earth: EarthModel, target, velocity, guess: Guess, limits: bool):
    """Return the deciding fly-out to ``target`` (m, ECEF at arrival), which place decides, and what is lacking (m).

    If ``sure`` it is the longest of the places' fly-outs, else the shortest.
    ``kind`` and ``places`` (k, 3), ECEF in m, are the battery's rows of :class:`equipoise.physics.engagement.shooters.Shooters`; ``guess`` is where
    the search starts. With ``limits`` a place counts only where the geometry of the kill is within the interceptor's:
    ``velocity`` is then the missile's at ``target`` (m/s), relative to the ground. Both are tuples of three.
    """
    begin = (
        guess if kind.places == 1 else Guess(guess.time_s, 0.0, 0.0, UNKNOWN.launch_m_s, UNKNOWN.arrival_m_s)
    )
    best, by = _meeting(kind, place_of(places, 0), earth, target, velocity, begin, limits), 0
    short = best.short_m
    for i in range(1, kind.places):
        one = _meeting(kind, place_of(places, i), earth, target, velocity, begin, limits)
        if kind.sure > 0:
            short, better = max(short, one.short_m), one.time_s > best.time_s
        else:
            short, better = min(short, one.short_m), one.time_s < best.time_s
        if better:
            best, by = one, i
    return best, by, short


class _Shot(NamedTuple):
    """What looking at one battery's fly-outs takes: its rows, the Earth, :func:`reach_cosine`, and the missile's top speed.

    With ``limits`` the geometry of the kill counts.
    """

    kind: np.record
    places: np.ndarray
    earth: EarthModel
    limits: bool
    reach_cosine: float
    top_speed_m_s: float
    top_pull_m_s2: float


@kernel
def _bulge(shot, a, b, width: float) -> float:
    """Return by how much ``reserve`` between two nodes ``width`` s apart may exceed what their chord says.

    The reserve falls with half the sum of the missile's distances from the Earth's centre and from the launch point, over
    the axis of the arc. A distance d bends up by the square of the speed over d, and by the path's own bending.
    """
    v = shot.top_speed_m_s
    away = 0.5 * (a.away_m + b.away_m - width * v)
    if away <= 0.0:
        return inf
    bend = 0.5 * v * v * (1.0 / away + 1.0 / LEAST_AXIS_M) + shot.top_pull_m_s2
    return SAFETY * bend * width * width / (8.0 * LEAST_AXIS_M)


@kernel
def _missile(path: Path, k: int, t: float, out, moves: bool) -> int:
    """Fill ``out`` (6,) with the missile's place and, if it ``moves``, its velocity at ``t``, near sample ``k``; return the sample before it."""
    while k > path.burnout and path.time_s[k] > t:
        k -= 1
    k = sample_before(path, k, t)
    position_at(path, k, t, out)
    if moves:
        velocity_at(path, k, t, out[3:])
    return k


@kernel
def _look(path: Path, k: int, shot, t: float, guess: Guess, node, point) -> int:
    """Fill a node at ``t``, near sample ``k`` of the path; return the sample before it. ``point`` (6,) is scratch.

    The path is used in one place, else the references to its arrays are counted at every call, which costs a twentieth of all.
    """
    k = _missile(path, k, t, point, shot.limits)
    target, velocity = (point[0], point[1], point[2]), (point[3], point[4], point[5])
    node.t_s, node.latest_s, node.piece, node.swing_s, reached = t, -inf, NONE, 0.0, guess
    short = beyond_m(shot.reach_cosine, shot.kind, shot.places, target)
    if short == 0.0:
        met, by, short = shortest(shot.kind, shot.places, shot.earth, target, velocity, guess, shot.limits)
        reached, node.swing_s = met.guess, met.swing_s
        if met.branch != NONE:
            node.latest_s, node.piece = t - met.time_s, 3 * by + met.branch
    node.flown_s, node.arc, node.reserve = reached.time_s, reached.arc, reached.reserve
    if shot.kind.places > 1 and node.piece == NONE:
        node.reserve = 0.0  # not always that of the same place
    node.x_m_s, node.y_m_s, node.z_m_s = reached.launch_m_s
    node.u_m_s, node.v_m_s, node.w_m_s = reached.arrival_m_s
    node.lack_m = short
    x, y, z = target[0] - shot.places[0, 0], target[1] - shot.places[0, 1], target[2] - shot.places[0, 2]
    node.away_m = sqrt(x * x + y * y + z * z)
    return k


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
def segments(path: Path, kind, places, earth: EarthModel, nodes, row, limits: bool) -> Segments:
    """Return the stretches of the path, after burnout, at which a battery could kill, in order of time.

    ``kind`` and ``places`` are its rows of :class:`equipoise.physics.engagement.shooters.Shooters`; ``row`` (n,) of :data:`SEGMENT` is filled, ``nodes`` (2, NODES) of :data:`equipoise.physics.engagement.launch_segments.NODE`
    are scratch. With ``limits``
    only kills count whose closing speed and crossing angle are within the interceptor's.
    """
    pending, halves, point, n = nodes[0], nodes[1], np.zeros(6), np.int64(0)
    limit = reach_cosine(kind)
    k, last, trend = path.burnout, path.filled - 1, Trend(0.0, NONE, 0.0, UNKNOWN, UNKNOWN)
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
            shot = _Shot(
                kind,
                places,
                earth,
                limits,
                limit,
                top_speed_m_s(path, k, end_sample),
                top_pull_m_s2(path, k, end_sample),
            )
            n, trend = _cover(path, k, shot, start, end, trend, pending, halves, point, row, n)
        k = end_sample
    return Segments(row, int(n))


@kernel
def _nothing(left, right, width: float, island_s: float, shot) -> bool:
    """Return whether there is no stretch, or none worth looking for, between two nodes."""
    if left.piece == NONE and right.piece == NONE:
        return (
            width < island_s
            or left.lack_m + right.lack_m >= width * shot.top_speed_m_s
            or 0.5 * max(left.reserve, right.reserve) < -_bulge(shot, left, right, width)
        )
    return left.piece != right.piece and width < EDGE_S


@kernel
def _to_edge(path: Path, k: int, shot, nodes, point):
    """Narrow nodes 2 and 3, of which one is out of reach, down to the edge between them.

    Return the sample before it and whether another piece of the curve came in between, which is then node 1.
    """
    middle, low, high = nodes[1], nodes[2], nodes[3]
    until_s, before = shot.kind.burn_time_s + shot.kind.life_s, inf
    while high.t_s - low.t_s >= EDGE_S:
        width = high.t_s - low.t_s
        share = edge_share(low, high, until_s, EDGE_S / width) if width < _NARROWER * before else 0.5
        start, before = between(low, high, share, 0.0), width
        start = Guess(
            start.time_s, start.arc, 0.0, start.launch_m_s, start.arrival_m_s
        )  # no lack is foreseen
        k = _look(path, k, shot, low.t_s + share * width, start, middle, point)
        if middle.piece == low.piece:
            nodes[2] = nodes[1]
        elif middle.piece == high.piece:
            nodes[3] = nodes[1]
        else:
            return k, True
    return k, False


@kernel
def _cover(
    path: Path, k: int, shot, start: float, end: float, trend: Trend, pending, halves, point, row, n: int
):
    """Add the stretches between two times within the altitudes of kill; return how many there are then, and the trend.

    ``pending`` is a stack of nodes: 0 is the left one, those from 4 on lie to the right, nearest last. 1 to 3 are scratch
    for the middle and the quarters. ``halves`` holds what is known already half-way to each of the stack from the node on its left.
    """
    until_s = shot.kind.burn_time_s + shot.kind.life_s
    top, island_s = 4, min(ISLAND_S, ISLAND_SHARE * until_s)
    island_s = LIMITED_ISLAND_S if shot.limits else island_s
    left, middle, quarter, third = pending[0], pending[1], pending[2], pending[3]
    if trend.end_s != start:
        k = _look(path, k, shot, start, expected(trend, start), left, point)
    k = _look(path, k, shot, end, expected(trend, end), pending[top], point)
    halves[top].t_s = nan
    while top >= 4:
        right = pending[top]
        width = right.t_s - left.t_s
        same = left.piece == right.piece and left.piece != NONE
        if same and width < STRAIGHT_S:
            n = add_between(row, n, left, right)
            trend = trend_of(left, right, 0.0)
            done = True
        else:
            done = _nothing(left, right, width, island_s, shot)
        # so many halvings of one block come to less than the width of an edge
        if done or top + 2 >= NODES:
            pending[0] = pending[top]
            top -= 1
            continue
        if left.piece != right.piece and (left.piece == NONE or right.piece == NONE):
            pending[2], pending[3] = pending[0], pending[top]
            k, other = _to_edge(path, k, shot, pending, point)
            if not other:
                if third.t_s < right.t_s:
                    halves[top].t_s = nan
                    top += 1
                    pending[top] = pending[3]
                if quarter.t_s > left.t_s:
                    halves[top].t_s = nan
                    top += 1
                    pending[top] = pending[2]
                halves[top].t_s = nan
                continue
            quarter.t_s = third.t_s = nan
        else:
            quarter.t_s = third.t_s = nan
            if halves[top].t_s > left.t_s:
                pending[1] = halves[top]
            else:
                known = trend.bend if same and trend.piece == left.piece else 0.0
                k = _look(
                    path, k, shot, left.t_s + 0.5 * width, between(left, right, 0.5, known), middle, point
                )
            if same and middle.piece == left.piece:
                at, guess = left.t_s + 0.25 * width, quarter_of(left, middle, right)
                k = _look(path, k, shot, at, guess, quarter, point)
                at, guess = left.t_s + 0.75 * width, quarter_of(right, middle, left)
                k = _look(path, k, shot, at, guess, third, point)
                if quarter.piece == left.piece and third.piece == left.piece:
                    curve = curve_of(left, quarter, middle, third, right)
                    told = curve.error_s <= UNEVEN * FIT_S * steepness(left, middle, right)
                    if told and not outlasts(curve, until_s):
                        n = add_curve(row, n, curve, left.t_s, right.t_s)
                        trend = trend_of(third, right, bend_of(middle, third, right))
                        pending[0] = pending[top]
                        top -= 1
                        continue
        halves[top], halves[top + 1] = pending[3], pending[2]
        top += 1
        pending[top] = pending[1]
    if left.piece != trend.piece or left.t_s != trend.end_s:
        trend = Trend(left.t_s, left.piece, 0.0, reached(left), UNKNOWN)
    return n, trend
