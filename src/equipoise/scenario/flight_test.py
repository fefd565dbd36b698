"""Flight-test files: one TOML file describes a test, its range, observers, notices and the claim that it should probe."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError, Problem, nearest
from equipoise.model.notices import instruments
from equipoise.scenario.library import Library, Raw
from equipoise.scenario.schema import CONFIDENCE, LAT, LON, TEXT, Field, check_tables

ORIGIN = {"source": TEXT, "confidence": CONFIDENCE}
OWN_TEXT = Field("text", required=False)
MOMENT = Field("moment")


def _q(low: float, high: float, *, required: bool = True) -> Field:
    return Field("quantity", low, high, required=required)


SCHEMA: dict[str, dict[str, Field]] = {
    "test": {
        "name": TEXT,
        "title": TEXT,
        "extends": OWN_TEXT,
        "note": OWN_TEXT,
        "range": TEXT,
        "host": TEXT,
        "invited": TEXT,
        "window_start": MOMENT,
        "window_end": MOMENT,
        **ORIGIN,
    },
    "target": {
        "name": TEXT,
        "vehicle_class": Field("text", words=("ballistic-missile", "icbm", "slbm", "space-launch-vehicle")),
        "lat_deg": LAT,
        "lon_deg": LON,
        "aim_lat_deg": LAT,
        "aim_lon_deg": LON,
        "loft_deg": Field("number", 0, 60),
        "max_range_km": _q(50, 6000),
        "burn_time_s": _q(1, 400),
        "burnout_altitude_km": _q(1, 400),
        "burnout_downrange_km": _q(0, 1500),
        "ballistic_coefficient_kg_m2": _q(50, 50000),
        "spent_ballistic_coefficient_kg_m2": _q(20, 5000),
        **ORIGIN,
    },
    "interceptor": {
        "system": TEXT,
        "lat_deg": LAT,
        "lon_deg": LON,
        "launch_after_s": _q(0, 3600),
        "intercept_floor_km": Field("number", 0, 500),
        "burnout_speed_km_s": _q(0.5, 9, required=False),
        "burn_time_s": _q(2, 400, required=False),
        **ORIGIN,
    },
    "stage": {
        "id": TEXT,
        "ignition_share": Field("number", 0, 1),
        "end_share": Field("number", 0, 1),
        "speed_share": Field("number", 0, 1),
        "mass_ratio": Field("number", 1.05, 10),
        "above_deg": Field("number", -30, 60),
        "ballistic_coefficient_kg_m2": Field("number", 200, 50000),
        "spent_ballistic_coefficient_kg_m2": _q(20, 5000),
        **ORIGIN,
    },
    "sensor": {
        "id": TEXT,
        "name": TEXT,
        "kind": Field("text", words=("radar", "optical")),
        "mount": Field("text", words=("ship", "land")),
        "lowest_elevation_deg": Field("number", 0, 45),
        "farthest_km": Field("number", 1, 6000),
        "reference_range_km": Field("number", 1, 6000),
        "measurements_per_s": Field("number", 0.02, 100),
        "range_sigma_m": Field("number", 0, 1e5),
        "angle_sigma_deg": Field("number", 1e-5, 10),
        "range_rate_sigma_m_s": Field("number", 0, 1e3),
        "range_floor_m": Field("number", 0, 1e4),
        "angle_floor_deg": Field("number", 0, 5),
        "range_rate_floor_m_s": Field("number", 0, 1e3),
        "range_bias_m": Field("number", 0, 1e4),
        "angle_bias_deg": Field("number", 0, 5),
        "cutoff_sigma_s": Field("number", 0, 60),
        "clear_share": Field("number", 0.01, 1),
        **ORIGIN,
    },
    "observer": {
        "id": TEXT,
        "name": TEXT,
        "party": TEXT,
        "sensor": TEXT,
        "lat_deg": LAT,
        "lon_deg": LON,
        "height_m": Field("number", 0, 6000),
        **ORIGIN,
    },
    "setup": {"id": TEXT, "name": TEXT, "observers": Field("names")},
    "keep_out": {
        "id": TEXT,
        "name": TEXT,
        "lat_deg": LAT,
        "lon_deg": LON,
        "radius_km": Field("number", 0, 1000),
        **ORIGIN,
    },
    "safety": {
        "margin_km": Field("number", 0, 500),
        "contained_share": Field("number", 0.5, 0.9999),
        "speed_spread_share": Field("number", 0, 0.5),
        "direction_spread_deg": Field("number", 0, 30),
        "drag_spread_share": Field("number", 0, 2),
        "fragment_speed_m_s": Field("number", 0, 5000),
        "fragment_drag_low_kg_m2": Field("number", 1, 10000),
        "fragment_drag_high_kg_m2": Field("number", 1, 10000),
        **ORIGIN,
    },
    "notification": {
        "instruments": Field("names"),
        "given": MOMENT,
        "range_given": MOMENT,
        "launch_radius_km": Field("number", 0.1, 500),
        **ORIGIN,
    },
    "claim": {
        "limit_km_s": Field("number", 0.1, 12),
        "first_km_s": Field("number", 0.1, 12),
        "second_km_s": Field("number", 0.1, 12),
        "prior_low_km_s": Field("number", 0.1, 12),
        "prior_high_km_s": Field("number", 0.1, 12),
        "spread_share": Field("number", 0.001, 0.2),
        "certainty_share": Field("number", 0.5, 0.999),
        "tests": Field("number", 1, 50),
        **ORIGIN,
    },
    "restraint": {
        "probability_share": _q(0, 1),
        "least_share": Field("number", 0.3, 1),
        **ORIGIN,
    },
    "estimate": {
        "boost_used_s": Field("number", 1, 300),
        "coast_used_s": Field("number", 1, 600),
        **ORIGIN,
    },
    "planner": {
        "south_deg": LAT,
        "north_deg": LAT,
        "west_deg": LON,
        "east_deg": LON,
        "step_deg": Field("number", 0.05, 5),
        "keep_clear_km": Field("number", 0, 500),
        **ORIGIN,
    },
    "option": {"id": TEXT, "name": TEXT, "sensor": TEXT, "beside": Field("names", required=False)},
}
"""Every table of a flight-test file and the keys that it may hold."""
SINGLE = (
    "test",
    "target",
    "interceptor",
    "safety",
    "notification",
    "claim",
    "restraint",
    "estimate",
    "planner",
)
FLIGHT_TESTS = Library(
    what="flight test",
    head="test",
    folder="data/flight_tests",
    schema=SCHEMA,
    single=SINGLE,
    replaced=("stage",),
    setting="interceptor.burnout_speed_km_s=3.5 or observer.ship-radar.lat_deg=24.5",
)
"""The flight tests that are built in, and how such a file is read."""


@dataclass(frozen=True)
class FlightTest:
    """A checked flight test: ``tables`` maps a table's name to its entry or tuple of entries; ``hash`` names it."""

    name: str
    title: str
    tables: Mapping[str, Any]
    hash: str

    def find(self, table: str, name: str) -> dict[str, Any]:
        """Return the entry of ``table`` whose id is ``name``."""
        found: dict[str, Any] = next(entry for entry in self.tables[table] if entry["id"] == name)
        return found

    def moment(self, table: str, key: str) -> datetime:
        """Return a moment of the file as an aware UTC time."""
        found: datetime = self.tables[table][key]
        return found


