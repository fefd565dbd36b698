"""From a scenario's records to the floats and arrays that the kernels take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf, radians
from typing import Any

import numpy as np

from equipoise.foundation.provenance import Quantity
from equipoise.foundation.remember import remember
from equipoise.foundation.units import to_si
from equipoise.physics import engagement, targeting
from equipoise.physics.earth import SPHERE, STILL_SPHERE, WGS84, EarthModel, geodetic_to_ecef
from equipoise.physics.flyout import FlyoutTable, flyout_table
from equipoise.scenario.load import Scenario

EARTHS: dict[str, EarthModel] = {"wgs84": WGS84, "sphere": SPHERE, "still_sphere": STILL_SPHERE}
FAMILIES = {f.name.lower(): f for f in targeting.Family}
PATH_SAMPLES = 900
"""Samples per path, 5 s apart: 75 minutes after burnout."""


@dataclass(frozen=True)
class Stance:
    """Which end of each range is taken: -1 against the defence, 0 nominal, +1 in its favour."""

    speed: int = 0
    burn: int = 0
    track: int = 0
    decision: int = 0
    reaction: int = 0
    assessment: int = 0
    floor: int = 0
    ceiling: int = 0
    life: int = 0
    radar: int = 0

    @classmethod
    def all(cls, end: int) -> Stance:
        """Return the stance with every parameter at one end."""
        return cls(*([end] * len(cls.__dataclass_fields__)))

    def with_one(self, name: str, end: int) -> Stance:
        """Return the stance with one parameter moved."""
        return replace(self, **{name: end})


NOMINAL = Stance()
SPOKEN = {
    "speed": "interceptor burnout speed",
    "burn": "interceptor burn time",
    "track": "track time needed after burnout",
    "decision": "decision time",
    "reaction": "interceptor reaction time",
    "assessment": "kill assessment time",
    "floor": "kill floor",
    "ceiling": "kill ceiling",
    "life": "kill-vehicle life",
    "radar": "radar detection range",
}


def pick(quantity: Quantity, end: int, *, larger_helps: bool) -> float:
    """Return the SI value at one end of a range; ``end`` +1 favours the defence."""
    toward_high = end if larger_helps else -end
    value = {0: quantity.value, 1: quantity.high, -1: quantity.low}[toward_high]
    return to_si(value, quantity.unit) if quantity.unit else value


def rules(scenario: Scenario, stance: Stance, interceptor: str) -> engagement.Rules:
    """Return the delays of an engagement and the altitudes between which the interceptor can kill."""
    a = scenario.tables["assumption"]
    record = scenario.find("interceptor", interceptor)
    floor = record.get("kill_floor_km", a["kill_floor_km"])
    ceiling = record.get("kill_ceiling_km")
    return engagement.Rules(
        track_s=pick(a["track_s"], stance.track, larger_helps=False),
        decision_s=pick(a["decision_s"], stance.decision, larger_helps=False),
        reaction_s=pick(a["reaction_s"], stance.reaction, larger_helps=False),
        assessment_s=pick(a["assessment_s"], stance.assessment, larger_helps=False),
        floor_m=pick(floor, stance.floor, larger_helps=False),
        ceiling_m=pick(ceiling, stance.ceiling, larger_helps=True) if ceiling else inf,
    )


def track_needed_s(scenario: Scenario, stance: Stance) -> float:
    """Return how long a radar must hold the missile after burnout."""
    return pick(scenario.tables["assumption"]["track_s"], stance.track, larger_helps=False)


@lru_cache(maxsize=64)
def _table(speed: float, burn: float, life: float) -> FlyoutTable:
    return flyout_table(burnout_speed_m_s=speed, burn_time_s=burn, life_s=life)


def table_for(
    scenario: Scenario, interceptor: str, stance: Stance, speed_m_s: float | None = None
) -> FlyoutTable:
    """Return the fly-out table of an interceptor, at another speed when one is given."""
    record = scenario.find("interceptor", interceptor)
    life = pick(record["kill_vehicle_life_s"], stance.life, larger_helps=True)
    speed = speed_m_s or pick(record["burnout_speed_km_s"], stance.speed, larger_helps=True)
    return _table(speed, pick(record["burn_time_s"], stance.burn, larger_helps=False), life)


def missile(record: dict[str, Any]) -> targeting.Kinematic:
    """Return the kinematic vehicle of a missile at its nominal values."""
    si = {key: value.si for key, value in record.items() if isinstance(value, Quantity)}
    return targeting.kinematic_for_range(
        max_range_m=si["max_range_km"],
        burn_time_s=si["burn_time_s"],
        burnout_altitude_m=si["burnout_altitude_km"],
        burnout_downrange_m=si["burnout_downrange_km"],
        ballistic_coefficient_kg_m2=si["ballistic_coefficient_kg_m2"],
    )


def position(entry: dict[str, Any], earth: EarthModel) -> np.ndarray:
    """Return the ECEF position (3,) of an entry with lat_deg and lon_deg."""
    return np.array(geodetic_to_ecef(radians(entry["lat_deg"]), radians(entry["lon_deg"]), 0.0, earth))


def radar_rows(entries: list[dict[str, Any]], stance: Stance) -> np.ndarray:
    """Return radars as rows (m, 8) for the kernels."""
    rows = [
        (
            radians(e["lat_deg"]),
            radians(e["lon_deg"]),
            0.0,
            radians(e["azimuth_from_deg"]),
            radians((e["azimuth_to_deg"] - e["azimuth_from_deg"]) % 360.0 or 360.0),
            radians(e["elevation_from_deg"]),
            radians(e["elevation_to_deg"]),
            pick(e["range_max_km"], stance.radar, larger_helps=True),
        )
        for e in entries
    ]
    return np.array(rows).reshape(-1, 8)


@dataclass(frozen=True)
class Paths:
    """Solved paths: status (n,), ECEF samples (n, m, 3), how many are in flight (n,), burnout times (n,)."""

    status: np.ndarray
    samples: np.ndarray
    counts: np.ndarray
    burn_time_s: np.ndarray


@remember(limit_mb=600)
def fly_paths(
    vehicle: targeting.Kinematic, start_rad: np.ndarray, aim_rad: np.ndarray, family: str, earth: EarthModel
) -> Paths:
    """Solve and sample the paths from ``start_rad`` (n, 2) to ``aim_rad`` (n, 2), latitude and longitude."""
    lat0, lon0 = (np.ascontiguousarray(column) for column in start_rad.T)
    lat1, lon1 = (np.ascontiguousarray(column) for column in aim_rad.T)
    s = targeting.solve_batch(
        vehicle,
        start_lat_rad=lat0,
        start_lon_rad=lon0,
        aim_lat_rad=lat1,
        aim_lon_rad=lon1,
        family=FAMILIES[family],
        earth=earth,
    )
    samples = np.zeros((lat0.size, PATH_SAMPLES, 3))
    counts = np.zeros(lat0.size, dtype=np.int64)
    engagement.sample_paths(
        vehicle,
        lat0,
        lon0,
        s.status,
        s.azimuth_rad,
        s.path_angle_rad,
        s.speed_m_s,
        s.burn_time_s,
        earth,
        samples,
        counts,
    )
    return Paths(np.asarray(s.status), samples, counts, np.asarray(s.burn_time_s))
