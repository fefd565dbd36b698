"""What a kill probability comes to: on the map, and for a raid whose shots do not hang on each other."""

import numpy as np
import pytest

from equipoise.analysis.defence.defended_area import map_grid, people_by_cell
from equipoise.analysis.what_if.answers import area, changed, leaks
from equipoise.analysis.what_if.kills import kill_probabilities, raid_shots, stopped
from equipoise.analysis.what_if.parameters import kill_places
from equipoise.results.statistics import shares
from equipoise.scenario.load import load_scenario

COARSE = ("scenario.map_step_deg=8", "scenario.aim_step_deg=10")
KILL = "balance.kill_probability"


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", COARSE)


@pytest.mark.identity
def test_shots_that_always_kill_stop_every_missile_that_can_be_shot_at(scenario):
    phase = scenario.phases[1]
    found = area(scenario, phase=phase.name, mode="independent", threat="irbm-notional")
    for kill, expected in ((1.0, float(shares(found).values[0, 0, 0])), (0.0, 0.0)):
        sure = changed(scenario, phase.name, {KILL: kill})
        assert stopped(sure, found, phase.date) == pytest.approx((expected, expected), abs=1e-12)


@pytest.mark.textbook
def test_shots_are_independent(scenario):
    phase = scenario.phases[-1]
    found = area(scenario, phase=phase.name, mode="independent", threat="irbm-notional")
    shots, people = found.shots.values.ravel(), people_by_cell(scenario, map_grid(scenario))
    assert shots.max() > 1
    half = changed(scenario, phase.name, {KILL: 0.5})
    reached = people[found.reason.values.ravel() != 9].sum()
    expected = (people * (1.0 - 0.5**shots)).sum() / reached
    assert stopped(half, found, phase.date) == pytest.approx((expected, expected))


@pytest.mark.second_method
@pytest.mark.parametrize("kill", [0.2, 0.7])
def test_a_raid_leaks_what_its_run_says(scenario, kill):
    phase = scenario.phases[1]
    raid = next(r for r in raid_shots(scenario, phase) if r.raid == "twelve")
    (leak,) = (
        x for x in leaks(changed(scenario, phase.name, {KILL: kill}), phase=phase.name, mode="joint") if x.raid == "twelve"
    )  # fmt: skip
    assert leak.error == 0.0
    assert raid.through("joint", {KILL: kill}) == pytest.approx(leak.through, abs=1e-9)
    assert 0.0 < leak.through < leak.missiles


def test_a_raid_whose_shots_hang_on_each_other_is_not_foretold(scenario):
    raid = next(r for r in raid_shots(scenario, scenario.phases[-1]) if r.raid == "forty")
    assert raid.through("joint", {KILL: 0.5}) is None
    found = leaks(scenario, phase=scenario.phases[-1].name, mode="joint")
    assert next(x for x in found if x.raid == "forty").error > 0.0


def test_an_interceptor_with_its_own_probability_is_asked_for_itself():
    gulf = load_scenario("gulf-2024")
    day = gulf.phases[-1].date
    keys = kill_places(gulf, day)
    assert keys == list(kill_probabilities(gulf, day))
    assert any(key.startswith("interceptor.") for key in keys)
    known = np.array(list(kill_probabilities(gulf, day).values()))
    found = area(gulf, phase=gulf.phases[-1].name, mode=gulf.head.modes[0], threat=gulf.threats[0].id)
    low, high = stopped(gulf, found, day)
    assert low <= high
    assert (low < high) == bool(np.ptp(known) and found.shots.values.any())