def load_flight_test(name_or_path: str, settings: Sequence[str] = ()) -> FlightTest:
    """Return a built-in flight test by name or one from a file; :class:`InputError` lists every fault.

    What ``[interceptor]`` does not say of speed and burn time comes from the catalogue; sensors that the file does not
    define are built in.
    """
    raw, label = FLIGHT_TESTS.read(name_or_path, settings, below=_sensors())
    problems: list[Problem] = []
    tables = check_tables(
        raw, label, problems, schema=SCHEMA, single=SINGLE, optional=("keep_out",), model="ftm-16-like"
    )
    if not problems:
        _cross_check(tables, label, problems)
    if problems:
        raise InputError(problems)
    digest = hashlib.sha256(repr(tables).encode()).hexdigest()
    return FlightTest(tables["test"]["name"], tables["test"]["title"], tables, digest)


def _sensors() -> Raw:
    """Return the built-in classes of sensor, which lie below every file."""
    text = (files("equipoise.scenario") / "data" / "observers" / "sensors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _cross_check(tables: dict[str, Any], label: str, problems: list[Problem]) -> None:
    """Check what the tables say of each other, and take the interceptor's speed and burn time from the catalogue."""

    def named(place: str, name: str, known: Sequence[str]) -> None:
        if name not in known:
            guess = nearest(name, known)
            cure = f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(sorted(known))}."
            problems.append(Problem(label, place, f"no '{name}'.", cure))

    catalogue = load_catalogue()
    named("test.range", tables["test"]["range"], list(catalogue.sites))
    _fill_interceptor(tables["interceptor"], label, problems, named)
    ids = {t: [entry["id"] for entry in tables[t]] for t in ("sensor", "observer")}
    for entry in tables["observer"]:
        named(f"observer.{entry['id']}.sensor", entry["sensor"], ids["sensor"])
    for entry in tables["setup"]:
        for name in entry["observers"]:
            named(f"setup.{entry['id']}.observers", name, ids["observer"])
        if not entry["observers"]:
            problems.append(Problem(label, f"setup.{entry['id']}.observers", "names no observer."))
    for entry in tables["option"]:
        named(f"option.{entry['id']}.sensor", entry["sensor"], ids["sensor"])
        for name in entry.get("beside", ()):
            named(f"option.{entry['id']}.beside", name, ids["observer"])
    for name in tables["notification"]["instruments"]:
        named("notification.instruments", name, list(instruments()))
    for sensor in tables["sensor"]:
        if sensor["kind"] == "radar" and sensor["range_sigma_m"] <= 0:
            problems.append(
                Problem(
                    label,
                    f"sensor.{sensor['id']}.range_sigma_m",
                    "a radar measures range; give a positive number.",
                )
            )
    _order(tables, label, problems)
    _check_stages(tables["stage"], label, problems)


