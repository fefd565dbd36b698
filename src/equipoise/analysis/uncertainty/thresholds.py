"""One input at a time: how far it moves a value, and at which of its values a verdict flips."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.engagement.bounds import Ranges

Model = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From points (n, inputs) to values (n, measures); nan where a value is not defined."""

GRID = 5
"""Values of each input, both ends included, at which a flip is looked for; narrower islands can be missed."""

FINENESS = 4096
"""A flip is known to the range of its input over this."""


@dataclass(frozen=True)
class OneAtATime:
    """Values at the nominal point (m,), at the ends of each input (m, d), and the flips of the verdicts (m, d).

    ``flip`` is the value of the input, nearest to the nominal one, at which the verdict changes while all others
    are nominal; nan where none is found. ``holds_above`` says whether the statement holds on the upper side of it.
    """

    nominal: NDArray[np.float64]
    at_low: NDArray[np.float64]
    at_high: NDArray[np.float64]
    flip: NDArray[np.float64]
    holds_above: NDArray[np.bool_]

    @property
    def swing(self) -> NDArray[np.float64]:
        """The difference between the ends (m, d), nan where either is not defined."""
        return np.asarray(self.at_high - self.at_low)


@dataclass
class _Bracket:
    """Two values of one input between which one measure's verdict changes; ``inner`` is on the nominal side.

    ``above`` says by how much the measure lies above its level at both, -inf where it is not defined; ``stalled`` how many values
    in a row have not halved the bracket.
    """

    measure: int
    column: int
    inner: float
    outer: float
    above: tuple[float, float]
    stalled: int = 0

    @property
    def width(self) -> float:
        """How far the two values are apart."""
        return abs(self.outer - self.inner)

    def put(self, value: float, above: float) -> None:
        """Take a value between the two in the place of the one on its side of the flip."""
        before = self.width
        if (above > 0.0) == (self.above[0] > 0.0):
            self.inner, self.above = value, (above, self.above[1])
        else:
            self.outer, self.above = value, (self.above[0], above)
        self.stalled = self.stalled + 1 if self.width > 0.5 * before else 0


def holds(values: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each statement holds: the value is above its level; a value that is not defined is not.

    ``values`` (..., statements) and ``levels`` (statements,) share each statement's unit.
    """
    return np.asarray(np.nan_to_num(values, nan=-np.inf) > levels)


def one_at_a_time(model: Model, ranges: Ranges, levels: NDArray[np.float64]) -> OneAtATime:
    """Move each input over its range with the others at their nominal values.

    ``levels`` (m,) are where the verdicts flip, nan for a measure without a verdict.
    """
    grid = [
        np.unique(_whole(ranges, j, np.linspace(ranges.low[j], ranges.high[j], GRID)))
        for j in range(len(ranges))
    ]
    points = [ranges.nominal[None, :], *(ranges.with_one(j, values) for j, values in enumerate(grid))]
    values = model(np.concatenate(points))
    nominal, rest = values[0], values[1:]
    ends = np.cumsum([len(g) for g in grid])[:-1]
    by_input = np.split(rest, ends) if len(ranges) else []
    at_low = np.array([v[0] for v in by_input]).T.reshape(nominal.size, len(ranges))
    at_high = np.array([v[-1] for v in by_input]).T.reshape(nominal.size, len(ranges))
    brackets = [
        bracket
        for j, found in enumerate(by_input)
        for bracket in _brackets(ranges, j, grid[j], found, nominal, levels)
    ]
    _narrow(model, ranges, brackets, levels)
    flip, above = _nearest(ranges, brackets, holds(nominal, levels), nominal.size)
    return OneAtATime(nominal, at_low, at_high, flip, above)


def _whole(ranges: Ranges, column: int, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(values) if ranges.whole[column] else values


def _brackets(
    ranges: Ranges,
    column: int,
    grid: NDArray[np.float64],
    values: NDArray[np.float64],
    nominal: NDArray[np.float64],
    levels: NDArray[np.float64],
) -> list[_Bracket]:
    """Return the first change of each verdict on either side of the nominal value."""
    found = []
    for m in range(nominal.size):
        if np.isnan(levels[m]):
            continue
        now = holds(nominal[m], levels[m])
        for side in (-1, 1):
            outward = [k for k in range(grid.size) if side * (grid[k] - ranges.nominal[column]) > 0]
            inner, above = float(ranges.nominal[column]), _above(nominal[m], levels[m])
            for k in outward if side > 0 else reversed(outward):
                beyond = _above(values[k, m], levels[m])
                if (beyond > 0.0) != now:
                    found.append(_Bracket(m, column, inner, float(grid[k]), (above, beyond)))
                    break
                inner, above = float(grid[k]), beyond
    return found


def _above(value: float, level: float) -> float:
    """Return by how much a measure lies above its level, -inf where it is not defined."""
    return -np.inf if np.isnan(value) else float(value - level)


def _narrow(model: Model, ranges: Ranges, brackets: list[_Bracket], levels: NDArray[np.float64]) -> None:
    """Narrow all brackets together, so that every step is one batch of the model."""
    while open_ones := [b for b in brackets if b.width > _wanted(ranges, b)]:
        inside = [_between(ranges, b) for b in open_ones]
        values = model(
            np.concatenate([ranges.with_one(b.column, [x]) for b, x in zip(open_ones, inside, strict=True)])
        )
        for b, x, found in zip(open_ones, inside, values, strict=True):
            b.put(x, _above(found[b.measure], levels[b.measure]))


def _wanted(ranges: Ranges, bracket: _Bracket) -> float:
    """Return how narrow a bracket is to be, of which the middle is the flip."""
    span = ranges.high[bracket.column] - ranges.low[bracket.column]
    return 1.0 if ranges.whole[bracket.column] else float(2.0 * span / FINENESS)


def _between(ranges: Ranges, bracket: _Bracket) -> float:
    """Return the value to try: where a straight line crosses the level; twice as far if that stalled, and the middle if it did again.

    It keeps off both ends by a little less than the width wanted, so that the flip is soon held from both sides.
    """
    inner, outer = bracket.above
    share = 0.5
    if bracket.stalled < 2 and np.isfinite(inner - outer):
        share = inner / (inner - outer)
        if bracket.stalled:
            share = min(2.0 * share, 0.5) if share < 0.5 else max(2.0 * share - 1.0, 0.5)
        off = min(0.9 * _wanted(ranges, bracket) / bracket.width, 0.5)
        share = min(max(share, off), 1.0 - off)
    value = bracket.inner + share * (bracket.outer - bracket.inner)
    return float(np.round(value)) if ranges.whole[bracket.column] else value


def _nearest(
    ranges: Ranges, brackets: list[_Bracket], now: NDArray[np.bool_], measures: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    flip = np.full((measures, len(ranges)), np.nan)
    above = np.zeros((measures, len(ranges)), dtype=bool)
    for b in brackets:
        value = b.outer if ranges.whole[b.column] else 0.5 * (b.inner + b.outer)
        held = flip[b.measure, b.column]
        nominal = ranges.nominal[b.column]
        if np.isnan(held) or abs(value - nominal) < abs(held - nominal):
            flip[b.measure, b.column] = value
            above[b.measure, b.column] = (b.outer > b.inner) != now[b.measure]
    return flip, above
