"""Who can shoot at one missile, how often, with how much time to spare, and why not.

One kernel takes one sampled path through a :class:`equipoise.physics.engagement.tables.World`. It serves the single case, the
batch and the explanation.
"""

from __future__ import annotations

from math import inf, isfinite, nan

import numpy as np

from equipoise.numerics.jit import INLINE, kernel
from equipoise.physics.engagement.battery import (
    accurate_track,
    judged,
    out_of_play,
    why_unreachable,
    with_need,
)
from equipoise.physics.engagement.kill_geometry import limited
from equipoise.physics.engagement.launch_segments import first_intercept
from equipoise.physics.engagement.launch_windows import segments
from equipoise.physics.engagement.shooters import near_enough, top_speed_m_s
from equipoise.physics.engagement.tables import (
    ENGAGED,
    NO_INTERCEPTORS,
    NO_TIME,
    NOT_PERMITTED,
    OUT_OF_RANGE,
    OUT_OF_REACH,
    TOO_FEW_SHOTS,
    Work,
    World,
    free_of,
    may_kill,
    nothing,
    segments_of,
)
from equipoise.physics.flight.trajectory import Path
from equipoise.physics.sensing.track_picture import Known, known
from equipoise.physics.sensing.tracking import transitions
from equipoise.physics.sensing.visibility import arcs, region_arcs

MOST_LOOKS = 32
"""Shots in sequence that are counted at most."""
_CLOSENESS = np.array([0, 4, 3, 1, 8, 5, 6, 7, 9, 10, 0, 2, 7, 7])
"""By reason code: how far a battery was from a shot; of several batteries the reason of the nearest is given.

The order is that in which one battery's reasons are tried: one that could reach the missile but does not see it came nearer
than one out of reach.
"""


@kernel
def _nearer(each, a: int, b: int) -> bool:
    """Return whether battery ``a`` shoots sooner than ``b`` or, when neither shoots, came nearer to it."""
    if (each[a].shots > 0) != (each[b].shots > 0):
        return each[a].shots > 0
    if each[a].shots > 0:
        return each[a].first_intercept_s < each[b].first_intercept_s
    near_a, near_b = _CLOSENESS[int(each[a].reason)], _CLOSENESS[int(each[b].reason)]
    if near_a != near_b:
        return near_a < near_b
    return each[a].slack_s > each[b].slack_s


@kernel
def _in_turn(members, cases, work: Work):
    """Return the shots of batteries (cases), each after the last one's assessment, and the last intercept."""
    spent, looks = np.zeros(members.size), np.zeros(members.size)
    start = np.zeros(members.size, dtype=np.int64)
    shots, last, assessed = 0.0, nan, -inf
    for _ in range(MOST_LOOKS):
        t, by, at = inf, -1, 0
        for i in range(members.size):
            c = members[i]
            if work.case[c].shots == 0 or spent[i] >= cases[c].stock or looks[i] >= cases[c].looks:
                continue
            s = cases[c].shooter
            when, where = first_intercept(
                segments_of(work, s), work.allowed[c], work.allowed_count[c], max(work.case[c].ready_s, assessed),
                last if shots > 0 else -inf, start[i],
            )  # fmt: skip
            if when < t:
                t, by, at = when, i, where
            elif not when < inf:
                looks[i] = cases[c].looks
        if by < 0:
            break
        c = members[by]
        fired = min(cases[c].salvo, cases[c].stock - spent[by])
        spent[by] += fired
        looks[by] += 1
        start[by] = at
        shots += fired
        last, assessed = t, t + cases[c].assess_s
    return shots, last


@kernel
def _command(members, wanted: int, cases, work: Work, out, g: int) -> None:
    """Fill row ``g`` of ``out`` with what the batteries of one command (cases) can do together."""
    if members.size == 0:
        nothing(out[g], NO_INTERCEPTORS)
        return
    best, slack, spared = members[0], nan, -1
    for i in range(members.size):
        c = members[i]
        if _nearer(work.case, c, best):
            best = c
        if (
            work.case[c].reason != NO_INTERCEPTORS
            and isfinite(work.case[c].slack_s)
            and not work.case[c].slack_s <= slack
        ):
            slack, spared = work.case[c].slack_s, c
    out[g] = work.case[best]
    row = out[g]
    row.slack_s, row.slack_case = slack, spared
    if row.shots > 0:
        if members.size > 1:
            row.shots, row.last_intercept_s = _in_turn(members, cases, work)
        row.reason = ENGAGED if row.shots >= wanted else TOO_FEW_SHOTS


