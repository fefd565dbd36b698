"""A scenario may lie anywhere: maps, boxes and launch areas cross 180 degrees."""

import re

import numpy as np
import pytest

from equipoise.analysis.defence.defended_area import defended_area, launch_points, map_grid
from equipoise.analysis.guarantees.verdicts import guarantee
from equipoise.foundation.errors import InputError
from equipoise.foundation.sphere import wrapped_deg
from equipoise.model.record import specs
from equipoise.model.scenario import TABLES
from equipoise.scenario import aims as scenario_aims
from equipoise.scenario.clauses import area_of
from equipoise.scenario.load import Scenario, load_scenario

ACROSS = ["scenario.map_west_deg=150", "scenario.map_east_deg=-150", "scenario.map_step_deg=10"]


def test_a_map_from_150_e_to_150_w_is_sixty_degrees_wide():
    grid = map_grid(load_scenario("epaa", ACROSS))
    assert grid.axes[1][1].tolist() == [155.0, 165.0, 175.0, 185.0, 195.0, 205.0]
    assert area_of(load_scenario("epaa", ACROSS)) == (
        (34.0, 150.0, 71.0, 180.0),
        (34.0, -180.0, 71.0, -150.0),
    )


def test_a_map_without_width_is_refused():
    with pytest.raises(InputError, match="no width"):
        load_scenario("epaa", ["scenario.map_west_deg=20", "scenario.map_east_deg=20"])


def test_the_middle_of_a_launch_area_across_180_degrees_lies_in_it():
    scenario = load_scenario("epaa").with_(
        {"launch_area.ir-nw.polygon_deg": [[60, 175], [62, 175], [62, -175], [60, -175]]}
    )
    middle = np.degrees(launch_points(scenario.find("launch_area", "ir-nw"))[0])
    assert middle[0] == pytest.approx(61.1, abs=0.1)
    assert abs(middle[1]) == pytest.approx(180.0, abs=1e-6)


def test_a_box_across_180_degrees_is_two_boxes():
    scenario = load_scenario("epaa").with_({"guarantee.area_deg": [[50, 170, 60, -170], [0, 10, 5, 20]]})
    assert scenario.guarantee.area_deg == ((50, 170, 60, 180.0), (50, -180.0, 60, -170), (0, 10, 5, 20))
    assert Scenario.from_toml(scenario.to_toml()).hash == scenario.hash


EAST = ("lon_deg", "port_lon_deg", "map_west_deg", "map_east_deg", "aim_west_deg", "aim_east_deg")
BOXES = ("box_deg", "patrol_deg", "coverage_deg", "area_deg", "within_deg", "outside_deg")
POINTS = ("polygon_deg", "aims_deg", "corridor_deg")
UNTURNED = re.compile(r".*(lat|south|north|azimuth|elevation|facing|step|angle|sigma).*_deg")
"""Keys of places that turn with the globe, and those of angles and latitudes, which do not."""


def turned(scenario, by_deg):
    """The same scenario with every place turned about the axis of the Earth."""
    turn = lambda lon: float(wrapped_deg(lon + by_deg))  # noqa: E731
    changes = {}
    for table, entry in scenario.entries():
        place = (
            table
            if scenario.TABLES[table].single
            else f"{table}.{getattr(entry, scenario.TABLES[table].identity)}"
        )
        for key, value in entry.said():
            if key in EAST and value is not None:
                changes[f"{place}.{key}"] = turn(value)
            elif key in BOXES and value:
                changes[f"{place}.{key}"] = [[s, turn(w), n, turn(e)] for s, w, n, e in value]
            elif key in POINTS and value:
                changes[f"{place}.{key}"] = [[lat, turn(lon)] for lat, lon in value]
    return scenario.with_(changes)


def test_every_key_of_degrees_is_known_to_turn_or_not():
    """A new geometry must join the test below."""
    keys = {key for table in TABLES.values() for record in table.records for key in specs(record)}
    unknown = {key for key in keys if key.endswith("_deg")} - {*EAST, *BOXES, *POINTS}
    assert {key for key in unknown if not UNTURNED.fullmatch(key)} == set()


@pytest.fixture(scope="module")
def land_everywhere():
    """Borders do not turn with a scenario: its aims lie on land wherever they are turned to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario_aims, "country_at", lambda lat, lon: np.zeros(len(lat), int))
        yield


@pytest.fixture(scope="module")
def plain(land_everywhere):
    """Defence, sectors, clauses and bases of one phase; aims lie in the Arctic."""
    arctic = {"south": 84.5, "north": 88.5, "west": -92.0, "east": -82.0, "step": 2.0}
    scenario = load_scenario(
        "epaa",
        [
            "scenario.earth=still_sphere",
            "scenario.map_step_deg=9",
            "scenario.families=['minimum_energy']",
            "scenario.aim_countries=[]",
            *(f"scenario.aim_{key}_deg={value}" for key, value in arctic.items()),
        ],
    )
    others = [
        *(f"threat.{t.id}" for t in scenario.threats[:-1]),
        *(f"base.{b.id}" for b in scenario.bases[2:]),
    ]
    others += [f"{t}.{e.id}" for t in ("raid", "volley") for e in scenario.table(t)]
    zone = {"clause.no-engagement.within_deg": [[40, 10, 60, 30]]}
    return scenario.without(*others).with_(zone).at("2020-12-31").in_modes(["joint", "sectoral"])


@pytest.fixture(scope="module")
def found(plain):
    return defended_area(plain).data, guarantee(plain).data


@pytest.mark.identity
@pytest.mark.parametrize("by_deg", [180.0, 160.0, 37.3])
def test_a_turned_scenario_has_the_same_answers_on_a_sphere_at_rest(by_deg, plain, found):
    """160 degrees put the edge of the globe into the map, 180 into sectors and the bases' area."""
    other = turned(plain, by_deg)
    here, there = found[0], defended_area(other).data
    assert np.array_equal(here.shots.values, there.shots.values)
    assert np.array_equal(here.reason.values, there.reason.values)
    gap = np.abs(here.slack.values - there.slack.values)
    assert np.nanmax(gap) < 0.1
    verdicts = guarantee(other).data
    assert np.array_equal(found[1].truth.values, verdicts.truth.values)
    assert np.array_equal(found[1].clause.values, verdicts.clause.values)
    np.testing.assert_allclose(found[1].margin.values, verdicts.margin.values, rtol=1e-3, atol=0.1)
