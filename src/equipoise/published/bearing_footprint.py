"""The footprint calculations of published studies: a still sphere, staged vehicles, one missile path, one launcher.

Choices that the literature makes and that differ from the rest of this package: a point mass of radius 6370 km that does
not turn; the interceptor rises vertically (100 m unless said), then keeps to a straight line until its last burnout; no
kill comes before the kill vehicle's release (``release_s`` after launch, the last burnout unless said); the missile's path
is fixed. Whether outside pressure lowers the thrust of the first stage only or of all is said by their nozzle areas (0
leaves the vacuum thrust).

Two conventions are in use, and :func:`centred` goes from one to the other. About the impact point: the launcher is slid
along lines through it, and the bearing is that of the launcher seen from the impact point. About the launcher: the bearing
is that of the impact point seen from the launcher. Both count from the direction back to the missile's launch as it is at
the impact point; carried along the great circle to the launcher it keeps its angle with that line, so that the two
bearings differ by 180 degrees, distances stay, and so do areas.

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

from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from equipoise.foundation.errors import DomainError, unknown_name
from equipoise.foundation.status import FlightStatus
from equipoise.physics.engagement import bearing_footprint as kernels
from equipoise.physics.environment.earth import EarthModel, sphere
from equipoise.physics.flight.flight import NODES, fly_staged
from equipoise.physics.flight.vehicle import Staged, Steering, straight
from equipoise.physics.interceptor.staged_flyout import planar_flight, staged_table
from equipoise.results.record import Result
from equipoise.results.schema import dataset

STUDY_EARTH = sphere(radius_m=6370e3)
STEP_S, CELL_M = 4.0, 10e3
"""Spacing of the missile's samples, and of the table of the interceptor's arrivals; docs/engagement.md shows what finer ones change."""


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


ABOUT = ("impact_point", "launcher")
"""What a footprint may be centred on."""
_BEARINGS = {
    "impact_point": "bearing of the launcher seen from the impact point, off the direction back to the missile's launch",
    "launcher": "bearing of the impact point seen from the launcher, off the direction back to the missile's launch",
}


def centred(footprint: Result, about: str) -> Result:
    """Return a footprint centred on ``about`` (impact_point, launcher); the area is the same.

    The bearings turn by 180 degrees where the convention changes; see the head of this module.
    """
    if about not in ABOUT:
        raise unknown_name("centre of a footprint", about, ABOUT)
    if footprint.data.attrs["about"] == about:
        return footprint
    turned = footprint.data.assign_coords(bearing=(footprint.data.bearing + 180.0) % 360.0).sortby("bearing")
    turned.bearing.attrs = {"units": "degree", "long_name": _BEARINGS[about]}
    return replace(footprint, data=turned.assign_attrs(about=about))


def missile_path(
    missile: Staged, steering: Steering, earth: EarthModel = STUDY_EARTH, *, step_s: float = STEP_S
) -> kernels.Arrival:
    """Return a staged missile's path in its plane, from launch to impact, every ``step_s`` after burnout."""
    nodes = np.full((1, NODES, 10), np.nan)
    flight = fly_staged(
        missile, steering, lat_rad=0.0, lon_rad=0.0, azimuth_rad=0.5 * np.pi, earth=earth, nodes=nodes
    )
    if flight.status[0] != FlightStatus.OK:
        raise DomainError(FlightStatus(int(flight.status[0])).sentence)
    burnout, end = float(flight.burnout_time_s[0]), float(np.nanmax(nodes[0, :, 0]))
    boost = np.linspace(0.0, burnout, 23)
    times = np.concatenate([boost, np.arange(burnout + step_s, end - 0.1 * step_s, step_s), [end]])
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
    release_s: float | None = None,
    vertical_height_m: float = 100.0,
    about: str = "impact_point",
    floor_m: float = 100e3,
    ceiling_m: float = inf,
    rays: int = 72,
    farthest_m: float = 3e6,
    resolution_m: float = 1e3,
    cell_m: float = CELL_M,
    step_s: float = STEP_S,
    earth: EarthModel = STUDY_EARTH,
) -> Result:
    """Return the distances between which a launcher defends the missile's impact point, for each bearing.

    ``kill_vehicle_life_s`` counts from ``release_s`` (s after the interceptor's launch, its last burnout by default), before
    which no kill comes. ``vertical_height_m`` is the interceptor's vertical rise: :class:`DomainError` when its first stage
    does not burn so long. ``about`` is what bearings are taken at (:data:`ABOUT`). All intervals are kept; edges are bisected
    to half the resolution. ``cell_m`` is the spacing of the interceptor's table of arrivals, ``step_s`` of the missile's samples.
    """
    release = interceptor.burn_time_s if release_s is None else release_s
    if not (isfinite(release) and release >= 0.0):
        raise DomainError(f"release_s is {release_s}; give s after the interceptor's launch, not negative")
    _check_rise(interceptor, vertical_height_m, earth)
    if earth.omega_rad_s != 0.0 or earth.flattening != 0.0:
        raise DomainError("a bearing footprint needs a still sphere; use sphere(radius_m=6370e3)")
    path = missile_path(missile, steering, earth, step_s=step_s)
    top = float(path.height_m.max()) + 50e3
    table = staged_table(
        interceptor,
        earth=earth,
        life_s=kill_vehicle_life_s,
        release_s=release,
        vertical_height_m=vertical_height_m,
        most_range_m=farthest_m,
        most_altitude_m=top,
        range_step_m=cell_m,
        altitude_step_m=cell_m,
    )
    doctrine = kernels.Doctrine(
        cue.kind, cue.delay_s, cue.detection_m, shots, assessment_s, floor_m, min(ceiling_m, 1e9)
    )
    bearings_deg = np.arange(rays) * 360.0 / rays
    bearings = np.radians(bearings_deg)
    out, counts = np.full((rays, kernels.MOST_INTERVALS, 2), np.nan), np.zeros(rays, dtype=np.int64)
    ray = kernels.Ray(farthest_m, 10.0 * resolution_m, resolution_m, 0.5 * resolution_m)
    kernels.bearing_footprint(path, doctrine, table, bearings, ray, out, counts)
    for i in range(rays):
        out[i, counts[i] :] = np.nan
    data = dataset(
        "footprint",
        {
            "distance": out / 1e3,
            "area": _area_km2(out, bearings, earth),
            "range": path.left_rad[0] * path.radius_m / 1e3,
        },
        {"bearing": bearings_deg, "edge": ["near", "far"]},
        attrs={
            "shots": shots,
            "delay_s": cue.delay_s,
            "detection_km": cue.detection_m / 1e3,
            "release_s": release,
            "kill_vehicle_life_s": kill_vehicle_life_s,
            "about": "impact_point",
        },
    )
    found = Result(kind="footprint", title="Bearing footprint", data=data, notes=_notes(interceptor, release))
    return centred(found, about)


