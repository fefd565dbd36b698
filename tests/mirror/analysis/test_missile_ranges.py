"""The defended area over the ranges of the missiles: around the nominal share, and a single point where nothing has a range."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.analysis.defence.defended_area import defended_area, people_shares
from equipoise.analysis.defence.missile_ranges import INPUTS, with_missile_ranges
from equipoise.model.record import specs
from equipoise.model.systems import Missile
from equipoise.results.statistics import shares
from equipoise.scenario.load import load_scenario


@pytest.fixture(scope="module")
def one():
    scenario = load_scenario("epaa", ["scenario.map_step_deg=8"]).at("2018", mode="joint")
    return replace(scenario, threats=tuple(t for t in scenario.threats if t.id == "ghadr-1"))


@pytest.mark.identity
def test_the_nominal_share_is_the_map_s_where_the_map_is_as_coarse_and_lies_between_the_ends(one):
    found = with_missile_ranges(defended_area(one), one)
    least, nominal, greatest = found.data.share_over_missiles.sel(threat="ghadr-1").values
    assert nominal == pytest.approx(float(shares(found.data).isel(phase=0, mode=0, threat=0)))
    assert least <= nominal <= greatest
    assert least < greatest
    assert any("cells of 8 degrees" in note for note in found.notes)


@pytest.mark.identity
def test_shares_alone_are_those_of_the_map():
    scenario = load_scenario("epaa", ["scenario.map_step_deg=8"])
    few = replace(scenario, threats=scenario.threats[-2:])
    whole = shares(defended_area(few).data).transpose("threat", "phase", "mode").values
    assert np.array_equal(people_shares(few), whole.reshape(2, -1), equal_nan=True)


@pytest.mark.identity
def test_without_ranges_there_is_one_share(one):
    certain = {
        f"missile.{m.id}.{key}": getattr(m, key).value
        for m in one.missiles
        for key in specs(Missile)
        if f"missile.{key}" in INPUTS
    }
    sure = one.with_(certain)
    found = with_missile_ranges(defended_area(sure), sure).data.share_over_missiles.values
    assert np.ptp(found) == 0.0
