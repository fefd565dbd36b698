"""The footprint calculations of published studies: a still sphere, staged vehicles, one missile path, one launcher.

Choices that the literature makes and that differ from the rest of this package: a point mass of radius 6370 km that does
not turn; the interceptor rises 100 m, then keeps to a straight line until its last burnout; the missile's path is fixed
and the launcher is slid along lines through its impact point. Whether outside pressure lowers the thrust of the first stage
only or of all is said by their nozzle areas (0 leaves the vacuum thrust).

>>> from math import radians
>>> from equipoise.physics.flight.vehicle import gravity_turn, stage, staged
>>> missile = staged(stages=[stage(burn_time_s=110.0, propellant_kg=12912.0, dry_kg=1780.0, specific_impulse_s=226.0,
...                                reference_area_m2=1.37)], payload_kg=500.0, ballistic_coefficient_kg_m2=3000.0)
>>> interceptor = staged(stages=[stage(burn_time_s=60.0, propellant_kg=1000.0, dry_kg=200.0, specific_impulse_s=270.0,
...                                    reference_area_m2=0.2)], payload_kg=100.0)
>>> found = bearing_footprint(missile, gravity_turn(kick_rad=radians(2.5), vertical_time_s=5.0), interceptor,
...                           kill_vehicle_life_s=200.0, cue=after_burnout(30.0), rays=8)
>>> found.data.sizes["bearing"]
8
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
import xarray as xr

from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.physics.engagement import bearing_footprint as kernels
from equipoise.physics.environment.earth import EarthModel, sphere
from equipoise.physics.flight.flight import NODES, fly_staged
from equipoise.physics.flight.vehicle import Staged, Steering
from equipoise.physics.interceptor.staged_flyout import planar_flight, staged_table
from equipoise.results.record import Result

STUDY_EARTH = sphere(radius_m=6370e3)
STEP_S = 4.0


@dataclass(frozen=True)
class Cue:
    """When a launch is allowed; made by :func:`after_burnout` or :func:`radar_at_launcher`."""

    kind: int
    delay_s: float
    detection_m: float = 0.0


def after_burnout(delay_s: float) -> Cue:
    """Return: a launch is allowed ``delay_s`` after the missile's burnout (a satellite gives the cue)."""
    return Cue(kernels.AFTER_BURNOUT, delay_s)


def radar_at_launcher(detection_m: float, delay_s: float) -> Cue:
    """Return: at the later of burnout and detection within a slant range, plus a delay, never before the rise plus it."""
    return Cue(kernels.RADAR_AT_LAUNCHER, delay_s, detection_m)


def missile_path(missile: Staged, steering: Steering, earth: EarthModel = STUDY_EARTH) -> kernels.Arrival:
    """Return a staged missile's path in its plane, from launch to impact."""
    nodes = np.full((1, NODES, 10), np.nan)
    flight = fly_staged(
        missile, steering, lat_rad=0.0, lon_rad=0.0, azimuth_rad=0.5 * np.pi, earth=earth, nodes=nodes
    )
    if flight.status[0] != FlightStatus.OK:
        raise DomainError(FlightStatus(int(flight.status[0])).sentence)
    burnout, end = float(flight.burnout_time_s[0]), float(np.nanmax(nodes[0, :, 0]))
    boost = np.linspace(0.0, burnout, 23)
    times = np.concatenate([boost, np.arange(burnout + STEP_S, end - 0.5, STEP_S), [end]])
    x, h = planar_flight(nodes[0], times, earth)
    radius = earth.equatorial_radius_m
    return kernels.Arrival(times, np.maximum(h, 0.0), (x[-1] - x) / radius, boost.size - 1, radius)


def bearing_footprint(
    missile: Staged,
    steering: Steering,
    interceptor: Staged,
    *,
    kill_vehicle_life_s: float,
    cue: Cue,
    shots: int = 1,
    assessment_s: float = 30.0,
    floor_m: float = 100e3,
    ceiling_m: float = inf,
    rays: int = 72,
    farthest_m: float = 3e6,
    resolution_m: float = 1e3,
    earth: EarthModel = STUDY_EARTH,
) -> Result:
    """Return the distances between which a launcher defends the missile's impact point, for each bearing.

    The bearing is that of the launcher seen from the impact point, off the direction back to the missile's launch. All
    intervals are kept; edges are bisected to half the resolution.
    """
    if earth.omega_rad_s != 0.0 or earth.flattening != 0.0:
        raise DomainError("a bearing footprint needs a still sphere; use sphere(radius_m=6370e3)")
    path = missile_path(missile, steering, earth)
    top = float(path.height_m.max()) + 50e3
    table = staged_table(
        interceptor, earth=earth, life_s=kill_vehicle_life_s, most_range_m=farthest_m, most_altitude_m=top
    )
    doctrine = kernels.Doctrine(
        cue.kind, cue.delay_s, cue.detection_m, shots, assessment_s, floor_m, min(ceiling_m, 1e9)
    )
    bearings = np.arange(rays) * (2.0 * np.pi / rays)
    out, counts = np.full((rays, kernels.MOST_INTERVALS, 2), np.nan), np.zeros(rays, dtype=np.int64)
    ray = kernels.Ray(farthest_m, 10.0 * resolution_m, resolution_m, 0.5 * resolution_m)
    kernels.bearing_footprint(path, doctrine, table, bearings, ray, out, counts)
    for i in range(rays):
        out[i, counts[i] :] = np.nan
    data = xr.Dataset(
        {
            "distance": (
                ("bearing", "interval", "edge"),
                out / 1e3,
                {"units": "km", "long_name": "distances between which the launcher defends the impact point"},
            ),
            "area": (
                (),
                _area_km2(out, bearings, earth),
                {"units": "km2", "long_name": "area of the footprint"},
            ),
            "range": (
                (),
                path.left_rad[0] * path.radius_m / 1e3,
                {"units": "km", "long_name": "range of the missile"},
            ),
        },
        coords={"bearing": ("bearing", np.degrees(bearings), {"units": "degree"}), "edge": ["near", "far"]},
        attrs={"shots": shots, "delay_s": cue.delay_s, "detection_km": cue.detection_m / 1e3},
    )
    return Result(
        kind="footprint",
        title="Bearing footprint",
        data=data,
        notes=(
            "A still sphere; the missile's path is fixed and the launcher is slid along lines through its impact point.",
        ),
    )


def _area_km2(intervals_m: np.ndarray, bearings: np.ndarray, earth: EarthModel) -> float:
    """Return the area on the sphere of all intervals, each ray standing for its share of the circle."""
    angle = np.nan_to_num(intervals_m) / earth.equatorial_radius_m
    caps = np.cos(angle[:, :, 0]) - np.cos(angle[:, :, 1])
    return float(caps.sum() * (2.0 * np.pi / bearings.size) * (earth.equatorial_radius_m / 1e3) ** 2)
