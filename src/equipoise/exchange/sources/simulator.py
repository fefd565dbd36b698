"""Exercise tracks from the package's own flight: a notional vehicle, coasting, as a sensor of one party follows it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from equipoise.exchange.protocol.coarsen import EARTH_GM_M3_S2, EARTH_ROTATION_RAD_S
from equipoise.foundation.errors import DomainError

LOWEST_M = 60_000.0  # below it, air matters and the exercise's tracks end


class Sensor(NamedTuple):
    """Where a radar stands (0.1 degree), how low and far it looks, and the error that its tracks state."""

    name: str
    lat_deg: float
    lon_deg: float
    range_m: float
    elevation_deg: float
    sigma_m: float
    sigma_m_s: float


@dataclass(frozen=True)
class Flight:
    """States along a flight: time after launch (n,), Earth-fixed positions and velocities (n, 3)."""

    time_s: np.ndarray
    position_ecef_m: np.ndarray
    velocity_ecef_m_s: np.ndarray


def fly(*, start: tuple[float, float], aim: tuple[float, float], range_m: float, step_s: float) -> Flight:
    """Return the least-energy coast of a notional vehicle from ``start`` to ``aim`` (latitude, longitude in degrees).

    The aiming is that of the engine (ellipsoid, rotation, J2); the coast between is Kepler motion from burnout.
    """
    from equipoise.physics.environment.earth import WGS84, altitude
    from equipoise.physics.environment.kepler import kepler_propagate
    from equipoise.physics.flight.targeting import Family, burnout_state, kinematic_for_range, solve

    burn_s = 110.0
    vehicle = kinematic_for_range(
        max_range_m=range_m, burn_time_s=burn_s, burnout_altitude_m=1.0e5, burnout_downrange_m=1.2e5
    )
    lat, lon, aim_lat, aim_lon = map(math.radians, (*start, *aim))
    path = solve(
        vehicle,
        start_lat_rad=lat,
        start_lon_rad=lon,
        aim_lat_rad=aim_lat,
        aim_lon_rad=aim_lon,
        family=Family.MINIMUM_ENERGY,
        earth=WGS84,
    )
    if not math.isfinite(path.speed_m_s):
        raise DomainError(
            f"the aim point is out of reach: the vehicle flies {path.reached_range_m / 1e3:.0f} km"
        )
    state = np.empty(6)
    burnout_state(vehicle, lat, lon, path.azimuth_rad, path.path_angle_rad, path.speed_m_s, WGS84, state)
    rows = []
    for number in range(100_000):
        flown_s = number * step_s
        p, v = kepler_propagate(tuple(state[:3]), tuple(state[3:]), flown_s, EARTH_GM_M3_S2)
        position, velocity = _fixed(np.array(p), np.array(v), flown_s)
        if altitude(*position, WGS84) >= LOWEST_M:
            rows.append((burn_s + flown_s, position, velocity))
        elif position @ velocity < 0.0:
            break
    times, positions, velocities = zip(*rows, strict=True)
    return Flight(np.array(times), np.array(positions), np.array(velocities))


def _fixed(position: np.ndarray, velocity: np.ndarray, after_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Return an inertial state in Earth-fixed axes that coincided with the inertial ones ``after_s`` ago."""
    c, s = math.cos(EARTH_ROTATION_RAD_S * after_s), math.sin(EARTH_ROTATION_RAD_S * after_s)
    turn = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    fixed = turn @ position
    return fixed, turn @ velocity - np.cross([0.0, 0.0, EARTH_ROTATION_RAD_S], fixed)


def seen(sensor: Sensor, positions_ecef_m: np.ndarray) -> np.ndarray:
    """Return which positions (n, 3) lie in range and above the sensor's lowest elevation."""
    from equipoise.physics.environment.earth import WGS84, enu_basis, geodetic_to_ecef

    lat, lon = math.radians(sensor.lat_deg), math.radians(sensor.lon_deg)
    line = positions_ecef_m - np.array(geodetic_to_ecef(lat, lon, 0.0, WGS84))
    distance = np.linalg.norm(line, axis=1)
    up = line @ np.array(enu_basis(lat, lon)[2])
    return np.asarray(
        (distance <= sensor.range_m) & (up >= distance * math.sin(math.radians(sensor.elevation_deg)))
    )


def track(
    flight: Flight,
    sensor: Sensor,
    *,
    party: str,
    track_id: str,
    launch_id: str,
    launched_at_s: float,
    rng: np.random.Generator,
    site: str = "",
) -> list[dict[str, Any]]:
    """Return the track items of a flight as the sensor reports them, with the error that they state; ``site`` is where it rose."""
    items = []
    for number in np.flatnonzero(seen(sensor, flight.position_ecef_m)):
        position = flight.position_ecef_m[number] + rng.normal(0.0, sensor.sigma_m, 3)
        velocity = flight.velocity_ecef_m_s[number] + rng.normal(0.0, sensor.sigma_m_s, 3)
        payload = {
            "track_id": track_id,
            "launch_id": launch_id,
            "time_s": round(launched_at_s + float(flight.time_s[number]), 3),
            "position_ecef_m": [round(float(value), 1) for value in position],
            "velocity_ecef_m_s": [round(float(value), 3) for value in velocity],
            "sigma_m": sensor.sigma_m,
            "sigma_m_s": sensor.sigma_m_s,
            "lineage": [f"{party}/{sensor.name}/{number}"],
        }
        items.append(item("track", payload) | ({"site": site} if site else {}))
    return items


def item(stream: str, payload: dict[str, Any], *, sensitivity: str = "releasable") -> dict[str, Any]:
    """Return an exercise item."""
    return {"stream": stream, "exercise": True, "sensitivity": sensitivity, "payload": payload}
