"""The geometry of a kill: speeds add up head on, limits take away, and each place of a ship is judged for itself."""

from dataclasses import replace
from math import pi, radians

import numpy as np
import pytest

from equipoise.engagement.engage import engage
from equipoise.engagement.explain import look
from equipoise.engagement.kernel_inputs import solve
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.status import Reason
from equipoise.physics.engagement.kill_geometry import closing
from equipoise.physics.environment.earth import STILL_SPHERE, WGS84, altitude, geodetic_to_ecef
from equipoise.physics.flight.trajectory import position_at, sample_before, velocity_at
from equipoise.physics.interceptor.flyout import DIRECT, Law, arrival
from equipoise.scenario.load import load_scenario

EYE = Sensor("eye", places=((radians(40.0), radians(36.0)),), range_m=4e6, boost_range_m=4e6)
TIMING = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)
KIND = Interceptor(3000.0, 65.0, 500.0, 100e3)
PLACES = tuple(tuple(np.radians(p)) for p in ((44.08, 24.41), (46.5, 21.0), (42.5, 29.5)))
AIMS = np.radians([(lat, lon) for lat in (42.0, 45.0, 48.0) for lon in (15.0, 21.0, 27.0)])
MISSILE = load_scenario("epaa").find("missile", "irbm-notional")
PATHS = solve(
    MISSILE,
    np.radians([38.0, 46.5]),
    AIMS,
    "minimum_energy",
    WGS84,
)
LIMITS = [(3500.0, pi), (5000.0, pi), (0.0, radians(80.0)), (0.0, radians(40.0)), (0.0, radians(20.0)), (4000.0, radians(60.0))]  # fmt: skip


def command(places, limit, *, sure=False) -> Command:
    kind = replace(KIND, least_closing_m_s=limit[0], most_crossing_rad=limit[1])
    return Command("one", (Battery("site", places, kind, 24.0, sure=sure),), (Use(EYE),), TIMING)


@pytest.mark.identity
def test_head_on_the_speeds_add_up_and_from_behind_they_do_not():
    place, target = np.array([MEAN_RADIUS_M, 0.0, 0.0]), np.array([MEAN_RADIUS_M + 200e3, 0.0, 0.0])
    met = arrival(Law(3000.0, 65.0, 500.0), STILL_SPHERE, place, target)
    own = met.velocity_eci_m_s[0]
    for fall, speed, angle in [(-2000.0, own + 2000.0, 0.0), (500.0, own - 500.0, pi)]:
        got = closing(met, STILL_SPHERE, target, np.array([fall, 0.0, 0.0]))
        assert got[0] == pytest.approx(speed, abs=0.5)
        assert got[1] == pytest.approx(angle, abs=1e-3)
    across = closing(met, STILL_SPHERE, target, np.array([0.0, 3000.0, 0.0]))
    assert across[0] == pytest.approx(np.hypot(own, 3000.0), abs=0.5)
    assert across[1] == pytest.approx(pi / 2, abs=1e-3)


@pytest.mark.identity
def test_limits_only_take_away_and_have_their_own_reason():
    limits = [(0.0, pi), (3500.0, pi), (5000.0, pi), (0.0, radians(80.0)), (0.0, radians(40.0))]
    found = engage(PATHS, [command(PLACES[:1], limit) for limit in limits])
    for loose, strict in [(0, 1), (1, 2), (0, 3), (3, 4)]:
        assert np.all(found.shots[:, strict] <= found.shots[:, loose])
        lost = (found.reason[:, loose] == Reason.ENGAGED) & (found.shots[:, strict] == 0)
        assert set(found.reason[lost, strict]) <= {Reason.CLOSING_GEOMETRY}
    assert Reason.CLOSING_GEOMETRY in found.reason[:, 2]
    assert Reason.CLOSING_GEOMETRY in found.reason[:, 4]
    assert np.any(found.shots[:, 2] > 0)


@pytest.mark.identity
@pytest.mark.parametrize("limit", LIMITS)
def test_a_ship_at_the_best_of_places_launches_as_late_as_the_best_place_alone(limit):
    alone = engage(PATHS, [command((place,), limit) for place in PLACES]).latest_s
    together = engage(PATHS, [command(PLACES, limit), command(PLACES, limit, sure=True)]).latest_s
    known = np.isfinite(alone)
    best = np.max(np.where(known, alone, -np.inf), axis=1)
    np.testing.assert_array_equal(np.isfinite(together[:, 0]), known.any(axis=1))
    np.testing.assert_allclose(together[known.any(axis=1), 0], best[known.any(axis=1)], atol=0.2)
    assert not np.isfinite(together[~known.all(axis=1), 1]).any()  # where one place cannot, the worst cannot
    both = np.isfinite(together[:, 1])
    assert np.all(together[both, 1] <= np.min(alone[both], axis=1) + 0.2)


def along(path):
    """Return times, latest launches from the first place, closing speeds and crossing angles, every quarter second."""
    place, target, rows = np.array(geodetic_to_ecef(*PLACES[0], 0.0, WGS84)), np.empty(6), []
    for t in np.arange(path.time_s[path.burnout], path.time_s[path.filled - 1], 0.25):
        k = int(sample_before(path, path.burnout, t))
        position_at(path, k, t, target)
        velocity_at(path, k, t, target[3:])
        met = arrival(Law(3000.0, 65.0, 500.0), WGS84, place, target)
        if met.branch == DIRECT and altitude(*target[:3], WGS84) > KIND.floor_m:
            rows.append((t, t - met.time_s, *closing(met, WGS84, target, target[3:])))
    return np.array(rows).T


@pytest.mark.identity
def test_a_second_in_which_two_limits_hold_is_found():
    """Where the closing speed grows with the crossing angle, both limits may hold for a moment; under 5 s were passed over."""
    one = solve(MISSILE, np.radians([38.0, 46.5]), AIMS[4:5], "minimum_energy", WGS84)
    times, latest, speed, angle = along(look(one, command(PLACES[:1], (0.0, pi))).path)
    rising = np.flatnonzero((speed[4:] > speed[:-4]) & (angle[4:] > angle[:-4]))
    assert len(rising) > 20
    for k in rising[:: len(rising) // 5]:
        limit = (float(speed[k]) - 1e-3, float(angle[k + 4]) + 1e-6)
        both = (speed >= limit[0]) & (angle <= limit[1])
        found = engage(one, [command(PLACES[:1], limit)]).latest_s[0, 0]
        assert found == pytest.approx(latest[both].max(), abs=0.3), times[both]
