"""Where a verdict turns while one claim's numbers move from one side's values to the other's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from equipoise.analysis.crux.lattice import Side, Turning, set_of
from equipoise.analysis.crux.verdicts import Values, Verdict

GRID = 9
"""Values of a claim, both sides' included, between which a turn is looked for; two turns nearer to each other can be missed."""
HALVINGS = 6
"""Halvings of the step that holds a turn: it is then known to 1/1000 of the way between the two sides or better."""


@dataclass(frozen=True)
class Turn:
    """Where a verdict turns while a claim moves and ``taken`` are the claims taken from theirs: shares of the way from ours."""

    claim: int
    taken: int
    shares: tuple[float, ...]


def turns(
    values: Values, verdict: Verdict, found: dict[Side, Turning], ours: float, theirs: float
) -> tuple[Turn, ...]:
    """Return all turns of the claims of the minimal sets, each moved with the rest of its set exchanged.

    ``found`` are the minimal sets from either side, ``ours`` and ``theirs`` the two sides' values of the verdict.
    """
    every = (1 << len(values.between.claims)) - 1
    asked: dict[tuple[int, int], None] = {}
    for side, turning in found.items():
        for members in turning.sets:
            for claim in members:
                exchanged = set_of(members) if side is Side.OURS else every ^ set_of(members)
                asked[claim, exchanged & ~(1 << claim)] = None
    return tuple(
        Turn(claim, taken, _shares(values, verdict, claim, taken, ours, theirs))
        for claim, taken in asked
        if values.between.claims[claim].is_continuous
    )


def _shares(
    values: Values, verdict: Verdict, claim: int, taken: int, ours: float, theirs: float
) -> tuple[float, ...]:
    def at(shares: Sequence[float], *, few: bool = True) -> list[float]:
        found = values.along(verdict, claim, taken, shares, few=few)
        return [verdict.stands(value, ours, theirs) for value in found]

    ends = [verdict.stands(v, ours, theirs) for v in values.at(verdict, [taken, taken | 1 << claim])]
    grid = [k / (GRID - 1) for k in range(GRID)]
    known = [ends[0], *at(grid[1:-1], few=False), ends[1]]
    brackets = [
        (low, high, stands)
        for (low, stands), (high, beyond) in pairwise(zip(grid, known, strict=True))
        if stands != beyond
    ]
    for _ in range(HALVINGS if brackets else 0):
        middles = [(low + high) / 2 for low, high, _ in brackets]
        brackets = [
            (middle, high, stands) if now == stands else (low, middle, stands)
            for (low, high, stands), middle, now in zip(brackets, middles, at(middles), strict=True)
        ]
    return tuple((low + high) / 2 for low, high, _ in brackets)
