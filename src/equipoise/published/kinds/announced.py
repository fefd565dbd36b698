"""Announced flights: from an apogee and a range to a boost and a free flight of ours on a turning sphere without air.

Burnout lies at a share of burnout speed times burn time along the path angle; without a burn the shot is impulsive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, inf, radians, sin, sqrt

import numpy as np
from scipy.optimize import root

from equipoise.flights.fly import fly_batch
from equipoise.physics.environment.earth import (
    SPHERE,
    WGS84,
    destination,
    enu_basis,
    geodetic_to_ecef,
    initial_bearing_rad,
)
from equipoise.physics.flight.free_flight import descend
from equipoise.physics.flight.kinematic import kinematic
from equipoise.published.kinds import Place, kind


@dataclass(frozen=True)
class Flown:
    """Time of flight (s), speed over ground at burnout (km/s) and its path angle (rad)."""

    time_s: float
    speed_km_s: float
    path_angle_rad: float


@lru_cache(maxsize=512)
def flown(
    launch_deg: Place, bearing_deg: float, apogee_km: float, range_km: float, burn_time_s: float, share: float
) -> Flown:
    """Return our flight with this apogee and range on a turning sphere without air; without a burn it is impulsive.

    Very lofted shots are carried farther by the Earth's turn than they fly, so the three velocity components at burnout
    are solved for directly, from the vertical shot with the drift taken off.
    """
    lat0, lon0 = map(radians, launch_deg)
    bearing = radians(bearing_deg)
    lat1, lon1 = destination(lat0, lon0, bearing, range_km / 6371.0)
    aim = np.array(geodetic_to_ecef(lat1, lon1, 0.0, SPHERE))
    east, north, _ = (np.array(v) for v in enu_basis(lat1, lon1))
    none = np.empty((0, 7))

    def fly(velocity_enu: np.ndarray) -> tuple[np.ndarray, float]:
        start, velocity = _burnout(lat0, lon0, velocity_enu, share * burn_time_s)
        end = descend(np.concatenate([start, velocity]), inf, SPHERE, 0.02, none)
        turn = SPHERE.omega_rad_s * end.time_s
        c, s = cos(turn), sin(turn)
        miss = np.array([end.x_m * c + end.y_m * s, -end.x_m * s + end.y_m * c, end.z_m]) - aim
        return np.array([miss @ east, miss @ north, end.apogee_m - apogee_km * 1e3]) / 1e3, end.time_s

    r, top = SPHERE.equatorial_radius_m, apogee_km * 1e3
    up = sqrt(2.0 * SPHERE.gm_m3_s2 * (1.0 / r - 1.0 / (r + top)))
    along = range_km * 1e3 / (2.0 * up / 9.8 * (1.0 + top / r))
    # one metre per second more: a component of nothing would leave the solver's steps without a scale
    guess = np.array(
        [along * sin(bearing) + 1.0, along * cos(bearing) + 1.0, up * (1.0 - 5e-4 * burn_time_s)]
    )
    found = root(lambda v: fly(v)[0], guess, method="hybr", options={"eps": 1e-6})
    if np.abs(found.fun).max() > 0.1:
        return Flown(np.nan, np.nan, np.nan)
    speed = float(np.linalg.norm(found.x))
    return Flown(burn_time_s + fly(found.x)[1], speed / 1e3, float(np.arcsin(found.x[2] / speed)))


def _burnout(
    lat0: float, lon0: float, velocity_enu: np.ndarray, seconds: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the inertial state at burnout: ``seconds`` of its velocity away from the launch, up and along the ground."""
    flat = float(np.hypot(velocity_enu[0], velocity_enu[1]))
    azimuth = float(np.arctan2(velocity_enu[0], velocity_enu[1]))
    lat, lon = destination(lat0, lon0, azimuth, flat * seconds / SPHERE.equatorial_radius_m)
    heading = azimuth if flat * seconds < 1.0 else initial_bearing_rad(lat, lon, lat0, lon0) + np.pi
    start = np.array(geodetic_to_ecef(lat, lon, max(velocity_enu[2] * seconds, 0.0), SPHERE))
    east, north, up = (np.array(v) for v in enu_basis(lat, lon))
    velocity = flat * (np.sin(heading) * east + np.cos(heading) * north) + velocity_enu[2] * up
    return start, velocity + np.cross([0.0, 0.0, SPHERE.omega_rad_s], start)


@kind("s")
def announced_time(
    *,
    launch_deg: Place,
    bearing_deg: float,
    apogee_km: float,
    range_km: float,
    burn_time_s: float = 0.0,
    share: float = 0.4,
) -> float:
    """Return the time of flight, boost included, for an announced apogee and range."""
    return flown(tuple(launch_deg), bearing_deg, apogee_km, range_km, burn_time_s, share).time_s


@kind("km/s")
def announced_speed(
    *,
    launch_deg: Place,
    bearing_deg: float,
    apogee_km: float,
    range_km: float,
    burn_time_s: float,
    share: float = 0.4,
    inertial: bool = False,
) -> float | tuple[float, float, float]:
    """Return the speed over ground at burnout; ``inertial`` lets its range reach what the turning Earth adds along the bearing."""
    speed = flown(tuple(launch_deg), bearing_deg, apogee_km, range_km, burn_time_s, share).speed_km_s
    if not inertial:
        return speed
    lat, bearing = radians(launch_deg[0]), radians(bearing_deg)
    east = WGS84.omega_rad_s * WGS84.equatorial_radius_m * cos(lat) * sin(bearing) / 1e3
    return speed, speed, speed + east


@kind("km")
def announced_full_range(
    *,
    launch_deg: Place,
    bearing_deg: float,
    apogee_km: float,
    range_km: float,
    burn_time_s: float,
    share: float = 0.4,
) -> float:
    """Return the greatest range, still sphere without air, of the missile that a lofted flight shows; nan when unknown."""
    shot = flown(tuple(launch_deg), bearing_deg, apogee_km, range_km, burn_time_s, share)
    along = share * burn_time_s * shot.speed_km_s
    # the same burn on a flat path loses less to gravity; the place of burnout is that of a 45 degree climb
    vehicle = kinematic(
        burnout_speed_m_s=1e3 * shot.speed_km_s, burn_time_s=burn_time_s, burnout_altitude_m=707.0 * along,
        burnout_downrange_m=707.0 * along,
    )  # fmt: skip
    flown_all = fly_batch(
        vehicle, start=(39.0, 126.0), azimuth_deg=0.0, angle_deg=np.arange(20.0, 46.0, 1.0), earth=WGS84._replace(omega_rad_s=0.0),
        threads=1,
    )  # fmt: skip
    return float(np.nanmax(flown_all.range_km))
