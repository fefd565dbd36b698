"""Correlated inputs: the copula against its closed form and its limits, what the loader refuses, what the catalogue brings in."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from equipoise.analysis.measures import Measure, task
from equipoise.analysis.sweeps.read import study_of
from equipoise.analysis.sweeps.rows import Rows, spec_of
from equipoise.analysis.uncertainty.deciding import what_decides
from equipoise.engagement.bounds import at_ends
from equipoise.foundation.errors import InputError
from equipoise.numerics.sampling import sample_rows
from equipoise.scenario.correlation import copula_factor, correlated, normal_correlation
from equipoise.scenario.load import Scenario, load_scenario

LIFE, CEILING, REACH, BURN = (
    f"interceptor.sm3-iia.{key}"
    for key in ("kill_vehicle_life_s", "kill_ceiling_km", "max_range_km", "burn_time_s")
)
"""Inputs of which the catalogue ties the last alone, to the speed."""
TABLE = '[[correlation]]\nid = "{}"\ninputs = ["{}", "{}"]\nrank = {}\nsource = "notional"\nconfidence = "assumption"\n'


@pytest.fixture
def write(tmp_path):
    """Return what loads a scenario that says some correlations above the European one."""

    def load(*said):
        path = tmp_path / "tied.toml"
        head = '[scenario]\nname = "tied"\nextends = "epaa"\n'
        path.write_text(head + "".join(TABLE.format(*one) for one in said), encoding="utf-8")
        return load_scenario(str(path))

    return load


def drawn(scenario, *names, total=4096):
    rows = sample_rows("sobol", total=total, dimensions=len(names), seed=3)
    return rows, correlated(rows, copula_factor(scenario, names))


@pytest.mark.textbook  # Kruskal 1958: r = 6/pi asin(rho/2) for normal scores with Pearson's correlation rho
@pytest.mark.parametrize("rank", [-0.95, -0.4, 0.1, 0.6, 0.99])
def test_ranks_have_the_correlation_that_is_stated(write, rank):
    scenario = write(("a", LIFE, CEILING, rank))
    _, shares = drawn(scenario, LIFE, CEILING)
    assert spearmanr(shares).statistic == pytest.approx(rank, abs=0.005)
    rho = normal_correlation(scenario.correlations, [LIFE, CEILING])[0, 1]
    assert 6.0 / np.pi * np.arcsin(rho / 2.0) == pytest.approx(rank, abs=1e-12)
    for column in shares.T:  # each is spread as evenly as before
        np.testing.assert_allclose(np.sort(column), (np.arange(4096) + 0.5) / 4096, atol=0.01)


@pytest.mark.identity
def test_the_limits_are_one_input_its_mirror_and_two_that_know_nothing_of_each_other(write):
    for rank, expected in ((1, lambda u: u), (-1, lambda u: 1.0 - u)):
        rows, shares = drawn(write(("a", LIFE, CEILING, rank)), LIFE, CEILING)
        assert (shares[:, 0] == rows[:, 0]).all()
        np.testing.assert_allclose(shares[:, 1], expected(shares[:, 0]), atol=1e-9)
    rows, shares = drawn(write(("a", LIFE, CEILING, 0)), LIFE, CEILING)
    assert (shares == rows).all()


@pytest.mark.identity  # three that are one: the matrix is singular, and may be
def test_a_chain_of_full_correlations_holds_together(write):
    scenario = write(("a", LIFE, CEILING, 1), ("b", CEILING, REACH, -1), ("c", LIFE, REACH, -1))
    _, shares = drawn(scenario, LIFE, CEILING, REACH)
    np.testing.assert_allclose(shares[:, 1], shares[:, 0], atol=1e-9)
    np.testing.assert_allclose(shares[:, 2], 1.0 - shares[:, 0], atol=1e-9)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([("a", LIFE, "interceptor.sm3-iia.burn_tme_s", 0.5)], "no key 'burn_tme_s'. Did you mean 'burn_time_s'?"),
        ([("a", LIFE, "site.redzikowo.lat_deg", 0.5)], "correlation.a.inputs: site.redzikowo.lat_deg has no range."),
        ([("a", LIFE, LIFE, 0.5)], "stands there twice"),
        ([("a", LIFE, CEILING, 1.5)], "correlation.a.rank: 1.5 lies outside -1 to 1."),
        ([("a", LIFE, CEILING, 0.5), ("b", CEILING, LIFE, 0.4)], "correlation.b.inputs: 'a' is of the same inputs."),
        ([("a", LIFE, CEILING, 0.9), ("b", CEILING, BURN, 0.9)], "a, b, sm3-iia-burn-time-and-burnout-speed cannot hold together"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line(write, said, words):
    with pytest.raises(InputError) as error:
        write(*said)
    assert words in str(error.value)
    assert len(error.value.problems) == 1


def test_the_catalogue_brings_in_what_an_entry_takes_from_it():
    name = "sm3-iia-burn-time-and-burnout-speed"
    scenario = load_scenario("epaa")
    assert name in {each.id for each in scenario.correlations}
    assert Scenario.from_toml(scenario.to_toml()).hash == scenario.hash
    own = load_scenario("epaa", [f"{BURN}=80"])
    assert name not in {each.id for each in own.correlations}, "the entry states one of the two itself"
    assert scenario.with_({BURN: 80.0}).correlations == own.correlations
    assert scenario.with_({BURN: 80.0}, keep_range=True).correlations == scenario.correlations
    assert load_scenario("epaa", [f"correlation.{name}.rank=0.25"]).find("correlation", name).rank == 0.25


def test_correlations_go_with_the_entry_that_they_are_about():
    scenario = load_scenario("epaa")
    kept = scenario.without("threat.ghadr-1", "missile.ghadr-1")
    gone = {each.id for each in scenario.correlations} - {each.id for each in kept.correlations}
    assert gone == {f"ghadr-1-burn-time-and-burnout-{end}" for end in ("altitude", "downrange")}


@pytest.mark.identity  # every draw lies in the box, whose ends are those without a correlation
def test_bounds_over_the_ranges_do_without_correlations(write):
    tied, free = write(("a", LIFE, CEILING, 1)), load_scenario("epaa")
    for end in ("against", "favourable"):
        assert [s.interceptors for s in at_ends(tied, end)] == [s.interceptors for s in at_ends(free, end)]


def sampled(scenario, **more):
    """Return the columns of a sweep of two inputs, without what it is for, and its study."""
    study = study_of(
        scenario, {LIFE: "known", CEILING: "known"}, analysis="exposure", measures=["exposed_bases"], samples=512, **more
    )  # fmt: skip
    rows = Rows(spec_of(study))
    rows.task = replace(rows.task, evaluate=lambda some: [{"exposed_bases": 0.0}] * len(some))
    return rows(0, study.rows), study


@pytest.mark.second_method
def test_a_sweep_draws_correlated_inputs_together(write):
    scenario = write(("a", LIFE, CEILING, 0.8))
    columns, _ = sampled(scenario)
    found = spearmanr(*(columns[name.replace(".", "_").replace("-", "_")] for name in (LIFE, CEILING)))
    assert found.statistic == pytest.approx(0.8, abs=0.02)
    _, saltelli = sampled(scenario, method="saltelli")
    assert saltelli.factor == []
    assert saltelli.correlations == f"{LIFE} with {CEILING} (rank correlation 0.8)"


def test_an_axis_over_a_correlation_is_refused():
    with pytest.raises(InputError, match="says how all rows are drawn"):
        study_of(
            load_scenario("epaa"),
            {"correlation.sm3-ia-burn-time-and-burnout-speed.rank": [0.0, 0.5]},
            analysis="exposure",
        )


@pytest.mark.second_method  # what is measured is one input, and the other follows it
def test_what_decides_draws_them_together_and_says_so(write):
    def ceiling(scenarios):
        return [{"ceiling": s.find("interceptor", "sm3-iia").kill_ceiling_km.value} for s in scenarios]

    measure = Measure("ceiling", "km", "kill ceiling")
    one = replace(task("balance"), measures=lambda _: (measure,), evaluate=ceiling)
    tied = write(("a", LIFE, CEILING, 0.8)).at("2018")
    found = what_decides(tied, [one], tables=("interceptor",), samples=256)
    told = found.data.correlation.sel(measure="balance.ceiling")
    assert float(told.sel(input=CEILING)) == pytest.approx(1.0)
    assert float(told.sel(input=LIFE)) == pytest.approx(0.8, abs=0.03)
    said = " ".join(found.notes)
    assert f"{LIFE} with {CEILING} (rank correlation 0.8)" in said
    assert "the ends bound what correlated inputs do" in said
    free = what_decides(tied, [one], tables=("balance",), samples=2)
    assert "go together" not in " ".join(free.notes), "neither is looked at"
