"""Who sees a missile when, and from when on there is a track: a fine grid of time, and nothing clever.

A path is sampled every ``GRID_S``; a change of sight between two samples is looked for on a grid two hundred times finer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline

from equipoise.engagement.records import Sensor, Timing, Use
from validation.brute_force.earth import (
    MEAN_RADIUS_M,
    Array,
    Earth,
    axes,
    ecef,
    geodetic,
    spin_velocity,
    turned,
)

GRID_S = 0.5
FINER = 200
BENDING_TOP_M = 8_000.0
LOW_RAD = np.radians(3.0)
Span = tuple[float, float]
Sight = Callable[[Array], NDArray[np.bool_]]


@dataclass(frozen=True)
class Path:
    """One missile's path: a kinematic boost leg to ``burnout_s``, then a spline of inertial positions to the impact."""

    earth: Earth
    burnout_s: float
    impact_s: float
    boost_ecef: Callable[[Array], Array]
    spline: CubicHermiteSpline
    missile_class: str

    def ecef(self, t: Array) -> Array:
        """Return positions (n, 3) relative to the ground at times since launch."""
        t = np.atleast_1d(t)
        free = turned(self.spline(np.maximum(t, self.burnout_s)), -self.earth.omega_rad_s * t)
        boost = self.boost_ecef(np.minimum(t, self.burnout_s))
        return np.where((t < self.burnout_s)[:, None], boost, free)

    def velocity(self, t: Array) -> Array:
        """Return velocities (n, 3) relative to the ground after burnout."""
        inertial = turned(self.spline(t, 1), -self.earth.omega_rad_s * t)
        return inertial - spin_velocity(self.ecef(t), self.earth)

    def altitude(self, t: Array) -> Array:
        """Return geodetic altitudes (n,)."""
        return geodetic(self.ecef(t), self.earth)[2]


def spans(sight: Sight, start_s: float, end_s: float) -> list[Span]:
    """Return the intervals within which ``sight`` holds between two times."""
    if end_s <= start_s:
        return []
    t = np.linspace(start_s, end_s, max(2, int((end_s - start_s) / GRID_S) + 2))
    seen = sight(t)
    found: list[Span] = []
    begun = start_s if seen[0] else None
    for i in np.flatnonzero(seen[1:] != seen[:-1]):
        low, high = t[i], t[i + 1]
        for _ in range(2):
            fine = np.linspace(low, high, FINER + 1)
            there = sight(fine)
            k = int(np.argmax(there != there[0]))
            low, high = fine[k - 1], fine[k]
        edge = float(0.5 * (low + high))
        if begun is None:
            begun = edge
        else:
            found.append((begun, edge))
            begun = None
    return [*found, (begun, end_s)] if begun is not None else found


def radar_sight(sensor: Sensor, place: tuple[float, float], path: Path) -> Sight:
    """Return the test whether a radar at one place holds the missile at given times."""
    lat, lon = np.array(place[0]), np.array(place[1])
    eye = ecef(lat, lon, np.array(sensor.height_m), path.earth)
    east, north, up = axes(lat, lon)
    mask = _mask(sensor)

    def sight(t: Array) -> NDArray[np.bool_]:
        line = path.ecef(t) - eye
        away = np.linalg.norm(line, axis=1)
        x, y, z = line @ east, line @ north, line @ up
        elevation = np.arcsin(z / away)
        around = (np.arctan2(x, y) - sensor.azimuth_from_rad) % (2.0 * np.pi)
        reach = np.where(t < path.burnout_s, sensor.boost_range_m, sensor.range_m)
        return (
            (away >= sensor.nearest_m) & (away <= reach) & (elevation <= sensor.high_rad)
            & (elevation >= mask) & ((around <= sensor.width_rad) | (sensor.width_rad >= 2.0 * np.pi - 1e-9))
        )  # fmt: skip

    return sight


def _mask(sensor: Sensor) -> float:
    """Return the lowest elevation of a straight line of sight.

    Below 3 degrees the mask sinks by the whole angle by which a ray of curvature 1 / (4 R) has bent when it leaves the
    lowest 8 km, its length there being that of the ray over an Earth of 4/3 the radius.
    """
    if sensor.low_rad >= LOW_RAD:
        return sensor.low_rad
    rise = max(BENDING_TOP_M - sensor.height_m, 0.0)
    curve, sine = 0.75 / MEAN_RADIUS_M, np.sin(sensor.low_rad)
    return float(
        sensor.low_rad - (-sine + np.sqrt(sine**2 + 2.0 * curve * rise)) / curve / (4.0 * MEAN_RADIUS_M)
    )


