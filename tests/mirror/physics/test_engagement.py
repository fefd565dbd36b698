"""Pictures and engagement: signs, nesting, every reason."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest

from equipoise.engagement.engage import Paths, engage, engage_batteries
from equipoise.engagement.records import Battery, Command, Interceptor, Policy, Region, Sensor, Timing, Use
from equipoise.foundation.status import Reason
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight import targeting
from equipoise.physics.flight.trajectory import Flights

DEVESELU = (radians(44.08), radians(24.41))
TIMING = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)
EYE = Sensor("eye", places=((radians(40.0), radians(36.0)),), range_m=4e6, boost_range_m=4e6)
SLOW = Interceptor(burnout_speed_m_s=3000.0, burn_time_s=65.0, life_s=500.0, floor_m=100e3)
BATTERY = Battery("site", (DEVESELU,), SLOW, stock=24.0)
COMMAND = Command("one", (BATTERY,), (Use(EYE),), TIMING)


def paths(lat, lon, *, kind="regional") -> Paths:
    missile = targeting.kinematic_for_range(
        max_range_m=2.2e6,
        burn_time_s=110.0,
        burnout_altitude_m=60e3,
        burnout_downrange_m=60e3,
        ballistic_coefficient_kg_m2=2000.0,
    )
    aim = np.radians(np.atleast_1d(lat)), np.radians(np.atleast_1d(lon))
    start = np.full(aim[0].size, radians(38.0)), np.full(aim[0].size, radians(46.5))
    s = targeting.solve_batch(
        missile,
        start_lat_rad=start[0],
        start_lon_rad=start[1],
        aim_lat_rad=aim[0],
        aim_lon_rad=aim[1],
        family=targeting.Family.MINIMUM_ENERGY,
        earth=WGS84,
    )
    flights = Flights(*start, s.status, s.azimuth_rad, s.path_angle_rad, s.speed_m_s, s.burn_time_s)
    return Paths(missile, flights, WGS84, kind)


NEAR = paths(45.8, 24.0)


def outcome(command=COMMAND, at=NEAR, **battery):
    return engage(at, [with_battery(command, **battery)])


def with_battery(command=COMMAND, **changes) -> Command:
    return replace(command, batteries=tuple(replace(b, **changes) for b in command.batteries))


def timed(**changes) -> Command:
    return replace(COMMAND, timing=replace(TIMING, **changes))


def test_slack_grows_with_speed_and_shrinks_with_delay_second_by_second():
    slow, fast = outcome(), outcome(interceptor=replace(SLOW, burnout_speed_m_s=4500.0))
    late = outcome(timed(track_s=90.0))
    assert slow.reason[0, 0] == Reason.ENGAGED
    assert fast.slack_s[0, 0] > slow.slack_s[0, 0] > late.slack_s[0, 0]
    assert slow.slack_s[0, 0] - late.slack_s[0, 0] == pytest.approx(60.0, abs=1e-9)
    assert fast.shots[0, 0] >= slow.shots[0, 0] >= 1


def test_shots_follow_each_other_after_the_assessment_and_stop_with_the_stock():
    fast = replace(SLOW, burnout_speed_m_s=4500.0)
    free = outcome(interceptor=fast)
    assert free.shots[0, 0] >= 2
    gap = free.last_intercept_s[0, 0] - free.first_intercept_s[0, 0]
    assert gap >= TIMING.assessment_s
    assert outcome(timed(assessment_s=60.0), interceptor=fast).shots[0, 0] <= free.shots[0, 0]
    assert outcome(interceptor=fast, stock=1.0).shots[0, 0] == 1
    assert outcome(interceptor=fast, policy=Policy(salvo=3, looks=1)).shots[0, 0] == 3
    wanted = replace(with_battery(interceptor=fast), wanted_shots=9)
    assert engage(NEAR, [wanted]).reason[0, 0] == Reason.TOO_FEW_SHOTS


def test_two_batteries_shoot_in_turn_and_never_less_than_one():
    other = replace(BATTERY, site="other", places=((radians(46.0), radians(26.0)),))
    alone = engage_batteries(NEAR, replace(COMMAND, batteries=(BATTERY, other)))
    together = engage(NEAR, [replace(COMMAND, batteries=(BATTERY, other))])
    assert together.shots[0, 0] >= alone.shots[0].max()
    assert together.slack_s[0, 0] == alone.slack_s[0].max()
    assert together.first_intercept_s[0, 0] == alone.first_intercept_s[0].min()


def test_each_reason_occurs():
    def reason(command=COMMAND, at=NEAR, **battery):
        return Reason(outcome(command, at, **battery).reason[0, 0])

    blind = replace(COMMAND, uses=(Use(replace(EYE, range_m=1e3, boost_range_m=1e3)),))
    glimpse = replace(COMMAND, uses=(Use(EYE, tracks=False),))
    elsewhere = Region(
        "north", tuple((radians(a), radians(b)) for a, b in [(60, 0), (60, 40), (70, 40), (70, 0)])
    )
    assert reason() == Reason.ENGAGED
    assert reason(blind) == Reason.NOT_SEEN
    assert reason(glimpse) == Reason.NO_TRACK
    assert reason(timed(decision_s=620.0)) == Reason.NO_TIME
    assert reason(places=((radians(64.0), radians(-20.0)),)) == Reason.OUT_OF_REACH
    assert reason(interceptor=replace(SLOW, floor_m=900e3)) == Reason.BELOW_FLOOR
    under = {"places": ((radians(42.5), radians(36.0)),)}
    low = replace(SLOW, floor_m=0.0, ceiling_m=40e3, life_s=200.0)
    assert reason(interceptor=low, **under) == Reason.ABOVE_CEILING
    assert reason(interceptor=replace(SLOW, least_closing_m_s=9e3)) == Reason.CLOSING_GEOMETRY
    assert reason(replace(COMMAND, permit=(elsewhere,))) == Reason.NOT_PERMITTED
    assert reason(stock=0.0) == Reason.NO_INTERCEPTORS
    assert reason(replace(COMMAND, batteries=())) == Reason.NO_INTERCEPTORS
    assert reason(at=paths(60.0, -20.0)) == Reason.OUT_OF_RANGE
    assert reason(replace(COMMAND, wanted_shots=30)) == Reason.TOO_FEW_SHOTS


def test_a_forbidden_region_takes_away_what_the_same_permitted_region_gives():
    box = Region("box", tuple((radians(a), radians(b)) for a, b in [(30, 20), (30, 30), (60, 30), (60, 20)]))
    inside = outcome(replace(COMMAND, permit=(box,)))
    outside = outcome(replace(COMMAND, forbid=(box,)))
    free = outcome()
    best = max(o.slack_s[0, 0] for o in (inside, outside) if np.isfinite(o.slack_s[0, 0]))
    assert best == pytest.approx(free.slack_s[0, 0], abs=0.1)
    fan = Region("fan", centre_rad=DEVESELU, radius_rad=0.3)
    assert outcome(replace(COMMAND, permit=(fan,))).shots[0, 0] >= 1


def with_fan(command):
    """The command with a sector that no path goes through."""
    return replace(command, permit=(Region("fan", centre_rad=(radians(-60.0), 0.0), radius_rad=0.1),))


def test_the_site_named_with_a_slack_is_the_one_that_has_it():
    fast = replace(SLOW, burnout_speed_m_s=4500.0)
    sites = {
        "near": replace(BATTERY, site="near"),
        "ahead": replace(BATTERY, site="ahead", places=((radians(42.0), radians(33.0)),)),
        "behind": replace(BATTERY, site="behind", places=((radians(46.0), radians(22.0)),), interceptor=fast),
        "far": replace(BATTERY, site="far", places=((radians(64.0), radians(-20.0)),)),
    }
    command = replace(COMMAND, batteries=tuple(sites.values()))
    at = paths([45.8, 44.0, 45.0, 46.5], [24.0, 26.0, 25.0, 24.0])
    together, alone = engage(at, [command]), engage_batteries(at, command)
    for i in range(len(at)):
        best = int(np.nanargmax(alone.slack_s[i]))
        assert together.sites[together.slack_site[i, 0]] == command.batteries[best].site
        assert together.slack_s[i, 0] == alone.slack_s[i, best]
        first = int(together.site[i, 0])
        for name in ("ready_s", "latest_s", "first_intercept_s", "track_s"):
            assert getattr(together, name)[i, 0] == getattr(alone, name)[i, first]
    assert (together.site != together.slack_site).any()  # else this would have said nothing
    assert alone.slack_site[0].tolist() == [0, 1, 2, -1]
    assert engage(at, [replace(COMMAND, batteries=(sites["far"],))]).slack_site[0, 0] == -1


def test_own_sensor_policies_ask_more_than_any_sensor():
    ship = replace(EYE, id="own", places=(DEVESELU,), range_m=600e3, boost_range_m=600e3)
    both = replace(COMMAND, uses=(Use(EYE), Use(ship)))
    policies = [Policy(), Policy(guide="own"), Policy(launch="own", guide="own")]
    found = [outcome(both, policy=p, own_sensors=("own",)) for p in policies]
    slack = [f.slack_s[0, 0] for f in found]
    assert slack[0] >= slack[1] > slack[2]
    assert outcome(COMMAND, policy=policies[1]).reason[0, 0] == Reason.NO_OWN_RADAR
    assert outcome(with_fan(COMMAND), policy=policies[1]).reason[0, 0] == Reason.NOT_PERMITTED
    assert outcome(COMMAND, policy=policies[2]).reason[0, 0] in (
        Reason.NOT_SEEN,
        Reason.NO_TRACK,
        Reason.NO_OWN_RADAR,
    )


def test_early_launch_needs_a_sensor_that_sees_the_burning_missile():
    satellite = Sensor("satellite", kind="infrared", cloud_m=8e3, report_s=60.0)
    both = replace(COMMAND, uses=(Use(EYE), Use(satellite, tracks=False)))
    early = outcome(both, policy=Policy(early=True))
    assert early.track_s[0, 0] < NEAR.flights.burn_time_s[0] < outcome(both).track_s[0, 0]
    assert early.slack_s[0, 0] > outcome(both).slack_s[0, 0]
    assert outcome(both).detect_s[0, 0] == pytest.approx(60.0, abs=15.0)


def test_latency_and_withholding_only_take_away():
    fresh, stale = outcome(), outcome(replace(COMMAND, uses=(Use(EYE, latency_s=20.0),)))
    assert fresh.slack_s[0, 0] - stale.slack_s[0, 0] == pytest.approx(20.0, abs=1e-9)
    silent = replace(COMMAND, uses=(Use(EYE, withheld=frozenset({"strategic"})),))
    assert outcome(silent).shots[0, 0] == fresh.shots[0, 0]
    assert outcome(silent, paths(45.8, 24.0, kind="strategic")).reason[0, 0] == Reason.NOT_SEEN


def test_a_cue_after_burnout_replaces_all_sensors():
    given = replace(timed(burnout_cue_s=40.0), uses=())
    found = outcome(given)
    assert found.track_s[0, 0] == pytest.approx(NEAR.flights.burn_time_s[0] + 40.0)
    assert found.tracked_by[0, 0] == -1


def test_a_ship_somewhere_in_a_box_is_never_better_than_at_its_best_place():
    corners = tuple(
        (radians(a), radians(b)) for a, b in [(43.0, 23.0), (43.0, 27.0), (45.0, 23.0), (45.0, 27.0)]
    )
    each = [outcome(places=(corner,)).slack_s[0, 0] for corner in corners]
    assert outcome(places=corners, sure=True).slack_s[0, 0] <= min(each) + 0.05
    assert outcome(places=corners, sure=False).slack_s[0, 0] >= max(each) - 0.05


def test_many_commands_at_once_are_each_what_they_are_alone():
    grid = paths(*(a.ravel() for a in np.meshgrid(np.arange(40.0, 50.0, 2.0), np.arange(20.0, 32.0, 3.0))))
    commands = [COMMAND, timed(track_s=60.0), with_battery(stock=1.0), replace(COMMAND, uses=()), COMMAND]
    together = engage(grid, commands)
    for i, command in enumerate(commands):
        alone = engage(grid, [command])
        np.testing.assert_array_equal(together.shots[:, i], alone.shots[:, 0])
        np.testing.assert_array_equal(together.slack_s[:, i], alone.slack_s[:, 0])
        np.testing.assert_array_equal(together.reason[:, i], alone.reason[:, 0])


def test_a_radar_sees_its_sector_only():
    def seen(az_from, width, reach, low=0.0):
        eye = replace(
            EYE, places=((radians(38.35), radians(37.8)),), azimuth_from_rad=radians(az_from),
            width_rad=radians(width), low_rad=radians(low), range_m=reach, boost_range_m=reach,
        )  # fmt: skip
        return np.isfinite(outcome(replace(COMMAND, uses=(Use(eye),))).detect_s[0, 0])

    # the launch lies due east, some 760 km away; the path leads north-west
    assert seen(20.0, 80.0, 1e6)
    assert not seen(140.0, 90.0, 1e6)
    assert seen(300.0, 180.0, 1e6)  # a sector across north
    assert not seen(20.0, 80.0, 3e5)
    assert not seen(20.0, 80.0, 1e6, low=80.0)
    assert seen(0.0, 360.0, 1e6)
