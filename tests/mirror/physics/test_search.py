"""The search on a toy: flights in closed form from the ground of a still sphere without air."""

from math import pi, sqrt

import numpy as np
import pytest

from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import STILL_SPHERE, central_angle_rad, destination
from equipoise.physics.flight.first_guess import PATH, SEARCHING, Aims
from equipoise.physics.flight.flight import Flight
from equipoise.physics.flight.search import MISS_M, Searches

R, GM = STILL_SPHERE.equatorial_radius_m, STILL_SPHERE.gm_m3_s2
FASTEST_M_S = 6000.0
START, AIM = (0.5, 0.2), (0.7, 0.9)


def arcs(launches):
    """Return the flights of launches: range angle by the conic, and nothing else of use."""
    lat, lon, azimuth, angle, speed = launches
    found = Flight(np.zeros(lat.size, dtype=np.int64), *np.zeros((len(Flight._fields) - 1, lat.size)))
    for n in range(lat.size):
        q = speed[n] ** 2 * R / GM
        half = np.arctan2(q * np.sin(angle[n]) * np.cos(angle[n]), 1.0 - q * np.cos(angle[n]) ** 2)
        found.impact_lat_rad[n], found.impact_lon_rad[n] = destination(lat[n], lon[n], azimuth[n], 2.0 * half)
        found.range_m[n] = 2.0 * half * R
    return found._replace(burnout_path_angle_rad=angle)


def search(*, angle, aim=AIM, guess=(0.9, 4500.0)):
    aims = Aims(*(np.array([v]) for v in (*START, *aim, angle)))
    made = Searches(
        arcs, staged=False, kind=PATH, limit=FASTEST_M_S, earth=STILL_SPHERE, aims=aims,
        status=np.array([SEARCHING], dtype=np.int64), x=np.array([[guess[0]], [angle], [guess[1]]]),
        third=np.array([angle]), reach=np.array([0.6]),
    )  # fmt: skip
    found = made.run()
    return FlightStatus(int(found.status[0])), found


@pytest.mark.second_method  # the conic solved for the speed
@pytest.mark.parametrize("angle", [0.3, 0.6, 0.9])
def test_the_search_finds_the_speed_of_the_conic(angle):
    status, found = search(angle=angle)
    assert status == FlightStatus.OK
    assert found.miss_m[0] < MISS_M
    total = central_angle_rad(*START, *AIM)
    low = np.cos(angle) ** 2 - np.cos(angle) * np.cos(total + angle)
    assert found.speed_m_s[0] == pytest.approx(sqrt(GM / R * (1.0 - np.cos(total)) / low), rel=1e-5)
    assert found.path_angle_rad[0] == angle


@pytest.mark.identity
def test_the_answer_does_not_hang_on_the_guess():
    a, b = (search(angle=0.6, guess=g)[1][1:4] for g in ((0.9, 4500.0), (1.2, 5200.0)))
    assert np.allclose(a, b, rtol=1e-5)


@pytest.mark.identity
def test_an_aim_beyond_the_fastest_flight_is_out_of_range_and_the_range_is_told():
    status, found = search(angle=0.3, aim=(-0.4, 2.6))
    assert status == FlightStatus.OUT_OF_RANGE
    assert 0.0 < found.reached_range_m[0] < central_angle_rad(*START, -0.4, 2.6) * R < pi * R
