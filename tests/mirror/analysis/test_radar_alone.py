"""What one radar adds: more with range, nothing when it is not there, and what the printed ranges imply."""

import numpy as np
import pytest

from equipoise.analysis.exposure.radar_alone import COMPANIES, radar_exposure
from equipoise.foundation.errors import InputError
from equipoise.present.radar_exposure import section
from equipoise.scenario.load import load_scenario


def added(range_km, *settings, day="2017-12-31"):
    words = [
        f"radar.tpy2-seongju.range_max_km={range_km}", "scenario.radars_asked=['tpy2-seongju']", "scenario.aim_step_deg=10",
        "scenario.families=['minimum_energy']", *settings,
    ]  # fmt: skip
    return radar_exposure(load_scenario("thaad-korea", words).at(day))


@pytest.mark.identity
def test_a_radar_of_longer_range_holds_paths_longer_and_is_sooner():
    found = [added(r).data.squeeze() for r in (600.0, 2000.0)]
    assert np.all(found[1].held.values >= found[0].held.values)
    assert found[1].sooner_most.sel(company="all other sensors") > 60.0
    assert found[0].sooner_most.sel(company="all other sensors") < 1.0
    assert np.all(found[1].share_with >= found[1].share_without)
    # with nothing beside it there is no track without it
    assert np.all(found[1].share_without.sel(company="nothing") == 0.0)


@pytest.mark.identity
def test_a_radar_that_is_not_there_adds_nothing():
    one = added(2000.0, day="2016-12-31").data.squeeze()
    assert np.all(one.held.values == 0.0)
    assert np.all(one.only.values == 0.0)
    np.testing.assert_array_equal(one.share_with, one.share_without)


def test_the_report_names_the_radar_and_every_company():
    result = added(2000.0)
    shown = section(result, {})
    assert "AN/TPY-2, Seongju sees" in shown.sentences[0].text
    assert [row[2] for row in shown.tables[1].rows] == list(COMPANIES)
    assert shown.figures[0].draw() is not None


def test_nobody_asks_about_a_radar_that_is_none():
    assert radar_exposure(load_scenario("epaa")) is None
    with pytest.raises(InputError, match=r"scenario\.radars_asked: no radar 'tpy2-seongj'"):
        load_scenario("thaad-korea", ["scenario.radars_asked=['tpy2-seongj']"])
