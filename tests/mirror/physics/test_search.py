"""The search on a toy: flights in closed form from the ground of a still sphere without air."""

from math import pi, sqrt

import numpy as np
import pytest

from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import STILL_SPHERE, central_angle_rad, destination
from equipoise.physics.flight.first_guess import PATH, SEARCHING
from equipoise.physics.flight.search import MISS_M, Searches

R, GM = STILL_SPHERE.equatorial_radius_m, STILL_SPHERE.gm_m3_s2
FASTEST_M_S = 6000.0
START, AIM = (0.5, 0.2), (0.7, 0.9)


def arcs(inputs):
    """Return the search's rows (14, m) for start, azimuth, path angle and speed (5, m): range angle by the conic."""
    lat, lon, azimuth, angle, speed = inputs
    rows = np.zeros((14, lat.size))
    for n in range(lat.size):
        q = speed[n] ** 2 * R / GM
        half = np.arctan2(q * np.sin(angle[n]) * np.cos(angle[n]), 1.0 - q * np.cos(angle[n]) ** 2)
        rows[2, n], rows[3, n] = destination(lat[n], lon[n], azimuth[n], 2.0 * half)
        rows[4, n] = 2.0 * half * R
    rows[0], rows[11] = float(FlightStatus.OK), angle
    return rows


def search(*, angle, aim=AIM, guess=(0.9, 4500.0)):
    column = [[v] for v in (*START, *aim, angle)]
    made = Searches(
        arcs, staged=False, kind=PATH, limit=FASTEST_M_S, earth=STILL_SPHERE, aims=np.array(column),
        status=np.array([SEARCHING], dtype=np.int64), x=np.array([[guess[0]], [angle], [guess[1]]]),
        third=np.array([angle]), reach=np.array([0.6]),
    )  # fmt: skip
    found = made.run()[:, 0]
    return FlightStatus(int(made.status[0])), found


@pytest.mark.second_method  # the conic solved for the speed
@pytest.mark.parametrize("angle", [0.3, 0.6, 0.9])
def test_the_search_finds_the_speed_of_the_conic(angle):
    status, found = search(angle=angle)
    assert status == FlightStatus.OK
    assert found[7] < MISS_M
    total = central_angle_rad(*START, *AIM)
    low = np.cos(angle) ** 2 - np.cos(angle) * np.cos(total + angle)
    assert found[2] == pytest.approx(sqrt(GM / R * (1.0 - np.cos(total)) / low), rel=1e-5)
    assert found[1] == angle


@pytest.mark.identity
def test_the_answer_does_not_hang_on_the_guess():
    a, b = (search(angle=0.6, guess=g)[1][:3] for g in ((0.9, 4500.0), (1.2, 5200.0)))
    assert np.allclose(a, b, rtol=1e-5)


@pytest.mark.identity
def test_an_aim_beyond_the_fastest_flight_is_out_of_range_and_the_range_is_told():
    status, found = search(angle=0.3, aim=(-0.4, 2.6))
    assert status == FlightStatus.OUT_OF_RANGE
    assert 0.0 < found[8] < central_angle_rad(*START, -0.4, 2.6) * R < pi * R
