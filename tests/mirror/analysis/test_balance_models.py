"""Kent and Thaler's index, Wilkening's leakage and exact arrivals against printed and worked values."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analysis.balance import leakage
from equipoise.analysis.balance.arrivals import Defence, Group, arrivals, scaled
from equipoise.analysis.balance.stability import Side, cost, stability
from equipoise.numerics import counting

A = Side(((400, 1),), ((70, 16, 0.6),))
B = Side(((150, 6),), ((40, 16, 0.4),))
UNDER_ATTACK = tuple(replace(side, launch_under_attack=True) for side in (A, B))
SUBMARINES, SILOS = Side((), ((70, 16, 1.0),)), Side(((150, 10),))


@pytest.mark.textbook  # R-3765 App. C p. 61, as a public implementation quotes it
@pytest.mark.parametrize(
    ("own", "enemy", "expected"),
    [(0, 0, 0.3), (0, 1, 0), (1, 0, 1.3), (1, 1, 1.0), (0.8, 0.8, 0.8921), (0.5, 0.9, 0.6174),
     (0.25, 0.5, 0.4752), (0.1, 0.9, 0.2006)],
)  # fmt: skip
def test_cost_table(own, enemy, expected):
    assert cost(own, enemy) == pytest.approx(expected, abs=5e-5)


@pytest.mark.second_method  # the public implementation, run on notional postures
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(A, B, 0.489), (*UNDER_ATTACK, 0.906), (A, A, 0.849), (SUBMARINES, SUBMARINES, 1.0), (SILOS, SILOS, 0.032)],
)  # fmt: skip
def test_five_indices(a, b, expected):
    assert stability(a, b).index == pytest.approx(expected, abs=0.005)


@pytest.mark.second_method
def test_costs_of_the_first_case():
    s = stability(A, B)
    expected = (0.5588, 0.9351, 0.8411, 1.0278)
    assert (s.first_a, s.second_a, s.first_b, s.second_b) == pytest.approx(expected, abs=1e-4)


@pytest.mark.identity
def test_a_defence_of_either_side_makes_a_first_strike_more_tempting():
    plain = stability(A, B).index
    defended = replace(A, interceptors=200, kill_probability=0.7)
    assert stability(defended, B).index < plain


@pytest.mark.second_method  # worked values of the same algebra
@pytest.mark.parametrize(
    ("kill", "shots", "warheads", "track", "clean", "common", "expected"),
    [(0.5, 4, 1, 1, 0.9375, None, 0.0625), (0.5, 4, 5, 1, 0.7242, None, 0.3125), (0.8, 2, 10, 1, 0.6648, None, 0.4),
     (0.8, 4, 10, 1, 0.9841, None, 0.016), (0.9, 2, 20, 1, 0.8179, None, 0.2), (0.7, 4, 20, 0.95, 0.3047, 0.8074, 1.154)],
)  # fmt: skip
def test_leakage_table(kill, shots, warheads, track, clean, common, expected):
    given_ = {"shots": shots, "kill": kill, "track": track}
    assert leakage.none_leaks(warheads, **given_) == pytest.approx(clean, abs=1e-4)
    assert counting.mean(leakage.leakage(warheads, **given_)) == pytest.approx(expected, abs=5e-4)
    if common:
        assert leakage.none_leaks(warheads, **given_, common_mode=True) == pytest.approx(common, abs=5e-5)


@pytest.mark.second_method
@pytest.mark.parametrize(
    ("warheads", "kill", "shots"),
    [(4, 0.7, 2.42), (10, 0.7, 3.17), (20, 0.7, 3.74), (20, 0.5, 6.49), (20, 0.9, 1.955)],
)
def test_shots_for_an_80_percent_chance_of_no_leak(warheads, kill, shots):
    assert leakage.shots_needed(warheads, kill=kill) == pytest.approx(shots, abs=0.005)


@pytest.mark.outside  # AuCoin 2009; Trump 2017 as quoted; NYT 2010 on the SM-3 tests; Blair
def test_printed_examples():
    assert leakage.none_leaks(8, shots=1, kill=0.8) == pytest.approx(0.168, abs=5e-4)
    assert leakage.kill_by(2, 0.97) == pytest.approx(0.9991, abs=5e-5)
    assert [1 - leakage.kill_by(2, p) for p in (0.1, 0.2, 0.84)] == pytest.approx([0.81, 0.64, 0.0256])
    assert Defence(44, 0.25).engaged(4) == 11


@pytest.mark.outside  # six survivors against 44 interceptors; 1,200 survivors (bounded attrition)
def test_the_same_defence_against_six_survivors_and_against_twelve_hundred():
    def expected(survivors):
        return counting.mean(arrivals([Group("g", survivors, 1, 1.0, 1.0)], Defence(44, 0.5713)))

    assert expected(6) == pytest.approx(0.2, abs=0.01)  # four shots at 0.5713 are 0.9663 per warhead
    assert pytest.approx(expected(1200)) == 1200 - 44 * 0.5713


@pytest.mark.second_method  # 200,000 simulated strikes; 5 standard errors
def test_arrivals_against_a_simulation():
    groups = [Group("a", 30, 3, 0.4, 0.5), Group("b", 20, 1, 0.7, 0.0), Group("c", 6, 10, 0.2, 1.0)]
    defence = Defence(12, 0.6)
    pmf = arrivals(groups, defence)
    rng = np.random.default_rng(5)
    runs = 200_000
    exposed = 3 * rng.binomial(15, 0.4, runs) + 10 * rng.binomial(6, 0.2, runs)
    free = 3 * rng.binomial(15, 0.4, runs) + rng.binomial(20, 0.7, runs)
    drawn = free + exposed - rng.binomial(np.minimum(exposed, 12), 0.6)
    assert abs(drawn.mean() - counting.mean(pmf)) < 5 * drawn.std() / np.sqrt(runs)
    assert abs((drawn >= 50).mean() - counting.at_least(pmf, 50)) < 5 * 0.5 / np.sqrt(runs)


@pytest.mark.identity
@given(st.integers(0, 60), st.floats(0, 1), st.floats(0, 1))
def test_a_defence_takes_no_more_than_its_stock_and_more_stock_never_takes_less(stock, kill, exposed):
    groups = [Group("a", 20, 2, 0.5, exposed), Group("b", 9, 1, 0.9, exposed)]
    before = counting.mean(arrivals(groups))
    after = counting.mean(arrivals(groups, Defence(stock, kill)))
    more = counting.mean(arrivals(groups, Defence(stock + 3, kill)))
    decoys = counting.mean(arrivals(groups, Defence(stock, kill, objects_per_warhead=5)))
    assert before - stock * kill - 1e-9 <= after <= before + 1e-9
    assert more <= after + 1e-9 <= decoys + 2e-9


def test_scaled_forces_keep_close_to_the_total():
    groups = [Group(str(i), 40, m, 0.3) for i, m in enumerate((10, 6, 1, 1))]
    for warheads in (720, 500, 300, 100):
        assert abs(sum(g.warheads for g in scaled(groups, warheads)) - warheads) <= 5
