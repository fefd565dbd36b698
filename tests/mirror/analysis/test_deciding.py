"""What decides, with the real engine: flips where the closed form puts them, and a report that says no more than that."""

import numpy as np
import pytest

from equipoise.analysis.measures import task
from equipoise.analysis.uncertainty.deciding import QUICK, expected_evaluations, together, what_decides
from equipoise.foundation.status import Truth
from equipoise.present.uncertainty import section, swings
from equipoise.results.record import load_results, save_results
from equipoise.results.schema import check, dataset
from equipoise.scenario.load import load_scenario

SLACK = "exposure.largest_slack_s"


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", ["scenario.aim_step_deg=10.0"]).at("2020", mode="independent")


@pytest.fixture(scope="module")
def result(scenario):
    told = []
    found = what_decides(scenario, [task("exposure")], samples=8, tables=QUICK, tell=told.append)
    expected = expected_evaluations(scenario, [task("exposure")], samples=8, tables=QUICK)
    assert 0.5 * expected < sum(told) < 2 * expected
    return found


@pytest.mark.identity  # the launch waits for track, decision and reaction in turn, so slack falls one for one
@pytest.mark.parametrize("key", ["assumption.track_s", "assumption.decision_s", "assumption.reaction_s"])
def test_a_delay_flips_exposure_at_its_nominal_value_plus_the_slack(result, key):
    one = result.data.sel(measure=SLACK, input=key)
    expected = float(one.input_nominal) + float(one.nominal)
    if float(one.input_low) < expected < float(one.input_high):
        assert float(one.flip) == pytest.approx(expected, abs=0.1)
        assert not one.holds_above
    else:
        assert np.isnan(one.flip)
    low, high = one.at_end.values
    assert low - high == pytest.approx(float(one.input_high) - float(one.input_low), abs=0.1)


def test_some_delay_does_flip_it(result):
    assert np.isfinite(result.data.flip.sel(measure=SLACK)).any()
    assert Truth.of(result.data.truth.sel(measure=SLACK)) == Truth.UNDETERMINED


def test_inputs_that_cannot_matter_are_left_out(result):
    names = [str(name) for name in result.data.input.values]
    assert not any("sm3-ia." in name for name in names), "not in service in 2020"
    assert "interceptor.sm3-iib.burnout_speed_km_s" in names
    assert "interceptor.sm3-iib.burnout_speed_km_s" in swings(result.data.sel(measure=SLACK))[:3]


def test_corners_bound_what_single_inputs_do(result):
    one = result.data.sel(measure=SLACK)
    assert one.at_corner.values[0] <= np.nanmin(one.at_end.values) + 1e-9
    assert one.at_corner.values[1] >= np.nanmax(one.at_end.values) - 1e-9


def test_the_report_reads_the_saved_result_and_draws(result, tmp_path):
    saved = load_results(save_results(tmp_path / "r.nc", {"uncertainty": result}))["uncertainty"]
    made = section(saved, {})
    text = " ".join(sentence.text for sentence in made.sentences)
    assert "'some strategic path can be engaged' is undetermined" in text
    assert "burnout speed of sm3-iib at" in text
    assert [figure.stem for figure in made.figures] == [
        "tornado-exposure-largest-slack-s",
        "spread-exposure-largest-slack-s",
    ]
    for figure in made.figures:
        drawn = figure.draw()
        assert "(s)" in drawn.axes[0].get_xlabel()
        assert figure.told
    assert any("--samples" in note for note in made.notes)


def test_balance_follows_exposure():
    faster = ["scenario.aim_step_deg=10.0", "interceptor.sm3-iib.burnout_speed_km_s=6.5"]
    scenario = load_scenario("epaa", faster)
    quiet, exposed = scenario.at("2011"), scenario.at("2020")
    first, last = task("balance").evaluate([quiet, exposed])
    assert all(value == 0.0 for value in first.values())
    assert last["lost_day_to_day"] > 0.0


def test_measures_of_two_tasks_stand_over_all_their_inputs():
    def part(measure, *inputs):
        n = len(inputs)
        values = {
            "nominal": [1.0],
            "at_end": np.ones((1, n, 2)),
            "flip": np.ones((1, n)),
            "holds_above": np.ones((1, n), dtype=np.int8),
            "truth": np.array([0], dtype=np.int8),
            "input_unit": ["s"] * n,
            "input_low": np.ones(n),
        }
        return dataset(
            "uncertainty", values, {"measure": [measure], "input": list(inputs), "end": ["low", "high"]}
        )

    both = together([part("one", "a", "b"), part("other", "b", "c")])
    check("uncertainty", both)
    assert both.input_unit.dims == ("input",)
    assert list(both.input_low.values) == [1.0, 1.0, 1.0]
    assert np.isnan(both.flip.sel(measure="other", input="a"))
