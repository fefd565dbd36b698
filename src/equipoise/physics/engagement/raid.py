"""Many missiles against batteries with a finite stock, one after the other in time: the order in which a command shoots.

A command knows what it has seen so far, and serves missiles in the order in which they can be shot at. Of the layers that
can still meet a missile the one of longest reach has the turn, and within it the launcher that meets it first, when that
is free. The next shot waits for the assessment of the last; a lower layer that could then no longer launch does not wait.
"""

from __future__ import annotations

import heapq
from math import inf
from typing import NamedTuple

import numpy as np

from equipoise.numerics.borrowed import borrowed
from equipoise.numerics.jit import INLINE, kernel
from equipoise.numerics.records import record_type
from equipoise.physics.engagement.launch_segments import Segments, first_intercept

OPTION = record_type(
    launcher="i8", layer="i8", ready_s="f8", assess_s="f8", segment_from="i8", segment_to="i8",
    allowed_from="i8", allowed_to="i8",
)  # fmt: skip
"""One launcher against one course: its place among the layers, the first launch and the wait after an intercept, s since
the missile's launch, and which stretches and allowed intervals are its own."""
SAME_S = 1e-6
"""Times that lie nearer than this are the same, so that no rounding makes a missile stand in line twice."""
LAUNCHER = record_type(stock="i8", interval_s="f8", channels="i8", salvo="i8", looks="i8", kill="f8")
"""Interceptors, s between two launches, missiles engaged at a time (0: no limit), salvo, looks, kill probability."""


class Raid(NamedTuple):
    """Missiles in order of launch, and who can meet them.

    ``course`` (n,) is the course that each flies and ``launch_s`` (n,) when. The options of course c are ``option``
    ``option_first[c]`` to ``option_first[c + 1] - 1``, by layer. ``segment`` are stretches as of
    :class:`equipoise.physics.engagement.launch_segments.Segments` and ``allowed`` (k, 2) intervals, of all options.
    """

    course: np.ndarray
    launch_s: np.ndarray
    option_first: np.ndarray
    option: np.ndarray
    segment: np.ndarray
    allowed: np.ndarray
    launcher: np.ndarray


class Outcome(NamedTuple):
    """What came of runs r: whether each missile was hit (r, n), its shots (r, n), the chance that all its shots missed
    (r, n), interceptors launched by launcher and step of time (r, b, t), and how often a shot waited for others or for lack
    of stock (r,)."""

    hit: np.ndarray
    shots: np.ndarray
    missed: np.ndarray
    launched: np.ndarray
    contended: np.ndarray


class _State(NamedTuple):
    """What a command knows in a run: stock and next launch of launchers, when each channel is free, and of missiles.

    ``floor_s`` and ``after_s`` (n,) bound the next launch and intercept of a missile, ``below`` (n,) is the layer above which
    nothing more is shot, ``dead_s`` (n,) when a hit is known, s since its launch, and ``fired`` (n, options) counts looks.
    """

    stock: np.ndarray
    free_s: np.ndarray
    channel_s: np.ndarray
    floor_s: np.ndarray
    after_s: np.ndarray
    below: np.ndarray
    dead_s: np.ndarray
    fired: np.ndarray


@kernel
def _mix(x):
    """Return one step of SplitMix64 (Steele, Lea and Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@kernel
def _draw(seed: int, run: int, missile: int, shot: int) -> float:
    """Return a number in [0, 1) that hangs on nothing but the four, so that no order of work can change it."""
    golden, x = np.uint64(0x9E3779B97F4A7C15), np.uint64(seed)
    for part in (run, missile, shot):
        x = _mix(x + golden * np.uint64(part + 1))
    return float(x >> np.uint64(11)) * 2.0**-53


@kernel
def _met(raid: Raid, option, launch_s: float, after_s: float) -> float:
    """Return the first intercept of a launch, s since the missile's launch; inf if none."""
    rows = raid.segment[option.segment_from : option.segment_to]
    allowed = raid.allowed[option.allowed_from : option.allowed_to]
    t, _ = first_intercept(Segments(rows, rows.size), allowed, allowed.shape[0], launch_s, after_s, 0)
    return t


@kernel
def _choose(raid: Raid, state: _State, w: int):
    """Return the option (-1 if none), when it is ready, its launch, and whether others' shots or a lack of stock had a say."""
    best, best_ready, best_launch, best_met, contended = -1, inf, inf, inf, 0
    first, start = raid.option_first[raid.course[w]], raid.launch_s[w]
    for o in range(first, raid.option_first[raid.course[w] + 1]):
        option = raid.option[o]
        if best >= 0 and option.layer != raid.option[best].layer:
            break
        launcher, b = raid.launcher[option.launcher], option.launcher
        if option.layer < state.below[w] or state.fired[w, o - first] >= launcher.looks:
            continue
        if state.stock[b] <= 0:
            contended = 1
            continue
        wanted = max(option.ready_s, state.floor_s[w])
        launch = max(wanted, state.free_s[b] - start)
        if launcher.channels > 0:
            launch = max(launch, state.channel_s[b, : launcher.channels].min() - start)
        if launch > wanted:
            contended = 1
        t = _met(raid, option, launch, state.after_s[w])
        if t < best_met:
            best, best_ready, best_launch, best_met = o, wanted, launch, t
    return best, best_ready, best_launch, contended


