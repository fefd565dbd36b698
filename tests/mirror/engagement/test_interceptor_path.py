"""The interceptor's path ends where it meets the missile, begins at its site, and burns out at the speed of its law."""

from math import radians

import numpy as np
import pytest

from equipoise.engagement.interceptor_path import interceptor_path
from equipoise.engagement.records import Interceptor
from equipoise.physics.environment.earth import WGS84, geodetic_to_ecef

FAST = Interceptor(burnout_speed_m_s=4500.0, burn_time_s=60.0, life_s=500.0, floor_m=100e3)
SITE = np.array(geodetic_to_ecef(radians(44.1), radians(24.4), 0.0, WGS84))


@pytest.mark.identity
@pytest.mark.parametrize(
    ("lat", "lon", "height"), [(42.0, 32.0, 600e3), (50.0, 20.0, 250e3), (38.0, 30.0, 900e3)]
)
def test_a_path_begins_at_the_site_and_ends_at_the_meeting(lat, lon, height):
    target = np.array(geodetic_to_ecef(radians(lat), radians(lon), height, WGS84))
    flown, _ = interceptor_path(FAST, WGS84, SITE, target, np.empty(0))
    ages = np.array([0.0, flown - 60.001, flown - 59.999, flown - 0.001, flown + 1.0])
    again, places = interceptor_path(FAST, WGS84, SITE, target, ages)
    assert again == flown
    assert np.linalg.norm(places[0] - target) < 1e-6
    assert np.linalg.norm(places[1] - places[2]) < 50.0  # coast and boost join
    assert np.linalg.norm(places[3] - SITE) < 1.0
    assert np.isnan(places[4]).all()


@pytest.mark.identity
def test_the_boost_ends_at_the_burnout_speed_of_the_law():
    target = np.array(geodetic_to_ecef(radians(42.0), radians(32.0), 600e3, WGS84))
    flown, _ = interceptor_path(FAST, WGS84, SITE, target, np.empty(0))
    _, places = interceptor_path(FAST, WGS84, SITE, target, np.array([flown - 60.0 - 1e-3]))
    # half the burnout speed times the burn time, from rest relative to the launch point that the Earth carries along
    way = np.linalg.norm(places[0] - SITE)
    assert way == pytest.approx(0.5 * 4500.0 * 60.0, rel=5e-3)


def test_a_place_out_of_reach_has_no_path():
    target = np.array(geodetic_to_ecef(radians(-40.0), radians(-150.0), 200e3, WGS84))
    flown, places = interceptor_path(FAST, WGS84, SITE, target, np.array([0.0, 10.0]))
    assert np.isinf(flown)
    assert np.isnan(places).all()
