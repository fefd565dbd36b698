"""Closed-form Kepler motion: identities, and a second method (scipy's DOP853) for one long arc."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from equipoise.physics.environment.earth import STILL_SPHERE
from equipoise.physics.environment.kepler import kepler_propagate
from equipoise.physics.flight.free_flight import descend

GM = 3.986004418e14
START = ((6.6e6, 1.0e5, -3.0e5), (1200.0, 5600.0, 2900.0))


@pytest.mark.identity
def test_circular_orbit_closes_after_one_period():
    speed = math.sqrt(GM / 7e6)
    position, velocity = kepler_propagate((7e6, 0.0, 0.0), (0.0, speed, 0.0), 2.0 * math.pi * 7e6 / speed, GM)
    assert np.linalg.norm(np.subtract(position, (7e6, 0.0, 0.0))) < 1e-4
    assert abs(velocity[1] - speed) < 1e-7


@pytest.mark.identity
@pytest.mark.parametrize("time_s", [1.0, 600.0, 1800.0, 2400.0])
def test_motion_is_reversible_and_keeps_energy_and_angular_momentum(time_s):
    position, velocity = kepler_propagate(*START, time_s, GM)
    back, _ = kepler_propagate(position, velocity, -time_s, GM)
    assert np.linalg.norm(np.subtract(back, START[0])) < 1e-4
    for r, v in ((position, velocity),):
        energy = 0.5 * np.dot(v, v) - GM / np.linalg.norm(r)
        start = 0.5 * np.dot(START[1], START[1]) - GM / np.linalg.norm(START[0])
        assert abs(energy / start - 1.0) < 1e-12
        assert np.allclose(np.cross(r, v), np.cross(*START), rtol=0.0, atol=0.1)


@pytest.mark.second_method
@pytest.mark.parametrize("scale", [0.9, 1.0, 1.8])  # ballistic, nearly orbital, escaping
def test_thirty_minutes_agree_with_a_tight_integration_to_a_millimetre(scale):
    velocity = tuple(scale * v for v in START[1])

    def rate(_t, y):
        return np.concatenate([y[3:], -GM * y[:3] / np.linalg.norm(y[:3]) ** 3])

    exact = solve_ivp(rate, (0.0, 1800.0), [*START[0], *velocity], method="DOP853", rtol=3e-14, atol=1e-7)
    position, _ = kepler_propagate(START[0], velocity, 1800.0, GM)
    assert np.linalg.norm(np.subtract(position, exact.y[:3, -1])) < 1e-3


@pytest.mark.second_method  # Kepler's equation by a bracketing root finder; the example once ran away near the focus
@settings(max_examples=200)
@given(st.floats(200.0, 7500.0), st.floats(0.0, 89.9), st.floats(-6000.0, 6000.0))
@example(1500.0, 65.5, 1015.8125)
def test_narrow_ellipses_follow_the_eccentric_anomaly(speed, elevation_deg, time_s):
    radius, up = 6.371e6, speed * math.sin(math.radians(elevation_deg))
    position, _ = kepler_propagate(
        (radius, 0.0, 0.0), (up, speed * math.cos(math.radians(elevation_deg)), 0.0), time_s, GM
    )
    axis = 1.0 / (2.0 / radius - speed**2 / GM)
    e_cos, e_sin = 1.0 - radius / axis, radius * up / math.sqrt(GM * axis)
    eccentricity, start = math.hypot(e_cos, e_sin), math.atan2(e_sin, e_cos)
    mean = start - e_sin + math.sqrt(GM / axis**3) * time_s
    anomaly = brentq(lambda a: a - eccentricity * math.sin(a) - mean, mean - 1.1, mean + 1.1, xtol=1e-14)
    assert math.hypot(*position) == pytest.approx(axis * (1.0 - eccentricity * math.cos(anomaly)), abs=1.0)


@pytest.mark.second_method
def test_the_descent_without_air_ends_where_the_closed_form_does():
    start = np.array([6.371e6 + 2e5, 0.0, 0.0, 2500.0, 5000.0, 2000.0])
    end = descend(start, math.inf, STILL_SPHERE, 0.01, np.empty((0, 7)))
    position, _ = kepler_propagate(tuple(start[:3]), tuple(start[3:]), end.time_s, GM)
    assert np.linalg.norm(np.subtract(position, (end.x_m, end.y_m, end.z_m))) < 1.0
    assert abs(np.linalg.norm(position) - STILL_SPHERE.equatorial_radius_m) < 1.0