@kernel
def _fire(
    raid: Raid,
    state: _State,
    w: int,
    o: int,
    launch_s: float,
    seed: int,
    run: int,
    step_s: float,
    out: Outcome,
):
    """Launch a salvo at a missile; return the last intercept and whether it was short of interceptors."""
    option, start = raid.option[o], raid.launch_s[w]
    b = option.launcher
    launcher = raid.launcher[b]
    wanted = min(launcher.salvo, state.stock[b])
    last, gone = -inf, 0
    for j in range(wanted):
        at = launch_s + j * launcher.interval_s
        t = _met(raid, option, at, state.after_s[w])
        if not t < inf:
            break
        gone += 1
        if seed >= 0 and _draw(seed, run, w, out.shots[run, w]) < launcher.kill:
            out.hit[run, w] = True
            state.dead_s[w] = min(state.dead_s[w], t + option.assess_s)
        out.shots[run, w] += 1
        out.missed[run, w] *= 1.0 - launcher.kill
        out.launched[run, b, min(int((start + at) / step_s), out.launched.shape[2] - 1)] += 1
        last = max(last, t)
    state.stock[b] -= gone
    state.free_s[b] = start + launch_s + gone * launcher.interval_s
    if launcher.channels > 0:
        state.channel_s[b, state.channel_s[b, : launcher.channels].argmin()] = start + last
    state.fired[w, o - raid.option_first[raid.course[w]]] += 1
    return last, wanted < launcher.salvo


@kernel
def _next(raid: Raid, state: _State, w: int, o: int, launch_s: float, last_s: float):
    """Let a missile stand in line for the shot after one; return what :func:`_choose` does."""
    option = raid.option[o]
    state.floor_s[w], state.after_s[w] = last_s + option.assess_s, last_s
    found, ready, launch, contended = _choose(raid, state, w)
    if found >= 0:
        return found, ready, launch, contended
    # no time to look: a lower layer launches before the assessment, or it never will
    state.floor_s[w], state.after_s[w], state.below[w] = launch_s, -inf, option.layer + 1
    found, ready, launch, more = _choose(raid, state, w)
    return found, ready, launch, max(contended, more)


@kernel
def _new_state(raid: Raid, most_options: int) -> _State:
    """Return the state before the first launch."""
    n, launchers, channels = raid.course.size, raid.launcher.size, 1
    for b in range(launchers):
        channels = max(channels, raid.launcher[b].channels)
    state = _State(
        np.empty(launchers, np.int64), np.full(launchers, -inf), np.full((launchers, channels), -inf),
        np.full(n, -inf), np.full(n, -inf), np.zeros(n, np.int64), np.full(n, inf), np.zeros((n, most_options), np.int64),
    )  # fmt: skip
    for b in range(launchers):
        state.stock[b] = raid.launcher[b].stock
    return state


@kernel(inline=INLINE)
def _run(raid: Raid, state: _State, seed: int, run: int, step_s: float, out: Outcome) -> None:
    """Fight one raid from the ``state`` before it; a negative ``seed`` lets every shot miss."""
    queue = [(inf, -1)]  # a last one, which also tells the compiler what is in line
    for w in range(raid.course.size):
        found, ready, _, _ = _choose(raid, state, w)
        if found >= 0:
            queue.append((raid.launch_s[w] + ready, w))
    heapq.heapify(queue)
    while queue[0][1] >= 0:
        now, w = heapq.heappop(queue)
        start = raid.launch_s[w]
        state.floor_s[w] = max(state.floor_s[w], now - start)
        if state.dead_s[w] <= now - start:
            continue
        o, ready, launch, contended = _choose(raid, state, w)
        out.contended[run] += contended
        if o >= 0 and start + ready > now + SAME_S:  # the turn has passed to one that is ready later
            heapq.heappush(queue, (start + ready, w))
        elif o >= 0 and state.dead_s[w] > launch:
            last, short = _fire(raid, state, w, o, launch, seed, run, step_s, out)
            out.contended[run] += short
            if state.stock[raid.option[o].launcher] <= 0:
                queue = _in_line_again(raid, state, queue, now)
            o_next, ready, _, contended = _next(raid, state, w, o, launch, last)
            out.contended[run] += contended
            if o_next >= 0 and state.dead_s[w] > ready:
                heapq.heappush(queue, (start + ready, w))


@kernel
def _in_line_again(raid: Raid, state: _State, queue, now_s: float):
    """Return the line after a launcher ran out: whoever waited for it turns to another from now on."""
    again = [(inf, -1)]
    for _, w in queue:
        if w < 0:
            continue
        state.floor_s[w] = max(state.floor_s[w], now_s - raid.launch_s[w])
        o, ready, _, _ = _choose(raid, state, w)
        if o >= 0:
            again.append((raid.launch_s[w] + ready, w))
    heapq.heapify(again)
    return again


@kernel
def fight(raid: Raid, seed: int, start: int, stop: int, step_s: float, out: Outcome) -> int:
    """Fill rows ``start`` to ``stop`` of ``out`` with runs of a raid; all shots miss where ``seed`` is negative.

    Launches are counted in steps of ``step_s`` s since the raid began, later ones in the last. Returned is how many launchers of all runs there were.
    """
    most = np.int64(1)  # no literal: what takes it would be compiled for that as well
    for c in range(raid.option_first.size - 1):
        most = max(most, raid.option_first[c + 1] - raid.option_first[c])
    launchers = 0
    for run in range(start, stop):
        state = _new_state(raid, most)
        _run(borrowed(raid), borrowed(state), seed, run, step_s, borrowed(out))
        launchers += state.stock.size  # so that it lives until here
    return launchers
