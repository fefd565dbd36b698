"""Minimal sets and shares over the lattice of claims, against looking at every subset of planted cases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest

from equipoise.analysis.crux.lattice import (
    EXACT,
    LISTED,
    MOST_SETS,
    NEITHER,
    OURS,
    THEIRS,
    Judged,
    Side,
    members,
    set_of,
    shapley,
    turning_sets,
)

PAIRS = 200


class Planted:
    """A verdict that turns where a planted set is held and none of its spoilers is, or where many claims are: interactions, decoys, non-monotone."""

    def __init__(self, seed: int) -> None:
        drawn = np.random.default_rng(seed)
        self.claims = int(drawn.integers(1, 9))
        self.terms = [
            (self._some(drawn, 3), self._some(drawn, 2) if drawn.random() < 0.4 else 0)
            for _ in range(int(drawn.integers(1, 4)))
        ]
        self.undecided = self._some(drawn, 2) if drawn.random() < 0.3 else -1
        self.many = int(drawn.integers(1, self.claims + 1)) if drawn.random() < 0.3 else 0
        self.asked = 0

    def _some(self, drawn: np.random.Generator, most: int) -> int:
        size = min(self.claims, int(drawn.integers(1, most + 1)))
        return set_of([int(k) for k in drawn.choice(self.claims, size=size, replace=False)])

    def stands(self, taken: int) -> float:
        """Return where the verdict stands; the two ends are the two sides'."""
        if taken in (0, (1 << self.claims) - 1):
            return THEIRS if taken else OURS
        if taken == self.undecided:
            return NEITHER
        if self.many:
            return THEIRS if taken.bit_count() >= self.many else OURS
        return THEIRS if any(taken & held == held and not taken & bar for held, bar in self.terms) else OURS

    def __call__(self, sets: Sequence[int]) -> list[float]:
        """Return where the verdict stands for several sets."""
        self.asked += len(sets)
        return [self.stands(s) for s in sets]


def brute_force(case: Planted, side: Side) -> set[tuple[int, ...]]:
    """Return the minimal sets by looking at every subset of every set: up to three claims, or else the smallest."""
    every = (1 << case.claims) - 1
    wanted = THEIRS if side is Side.OURS else OURS
    turning = [s for s in range(every + 1) if case.stands(s if side is Side.OURS else every ^ s) == wanted]
    minimal = [s for s in turning if not any(t != s and s & t == t for t in turning)]
    least = min(s.bit_count() for s in minimal)
    return {members(s) for s in minimal if s.bit_count() <= max(LISTED, least)}


@pytest.mark.second_method
@pytest.mark.parametrize("side", Side)
def test_planted_sets_are_all_found_and_none_false(side: Side) -> None:
    kinds = {"interaction": 0, "spoiled": 0, "beyond three": 0, "neither": 0}
    for seed in range(PAIRS):
        case = Planted(seed)
        found = turning_sets(Judged(case), case.claims, side)
        assert set(found.sets) == brute_force(case, side), seed
        kinds["interaction"] += any(1 < len(s) <= LISTED for s in found.sets)
        kinds["beyond three"] += any(len(s) > LISTED for s in found.sets)
        kinds["spoiled"] += any(bar for _, bar in case.terms)
        kinds["neither"] += case.undecided >= 0
    assert min(kinds.values()) > 5, kinds  # the plants hold what they are to hold


@pytest.mark.identity
def test_sides_swapped_give_the_same_sets_and_shares() -> None:
    for seed in range(PAIRS):
        case = Planted(seed)
        every = (1 << case.claims) - 1

        def swapped(sets: Sequence[int], case: Planted = case, every: int = every) -> list[float]:
            return [1.0 - case.stands(every ^ s) for s in sets]

        ours, theirs = Judged(case), Judged(swapped)
        assert turning_sets(ours, case.claims, Side.OURS) == turning_sets(theirs, case.claims, Side.THEIRS)
        assert turning_sets(ours, case.claims, Side.THEIRS) == turning_sets(theirs, case.claims, Side.OURS)
        np.testing.assert_allclose(
            shapley(ours, case.claims).share, shapley(theirs, case.claims).share, atol=1e-12
        )


@pytest.mark.second_method
def test_exact_shares_are_the_mean_over_all_orders() -> None:
    for seed in range(40):
        case = Planted(seed)
        if case.claims > 5:
            continue
        added = np.zeros(case.claims)
        orders = list(permutations(range(case.claims)))
        for order in orders:
            taken = 0
            for claim in order:
                added[claim] += case.stands(taken | 1 << claim) - case.stands(taken)
                taken |= 1 << claim
        np.testing.assert_allclose(shapley(Judged(case), case.claims).share, added / len(orders), atol=1e-12)


@pytest.mark.identity
def test_shares_add_up_and_a_decoy_carries_nothing() -> None:
    def judge(sets: Sequence[int]) -> list[float]:
        return [float(s & 0b011 == 0b011) for s in sets]

    share = shapley(Judged(judge), 3).share
    np.testing.assert_allclose(share, [0.5, 0.5, 0.0], atol=1e-12)


@pytest.mark.second_method
def test_sampled_shares_hold_the_exact_ones_in_their_interval() -> None:
    claims = EXACT + 3
    planted = set_of([0, 4, 9])

    def judge(sets: Sequence[int]) -> list[float]:
        return [float(s & planted == planted) for s in sets]

    judged = Judged(judge)
    found = shapley(judged, claims)
    exact = np.where(np.isin(np.arange(claims), [0, 4, 9]), 1.0 / 3.0, 0.0)
    assert (np.abs(found.share - exact) <= found.half_width + 1e-12).all()
    assert found.half_width[0] > 0.0
    assert found.share.sum() == pytest.approx(1.0)


@pytest.mark.identity
def test_a_set_beyond_what_can_be_gone_through_is_said_to_be_so() -> None:
    claims = 30

    def judge(sets: Sequence[int]) -> list[float]:
        return [float(s.bit_count() >= 25) for s in sets]

    found = turning_sets(Judged(judge), claims, Side.OURS)
    assert found.complete == LISTED
    assert [len(s) for s in found.sets] == [25]


@pytest.mark.identity
def test_no_more_sets_are_judged_than_can_be_afforded() -> None:
    claims, asked = 100, []

    def judge(sets: Sequence[int]) -> list[float]:
        asked.extend(sets)
        return [float(s & 0b11 == 0b11) for s in sets]

    found = turning_sets(Judged(judge), claims, Side.OURS)
    assert (found.sets, found.complete) == (((0, 1),), 2)
    assert len(asked) <= MOST_SETS


@pytest.mark.identity
def test_no_set_is_judged_twice() -> None:
    case = Planted(3)
    judged = Judged(case)
    turning_sets(judged, case.claims, Side.OURS)
    turning_sets(judged, case.claims, Side.THEIRS)
    shapley(judged, case.claims)
    assert case.asked == len(judged.known) == 1 << case.claims
