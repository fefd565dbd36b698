"""Every example of docs/clauses.md loads and comes to what its first line says; the real texts load and can be judged."""

import re
from pathlib import Path

import pytest

from equipoise.analysis.guarantees.margins import margin
from equipoise.analysis.guarantees.permitted import permitted_system
from equipoise.analysis.guarantees.watch import bearing, ways_against
from equipoise.foundation.status import Truth
from equipoise.scenario.clauses import clauses_of
from equipoise.scenario.load import load_scenario

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = re.findall(r"```toml\n(.*?)```", (DOCS / "clauses.md").read_text(), re.DOTALL)
TEXTS = sorted((DOCS / "clauses").glob("*.toml"))


def named(text):
    return re.search(r'name = "(.*?)"', text).group(1)


def phases(scenario):
    return {phase.name: phase.date for phase in scenario.phases}


@pytest.mark.parametrize("text", EXAMPLES, ids=named)
def test_an_example_comes_to_what_it_says(text, tmp_path):
    path = tmp_path / "example.toml"
    path.write_text(text)
    scenario = load_scenario(str(path))
    (clause,) = clauses_of(scenario)
    for phase, word in re.findall(r"(Phase \d): (\w+)", text.splitlines()[0]):
        found = margin(scenario, clause, phases(scenario)[phase])
        assert found.truth == Truth[word.upper()], found
    assert ways_against(clause) or clause.basing
    assert len(bearing(clause)) == 5


def test_a_clause_on_some_leaves_the_permitted_number_open(tmp_path):
    (text,) = (t for t in EXAMPLES if named(t) == "cap-by-sea-area")
    path = tmp_path / "example.toml"
    path.write_text(text)
    system = permitted_system(load_scenario(str(path)))
    assert system.number == float("inf")


def test_the_real_texts_are_three_and_can_be_judged():
    assert [p.stem for p in TEXTS] == ["1997-statements", "chicago-2012", "russian-criteria-2011"]
    for path in TEXTS:
        scenario = load_scenario(str(path))
        for clause in clauses_of(scenario):
            assert clause.source
            if clause.kind != "function":  # the report's own tests fly those
                assert margin(scenario, clause, scenario.phases[-1].date).truth in Truth
