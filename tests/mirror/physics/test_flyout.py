"""The fly-out law against a flight integrated step by step, its branches, and the geometry of a kill."""

from dataclasses import replace
from math import cos, inf, pi, radians, sin

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from equipoise.catalogue import load_catalogue
from equipoise.engagement.kernel_inputs import solve
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.physics.environment.earth import SPHERE, STILL_SPHERE, WGS84, EarthModel, geodetic_to_ecef
from equipoise.physics.interceptor.flyout import DIRECT, LOFTED, NONE, UNKNOWN, Law, arrival
from equipoise.physics.interceptor.reach import arrival_times, greatest_range_rad
from equipoise.scenario.load import load_scenario

SLOW = Law(3000.0, 65.0, 500.0)
MISSILE = load_scenario("epaa").find("missile", "sajjil-2")
AIMS = np.radians([(lat, lon) for lat in np.arange(38.0, 52.0, 0.5) for lon in np.arange(14.0, 34.0, 1.0)])
PATHS = solve(MISSILE, np.radians([38.0, 46.5]), AIMS, "minimum_energy", WGS84)
EYE = Sensor("eye", places=((radians(38.3), radians(37.8)),), range_m=9e5, boost_range_m=9e5)
TIMING = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)
SITE = (radians(44.08), radians(24.41))
EDGE_M = 300.0
"""Beside the edge of the reach times change without limit; there the miss of the place is judged instead of the time."""


def command(**interceptor) -> Command:
    kind = replace(Interceptor(3000.0, 65.0, 500.0, 100e3), **interceptor)
    return Command("one", (Battery("site", (SITE,), kind, 24.0),), (Use(EYE),), TIMING)


def flown(law: Law, earth: EarthModel, site, azimuth: float, elevation: float, time_s: float) -> np.ndarray:
    """Return where an interceptor is after ``time_s`` in axes that turn with the Earth: boost and coast integrated there.

    Gravity is the point mass's and J2's, written down anew; the forces of the turning axes act from the launch on. During
    the burn the thrust is what makes the acceleration constant in inertial axes.
    """
    turn = np.array([0.0, 0.0, earth.omega_rad_s])
    up = site / np.linalg.norm(site)
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    level = sin(azimuth) * east + cos(azimuth) * np.cross(up, east)
    along = cos(elevation) * level + sin(elevation) * up
    push = law.speed_m_s / law.burn_time_s

    def gravity(r):
        size = np.linalg.norm(r)
        k, z2 = 1.5 * earth.j2 * (earth.equatorial_radius_m / size) ** 2, 5.0 * (r[2] / size) ** 2
        return -earth.gm_m3_s2 / size**3 * r * (1.0 + k * (np.array([1.0, 1.0, 3.0]) - z2))

    def slope(t, y):
        r, v = y[:3], y[3:]
        if t < law.burn_time_s:
            a = earth.omega_rad_s * t
            real = push * np.array(
                [along[0] * cos(a) + along[1] * sin(a), along[1] * cos(a) - along[0] * sin(a), along[2]]
            )
        else:
            real = gravity(r)
        return np.concatenate([v, real - 2.0 * np.cross(turn, v) - np.cross(turn, np.cross(turn, r))])

    y = np.concatenate([site, np.zeros(3)])
    for start, end in ((0.0, law.burn_time_s - 1e-9), (law.burn_time_s, time_s)):
        y = solve_ivp(slope, (start, end), y, method="DOP853", rtol=1e-9, atol=1e-3).y[:, -1]
    return y[:3]


def interceptors():
    for name, record in load_catalogue().interceptors.items():
        fields = (record.burnout_speed_km_s, record.burn_time_s, record.kill_vehicle_life_s)
        if all(fields):
            yield name, fields


@pytest.mark.second_method
@pytest.mark.parametrize(("name", "fields"), tuple(interceptors()))
def test_the_law_agrees_with_an_integration_in_the_turning_axes(name, fields):
    rng = np.random.default_rng(len(name))
    judged = 0
    for earth in (WGS84, SPHERE, STILL_SPHERE):
        for latitude, azimuth in zip(
            np.radians([-70.0, -35.0, 0.0, 30.0, 55.0, 70.0]), rng.uniform(0, 2 * pi, 6), strict=True
        ):
            law = Law(*(float(f.si) for f in fields))
            site = np.array(geodetic_to_ecef(latitude, rng.uniform(-pi, pi), 0.0, earth))
            time_s = law.burn_time_s + rng.uniform(0.02, 0.98) * law.life_s
            place = flown(law, earth, site, azimuth, np.arcsin(rng.uniform(0.05, 1.0)), time_s)
            if not 0.0 < np.linalg.norm(place) - earth.equatorial_radius_m < 2e6:
                continue
            found = arrival(law, earth, site, place, UNKNOWN, 1e-4)
            assert found.branch != NONE
            late = found.time_s - time_s
            if late > 0.5:  # only so near the edge of the reach that the place shifts by little
                nearer = arrival(
                    law, earth, site, place * (1.0 - EDGE_M / np.linalg.norm(place)), UNKNOWN, 1e-4
                )
                assert nearer.time_s < time_s + 0.5
            if found.branch == DIRECT and abs(late) < 20.0:
                judged += 1
                assert late > -0.5
    assert judged >= 3


