"""One law of fly-out: tables whose error is measured, close calls that the law decides, and the geometry of a kill."""

from dataclasses import replace
from math import inf, pi, radians

import numpy as np
import pytest

from equipoise.engagement.engage import engage
from equipoise.engagement.kernel_inputs import solve
from equipoise.engagement.kernel_tables import compile_world
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.foundation.status import Reason
from equipoise.physics.engagement.batch import engage_all
from equipoise.physics.engagement.kill_geometry import closing
from equipoise.physics.engagement.tables import SHOTS, SLACK
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.interceptor.flyout import BY_LAW, OUT, flyout_table, flyout_time
from equipoise.physics.interceptor.flyout_model import Law, meeting
from equipoise.scenario.load import load_scenario

SLOW = Law(3000.0, 65.0, 500.0)
TABLE = flyout_table(burnout_speed_m_s=3000.0, burn_time_s=65.0, life_s=500.0)
MISSILE = load_scenario("epaa").find("missile", "sajjil-2")
AIMS = np.radians([(lat, lon) for lat in np.arange(38.0, 52.0, 0.5) for lon in np.arange(14.0, 34.0, 1.0)])
PATHS = solve(MISSILE, np.radians([38.0, 46.5]), AIMS, "minimum_energy", WGS84)
EYE = Sensor("eye", places=((radians(38.3), radians(37.8)),), range_m=9e5, boost_range_m=9e5)
TIMING = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)
SITE = (radians(44.08), radians(24.41))


def command(**interceptor) -> Command:
    kind = replace(Interceptor(3000.0, 65.0, 500.0, 100e3), **interceptor)
    return Command("one", (Battery("site", (SITE,), kind, 24.0),), (Use(EYE),), TIMING)


@pytest.mark.textbook
@pytest.mark.parametrize("altitude_m", [120e3, 250e3, 400e3])
def test_the_law_straight_up_is_the_energy_integral(altitude_m):
    start = MEAN_RADIUS_M + 0.5 * SLOW.speed_m_s * SLOW.burn_time_s
    r = np.linspace(start, MEAN_RADIUS_M + altitude_m, 20001)
    speed = np.sqrt(SLOW.speed_m_s**2 - 2 * GM_EARTH_M3_S2 * (1 / start - 1 / r))
    met = meeting(SLOW, 0.0, altitude_m, 100.0)
    assert met.time_s == pytest.approx(SLOW.burn_time_s + np.trapezoid(1 / speed, r), abs=2e-3)
    assert met.up_m_s == pytest.approx(speed[-1], abs=0.5)
    assert abs(met.forward_m_s) < 0.5


@pytest.mark.second_method
def test_the_law_arrives_where_a_step_by_step_flight_does():
    for elevation, coast in [(0.3, 200.0), (0.8, 300.0), (1.2, 150.0)]:
        length = 0.5 * SLOW.speed_m_s * SLOW.burn_time_s
        way = np.array([np.cos(elevation), np.sin(elevation)])
        p, v, h = np.array([0.0, MEAN_RADIUS_M]) + length * way, SLOW.speed_m_s * way, 0.05
        for _ in range(round(coast / h)):
            v = v - 0.5 * h * GM_EARTH_M3_S2 * p / np.hypot(*p) ** 3
            p = p + h * v
            v = v - 0.5 * h * GM_EARTH_M3_S2 * p / np.hypot(*p) ** 3
        range_m, altitude = np.arctan2(*p) * MEAN_RADIUS_M, np.hypot(*p) - MEAN_RADIUS_M
        met = meeting(SLOW, range_m, altitude, flyout_time(TABLE, range_m, altitude))
        assert met.time_s == pytest.approx(SLOW.burn_time_s + coast, abs=0.02)
        assert np.hypot(met.forward_m_s, met.up_m_s) == pytest.approx(np.hypot(*v), abs=0.5)


