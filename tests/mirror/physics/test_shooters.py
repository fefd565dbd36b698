"""Bounds on what lies in a battery's reach: the missile's top speed between two samples."""

import numpy as np
import pytest

from equipoise.engagement.kernel_inputs import solve
from equipoise.physics.engagement.shooters import place_of, top_pull_m_s2, top_speed_m_s
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.trajectory import positions
from equipoise.scenario.load import load_scenario

EPAA = load_scenario("epaa")


@pytest.mark.identity
@pytest.mark.parametrize("missile", ["irbm-notional", "sajjil-2"])
@pytest.mark.parametrize("family", ["minimum_energy", "lofted", "depressed"])
def test_no_missile_is_faster_between_two_samples_than_its_top_speed_there(missile, family):
    paths = solve(
        EPAA.find("missile", missile), np.radians([35.0, 48.0]), np.radians([[46.0, 36.0]]), family, WGS84
    )
    path = paths.sampled()
    for first in range(path.burnout, path.filled - 1):
        for last in (first + 1, min(first + 12, path.filled - 1)):
            times = np.linspace(path.time_s[first], path.time_s[last], 60)
            speed = np.linalg.norm(np.diff(positions(path, times), axis=0), axis=1) / np.diff(times)
            assert speed.max() <= top_speed_m_s(path, first, last)
            # and it is no looser than it says
            sampled = np.linalg.norm(path.velocity_ecef_m_s[first : last + 1], axis=1).max()
            assert top_speed_m_s(path, first, last) == pytest.approx(sampled + 30.0, abs=1e-6)


@pytest.mark.identity
def test_above_the_air_a_missile_is_pulled_by_gravity_and_what_the_turning_earth_adds():
    missile = EPAA.find("missile", "irbm-notional")
    path = solve(
        missile, np.radians([35.0, 48.0]), np.radians([[46.0, 36.0]]), "minimum_energy", WGS84
    ).sampled()
    above = np.flatnonzero(path.height_m[: path.filled] > 120e3)
    assert 5.0 < top_pull_m_s2(path, above[0], above[-1]) < 10.5
    # the air pulls harder than gravity
    assert top_pull_m_s2(path, path.burnout, path.filled - 1) > 50.0


@pytest.mark.identity
def test_a_row_is_taken_as_three_numbers():
    assert place_of(np.arange(12.0).reshape(4, 3), 2) == (6.0, 7.0, 8.0)
