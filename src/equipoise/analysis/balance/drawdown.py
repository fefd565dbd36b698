"""Retaliation against total warheads, from today's number down to 300 or a quarter: how low before a defence matters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analysis.balance.arrivals import NO_DEFENCE, Defence, Group, arrivals, scaled
from equipoise.numerics import counting

LEAST_WARHEADS = 300
ARRIVALS = (1, 10, 50, 100, 200)
"""Numbers of arriving warheads whose probability is given."""


@dataclass(frozen=True)
class Point:
    """Retaliation at one total: expected arrivals without and with the defence, chances (k,) of ``ARRIVALS`` with it."""

    warheads: int
    undefended: float
    defended: float
    at_least: tuple[float, ...]

    @property
    def lost(self) -> float:
        """Share of the expected arrivals that the defence takes."""
        return 1.0 - self.defended / self.undefended if self.undefended > 0.0 else 0.0


def totals(now: int, *, steps: int = 12) -> list[int]:
    """Return totals from ``now`` down to 300 warheads, or to a quarter where that is less, closer together where they are few.

    ``now`` counts warheads, at least one; ``steps`` is how many totals there are at most, each once.
    """
    low = min(LEAST_WARHEADS, max(now // 4, 1))
    return list(dict.fromkeys(round(x) for x in np.geomspace(now, low, steps)))


def point(groups: list[Group], defence: Defence) -> Point:
    """Return the retaliation of ``groups``."""
    after = arrivals(groups, defence)
    return Point(
        sum(g.warheads for g in groups),
        counting.mean(arrivals(groups, NO_DEFENCE)),
        counting.mean(after),
        tuple(counting.at_least(after, k) for k in ARRIVALS),
    )


def curve(groups: list[Group], defence: Defence, warheads: list[int]) -> list[Point]:
    """Return the retaliation at each total, the forces cut in proportion.

    ``warheads`` are the totals, one answer each.
    """
    return [point(scaled(groups, total), defence) for total in warheads]


def matters_below(points: list[Point], share: float) -> float:
    """Return the total below which the defence takes more than ``share``; nan when it never does, inf when always."""
    lost = np.array([p.lost for p in points])
    total = np.array([p.warheads for p in points], dtype=float)
    over = lost > share
    if not over.any():
        return float("nan")
    if over.all():
        return float("inf")
    first = int(np.argmax(over))
    low, high = lost[first - 1], lost[first]
    return float(total[first - 1] + (share - low) / (high - low) * (total[first] - total[first - 1]))
