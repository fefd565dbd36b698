"""Fly-out and engagement: closed forms, signs and nesting."""

from math import inf, radians, sqrt

import numpy as np
import pytest

from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.foundation.status import Reason
from equipoise.physics import engagement, targeting
from equipoise.physics.earth import WGS84, geodetic_to_ecef
from equipoise.physics.flyout import flyout_table, flyout_time, inertial_range_m

RULES = engagement.Rules(30.0, 15.0, 10.0, 30.0, 100e3, inf)


@pytest.mark.textbook
@pytest.mark.parametrize("altitude_m", [100e3, 200e3, 400e3])
def test_straight_up_equals_the_energy_integral(altitude_m):
    speed, burn = 3000.0, 60.0
    table = flyout_table(burnout_speed_m_s=speed, burn_time_s=burn, life_s=600.0)
    start = MEAN_RADIUS_M + 0.5 * speed * burn
    r = np.linspace(start, MEAN_RADIUS_M + altitude_m, 20001)
    slowness = 1.0 / np.sqrt(speed**2 - 2 * GM_EARTH_M3_S2 * (1 / start - 1 / r))
    expected = burn + np.trapezoid(slowness, r)
    assert flyout_time(table, 0.0, altitude_m) == pytest.approx(expected, abs=0.5)


@pytest.mark.identity
def test_faster_is_never_later():
    slow = flyout_table(burnout_speed_m_s=3000.0, burn_time_s=60.0, life_s=500.0)
    fast = flyout_table(burnout_speed_m_s=4500.0, burn_time_s=60.0, life_s=500.0)
    for x in np.arange(0, 900e3, 50e3):
        for h in np.arange(150e3, 400e3, 50e3):
            assert flyout_time(fast, x, h) <= flyout_time(slow, x, h) + 1.0


@pytest.mark.identity
def test_beyond_reach_is_infinite():
    table = flyout_table(burnout_speed_m_s=1600.0, burn_time_s=10.0, life_s=300.0)
    assert flyout_time(table, 2e6, 100e3) == inf
    assert flyout_time(table, 0.0, 900e3) == inf


@pytest.mark.second_method
def test_drift_of_the_launch_point_is_taken_off_with_the_right_sign():
    site = np.array(geodetic_to_ecef(0.0, 0.0, 0.0, WGS84))
    east = np.array(geodetic_to_ecef(0.0, radians(5.0), 0.0, WGS84))
    still = inertial_range_m(site, east, 0.0, WGS84.omega_rad_s)
    # with rotation the frame turns and the interceptor is carried: to first order nothing changes
    moved = inertial_range_m(site, east, 300.0, WGS84.omega_rad_s)
    assert still == pytest.approx(radians(5.0) * MEAN_RADIUS_M, rel=1e-9)
    assert abs(moved - still) < 0.5 * 300**2 * 465 * 7.3e-5 * 5
    wrong = inertial_range_m(site, east, 300.0, -WGS84.omega_rad_s)
    assert abs(wrong - moved) < 10e3


def paths(azimuth_target):
    missile = targeting.kinematic_for_range(
        max_range_m=2.2e6,
        burn_time_s=110.0,
        burnout_altitude_m=60e3,
        burnout_downrange_m=60e3,
        ballistic_coefficient_kg_m2=2000.0,
    )
    lat, lon = azimuth_target
    sol = targeting.solve_batch(
        missile,
        start_lat_rad=radians(38.0),
        start_lon_rad=radians(46.5),
        aim_lat_rad=np.radians(np.atleast_1d(lat)),
        aim_lon_rad=np.radians(np.atleast_1d(lon)),
        family=targeting.Family.MINIMUM_ENERGY,
        earth=WGS84,
    )
    n = np.atleast_1d(lat).size
    out, counts = np.empty((n, 600, 3)), np.empty(n, dtype=np.int64)
    start = np.full(n, radians(38.0)), np.full(n, radians(46.5))
    engagement.sample_paths(
        missile,
        *start,
        sol.status,
        sol.azimuth_rad,
        sol.path_angle_rad,
        sol.speed_m_s,
        sol.burn_time_s,
        WGS84,
        out,
        counts,
    )
    return sol, out, counts


def outcome(sol, out, counts, *, speed, track, site=(44.08, 24.41), floor=100e3, ceiling=inf):
    table = flyout_table(burnout_speed_m_s=speed, burn_time_s=65.0, life_s=500.0)
    place = np.array(geodetic_to_ecef(radians(site[0]), radians(site[1]), 0.0, WGS84))
    rules = RULES._replace(floor_m=floor, ceiling_m=ceiling)
    burn = float(sol.burn_time_s[0])
    return engagement.engage(out[0], counts[0], burn, burn, burn + track, place, table, rules, WGS84)


def test_slack_grows_with_speed_and_shrinks_with_delay():
    sol, out, counts = paths((45.8, 24.0))
    slow, fast = (outcome(sol, out, counts, speed=v, track=30.0) for v in (3000.0, 4500.0))
    late = outcome(sol, out, counts, speed=3000.0, track=90.0)
    assert slow.reason == Reason.ENGAGED
    assert fast.slack_s > slow.slack_s > late.slack_s
    assert slow.slack_s - late.slack_s == pytest.approx(60.0, abs=6.0)
    assert fast.shots >= slow.shots >= 1


def test_each_reason_occurs():
    sol, out, counts = paths((45.8, 24.0))
    assert outcome(sol, out, counts, speed=3000.0, track=inf).reason == Reason.NO_TRACK
    assert outcome(sol, out, counts, speed=3000.0, track=620.0).reason == Reason.NO_TIME
    assert (
        outcome(sol, out, counts, speed=3000.0, track=30.0, site=(64.0, -20.0)).reason == Reason.OUT_OF_REACH
    )
    assert outcome(sol, out, counts, speed=3000.0, track=30.0, floor=900e3).reason == Reason.BELOW_FLOOR
    assert (
        outcome(sol, out, counts, speed=3000.0, track=30.0, floor=0.0, ceiling=1.0).reason
        == Reason.ABOVE_CEILING
    )
    far_sol, far_out, far_counts = paths((60.0, -20.0))
    assert outcome(far_sol, far_out, far_counts, speed=3000.0, track=30.0).reason == Reason.OUT_OF_RANGE


def test_a_radar_sees_its_sector_only():
    def radar(az_from, width, reach):
        return engagement.Radar(
            radians(38.35), radians(37.8), 0.0, radians(az_from), radians(width), 0.0, 1.6, reach
        )

    point = geodetic_to_ecef(radians(38.35), radians(46.0), 200e3, WGS84)  # due east, some 700 km
    assert engagement.sees(radar(40.0, 120.0, 1e6), *point, WGS84)
    assert not engagement.sees(radar(180.0, 90.0, 1e6), *point, WGS84)
    assert engagement.sees(radar(300.0, 180.0, 1e6), *point, WGS84)  # a sector across north
    assert not engagement.sees(radar(40.0, 120.0, 5e5), *point, WGS84)
    below = geodetic_to_ecef(radians(38.35), radians(46.0), 20e3, WGS84)
    assert not engagement.sees(radar(40.0, 120.0, 1e6), *below, WGS84)  # under the horizon
    assert sqrt(sum(c * c for c in point)) > MEAN_RADIUS_M
