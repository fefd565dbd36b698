"""Who can shoot at one missile, how often, with how much time to spare, and why not.

A :class:`World` holds everything that shooters, pictures and rules say, as plain arrays; one kernel takes one sampled
path through it. The same kernel serves the single case, the batch and the explanation.
"""

from __future__ import annotations

from math import inf, isfinite, nan
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import Reason
from equipoise.numerics.jit import kernel
from equipoise.physics.earth import EarthModel
from equipoise.physics.flyout import FlyoutTable
from equipoise.physics.intervals import ROOM, insert, intersect, merge, subtract
from equipoise.physics.picture import (
    HANDOVER,
    LATENCY,
    POSITION_SIGMA,
    SENSOR,
    TRACKS,
    VELOCITY_SIGMA,
    Known,
    Pictures,
    known,
)
from equipoise.physics.sampled import CAPACITY, Path
from equipoise.physics.tracking import Looks, gather, track_times, transitions
from equipoise.physics.visibility import ARCS, INFRARED, KIND, Regions, Sensors, arcs, region_arcs
from equipoise.physics.visibility import DELAY as REPORT_DELAY
from equipoise.physics.windows import (
    CEILING,
    FLOOR,
    ROW,
    TABLE,
    Segments,
    Shooters,
    Tables,
    first_intercept,
    in_reach,
    largest,
    latest_launch,
    near_enough,
    reach_cosine,
    segments,
    value,
)

MOST_LOOKS = 32
"""Shots in sequence that are counted at most."""
_ENGAGED, _NOT_SEEN, _NO_TRACK = int(Reason.ENGAGED), int(Reason.NOT_SEEN), int(Reason.NO_TRACK)
_NO_TIME, _REACH, _FLOOR = int(Reason.NO_TIME), int(Reason.OUT_OF_REACH), int(Reason.BELOW_FLOOR)
_CEILING, _RANGE, _FORBIDDEN = int(Reason.ABOVE_CEILING), int(Reason.OUT_OF_RANGE), int(Reason.NOT_PERMITTED)
_NONE, _FEW = int(Reason.NO_INTERCEPTORS), int(Reason.TOO_FEW_SHOTS)
_CLOSENESS = np.array([0, 6, 5, 1, 4, 2, 2, 3, 8, 9, 0])
"""By reason code: how far a battery was from a shot; of several batteries the reason of the nearest is given."""


class Cases(NamedTuple):
    """One battery under one picture and set of rules, as arrays over c: ``number`` (c, 9) in the columns below.

    ``DELAY`` lies between track and launch, ``ASSESS`` between an intercept and the next launch; ``CLEAR`` is the
    least time from burnout to an intercept. With ``GUIDE`` of zero or more, one of the battery's own sensors
    ``guide_first[c]`` to ``guide_first[c + 1]`` must have held the missile that long at the intercept. ``SALVO`` missiles
    fly at each of at most ``LOOKS`` shots, of ``STOCK`` in all. ``permit`` and ``forbid`` (c,) are sets of regions as
    bits, 0 for no rule. Times in s. Cases with the same picture stand together.
    """

    number: np.ndarray
    permit: np.ndarray
    forbid: np.ndarray
    guide_first: np.ndarray
    guide_sensor: np.ndarray


SHOOTER, PICTURE, DELAY, ASSESS, CLEAR, GUIDE, SALVO, LOOKS, STOCK = range(9)


class Commands(NamedTuple):
    """Batteries that shoot under one command: ``case[first[g]]`` to ``case[first[g + 1] - 1]``; the shots it wants."""

    first: np.ndarray
    case: np.ndarray
    wanted: np.ndarray


class World(NamedTuple):
    """Everything about the defence that the kernel needs."""

    earth: EarthModel
    sensors: Sensors
    regions: Regions
    pictures: Pictures
    tables: Tables
    shooters: Shooters
    cases: Cases
    commands: Commands
    looks: Looks


