"""Impulsive shots without air, kinematic burnouts at a stated place, and how far the turning Earth lets them fly."""

from __future__ import annotations

from functools import lru_cache
from math import degrees, inf, pi, radians
from typing import Literal

import numpy as np

from equipoise.flights.fly import fly_batch
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.physics.environment.earth import SPHERE, STILL_SPHERE, initial_bearing_rad
from equipoise.physics.flight.flight import Flight, fly_kinematic
from equipoise.physics.flight.kinematic import Kinematic, kinematic, kinematic_for_range
from equipoise.published.kinds import Place, kind
from equipoise.published.kinds.arcs import arc

Earth = Literal["still_sphere", "sphere"]
EARTHS = {"still_sphere": STILL_SPHERE, "sphere": SPHERE}


def _missile(max_range_km: float) -> Kinematic:
    """Return the missile without a burn whose farthest range over a still sphere is this."""
    return kinematic_for_range(
        max_range_m=1e3 * max_range_km, burn_time_s=0.0, burnout_altitude_m=0.0, burnout_downrange_m=0.0,
        ballistic_coefficient_kg_m2=inf,
    )  # fmt: skip


@lru_cache(maxsize=64)
def _flown(
    max_range_km: float, path_angle_deg: float, lat_deg: float, azimuth_deg: float, earth: Earth
) -> Flight:
    angle = radians(path_angle_deg)
    if path_angle_deg != path_angle_deg:
        angle = 0.25 * (pi - max_range_km * 1e3 / SPHERE.equatorial_radius_m)
    return fly_kinematic(
        _missile(max_range_km), lat_rad=radians(lat_deg), lon_rad=0.0, azimuth_rad=radians(azimuth_deg), path_angle_rad=angle,
        earth=EARTHS[earth],
    )  # fmt: skip


@kind("km/s")
def impulsive_speed(*, max_range_km: float) -> float:
    """Return the speed at the ground with which a shot flies ``max_range_km`` at most, over a still sphere without air."""
    return _missile(max_range_km).burnout_speed_m_s / 1e3


@kind("km")
def impulsive_range(
    *,
    max_range_km: float,
    path_angle_deg: float = float("nan"),
    lat_deg: float = 0.0,
    azimuth_deg: float = 0.0,
    earth: Earth = "still_sphere",
) -> float:
    """Return the range over ground of such a shot at a path angle (that of minimum energy by default), on a still or turning sphere."""
    return float(_flown(max_range_km, path_angle_deg, lat_deg, azimuth_deg, earth).range_m[0]) / 1e3


@kind("km")
def impulsive_apogee(*, max_range_km: float, path_angle_deg: float) -> float:
    """Return the apogee of such a shot."""
    return float(_flown(max_range_km, path_angle_deg, 0.0, 0.0, "still_sphere").apogee_m[0]) / 1e3


@kind("s")
def impulsive_time(*, max_range_km: float, path_angle_deg: float) -> float:
    """Return the time of flight of such a shot."""
    return float(_flown(max_range_km, path_angle_deg, 0.0, 0.0, "still_sphere").time_of_flight_s[0])


@kind("km")
def reach_towards(
    *, max_range_km: float, start_deg: Place, city_deg: Place, less_towards_deg: Place | None = None
) -> float:
    """Return the greatest range on a turning sphere along the bearing on which a city lies, of the shot with this range on a still one.

    ``less_towards_deg`` subtracts the same towards another city. The path is found over bearings and angles in steps of a degree.
    """
    towards = _reach_km(max_range_km, tuple(start_deg), tuple(city_deg))
    return (
        towards
        if less_towards_deg is None
        else towards - _reach_km(max_range_km, tuple(start_deg), tuple(less_towards_deg))
    )


@lru_cache(maxsize=32)
def _reach_km(max_range_km: float, start_deg: Place, city_deg: Place) -> float:
    vehicle = kinematic_for_range(
        max_range_m=1e3 * max_range_km, burn_time_s=0.0, burnout_altitude_m=0.0, burnout_downrange_m=0.0
    )
    wanted = initial_bearing_rad(*map(radians, (*start_deg, *city_deg)))
    bearings = np.degrees(wanted) + np.linspace(-40.0, 40.0, 161)
    best = 0.0
    for angle in np.arange(16.0, 30.0, 1.0):
        flown = fly_batch(
            vehicle, start=start_deg, azimuth_deg=bearings, angle_deg=angle, earth="sphere", threads=1
        )
        bearing = [
            initial_bearing_rad(*map(radians, (*start_deg, lat, lon)))
            for lat, lon in zip(flown.impact_lat.values, flown.impact_lon.values, strict=True)
        ]
        off = np.degrees((np.array(bearing) - wanted + np.pi) % (2.0 * np.pi) - np.pi)
        order = np.argsort(off)
        best = max(best, float(np.interp(0.0, off[order], flown.range_km.values[order])))
    return best


@kind("km/s")
def least_speed(*, range_km: float, burnout_km: float) -> float:
    """Return the least speed at burnout for a range, over a still sphere without air; burnout lies so high and as far downrange."""
    row = arc(
        (0.0, 0.0), (degrees(1e3 * range_km / MEAN_RADIUS_M), 0.0), burn_time_s=0.0, earth="still_sphere",
        burnout_km=lambda _speed, _angle: (burnout_km, burnout_km), first_speed_km_s=5.0,
    )  # fmt: skip
    return row["speed_km_s"]


@kind("km")
def farthest_range(*, speed_km_s: float, burnout_km: float) -> float:
    """Return the farthest range with a speed at burnout, over a still sphere without air; burnout lies as in ``least_speed``."""
    vehicle = kinematic(
        burnout_speed_m_s=1e3 * speed_km_s, burn_time_s=0.0, burnout_altitude_m=1e3 * burnout_km, burnout_downrange_m=1e3 * burnout_km
    )  # fmt: skip
    flown = fly_batch(
        vehicle, start=(0.0, 0.0), azimuth_deg=0.0, angle_deg=np.arange(30.0, 46.0, 0.5), earth="still_sphere", threads=1
    )  # fmt: skip
    return float(np.nanmax(flown.range_km))
