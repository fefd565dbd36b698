"""From a scenario's records to the floats and arrays that the kernels take."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import radians
from typing import Any

import numpy as np

from equipoise.engagement.engage import Paths
from equipoise.engagement.staged_paths import StagedFlights, Steered
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.remember import remember
from equipoise.model.path_family import path_family, to_the_end
from equipoise.model.systems import Missile
from equipoise.model.vehicle import StagedMissile, Vehicle
from equipoise.physics.environment.earth import SPHERE, STILL_SPHERE, WGS84, EarthModel, destination
from equipoise.physics.flight import targeting
from equipoise.physics.flight import vehicle as kernel
from equipoise.physics.flight.trajectory import Flights
from equipoise.scenario.kernel_vehicle import staged

EARTHS: dict[str, EarthModel] = {"wgs84": WGS84, "sphere": SPHERE, "still_sphere": STILL_SPHERE}
FAMILIES = {f.name.lower(): f for f in targeting.Family}
"""The solver's name for each family of :mod:`equipoise.model.path_family`."""


def missile(record: Missile) -> targeting.Kinematic:
    """Return the kinematic vehicle of a missile at its nominal values."""
    return targeting.kinematic_for_range(
        max_range_m=record.max_range_km.si,
        burn_time_s=record.burn_time_s.si,
        burnout_altitude_m=record.burnout_altitude_km.si,
        burnout_downrange_m=record.burnout_downrange_km.si,
        ballistic_coefficient_kg_m2=record.ballistic_coefficient_kg_m2.si,
    )


def steered(record: Vehicle) -> Steered:
    """Return the staged vehicle of a record at its nominal values, with its vertical rise and gravity turn."""
    turn = kernel.gravity_turn(kick_rad=0.1, vertical_height_m=record.vertical_rise_m.si)
    return Steered(staged(record), turn)


def solve(
    record: Missile | StagedMissile,
    start_rad: np.ndarray,
    aim_rad: np.ndarray,
    family: str,
    earth: EarthModel,
) -> Paths:
    """Return the paths of a missile from ``start_rad`` (n, 2) to ``aim_rad`` (n, 2), latitude and longitude.

    A staged one that cannot end its thrust burns to the end, on the lofted path in the place of that of minimum energy.
    ``family`` names the path family: minimum_energy, lofted or depressed.
    """
    start = np.broadcast_to(start_rad, aim_rad.shape)
    if isinstance(record, Missile):
        vehicle = missile(record)
        return Paths(vehicle, _solve(vehicle, start, aim_rad, family, earth), earth, record.kind)
    flown = to_the_end(family) if not record.ends_thrust else family
    what = steered(record)
    found = _solve_staged(what, start, aim_rad, flown, earth, full_burn=not record.ends_thrust)
    return Paths(what, found, earth, record.kind)


def solve_each(
    record: Missile | StagedMissile,
    starts_rad: np.ndarray,
    aim_rad: np.ndarray,
    families: Sequence[str],
    earth: EarthModel,
) -> list[list[Paths]]:
    """Return what :func:`solve` does, by family, from each of ``starts_rad`` (k, 2) to all of ``aim_rad`` (n, 2), latitude and longitude.

    ``families`` names the path families. One search for all of them from all starts takes less than a third of the time of one for each.
    """
    if not isinstance(record, Missile):
        return [[solve(record, start, aim_rad, f, earth) for start in starts_rad] for f in families]
    vehicle = missile(record)
    found = _solve_each(vehicle, starts_rad, aim_rad, tuple(families), earth)
    return [[Paths(vehicle, flights, earth, record.kind) for flights in each] for each in found]


def circle(centre_rad: np.ndarray, radius_m: float, count: int) -> np.ndarray:
    """Return points (n, 2) around a centre, latitude and longitude in rad, the first one to the north.

    ``count`` is n.
    """
    bearings = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    return np.array([destination(*centre_rad, b, radius_m / MEAN_RADIUS_M) for b in bearings])


@remember(limit_mb=600)
def _solve(
    vehicle: targeting.Kinematic, start_rad: np.ndarray, aim_rad: np.ndarray, family: str, earth: EarthModel
) -> Flights:
    return _searched(vehicle, start_rad, aim_rad, [family], earth)[0]


def _searched(
    vehicle: targeting.Kinematic | kernel.Staged,
    start_rad: np.ndarray,
    aim_rad: np.ndarray,
    families: Sequence[str],
    earth: EarthModel,
    **how: Any,
) -> tuple[Flights, targeting.Solution]:
    """Return the flights of one family after the other, and all that the search for them found."""
    (lat0, lon0), (lat1, lon1) = (np.tile(points.T, len(families)) for points in (start_rad, aim_rad))
    lofts = [radians(abs(path_family(family).loft_deg)) for family in families]
    s = targeting.solve_batch(
        vehicle,
        start_lat_rad=lat0,
        start_lon_rad=lon0,
        aim_lat_rad=lat1,
        aim_lon_rad=lon1,
        family=np.repeat([FAMILIES[family] for family in families], len(start_rad)),
        loft_rad=np.repeat(lofts, len(start_rad)),
        earth=earth,
        **how,
    )
    return Flights(lat0, lon0, s.status, s.azimuth_rad, s.path_angle_rad, s.speed_m_s, s.burn_time_s), s


@remember(limit_mb=600)
def _solve_each(
    vehicle: targeting.Kinematic,
    starts_rad: np.ndarray,
    aim_rad: np.ndarray,
    families: tuple[str, ...],
    earth: EarthModel,
) -> tuple[tuple[Flights, ...], ...]:
    """Return the flights by family and start."""
    count, each = len(starts_rad), len(aim_rad)
    starts, aims = np.repeat(starts_rad, each, axis=0), np.tile(aim_rad, (count, 1))
    found = _searched(vehicle, starts, aims, families, earth)[0]
    parts = (
        Flights(*(column[k * each : (k + 1) * each] for column in found))
        for k in range(len(families) * count)
    )
    return tuple(tuple(islice(parts, count)) for _ in families)


@remember(limit_mb=200)
def _solve_staged(
    what: Steered,
    start_rad: np.ndarray,
    aim_rad: np.ndarray,
    family: str,
    earth: EarthModel,
    *,
    full_burn: bool,
) -> StagedFlights:
    flights, found = _searched(
        what.vehicle, start_rad, aim_rad, [family], earth, full_burn=full_burn, steering=what.steering
    )
    return StagedFlights(*flights, found.shape_rad, found.energy)
