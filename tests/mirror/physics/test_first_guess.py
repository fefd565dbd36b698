"""Closed forms of the first guess: textbook arcs, and Kepler's motion as a second method."""

from math import asin, cos, isnan, pi, sin, sqrt

import numpy as np
import pytest

from equipoise.physics.environment.kepler import kepler_propagate
from equipoise.physics.flight.first_guess import minimum_energy_path_angle_rad, speed_for_arc

R, GM = 6.371e6, 3.986004418e14


@pytest.mark.textbook  # Bate, Mueller and White, Fundamentals of Astrodynamics, eq. (6.2-16): (pi - range) / 4
@pytest.mark.parametrize("angle", [0.1, 0.8, 2.0, 3.0])
def test_between_equal_radii_the_arc_of_least_energy_leaves_at_a_quarter_of_what_lacks_to_pi(angle):
    assert minimum_energy_path_angle_rad(R, R, angle) == pytest.approx((pi - angle) / 4.0, abs=1e-12)


@pytest.mark.textbook  # the same, eq. (6.2-14): v^2 r / GM = 2 sin(range / 2) / (1 + sin(range / 2))
@pytest.mark.parametrize("angle", [0.1, 0.8, 2.0, 3.0])
def test_the_speed_of_the_arc_of_least_energy(angle):
    speed = speed_for_arc(R, R, angle, (pi - angle) / 4.0, GM)
    half = sin(0.5 * angle)
    assert speed**2 * R / GM == pytest.approx(2.0 * half / (1.0 + half), rel=1e-12)


@pytest.mark.second_method  # a scan over path angles
@pytest.mark.parametrize(("start", "end", "angle"), [(R + 2e5, R, 0.5), (R, R + 3e5, 1.2), (R + 1e5, R, 2.5)])
def test_no_other_path_angle_needs_less_speed(start, end, angle):
    best = minimum_energy_path_angle_rad(start, end, angle)
    least = speed_for_arc(start, end, angle, best, GM)
    tried = [speed_for_arc(start, end, angle, g, GM) for g in np.linspace(0.01, 1.5, 400)]
    assert least <= np.nanmin(tried)
    assert least == pytest.approx(np.nanmin(tried), rel=1e-4)


@pytest.mark.second_method  # Kepler's motion by universal variables, followed down to the radius of the end
def test_a_body_at_that_speed_comes_to_the_end_after_the_angle():
    start, end, angle, gamma = R + 2e5, R + 1e5, 1.0, 0.6
    v = speed_for_arc(start, end, angle, gamma, GM)
    low, high = 900.0, 9000.0
    for _ in range(60):
        t = 0.5 * (low + high)
        p, _ = kepler_propagate((start, 0.0, 0.0), (v * sin(gamma), v * cos(gamma), 0.0), t, GM)
        low, high = (t, high) if np.hypot(p[0], p[1]) > end else (low, t)
    assert np.arctan2(p[1], p[0]) == pytest.approx(angle, abs=1e-9)


@pytest.mark.identity
def test_no_speed_joins_two_radii_along_a_line_that_passes_below_the_end():
    assert isnan(speed_for_arc(R, R + 3e6, 0.3, 0.0, GM))


@pytest.mark.identity  # straight up: the chord is vertical
def test_over_no_angle_the_arc_of_least_energy_is_vertical():
    assert minimum_energy_path_angle_rad(R, R + 1e6, 0.0) == pytest.approx(pi / 2)
    assert minimum_energy_path_angle_rad(R, R, 0.0) == pytest.approx(pi / 2)
    assert sqrt(2.0) * sin(minimum_energy_path_angle_rad(R, R, 1e-9)) == pytest.approx(1.0)
    assert asin(sin(minimum_energy_path_angle_rad(R, R, pi))) == pytest.approx(0.0, abs=1e-7)
