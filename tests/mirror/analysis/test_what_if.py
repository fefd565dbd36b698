"""Which numbers may be changed, and that the slots of the kernel's tables say what a changed scenario compiles to."""

import json

import numpy as np
import pytest

from equipoise.analysis.what_if.answers import changed
from equipoise.analysis.what_if.parameters import alternatives, parameters
from equipoise.analysis.what_if.slots import Flat, find_slots, word_slots
from equipoise.analysis.what_if.study import what_if
from equipoise.foundation.errors import InputError
from equipoise.scenario.load import builtin_names, load_scenario
from equipoise.scenario.vary import place, value_at

COARSE = ("scenario.map_step_deg=8", "scenario.aim_step_deg=10")


@pytest.fixture(scope="module")
def questions():
    return json.loads(str(what_if(load_scenario("epaa", COARSE)).data.questions.values))


def table(*numbers):
    return Flat({"t": np.array(numbers, dtype=float)}, {})


def test_every_number_that_is_offered_has_its_slots(questions):
    scenario = load_scenario("epaa", COARSE)
    for phase, said in zip(scenario.phases, questions["phases"], strict=True):
        offered = [p.key for p in parameters(scenario, phase.date)]
        assert [p["key"] for p in said["parameters"]] == offered
        assert {
            "assumption.decision_s",
            "radar.tpy2-kurecik.range_max_km",
            "balance.kill_probability",
        } <= set(offered)
        assert [a["key"] for a in said["alternatives"]] == [a.key for a in alternatives(scenario, phase.date)]


@pytest.mark.parametrize("name", builtin_names())
def test_numbers_are_offered_from_below_to_above_their_own(name):
    scenario = load_scenario(name)
    for phase in scenario.phases:
        for p in parameters(scenario, phase.date):
            assert p.low <= p.value <= p.high
            assert value_at(scenario, place(p.key, scenario, label="test")) is not None


def test_sums_and_products_are_told_apart_by_moving_all_at_once():
    start = {"a": 2.0, "b": 4.0}
    alone = {"a": [(3.0, table(7.0, 18.0))], "b": [(8.0, table(10.0, 24.0))]}
    both = [({"a": 3.0, "b": 8.0}, table(11.0, 36.0))]
    found = find_slots(table(6.0, 12.0), start, alone, both)
    assert not found.refused
    assert found.by_array["t"] == [
        {"at": 0, "sum": [("a", 1.0), ("b", 1.0)]},
        {"at": 8, "product": [("a", 1.0), ("b", 1.0)]},
    ]


def test_a_number_that_is_neither_sum_nor_product_refuses_its_parameters():
    start = {"a": 2.0}
    limited = {"a": [(1.0, table(1.0)), (9.0, table(3.0))]}  # min(a, 3)
    assert find_slots(table(2.0), start, limited, []).refused == {"a"}
    grown = {"a": [(1.0, table(2.0, 2.0))]}
    assert find_slots(table(2.0), start, grown, []).refused == {"a"}


def test_a_word_writes_its_numbers_where_no_parameter_writes():
    found = word_slots(table(1.0, 2.0), "rule", {"old": table(1.0, 2.0), "new": table(1.0, np.inf)})
    assert found == {"t": [{"at": 8, "word": "rule", "values": {"old": 2.0, "new": None}}]}
    assert word_slots(table(1.0), "rule", {"old": table(1.0), "new": table(1.0, 2.0)}) is None
    moved = find_slots(table(1.0, 2.0), {"a": 1.0}, {"a": [(2.0, table(1.0, 3.0))]}, [])
    assert moved.with_words("rule", found).refused == {"rule"}


def test_every_policy_has_a_case_for_each_site_that_may_choose_it(questions):
    scenario = load_scenario("epaa", COARSE)
    phase = questions["phases"][-1]
    (number,) = phase["commands"]["strategic"]["exposure"]
    assert all(len(set(b["cases"].values())) == 1 for b in questions["commands"][number]["batteries"])
    number = phase["commands"]["regional"]["independent"][0]
    chosen = [b for b in questions["commands"][number]["batteries"] if b["key"]]
    assert {b["key"] for b in chosen} == {a["key"] for a in phase["alternatives"] if a["site"]}
    for battery in chosen:
        assert set(battery["cases"]) == {"", *(p.id for p in scenario.policies)}
        assert battery["cases"][""] == battery["cases"]["engage-on-remote"]
        assert len(set(battery["cases"].values())) == len(scenario.policies)


def test_a_place_writes_the_battery_and_its_own_radar(questions):
    slots = [s for array in questions["arrays"] for s in array["slots"] if s.get("site") == "redzikowo"]
    assert {s["frame"] for s in slots} == {True, False}


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"assumption.decision_s": 1e5}, "lies outside 0 to"),
        ({"scenario.map_step_deg": 1.0}, "is not among the parameters"),
        ({"assumption.decision_s": "soon"}, "expected a number, got 'soon'"),
        ({"scenario.track_rule": "luck"}, "expected one of 'duration', 'accuracy', got 'luck'"),
        ({"site.redzikowo.policy": 1.0}, "expected one of '', 'engage-on-remote', .*, got 1.0"),
    ],
)
def test_what_may_not_be_asked_is_refused(settings, why):
    with pytest.raises(InputError, match=why):
        changed(load_scenario("epaa"), "Phase 4", settings)


def test_a_changed_scenario_is_the_one_that_says_the_same():
    scenario = load_scenario("epaa")
    settings = {
        "scenario.track_rule": "accuracy",
        "site.redzikowo.policy": "own-sensor",
        "balance.kill_probability": 0.4,
    }
    assert changed(scenario, "Phase 4", settings).hash == scenario.with_(settings).hash
