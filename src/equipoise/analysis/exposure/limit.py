"""The largest number of warheads that the inventory could take, were all launched at once on minimum-energy paths."""

from __future__ import annotations

import numpy as np

from equipoise.analysis.assignment import Assignment, Stock, Windows, assign
from equipoise.analysis.command import Command
from equipoise.analysis.engagement import engage_batteries
from equipoise.analysis.exposure.paths import Arcs
from equipoise.foundation.status import FlightStatus

MOST_SHOTS = 4
NUMBERS = np.array([0, 5, 10, 20, 40, 80, 160, 320])
"""Interceptors at every site, for the curve over their number."""


def shot_windows(arcs: Arcs, command: Command, warheads: dict[str, int]) -> Windows:
    """Return the launch windows of every site against every warhead, spread evenly over a base's reached aims.

    ``arcs`` holds one family.

    Times count from a launch of all missiles at once. A second shot waits for no assessment (a salvo).
    """
    parts: list[tuple[np.ndarray, ...]] = []
    first = 0
    for base, paths in zip(arcs.bases, arcs.paths, strict=True):
        reached = np.flatnonzero(paths.status == FlightStatus.OK)
        count = warheads.get(base, 0)
        if reached.size == 0 or count == 0:
            continue
        found = engage_batteries(paths, command)
        aim = reached[np.arange(count) % reached.size]
        opens, closes = found.ready_s[aim], found.latest_s[aim]
        w, s = np.nonzero(closes >= opens)
        parts.append((first + w, s, opens[w, s], closes[w, s]))
        first += count
    if not parts:
        none = np.zeros(0)
        return Windows(none.astype(int), none.astype(int), none.astype(int), none, none)
    warhead, site, opens_s, closes_s = (np.concatenate(column) for column in zip(*parts, strict=True))
    shots = np.tile(np.arange(MOST_SHOTS), warhead.size)
    again = [np.repeat(column, MOST_SHOTS) for column in (warhead, site, opens_s, closes_s)]
    return Windows(again[0], again[1], shots, again[2], again[3])


def largest_number(windows: Windows, counts: np.ndarray, interval_s: float) -> Assignment:
    """Return the best use of ``counts`` interceptors per site; an upper bound on every plan with this interval."""
    return assign(windows, Stock(counts.astype(np.int64), interval_s), rule="bound")
