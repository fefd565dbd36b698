"""A scenario may lie anywhere: maps, boxes and launch areas cross 180 degrees."""

import numpy as np
import pytest

from equipoise.analysis.defence.defended_area import defended_area, launch_points, map_grid
from equipoise.foundation.errors import InputError
from equipoise.foundation.sphere import wrapped_deg
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


def turned(scenario, by_deg):
    """The same scenario with every place turned about the axis of the Earth."""
    turn = lambda lon: float(wrapped_deg(lon + by_deg))  # noqa: E731
    changes = {
        f"scenario.{edge}_deg": turn(getattr(scenario.head, f"{edge}_deg"))
        for edge in ("map_west", "map_east")
    }
    for table in ("site", "radar", "launch_area"):
        for entry in scenario.table(table):
            place = f"{table}.{entry.id}"
            if entry.lon_deg is not None:
                changes[f"{place}.lon_deg"] = turn(entry.lon_deg)
            if table == "site" and entry.box_deg:
                changes[f"{place}.box_deg"] = [[s, turn(w), n, turn(e)] for s, w, n, e in entry.box_deg]
    for satellite in scenario.satellites:
        if satellite.coverage_deg:
            boxes = [[s, turn(w), n, turn(e)] for s, w, n, e in satellite.coverage_deg]
            changes[f"satellite.{satellite.id}.coverage_deg"] = boxes
    return scenario.with_(changes)


@pytest.mark.identity
@pytest.mark.parametrize("by_deg", [180.0, 160.0])
def test_a_turned_scenario_has_the_same_answers_on_a_sphere_at_rest(by_deg):
    """One command for all, so that no country's land plays a part; 160 degrees put the edge of the globe into the map."""
    plain = load_scenario("epaa", ["scenario.earth=still_sphere", "scenario.map_step_deg=9"])
    others = [
        *(f"threat.{t.id}" for t in plain.threats[:-1]),
        *(f"{t}.{e.id}" for t in ("raid", "volley") for e in plain.table(t)),
    ]
    plain = plain.without(*others).at("2020-12-31", mode="joint")
    here, there = (defended_area(s).data for s in (plain, turned(plain, by_deg)))
    assert np.array_equal(here.shots.values, there.shots.values)
    assert np.array_equal(here.reason.values, there.reason.values)
    gap = np.abs(here.slack.values - there.slack.values)
    assert np.nanmax(gap) < 0.1
