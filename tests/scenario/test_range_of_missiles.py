"""The greatest range of a missile limits it wherever it is flown: maps, strategic paths, raids, single shots, flight tests."""

import pytest

from command_line import invoke
from equipoise.analysis.defence.defended_area import map_grid, threat_paths
from equipoise.analysis.defence.raid_study import raid_missiles
from equipoise.analysis.exposure.paths import strategic_arcs
from equipoise.analysis.flight_test.paths import target_path
from equipoise.engagement.kernel_inputs import EARTHS
from equipoise.flights.fly import NoFlightError, fly
from equipoise.foundation.errors import DomainError, InputError
from equipoise.foundation.sphere import distance_km
from equipoise.foundation.status import FlightStatus
from equipoise.scenario.flight_test import load_flight_test
from equipoise.scenario.load import load_scenario

RANGE_KM = 3000.0
STILL = [
    "scenario.earth=still_sphere",
    "scenario.map_step_deg=6",
    "scenario.aim_step_deg=10",
    "missile.bm-25.max_range_km=3000",
    "missile.icbm-solid.max_range_km=9450",
]
NEARLY = 0.99
"""What minimum energy costs of the range, with room: the path angle is that of a sphere without air (docs/flight.md)."""


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", STILL)


def reached_and_not(distances_km, reached, range_km):
    """On a sphere at rest every place well within the range is reached, and none beyond it."""
    assert reached[distances_km < NEARLY * range_km].all()
    assert not reached[distances_km > range_km].any()
    assert 0 < reached.sum() < reached.size


@pytest.mark.identity
def test_no_cell_of_a_map_beyond_the_range_is_reached(scenario):
    threat = next(t for t in scenario.threats if t.missile == "bm-25")
    area = scenario.find("launch_area", threat.launch_area)
    grid = map_grid(scenario)
    (paths, *_), *_ = threat_paths(scenario, threat, grid.cells_rad)
    distances = distance_km(area.lat_deg, area.lon_deg, grid.lat_deg, grid.lon_deg)
    reached_and_not(distances, paths.status == FlightStatus.OK, RANGE_KM)


@pytest.mark.identity
def test_no_aim_point_beyond_the_range_is_reached_from_a_base(scenario):
    base = next(b for b in scenario.bases if b.missile == "icbm-solid")
    arcs = strategic_arcs(scenario.without(*(f"base.{b.id}" for b in scenario.bases if b is not base)))
    distances = distance_km(base.lat_deg, base.lon_deg, *arcs.aim_deg.T)
    reached_and_not(distances, arcs.reached, 9450.0)


def test_a_raid_beyond_the_range_is_one_line(scenario):
    threat = next(t for t in scenario.threats if t.missile == "bm-25")
    area = scenario.find("launch_area", threat.launch_area)
    near, far = ([area.lat_deg, area.lon_deg - turn] for turn in (25.0, 60.0))
    assert distance_km(area.lat_deg, area.lon_deg, *far) == pytest.approx(5000.0, rel=0.05)
    asked = {"volley.twelve.threat": threat.id, "volley.twelve.aims_deg": [near]}
    assert len(raid_missiles(scenario.with_(asked), scenario.find("raid", "twelve"))[0]) == 12
    with pytest.raises(DomainError, match=r"volley\.twelve\.aims_deg: .*cannot reach the aim point"):
        raid_missiles(
            scenario.with_({**asked, "volley.twelve.aims_deg": [near, far]}), scenario.find("raid", "twelve")
        )


def test_check_finds_every_aim_of_a_raid_beyond_the_range(tmp_path):
    """``area`` stands in place of a threat's launch area: 60 degrees west of it are 5,000 km at its latitude."""
    scenario = load_scenario("epaa")
    threat = next(t for t in scenario.threats if t.missile == "bm-25")
    area = scenario.find("launch_area", threat.launch_area)
    near, far, farther = ([area.lat_deg, round(area.lon_deg - turn, 1)] for turn in (25.0, 60.0, 80.0))
    file = tmp_path / "raid.toml"
    text = (
        '[scenario]\nname = "raid"\ntitle = "Raid"\nextends = "epaa"\n[missile.bm-25]\nmax_range_km = 3000\n'
    )
    file.write_text(text + f'[volley.twelve]\nthreat = "{threat.id}"\naims_deg = {[near, far, farther]}\n')
    said = invoke(["check", str(file)])
    assert said.exit_code == 2
    lines = said.stderr.strip().splitlines()
    assert len(lines) == 2
    for line, (lat, lon) in zip(lines, (far, farther), strict=True):
        away = float(distance_km(area.lat_deg, area.lon_deg, lat, lon))
        assert f"{file}: volley.twelve.aims_deg: bm-25 cannot reach the aim point {lat:g}, {lon:g}" in line
        assert f"{away:.0f} km away: its greatest range is 3000 km." in line
    assert invoke(["check", "epaa"]).exit_code == 0


def test_a_flight_beyond_the_range_says_how_far_it_comes():
    with pytest.raises(NoFlightError) as caught:
        fly("bm-25", start=(0.0, 0.0), aim=(0.0, 45.0), max_range_km=RANGE_KM, earth=EARTHS["still_sphere"])
    assert caught.value.status == FlightStatus.OUT_OF_RANGE
    reached_km = float(str(caught.value).split("It reaches ")[1].split(" km")[0])
    assert NEARLY * RANGE_KM < reached_km < RANGE_KM


def test_the_target_of_a_flight_test_flies_no_farther_than_it_can():
    with pytest.raises(InputError, match="the target does not fly: The vehicle cannot reach the aim point"):
        target_path(load_flight_test("asd-15-like", ["target.max_range_km=310"]))
