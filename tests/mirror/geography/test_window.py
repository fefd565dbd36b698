import doctest

import numpy as np
import pytest

from equipoise.foundation.sphere import turn_deg
from equipoise.geography import outlines, window
from equipoise.geography.borders import countries, country_at
from equipoise.geography.grids import equal_area_grid, ground, lat_lon_grid
from equipoise.geography.outlines import ring_on_globe, union_of_rings
from equipoise.geography.window import Window


@pytest.mark.parametrize("module", [window, outlines])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


def test_a_window_across_180_degrees_can_be_written_in_two_ways():
    assert Window(40, 70, 150, -150) == Window(40, 70, 150, 210) == Window(40, 70, -210, -150 + 360 - 360)


def test_a_plain_window_keeps_its_edges():
    assert Window(34.0, 71.0, -11.0, 45.3) == Window(south=34.0, north=71.0, west=-11.0, east=45.3)
    assert Window(-90, 90, -180, 180).width == 360.0


def test_points_are_found_on_both_sides():
    pacific = Window(40, 70, 150, -150)
    assert pacific.contains([50, 50, 50, 50], [179, -179, 149, -149]).tolist() == [True, True, False, False]
    assert pacific.into([-170.0, 170.0]).tolist() == [190.0, 170.0]


def test_the_narrowest_window_around_points():
    around = Window.around([50.0, 60.0], [175.0, -175.0], margin_deg=2.0)
    assert (around.west, around.east) == (173.0, 187.0)
    assert Window.around([88.0], [0.0], margin_deg=5.0).north == 90.0


@pytest.mark.identity
def test_a_grid_turned_across_180_degrees_has_the_same_areas_and_the_right_land():
    europe, pacific = Window(50, 70, 20, 60), Window(50, 70, 160, -160)
    assert np.allclose(lat_lon_grid(europe, 1.0).area_km2, lat_lon_grid(pacific, 1.0).area_km2)
    assert lat_lon_grid(pacific, 1.0).axes[1][1][-1] == 199.5
    assert equal_area_grid(pacific, 200.0).area_km2.sum() == pytest.approx(
        equal_area_grid(europe, 200.0).area_km2.sum(), rel=0.02
    )
    for grid in (lat_lon_grid(pacific, 1.0), equal_area_grid(pacific, 100.0)):
        here = ground(grid)
        owner = [here.codes[i] if i >= 0 else "" for i in here.owner]
        assert {"US", "RU"} <= set(owner)
        near = np.abs(turn_deg(grid.lon_deg, -161.76)) < 1.5
        near &= np.abs(grid.lat_deg - 60.79) < 1.0  # Bethel, Alaska
        assert here.people[near, here.codes.index("US")].sum() > 4000


def test_a_country_is_found_whatever_lap_its_longitude_is_written_on():
    found = country_at(np.array([65.0, 65.0]), np.array([-150.0, 210.0]))
    assert [countries("50m")[i].iso2 for i in found] == ["US", "US"]


def test_a_ring_across_180_degrees_is_cut_in_two():
    shape = ring_on_globe([60, 60, 62, 62], [175, -175, -175, 175])
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == pytest.approx(20.0)
    assert shape.bounds == (-180.0, 60.0, 180.0, 62.0)


def test_a_ring_around_a_pole_is_closed_over_it():
    from shapely import Point

    north = ring_on_globe([75.0] * 8, np.arange(-180, 180, 45.0))
    assert north.contains(Point(10.0, 89.9))
    assert not north.contains(Point(10.0, 74.0))
    south = ring_on_globe([-75.0] * 8, np.arange(180, -180, -45.0))
    assert south.bounds == (-180.0, -90.0, 180.0, -75.0)


def test_cells_that_meet_at_180_degrees_leave_no_seam_elsewhere():
    rings = [([60, 60, 61, 61], [a, a + 1, a + 1, a]) for a in range(177, 183)]
    both = union_of_rings(rings)
    assert len(both.geoms) == 2
    assert both.area == pytest.approx(6.0)
