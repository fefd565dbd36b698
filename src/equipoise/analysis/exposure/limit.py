"""The largest number of warheads that the inventory could take, were all launched at once on minimum-energy paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.exposure.paths import Arcs
from equipoise.analysis.exposure.ranges import ENDS, Engaged, OverRange, with_extremes
from equipoise.engagement.assignment import Assignment, Stock, Windows, assign
from equipoise.engagement.engage import engage
from equipoise.engagement.records import Command
from equipoise.foundation.status import FlightStatus
from equipoise.model.scenario import Phase
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

MOST_SHOTS = 4
NUMBERS = np.array([0, 5, 10, 20, 40, 80, 160, 320])
"""Interceptors at every site, for the curve over their number."""


def shot_windows(arcs: Arcs, commands: Sequence[Command], warheads: dict[str, int]) -> list[Windows]:
    """Return for each command the launch windows of its sites against every warhead.

    ``arcs`` holds one family; the warheads of a base are spread evenly over the aims that it reaches. Times count from a
    launch of all missiles at once. A second shot waits for no assessment (a salvo).
    """
    single = [replace(command, batteries=(battery,)) for command in commands for battery in command.batteries]
    ends = np.cumsum([0, *(len(command.batteries) for command in commands)])
    parts: list[list[tuple[np.ndarray, ...]]] = [[] for _ in commands]
    first, start, found = 0, 0, engage(arcs.paths, single)
    for base, paths in zip(arcs.bases, arcs.paths, strict=True):
        reached = start + np.flatnonzero(paths.status == FlightStatus.OK)
        start, count = start + len(paths), warheads.get(base, 0)
        if reached.size == 0 or count == 0:
            continue
        aim = reached[np.arange(count) % reached.size]
        for part, low, high in zip(parts, ends[:-1], ends[1:], strict=True):
            opens, closes = found.ready_s[aim, low:high], found.latest_s[aim, low:high]
            w, s = np.nonzero(closes >= opens)
            part.append((first + w, s, opens[w, s], closes[w, s]))
        first += count
    return [_salvos(part) for part in parts]


def _salvos(parts: list[tuple[np.ndarray, ...]]) -> Windows:
    """Return the windows of :data:`MOST_SHOTS` shots at every warhead, site after site."""
    if not parts:
        none = np.zeros(0)
        return Windows(none.astype(int), none.astype(int), none.astype(int), none, none)
    columns = [np.repeat(np.concatenate(column), MOST_SHOTS) for column in zip(*parts, strict=True)]
    shot = np.arange(columns[0].size) % MOST_SHOTS
    return Windows(columns[0], columns[1], shot, columns[2], columns[3])


def largest_number(windows: Windows, counts: np.ndarray, interval_s: float) -> Assignment:
    """Return the best use of ``counts`` interceptors per site; an upper bound on every plan with this interval.

    ``counts`` (sites,) are numbers of interceptors; ``interval_s`` lies between two launches of a site.
    """
    return assign(windows, Stock(counts.astype(np.int64), interval_s), rule="bound")


def limits(scenario: Scenario, over: OverRange) -> xr.Dataset:
    """Return the largest number of warheads that the inventory could take, and its curve over the number at each site."""
    asked = [[over.at(end, k) for end in ENDS] for k in range(len(scenario.phases))]
    days: dict[int, tuple[Engaged, list[Phase]]] = {}
    for phase, ones in zip(scenario.phases, asked, strict=True):
        for one in ones:
            days.setdefault(id(one), (one, []))[1].append(phase)
    limit = {key: _limits_in(one, list(dict.fromkeys(own))) for key, (one, own) in days.items()}
    by_end = [
        [limit[id(one)][phase.name] for one in ones]
        for phase, ones in zip(scenario.phases, asked, strict=True)
    ]
    found = with_extremes(np.array(by_end, dtype=float))
    return dataset("exposure", {
        "inventory": found[..., 0],
        "exposed_warheads": found[..., 1],
        "most_taken": found[..., 2],
        "expected_taken": found[..., 3],
        "most_at_number": found[..., 4:],
    }, {
        "number": NUMBERS,
    })  # fmt: skip


def _limits_in(one: Engaged, phases: Sequence[Phase]) -> dict[str, list[float]]:
    """Return by phase inventory, exposed warheads, most and expected taken, and the curve, in one scenario."""
    scenario, arcs = one.scenario, one.arcs
    flown = replace(arcs, paths=arcs.paths[: len(arcs.bases)], families=arcs.families[:1])
    warheads = {e.id: int(e.warheads.value) for e in scenario.bases}
    commands = [defender(scenario, phase.date) for phase in phases]
    windows = shot_windows(flown, commands, warheads)
    return {
        phase.name: _limit(scenario, phase, command, own)
        for phase, command, own in zip(phases, commands, windows, strict=True)
    }


def _limit(scenario: Scenario, phase: Phase, command: Command, windows: Windows) -> list[float]:
    """Return inventory, exposed warheads, most and expected taken, and the curve, in one phase."""
    count = {e.id: e.count.value for e in scenario.active("site", phase.date)}
    counts = np.array([count[battery.site] for battery in command.batteries])
    interval, kill = scenario.balance.launch_interval_s.si, scenario.balance.kill_probability.value
    plan = largest_number(windows, counts, interval)
    at_number = [
        largest_number(windows, np.full(counts.size, number), interval).engaged for number in NUMBERS
    ]
    return [counts.sum(), np.unique(windows.warhead).size, plan.engaged, plan.kills(kill), *at_number]
