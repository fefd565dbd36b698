"""What one radar adds: more with range, nothing when it is not there, and what the printed ranges imply."""

import numpy as np
import pytest

from equipoise.analysis.exposure.radar_alone import COMPANIES, radar_exposure
from equipoise.flights.fly import fly
from equipoise.foundation.errors import InputError
from equipoise.present.radar_exposure import section
from equipoise.scenario.aims import aims
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
    rows = {row[2]: row[3:6] for row in shown.tables[1].rows}
    assert list(rows) == list(COMPANIES)
    assert rows["nothing"][:2] == ("no track without it", "no track without it")
    assert rows["nothing"][2] > 0.0
    assert shown.figures[0].draw() is not None


def test_nobody_asks_about_a_radar_that_is_none():
    assert radar_exposure(load_scenario("epaa")) is None
    with pytest.raises(InputError, match=r"scenario\.radars_asked: no radar 'tpy2-seongj'"):
        load_scenario("thaad-korea", ["scenario.radars_asked=['tpy2-seongj']"])


def held_by_hand_s(path, range_km):
    """Return the seconds for which a flight lies in the sector of the radar at Seongju, by trigonometry on a sphere of 6,371 km.

    Within the range (while it burns, farther by the fourth root of the ratio of cross-sections, 1 and 0.03 m2), between 3 and
    90 degrees of elevation, and from west to 30 degrees east of north.
    """
    time_s = np.arange(0.0, float(path.time[-1]), 0.25)
    x, y, z = (np.interp(time_s, path.time, axis) for axis in path.position_ecef_m.values.T / 1e3)
    distance = np.sqrt(x**2 + y**2 + z**2)
    lat, lon = np.arcsin(z / distance), np.arctan2(y, x)
    at, turn = np.radians(36.0), lon - np.radians(128.2)
    cos_angle = np.sin(at) * np.sin(lat) + np.cos(at) * np.cos(lat) * np.cos(turn)
    slant_km = np.sqrt(6371.0**2 + distance**2 - 2.0 * 6371.0 * distance * cos_angle)
    elevation = np.degrees(np.arcsin((distance * cos_angle - 6371.0) / slant_km))
    north = np.cos(at) * np.sin(lat) - np.sin(at) * np.cos(lat) * np.cos(turn)
    azimuth = np.degrees(np.arctan2(np.cos(lat) * np.sin(turn), north)) % 360.0
    burns = time_s < float(path.burnout_time_s)
    near = slant_km <= np.where(burns, range_km * (1.0 / 0.03) ** 0.25, range_km)
    return 0.25 * np.count_nonzero(near & (elevation >= 3.0) & ((azimuth >= 270.0) | (azimuth <= 30.0)))


@pytest.mark.second_method
@pytest.mark.parametrize("range_km", [870.0, 2000.0])
def test_seconds_of_track_are_those_of_trigonometry_by_hand(range_km):
    """Paths of three bases to the north-west of the United States; an Earth at rest, and a mask of 3 degrees, below which rays bend."""
    bases = ("cn-luoning", "cn-nanyang", "cn-tonghua")
    aim = {"south": 45.0, "north": 49.0, "west": -122.0, "east": -118.0, "step": 2.0}
    cell = [f"scenario.aim_{key}_deg={value}" for key, value in aim.items()]
    settings = ["scenario.earth=still_sphere", "radar.tpy2-seongju.elevation_from_deg=3", *cell]
    scenario = load_scenario("thaad-korea", settings)
    found = added(range_km, *settings).data.squeeze()
    for name in bases:
        base = scenario.find("base", name)
        record, start = scenario.find("missile", base.missile), (base.lat_deg, base.lon_deg)
        flights = [fly(record, start=start, aim=tuple(aim), earth="still_sphere") for aim in aims(scenario)]
        by_hand = [held_by_hand_s(flight.data, range_km) for flight in flights]
        one = found.sel(base=name)
        assert float(one.held) == pytest.approx(np.mean(by_hand), abs=0.5)
        assert float(one.longest) == pytest.approx(max(by_hand), abs=0.5)
        assert 5.0 < float(one.held) < 400.0
