"""Clauses as data: faults of each kind in one line with its cure, life cycle, contradictions."""

from datetime import date

import pytest

from command_line import invoke
from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError
from equipoise.model.clause import Clause
from equipoise.scenario.clauses import clauses_of, permitted_region
from equipoise.scenario.load import load_scenario

HEAD = '[scenario]\nname = "mine"\nextends = "epaa"\n'
ORIGIN = 'source = "test"\nconfidence = "assumption"\n'


def clause(body, name="mine"):
    return f'[[clause]]\nid = "{name}"\nname = "Mine"\n{body}\n{ORIGIN}'


BROKEN = {
    "an unknown quantity": (clause('kind = "limit"\nquantity = "warhead_mass"\nat_most = 3'), "unknown quantity 'warhead_mass'"),
    "a misspelt quantity": (clause('kind = "limit"\nquantity = "burnout_sped"\nat_most_km_s = 3'), "Did you mean 'burnout_speed'?"),
    "no unit": (clause('kind = "limit"\nquantity = "burnout_speed"\nat_most = 3.0'), "the unit is missing. Write at_most_km_s = 3."),
    "another quantity's unit": (clause('kind = "limit"\nquantity = "burnout_speed"\nat_most_km = 3.0'), "is not the unit of burnout_speed"),
    "no number": (clause('kind = "limit"\nquantity = "number"'), "needs at_most"),
    "reversed dates": (clause('kind = "limit"\nquantity = "number"\nat_most = 9\nactive_from = "2015-01-01"\nactive_to = "2012-01-01"'), "the dates are reversed"),
    "a life that runs backwards": (
        clause('kind = "limit"\nquantity = "number"\nat_most = 9\nevents = [{ date = "2012-01-01", status = "signed" }, { date = "2011-01-01", status = "drafted" }]'),
        "the dates run backwards",
    ),
    "an unknown status": (clause('kind = "limit"\nquantity = "number"\nat_most = 9\nevents = [{ date = "2012-01-01", status = "dreamt" }]'), "dreamt"),
    "a number that the article does not print": (
        clause('kind = "limit"\nquantity = "burnout_speed"\nat_most_km_s = 4.0\ninstrument = "first-agreed-statement"\narticle = "para 1"'),
        "prints 3, 5, 3500, not 4",
    ),
    "an unknown instrument": (clause('kind = "limit"\nquantity = "number"\nat_most = 9\nin_force_with = "abm-treety"'), "Did you mean 'abm-treaty'?"),
    "a distance from nothing": (clause('kind = "location"\nat_least_km = 10'), "strategic_base or corridor"),
    "a box upside down": (clause('kind = "location"\nwithin_deg = [[50, 0, 40, 10]]'), "south < north"),
    "an unknown site": (clause('kind = "limit"\nquantity = "number"\nat_most = 9\nsites = ["redzikow"]'), "Did you mean 'redzikowo'?"),
    "the whole circle": (clause('kind = "orientation"\nnot_facing_from_deg = 10\nnot_facing_to_deg = 10'), "no radar is permitted"),
    "no duty": (clause('kind = "transparency"'), "needs a duty"),
    "no slack": (clause('kind = "function"'), "slack_at_most_s"),
    "two boxes apart": (
        clause('kind = "location"\nwithin_deg = [[35, 0, 40, 10]]', "south") + clause('kind = "location"\nwithin_deg = [[50, 0, 60, 10]]', "north"),
        "contradictory clauses: 'south', 'north'",
    ),
    "a distance that leaves no place": (clause('kind = "location"\nat_least_km = 9000\nof = "strategic_base"'), "contradictory clauses: 'mine'"),
    "a clause that is not there": ('[guarantee]\nclauses = ["speed-33"]\n', "Did you mean 'speed-3'?"),
}  # fmt: skip


def proposed(kind, **said):
    origin = {"source": "test", "confidence": "assumption"}
    return Clause(**{"id": "x", "name": "X", "kind": kind} | origin | said)


@pytest.mark.parametrize("name", BROKEN)
def test_each_fault_is_one_line_with_its_cure(name, tmp_path):
    body, said = BROKEN[name]
    (tmp_path / "mine.toml").write_text(HEAD + body)
    done = invoke(["check", str(tmp_path / "mine.toml")])
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_several_faults_are_told_at_once(tmp_path):
    body = clause('kind = "function"', "a") + clause('kind = "transparency"', "b")
    (tmp_path / "mine.toml").write_text(HEAD + body)
    with pytest.raises(InputError) as caught:
        load_scenario(str(tmp_path / "mine.toml"))
    assert len(caught.value.problems) == 2


def test_a_clause_lives_with_its_instrument_or_by_its_own_events():
    treaty = load_catalogue().instruments["abm-treaty"]
    bound = proposed("limit", id="a", quantity="number", at_most=100, in_force_with="abm-treaty")
    seen = [bound.status_on(date(y, 1, 1), treaty.events) for y in (1970, 1973, 2003)]
    assert seen == ["not_yet_drafted", "in_force", "ended"]
    assert proposed("function", id="b").status_on(date(2012, 1, 1)) == "proposed"
    short = proposed("function", id="c", active_to=date(2011, 1, 1))
    assert short.status_on(date(2012, 1, 1)) == "outside_its_dates"


def test_the_romanian_law_passes_through_every_stage():
    law = load_catalogue().instruments["romania-law-290-2011"]
    seen = [law.status_on(date(2011, m, d)) for m, d in ((10, 1), (10, 19), (11, 15), (12, 6), (12, 15))]
    assert seen == ["", "drafted", "approved", "approved", "in_force"]
    agreement = load_catalogue().instruments["us-romania-2011"]
    seen = [agreement.status_on(date(2011, m, d)) for m, d in ((6, 6), (9, 13), (12, 15), (12, 23))]
    assert seen == ["drafted", "signed", "ratified", "in_force"]


def test_a_suspension_by_one_side_leaves_the_other_bound():
    start = load_catalogue().instruments["new-start"]
    day = date(2023, 6, 1)
    assert (start.status_on(day, "russia"), start.status_on(day, "us")) == ("suspended", "in_force")


def test_the_guarantee_chooses_its_clauses_and_its_area(tmp_path):
    (tmp_path / "mine.toml").write_text(
        HEAD + '[guarantee]\nclauses = ["location-1300"]\narea_deg = [[40, 0, 50, 10]]\n'
    )
    scenario = load_scenario(str(tmp_path / "mine.toml"))
    clauses = clauses_of(scenario)
    assert [c.id for c in clauses] == ["location-1300"]
    region = permitted_region(scenario, clauses)
    assert region.boxes() == ((40.0, 0.0, 50.0, 10.0),)
    assert len(region.discs) <= len(scenario.bases)
