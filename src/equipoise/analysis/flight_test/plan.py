"""The plan of a flight test as a result: paths, hazard areas, clearances, observers, places to stand, notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from equipoise.analysis.flight_test import evidence as ev
from equipoise.analysis.flight_test.notification import Notice, notices
from equipoise.analysis.flight_test.observe import seen, stations
from equipoise.analysis.flight_test.paths import (
    Meeting,
    TargetPath,
    boost_line,
    geodetic_deg,
    meeting,
    target_path,
)
from equipoise.analysis.flight_test.planner import ErrorMap, error_map, expected
from equipoise.analysis.flight_test.safety import Clearance, HazardArea, clearances, hazard_areas
from equipoise.analysis.inputs import input_columns
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.model.flight_test import ObservingSensor
from equipoise.physics.sensing.observation import ELEVATION, RANGE, ground_reach_m
from equipoise.results.record import Result
from equipoise.results.schema import dataset, kind
from equipoise.scenario.flight_test import FlightTest

PLAN, INPUTS = "flight_test_plan", "flight_test_inputs"
PATH_STEP_S = 5.0

NOTES = (
    "Places, geometry, stages, instruments and their accuracies are notional where the public record is silent; the "
    "file of the test says which.",
    "Flight: WGS 84 with J2, turning Earth, US Standard Atmosphere 1976; no wind. The interceptor is a profile of "
    "specific force, since no public source gives its masses.",
    "Hazard areas are ellipses about the mean impact that hold the stated share of simulated impacts. They are a planning "
    "sketch, not a range safety approval.",
    "Observers learn of the motion alone. What kills, seeks or steers is neither modelled nor estimated.",
)


@dataclass(frozen=True)
class Plan:
    """A test as planned: both paths, hazard areas, clearances, notices."""

    test: FlightTest
    target: TargetPath
    meeting: Meeting
    areas: tuple[HazardArea, ...]
    clearances: tuple[Clearance, ...]
    notices: tuple[Notice, ...]

    @property
    def is_clear(self) -> bool:
        """Whether every place and observer keeps the margin, and no notice has a fault that a source confirms."""
        return all(c.spare_km >= 0.0 for c in self.clearances) and all(n.is_good for n in self.notices)


def plan(test: FlightTest, *, now: datetime | None = None) -> Plan:
    """Return the plan of a test; notices are judged at ``now``, by default when each is given."""
    target = target_path(test)
    met = meeting(test, target)
    areas = hazard_areas(test, target, met)
    return Plan(test, target, met, areas, clearances(test, areas), notices(test, target, areas, now=now))


def inputs_result(test: FlightTest) -> Result:
    """Return every number of the test's file with its source."""
    return Result(kind=INPUTS, title=test.title, data=dataset(INPUTS, input_columns(test), {}))


def steps(test: FlightTest) -> int:
    """Return how often :func:`plan_result` tells of progress."""
    box = test.planner
    return len(test.options) * (int((box.north_deg - box.south_deg) / box.step_deg) + 1)


def plan_result(made: Plan, *, tell: Callable[[], None] = lambda: None) -> Result:
    """Return the plan as a result, with the maps of where an observer should stand.

    ``tell`` is called after each option's map.
    """
    test = made.test
    maps = [error_map(test, made.meeting, made.areas, o.id, tell=tell) for o in test.options]
    found = (
        _paths(made)
        | _areas(made)
        | _clearances(made)
        | _observers(made)
        | _maps(test, maps)
        | _notices(made)
    )
    axes = {name: found.pop(name) for name in kind(PLAN).axes}
    notes = (*NOTES, test.head.note) if test.head.note else NOTES
    return Result(kind=PLAN, title=test.title, data=dataset(PLAN, found, axes, _facts(made)), notes=notes)


def _track(name: str, places: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}_lat": places[:, 0], f"{name}_lon": places[:, 1], f"{name}_altitude": places[:, 2] / 1e3}


