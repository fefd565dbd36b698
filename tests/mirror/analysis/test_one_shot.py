"""The engagement that the report shows: interceptor and missile meet, and its times are those of the engagement model."""

import numpy as np
import pytest

from equipoise.analysis.defence.one_shot import one_shot
from equipoise.foundation.sphere import distance_km
from equipoise.scenario.load import load_scenario


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", ["scenario.map_step_deg=4.0"])


@pytest.mark.identity
def test_missile_and_interceptor_meet_at_the_time_that_is_said(scenario):
    shot = one_shot(scenario).data
    at = round(shot.attrs["meet_s"] / shot.attrs["step_s"])
    assert at * shot.attrs["step_s"] == pytest.approx(shot.attrs["meet_s"])
    for key, within in (("lat", 1e-6), ("lon", 1e-6), ("altitude", 1.0)):
        assert float(shot[f"missile_{key}"][at]) == pytest.approx(
            float(shot[f"interceptor_{key}"][at]), abs=within
        )
    assert np.isnan(shot.interceptor_lat.values[at + 1 :]).all()


def test_the_interceptor_leaves_its_site_after_the_track_is_good_enough(scenario):
    shot = one_shot(scenario).data
    site = scenario.find("site", shot.attrs["site"])
    first = int(np.flatnonzero(np.isfinite(shot.interceptor_lat.values))[0])
    assert (
        shot.attrs["track_s"]
        < shot.attrs["launch_s"]
        <= first * shot.attrs["step_s"]
        < shot.attrs["launch_s"] + shot.attrs["step_s"]
    )
    assert (
        distance_km(
            float(shot.interceptor_lat[first]), float(shot.interceptor_lon[first]), site.lat_deg, site.lon_deg
        )
        < 20.0
    )
    assert shot.attrs["command"] == "nato"


def test_a_defence_without_interceptors_shows_no_shot(scenario):
    assert one_shot(scenario.at("2005-01-01")) is None