class Outcome(NamedTuple):
    """What a battery or a command can do against one path; times are s since the missile's launch, nan if none.

    ``slack_s`` is the largest time by which a launch could be put off; negative: how much too late; nan where no place
    on the path could be met at any time. ``ready_s`` is the earliest launch allowed, ``latest_s`` the latest that
    still meets the missile. ``case`` is the battery that shoots first (or came nearest), -1 for none.
    """

    reason: int
    shots: int
    slack_s: float
    detect_s: float
    track_s: float
    ready_s: float
    latest_s: float
    first_intercept_s: float
    last_intercept_s: float
    case: int
    detected_by: int
    tracked_by: int


FIELDS = len(Outcome._fields)
REASON, SHOTS, SLACK, _DETECT, _TRACK, READY, _LATEST, FIRST, _LAST, CASE = range(10)
_DETECTED_BY, _TRACKED_BY = 10, 11


class Work(NamedTuple):
    """Scratch arrays of one thread, filled anew for every path: spells of sensors and regions, latest launches, cases."""

    spells: np.ndarray
    spell_count: np.ndarray
    over: np.ndarray
    over_count: np.ndarray
    latest: np.ndarray
    segment: np.ndarray
    segment_count: np.ndarray
    allowed: np.ndarray
    allowed_count: np.ndarray
    why: np.ndarray
    case: np.ndarray
    interval: np.ndarray
    states: np.ndarray
    phi: np.ndarray
    info: np.ndarray
    need: np.ndarray


@kernel
def work_for(world: World) -> Work:
    """Return scratch arrays that fit a world."""
    exact = CAPACITY if np.any(world.pictures.number[:, HANDOVER] < inf) else 0
    m, r = world.sensors.number.shape[0], world.regions.vertex_count.size
    s, c = world.shooters.number.shape[0], world.cases.number.shape[0]
    return Work(
        np.empty((m, ARCS, 2)),
        np.zeros(m, dtype=np.int64),
        np.empty((r, ARCS, 2)),
        np.zeros(r, dtype=np.int64),
        np.empty((s, CAPACITY)),
        np.empty((s, CAPACITY, ROW)),
        np.zeros(s, dtype=np.int64),
        np.empty((c, ROOM, 2)),
        np.zeros(c, dtype=np.int64),
        np.zeros(s, dtype=np.int64),
        np.empty((c, FIELDS)),
        np.empty((3, ROOM, 2)),
        np.empty((exact, 6)),
        np.empty((exact, 6, 6)),
        np.empty((exact, 6, 6)),
        np.empty(exact),
    )


@kernel
def _gather(bits: int, over, over_count, out) -> int:
    """Fill ``out`` with the merged times above the regions in ``bits``; return how many."""
    m = 0
    for r in range(over_count.size):
        if bits >> r & 1:
            for a in range(over_count[r]):
                m = insert(out, m, over[r, a, 0], over[r, a, 1])
    return merge(out, m)


@kernel
def _permit(permit: int, forbid: int, over, over_count, allowed, n: int, scratch) -> int:
    """Cut ``allowed`` (n intervals) down to what the regions allow; return how many are left."""
    if permit != 0:
        n = intersect(allowed, n, scratch[0], _gather(permit, over, over_count, scratch[0]), scratch[1])
        allowed[:n] = scratch[1, :n]
    if forbid != 0:
        n = subtract(allowed, n, scratch[0], _gather(forbid, over, over_count, scratch[0]), scratch[1])
        allowed[:n] = scratch[1, :n]
    return n


@kernel
def _guided(sensors, held_s: float, spells, spell_count, allowed, n: int, scratch) -> int:
    """Cut ``allowed`` down to when one of ``sensors`` (indices) has held the missile for ``held_s``."""
    m = 0
    for g in range(sensors.size):
        for a in range(spell_count[sensors[g]]):
            m = insert(scratch[0], m, spells[sensors[g], a, 0] + held_s, spells[sensors[g], a, 1])
    n = intersect(allowed, n, scratch[0], merge(scratch[0], m), scratch[1])
    allowed[:n] = scratch[1, :n]
    return n


