"""Interceptor tests: fly-outs and free reach of the catalogue's interceptors, and the flights of targets as kinematic missiles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, nan, radians, sin, sqrt
from typing import Literal

import numpy as np

from equipoise.catalogue import load_catalogue
from equipoise.flights.fly import NoFlightError, fly, fly_batch
from equipoise.flights.flyout import flyout
from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.physics.flight.kinematic import kinematic
from equipoise.published.kinds import Place, kind
from equipoise.published.kinds.arcs import SPARE
from equipoise.published.statement import span

CLIMB_RAD = radians(35.0)
"""Mean climb of the boost; burnout lies at 0.4 of speed times burn time along it."""


def _speeds_km_s(interceptor: str) -> tuple[float, float, float]:
    """Return the catalogue's burnout speed of an interceptor: value, low, high."""
    speed = load_catalogue().interceptors[interceptor].burnout_speed_km_s
    if speed is None:
        raise ValueError(f"no speed of {interceptor} is known")
    return speed.value, speed.low, speed.high


@kind("s")
def flyout_time(*, interceptor: str, altitude_km: float, range_km: float) -> tuple[float, float, float]:
    """Return the time of a fly-out to an altitude and a ground range, over the catalogue's range of the burnout speed."""
    times = [
        float(flyout(interceptor, speed_km_s=v).time_s.interp(range_km=range_km, altitude_km=altitude_km))
        for v in _speeds_km_s(interceptor)
    ]
    low, high = span(times)
    return low, times[0], high


@kind("km")
def free_reach(*, interceptor: str, of: Literal["range", "altitude"]) -> tuple[float, float, float]:
    """Return the greatest range or altitude that the catalogue's speeds allow without air, whatever the kill vehicle's life."""
    found = []
    for v in _speeds_km_s(interceptor):
        burn_s = float(flyout(interceptor, speed_km_s=v).attrs["burn_time_s"])
        found.append(_free_reach_km(v, burn_s)[0 if of == "range" else 1])
    return min(found), found[0], max(found)


@lru_cache(maxsize=16)
def _free_reach_km(speed_km_s: float, burn_s: float) -> tuple[float, float]:
    """Return greatest range and altitude on a still sphere without air, burnout at half of speed times burn time."""
    boost = 500.0 * speed_km_s * burn_s
    best, top = 0.0, 0.0
    for angle in np.arange(20.0, 90.0, 2.0):
        vehicle = kinematic(
            burnout_speed_m_s=1e3 * speed_km_s, burn_time_s=burn_s, burnout_altitude_m=boost * np.sin(np.radians(angle)),
            burnout_downrange_m=boost * np.cos(np.radians(angle)),
        )  # fmt: skip
        flown = fly_batch(
            vehicle, start=(0.0, 0.0), azimuth_deg=0.0, angle_deg=angle, earth="still_sphere", threads=1
        )
        best = max(best, float(flown.range_km[0]))
        top = max(top, float(flown.apogee_km[0]))
    return best, top


@kind("s")
def target_time(
    *,
    start_deg: Place,
    aim_deg: Place,
    speed_km_s: float,
    above_km: float,
    burn_time_s: float,
    loft_deg: float = 0.0,
) -> float:
    """Return when a target's path comes down through ``above_km``, ``loft_deg`` above minimum energy; nan when it does not fly."""
    boost = 400.0 * speed_km_s * burn_time_s
    vehicle = kinematic(
        burnout_speed_m_s=1e3 * speed_km_s * SPARE, burn_time_s=burn_time_s * SPARE,
        burnout_altitude_m=boost * sin(CLIMB_RAD) * SPARE**2, burnout_downrange_m=boost * cos(CLIMB_RAD) * SPARE**2,
        ballistic_coefficient_kg_m2=5000.0,
    )  # fmt: skip
    family = "lofted" if loft_deg else "minimum_energy"
    try:
        flown = fly(vehicle, start=start_deg, aim=aim_deg, family=family, loft_deg=loft_deg or 10.0).data
    except NoFlightError:
        return nan
    time, height = flown.time.values, flown.altitude_km.values
    falling = time >= float(flown.apogee_time_s)
    return float(np.interp(-above_km, -height[falling], time[falling]))


@kind("")
def flown(
    *,
    missile: str,
    start_deg: Place,
    aim_deg: Place,
    of: Literal["time_of_flight_s", "apogee_km", "range_km", "burnout_speed_km_s", "impact_speed_km_s"],
    family: str = "minimum_energy",
) -> float:
    """Return one number of the flight of a missile or vehicle of the catalogue between two places, in the unit of its name."""
    return float(fly(missile, start=start_deg, aim=aim_deg, family=family).data[of])


@kind("km/s")
def orbital_speed(
    *, altitude_km: float, closing_km_s: Sequence[float] = (0.0, 0.0, 0.0)
) -> tuple[float, float, float]:
    """Return the circular speed at an altitude, with what a meeting adds to it: least, nominal and most."""
    circular = sqrt(GM_EARTH_M3_S2 / (MEAN_RADIUS_M + 1e3 * altitude_km)) / 1e3
    low, value, high = (circular + added for added in closing_km_s)
    return low, value, high
