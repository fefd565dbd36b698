"""From a scenario's records to the floats and arrays that the kernels take."""

from __future__ import annotations

from math import radians

import numpy as np

from equipoise.engagement.engage import Paths
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.remember import remember
from equipoise.model.path_family import path_family
from equipoise.model.systems import Missile
from equipoise.physics.environment.earth import SPHERE, STILL_SPHERE, WGS84, EarthModel, destination
from equipoise.physics.flight import targeting
from equipoise.physics.flight.trajectory import Flights

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


def solve(
    record: Missile, start_rad: np.ndarray, aim_rad: np.ndarray, family: str, earth: EarthModel
) -> Paths:
    """Return the paths of a missile from ``start_rad`` (n, 2) to ``aim_rad`` (n, 2), latitude and longitude."""
    vehicle = missile(record)
    start = np.broadcast_to(start_rad, aim_rad.shape)
    return Paths(vehicle, _solve(vehicle, start, aim_rad, family, earth), earth, record.kind)


def circle(centre_rad: np.ndarray, radius_m: float, count: int) -> np.ndarray:
    """Return points (n, 2) around a centre, latitude and longitude in rad, the first one to the north."""
    bearings = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    return np.array([destination(*centre_rad, b, radius_m / MEAN_RADIUS_M) for b in bearings])


@remember(limit_mb=600)
def _solve(
    vehicle: targeting.Kinematic, start_rad: np.ndarray, aim_rad: np.ndarray, family: str, earth: EarthModel
) -> Flights:
    lat0, lon0 = (np.ascontiguousarray(column) for column in start_rad.T)
    lat1, lon1 = (np.ascontiguousarray(column) for column in aim_rad.T)
    s = targeting.solve_batch(
        vehicle,
        start_lat_rad=lat0,
        start_lon_rad=lon0,
        aim_lat_rad=lat1,
        aim_lon_rad=lon1,
        family=FAMILIES[family],
        loft_rad=radians(abs(path_family(family).loft_deg)),
        earth=earth,
    )
    return Flights(lat0, lon0, s.status, s.azimuth_rad, s.path_angle_rad, s.speed_m_s, s.burn_time_s)