def sensor_spans(sensor: Sensor, path: Path) -> list[Span]:
    """Return when a sensor sees the missile; of a box of places, where all of them do (or any, if not ``sure``)."""
    if sensor.kind == "infrared":
        return spans(_infrared_sight(sensor, path), 0.0, path.burnout_s)
    sights = [radar_sight(sensor, place, path) for place in sensor.places]

    def all_of(t: Array) -> NDArray[np.bool_]:
        seen = np.array([sight(t) for sight in sights])
        return seen.all(axis=0) if sensor.sure else seen.any(axis=0)

    return [
        *spans(all_of, 0.0, path.burnout_s * (1.0 - 1e-12)),
        *spans(all_of, path.burnout_s, path.impact_s),
    ]


def _infrared_sight(sensor: Sensor, path: Path) -> Sight:
    def sight(t: Array) -> NDArray[np.bool_]:
        lat, lon, altitude = geodetic(path.ecef(t), path.earth)
        watched = np.zeros(t.shape, dtype=bool) if sensor.boxes_rad else np.ones(t.shape, dtype=bool)
        for south, west, north, east in sensor.boxes_rad:
            watched |= (
                (lat >= south) & (lat <= north) & ((lon - west) % (2 * np.pi) <= (east - west) % (2 * np.pi))
            )
        return watched & (altitude >= sensor.cloud_m)

    return sight


@dataclass(frozen=True)
class Picture:
    """What a shooter's sensors make of one missile: the first report, and when data after burnout arrive without a gap."""

    detect_s: float
    held: tuple[Span, ...]
    reported: tuple[Span, ...]

    def track_s(self, needed_s: float) -> float:
        """Return when the missile has been held for ``needed_s`` after burnout without a gap, or infinity."""
        return min((a + needed_s for a, b in self.held if b - a >= needed_s), default=np.inf)

    def early_track_s(self, needed_s: float) -> float:
        """Return when any sensors have reported the missile for ``needed_s`` without a gap, burning or not."""
        return min((a + needed_s for a, b in self.reported if b - a >= needed_s), default=np.inf)

    def held_for(self, t: Array, needed_s: float) -> NDArray[np.bool_]:
        """Return whether the missile has been held for ``needed_s`` up to each time."""
        good = np.zeros(t.shape, dtype=bool)
        for begin, end in self.held:
            good |= (t - needed_s >= begin) & (t <= end)
        return good


def picture(uses: tuple[Use, ...], sightings: dict[Sensor, list[Span]], path: Path) -> Picture:
    """Return the picture that some sensors make.

    What each tracking radar holds after burnout comes late by its delay and the latency of its release; so shifted, one may
    take over from another.
    """
    usable = [u for u in uses if path.missile_class not in u.withheld]
    reported = [span for u in usable if not u.cued for span in _reports(u, sightings[u.sensor], 0.0)]
    first = min((a for a, _ in reported), default=np.inf)
    reported += [span for u in usable if u.cued for span in _reports(u, sightings[u.sensor], first)]
    held: list[Span] = []
    for use in usable:
        if use.tracks and use.sensor.kind == "radar":
            late, since = use.sensor.delay_s + use.latency_s, max(path.burnout_s, first if use.cued else 0.0)
            held += [(max(a, since) + late, b + late) for a, b in sightings[use.sensor] if b > since]
    return Picture(first, tuple(merged(held)), tuple(merged(reported)))


def _reports(use: Use, seen: list[Span], cue_s: float) -> list[Span]:
    """Return when a sensor's reports of what it sees from ``cue_s`` on arrive."""
    late = use.sensor.delay_s + use.latency_s
    arrive = [
        (max(max(a, cue_s) + late, use.sensor.report_s + use.latency_s), b + late)
        for a, b in seen
        if b > cue_s
    ]
    return [(a, b) for a, b in arrive if b >= a or use.sensor.kind == "infrared"]


def merged(intervals: list[Span]) -> list[Span]:
    """Return the union of intervals, those that touch joined."""
    out: list[Span] = []
    for a, b in sorted(intervals):
        if out and a <= out[-1][1] + 1e-6:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


def first_track_s(seen: Picture, timing: Timing, *, early: bool) -> float:
    """Return when a track stands that is good enough to shoot on."""
    track = seen.track_s(timing.track_s)
    if early:
        track = min(track, seen.early_track_s(timing.early_track_s))
    return track
