"""Flights against the Kepler arcs of their burnout states: without air on a point mass they are the same."""

from math import inf

import numpy as np
import pytest
from generic_vehicles import kinematic_missile

from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import STILL_SPHERE, WGS84
from equipoise.physics.flight.osculating import burnout_states, departures
from equipoise.physics.flight.trajectory import Flights

GM = STILL_SPHERE.gm_m3_s2


def states(earth):
    status = np.array([FlightStatus.OK, FlightStatus.OUT_OF_RANGE], dtype=np.int64)
    missile = kinematic_missile()
    columns = [np.full(2, v) for v in (0.7, 0.6)]
    aims = [np.full(2, v) for v in (1.1, 0.7, missile.burnout_speed_m_s, missile.burn_time_s)]
    out = np.zeros((2, 6))
    burnout_states(missile, Flights(*columns, status, *aims), earth, out)
    return out, missile


@pytest.mark.identity
def test_a_flight_has_its_cut_off_speed_over_the_ground_and_no_flight_has_no_state():
    out, missile = states(WGS84)
    turning = WGS84.omega_rad_s * np.array([-out[0, 1], out[0, 0], 0.0])
    assert np.linalg.norm(out[0, 3:] - turning) == pytest.approx(missile.burnout_speed_m_s, rel=1e-9)
    assert np.isnan(out[1]).all()


@pytest.mark.second_method  # universal variables against the integrator
def test_without_air_and_bulge_a_flight_stays_on_its_arc_to_two_metres():
    out, _ = states(STILL_SPHERE)
    times, apart = np.zeros((2, 40)), np.zeros((2, 40))
    departures(out, out, np.full(2, 500.0), inf, STILL_SPHERE, GM, times, apart)
    flown = np.isfinite(times[0])
    assert flown.sum() > 5
    assert np.all(np.diff(times[0, flown]) > 0.0)
    assert apart[0, flown].max() < 2.0
    assert np.isnan(times[1]).all()


@pytest.mark.second_method  # half the bulge's acceleration times time squared, near the burnout
def test_with_the_bulge_it_leaves_its_arc_as_the_square_of_the_time():
    out, _ = states(WGS84)
    times, apart = np.zeros((2, 40)), np.zeros((2, 40))
    departures(out, out, np.full(2, 200.0), inf, WGS84, WGS84.gm_m3_s2, times, apart)
    late = np.flatnonzero(np.isfinite(times[0]))[-1]
    assert 0.5 * 0.005 < apart[0, late] / (0.5 * times[0, late] ** 2) < 0.05
