"""The balance of the European scenario from a given exposure, and the response's identities."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.analysis.balance import response
from equipoise.analysis.balance.drawdown import Point, matters_below, totals
from equipoise.analysis.balance.study import ENDS, balance
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.foundation.status import Truth
from equipoise.present.balance import section
from equipoise.results.record import Result, load_result
from equipoise.results.schema import dataset
from equipoise.scenario.load import load_scenario


def given_exposure(scenario, ends):
    """Return an exposure in which the share of every base is ``ends`` (against, nominal, favourable) in every phase."""
    phases = [p.name for p in scenario.phases]
    bases = [b.id for b in scenario.bases]
    share = np.broadcast_to(np.array(ends)[None, :, None, None], (len(phases), 3, 1, len(bases)))
    axes = {"phase": phases, "end": list(ENDS[:3]), "family": ["minimum_energy"], "base": bases}
    data = dataset("exposure", {"share": share}, axes)
    return Result(kind="exposure", title="given", data=data)


@pytest.fixture(scope="module")
def last_phase():
    return load_scenario("epaa").at("2020-12-31")


@pytest.fixture(scope="module")
def found(last_phase):
    return balance(last_phase, given_exposure(last_phase, (0.0, 0.0, 0.2)))


def test_without_exposure_nothing_is_taken_and_the_exposure_decides(found):
    one = found.data.isel(phase=0)
    assert np.all(one.lost.sel(end=["against", "nominal"]) == 0.0)
    assert np.all(one.lost.sel(end="favourable") > 0.0)
    assert set(one.deciding.values) == {"share of the paths that can be engaged"}
    assert {Truth.of(t) for t in one.truth.values} == {Truth.BROKEN}


@pytest.mark.identity
def test_the_defence_takes_no_more_than_its_stock(found, last_phase):
    one = found.data.isel(phase=0).sel(end="all exposed")
    sites = [s for s in last_phase.active("site", last_phase.phases[0].date) if s.party == "nato"]
    most = 0.7 * sum(s.count.value for s in sites)
    assert np.all(one.undefended - one.defended <= most + 1e-6)
    assert (one.undefended - one.defended).max() == pytest.approx(most, rel=0.01)


@pytest.mark.identity
def test_retaliation_falls_with_the_arsenal_and_the_share_taken_rises(found):
    one = found.data.isel(phase=0).sel(end="all exposed")
    assert np.all(np.diff(one.total) < 0)
    assert np.all(np.diff(one.defended, axis=-1) < 0)
    assert np.all(np.diff((1 - one.defended / one.undefended).values, axis=-1) > -0.01)


@pytest.mark.identity
def test_a_distribution_sums_to_one(found):
    np.testing.assert_allclose(found.data.arrivals.sum("arriving"), 1.0, atol=1e-9)


def test_a_defence_that_could_take_most_makes_the_verdict_undetermined(last_phase):
    sites = tuple(s.but(count=replace(s.count, value=9.0, low=0.0, high=5000.0)) for s in last_phase.sites)
    many = replace(last_phase, sites=sites)
    one = balance(many, given_exposure(many, (1.0, 1.0, 1.0))).data.isel(phase=0)
    assert Truth.of(one.truth.sel(alert="day_to_day")) == Truth.UNDETERMINED
    assert str(one.deciding.sel(alert="day_to_day").values) == "number of interceptors"


def test_the_section_is_drawn_from_the_saved_result(found, tmp_path):
    saved = load_result(found.save(tmp_path / "balance.nc"))
    drawn = section(saved, {})
    assert "does not neutralise" in drawn.sentences[0].text
    for figure in drawn.figures:
        assert figure.told
        figure.draw().savefig(tmp_path / "figure.svg")


def certain(**values):
    names = [*response.SPOKEN]
    plain = dict.fromkeys(names, 1.0) | values
    return response.sampled(
        {n: Quantity(v, v, v, "", "test", Confidence.ASSUMPTION) for n, v in plain.items()},
        np.eye(len(plain)),
        samples=2,
    )


@pytest.mark.identity  # W d - p N = W0 d when interceptors are fewer than arrivals
def test_added_warheads_restore_the_arrivals():
    x = certain(
        kill_probability=0.5, delivered=0.2, exposed=1.0, matched_share=0.0, regional_growth_per_year=0.0
    )
    planned = np.full(response.YEARS, 20.0)
    series = response.race(x, case="no guarantee", warheads=1000.0, planned=planned)
    np.testing.assert_allclose(series.warheads, 1000.0 + 0.5 * 20.0 / 0.2)
    np.testing.assert_allclose(series.interceptors, 20.0)
    # 50 warheads at 1 each (one of them uploaded at the same price), and 50 a year to keep
    np.testing.assert_allclose(series.deterrer_usd_m[:, 0], [100.0, *[50.0] * (response.YEARS - 1)])
    np.testing.assert_allclose(series.defender_usd_m, 0.0)


@pytest.mark.identity
def test_a_guarantee_that_is_believed_ends_the_race_and_matching_feeds_it():
    fast = certain(kill_probability=0.5, delivered=0.2, exposed=1.0, matched_share=1.0, more_when_slower=0.0)
    calm = fast | {"matched_share": np.zeros(2)}
    planned = np.full(response.YEARS, 20.0)
    race, quiet = (
        response.race(x, case="no guarantee", warheads=1000.0, planned=planned) for x in (fast, calm)
    )
    kept = response.race(fast, case="guarantee", warheads=1000.0, planned=planned)
    assert np.all(race.interceptors[1:] > quiet.interceptors[1:])
    assert np.all(race.warheads[-1] > quiet.warheads[-1])
    np.testing.assert_allclose(kept.warheads, 1000.0)


@pytest.mark.identity
def test_ratio_in_closed_form():
    x = certain(
        kill_probability=0.5, delivered=0.25, interceptor=10.0, interceptor_year=1.0, warhead_year=2.0
    )
    # 2 warheads at 1 + 20 years of 2, over 10 + 20 years of 1
    np.testing.assert_allclose(response.exchange_ratio(x, uploaded=True), 2 * 41 / 30)


def test_samples_lie_in_their_ranges_and_their_median_is_nominal():
    q = Quantity(2.0, 1.0, 10.0, "", "test", Confidence.ASSUMPTION)
    x = response.sampled({"delivered": q, "interceptor": q}, np.eye(2))
    assert x["delivered"].min() >= 1.0
    assert x["delivered"].max() <= 10.0
    assert np.median(x["delivered"]) == pytest.approx(2.0, abs=0.02)
    assert response.deciding(x, 5.0 - x["interceptor"])[0] == "price of an interceptor"


@pytest.mark.identity  # a rank correlation of 1 makes two inputs one
def test_correlated_inputs_are_sampled_together():
    q = Quantity(2.0, 1.0, 10.0, "", "test", Confidence.ASSUMPTION)
    x = response.sampled({"delivered": q, "interceptor": q}, np.array([[1.0, 0.0], [1.0, 0.0]]))
    np.testing.assert_allclose(x["delivered"], x["interceptor"], atol=1e-6)


def test_below_which_total_a_defence_matters():
    points = [Point(w, 10.0, 10.0 - lost, ()) for w, lost in ((1000, 0.5), (500, 1.5), (300, 2.0))]
    assert matters_below(points, 0.1) == pytest.approx(750.0)
    assert np.isnan(matters_below(points, 0.5))
    assert np.isinf(matters_below(points, 0.01))


@pytest.mark.identity
@pytest.mark.parametrize(
    ("now", "least", "count"), [(1800, 300, 12), (400, 100, 12), (88, 22, 12), (3, 1, 3), (1, 1, 1)]
)
def test_a_curve_has_room_to_fall_however_small_the_arsenal(now, least, count):
    found = totals(now)
    assert (found[0], found[-1], len(found)) == (now, least, count)
    assert found == sorted(set(found), reverse=True)