@kernel(inline=INLINE)
def look_shooter(world: World, s: int, path: Path, fastest_m_s: float, work: Work) -> None:
    """Fill the stretches in which shooter ``s``, an index of the world's, could kill and, where there is none, why.

    ``fastest_m_s`` is the :func:`equipoise.physics.engagement.shooters.top_speed_m_s` of the path after burnout.
    """
    kind, places = world.shooters.kind[s], world.shooters.place[s]
    work.segment_count[s], work.free_count[s], work.why[s] = 0, -1, OUT_OF_REACH
    if near_enough(path, kind, places, fastest_m_s):
        limits = limited(kind)
        work.segment_count[s] = segments(
            path, kind, places, world.earth, work.node, work.segment[s], limits
        ).filled
        if limits:
            # no literal: one would be compiled for itself
            work.free_count[s] = segments(
                path, kind, places, world.earth, work.node, work.free[s], not limits
            ).filled
        if may_kill(work, s) == 0:
            work.why[s] = why_unreachable(kind, places, world.earth, path)


@kernel(inline=INLINE)
def _look(world: World, path: Path, work: Work) -> None:
    """Fill what depends on sensors, regions and shooters alone: spells, and the segments in which a kill is possible."""
    for s in range(world.sensors.row.size):
        work.spell_count[s] = arcs(world.sensors, s, path, world.earth, work.spells[s])
    for r in range(world.regions.vertex_count.size):
        work.over_count[r] = region_arcs(world.regions, r, path, world.earth, work.over[r])
    fastest_m_s = top_speed_m_s(path, path.burnout, path.filled - 1)
    for s in range(world.shooters.kind.size):
        look_shooter(world, s, path, fastest_m_s, work)


@kernel(inline=INLINE)
def no_path(work: Work, out) -> None:
    """Fill ``out`` (commands,) and ``work.case`` for a missile that does not fly."""
    for c in range(work.case.shape[0]):
        nothing(work.case[c], OUT_OF_RANGE)
    for g in range(out.shape[0]):
        nothing(out[g], OUT_OF_RANGE)


@kernel(inline=INLINE)
def judge(world: World, path: Path, work: Work, out) -> None:
    """Fill ``out`` and ``work.case`` as :func:`engage` does, from the spells and segments that ``work`` holds."""
    if work.need.size > 0:
        transitions(path.burnout_state, path, world.earth, work.states, work.phi)
    cases, pictures = world.cases, world.pictures
    burnout_s = path.time_s[path.burnout]
    picture, seen, accurate = -1, Known(inf, inf, -1, -1), False
    for c in range(cases.row.size):
        if cases.row[c].picture != picture:
            picture = cases.row[c].picture
            uses = pictures.use[pictures.first[picture] : pictures.first[picture + 1]]
            seen = known(
                pictures.row[picture], uses, world.sensors.row, work.spells, work.spell_count, burnout_s,
                work.interval[2],
            )  # fmt: skip
            accurate = pictures.row[picture].handover_m < inf
            if accurate:
                seen = accurate_track(world, picture, uses, path, seen, work)
        case, row = cases.row[c], work.case[c]
        s, n = case.shooter, 0
        if may_kill(work, s) == 0:  # most batteries are far away; kept clear of everything that follows
            out_of_play(case, c, work.why[s], seen, row)
            work.allowed_count[c] = 0
            continue
        found, free = segments_of(work, s), free_of(work, s)
        own = cases.guide_sensor[cases.guide_first[c] : cases.guide_first[c + 1]]
        n = judged(
            case, own, seen, found, free, burnout_s, work.over, work.over_count, work.spells, work.spell_count, work.allowed[c],
            work.interval, row,
        )  # fmt: skip
        if accurate and (row.reason == ENGAGED or row.reason == NO_TIME):
            n = with_need(case, seen, found, path, work.need, work.allowed[c], n, work.interval, row)
        work.allowed_count[c] = n
        row.case, row.slack_case = c, c if isfinite(row.slack_s) else -1
        if row.reason < 0:
            row.reason = NOT_PERMITTED
    for g in range(world.commands.wanted.size):
        members = world.commands.case[world.commands.first[g] : world.commands.first[g + 1]]
        _command(members, world.commands.wanted[g], cases.row, work, out, g)


@kernel(inline=INLINE)
def engage(world: World, path: Path, work: Work, out) -> None:
    """Fill ``out`` (commands,) with the outcome of every command; ``work.case`` keeps that of every battery."""
    if path.filled == 0:
        no_path(work, out)
    else:
        _look(world, path, work)
        judge(world, path, work, out)
