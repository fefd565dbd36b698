"""Quantities of stages as inputs: named, moved over their ranges, tied to one another, and refused where there is none."""

from itertools import product

import pytest

from equipoise.analysis.defence.missile_ranges import BURN_TIME, INPUTS, inputs_of
from equipoise.analysis.measures import task
from equipoise.analysis.uncertainty.box import places_of
from equipoise.engagement.bounds import at_ends, coverage
from equipoise.foundation.errors import InputError
from equipoise.present.names import NO_NAMES
from equipoise.scenario.load import load_scenario
from equipoise.scenario.vary import place, uncertain_places, value_at

SAID = 'source = "notional", confidence = "assumption" }'
BURN = f"burn_time_s = {{ value = 70, low = 60, high = 80, {SAID}"
PROPELLANT = f"propellant_kg = {{ value = 12000, low = 11000, high = 13000, {SAID}"
THRUST = f"thrust_vacuum_kn = {{ value = 390, low = 350, high = 430, {SAID}"
STAGED = f"""
[scenario]
extends = "epaa"
name = "staged"
[missile.shahab-3]
name = "Two stages"
drag = "v2"
vertical_rise_m = 300
source = "notional"
confidence = "assumption"
payload_kg = {{ value = 1000, low = 800, high = 1200, {SAID}
stages = [
  {{ {BURN}, {PROPELLANT}, {THRUST}, dry_kg = 2000, diameter_m = 1.35 }},
  {{ burn_time_s = 40, propellant_kg = 2000, dry_kg = 300, specific_impulse_s = 240, diameter_m = 1.35 }},
]
"""
TIED = """
[[correlation]]
id = "mass-and-thrust"
inputs = ["missile.shahab-3.stages.1.propellant_kg", "missile.shahab-3.stages.1.thrust_vacuum_kn"]
rank = 0.9
source = "notional"
confidence = "assumption"
"""
OF_STAGES = ("stages.1.burn_time_s", "stages.1.propellant_kg", "stages.1.thrust_vacuum_kn")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("stages") / "staged.toml"
    path.write_text(STAGED + TIED, encoding="utf-8")
    return load_scenario(str(path))


@pytest.mark.identity
def test_a_number_in_a_stage_is_the_one_that_the_file_would_state(scenario):
    text = "missile.shahab-3.stages.1.propellant_kg"
    moved = scenario.with_({text: 12500.0})
    first, second = moved.find("missile", "shahab-3").stages
    assert (first.propellant_kg.value, first.propellant_kg.is_certain) == (12500.0, True)
    assert first.burn_time_s == scenario.find("missile", "shahab-3").stages[0].burn_time_s
    assert second == scenario.find("missile", "shahab-3").stages[1]
    assert value_at(moved, place(text, moved, label="test")).value == 12500.0
    assert not any(each.id == "mass-and-thrust" for each in moved.correlations)


def test_ranges_of_stages_are_inputs_and_can_be_tied(scenario):
    keys = {at.key for at in uncertain_places(scenario, ("missile",)) if at.id == "shahab-3"}
    assert keys == {"payload_kg", *OF_STAGES}
    assert scenario.find("correlation", "mass-and-thrust").rank == 0.9
    asked = {str(at) for at in places_of(scenario, task("defended_area"))}
    assert {f"missile.shahab-3.{key}" for key in OF_STAGES} < asked
    assert set(inputs_of(scenario)) == {
        *INPUTS,
        BURN_TIME,
        *(f"missile.{key}" for key in ("payload_kg", *OF_STAGES)),
    }


@pytest.mark.identity  # by the design every pair of ends occurs
def test_stages_go_to_both_ends_of_their_ranges_together_with_the_rest(scenario):
    ends = [
        s.find("missile", "shahab-3")
        for s in at_ends(scenario, "favourable", *(f"missile.{k}" for k in OF_STAGES))
    ]
    seen = {
        (m.stages[0].burn_time_s.value, m.stages[0].propellant_kg.value, m.stages[0].thrust_vacuum_kn.value)
        for m in ends
    }
    assert set(product((60.0, 80.0), (11000.0, 13000.0), (350.0, 430.0))) < seen
    assert "propellant of stage 1 of the missiles" in coverage(scenario)
    assert "as stated" not in coverage(scenario)
    assert NO_NAMES.said("missile.shahab-3.stages.1.propellant_kg") == "propellant of stage 1 of shahab-3"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("missile.shahab-3.stages.3.propellant_kg", "no key 'stages.3.propellant_kg'."),
        ("missile.shahab-3.stages.0.propellant_kg", "no key 'stages.0.propellant_kg'."),
        ("missile.shahab-3.stages.1.propelant_kg", "Did you mean 'stages.1.propellant_kg'?"),
        ("missile.ghadr-1.stages.1.propellant_kg", "no key 'stages.1.propellant_kg'."),
        ("assumption.decision_s.1", "expected TABLE.KEY."),
    ],
)
def test_a_stage_that_is_not_there_is_one_line(scenario, text, words):
    with pytest.raises(InputError) as error:
        place(text, scenario, label="test")
    assert words in str(error.value)


def test_of_a_stage_a_number_alone_is_changed(scenario):
    with pytest.raises(InputError, match="of a stage a number alone can be changed"):
        scenario.with_({"missile.shahab-3.stages.1.propellant_kg": {"value": 12000.0}})
