"""The terms of a clause's margin say what the clause says of any plan that a question may make."""

import numpy as np
import pytest

from equipoise.analysis.what_if.answers import changed
from equipoise.analysis.what_if.limits import Term, find_terms, limit_margins, limits
from equipoise.analysis.what_if.parameters import Parameter, alternatives, parameters
from equipoise.model.clause import Clause
from equipoise.scenario.load import load_scenario

pytestmark = pytest.mark.identity
QUANTITIES = (
    ("radar_range", "at_most_km", 1500), ("launch_delay", "at_least_s", 60), ("acceleration", "at_most_m_s2", 90),
    ("number", "at_most", 50), ("sites", "at_most", 3),
)  # fmt: skip


def scenario_with_limits():
    clauses = (
        Clause(
            id=f"c{n}", name="A limit", kind="limit", quantity=quantity, source="made up", confidence="assumption", **{key: most}
        )
        for n, (quantity, key, most) in enumerate(QUANTITIES)
    )  # fmt: skip
    return load_scenario("epaa").with_entries(*clauses)


@pytest.mark.parametrize("make", [scenario_with_limits, lambda: load_scenario("third-site")])
def test_every_limit_says_of_a_changed_plan_what_the_clause_says(make):
    scenario, rng = make(), np.random.default_rng(3)
    for phase in scenario.phases:
        offered = parameters(scenario, phase.date)
        found = limits(scenario, phase.date, offered, ())
        assert {limit.clause for limit in found} == set(limit_margins(scenario, phase.date)) != set()
        for _ in range(10):
            settings = {}
            for p in (offered[n] for n in rng.choice(len(offered), size=5, replace=False)):
                steps = int(rng.integers(0, round((p.high - p.low) / p.step) + 1))
                settings[p.key] = min(p.high, round(p.low + steps * p.step, 6))
            said = limit_margins(changed(scenario, phase.name, settings), phase.date)
            values = {p.key: p.value for p in offered} | settings
            assert {x.clause: x.margin(values) for x in found} == pytest.approx(said, abs=1e-6)


def test_a_limit_names_the_policies_on_which_it_hangs():
    scenario = scenario_with_limits()
    day = scenario.phases[-1].date
    words = alternatives(scenario, day)
    under = {limit.clause: limit.under for limit in limits(scenario, day, parameters(scenario, day), words)}
    delay = f"c{[name for name, _, _ in QUANTITIES].index('launch_delay')}"
    assert under.pop(delay) == tuple(a.key for a in words if a.site)
    assert not any(under.values())


def test_a_margin_that_is_neither_a_sum_nor_the_least_of_several_is_left_out():
    sliders = [Parameter(key=k, label=k, unit="", value=1.0, low=0.0, high=2.0, step=0.1) for k in "ab"]
    start = {"a": 1.0, "b": 1.0}

    def terms(margin):
        return find_terms(sliders, lambda values: margin(start | values))

    assert terms(lambda v: 3.0 - v["a"] - 2.0 * v["b"]) == (Term(3.0, (("a", -1.0), ("b", -2.0))),)
    assert len(terms(lambda v: 3.0 - max(v["a"], v["b"]))) == 3
    assert terms(lambda v: 3.0 - v["a"] * v["b"]) == ()


def test_a_number_counts_that_shows_only_when_others_are_lowered():
    low = Parameter(key="low", label="", unit="", value=1.0, low=0.0, high=3.0, step=0.1)
    high = Parameter(key="high", label="", unit="", value=4.0, low=0.0, high=5.0, step=0.1)
    start = {"low": 1.0, "high": 4.0}
    terms = find_terms([low, high], lambda values: 3.0 - max((start | values).values()))
    assert [dict(t.factors) for t in terms] == [{}, {"high": -1.0}, {"low": -1.0}]
