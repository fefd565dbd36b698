"""The lattice of claims: which of them, exchanged, turn one side's verdict into the other's, and how much each carries.

A set of claims is a whole number whose bit ``k`` says that claim ``k`` is taken from the other side: 0 is all as we say,
``2**claims - 1`` all as they say. Nothing is assumed of the verdict as a function of the set: more claims may undo what fewer did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import combinations
from math import comb, factorial, sqrt

import numpy as np
from numpy.typing import NDArray

Judge = Callable[[Sequence[int]], Sequence[float]]
"""From sets of claims to where each verdict stands: 0 is ours, 1 is theirs, anything else neither."""
OURS, NEITHER, THEIRS = 0.0, 0.5, 1.0

EXACT = 12
"""Claims up to which every set is judged, 4,096 of them, so that shares are exact."""
LISTED = 3
"""Claims in a set up to which all minimal sets are listed."""
MOST_SETS = 20_000
"""Sets that are judged at most where there are more claims."""
PERMUTATIONS = 200
"""Orders of the claims that are drawn, each with its reverse, where shares are sampled."""
NORMAL_95 = 1.959964
"""Half width of the central 95 % of the normal distribution, in standard deviations."""


class Side(Enum):
    """Whose inputs are kept while claims of the other side are taken over."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass
class Judged:
    """Verdicts by set of claims, each asked of ``judge`` once; ``stands`` gives back where a verdict stands."""

    judge: Judge
    known: dict[int, float] = field(default_factory=dict)

    def ask(self, sets: Sequence[int]) -> None:
        """Have those of the sets judged, together, that are not known yet."""
        new = list(dict.fromkeys(s for s in sets if s not in self.known))
        if new:
            self.known |= zip(new, self.judge(new), strict=True)

    def stands(self, taken: int) -> float:
        """Return where the verdict stands with a set of claims taken from the other side."""
        if taken not in self.known:
            self.ask([taken])
        return self.known[taken]


@dataclass(frozen=True)
class Turning:
    """The minimal sets of claims (as tuples of their numbers) that turn one side's verdict into the other's.

    None of a set's proper subsets turns it. All sets of up to ``complete`` claims were judged; where no set of up to
    :data:`LISTED` turns the verdict, ``sets`` holds the smallest there are. Those that a descent found beyond ``complete``
    have no claim to spare, but smaller ones may exist.
    """

    sets: tuple[tuple[int, ...], ...]
    complete: int


@dataclass(frozen=True)
class Shares:
    """The share of the disagreement that each claim carries (claims,), and the half width of its 95 % interval.

    The shares add up to 1; a claim that as a rule works against the other side's verdict has a negative one. Exact shares have
    a half width of 0.
    """

    share: NDArray[np.float64]
    half_width: NDArray[np.float64]


def members(taken: int) -> tuple[int, ...]:
    """Return the claims of the set ``taken``.

    >>> members(0b101)
    (0, 2)
    """
    return tuple(k for k in range(taken.bit_length()) if taken >> k & 1)


def set_of(claims: Sequence[int]) -> int:
    """Return the set of some claims."""
    return sum(1 << k for k in claims)


def judge_all(judged: Judged, claims: int) -> None:
    """Have every set of ``claims`` claims judged, where there are few enough of them."""
    if claims <= EXACT:
        judged.ask(range(1 << claims))


def turning_sets(judged: Judged, claims: int, side: Side) -> Turning:
    """Return the minimal sets of claims whose exchange makes the verdict of ``side`` the other's.

    From our side claims are taken from theirs one, two, three at a time; from theirs they are given back. All minimal sets of up
    to :data:`LISTED` claims are found by looking at every set of that size that holds none of them; where there are none, the
    sizes above are gone through until some are found. With more than :data:`EXACT` claims no size is begun that would bring the judged sets
    above :data:`MOST_SETS`; where none is found by then, a descent from all claims finds one.
    """
    wanted = THEIRS if side is Side.OURS else OURS
    every = (1 << claims) - 1

    def turns(exchanged: int) -> bool:
        return judged.stands(exchanged if side is Side.OURS else every ^ exchanged) == wanted

    found: list[int] = []
    for size in range(1, claims + 1):
        if (found and size > LISTED) or not _affordable(judged, claims, size):
            break
        sets = [
            s for s in map(set_of, combinations(range(claims), size)) if not any(s & f == f for f in found)
        ]
        judged.ask([s if side is Side.OURS else every ^ s for s in sets])
        found += [s for s in sets if turns(s)]
    else:
        size = claims + 1
    if not found:
        found = [_descent(turns, every)]
    return Turning(tuple(members(s) for s in found), size - 1)


def _affordable(judged: Judged, claims: int, size: int) -> bool:
    return claims <= EXACT or len(judged.known) + comb(claims, size) <= MOST_SETS


def _descent(turns: Callable[[int], bool], every: int) -> int:
    """Return a set that turns the verdict and no longer does without any one of its claims."""
    taken, spared = every, True
    while spared:
        spared = False
        for claim in members(taken):
            if turns(taken ^ (1 << claim)):
                taken, spared = taken ^ (1 << claim), True
    return taken


def shapley(judged: Judged, claims: int, *, seed: int = 1) -> Shares:
    """Return the Shapley value of each claim: what it moves the verdict on average over all orders in which claims are exchanged.

    Shapley (1953), "A value for n-person games". Exact for up to :data:`EXACT` claims; beyond, :data:`PERMUTATIONS` orders are drawn from ``seed``,
    each with its reverse, which makes the shares those of the other side too.
    """
    if claims <= EXACT:
        return Shares(_exact(judged, claims), np.zeros(claims))
    return _sampled(judged, claims, seed)


def _exact(judged: Judged, claims: int) -> NDArray[np.float64]:
    """Return the sum over sets S without a claim of |S|! (n - |S| - 1)! / n! times what it adds to S."""
    judge_all(judged, claims)
    value = np.array([judged.known[s] for s in range(1 << claims)])
    sets = np.arange(1 << claims)
    size = np.array([s.bit_count() for s in range(1 << claims)])
    weight = np.array([factorial(k) * factorial(claims - k - 1) / factorial(claims) for k in range(claims)])
    share = np.empty(claims)
    for claim in range(claims):
        without = sets[sets >> claim & 1 == 0]
        share[claim] = weight[size[without]] @ (value[without | 1 << claim] - value[without])
    return share


def _sampled(judged: Judged, claims: int, seed: int) -> Shares:
    drawn = np.random.default_rng(seed)
    orders = [drawn.permutation(claims) for _ in range(PERMUTATIONS)]
    chains = [[_chain(order), _chain(order[::-1])] for order in orders]
    judged.ask([s for pair in chains for chain in pair for s in chain])
    added = np.zeros((PERMUTATIONS, claims))
    for row, order, pair in zip(added, orders, chains, strict=True):
        for one, chain in zip((order, order[::-1]), pair, strict=True):
            row[one] += 0.5 * np.diff([judged.known[s] for s in chain])
    spread = added.std(axis=0, ddof=1) / sqrt(PERMUTATIONS)
    return Shares(added.mean(axis=0), NORMAL_95 * spread)


def _chain(order: NDArray[np.int64]) -> list[int]:
    """Return the sets that grow by one claim after another."""
    return [0, *np.cumsum([1 << int(k) for k in order], dtype=object)]
