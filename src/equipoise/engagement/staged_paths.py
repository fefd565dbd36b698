"""Paths of staged missiles: flown stage by stage as ``fly`` does, and sampled as the kernels of an engagement take them."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.threads import in_shares
from equipoise.physics.engagement.engage import engage
from equipoise.physics.engagement.tables import OUTCOME, World, work_for
from equipoise.physics.environment.earth import EarthModel, altitude
from equipoise.physics.flight import dense_output as dense
from equipoise.physics.flight import flight as kernels
from equipoise.physics.flight.trajectory import (
    AIR_STEP_S,
    AIR_TOP_M,
    CAPACITY,
    GROUND_STEP_S,
    GROUND_TOP_M,
    SPACE_STEP_S,
    Path,
    empty_path,
)
from equipoise.physics.flight.vehicle import Staged, Steering

SHARE = 32
"""Paths that one thread flies at a time; the answers do not depend on it."""
BOOST_STEP_S = 2.0
"""Between samples of the boost, in which stages start and end: the cubic through them stays within some metres of the flight."""


class Steered(NamedTuple):
    """A staged vehicle and how it is steered."""

    vehicle: Staged
    steering: Steering


class StagedFlights(NamedTuple):
    """Solved paths of one staged vehicle, arrays (n,): start (rad), status, azimuth, and path angle, speed and time at thrust end.

    ``kick_rad`` and ``cutoff_s`` fly the path again.
    """

    lat_rad: np.ndarray
    lon_rad: np.ndarray
    status: np.ndarray
    azimuth_rad: np.ndarray
    path_angle_rad: np.ndarray
    speed_m_s: np.ndarray
    burn_time_s: np.ndarray
    kick_rad: np.ndarray
    cutoff_s: np.ndarray


def sample_staged(what: Steered, flights: StagedFlights, i: int, earth: EarthModel) -> Path:
    """Return path ``i`` sampled from launch to the ground; no sample where there is no flight."""
    return _sampled(what, flights, slice(i, i + 1), earth)[0]


def engage_staged(
    what: Steered, flights: StagedFlights, earth: EarthModel, world: World, *, each_battery: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes (paths, commands) and, if asked, (paths, cases): see :mod:`equipoise.physics.engagement.batch`.

    ``each_battery`` asks for those of each case.
    """
    n, cases = flights.status.size, world.cases.row.size
    commands = np.empty((n, world.commands.wanted.size), OUTCOME)
    batteries = np.empty((n if each_battery else 0, cases), OUTCOME)

    def some(start: int, stop: int) -> None:
        work = work_for(world)
        for k, path in enumerate(_sampled(what, flights, slice(start, stop), earth), start):
            engage(world, path, work, commands[k])
            if each_battery:
                batteries[k] = work.case

    in_shares(some, n, share=SHARE)
    return commands, batteries


def _sampled(what: Steered, flights: StagedFlights, which: slice, earth: EarthModel) -> list[Path]:
    """Return some paths as samples."""
    some = StagedFlights(*(column[which] for column in flights))
    good = np.flatnonzero(some.status == FlightStatus.OK)
    found = [empty_path() for _ in range(some.status.size)]
    if not good.size:
        return found
    nodes = np.full((good.size, kernels.NODES, 10), np.nan)
    flown = kernels.fly_staged(
        what.vehicle,
        what.steering,
        lat_rad=some.lat_rad[good],
        lon_rad=some.lon_rad[good],
        azimuth_rad=some.azimuth_rad[good],
        kick_rad=some.kick_rad[good],
        cutoff_s=some.cutoff_s[good],
        earth=earth,
        nodes=nodes,
        threads=1,
    )
    for k, i in enumerate(good):
        if flown.status[k] == FlightStatus.OK:
            burnout_s, end_s = float(flown.burnout_time_s[k]), float(flown.time_of_flight_s[k])
            found[i] = _path(nodes[k], burnout_s, end_s, earth, found[i])
    return found


def _path(nodes: np.ndarray, burnout_s: float, end_s: float, earth: EarthModel, into: Path) -> Path:
    """Return one flight of dense ``nodes`` as samples, in the arrays of ``into``."""
    boost = np.linspace(0.0, burnout_s, ceil(burnout_s / BOOST_STEP_S) + 1)
    times = np.concatenate([boost, _fall_times(nodes, burnout_s, end_s, earth, CAPACITY - boost.size)])
    states = dense.states(nodes, times)
    ecef = dense.to_ecef(states, times, earth.omega_rad_s)
    used, burnout = times.size, boost.size - 1
    into.time_s[:used] = times
    into.position_ecef_m[:used], into.velocity_ecef_m_s[:used] = ecef[:, :3], ecef[:, 3:]
    into.height_m[:used] = _heights(ecef, earth)
    into.burnout_state[:] = _turned(states[burnout], earth.omega_rad_s * burnout_s)
    return into._replace(filled=used, burnout=burnout)


def _fall_times(
    nodes: np.ndarray, burnout_s: float, end_s: float, earth: EarthModel, room: int
) -> np.ndarray:
    """Return times after burnout: coarse in space, fine near the air and the ground, wider where they would not fit."""
    grid = np.append(np.arange(burnout_s, end_s, GROUND_STEP_S), end_s)
    height = _heights(dense.to_ecef(dense.states(nodes, grid), grid, earth.omega_rad_s), earth)
    rising = np.gradient(height) > 0.0
    step = np.where(
        height > AIR_TOP_M,
        SPACE_STEP_S,
        np.where((height > GROUND_TOP_M) | rising, AIR_STEP_S, GROUND_STEP_S),
    )
    times: list[float] = []
    t = burnout_s
    while t < end_s:
        here = step[min(int((t - burnout_s) / GROUND_STEP_S), step.size - 1)]
        here = max(here, (end_s - t) / (room - len(times)))
        t = end_s if t + 1.2 * here > end_s else t + here
        times.append(t)
    return np.array(times)


def _heights(ecef: np.ndarray, earth: EarthModel) -> np.ndarray:
    return np.array([altitude(x, y, z, earth) for x, y, z in ecef[:, :3]])


def _turned(state: np.ndarray, angle_rad: float) -> np.ndarray:
    """Return an inertial state (6,) in axes turned about the pole."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    x, y, z, u, v, w = state
    return np.array([c * x + s * y, c * y - s * x, z, c * u + s * v, c * v - s * u, w])
