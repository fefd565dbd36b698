"""What one battery can do against one path: where it may kill, how late it may launch, and why not."""

from __future__ import annotations

from math import inf, isfinite, nan

import numpy as np

from equipoise.numerics.intervals import insert, intersect, merge, subtract
from equipoise.numerics.jit import INLINE, kernel
from equipoise.physics.engagement.launch_segments import Segments, first_intercept, largest, value
from equipoise.physics.engagement.launch_windows import shortest
from equipoise.physics.engagement.shooters import beyond_m, place_of, reach_cosine, top_speed_m_s
from equipoise.physics.engagement.tables import (
    ABOVE_CEILING,
    BELOW_FLOOR,
    CLOSING_GEOMETRY,
    ENGAGED,
    NO_INTERCEPTORS,
    NO_OWN_RADAR,
    NO_TIME,
    NO_TRACK,
    NOT_SEEN,
    OUT_OF_REACH,
    Work,
    World,
)
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.trajectory import Path
from equipoise.physics.interceptor.flyout import NONE, UNKNOWN
from equipoise.physics.sensing.track_picture import USE, Known
from equipoise.physics.sensing.tracking import gather, track_times
from equipoise.physics.sensing.visibility import INFRARED


@kernel
def _gather(bits: int, over, over_count, out) -> int:
    """Fill ``out`` with the merged times above the regions in ``bits``; return how many."""
    m = 0
    for r in range(over_count.size):
        if bits >> r & 1:
            for a in range(over_count[r]):
                m = insert(out, m, over[r, a, 0], over[r, a, 1])
    return merge(out, m)


@kernel(inline=INLINE)
def _permit(permit: int, forbid: int, over, over_count, allowed, n: int, scratch) -> int:
    """Cut ``allowed`` (n intervals) down to what the regions allow; return how many are left."""
    if permit != 0:
        n = intersect(allowed, n, scratch[0], _gather(permit, over, over_count, scratch[0]), scratch[1])
        allowed[:n] = scratch[1, :n]
    if forbid != 0:
        n = subtract(allowed, n, scratch[0], _gather(forbid, over, over_count, scratch[0]), scratch[1])
        allowed[:n] = scratch[1, :n]
    return n


@kernel(inline=INLINE)
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
def accurate_track(world: World, picture: int, uses, path: Path, seen: Known, work: Work) -> Known:
    """Return what a picture knows when accuracy decides; ``work.need`` gets the track time of every intercept.

    ``uses`` are the picture's rows of :data:`USE`, ``picture`` its index, ``seen`` what it knows
    by the duration rule. Times are s since launch.
    """
    listed, m = np.empty(uses.size, USE), 0
    for u in range(uses.size):
        sensor = world.sensors.row[uses[u].sensor]
        if uses[u].tracks > 0 or sensor.kind == INFRARED:
            listed[m] = uses[u]
            listed[m].latency_s = uses[u].latency_s + sensor.delay_s
            m += 1
    gather(
        world.looks, listed[:m], world.sensors.place, work.spells, work.spell_count, path, work.states, work.phi,
        world.earth.omega_rad_s, work.info,
    )  # fmt: skip
    handover = world.pictures.row[picture].handover_m
    best = track_times(work.info, work.phi, path, handover, work.need)
    return Known(seen.detect_s, best, seen.detected_by, seen.tracked_by)