def _paths(made: Plan) -> dict[str, Any]:
    """Return both tracks; times are s since the target's launch."""
    target, met = made.target, made.meeting
    boost = boost_line(target, 12)
    times = np.arange(target.burn_s + 1e-6, made.meeting.after_target_s + 1e-9, PATH_STEP_S)
    times = np.append(times, met.after_target_s)
    coast = np.array([geodetic_deg(target.ecef_at(float(t))[:3]) for t in times])
    target_times = np.concatenate([np.linspace(0.0, target.burn_s, 12), times])
    delay = met.after_target_s - met.flown_s
    flown = np.append(np.arange(0.0, met.flown_s, 2.0), met.flown_s)
    rising = np.array([geodetic_deg(met.interceptor.ecef_at(float(t))[:3]) for t in flown])
    speed = [float(np.linalg.norm(met.interceptor.ecef_at(float(t))[3:])) / 1e3 for t in flown]
    tracks = _track("target", np.concatenate([boost, coast])) | _track("interceptor", rising)
    axes = {"target_time": target_times, "interceptor_time": flown + delay}
    return tracks | {"interceptor_speed": speed} | axes


def _areas(made: Plan) -> dict[str, Any]:
    a = made.areas
    corners = np.array([area.corners_deg for area in a])
    size = np.array([area.semi_axes_km for area in a])
    times = np.array([(area.first_s, area.last_s) for area in a])
    return {
        "area_lat": corners[:, :, 0],
        "area_lon": corners[:, :, 1],
        "area_long": size[:, 0],
        "area_short": size[:, 1],
        "area_first": times[:, 0],
        "area_last": times[:, 1],
        "area_kind": [area.kind for area in a],
        "area": [area.name for area in a],
    }


def _clearances(made: Plan) -> dict[str, Any]:
    c = made.clearances
    kept = {k.name: (k.lat_deg, k.lon_deg, k.radius_km) for k in made.test.keep_outs}
    spots = np.array([kept.get(x.place, (np.nan, np.nan, np.nan)) for x in c])
    return {
        "clear_distance": [x.distance_km for x in c],
        "clear_spare": [x.spare_km for x in c],
        "clear_from": [x.area for x in c],
        "keep_lat": spots[:, 0],
        "keep_lon": spots[:, 1],
        "keep_radius": spots[:, 2],
        "place": [x.place for x in c],
    }


def _observers(made: Plan) -> dict[str, Any]:
    """Return what each observer sees, and what each set-up would learn."""
    test, met = made.test, made.meeting
    entries = test.observers
    sight = np.full((len(entries), 4), np.nan)
    for n, entry in enumerate(entries):
        looks = seen(met.interceptor, stations(test, [entry.id]), 0)
        if len(looks):
            near, high = (looks["value"][looks["kind"] == kind] for kind in (RANGE, ELEVATION))
            sight[n] = (looks[0].time_s, looks[-1].time_s, near.min() / 1e3, np.degrees(high.max()))
    setups = test.setups
    learnt = [expected(test, met, stations(test, s.observers)) for s in setups]
    optical = [test.find("sensor", e.sensor).kind == "optical" for e in entries]
    height = geodetic_deg(met.interceptor.ecef_at(met.interceptor.burnout_s)[:3])[2]
    reach = [_reach_km(test.find("sensor", e.sensor), height) for e in entries]
    return {
        "observer_lat": [e.lat_deg for e in entries],
        "observer_lon": [e.lon_deg for e in entries],
        "observer_party": [e.party for e in entries],
        "observer_optical": np.array(optical, dtype=np.int8),
        "observer_reach": reach,
        "seen_from": sight[:, 0],
        "seen_to": sight[:, 1],
        "seen_nearest": sight[:, 2],
        "seen_highest": sight[:, 3],
        "setup_speed_error": [x.speed_m_s for x in learnt],
        "setup_time_error": [x.time_s for x in learnt],
        "setup_force_error": [x.force_m_s2 for x in learnt],
        "observer": [e.name for e in entries],
        "setup": [s.name for s in setups],
    }


