"""Scenario files that once got a wrong answer about a guarantee, each as it was found."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.guarantees.cases import question
from equipoise.analysis.guarantees.margins import margin
from equipoise.analysis.guarantees.permitted import permitted_system
from equipoise.analysis.guarantees.pool import Design, slack_s
from equipoise.analysis.guarantees.search import certify
from equipoise.foundation.status import Truth
from equipoise.scenario.clauses import clauses_of
from equipoise.scenario.load import load_scenario

FOLDER = Path(__file__).parents[1] / "data/guarantees"
PLAN_DAY = date(2020, 12, 31)


def case(name):
    return load_scenario(str(FOLDER / f"{name}.toml"))


def judged(name, clause):
    scenario = case(name)
    (one,) = (c for c in clauses_of(scenario) if c.id == clause)
    return margin(scenario, one, PLAN_DAY)


def test_a_plan_that_launches_during_boost_is_inside_what_is_permitted():
    # It once kept every clause and had an accepted certificate, while it engaged 7 flights (51 at the helpful ends).
    asked = question(case("early-launch-plan"))
    assert asked.system.after_burnout_s is None
    longest = float(asked.pool.burn_s.max())
    assert asked.system.start_s(longest) < -200.0
    plan = Design(54.0, 30.0, asked.system.speed_m_s, asked.system.burn_time_s[0])
    engaged = slack_s(asked.pool, [plan], asked.system)[:, 0] > 0.0
    assert np.count_nonzero(engaged) > 0
    outcome = certify(asked.said, limit_s=1.0)
    assert outcome.certificate is None
    assert outcome.witness is not None


def test_a_launch_delay_reads_the_policy_of_the_site():
    # It was once judged by the delays after burnout alone, and kept.
    found = judged("launch-delay", "delay")
    assert found.truth == Truth.BROKEN
    assert (found.low, found.nominal, found.high) == (-315.0, -245.0, -90.0)
    assert found.element["policy"] == "early-launch"


@pytest.mark.parametrize(("clause", "inside_km"), [("z-out", 200.0), ("z-corr", 199.0), ("z-base", 100.0)])
def test_a_ship_is_judged_over_its_whole_box(clause, inside_km):
    # Its corners keep every clause; the middle of the box does not.
    found = judged("ship-box", clause)
    assert found.truth == Truth.UNDETERMINED
    assert found.low < -inside_km
    assert found.deciding == "where fleet is in its patrol area"


def test_a_zone_for_one_type_leaves_every_other_type_the_whole_area():
    # It was once applied to all, and certified.
    scenario = case("zone-for-one-interceptor")
    system = permitted_system(scenario)
    assert system.region.boxes() == permitted_system(load_scenario("too-weak")).region.boxes()
    (use,) = (u for u in system.uses if u.id == "b-zone")
    assert use.use == "none, it binds only what it names"
    assert "interceptors sm3-ia" in use.binds
    asked = question(scenario)
    assert asked.said["sites"]["outside"] == []
    assert certify(asked.said, limit_s=1.0).certificate is None
