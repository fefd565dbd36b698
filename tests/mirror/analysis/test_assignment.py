"""The best assignment of interceptors, held to a search of everything and to a linear program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from equipoise.engagement.assignment import Stock, Windows, assign

CHANCES = np.array([0.1, 0.3, 0.5, 0.7, 0.9, 1.0])


def random_case(rng, *, warheads=4, sites=2, shots=2, stock=3, interval=True):
    """Return windows on whole slots and a stock; later shots open later."""
    rows = []
    for w in range(rng.integers(1, warheads + 1)):
        for s in range(sites):
            if rng.random() < 0.75:
                opens, width = rng.integers(0, 3), rng.integers(0, 3)
                rows += [(w, s, k, float(opens + k), float(opens + width)) for k in range(shots)]
    columns = [np.array(c) for c in zip(*rows, strict=True)] if rows else [np.zeros(0, int)] * 5
    windows = Windows(*(c.astype(int) for c in columns[:3]), *(c.astype(float) for c in columns[3:]))
    count = rng.integers(0, stock + 1, sites)
    return windows, Stock(count, 1.0 if interval else 0.0, int(rng.integers(1, 3)))


def best_of_everything(windows, stock):
    """Return the best expected kills for each of CHANCES and the most warheads engaged, over all plans."""
    options = {}
    for w, s, k, a, b in zip(*(getattr(windows, f) for f in Windows.__dataclass_fields__), strict=True):
        if b >= a:
            slots = range(int(a), int(b) + 1) if stock.interval_s else [0]
            options.setdefault((int(w), int(k)), []).extend((int(s), t) for t in slots)
    limit = stock.rate if stock.interval_s else 99
    states = {((), ()): None}  # launches and shots, each sorted
    for task, places in options.items():
        new = dict(states)
        for used, fired in states:
            for place in places:
                site_used = sum(1 for u in used if u[0] == place[0])
                if used.count(place) < limit and site_used < stock.count[place[0]]:
                    new[tuple(sorted((*used, place))), tuple(sorted((*fired, task[0])))] = None
        states = new
    best, most = np.zeros(CHANCES.size), 0
    for _, fired in states:
        shots = [fired.count(w) for w in set(fired)]
        best = np.maximum(best, sum((1 - (1 - CHANCES) ** n for n in shots), np.zeros(CHANCES.size)))
        most = max(most, len(shots))
    return best, most


@pytest.mark.second_method  # every plan is looked at
@pytest.mark.parametrize("interval", [True, False])
def test_no_plan_is_better_in_200_small_cases(interval):
    rng = np.random.default_rng(20)
    for _ in range(100):
        windows, stock = random_case(rng, warheads=3, interval=interval)
        found = assign(windows, stock)
        best, most = best_of_everything(windows, stock)
        np.testing.assert_allclose(found.kills(CHANCES), best, rtol=0, atol=1e-12)
        assert found.engaged == most


@pytest.mark.second_method
def test_a_linear_program_finds_the_same_value_in_larger_cases():
    rng = np.random.default_rng(3)
    for p in (0.2, 0.7):
        windows, stock = random_case(rng, warheads=40, sites=3, shots=3, stock=12)
        slots = int(windows.closes_s.max()) + 1
        keep = windows.closes_s >= windows.opens_s
        columns = [
            (w, k, s, t)
            for w, s, k, a, b in zip(
                *(getattr(windows, f)[keep] for f in Windows.__dataclass_fields__), strict=True
            )
            for t in range(int(a), int(b) + 1)
        ]
        tasks = sorted({c[:2] for c in columns})
        a_ub = np.zeros((len(tasks) + 3 * slots + 3, len(columns)))
        for j, (w, k, s, t) in enumerate(columns):
            a_ub[tasks.index((w, k)), j] = 1
            a_ub[len(tasks) + s * slots + t, j] = 1
            a_ub[len(tasks) + 3 * slots + s, j] = 1
        room = np.r_[np.ones(len(tasks)), np.full(3 * slots, stock.rate), stock.count]
        worth = np.array([p * (1 - p) ** k for _, k, _, _ in columns])
        lp = linprog(-worth, A_ub=a_ub, b_ub=room, bounds=(0, 1))
        assert assign(windows, stock).kills(p) == pytest.approx(-lp.fun, abs=1e-7)


@pytest.mark.identity
@given(seed=st.integers(0, 2**32 - 1))
def test_a_plan_keeps_to_stock_rate_and_windows(seed):
    rng = np.random.default_rng(seed)
    windows, stock = random_case(rng, warheads=8, interval=bool(seed % 2))
    plan = assign(windows, stock)
    assert np.all(np.bincount(plan.site, minlength=2) <= stock.count)
    assert plan.engaged <= stock.count.sum()
    assert plan.kills(0.5) <= 0.5 * stock.count.sum() + 1e-12
    pairs = list(zip(plan.warhead.tolist(), plan.shot.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    assert all(k == 0 or (w, k - 1) in pairs for w, k in pairs)
    for w, s, k, t in zip(plan.warhead, plan.site, plan.shot, plan.launch_s, strict=True):
        row = (windows.warhead == w) & (windows.site == s) & (windows.shot == k)
        assert np.any((windows.opens_s[row] <= t) & (t <= windows.closes_s[row]))
        if stock.interval_s:
            assert np.sum((plan.site == s) & (plan.launch_s == t)) <= stock.rate


@pytest.mark.identity
@given(seed=st.integers(0, 2**32 - 1))
def test_more_stock_wider_windows_and_more_shots_never_take_fewer(seed):
    rng = np.random.default_rng(seed)
    windows, stock = random_case(rng, warheads=8)
    plan = assign(windows, stock)
    richer = assign(windows, Stock(stock.count + 1, stock.interval_s, stock.rate))
    wider = assign(
        Windows(windows.warhead, windows.site, windows.shot, windows.opens_s, windows.closes_s + 2.0), stock
    )
    first = windows.shot == 0
    single = assign(Windows(*(getattr(windows, f)[first] for f in Windows.__dataclass_fields__)), stock)
    for p in (0.3, 0.9, 1.0):
        assert richer.kills(p) >= plan.kills(p)
        assert wider.kills(p) >= plan.kills(p)
        assert single.kills(p) <= plan.kills(p)
    assert assign(windows, stock, rule="bound").engaged >= plan.engaged


@pytest.mark.identity  # forty-four interceptors against 17 warheads, salvo of four: 44/4 = 11 salvos
def test_a_stock_of_44_gives_every_warhead_two_shots_before_any_gets_three():
    warhead = np.repeat(np.arange(17), 4)
    zeros = np.zeros(68)
    windows = Windows(warhead, np.zeros(68, int), np.tile(np.arange(4), 17), zeros, zeros + 100.0)
    plan = assign(windows, Stock(np.array([44])))
    np.testing.assert_array_equal(plan.rounds, [17, 17, 10, 0])
    assert plan.kills(0.5) == pytest.approx(17 * 0.75 + 10 * 0.125)


def test_an_interval_too_short_to_matter_limits_nobody():
    windows, stock = random_case(np.random.default_rng(3), interval=False)
    free = assign(windows, stock, rule="bound")
    short = assign(windows, Stock(stock.count, 2.1e-277, stock.rate), rule="bound")
    assert short.warhead.tolist() == free.warhead.tolist()


def test_nothing_to_assign():
    none = np.zeros(0)
    empty = Windows(none.astype(int), none.astype(int), none.astype(int), none, none)
    assert assign(empty, Stock(np.array([5]))).engaged == 0
    assert assign(empty, Stock(np.zeros(0, dtype=int))).kills(0.5) == 0.0


@pytest.mark.identity
@given(seed=st.integers(0, 2**32 - 1))
def test_between_slots_a_plan_keeps_its_windows_and_the_bound_holds_every_plan(seed):
    rng = np.random.default_rng(seed)
    n = 6
    opens = rng.uniform(0.0, 4.0, n)
    windows = Windows(
        np.arange(n), np.zeros(n, int), np.zeros(n, int), opens, opens + rng.uniform(0.0, 1.5, n)
    )
    stock = Stock(np.array([n]), 1.0)
    plan = assign(windows, stock)
    for w, t in zip(plan.warhead, plan.launch_s, strict=True):
        assert windows.opens_s[w] - 1e-9 <= t <= windows.closes_s[w] + 1e-9
    # launches in order of closing, each as early as the last one lets it: a plan that can be flown, without slots
    at, flown = -np.inf, 0
    for w in np.argsort(windows.closes_s):
        start = max(windows.opens_s[w], at + 1.0)
        if start <= windows.closes_s[w]:
            at, flown = start, flown + 1
    assert assign(windows, stock, rule="bound").engaged >= max(plan.engaged, flown)
