"""What must hold of every engagement: more never hurts, and a still sphere has no preferred direction."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.engagement.engage import engage
from equipoise.engagement.kernel_inputs import solve
from equipoise.engagement.records import Battery, Command, Interceptor, Region, Sensor, Timing, Use
from equipoise.foundation.status import Reason
from equipoise.physics.environment.earth import STILL_SPHERE, WGS84, destination
from equipoise.scenario.load import load_scenario

MISSILE = load_scenario("epaa").find("missile", "sajjil-2")
AIMS = np.radians([(lat, lon) for lat in range(36, 54, 3) for lon in range(14, 42, 4)])
PATHS = solve(MISSILE, np.radians([38.0, 46.5]), AIMS, "minimum_energy", WGS84)
EYE = Sensor("eye", places=((radians(38.3), radians(37.8)),), range_m=9e5, boost_range_m=9e5)
SHIP = Sensor("ship", places=((radians(43.0), radians(30.0)),), range_m=7e5, boost_range_m=7e5)
SITE, UNDER = (radians(44.08), radians(24.41)), (radians(42.5), radians(36.0))
TIMING = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)


def command(speed=3500.0, uses=(EYE,), stock=24.0, floor=100e3, life=500.0, closing=0.0, **timing) -> Command:
    kind = Interceptor(speed, 65.0, life, floor, least_closing_m_s=closing)
    battery = Battery("site", (SITE,), kind, stock)
    return Command("one", (battery,), tuple(Use(s) for s in uses), replace(TIMING, **timing))


@settings(max_examples=25)
@given(
    speed=st.floats(2500.0, 5000.0), faster=st.floats(0.0, 1500.0), track=st.floats(5.0, 90.0),
    later=st.floats(0.0, 90.0), lower=st.floats(0.0, 40e3), stock=st.integers(1, 3),
)  # fmt: skip
def test_speed_sensors_stock_and_earlier_cues_never_shrink_what_is_defended(
    speed, faster, track, later, lower, stock
):
    base = command(speed, track_s=track + later, stock=float(stock))
    more = [
        command(speed, track_s=track, stock=float(stock)),
        command(speed, track_s=track + later, stock=float(stock), uses=(EYE, SHIP)),
        command(speed, track_s=track + later, stock=float(stock + 2)),
        command(speed, track_s=track + later, stock=float(stock), floor=100e3 - lower),
        command(speed, track_s=track + later, stock=float(stock), life=700.0),
    ]
    found = engage(PATHS, [base, *more])
    slack = np.nan_to_num(found.slack_s, nan=-1e9)
    for i in range(1, len(more) + 1):
        assert np.all(found.shots[:, i] >= found.shots[:, 0])
        # fly-outs settle to within some hundredths of a second, parabolas to as much
        assert np.all(slack[:, i] >= slack[:, 0] - 0.2)
    quick = engage(PATHS, [command(speed + faster, track_s=track + later, stock=float(stock))])
    defended = (found.shots[:, 0] > 0) & (found.slack_s[:, 0] > 1.0)
    assert np.all(quick.shots[defended, 0] > 0)


@pytest.mark.identity
@pytest.mark.parametrize("turn_deg", [40.0, 135.0, 250.0])
def test_on_a_still_sphere_everything_turns_with_the_threat(turn_deg):
    site = (radians(20.0), radians(10.0))

    def slack(bearing_deg: float) -> np.ndarray:
        around = np.radians(np.arange(0.0, 360.0, 45.0) + bearing_deg)
        aims = np.array([destination(*site, b, 0.05) for b in around])
        start = np.array(destination(*site, radians(bearing_deg), 0.3))
        eye = replace(EYE, places=(destination(*site, radians(bearing_deg + 20.0), 0.15),))
        battery = Battery("site", (site,), Interceptor(3500.0, 65.0, 500.0, 100e3), 9.0)
        paths = solve(MISSILE, start, aims, "minimum_energy", STILL_SPHERE)
        return engage(paths, [Command("one", (battery,), (Use(eye),), TIMING)]).slack_s[:, 0]

    np.testing.assert_allclose(slack(turn_deg), slack(0.0), atol=0.05)


def one_of_each_reason() -> dict[Reason, Command]:
    north = Region(
        "north", tuple((radians(a), radians(b)) for a, b in [(50, 0), (50, 60), (70, 60), (70, 0)])
    )
    return {
        Reason.ENGAGED: command(),
        Reason.NOT_SEEN: command(uses=()),
        Reason.NO_TRACK: replace(command(), uses=(Use(EYE, tracks=False),)),
        Reason.NO_TIME: command(decision_s=400.0),
        Reason.OUT_OF_REACH: command(1000.0),
        Reason.BELOW_FLOOR: command(floor=500e3),
        Reason.ABOVE_CEILING: replace(
            command(), batteries=(Battery("s", (UNDER,), Interceptor(3000.0, 65.0, 200.0, 0.0, 40e3), 9.0),)
        ),
        Reason.NOT_PERMITTED: replace(command(), permit=(north,)),
        Reason.NO_INTERCEPTORS: command(stock=0.0),
        Reason.TOO_FEW_SHOTS: replace(command(), wanted_shots=9),
        Reason.CLOSING_GEOMETRY: command(closing=5500.0),
    }


def test_every_reason_occurs_on_one_map():
    cases = one_of_each_reason()
    far = solve(
        MISSILE, np.radians([38.0, 46.5]), np.radians([[70.0, -20.0], [44.4, 26.1]]), "minimum_energy", WGS84
    )
    found = engage(PATHS, list(cases.values()))
    for i, reason in enumerate(cases):
        assert reason in found.reason[:, i], reason
    assert engage(far, [command()]).reason[0, 0] == Reason.OUT_OF_RANGE


@pytest.mark.identity
def test_a_battery_far_away_changes_no_reason():
    """The reason is that of the battery that came nearest: one that does not see the missile, not one out of reach."""
    cases = one_of_each_reason()
    del cases[Reason.NO_INTERCEPTORS]
    away = Battery("far", ((radians(20.0), radians(-60.0)),), Interceptor(3500.0, 65.0, 500.0, 100e3), 9.0)
    both = [replace(c, batteries=(away, *c.batteries)) for c in cases.values()]
    alone, beside = engage(PATHS, list(cases.values())), engage(PATHS, both)
    np.testing.assert_array_equal(beside.reason, alone.reason)