def _reach_km(sensor: ObservingSensor, height_m: float) -> float:
    lowest, farthest_m = np.radians(sensor.lowest_elevation_deg), 1e3 * sensor.farthest_km
    return float(ground_reach_m(lowest, farthest_m, height_m, MEAN_RADIUS_M)) / 1e3


def _maps(test: FlightTest, maps: list[ErrorMap]) -> dict[str, Any]:
    claim = test.claim
    needed = [
        ev.tests_needed(
            sigma_m_s=m.best.speed_m_s,
            spread_share=claim.spread_share,
            true_m_s=1e3 * claim.first_km_s,
            limit_m_s=1e3 * claim.limit_km_s,
            certainty=claim.certainty_share,
        )
        for m in maps
    ]
    usable = [test.find("sensor", o.sensor).clear_share for o in test.options]
    names = [o.name for o in test.options]
    return {
        "map_speed_error": np.array([m.speed_m_s for m in maps]),
        "best_lat": [m.best_deg[0] for m in maps],
        "best_lon": [m.best_deg[1] for m in maps],
        "best_speed_error": [m.best.speed_m_s for m in maps],
        "best_time_error": [m.best.time_s for m in maps],
        "best_force_error": [m.best.force_m_s2 for m in maps],
        "tests_needed": needed,
        "tests_flown": np.ceil(np.array(needed) / np.array(usable) - 1e-9),
        "option": names,
        "grid_lat": maps[0].lat_deg,
        "grid_lon": maps[0].lon_deg,
    }


def _notices(made: Plan) -> dict[str, Any]:
    n = made.notices
    findings = ["\n".join(str(f) for f in x.findings) for x in n]
    faults = [sum(not f.advisory for f in x.findings) for x in n]
    texts = [json.dumps(x.payload, sort_keys=True) if x.payload else "" for x in n]
    return {
        "notice_title": [x.title for x in n],
        "notice_none": [x.why_none for x in n],
        "notice_text": [x.text for x in n],
        "notice_json": texts,
        "notice_findings": findings,
        "notice_faults": np.array(faults, dtype=np.int32),
        "notice_standing": [x.standing for x in n],
        "notice_given": [x.given for x in n],
        "notice": [x.instrument for x in n],
    }


def _facts(made: Plan) -> dict[str, Any]:
    """Return the single numbers of a plan as attributes."""
    test, met = made.test, made.meeting
    lat, lon, height = geodetic_deg(met.point_ecef_m)
    burn = geodetic_deg(met.interceptor.ecef_at(met.interceptor.burnout_s)[:3])
    claim, site = test.claim, test.interceptor
    speed = site.burnout_speed_km_s
    return {
        "test": test.name,
        "invited": test.head.invited,
        "system": site.system,
        "window_start": test.head.window_start.isoformat(),
        "window_end": test.head.window_end.isoformat(),
        "launch_after_s": site.launch_after_s.value,
        "target_range_km": made.target.solution.reached_range_m / 1e3,
        "target_apogee_km": made.target.solution.apogee_m / 1e3,
        "intercept_after_s": met.after_target_s,
        "intercept_altitude_km": height / 1e3,
        "intercept_lat_deg": lat,
        "intercept_lon_deg": lon,
        "burnout_s": met.interceptor.burnout_s,
        "burnout_altitude_km": burn[2] / 1e3,
        "burnout_lat_deg": burn[0],
        "burnout_lon_deg": burn[1],
        "claimed_km_s": speed.value,
        "claimed_low_km_s": speed.low,
        "claimed_high_km_s": speed.high,
        "claimed_source": speed.source,
        "claimed_confidence": str(speed.confidence),
        "margin_km": test.safety.margin_km,
        "contained_share": test.safety.contained_share,
        "limit_km_s": claim.limit_km_s,
        "certainty_share": claim.certainty_share,
        "spread_share": claim.spread_share,
        "is_clear": int(made.is_clear),
    }