@pytest.mark.outside
def test_a_far_intercept_takes_what_another_integration_found():
    """SM-3 IIA from Redzikowo to 300 km over 54.6 N 50 E: 624.6 s, by an inertial integration that hit within 1 m."""
    site = geodetic_to_ecef(radians(54.4786), radians(17.1), 0.0, WGS84)
    target = geodetic_to_ecef(radians(54.6), radians(50.0), 300e3, WGS84)
    law = Law(4500.0, 90.0, 600.0)
    assert arrival(law, WGS84, site, target).time_s == pytest.approx(624.6, abs=0.3)
    still = WGS84._replace(omega_rad_s=0.0)
    assert arrival(law, still, site, target).time_s - arrival(law, WGS84, site, target).time_s > 5.0


@pytest.mark.textbook
@pytest.mark.parametrize("altitude_m", [120e3, 250e3, 400e3])
def test_the_law_straight_up_is_the_energy_integral(altitude_m):
    start = MEAN_RADIUS_M + 0.5 * SLOW.speed_m_s * SLOW.burn_time_s
    r = np.linspace(start, MEAN_RADIUS_M + altitude_m, 20001)
    speed = np.sqrt(SLOW.speed_m_s**2 - 2 * GM_EARTH_M3_S2 * (1 / start - 1 / r))
    site, target = (MEAN_RADIUS_M, 0.0, 0.0), (MEAN_RADIUS_M + altitude_m, 0.0, 0.0)
    met = arrival(SLOW, STILL_SPHERE, site, target, UNKNOWN, 1e-4)
    assert met.time_s == pytest.approx(SLOW.burn_time_s + np.trapezoid(1 / speed, r), abs=5e-3)
    assert met.velocity_eci_m_s[0] == pytest.approx(speed[-1], abs=0.5)
    assert np.hypot(*met.velocity_eci_m_s[1:]) < 0.5


@pytest.mark.identity
def test_faster_is_never_later_and_the_start_of_the_search_does_not_matter():
    rng, fast = np.random.default_rng(3), SLOW._replace(speed_m_s=3300.0)
    site = geodetic_to_ecef(0.8, 0.4, 0.0, WGS84)
    seen = differ = 0
    for _ in range(300):
        target = geodetic_to_ecef(
            0.8 + rng.uniform(-0.15, 0.15), 0.4 + rng.uniform(-0.2, 0.2), rng.uniform(8e4, 6e5), WGS84
        )
        one = arrival(SLOW, WGS84, site, target)
        again = arrival(SLOW, WGS84, site, target, UNKNOWN._replace(time_s=rng.uniform(70.0, 500.0)))
        differ += (one.branch == NONE) != (again.branch == NONE)
        if one.branch == again.branch == DIRECT:
            seen += 1
            settled = arrival(SLOW, WGS84, site, target, UNKNOWN, 1e-6)
            assert one.time_s == pytest.approx(settled.time_s, abs=0.1)
            assert again.time_s == pytest.approx(settled.time_s, abs=0.1)
            assert arrival(fast, WGS84, site, target).time_s <= one.time_s
    assert seen > 50
    assert differ <= 1  # places within some metres of the edge of the reach


@pytest.mark.identity
def test_too_near_for_a_direct_arc_only_the_lofted_one_comes_back_down():
    site = (MEAN_RADIUS_M, 0.0, 0.0)
    low = (MEAN_RADIUS_M + 60e3, 5e3, 0.0)  # well inside the 97 km of the boost
    quick, patient = (
        arrival(SLOW, STILL_SPHERE, site, low),
        arrival(SLOW._replace(life_s=1500.0), STILL_SPHERE, site, low),
    )
    assert (quick.branch, quick.time_s) == (NONE, inf)
    assert patient.branch == LOFTED
    assert patient.time_s > 500.0
    assert patient.velocity_eci_m_s[0] < -2000.0


@pytest.mark.identity
def test_nothing_lies_beyond_the_greatest_range():
    rng = np.random.default_rng(5)
    for law in (SLOW, Law(7500.0, 205.0, 1500.0), Law(1600.0, 10.0, 10.6)):
        edge = greatest_range_rad(law, WGS84)
        for _ in range(200):
            lat, azimuth, away = rng.uniform(-1.2, 1.2), rng.uniform(0, 2 * pi), edge + rng.uniform(0.0, 0.2)
            if away > 3.0:
                continue
            site = np.array(geodetic_to_ecef(lat, 0.0, 0.0, WGS84))
            up = site / np.linalg.norm(site)
            east = np.array([0.0, 1.0, 0.0])
            level = sin(azimuth) * east + cos(azimuth) * np.cross(up, east)
            target = (MEAN_RADIUS_M + rng.uniform(1e4, 2e6)) * (cos(away) * up + sin(away) * level)
            assert arrival(law, WGS84, site, target).branch == NONE