def _fill_interceptor(entry: dict[str, Any], label: str, problems: list[Problem], named: Any) -> None:
    known = load_catalogue().interceptors
    named("interceptor.system", entry["system"], list(known))
    record = known.get(entry["system"])
    for key in ("burnout_speed_km_s", "burn_time_s"):
        if key not in entry and record is not None:
            entry[key] = getattr(record, key)
        if record is not None and entry.get(key) is None:
            problems.append(
                Problem(
                    label,
                    f"interceptor.{key}",
                    f"the catalogue has none for '{entry['system']}'.",
                    "Write one here.",
                )
            )


def _order(tables: dict[str, Any], label: str, problems: list[Problem]) -> None:
    pairs = [
        ("claim", "prior_low_km_s", "prior_high_km_s"),
        ("claim", "first_km_s", "second_km_s"),
        ("safety", "fragment_drag_low_kg_m2", "fragment_drag_high_kg_m2"),
        ("planner", "south_deg", "north_deg"),
        ("planner", "west_deg", "east_deg"),
    ]
    for table, low, high in pairs:
        if not tables[table][low] < tables[table][high]:
            problems.append(Problem(label, f"{table}.{high}", f"does not lie above {low}."))
    if not tables["test"]["window_start"] < tables["test"]["window_end"]:
        problems.append(Problem(label, "test.window_end", "does not lie after window_start."))
    box = tables["planner"]
    if box["step_deg"] > min(box["north_deg"] - box["south_deg"], box["east_deg"] - box["west_deg"]):
        problems.append(Problem(label, "planner.step_deg", "is wider than the box.", "Make it smaller."))
    claim = tables["claim"]
    if not claim["prior_low_km_s"] < claim["limit_km_s"] < claim["prior_high_km_s"]:
        problems.append(
            Problem(
                label,
                "claim.limit_km_s",
                "lies outside the prior range, so the verdict would be settled before any test.",
                "Widen prior_low_km_s to prior_high_km_s.",
            )
        )


def _check_stages(stages: Sequence[Mapping[str, Any]], label: str, problems: list[Problem]) -> None:
    last = 0.0
    for stage in stages:
        if not last <= stage["ignition_share"] < stage["end_share"]:
            problems.append(
                Problem(
                    label,
                    f"stage.{stage['id']}",
                    "burns before the stage below has ended, or not at all.",
                    "Order the stages.",
                )
            )
        last = stage["end_share"]
    if abs(last - 1.0) > 1e-9:
        problems.append(
            Problem(label, "stage", f"the last stage ends at {last:g} of the burn time.", "It ends at 1.")
        )
    total = sum(stage["speed_share"] for stage in stages)
    if abs(total - 1.0) > 1e-6:
        problems.append(Problem(label, "stage", f"the shares of speed sum to {total:g}.", "They sum to 1."))
