"""Depressed paths: those that burn out level at their apogee, and those whose burnout lies at a stated share of the apogee."""

from __future__ import annotations

from functools import lru_cache
from math import degrees, nan

import numpy as np

from equipoise.flights.fly import fly_batch
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.errors import DomainError
from equipoise.physics.flight.kinematic import kinematic
from equipoise.published.kinds import kind
from equipoise.published.kinds.arcs import arc

NEARLY_LEVEL_DEG = 0.01


@lru_cache(maxsize=64)
def _level_path(range_km: float, height_km: float, downrange_km: float, burn_s: float) -> tuple[float, float]:
    """Return the speed (km/s) and time (s) of the path that burns out level at its apogee; nan when there is none."""
    speeds = np.linspace(3.0, 7.7, 48)
    found = []
    for speed in speeds:
        vehicle = kinematic(
            burnout_speed_m_s=1e3 * speed, burn_time_s=burn_s, burnout_altitude_m=1e3 * height_km,
            burnout_downrange_m=1e3 * downrange_km,
        )  # fmt: skip
        flown = fly_batch(
            vehicle, start=(0.0, 0.0), azimuth_deg=0.0, angle_deg=NEARLY_LEVEL_DEG, earth="still_sphere", threads=1
        )  # fmt: skip
        found.append((float(flown.range_km[0]), float(flown.time_of_flight_s[0])))
    ranges, times = np.array(found).T
    if not ranges[0] <= range_km <= np.nanmax(ranges):
        return nan, nan
    speed = float(np.interp(range_km, ranges, speeds))
    return speed, float(np.interp(speed, speeds, times))


@kind("km/s")
def depressed_speed(
    *,
    range_km: float,
    apogee_km: float,
    burnout_share_of_apogee: float,
    burn_time_s: float,
    downrange_km: float,
) -> float:
    """Return the speed at burnout, over a still sphere without air, of the path with this range and apogee.

    Burnout lies ``downrange_km`` from the launch, at a share of the apogee; at a share of one the path is level there.
    """
    return _path(range_km, apogee_km, burnout_share_of_apogee, burn_time_s, downrange_km)[0]


@kind("s")
def depressed_time(
    *,
    range_km: float,
    apogee_km: float,
    burnout_share_of_apogee: float,
    burn_time_s: float,
    downrange_km: float,
) -> float:
    """Return the time of flight of the same path, boost included."""
    return _path(range_km, apogee_km, burnout_share_of_apogee, burn_time_s, downrange_km)[1]


@lru_cache(maxsize=256)
def _path(
    range_km: float, apogee_km: float, share: float, burn_time_s: float, downrange_km: float
) -> tuple[float, float]:
    if share == 1.0:
        return _level_path(range_km, apogee_km, downrange_km, burn_time_s)
    height = share * apogee_km
    try:
        row = arc(
            (0.0, 0.0),
            (degrees(1e3 * range_km / MEAN_RADIUS_M), 0.0),
            burn_time_s=burn_time_s,
            burnout_km=lambda _speed, _angle: (height, downrange_km),
            earth="still_sphere",
            apogee_km=apogee_km,
        )
    except DomainError:
        return nan, nan
    return row["speed_km_s"], row["time_of_flight_s"]
