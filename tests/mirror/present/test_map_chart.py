"""A map among the charts: land within its window, shapes where they were asked for, nothing that is not defined."""

import numpy as np
import pytest

from equipoise.foundation.sphere import circle_deg, distance_km
from equipoise.geography.window import Window
from equipoise.present.map_chart import area, fields, map_chart, path, place


@pytest.mark.identity
@pytest.mark.parametrize(("lat", "lon"), [(0.0, 0.0), (58.0, -170.0), (-72.0, 30.0)])
def test_every_corner_of_a_circle_lies_at_its_radius(lat, lon):
    lats, lons = circle_deg(lat, lon, 1300.0, corners=37)
    np.testing.assert_allclose(distance_km(lats, lons, lat, lon), 1300.0, atol=1e-6)
    assert (lats[0], lons[0]) == pytest.approx((lats[-1], lons[-1]))
    assert np.abs(np.diff(lons)).max() < 90.0


@pytest.mark.parametrize("window", [Window(45.0, 60.0, -12.0, 8.0), Window(50.0, 70.0, 160.0, -150.0)])
def test_land_lies_within_the_window_also_across_180_degrees(window):
    ground = map_chart(window, []).ground
    points = np.concatenate(ground.land)
    assert len(ground.land) > 1
    assert points[:, 0].min() >= window.west - 1e-9
    assert points[:, 0].max() <= window.east + 1e-9
    assert points[:, 1].min() >= window.south - 1e-9
    assert points[:, 1].max() <= window.north + 1e-9


def test_shapes_carry_their_kind_and_what_is_not_defined_is_left_out():
    rows = [
        *path("target", [50.0, np.nan, 51.0], [1.0, 2.0, 3.0]),
        *area("zone", [50.0, 51.0, 50.0], [1.0, 2.0, 1.0], "first"),
        *place("site", 50.0, 1.0, "the site"),
        *place("site", np.nan, 1.0, "nowhere"),
        *fields("error", np.array([50.0, 51.0]), np.array([1.0]), np.array([[2.0], [np.nan]])),
    ]
    assert [(r["kind"], r["x"], r["y"]) for r in rows] == [
        ("path", 1.0, 50.0), ("path", 3.0, 51.0), ("area", 1.0, 50.0), ("area", 2.0, 51.0), ("area", 1.0, 50.0),
        ("place", 1.0, 50.0), ("field", 1.0, 50.0),
    ]  # fmt: skip
    plain = map_chart(Window(45.0, 60.0, -12.0, 8.0), rows).plain()
    assert plain["mark"] == "map"
    assert plain["ground"]["window"] == (-12.0, 8.0, 45.0, 60.0)