@kernel
def _exact(world: World, picture: int, uses, path: Path, seen: Known, work: Work) -> Known:
    """Return what a picture knows when accuracy decides; ``work.need`` gets the track time of every intercept."""
    listed = np.empty((uses.shape[0], 4))
    m = 0
    for u in range(uses.shape[0]):
        s = int(uses[u, SENSOR])
        if uses[u, TRACKS] > 0.0 or world.sensors.number[s, KIND] == INFRARED:
            listed[m, 0], listed[m, 1] = (
                uses[u, SENSOR],
                uses[u, LATENCY] + world.sensors.number[s, REPORT_DELAY],
            )
            listed[m, 2], listed[m, 3] = uses[u, POSITION_SIGMA], uses[u, VELOCITY_SIGMA]
            m += 1
    gather(
        world.looks, listed[:m], world.sensors.place, work.spells, work.spell_count, path, work.states, work.phi,
        world.earth.omega_rad_s, work.info,
    )  # fmt: skip
    handover = world.pictures.number[picture, HANDOVER]
    best = track_times(work.info, work.phi, path, handover, work.need)
    return Known(seen.detect_s, best, seen.detected_by, seen.tracked_by)


@kernel
def _in_time(found: Segments, path: Path, need, delay_s: float, allowed, n: int, scratch):
    """Cut ``allowed`` down to where the track that an intercept needs is there in time; return how many are left.

    Also returns the largest time to spare within what was allowed.
    """
    m, best, k = 0, -inf, path.burnout
    for i in range(found.filled):
        start, end = found.row[i, 0], found.row[i, 1]
        while path.time_s[k] < found.row[i, 2]:
            k += 1
        step = path.time_s[k + 1] - path.time_s[k]
        if not (isfinite(need[k]) and isfinite(need[k + 1])):
            continue
        slope = (need[k + 1] - need[k]) / step
        for a in range(n):
            low, high = max(start, allowed[a, 0]), min(end, allowed[a, 1])
            if low > high:
                continue
            first = value(found.row, i, low) - need[k] - slope * (low - path.time_s[k]) - delay_s
            last = value(found.row, i, high) - need[k] - slope * (high - path.time_s[k]) - delay_s
            best = max(best, first, last)
            if first < 0.0 and last < 0.0:
                continue
            if first < 0.0 or last < 0.0:
                cross = low + first / (first - last) * (high - low)
                low, high = (cross, high) if first < 0.0 else (low, cross)
            m = insert(scratch[0], m, low, high)
    m = merge(scratch[0], m)
    allowed[:m] = scratch[0, :m]
    return m, best


@kernel
def _why_unreachable(table: FlyoutTable, number, places, path: Path, omega: float) -> int:
    """Return the reason of a battery that has no place to kill at its altitudes."""
    low = high = False
    guess, limit = 100.0, reach_cosine(number)
    for k in range(path.burnout, path.filled):
        below, above = path.height_m[k] < number[FLOOR], path.height_m[k] > number[CEILING]
        if not (below or above) or (below and low) or (above and high):
            continue
        if not in_reach(limit, number, places, path.position_ecef_m[k]):
            continue
        at, guess = latest_launch(
            table, number, places, path.position_ecef_m, k, path.height_m[k], path.time_s[k], guess, omega
        )
        if isfinite(at):
            low, high = low or below, high or above
    return _FLOOR if low else _CEILING if high else _REACH


@kernel
def _battery(number, seen: Known, found: Segments, allowed, n: int, out) -> None:
    """Fill ``out`` (FIELDS,) with what one battery alone can do; the reason is -1 where no place to kill is allowed."""
    ready = seen.track_s + number[DELAY]
    when, latest = largest(found, allowed, n)
    reachable = isfinite(when)
    if not number[STOCK] > 0:
        reason = _NONE
    elif not reachable:
        reason = -1
    elif not isfinite(seen.detect_s):
        reason = _NOT_SEEN
    elif not isfinite(seen.track_s):
        reason = _NO_TRACK
    else:
        reason = _ENGAGED if latest >= ready else _NO_TIME
    first = last = nan
    shots, looks, start, after, launch = 0.0, 0, 0, -inf, ready
    while reason == _ENGAGED and looks < number[LOOKS] and shots < number[STOCK]:
        t, start = first_intercept(found, allowed, n, launch, after, start)
        if not t < inf:
            break
        looks += 1
        shots = min(shots + number[SALVO], number[STOCK])
        first = t if looks == 1 else first
        last, after, launch = t, t, t + number[ASSESS]
    out[REASON], out[SHOTS] = reason, shots
    out[SLACK] = latest - ready if reachable and isfinite(ready) else nan
    out[_DETECT], out[_TRACK], out[READY] = _or_nan(seen.detect_s), _or_nan(seen.track_s), _or_nan(ready)
    out[_LATEST], out[FIRST], out[_LAST] = latest if reachable else nan, first, last
    out[_DETECTED_BY], out[_TRACKED_BY] = seen.detected_by, seen.tracked_by


