"""Quick tests of place inside kernels against the plain ones."""

import numpy as np
import pytest

from equipoise.physics.environment.earth import WGS84, ecef_to_geodetic, geodetic_to_ecef, latitude_longitude
from equipoise.physics.sensing.visibility import Regions, _bounds, _in_polygon, _in_region


@pytest.mark.second_method
def test_latitude_and_longitude_without_angles():
    rng = np.random.default_rng(3)
    for lat, lon, height in rng.uniform([-1.57, -3.1, -1e3], [1.57, 3.1, 4e6], (300, 3)):
        point = geodetic_to_ecef(lat, lon, height, WGS84)
        np.testing.assert_allclose(latitude_longitude(*point, WGS84), ecef_to_geodetic(*point, WGS84)[:2], atol=1e-14)  # fmt: skip


@pytest.mark.second_method
@pytest.mark.parametrize("centre_deg", [(50.0, 20.0), (65.0, 178.0), (-10.0, -175.0), (84.0, 40.0)])
def test_bounds_never_change_what_lies_in_a_polygon(centre_deg):
    rng = np.random.default_rng(5)
    around = [(-4, -9), (3, -6), (4, 8), (-1, 2), (-5, 7)]
    corners = np.radians(np.add(centre_deg, around))
    regions = Regions(corners[None], np.array([5]), np.zeros((1, 5)))
    bounds = _bounds(regions, 0)
    found = []
    for lat, lon, height in np.column_stack(
        [*(np.radians(rng.normal(c, 6.0, 600)) for c in centre_deg), rng.uniform(0.0, 1.5e6, 600)]
    ):
        point = np.array(geodetic_to_ecef(lat, lon, height, WGS84))
        inside = _in_polygon(corners, 5, bounds.middle_rad, *latitude_longitude(*point, WGS84))
        assert _in_region(regions, 0, bounds, point, WGS84) == inside
        found.append(inside)
    assert 50 < sum(found) < 500
