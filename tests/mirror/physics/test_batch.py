"""Many paths at once give what each gives alone, on threads or in one kernel."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest
from generic_vehicles import kinematic_missile

from equipoise.engagement.kernel_tables import compile_world
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.physics.engagement.batch import engage_all
from equipoise.physics.engagement.engage import engage
from equipoise.physics.engagement.tables import OUTCOME, work_for
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.trajectory import Flights, empty_path, sample_path

MISSILE = kinematic_missile(2.2e6)
FAST = Interceptor(burnout_speed_m_s=4500.0, burn_time_s=65.0, life_s=500.0, floor_m=100e3)
EYE = Sensor("eye", places=((radians(40.0), radians(36.0)),), range_m=4e6, boost_range_m=4e6)
SITES = (((radians(44.1), radians(24.4)),), ((radians(64.0), radians(-20.0)),))
COMMAND = Command(
    "one", tuple(Battery(str(i), place, FAST, stock=24.0) for i, place in enumerate(SITES)), (Use(EYE),),
    Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0),
)  # fmt: skip


def flights(azimuth_deg):
    n = len(azimuth_deg)
    status = np.full(n, FlightStatus.OK, dtype=np.int64)
    status[-1] = FlightStatus.OUT_OF_RANGE
    columns = (np.full(n, radians(v)) for v in (38.0, 46.5))
    speed, burn = np.full(n, MISSILE.burnout_speed_m_s), np.full(n, MISSILE.burn_time_s)
    return Flights(*columns, status, np.radians(azimuth_deg), np.full(n, 0.65), speed, burn)


FLOWN = flights([295.0, 300.0, 200.0, 300.0])
WORLD = compile_world([COMMAND, replace(COMMAND, name="none", batteries=())], missile_class="regional", earth=WGS84).world  # fmt: skip


def same(rows, others):
    return all(np.array_equal(rows[name], others[name], equal_nan=True) for name in OUTCOME.names)


@pytest.mark.second_method  # the kernel of one path
def test_a_batch_gives_what_each_path_gives_alone():
    together, batteries = engage_all(MISSILE, FLOWN, WORLD, each_battery=True)
    room, work = empty_path(), work_for(WORLD)
    for i in range(FLOWN.status.size):
        alone = np.zeros(2, OUTCOME)
        engage(WORLD, sample_path(MISSILE, FLOWN, i, WGS84, room), work, alone)
        assert same(together[i], alone)
        assert same(batteries[i], work.case)


@pytest.mark.identity
def test_what_is_not_asked_for_is_empty_and_paths_do_not_touch_each_other():
    together, batteries = engage_all(MISSILE, FLOWN, WORLD)
    assert batteries.shape[0] == 0
    last, _ = engage_all(MISSILE, Flights(*(column[1:] for column in FLOWN)), WORLD)
    assert same(last, together[1:])


@pytest.mark.identity
def test_a_command_has_the_slack_of_its_best_battery_and_none_without_any():
    together, batteries = engage_all(MISSILE, FLOWN, WORLD, each_battery=True)
    assert together["reason"][0, 0] == Reason.ENGAGED
    assert together["slack_s"][0, 0] == np.nanmax(batteries["slack_s"][0, :])
    assert together["shots"][0, 0] >= batteries["shots"][0, :].max() > 0
    assert (together["reason"][:3, 1] == Reason.NO_INTERCEPTORS).all()
    assert (together["reason"][3, :] == Reason.OUT_OF_RANGE).all()