@kernel
def _or_nan(t: float) -> float:
    return t if isfinite(t) else nan


@kernel
def _with_need(number, seen: Known, found: Segments, path: Path, need, allowed, n: int, scratch, out) -> int:
    """Judge a battery anew when each intercept needs a track of its own; return how many intervals are left to it."""
    m, spare = _in_time(found, path, need, number[DELAY], allowed, n, scratch)
    if m > 0:
        _battery(number, seen, found, allowed, m, out)
    else:
        out[REASON], out[SHOTS], out[FIRST], out[_LAST] = (
            _NO_TIME if isfinite(spare) else _NO_TRACK,
            0,
            nan,
            nan,
        )
    out[SLACK] = spare if isfinite(spare) else nan
    return m


@kernel
def _nearer(each, a: int, b: int) -> bool:
    """Return whether battery ``a`` shoots sooner than ``b`` or, when neither shoots, came nearer to it."""
    if (each[a, SHOTS] > 0) != (each[b, SHOTS] > 0):
        return each[a, SHOTS] > 0
    if each[a, SHOTS] > 0:
        return each[a, FIRST] < each[b, FIRST]
    near_a, near_b = _CLOSENESS[int(each[a, REASON])], _CLOSENESS[int(each[b, REASON])]
    if near_a != near_b:
        return near_a < near_b
    return each[a, SLACK] > each[b, SLACK]


@kernel
def _in_turn(members, number, work: Work):
    """Return the shots of batteries (cases), each after the last one's assessment, and the last intercept."""
    spent, looks = np.zeros(members.size), np.zeros(members.size)
    start = np.zeros(members.size, dtype=np.int64)
    shots, last, assessed = 0.0, nan, -inf
    for _ in range(MOST_LOOKS):
        t, by, at = inf, -1, 0
        for i in range(members.size):
            c = members[i]
            if work.case[c, SHOTS] == 0 or spent[i] >= number[c, STOCK] or looks[i] >= number[c, LOOKS]:
                continue
            s = int(number[c, SHOOTER])
            when, where = first_intercept(
                Segments(work.segment[s], work.segment_count[s]), work.allowed[c], work.allowed_count[c],
                max(work.case[c, READY], assessed), last if shots > 0 else -inf, start[i],
            )  # fmt: skip
            if when < t:
                t, by, at = when, i, where
            elif not when < inf:
                looks[i] = number[c, LOOKS]
        if by < 0:
            break
        c = members[by]
        fired = min(number[c, SALVO], number[c, STOCK] - spent[by])
        spent[by] += fired
        looks[by] += 1
        start[by] = at
        shots += fired
        last, assessed = t, t + number[c, ASSESS]
    return shots, last


@kernel
def _command(members, wanted: int, number, work: Work, out) -> None:
    """Fill ``out`` (FIELDS,) with what the batteries of one command (cases) can do together."""
    if members.size == 0:
        _nothing(out, _NONE)
        return
    best, slack = members[0], nan
    for i in range(members.size):
        c = members[i]
        if _nearer(work.case, c, best):
            best = c
        if (
            work.case[c, REASON] != _NONE
            and isfinite(work.case[c, SLACK])
            and not work.case[c, SLACK] <= slack
        ):
            slack = work.case[c, SLACK]
    out[:] = work.case[best]
    out[SLACK] = slack
    if out[SHOTS] > 0:
        if members.size > 1:
            out[SHOTS], out[_LAST] = _in_turn(members, number, work)
        out[REASON] = _ENGAGED if out[SHOTS] >= wanted else _FEW


