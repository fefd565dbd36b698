"""Staged vehicles of the catalogue flown as reports say that they flew: to a place and an apogee, or through stated altitudes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import radians
from typing import Literal

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from equipoise.flights.fly import fly
from equipoise.flights.vehicles import flyer
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import WGS84, altitude
from equipoise.physics.flight.dense_output import states
from equipoise.physics.flight.flight import NODES, fly_staged
from equipoise.physics.flight.vehicle import Staged, gravity_turn
from equipoise.published.kinds import Place, kind

KICKS_RAD = np.radians(np.geomspace(0.05, 40.0, 400))


@kind("")
def flown_to(
    *, vehicle: str, start_deg: Place, aim_deg: Place, apogee_km: float, of: Literal["burnout_time_s", "peak_deceleration_g"]
) -> float:  # fmt: skip
    """Return burnout time (s) or the greatest load on re-entry (g) of the flight to a place with an apogee; cut-off and tilt are found."""
    return float(_to(vehicle, tuple(start_deg), tuple(aim_deg), apogee_km)[of])


@kind("km/s")
def inertial_speed(
    *, vehicle: str, start_deg: Place, aim_deg: Place, apogee_km: float, azimuth_deg: float
) -> float:
    """Return the speed at burnout of that flight in axes that do not turn, its bearing there being ``azimuth_deg``."""
    data = _to(vehicle, tuple(start_deg), tuple(aim_deg), apogee_km)
    east = WGS84.omega_rad_s * WGS84.equatorial_radius_m * np.cos(radians(start_deg[0])) / 1e3
    speed, angle, bearing = (
        float(data.burnout_speed_km_s),
        radians(float(data.burnout_path_angle)),
        radians(azimuth_deg),
    )
    level = np.hypot(speed * np.cos(angle) * np.sin(bearing) + east, speed * np.cos(angle) * np.cos(bearing))
    return float(np.hypot(level, speed * np.sin(angle)))


@lru_cache(maxsize=8)
def _to(vehicle: str, start_deg: Place, aim_deg: Place, apogee_km: float) -> xr.Dataset:
    return fly(vehicle, start=start_deg, aim=aim_deg, apogee_km=apogee_km).data


@kind("km")
def range_at_apogee(*, vehicle: str, start_deg: Place, azimuth_deg: float, apogee_km: float) -> float:
    """Return the range along an azimuth of the flight at full burn that climbs to an apogee."""
    what = flyer(vehicle)
    if not isinstance(what.vehicle, Staged) or what.steering is None:
        raise ValueError(f"{vehicle} is not staged")
    lat, lon = map(radians, start_deg)
    flown = fly_staged(
        what.vehicle, what.steering, lat_rad=lat, lon_rad=lon, azimuth_rad=radians(azimuth_deg), earth=WGS84, kick_rad=KICKS_RAD
    )  # fmt: skip
    ok = flown.status == FlightStatus.OK
    order = np.argsort(flown.apogee_m[ok])
    return float(np.interp(1e3 * apogee_km, flown.apogee_m[ok][order], flown.range_m[ok][order])) / 1e3


@kind("km/s")
def speed_on_path(
    *, vehicle: str, start_deg: Place, azimuth_deg: float, segments: Sequence[int], altitudes_km: Sequence[float], of: int
) -> float:  # fmt: skip
    """Return the speed over ground at one of several burnouts, on the path through the altitudes of the first and of the last of them.

    ``segments`` are the vehicle's segments that end there, and ``of`` is the place of the one asked in that list. The tilt, and a pitch of the upper
    stages off the direction of flight, are found for the two altitudes.
    """
    lat, lon = start_deg
    return float(_on_path(vehicle, (lat, lon), azimuth_deg, tuple(segments), tuple(altitudes_km))[of])


@lru_cache(maxsize=4)
def _on_path(
    vehicle: str, start_deg: Place, azimuth_deg: float, segments: tuple[int, ...], altitudes_km: tuple[float, ...]
) -> np.ndarray:  # fmt: skip
    found = flyer(vehicle).vehicle
    if not isinstance(found, Staged):
        raise ValueError(f"{vehicle} is not staged")
    ends = [float(t) for t in found.segments["end_s"][list(segments)]]
    lat, lon = map(radians, start_deg)

    def burnouts(tilt_deg: float, pitch_deg: float) -> np.ndarray:
        """Return altitude (m) and speed over ground (m/s) at the burnouts."""
        nodes = np.full((1, NODES, 10), np.nan)
        steering = gravity_turn(
            kick_rad=radians(tilt_deg), vertical_height_m=300.0, pitch_offset_rad=radians(pitch_deg), offset_stage=1
        )  # fmt: skip
        fly_staged(
            found, steering, lat_rad=lat, lon_rad=lon, azimuth_rad=radians(azimuth_deg), earth=WGS84, nodes=nodes
        )  # fmt: skip
        return np.array([_height_and_speed(nodes[0], t) for t in ends])

    first_m, last_m = (1e3 * height for height in altitudes_km)
    tilt = brentq(lambda a: burnouts(a, -50.0)[0, 0] - first_m, 2.0, 20.0, xtol=1e-4)
    pitch = brentq(lambda a: burnouts(tilt, a)[-1, 0] - last_m, -70.0, -30.0, xtol=1e-4)
    return np.asarray(burnouts(tilt, pitch)[:, 1] / 1e3)


def _height_and_speed(nodes: np.ndarray, time_s: float) -> tuple[float, float]:
    """Return altitude (m) and speed against the turning ground (m/s) at a time of a flight."""
    state = states(nodes[np.isfinite(nodes[:, 0])], np.array([time_s]))[0]
    velocity = state[3:6] - np.cross([0.0, 0.0, WGS84.omega_rad_s], state[:3])
    return float(altitude(*state[:3], WGS84)), float(np.linalg.norm(velocity))