@pytest.mark.identity
def test_the_table_for_people_is_the_law_and_reaches_no_further():
    times, step = arrival_times(SLOW)
    assert np.isfinite(times).any()
    assert not np.isfinite(times[-1]).any()
    i, j = 10, 15
    angle = i * step / MEAN_RADIUS_M
    r = MEAN_RADIUS_M + j * step
    direct = arrival(SLOW, STILL_SPHERE, (MEAN_RADIUS_M, 0.0, 0.0), (r * cos(angle), r * sin(angle), 0.0))
    assert times[i, j] == pytest.approx(direct.time_s, abs=0.05)


@pytest.mark.identity
def test_a_place_at_the_site_itself_leaves_nothing_for_the_next_search():
    """It lies in no direction; what came of it made every place above it unreachable."""
    site, above = (MEAN_RADIUS_M, 0.0, 0.0), (MEAN_RADIUS_M + 150e3, 0.0, 0.0)
    here = arrival(SLOW, STILL_SPHERE, site, site)
    assert (here.branch, here.short_m, here.guess) == (NONE, 0.0, UNKNOWN)
    cold = arrival(SLOW, STILL_SPHERE, site, above)
    assert arrival(SLOW, STILL_SPHERE, site, above, here.guess) == cold
    times, step = arrival_times(SLOW)
    above_burnout = int(0.5 * SLOW.speed_m_s * SLOW.burn_time_s / step) + 1
    assert np.isfinite(times[0, above_burnout : above_burnout + 5]).all()


def test_a_scenario_states_the_limits(tmp_path):
    from equipoise.engagement.order_of_battle import interceptor

    said = [
        "interceptor.sm3-iia.min_closing_speed_km_s=2.5",
        "interceptor.sm3-iia.max_crossing_angle_deg=120",
    ]
    kind = interceptor(load_scenario("epaa", said), "sm3-iia")
    assert kind.least_closing_m_s == 2500.0
    assert kind.most_crossing_rad == pytest.approx(radians(120.0))
    free = interceptor(load_scenario("epaa"), "sm3-iia")
    assert (free.least_closing_m_s, free.most_crossing_rad) == (0.0, pi)


@pytest.mark.identity
@pytest.mark.parametrize(
    "law", [SLOW, Law(4500.0, 90.0, 600.0), Law(3000.0, 52.0, 1500.0), Law(2000.0, 9.6, 15.8)]
)
def test_no_place_in_reach_lies_nearer_than_what_is_said_to_lack(law):
    """It was up to 1.8 times as far, and stretches in reach between two nodes were passed over for it."""
    rng = np.random.default_rng(3)
    site = np.array([MEAN_RADIUS_M, 0.0, 0.0])

    def at(angle, height):
        return (MEAN_RADIUS_M + height) * np.array([cos(angle), sin(angle), 0.0])

    far, high = 1.5 * greatest_range_rad(law, SPHERE), 0.5 * law.speed_m_s**2 / 9.0
    grid = [at(a, h) for a in np.linspace(0.0, far, 30) for h in np.linspace(1e3, 1.5 * high, 25)]
    near = np.array([p for p in grid if arrival(law, SPHERE, site, p).branch != NONE])
    assert len(near) > 20
    claimed = 0
    for angle, height in zip(rng.uniform(0.0, far, 120), rng.uniform(0.0, 3.0 * high, 120), strict=True):
        target = at(angle, height)
        found = arrival(law, SPHERE, site, target)
        nearest = np.min(np.linalg.norm(near - target, axis=1))
        start = arrival(law, SPHERE, site, at(angle + rng.uniform(-0.01, 0.01), height))  # as between nodes
        for one in (found, arrival(law, SPHERE, site, target, start.guess)):
            if one.branch == NONE and one.short_m > 0.0:
                claimed += 1
                assert one.short_m <= nearest
    assert claimed > 60


@pytest.mark.identity
@pytest.mark.parametrize(
    "law", [SLOW, Law(5500.0, 90.0, 600.0), Law(2100.0, 12.0, 22.6), Law(5000.0, 4.0, 14.0)]
)
def test_a_start_from_the_place_before_changes_no_answer(law):
    """A start that agrees in time by chance was taken for the answer; arcs were given up while they still converged."""
    rng = np.random.default_rng(9)
    site = np.array(geodetic_to_ecef(0.7, 0.1, 0.0, WGS84))
    reach, met = greatest_range_rad(law, WGS84) * MEAN_RADIUS_M, 0
    for _ in range(60):
        way = rng.normal(size=3)
        way *= rng.choice([0.001, 0.01, 0.1, 0.5]) * reach / np.linalg.norm(way)
        place = site + rng.uniform(-0.8, 0.8, 3) * reach + 0.1 * reach * site / MEAN_RADIUS_M
        start = UNKNOWN
        for _ in range(6):
            place = place + way
            settled, found = (arrival(law, WGS84, site, place, *s) for s in ((UNKNOWN, 1e-7), (start,)))
            start = found.guess
            assert (settled.branch == NONE) == (found.branch == NONE)
            if found.branch != NONE:
                met += 1
                assert found.time_s == pytest.approx(settled.time_s, abs=0.1)
    assert met > 10
