"""Grids, people and outlines of defended areas: sums, areas and a bisected boundary."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest
from shapely import Point

from equipoise.analysis.defence import defended_area as area
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import engage
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.status import Reason
from equipoise.geography.grids import equal_area_grid, ground, lat_lon_grid
from equipoise.geography.people import people
from equipoise.geography.window import Window
from equipoise.physics.environment.earth import WGS84
from equipoise.present.defended_area import section
from equipoise.present.outline import geojson, outline
from equipoise.results.statistics import shares
from equipoise.scenario.load import load_scenario

EUROPE = Window(34.0, 71.0, -11.0, 45.0)
SETTINGS = ["scenario.map_step_deg=2.0", 'scenario.families=["minimum_energy"]']


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", SETTINGS).at("2018-12-31", mode="joint")


@pytest.fixture(scope="module")
def found(scenario):
    return area.defended_area(scenario)


@pytest.mark.outside
def test_countries_have_the_people_that_geonames_prints():
    table = people()
    for code, count in (("RO", 19_473_936), ("DE", 82_927_922), ("TR", 82_319_724)):
        assert table.count[table.country == table.codes.index(code)].sum() == pytest.approx(count, rel=1e-4)


@pytest.mark.identity
def test_both_grids_hold_the_same_people_and_the_land_of_a_country():
    for grid in (lat_lon_grid(EUROPE, 0.5), equal_area_grid(EUROPE, 40.0)):
        under = ground(grid)
        here = under.people[:, under.codes.index("RO")].sum()
        assert here == pytest.approx(19.47e6, rel=1e-3)
        land = grid.area_km2[under.owner == under.codes.index("RO")].sum()
        assert land == pytest.approx(238_397, rel=0.03)  # km2, the country's own statistics
        assert np.all(grid.cell_at(grid.lat_deg, grid.lon_deg) == np.arange(grid.lat_deg.size))


@pytest.mark.identity
def test_the_areas_of_a_latitude_longitude_grid_add_up_to_the_window_on_the_sphere():
    grid = lat_lon_grid(EUROPE, 1.0)
    exact = radians(56.0) * (np.sin(radians(71.0)) - np.sin(radians(34.0))) * (MEAN_RADIUS_M / 1e3) ** 2
    assert grid.area_km2.sum() == pytest.approx(exact, rel=1e-6)


def test_totals_are_the_sums_over_cells(found):
    d = found.data
    one = d.isel(phase=0, mode=0).sel(threat="irbm-notional")
    cells = (one.shots >= 1).values
    assert one.land_defended.sel(level=1).sum() == pytest.approx(
        d.area.values[cells & (d.owner.values >= 0)].sum()
    )
    assert one.people_defended.sel(level=1).sum() == pytest.approx(d.people.values[cells].sum())
    assert np.all(d.people_defended.sel(level=2) <= d.people_defended.sel(level=1))
    assert np.all(d.people_in_range <= d.people_total + 1e-6)
    said = section(found, {})
    assert {t.stem for t in said.tables} >= {"defended-share", "defended-land", "defended-by-country"}
    assert float(shares(d).max()) <= 1.0


def test_an_equal_area_map_says_the_same_as_one_of_degrees(scenario, found):
    head = scenario.head.but(grid="equal_area", map_step_km=150.0)
    other = area.defended_area(replace(scenario, head=head))
    far = {"threat": ["sajjil-2", "irbm-notional"]}  # others reach a few coarse cells only
    assert np.abs(shares(other.data).sel(far) - shares(found.data).sel(far)).max() < 0.12
    shape, km2 = outline(other.data, phase="Phase 3", mode="joint", threat="irbm-notional")
    flat, flat_km2 = outline(found.data, phase="Phase 3", mode="joint", threat="irbm-notional")
    assert km2 == pytest.approx(flat_km2, rel=0.05)
    assert shape.intersection(flat).area == pytest.approx(flat.area, rel=0.1)
    assert {f["properties"]["shots"] for f in geojson(found)["features"]} == {1, 2}


@pytest.mark.second_method
def test_the_outline_lies_within_half_a_cell_of_a_bisected_boundary(scenario, found):
    shape, _ = outline(found.data, phase="Phase 3", mode="joint", threat="sajjil-2")
    commands = order_of_battle.commands(scenario, scenario.phases[0].date, "joint")
    record = scenario.find("missile", "sajjil-2")

    def defended(lat, lon):
        paths = kernel_inputs.solve(
            record, np.radians([38.0, 46.5]), np.radians([[lat, lon]]), "minimum_energy", WGS84
        )
        return bool(engage(paths, commands).shots.max() > 0)

    checked = 0
    for lat in (38.0, 42.0, 45.0, 48.0):
        lons = np.arange(22.0, 44.0, 1.0)
        flags = [defended(lat, lon) for lon in lons]
        for i in np.flatnonzero(np.diff(np.array(flags, dtype=int))):
            low, high = lons[i], lons[i + 1]
            while high - low > 0.01:
                middle = 0.5 * (low + high)
                low, high = (middle, high) if defended(lat, middle) == flags[i] else (low, middle)
            assert shape.boundary.distance(Point(0.5 * (low + high), lat)) <= 1.0 + 0.02  # half of 2 degrees
            checked += 1
    assert checked >= 3


def test_a_larger_launch_area_never_defends_more(scenario):
    grid = lat_lon_grid(Window(36.0, 52.0, 14.0, 40.0), 4.0)
    cases = [order_of_battle.commands(scenario, scenario.phases[0].date, "joint")]
    threat = scenario.find("threat", "sajjil-2")
    small = area.worst_of(area.threat_paths(scenario, threat, grid.cells_rad), cases)
    wide = replace(scenario, launch_areas=tuple(e.but(radius_km=200.0) for e in scenario.launch_areas))
    large = area.worst_of(area.threat_paths(wide, threat, grid.cells_rad), cases)
    reached = small.reason != Reason.OUT_OF_RANGE
    assert np.all(large.shots[reached] <= small.shots[reached])
    assert np.any(large.shots[reached] < small.shots[reached])
    assert np.sum(large.reason == Reason.OUT_OF_RANGE) <= np.sum(~reached)


def test_the_demonstration_has_every_reason_on_its_map():
    every = load_scenario("every-reason")
    one = replace(every, threats=(every.find("threat", "irbm-notional"),))
    data = area.defended_area(one).data
    assert set(np.unique(data.reason)) == {int(r) for r in Reason}


def test_a_country_without_people_data_is_named():
    edges = {"south": -80, "north": -66, "west": 60, "east": 90}
    there = [f"scenario.map_{edge}_deg={deg}" for edge, deg in edges.items()]
    scenario = load_scenario("epaa", [*there, "scenario.map_step_deg=5", *SETTINGS[1:]])
    made = area.defended_area(scenario.at("2018-12-31", mode="joint"))
    assert "No people are known for Antarctica: shares of people leave them out." in made.notes
