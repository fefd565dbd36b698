"""What one battery can do against one path: where it may kill, how late it may launch, and why not."""

from __future__ import annotations

from math import inf, isfinite, nan

import numpy as np

from equipoise.numerics.intervals import insert, intersect, merge, subtract
from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.launch_segments import Segments, first_intercept, largest, value
from equipoise.physics.engagement.launch_windows import beyond_m, reach_cosine, shortest, top_speed_m_s
from equipoise.physics.engagement.tables import (
    ABOVE_CEILING,
    ASSESS,
    BELOW_FLOOR,
    CASE,
    CLEAR,
    CLOSING_GEOMETRY,
    DELAY,
    DETECT,
    DETECTED_BY,
    ENGAGED,
    FIRST,
    GUIDE,
    LAST,
    LATEST,
    LOOKS,
    NO_INTERCEPTORS,
    NO_OWN_RADAR,
    NO_TIME,
    NO_TRACK,
    NOT_SEEN,
    OUT_OF_REACH,
    READY,
    REASON,
    SALVO,
    SHOTS,
    SLACK,
    SLACK_CASE,
    STOCK,
    TRACK,
    TRACKED_BY,
    Work,
    World,
)
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.trajectory import Path
from equipoise.physics.interceptor.flyout import NONE, UNKNOWN
from equipoise.physics.sensing.track_picture import (
    HANDOVER,
    LATENCY,
    POSITION_SIGMA,
    SENSOR,
    TRACKS,
    VELOCITY_SIGMA,
    Known,
)
from equipoise.physics.sensing.tracking import gather, track_times
from equipoise.physics.sensing.visibility import DELAY as REPORT_DELAY
from equipoise.physics.sensing.visibility import INFRARED, KIND


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
def accurate_track(world: World, picture: int, uses, path: Path, seen: Known, work: Work) -> Known:
    """Return what a picture knows when accuracy decides; ``work.need`` gets the track time of every intercept.

    ``uses`` (u, 6) are the picture's rows of :class:`Pictures`, ``picture`` its index, ``seen`` what it knows
    by the duration rule. Times are s since launch.
    """
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
    :class:`equipoise.physics.engagement.launch_windows.Shooters`. The reason is below the floor or above the
    ceiling where an interceptor could arrive outside the altitudes of kill, else out of reach.
    """
    low = high = False
    guess, limit, until = UNKNOWN, reach_cosine(kind), -inf
    for k in range(path.burnout, path.filled):
        below, above = path.height_m[k] < kind.floor_m, path.height_m[k] > kind.ceiling_m
        if not (below or above) or (below and low) or (above and high) or path.time_s[k] < until:
            continue
        if beyond_m(limit, kind, places, path.position_ecef_m[k]) > 0.0:
            continue
        arrived, _by, short = shortest(kind, places, earth, path.position_ecef_m[k], guess, False)  # noqa: FBT003
        guess, until = arrived.guess, path.time_s[k] + short / top_speed_m_s(path)
        if arrived.branch != NONE:
            low, high = low or below, high or above
    return BELOW_FLOOR if low else ABOVE_CEILING if high else OUT_OF_REACH


@kernel
def _battery(number, seen: Known, found: Segments, allowed, n: int, out) -> None:
    """Fill ``out`` (FIELDS,) with what one battery alone can do; the reason is -1 where no place to kill is allowed."""
    ready = seen.track_s + number[DELAY]
    when, latest = largest(found, allowed, n)
    reachable = isfinite(when)
    if not number[STOCK] > 0:
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
    while reason == ENGAGED and looks < number[LOOKS] and shots < number[STOCK]:
        t, start = first_intercept(found, allowed, n, launch, after, start)
        if not t < inf:
            break
        looks += 1
        shots = min(shots + number[SALVO], number[STOCK])
        first = t if looks == 1 else first
        last, after, launch = t, t, t + number[ASSESS]
    out[REASON], out[SHOTS] = reason, shots
    out[SLACK] = latest - ready if reachable and isfinite(ready) else nan
    out[DETECT], out[TRACK], out[READY] = _or_nan(seen.detect_s), _or_nan(seen.track_s), _or_nan(ready)
    out[LATEST], out[FIRST], out[LAST] = latest if reachable else nan, first, last
    out[DETECTED_BY], out[TRACKED_BY] = seen.detected_by, seen.tracked_by


@kernel
def out_of_play(number, c: int, reason: int, seen: Known, out) -> None:
    """Fill row ``c`` of ``out`` (cases, FIELDS) for a battery without any place to kill, for whatever ``reason``.

    ``number`` (cases, 9) are the columns of :class:`equipoise.physics.engagement.tables.Cases`; times are s
    since launch.
    """
    out[c, REASON] = reason if number[c, STOCK] > 0.0 else NO_INTERCEPTORS
    out[c, DETECT], out[c, TRACK] = _or_nan(seen.detect_s), _or_nan(seen.track_s)
    out[c, READY] = _or_nan(seen.track_s + number[c, DELAY])
    out[c, SLACK] = out[c, LATEST] = out[c, FIRST] = out[c, LAST] = nan
    out[c, SHOTS], out[c, CASE], out[c, SLACK_CASE] = 0.0, c, -1
    out[c, DETECTED_BY], out[c, TRACKED_BY] = seen.detected_by, seen.tracked_by


@kernel
def _or_nan(t: float) -> float:
    return t if isfinite(t) else nan


@kernel
def with_need(number, seen: Known, found: Segments, path: Path, need, allowed, n: int, scratch, out) -> int:
    """Judge a battery anew when each intercept needs a track of its own; return how many intervals are left to it.

    ``number`` (9,) is the case, ``need`` (samples,) the track time that an intercept at each sample needs, s
    since launch. ``allowed`` (ROOM, 2) holds ``n`` intervals of time and is cut down; ``scratch`` (k, ROOM,
    2) is working room; ``out`` (FIELDS,) is the battery's row, as :func:`judged` left it.
    """
    m, spare = _in_time(found, path, need, number[DELAY], allowed, n, scratch)
    if m > 0:
        _battery(number, seen, found, allowed, m, out)
    else:
        out[REASON], out[SHOTS], out[FIRST], out[LAST] = (
            NO_TIME if isfinite(spare) else NO_TRACK,
            0,
            nan,
            nan,
        )
    out[SLACK] = spare if isfinite(spare) else nan
    return m


@kernel
def judged(
    number, permit: int, forbid: int, own, seen: Known, found: Segments, free: Segments, burnout_s: float,
    over, over_count, spells, spell_count, allowed, interval, row,
) -> int:  # fmt: skip
    """Fill ``row`` (FIELDS,) with what a battery can do where ``found`` lets it kill; reason -1 without any place.

    ``allowed`` is filled with the times at which policy and regions let it; returned is how many intervals.
    ``number`` (9,) is the case; ``permit`` and ``forbid`` are sets of regions as bits; ``own`` are the
    indices of the battery's guiding sensors. ``free`` are the stretches without limits to the geometry of a kill
    (those of ``found`` where there is no limit). ``over`` (regions, ARCS, 2) and ``spells`` (sensors, ARCS, 2),
    with their counts ``over_count`` and ``spell_count``, say when the missile is above a region or in a sensor's
    sight. ``interval`` (3, ROOM, 2) is working room. All times are s since launch.
    """
    n = 1 if free.filled > 0 else 0
    allowed[0, 0], allowed[0, 1] = burnout_s + number[CLEAR], inf
    if n > 0 and (permit != 0 or forbid != 0):
        n = _permit(permit, forbid, over, over_count, allowed, n, interval)
    unguided = -inf
    if n > 0 and number[GUIDE] >= 0.0:
        _when, unguided = largest(free, allowed, n)
        n = _guided(own, number[GUIDE], spells, spell_count, allowed, n, interval)
    _battery(number, seen, found, allowed, n, row)
    if row[REASON] < 0 or row[REASON] == NO_TIME:
        when, latest = largest(free, allowed, n)
        if isfinite(when) and (row[REASON] < 0 or latest >= row[READY]):
            row[REASON] = CLOSING_GEOMETRY
    _unguided(unguided, row)
    return n


@kernel
def _unguided(latest: float, row) -> None:
    """Say in ``row`` that its own radar is what a battery lacks, where it could meet the missile without it."""
    if row[REASON] < 0 and isfinite(latest):
        row[REASON] = NO_OWN_RADAR