@kernel
def _nothing(out, reason: int) -> None:
    out[:] = nan
    out[REASON], out[SHOTS], out[CASE], out[_DETECTED_BY], out[_TRACKED_BY] = reason, 0, -1, -1, -1


@kernel
def _look(world: World, path: Path, work: Work) -> None:
    """Fill what depends on sensors, regions and shooters alone: spells, and the segments in which a kill is possible."""
    for s in range(world.sensors.number.shape[0]):
        work.spell_count[s] = arcs(world.sensors, s, path, world.earth, work.spells[s])
    for r in range(world.regions.vertex_count.size):
        work.over_count[r] = region_arcs(world.regions, r, path, world.earth, work.over[r])
    for s in range(world.shooters.number.shape[0]):
        number, places = world.shooters.number[s], world.shooters.place[s]
        if not near_enough(path, number, places):
            work.segment_count[s], work.why[s] = 0, _REACH
            continue
        work.segment_count[s] = segments(
            path, world.tables, number, places, world.earth.omega_rad_s, work.latest[s], work.segment[s]
        ).filled
        work.why[s] = _FORBIDDEN if work.segment_count[s] > 0 else -1
    if work.need.size > 0:
        transitions(path.burnout_state, path, world.earth, work.states, work.phi)


@kernel
def engage(world: World, path: Path, work: Work, out) -> None:
    """Fill ``out`` (commands, FIELDS) with the outcome of every command; ``work.case`` keeps that of every battery."""
    if path.filled == 0:
        for c in range(work.case.shape[0]):
            _nothing(work.case[c], _RANGE)
        for g in range(out.shape[0]):
            _nothing(out[g], _RANGE)
        return
    _look(world, path, work)
    cases, pictures, tables, omega = world.cases, world.pictures, world.tables, world.earth.omega_rad_s
    burnout_s = path.time_s[path.burnout]
    picture, seen = -1, Known(inf, inf, -1, -1)
    for c in range(cases.number.shape[0]):
        number = cases.number[c]
        exact = pictures.number[int(number[PICTURE]), HANDOVER] < inf
        if int(number[PICTURE]) != picture:
            picture = int(number[PICTURE])
            uses = pictures.use[pictures.first[picture] : pictures.first[picture + 1]]
            seen = known(
                pictures.number[picture], uses, world.sensors.number, work.spells, work.spell_count, burnout_s,
                work.interval[2],
            )  # fmt: skip
            if exact:
                seen = _exact(world, picture, uses, path, seen, work)
        s, allowed = int(number[SHOOTER]), work.allowed[c]
        n = 1 if work.segment_count[s] > 0 else 0
        allowed[0, 0], allowed[0, 1] = burnout_s + number[CLEAR], inf
        if n > 0 and (cases.permit[c] != 0 or cases.forbid[c] != 0):
            n = _permit(
                cases.permit[c], cases.forbid[c], work.over, work.over_count, allowed, n, work.interval
            )
        if n > 0 and number[GUIDE] >= 0.0:
            own = cases.guide_sensor[cases.guide_first[c] : cases.guide_first[c + 1]]
            n = _guided(own, number[GUIDE], work.spells, work.spell_count, allowed, n, work.interval)
        row, found = work.case[c], Segments(work.segment[s], work.segment_count[s])
        _battery(number, seen, found, allowed, n, row)
        if exact and (row[REASON] == _ENGAGED or row[REASON] == _NO_TIME):
            n = _with_need(number, seen, found, path, work.need, allowed, n, work.interval, row)
        work.allowed_count[c] = n
        row[CASE] = c
        if row[REASON] < 0:
            if work.why[s] < 0:
                shooter = world.shooters.number[s]
                table = FlyoutTable(
                    tables.time_s[int(shooter[TABLE])], tables.range_step_m, tables.altitude_step_m
                )
                work.why[s] = _why_unreachable(table, shooter, world.shooters.place[s], path, omega)
            row[REASON] = work.why[s]
    for g in range(world.commands.wanted.size):
        members = world.commands.case[world.commands.first[g] : world.commands.first[g + 1]]
        _command(members, world.commands.wanted[g], cases.number, work, out[g])
