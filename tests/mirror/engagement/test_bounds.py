"""One bounding mechanism: which scenarios stand for the whole range, why, and whether the signs hold on real paths."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from equipoise.analysis.exposure import engaged_in
from equipoise.engagement import bounds
from equipoise.engagement.bounds import Ranges, at_ends, at_shares, coverage
from equipoise.foundation.errors import DomainError
from equipoise.scenario.load import load_scenario
from equipoise.scenario.vary import helpful_end, uncertain_places, value_at


@pytest.fixture(scope="module")
def scenario():
    found = load_scenario("epaa", ["scenario.aim_step_deg=8.0"])
    bases = tuple(b for b in found.bases if b.id in ("ru-dombarovsky", "ru-kozelsk"))
    flown = {b.missile for b in bases}
    return replace(found, bases=bases, missiles=tuple(m for m in found.missiles if m.id in flown))


def shares_of(scenario, one):
    places = [at for at in uncertain_places(scenario, ("missile", "interceptor")) if at.table == "missile"]
    ranges = {at: value_at(scenario, at) for at in places}
    return {at: (value_at(one, at).value - q.low) / (q.high - q.low) for at, q in ranges.items()}


@pytest.mark.identity
@pytest.mark.parametrize("count", range(1, 16))
def test_every_pair_of_inputs_takes_all_four_combinations_of_its_ends(count):
    rows = bounds._corners(count)
    assert len(rows) == min(2**count, 8 if count < 8 else 16)
    for a, b in combinations(range(count), 2):
        assert {(row[a], row[b]) for row in rows} == set(product((0.0, 1.0), repeat=2))


def test_more_inputs_than_the_design_takes_are_refused():
    with pytest.raises(DomainError, match="at most 15"):
        bounds._corners(16)


def test_inputs_with_one_helpful_end_stay_there_and_the_others_take_both(scenario):
    found = [shares_of(scenario, one) for one in at_ends(scenario, "favourable")]
    for at in found[0]:
        taken = sorted({round(shares[at], 6) for shares in found})
        helps = helpful_end(scenario, at)
        assert taken == {"high": [1.0], "low": [0.0], "either": [0.0, 0.333333, 0.666667, 1.0]}[helps], at
    assert at_ends(scenario, "nominal") == (scenario,)
    assert at_ends(scenario, "favourable", "assumption.track_s") == (
        scenario.at_end("favourable", "assumption.track_s"),
    )


def test_a_regional_missile_may_be_met_better_at_either_end():
    whole = load_scenario("epaa")
    ends = {
        whole.find("missile", at.id).kind: helpful_end(whole, at)
        for at in uncertain_places(whole, ("missile",))
        if at.key == "burnout_altitude_km"
    }
    assert ends == {"strategic": "low", "regional": "either"}


def test_the_coverage_says_which_inputs_are_at_both_ends(scenario):
    said = coverage(scenario)
    assert (
        "burnout downrange of the missiles, burn time of the interceptors, which may help at either end, at 4 combinations"
        in said
    )
    assert coverage(scenario, "assumption.track_s").startswith("1 input at the end of its range")
    assert coverage(scenario.at_end("nominal"), "phase.date") == "no input has a range"


STRATEGIC = (
    "missile.max_range_km", "missile.burnout_altitude_km", "missile.ballistic_coefficient_kg_m2",
    "interceptor.burnout_speed_km_s", "interceptor.kill_vehicle_life_s", "interceptor.kill_ceiling_km",
)  # fmt: skip


@pytest.mark.second_method  # the engine itself, one input at three values of its range, on every path
@pytest.mark.parametrize("name", STRATEGIC)
def test_the_slack_of_single_paths_follows_the_sign_of_the_record(scenario, name):
    places = [at for at in uncertain_places(scenario, (name.split(".")[0],)) if at.input == name]
    moved = [at_shares(scenario, dict.fromkeys(places, share)) for share in (0.0, 0.5, 1.0)]
    days = [scenario.phases[-1].date]
    slack = np.array([one.slack(0) for one in engaged_in(moved, days, ("minimum_energy", "depressed"))])
    known = np.isfinite(slack[:-1]) & np.isfinite(slack[1:])
    steps = np.diff(np.where(np.isfinite(slack), slack, 0.0), axis=0)[known]
    helps = {helpful_end(scenario, at) for at in places}
    assert helps <= {"high", "low"}
    against = steps * (1.0 if helps == {"low"} else -1.0)
    assert steps.size > 50
    assert np.mean(against > 0.1) < 0.02
    assert against.max() < 6.0


@pytest.mark.second_method
def test_no_point_between_the_ends_of_the_downrange_gives_much_more_slack_than_the_ends(scenario):
    places = [at for at in uncertain_places(scenario, ("missile",)) if at.key == "burnout_downrange_km"]
    moved = [at_shares(scenario, dict.fromkeys(places, share)) for share in np.linspace(0.0, 1.0, 5)]
    found = engaged_in(moved, [scenario.phases[-1].date], ("minimum_energy", "lofted", "depressed"))
    slack = np.array([one.slack(0) for one in found])
    slack = slack[:, np.isfinite(slack).all(axis=0)]
    ends = np.maximum(slack[0], slack[-1])
    assert np.max(slack[1:-1] - ends) < 11.0
    assert np.min(slack[1:-1] - np.minimum(slack[0], slack[-1])) > -0.5


def test_samples_of_the_ranges_cover_counts_evenly_and_stay_within_the_ends():
    ends = np.array([0.0, 0.0]), np.array([2.0, 3.0])
    ranges = Ranges(("a", "b"), np.ones(2), *ends, whole=np.array([False, True]))
    points = ranges.at(np.random.default_rng(1).random((8000, 2)))
    assert points[:, 0].min() >= 0
    assert points[:, 0].max() <= 2
    values, counts = np.unique(points[:, 1], return_counts=True)
    assert list(values) == [0, 1, 2, 3]
    assert counts.min() > 1800
    assert ranges.at(np.array([[0.0, 0.0], [1.0, 1.0]])).tolist() == [[0.0, 0.0], [2.0, 3.0]]
