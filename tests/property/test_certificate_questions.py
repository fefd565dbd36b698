"""A certificate's statement binds the question: what clauses bind, when interceptors may leave, and what a changed statement is worth."""

import json
import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from guarantee_proof import small_scenario
from validation.adversary import attack, places_undone, uncovered
from validation.guarantee import misstated

from command_line import invoke
from equipoise.analysis.guarantees.arcs import BOOSTS
from equipoise.analysis.guarantees.cases import question
from equipoise.analysis.guarantees.permitted import permitted_system
from equipoise.analysis.guarantees.question_file import question_file
from equipoise.checkers.certificate.question import compare
from equipoise.checkers.certificate.verify import Rejected
from equipoise.foundation.errors import InputError
from equipoise.scenario.load import load_scenario

ORIGIN = 'source = "a test"\nconfidence = "assumption"\n'
ZONE = '[[clause]]\nid = "{id}"\nname = "a zone"\nkind = "location"\n{scope}\nwithin_deg = [{box}]\n' + ORIGIN


def scenario_with(tmp_path, clauses, chosen, extends="too-weak"):
    path = tmp_path / "asked.toml"
    names = ", ".join(f'"{name}"' for name in chosen)
    text = f'[scenario]\nname = "asked"\ntitle = "Asked"\nextends = "{extends}"\n[guarantee]\nclauses = [{names}]\n'
    path.write_text(text + "".join(clauses))
    return load_scenario(str(path))


@pytest.fixture(scope="module")
def asked():
    return question(small_scenario())


@pytest.mark.parametrize(
    "scope",
    [
        'interceptors = ["sm3-ia"]',
        'sites = ["deveselu"]',
        'party = "russia"',
        'radars = ["tpy2-kurecik"]',
        'active_from = "2012-01-01"\nactive_to = "2012-01-03"',
    ],
)
def test_a_zone_for_some_leaves_the_others_the_whole_area(tmp_path, scope):
    clause = ZONE.format(id="zone", scope=scope, box="[34.0, 10.0, 46.0, 30.0]")
    narrow = permitted_system(scenario_with(tmp_path, [clause], ["a-speed", "zone"]))
    assert narrow.region.boxes() == permitted_system(load_scenario("too-weak")).region.boxes()
    assert narrow.uses[1].use.startswith("none")
    for_all = permitted_system(scenario_with(tmp_path, [clause.replace(scope, "")], ["a-speed", "zone"]))
    assert for_all.region.boxes() == ((34.0, 10.0, 46.0, 30.0),)
    assert for_all.uses[1].use == "place"


def test_zones_contradict_each_other_only_where_both_bind(tmp_path):
    south, north = "[34.0, 10.0, 40.0, 30.0]", "[50.0, 10.0, 60.0, 30.0]"
    apart = [
        ZONE.format(id=name, scope=f'sites = ["{site}"]', box=box)
        for name, site, box in (("one", "deveselu", south), ("two", "redzikowo", north))
    ]
    scenario_with(tmp_path, apart, ["one", "two"])
    together = [ZONE.format(id=name, scope="", box=box) for name, box in (("one", south), ("two", north))]
    with pytest.raises(InputError, match="contradictory"):
        scenario_with(tmp_path, together, ["one", "two"])


def test_launch_during_boost_is_permitted_unless_a_clause_forbids_it(tmp_path):
    free = permitted_system(load_scenario("too-weak"))
    assert free.after_burnout_s is None
    assert free.start_s(320.0) == free.after_launch_s - 320.0 == -305.0
    bound = permitted_system(load_scenario("sufficient"))
    assert bound.start_s(320.0) == bound.after_burnout_s == 15.0
    assert bound.limited_by["launch"] == "b-launch"


def test_a_day_asks_for_the_clauses_in_force_then():
    on = question_file(load_scenario("sufficient"), day=date(2018, 12, 31))
    assert on["days"] == ["2018-12-31"]
    assert permitted_system(load_scenario("sufficient"), day=date(2018, 12, 31)).speed_m_s == 10500.0
    assert all(u.use.startswith("none") for u in permitted_system(load_scenario("sufficient"), asked=on).uses)


@pytest.mark.second_method  # the checker flies the question's flights again with a solver of its own
def test_a_statement_agrees_with_its_question_and_100_changed_ones_do_not(asked):
    compare(asked.said, json.loads(json.dumps(asked.file)))
    rng = random.Random(11)
    for k in range(100):
        what, said = misstated(asked.said, rng, k)
        try:
            compare(said, asked.file)
        except Rejected:
            continue
        raise AssertionError(what)


@pytest.mark.second_method
def test_flights_to_random_aims_with_ranges_drawn_apart_lie_in_the_cells(asked):
    # 15 % lay outside when cells were sectors, 48 % with burnout altitude and downrange drawn apart.
    outside, flown = uncovered(asked, asked.flights, np.random.default_rng(1), rounds=25)
    assert flown > 1000
    assert outside == 0


@pytest.mark.second_method
def test_a_mobile_base_is_flown_from_its_whole_area():
    # Places between and beyond its own, which the cell of a fixed base there does not hold.
    area = ((53.0, 33.0, 56.0, 38.0),)
    scenario = small_scenario()
    moved = replace(scenario, bases=(scenario.bases[0].but(area_deg=area),))
    asked = question(moved)
    assert len(asked.flights[0].paths) == 5 * len(BOOSTS)
    outside, flown = uncovered(asked, asked.flights, np.random.default_rng(1), rounds=25)
    assert flown > 1000
    assert outside == 0
    compare(asked.said, json.loads(json.dumps(asked.file)))
    fixed = question(replace(scenario, bases=scenario.bases[:1]))
    assert uncovered(asked, fixed.flights, np.random.default_rng(1), rounds=5)[0] > 0
    with pytest.raises(Rejected, match="question"):
        compare(fixed.said, asked.file)


def test_the_adversary_wins_nothing_against_a_small_certified_question_and_falls_on_a_planted_fault(asked):
    # validation/adversary.py tries ten million, and plants every fault
    found = attack(asked, engagements=10_000)
    assert found.tried >= 10_000
    assert found.won == 0
    late = replace(asked.system, slack_s=found.most_s - 1.0)
    assert attack(replace(asked, system=late), engagements=10_000, until_won=True).won > 0
    assert places_undone() > 0


def test_the_commands_write_a_question_and_refuse_another(asked, tmp_path):
    done = invoke(["guarantee", "question", "sufficient", "--out", str(tmp_path / "q.json")])
    assert done.exit_code == 0
    written = json.loads((tmp_path / "q.json").read_text())
    assert written == question_file(load_scenario("sufficient"))
    with pytest.raises(Rejected, match="question"):
        compare(asked.said, written)