@kernel(inline=INLINE)
def _in_time(found: Segments, path: Path, need, delay_s: float, allowed, n: int, scratch):
    """Cut ``allowed`` down to where the track that an intercept needs is there in time; return how many are left.

    Also returns the largest time to spare within what was allowed.
    """
    m, best, first = 0, -inf, path.burnout
    for i in range(found.filled):
        row = found.row[i]
        while first + 1 < path.filled and path.time_s[first + 1] <= row.start_s:
            first += 1
        k = first
        while k + 1 < path.filled and path.time_s[k] < row.end_s:
            start, end = max(row.start_s, path.time_s[k]), min(row.end_s, path.time_s[k + 1])
            k += 1
            if not (isfinite(need[k - 1]) and isfinite(need[k])):
                continue
            slope = (need[k] - need[k - 1]) / (path.time_s[k] - path.time_s[k - 1])
            for a in range(n):
                low, high = max(start, allowed[a, 0]), min(end, allowed[a, 1])
                if low > high:
                    continue
                wanted = need[k - 1] + delay_s
                early = value(row, low) - wanted - slope * (low - path.time_s[k - 1])
                late = value(row, high) - wanted - slope * (high - path.time_s[k - 1])
                best = max(best, early, late)
                if early < 0.0 and late < 0.0:
                    continue
                if early < 0.0 or late < 0.0:
                    cross = low + early / (early - late) * (high - low)
                    low, high = (cross, high) if early < 0.0 else (low, cross)
                m = merge(scratch[0], insert(scratch[0], m, low, high))
    allowed[:m] = scratch[0, :m]
    return m, best


@kernel
def why_unreachable(kind, places, earth: EarthModel, path: Path) -> int:
    """Return the reason of a battery that has no place to kill at its altitudes.

    ``kind`` and ``places`` (k, 3), ECEF in m, are its rows of
    :class:`equipoise.physics.engagement.shooters.Shooters`. The reason is below the floor or above the
    ceiling where an interceptor could arrive outside the altitudes of kill, else out of reach.
    """
    low = high = False
    guess, limit, until = UNKNOWN, reach_cosine(kind), -inf
    fastest = top_speed_m_s(path, path.burnout, path.filled - 1)
    for k in range(path.burnout, path.filled):
        below, above = path.height_m[k] < kind.floor_m, path.height_m[k] > kind.ceiling_m
        if not (below or above) or (below and low) or (above and high) or path.time_s[k] < until:
            continue
        place = place_of(path.position_ecef_m, k)
        short = beyond_m(limit, kind, places, place)
        if short == 0.0:
            arrived, _by, short = shortest(kind, places, earth, place, UNKNOWN.launch_m_s, guess, False)  # noqa: FBT003
            guess = arrived.guess
            if arrived.branch != NONE:
                low, high = low or below, high or above
        until = path.time_s[k] + short / fastest
    return BELOW_FLOOR if low else ABOVE_CEILING if high else OUT_OF_REACH


@kernel
def _battery(case, seen: Known, found: Segments, allowed, n: int, out) -> None:
    """Fill the row ``out`` with what one battery alone can do; the reason is -1 where no place to kill is allowed."""
    ready = seen.track_s + case.delay_s
    when, latest = largest(found, allowed, n)
    reachable = isfinite(when)
    if not case.stock > 0:
        reason = NO_INTERCEPTORS
    elif not reachable:
        reason = -1
    elif not isfinite(seen.detect_s):
        reason = NOT_SEEN
    elif not isfinite(seen.track_s):
        reason = NO_TRACK
    else:
        reason = ENGAGED if latest >= ready else NO_TIME
    first = last = nan
    shots, looks, start, after, launch = 0.0, 0, 0, -inf, ready
    while reason == ENGAGED and looks < case.looks and shots < case.stock:
        t, start = first_intercept(found, allowed, n, launch, after, start)
        if not t < inf:
            break
        looks += 1
        shots = min(shots + case.salvo, case.stock)
        first = t if looks == 1 else first
        last, after, launch = t, t, t + case.assess_s
    out.reason, out.shots = reason, shots
    out.slack_s = latest - ready if reachable and isfinite(ready) else nan
    out.detect_s, out.track_s, out.ready_s = _or_nan(seen.detect_s), _or_nan(seen.track_s), _or_nan(ready)
    out.latest_s, out.first_intercept_s, out.last_intercept_s = latest if reachable else nan, first, last
    out.detected_by, out.tracked_by = seen.detected_by, seen.tracked_by