@pytest.mark.identity
def test_the_table_errs_by_what_was_measured_and_reaches_as_far_as_the_law():
    rng = np.random.default_rng(7)
    cells = TABLE.error_s.shape
    places = rng.uniform(0.0, 1.0, (3000, 2)) * np.array(cells) * TABLE.range_step_m
    for x, h in places:
        i, j = int(x / TABLE.range_step_m), int(h / TABLE.range_step_m)
        tabled, flown = flyout_time(TABLE, x, h), flyout_time(TABLE, x, h, exact=True)
        assert np.isfinite(tabled) == np.isfinite(flown)
        if TABLE.error_s[i, j] not in (OUT, BY_LAW):
            assert abs(tabled - flown) <= TABLE.error_s[i, j] + 0.05
    assert 0.0 < np.median(TABLE.error_s[(TABLE.error_s >= 0.0) & (TABLE.error_s < inf)]) < 0.2


@pytest.mark.identity
def test_close_calls_are_those_of_the_law():
    base = command()
    found = engage(PATHS, [base])
    # a decision as long as one cell could wait brings that cell to the edge
    spare = found.slack_s[found.slack_s[:, 0] > 0, 0]
    asked = [replace(base, timing=replace(TIMING, decision_s=15.0 + s)) for s in spare[:: spare.size // 40]]
    compiled = compile_world(asked, missile_class="regional", earth=WGS84)
    tabled, _ = engage_all(PATHS.vehicle, PATHS.flights, compiled.world)
    by_law = compiled.world.tables._replace(
        error_s=np.where(compiled.world.tables.error_s == OUT, OUT, BY_LAW)
    )
    flown, _ = engage_all(PATHS.vehicle, PATHS.flights, compiled.world._replace(tables=by_law))
    near = np.abs(flown[:, :, SLACK]) < 1.0
    assert near.sum() > 40
    np.testing.assert_array_equal(tabled[:, :, SHOTS] > 0, flown[:, :, SHOTS] > 0)
    np.testing.assert_allclose(tabled[:, :, SLACK], flown[:, :, SLACK], atol=float(TABLE.largest_error_s))


@pytest.mark.identity
def test_head_on_the_speeds_add_up_and_from_behind_they_do_not():
    place, up = np.array([MEAN_RADIUS_M, 0.0, 0.0]), 200e3
    target = np.array([MEAN_RADIUS_M + up, 0.0, 0.0])
    flown = flyout_time(TABLE, 0.0, up)
    own = meeting(SLOW, 0.0, up, flown).up_m_s
    for fall, speed, angle in [(-2000.0, own + 2000.0, 0.0), (500.0, own - 500.0, pi)]:
        got = closing(TABLE, place, target, up, np.array([fall, 0.0, 0.0]), flown, 0.0)
        assert got[0] == pytest.approx(speed, abs=0.5)
        assert got[1] == pytest.approx(angle, abs=1e-3)
    across = closing(TABLE, place, target, up, np.array([0.0, 3000.0, 0.0]), flown, 0.0)
    assert across[0] == pytest.approx(np.hypot(own, 3000.0), abs=0.5)
    assert across[1] == pytest.approx(pi / 2, abs=1e-3)


def test_limits_of_geometry_only_take_away_and_have_their_own_reason():
    limits = [(0.0, pi), (3500.0, pi), (5000.0, pi), (0.0, radians(80.0)), (0.0, radians(40.0))]
    found = engage(PATHS, [command(least_closing_m_s=v, most_crossing_rad=a) for v, a in limits])
    for loose, strict in [(0, 1), (1, 2), (0, 3), (3, 4)]:
        assert np.all(found.shots[:, strict] <= found.shots[:, loose])
        lost = (found.reason[:, loose] == Reason.ENGAGED) & (found.shots[:, strict] == 0)
        assert set(found.reason[lost, strict]) <= {Reason.CLOSING_GEOMETRY}
    assert Reason.CLOSING_GEOMETRY in found.reason[:, 2]
    assert Reason.CLOSING_GEOMETRY in found.reason[:, 4]
    assert np.any(found.shots[:, 2] > 0)


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
