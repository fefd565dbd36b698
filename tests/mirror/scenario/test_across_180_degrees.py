"""A scenario may lie anywhere: maps, boxes and launch areas cross 180 degrees."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pytest
from shapely.affinity import translate
from shapely.geometry import shape

from equipoise.analysis.defence.defended_area import defended_area, launch_points, map_grid
from equipoise.analysis.defence.raid_study import raids
from equipoise.analysis.exposure import flips
from equipoise.analysis.exposure.paths import strategic_arcs
from equipoise.analysis.exposure.site_map import site_map
from equipoise.analysis.exposure.study import exposure
from equipoise.analysis.guarantees.arcs import groups
from equipoise.analysis.guarantees.permitted import RadarLimit, permitted_system
from equipoise.analysis.guarantees.pool import pool_of
from equipoise.analysis.guarantees.verdicts import guarantee
from equipoise.analysis.guarantees.worst import attained
from equipoise.flights.fly import fly
from equipoise.foundation.errors import InputError
from equipoise.foundation.sphere import wrapped_deg
from equipoise.geography.outlines import on_globe
from equipoise.model.record import specs
from equipoise.model.scenario import TABLES
from equipoise.present.outline import features
from equipoise.present.trajectory_files import WRITERS
from equipoise.scenario import aims as scenario_aims
from equipoise.scenario.clauses import area_of
from equipoise.scenario.load import Scenario, load_scenario

KML = "{http://www.opengis.net/kml/2.2}"
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
    """Borders do not turn with a scenario: its aims lie on land wherever they are turned to, and so do places of sites."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (scenario_aims, flips):
            patch.setattr(module, "country_at", lambda lat, lon, *_: np.zeros(len(lat), int))
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
        "raid.forty",
        *(f"threat.{t.id}" for t in scenario.threats[:-1]),
        *(f"base.{b.id}" for b in scenario.bases[2:]),
    ]
    zone = {"clause.no-engagement.within_deg": [[40, 10, 60, 30]]}
    raid = {"volley.twelve.threat": scenario.threats[-1].id, "volley.twelve.missiles": 6}
    return scenario.with_(zone | raid).without(*others).at("2020-12-31").in_modes(["joint", "sectoral"])


def answers(scenario):
    """Return what is asked of every turned scenario, by kind."""
    area = defended_area(scenario)
    made = {"guarantee": guarantee(scenario), "exposure": exposure(scenario), "raids": raids(scenario)}
    return {kind: result.data for kind, result in made.items()} | {
        "area": area.data,
        "outlines": [(f["properties"], shape(f["geometry"])) for f in features(area)],
    }


@pytest.fixture(scope="module")
def found(plain):
    return answers(plain)


@pytest.mark.identity
@pytest.mark.parametrize("by_deg", [180.0, 160.0, 37.3])
def test_a_turned_scenario_has_the_same_answers_on_a_sphere_at_rest(by_deg, plain, found):
    """160 degrees put the edge of the globe into the map, 180 into sectors and the bases' area.

    Defended area and its outlines for other programs, strategic paths, a raid, verdicts: all that a run asks of places. Launch
    areas, sites, patrol boxes, radars, sectors, coverage, zones of clauses, aim areas, aims of raids and bases turn, by the
    list of keys above; paths, boxes and areas of flight tests turn in tests/mirror/analysis/test_flight_test.py.
    """
    there = answers(turned(plain, by_deg))
    for name in ("shots", "reason"):
        assert np.array_equal(found["area"][name].values, there["area"][name].values)
    gap = np.abs(found["area"].slack.values - there["area"].slack.values)
    assert np.nanmax(gap) < 0.1
    verdicts = there["guarantee"]
    assert np.array_equal(found["guarantee"].truth.values, verdicts.truth.values)
    assert np.array_equal(found["guarantee"].clause.values, verdicts.clause.values)
    np.testing.assert_allclose(found["guarantee"].margin.values, verdicts.margin.values, rtol=1e-3, atol=0.1)
    np.testing.assert_allclose(found["exposure"].share.values, there["exposure"].share.values)
    assert float(found["exposure"].share.max()) > 0.0
    np.testing.assert_allclose(found["raids"].expected.values, there["raids"].expected.values)
    assert float(found["raids"].spent.max()) > 0.0
    for (said, here), (other, outline) in zip(found["outlines"], there["outlines"], strict=True):
        assert other == said
        assert outline.is_valid
        assert on_globe(translate(here, by_deg)).symmetric_difference(outline).area < 1e-2


