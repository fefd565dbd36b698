"""What surrounds a verdict: lives of instruments, the demarcation of 1997, breakout, and the price of a change."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from command_line import invoke
from equipoise.analysis.guarantees import function
from equipoise.analysis.guarantees.changes import Change, Lever
from equipoise.analysis.guarantees.demarcation import below, classify
from equipoise.analysis.guarantees.function import ask, function_margin
from equipoise.analysis.guarantees.space import Limits, Point, frontier, people_defended
from equipoise.analysis.guarantees.timeline import spells, timeline
from equipoise.analysis.guarantees.watch import bearing, means, subject, ways, ways_against
from equipoise.catalogue import load_catalogue
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.status import Truth
from equipoise.model.clause import KINDS, Clause
from equipoise.model.region import Region
from equipoise.model.rules import Instrument
from equipoise.scenario.clauses import clauses_of
from equipoise.scenario.load import load_scenario


def proposed(kind, **said):
    origin = {"source": "test", "confidence": "assumption"}
    return Clause(**{"id": "x", "name": "X", "kind": kind} | origin | said)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa")


@pytest.mark.outside  # dates of the Romanian parliament and of the Department of State, in the catalogue's source
def test_the_romanian_agreement_waits_for_its_law(scenario):
    data = timeline(scenario).data
    law = [i for i, name in enumerate(data.instrument.values) if name == "romania-law-290-2011"]
    steps = [(date.fromordinal(int(data.start.values[i])), str(data.status.values[i])) for i in law]
    assert steps == [
        (date(2011, 10, 19), "drafted"),
        (date(2011, 11, 15), "approved"),
        (date(2011, 12, 6), "approved"),
        (date(2011, 12, 15), "in_force"),
    ]
    agreement = load_catalogue().instruments["us-romania-2011"]
    found = {(s.party, s.status): s.start for s in spells(agreement, date(2020, 1, 1))}
    assert found["romania", "in_force"] == found["us", "in_force"] == date(2011, 12, 23)


def test_a_suspension_by_one_side_leaves_the_other_bound():
    events = [
        {"date": "2000-01-01", "status": "in_force"},
        {"date": "2005-01-01", "status": "suspended", "by": ["a"]},
    ]
    said = {"id": "pact", "name": "Pact", "source": "test", "confidence": "assumption"}
    pact = Instrument.model_validate(said | {"parties": ["a", "b"], "events": events})
    found = [(s.party, s.status, s.end.year) for s in spells(pact, date(2010, 1, 1))]
    assert found == [("a", "in_force", 2005), ("a", "suspended", 2010), ("b", "in_force", 2010)]


@pytest.mark.outside  # 3.0 km/s of the First Agreed Statement of 1997, against ranges in the catalogue
def test_a_range_that_straddles_3_km_s_is_undetermined():
    kinds = {c.id: c.kind for c in classify()}
    assert set(kinds) == set(load_catalogue().interceptors)
    assert kinds["thaad"] == kinds["pac-3"] == "lower-velocity"
    assert kinds["sm3-iia"] == kinds["gbi-3-stage"] == "higher-velocity"
    assert kinds["sm3-ia"] == kinds["53t6"] == "undetermined"
    assert kinds["51t6"] == "no published speed"
    assert [below((2.0, 2.5, high), 3.0) for high in (3.0, 3.1)] == [Truth.KEPT, Truth.UNDETERMINED]
    assert below((3.0, 3.0, 3.0), 3.0) == Truth.KEPT
    assert below((3.01, 3.5, 4.0), 3.0) == Truth.BROKEN


def test_every_clause_has_a_way_to_break_it_and_means_that_see_it(scenario):
    clauses = [*clauses_of(scenario), *clauses_of(load_scenario("needlessly-strict"))]
    assert {c.kind for c in clauses} == set(KINDS)
    for clause in clauses:
        assert ways_against(clause), subject(clause)
        assert len(bearing(clause)) == len(means())
        assert bearing(clause)[0][1] != "no"
    for way in ways():
        low, nominal, high = way.days()
        assert low <= nominal <= high
        assert all(w <= d for w, d in zip(way.warning_days(), way.days(), strict=True))
        assert all(step.source and step.confidence for step in way.steps)


@pytest.mark.second_method  # every path is looked at, not only those that can matter
def test_what_decides_is_found_among_the_paths_that_can_matter(scenario, monkeypatch):
    kept = tuple(b for b in scenario.bases if b.id in ("ru-dombarovsky", "ru-kozelsk"))
    few = replace(scenario, head=scenario.head.but(aim_step_deg=8.0), bases=kept)
    clause = proposed("function", slack_at_most_s=0.0)
    asked = ask(few, (date(2018, 12, 31), date(2020, 12, 31)), ("minimum_energy",))
    quick = [function_margin(few, clause, day, asked) for day in (0, 1)]
    assert any(m.deciding for m in quick)
    monkeypatch.setattr(function, "NEAR_S", np.inf)
    assert quick == [function_margin(few, clause, day, asked) for day in (0, 1)]


def test_a_clause_on_function_takes_the_ranges_of_the_missiles(scenario):
    clause = proposed("function", slack_at_most_s=80.0)
    one = replace(scenario, bases=tuple(b for b in scenario.bases if b.id == "ru-dombarovsky"))
    still = replace(one, missiles=tuple(with_nominal(missile) for missile in one.missiles))
    day, families = [date(2018, 12, 31)], ("depressed",)
    found, of_defence = (function_margin(each, clause, 0, ask(each, day, families)) for each in (one, still))
    assert of_defence.truth == Truth.KEPT
    assert of_defence.low == pytest.approx(15.5, abs=1.0)
    assert found.truth == Truth.UNDETERMINED
    assert found.low < -20.0
    assert "burnout downrange of the missiles" in found.covered


def with_nominal(missile):
    """The missile without ranges."""
    certain = {key: replace(q, low=q.value, high=q.value) for key, q in missile if isinstance(q, Quantity)}
    return missile.but(**certain)


def test_a_late_launch_costs_the_defence_its_own_shots(scenario):
    now = Limits(3000.0, 100.0, Region((((34.0, -11.0, 71.0, 60.0),),)))
    people = people_defended(
        scenario, [now, replace(now, after_burnout_s=450.0), replace(now, speed_m_s=2000.0)]
    )
    assert people[0] > 300.0  # of some 600 million in the members' countries
    assert people[1] < 0.8 * people[0]
    assert people[2] < 0.8 * people[0]


def test_no_point_of_the_frontier_is_beaten():
    limits = Limits(1.0, 1.0, Region((((0.0, 0.0, 1.0, 1.0),),)))
    values = [(5.0, 0.0), (9.0, 3.0), (8.0, 4.0), (9.0, 1.0), (4.0, 0.0), (10.0, 7.0)]
    points = [Point(limits, people, 0.0, exposed) for people, exposed in values]
    assert [(points[k].people_m, points[k].exposed_bound) for k in frontier(points)] == [
        (5.0, 0.0),
        (9.0, 1.0),
        (10.0, 7.0),
    ]


@pytest.mark.parametrize(
    ("value", "lost", "already", "said"),
    [
        (2.0, 12.0, False, "change speed from 3 to 2 km/s; costs 12.0 million people their shot"),
        (float("nan"), 0.0, False, "no value as far as 1 km/s suffices alone"),
        (4.0, -7.0, True, "may be loosened from 3 to 4 km/s; gives 7.0 million people a shot"),
        (3.0, 0.0, True, "speed cannot be loosened"),
    ],
)
def test_a_change_in_words(value, lost, already, said):
    lever = Lever("burnout speed", "km/s", "speed", 3.0, 10.5, 1.0, lambda v: None)
    assert said in Change(lever, value, lost, already).text()


@pytest.mark.parametrize(
    ("words", "key", "value"),
    [
        (["classify"], "id", "sm3-iia"),
        (["timeline", "epaa"], "instrument", "romania-law-290-2011"),
        (["watch", "sufficient"], "clause", "b-zone"),
    ],
)
def test_the_quick_commands_print_json_and_words(words, key, value):
    done = invoke(["guarantee", *words, "--json"])
    assert done.exit_code == 0
    assert value in {row[key] for row in json.loads(done.stdout)}
    assert value in invoke(["guarantee", *words]).stdout
