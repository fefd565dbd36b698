"""A flight and the engagement against it as data: path, timeline, and GeoJSON that any map opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.interceptor_path import interceptor_path
from equipoise.engagement.records import Battery, Command
from equipoise.foundation.status import Reason
from equipoise.physics.environment.earth import EarthModel, ecef_to_geodetic, geodetic_to_ecef
from equipoise.physics.flight.trajectory import Path, positions

SHOWN_STEP_S = 30.0
INTERCEPTOR_STEP_S = 10.0
INTERCEPTOR, CHORD = "interceptor", "line from the site to the nearest approach"


@dataclass(frozen=True)
class Counterexample:
    """One flight and what one design can do against it; times in s since the missile's launch, nan where none.

    ``path`` (n, 4) holds time, latitude and longitude (deg) and height (m) about every 30 s, ``interceptor`` (m, 4) the same of the
    interceptor from its launch to the meeting, empty where they do not meet; ``meeting`` the place of the first
    intercept (deg, deg, m), or of the nearest approach in time when there is none.
    """

    base: str
    family: str
    boost: str
    site: str
    site_deg: tuple[float, float]
    speed_m_s: float
    slack_s: float
    engaged: bool
    burnout_s: float
    ready_s: float
    latest_s: float
    intercept_s: float
    path: np.ndarray
    interceptor: np.ndarray
    meeting: tuple[float, float, float]

    def timeline(self) -> list[dict[str, Any]]:
        """Return what happens when, in order."""
        steps = [
            (0.0, "missile launch"),
            (self.burnout_s, "missile burnout; the track starts"),
            (self.ready_s, "earliest launch of the interceptor"),
            (self.latest_s, "latest launch that still meets the missile"),
            (self.intercept_s, "first intercept"),
            (float(self.path[-1, 0]), "missile impact"),
        ]
        known = [(t, what) for t, what in steps if np.isfinite(t)]
        return [{"time_s": round(t, 1), "what": what} for t, what in sorted(known)]

    def geojson(self) -> dict[str, Any]:
        """Return path, site, launch point and meeting as a GeoJSON FeatureCollection (height in m as third number)."""
        line = [[round(lon, 3), round(lat, 3), round(h)] for _, lat, lon, h in self.path.tolist()]
        lat, lon, height = self.meeting
        site, met = [self.site_deg[1], self.site_deg[0], 0.0], [round(lon, 4), round(lat, 4), round(height)]
        shot = [[round(lon, 3), round(lat, 3), round(h)] for _, lat, lon, h in self.interceptor.tolist()]
        name = f"{self.base}, {self.family.replace('_', ' ')}"
        meets = "intercept" if self.engaged else "nearest approach in time"
        features = [
            _feature("LineString", line, {"name": f"missile from {name}", "time_s": self.path[:, 0].round(1).tolist()}),
            _feature("LineString", shot or [site, met], {"name": INTERCEPTOR if shot else CHORD, "time_s": self.interceptor[:, 0].round(1).tolist()}),
            _feature("Point", site, {"name": f"interceptor site: {self.site}", "speed_m_s": self.speed_m_s}),
            _feature("Point", met, {"name": meets, "time_s": round(self.intercept_s, 1), "slack_s": round(self.slack_s, 1)}),
        ]  # fmt: skip
        return {"type": "FeatureCollection", "features": features, "timeline": self.timeline()}


def _feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    clean = {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in properties.items()}
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": clean}


def counterexample(one: Paths, command: Command, *, base: str, family: str, boost: str) -> Counterexample:
    """Return the engagement of a command against one flight as data.

    ``base`` (its id), ``family`` and ``boost`` say in words which flight ``one`` is.
    """
    found = engage(one, [command])
    path = one.sampled()
    engaged = bool(found.reason[0, 0] == Reason.ENGAGED)
    shooter = max(int(found.site[0, 0]), 0)
    battery = next(b for b in command.batteries if b.site == found.sites[shooter])
    site = np.degrees(battery.places[0])
    meeting_s = float(found.first_intercept_s[0, 0])
    if not engaged:
        meeting_s = _nearest_s(path, battery.places[0], one.earth)
    place = positions(path, np.array([meeting_s]))[0]
    flown = _flown(battery, one.earth, place, meeting_s) if engaged else np.empty((0, 4))
    return Counterexample(
        base=base,
        family=family,
        boost=boost,
        site=battery.site,
        site_deg=(float(site[0]), float(site[1])),
        speed_m_s=battery.interceptor.burnout_speed_m_s,
        slack_s=float(found.slack_s[0, 0]),
        engaged=engaged,
        burnout_s=float(one.flights.burn_time_s[0]),
        ready_s=float(found.ready_s[0, 0]),
        latest_s=float(found.latest_s[0, 0]),
        intercept_s=meeting_s if engaged else float("nan"),
        path=_shown(path, one.earth),
        interceptor=flown,
        meeting=_degrees(place, one.earth),
    )


def _flown(battery: Battery, earth: EarthModel, meeting_m: np.ndarray, meeting_s: float) -> np.ndarray:
    """Return the interceptor's flight from the battery's place that arrives first, in the columns of :func:`_shown`, (n, 4)."""
    sites = [np.array(geodetic_to_ecef(*place, 0.0, earth)) for place in battery.places]
    ages = np.empty(0)
    flights = [interceptor_path(battery.interceptor, earth, site, meeting_m, ages)[0] for site in sites]
    first = int(np.argmin(flights))
    if not np.isfinite(flights[first]):
        return np.empty((0, 4))
    ages = np.linspace(flights[first], 0.0, 1 + max(1, round(flights[first] / INTERCEPTOR_STEP_S)))
    _, places = interceptor_path(battery.interceptor, earth, sites[first], meeting_m, ages[::-1])
    return np.array(
        [
            (meeting_s - a, *_degrees(p, earth))
            for a, p in zip(ages, places[::-1], strict=True)
            if np.isfinite(p[0])
        ]
    )


def _nearest_s(path: Path, place: tuple[float, float], earth: EarthModel) -> float:
    """Return when the missile is nearest to a place (rad)."""
    site = np.array(geodetic_to_ecef(place[0], place[1], 0.0, earth))
    away = np.linalg.norm(path.position_ecef_m[: path.filled] - site, axis=1)
    return float(path.time_s[int(np.argmin(away))])


def _shown(path: Path, earth: EarthModel) -> np.ndarray:
    """Return time (s), latitude, longitude (deg, without a jump) and height (m) about every 30 s of the path, (n, 4)."""
    end_s = path.time_s[path.filled - 1]
    times = np.linspace(0.0, end_s, 1 + max(1, round(end_s / SHOWN_STEP_S)))
    rows = np.array([(t, *_degrees(p, earth)) for t, p in zip(times, positions(path, times), strict=True)])
    rows[:, 2] = np.unwrap(rows[:, 2], period=360.0)
    return rows


def _degrees(place: np.ndarray, earth: EarthModel) -> tuple[float, float, float]:
    lat, lon, height = ecef_to_geodetic(place[0], place[1], place[2], earth)
    return float(np.degrees(lat)), float(np.degrees(lon)), float(height)