@kernel
def out_of_play(case, c: int, reason: int, seen: Known, out) -> None:
    """Fill ``out``, the row of case ``c``, for a battery without any place to kill, for whatever ``reason``.

    ``case`` is its row of :class:`equipoise.physics.engagement.tables.Cases`; times are s since launch.
    """
    out.reason = reason if case.stock > 0.0 else NO_INTERCEPTORS
    out.detect_s, out.track_s = _or_nan(seen.detect_s), _or_nan(seen.track_s)
    out.ready_s = _or_nan(seen.track_s + case.delay_s)
    out.slack_s, out.latest_s, out.first_intercept_s, out.last_intercept_s = nan, nan, nan, nan
    out.shots, out.case, out.slack_case = 0.0, c, -1
    out.detected_by, out.tracked_by = seen.detected_by, seen.tracked_by


@kernel
def _or_nan(t: float) -> float:
    return t if isfinite(t) else nan


@kernel
def with_need(case, seen: Known, found: Segments, path: Path, need, allowed, n: int, scratch, out) -> int:
    """Judge a battery anew when each intercept needs a track of its own; return how many intervals are left to it.

    ``case`` is its row of the cases, ``need`` (samples,) the track time that an intercept at each sample needs, s
    since launch. ``allowed`` (ROOM, 2) holds ``n`` intervals of time and is cut down; ``scratch`` (k, ROOM,
    2) is working room; ``out`` is the battery's row, as :func:`judged` left it.
    """
    m, spare = _in_time(found, path, need, case.delay_s, allowed, n, scratch)
    if m > 0:
        _battery(case, seen, found, allowed, m, out)
    else:
        out.reason, out.shots = NO_TIME if isfinite(spare) else NO_TRACK, 0.0
        out.first_intercept_s, out.last_intercept_s = nan, nan
    out.slack_s = spare if isfinite(spare) else nan
    return m


@kernel
def judged(
    case, own, seen: Known, found: Segments, free: Segments, burnout_s: float,
    over, over_count, spells, spell_count, allowed, interval, row,
) -> int:  # fmt: skip
    """Fill ``row`` with what a battery can do where ``found`` lets it kill; reason -1 without any place.

    ``allowed`` is filled with the times at which policy and regions let it; returned is how many intervals.
    ``case`` is the battery's row of the cases; ``own`` are the indices of the battery's guiding sensors. ``free`` are the stretches without limits to the geometry of a kill
    (those of ``found`` where there is no limit). ``over`` (regions, ARCS, 2) and ``spells`` (sensors, ARCS, 2),
    with their counts ``over_count`` and ``spell_count``, say when the missile is above a region or in a sensor's
    sight. ``interval`` (3, ROOM, 2) is working room. All times are s since launch.
    """
    n = 1 if free.filled > 0 else 0
    allowed[0, 0], allowed[0, 1] = burnout_s + case.clear_s, inf
    if n > 0 and (case.permit != 0 or case.forbid != 0):
        n = _permit(case.permit, case.forbid, over, over_count, allowed, n, interval)
    unguided = -inf
    if n > 0 and case.guide_s >= 0.0:
        _when, unguided = largest(free, allowed, n)
        n = _guided(own, case.guide_s, spells, spell_count, allowed, n, interval)
    _battery(case, seen, found, allowed, n, row)
    if row.reason < 0 or row.reason == NO_TIME:
        when, latest = largest(free, allowed, n)
        if isfinite(when) and (row.reason < 0 or latest >= row.ready_s):
            row.reason = CLOSING_GEOMETRY
    _unguided(unguided, row)
    return n


@kernel
def _unguided(latest: float, row) -> None:
    """Say in ``row`` that its own radar is what a battery lacks, where it could meet the missile without it."""
    if row.reason < 0 and isfinite(latest):
        row.reason = NO_OWN_RADAR