def _check_rise(interceptor: Staged, vertical_height_m: float, earth: EarthModel) -> None:
    """Raise :class:`DomainError` when the interceptor's first stage ends before its vertical rise."""
    steering = straight(elevation_rad=0.5 * np.pi, vertical_height_m=vertical_height_m)
    up = fly_staged(interceptor, steering, lat_rad=0.0, lon_rad=0.0, azimuth_rad=0.0, earth=earth)
    if up.status[0] == FlightStatus.RISE_TOO_LONG:
        raise DomainError(
            f"vertical_height_m is {vertical_height_m:g}: {FlightStatus.RISE_TOO_LONG.sentence}"
        )


def _notes(interceptor: Staged, release_s: float) -> tuple[str, ...]:
    burnout = " (its last burnout)" if release_s == interceptor.burn_time_s else ""
    return (
        "A still sphere; the missile's path is fixed and the launcher is slid along lines through its impact point.",
        f"No kill comes before the kill vehicle's release, {release_s:.0f} s after the interceptor's launch{burnout}.",
    )


def _area_km2(intervals_m: np.ndarray, bearings: np.ndarray, earth: EarthModel) -> float:
    """Return the area on the sphere of all intervals, each ray standing for its share of the circle."""
    angle = np.nan_to_num(intervals_m) / earth.equatorial_radius_m
    caps = np.cos(angle[:, :, 0]) - np.cos(angle[:, :, 1])
    return float(caps.sum() * (2.0 * np.pi / bearings.size) * (earth.equatorial_radius_m / 1e3) ** 2)
