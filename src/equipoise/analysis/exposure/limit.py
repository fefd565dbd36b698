"""The largest number of warheads that the inventory could take, were all launched at once on minimum-energy paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equipoise.analysis.exposure.paths import Arcs
from equipoise.engagement.assignment import Assignment, Stock, Windows, assign
from equipoise.engagement.engage import engage
from equipoise.engagement.records import Command
from equipoise.foundation.status import FlightStatus

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
    first = 0
    for base, paths in zip(arcs.bases, arcs.paths, strict=True):
        reached = np.flatnonzero(paths.status == FlightStatus.OK)
        count = warheads.get(base, 0)
        if reached.size == 0 or count == 0:
            continue
        found = engage(paths, single)
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
    """Return the best use of ``counts`` interceptors per site; an upper bound on every plan with this interval."""
    return assign(windows, Stock(counts.astype(np.int64), interval_s), rule="bound")