@pytest.fixture(scope="module")
def limited(plain):
    """The same with one base, and a limit on radars, so that a permitted system has a place for its radar too."""
    return plain.without("base." + plain.bases[1].id, "clause.no-engagement")


def searched(scenario):
    """Return the worst permitted system that the search finds, and the slack of sites all over the area."""
    pool = pool_of(groups(scenario, ("minimum_energy",)))
    system = permitted_system(scenario)
    system = replace(system, radar=RadarLimit(1.5e6, 0.0, 2.0 * np.pi))
    return attained(pool, system), site_map(scenario, strategic_arcs(scenario)).slack_at_site


@pytest.mark.identity
def test_the_search_for_the_worst_system_and_the_map_of_sites_turn(limited):
    """The grid of first tries has other points where the area is cut in two, so that the climb ends nearby, not at the same bits."""
    here, sites = searched(limited)
    for by_deg in (160.0, 37.3):
        there, other = searched(turned(limited, by_deg))
        assert there.slack_s == pytest.approx(here.slack_s, abs=1.0), by_deg
        assert there.bases == here.bases
        assert there.design.lat_deg == pytest.approx(here.design.lat_deg, abs=0.5)
        assert float(wrapped_deg(there.design.lon_deg - by_deg - here.design.lon_deg)) == pytest.approx(
            0.0, abs=0.5
        )
        assert np.array_equal(
            wrapped_deg(other.site_lon.values - by_deg - sites.site_lon.values).round(6),
            np.zeros(sites.site_lon.size),
        )
        np.testing.assert_allclose(other.values, sites.values, atol=0.1)
    assert np.isfinite(sites.values).sum() > 100


@pytest.mark.identity
@pytest.mark.parametrize("by_deg", [180.0, 120.0, 37.3])
def test_flights_for_other_programs_turn_with_the_places(by_deg):
    launch, lines = datetime(2020, 1, 1, tzinfo=UTC), []
    for turn in (0.0, by_deg):
        start, aim = ((lat, float(wrapped_deg(lon + turn))) for lat, lon in ((38.0, 46.5), (50.0, 5.0)))
        flight = fly("irbm-notional", start=start, aim=aim, max_range_km=4000.0, earth="still_sphere")
        pieces = json.loads(WRITERS["geojson"](flight, launch))["features"][0]["geometry"]["coordinates"]
        pieces = pieces if isinstance(pieces[0][0], list) else [pieces]
        moving = json.loads(WRITERS["czml"](flight, launch))[1]["position"]["cartographicDegrees"]
        drawn = ElementTree.fromstring(WRITERS["kml"](flight, launch)).iter(f"{KML}LineString")
        drawn = [[p.split(",") for p in line.findtext(f"{KML}coordinates").split()] for line in drawn]
        lines.append(
            (
                np.array([p for piece in pieces for p in piece]),
                np.array([p for piece in drawn for p in piece], dtype=float),
                np.array(moving).reshape(-1, 4)[:, 1:],
            )
        )
    for here, there in zip(*lines, strict=True):
        assert np.abs(there[:, 0]).max() <= 180.0
        back = np.column_stack([wrapped_deg(there[:, 0] - by_deg), there[:, 1:]])
        nearest = np.abs(here[:, None, :2] - back[None, :, :2]).max(axis=2).min(axis=1)
        assert nearest.max() < 2e-4  # degrees: rounding moves the steps of the boost, 20 m
        assert len(there) - len(here) in (0, 2)  # a line that is cut has its cut twice
