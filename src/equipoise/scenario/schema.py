"""What a scenario file may hold: one table of keys, types and limits checks it, and documents it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from equipoise.foundation.errors import Problem, nearest
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.foundation.units import unit_of_key
from equipoise.model.clause import DUTIES, KINDS
from equipoise.model.path_family import path_families
from equipoise.scenario.nested import CONVERT


@dataclass(frozen=True)
class Field:
    """What one key may hold, and its range.

    Types: ``text``, ``flag``, ``date``, ``moment``, ``number``, ``count``, ``quantity``, ``names``, ``words``, and the nested types of
    :mod:`equipoise.scenario.nested`. A count is a quantity of whole things.
    """

    type: str
    low: float = 0.0
    high: float = 1e6
    required: bool = True
    words: tuple[str, ...] = ()


FAMILIES = tuple(path_families())
TEXT, DAY = Field("text"), Field("date")
LAT, LON = Field("number", -90.0, 90.0), Field("number", -180.0, 180.0)
NEEDS = Field("names", required=False)
AZIMUTH, ELEVATION = Field("number", 0.0, 360.0), Field("number", -5.0, 90.0)
CONFIDENCE = Field("text", words=tuple(Confidence))
PARTY = Field("text", words=("nato", "russia", "us"))
FLAG = Field("flag", required=False)
SERVICE = {
    "active_from": Field("date", required=False),
    "active_to": Field("date", required=False),
    "needs": NEEDS,
}
NAMED = {"id": TEXT, "name": TEXT}
ORIGIN = {"source": TEXT, "confidence": CONFIDENCE}


def _quantity(low: float, high: float) -> Field:
    return Field("quantity", low, high)


SCHEMA: dict[str, dict[str, Field]] = {
    "scenario": {
        "name": TEXT,
        "title": TEXT,
        "extends": Field("text", required=False),
        "earth": Field("text", words=("wgs84", "sphere", "still_sphere")),
        "families": Field("words", words=FAMILIES),
        "modes": Field("names"),
        "required_shots": Field("number", 1, 32),
        "track_rule": Field("text", required=False, words=("duration", "accuracy")),
        **{f"{area}_{edge}_deg": LAT for area in ("map", "aim") for edge in ("south", "north")},
        **{f"{area}_{edge}_deg": LON for area in ("map", "aim") for edge in ("west", "east")},
        "map_step_deg": Field("number", 0.1, 10.0),
        "grid": Field("text", required=False, words=("lat_lon", "equal_area")),
        "map_step_km": Field("number", 5.0, 1000.0, required=False),
        "aim_step_deg": Field("number", 0.5, 10.0),
        "aim_countries": Field("names", required=False),
        "studies": Field("names", required=False),
    },
    "phase": {"name": TEXT, "date": DAY},
    "assumption": {
        "track_s": _quantity(0, 600),
        "decision_s": _quantity(0, 3600),
        "reaction_s": _quantity(0, 3600),
        "assessment_s": _quantity(0, 3600),
        "early_track_s": _quantity(0, 600),
        "guide_s": _quantity(0, 600),
        "handover_km": _quantity(0.01, 1000),
        "range_sigma_m": _quantity(0.01, 1e5),
        "angle_sigma_deg": _quantity(1e-5, 10),
        "update_s": _quantity(0.01, 600),
        "satellite_position_km": _quantity(0.01, 1000),
        "satellite_velocity_m_s": _quantity(0.1, 5000),
        "satellite_report_s": _quantity(0, 3600),
        "cloud_break_km": _quantity(0, 30),
        "cross_section_m2": _quantity(1e-4, 100),
        "low_band_cross_section_m2": _quantity(1e-4, 100),
        "boost_cross_section_m2": _quantity(1e-4, 1000),
        "exchange_latency_s": _quantity(0, 3600),
        "exchange_position_km": _quantity(0, 1000),
        "exchange_velocity_m_s": _quantity(0, 5000),
        "kill_floor_km": _quantity(0, 500),
    },
    "balance": {
        "kill_probability": _quantity(0, 1),
        "objects_per_warhead": _quantity(1, 1000),
        "launch_interval_s": _quantity(0, 600),
        "neutralised_share": _quantity(0, 1),
        "counted_share": _quantity(0, 1),
        "uploadable_warheads": Field("count", 0, 100000),
        "matched_share": _quantity(0, 1),
        "regional_growth_per_year": _quantity(0, 1000),
        "interceptors_per_missile": _quantity(0, 100),
        "saved_by_cooperation": _quantity(0, 1),
        "more_when_slower": _quantity(0, 10),
    },
    "threat": {"id": TEXT, "missile": TEXT, "launch_area": TEXT},
    "missile": {
        **NAMED,
        "kind": Field("text", required=False, words=("regional", "strategic")),
        "max_range_km": _quantity(100, 19000),
        "burn_time_s": _quantity(1, 900),
        "burnout_altitude_km": _quantity(1, 600),
        "burnout_downrange_km": _quantity(1, 2000),
        "ballistic_coefficient_kg_m2": _quantity(50, 50000),
        **ORIGIN,
    },
    "launch_area": {
        **NAMED,
        "lat_deg": LAT,
        "lon_deg": LON,
        "radius_km": Field("number", 1.0, 3000.0, required=False),
        "polygon_deg": Field("polygon", required=False),
        **ORIGIN,
    },
    "interceptor": {
        **NAMED,
        "burnout_speed_km_s": _quantity(0.5, 10.5),
        "burn_time_s": _quantity(1, 600),
        "kill_vehicle_life_s": _quantity(1, 3600),
        "max_range_km": Field("quantity", 1, 20000, required=False),
        "kill_floor_km": Field("quantity", 0, 500, required=False),
        "kill_ceiling_km": Field("quantity", 1, 5000, required=False),
        "min_closing_speed_km_s": Field("quantity", 0, 30, required=False),
        "max_crossing_angle_deg": Field("quantity", 0, 180, required=False),
        **ORIGIN,
    },
    "site": {
        **NAMED,
        "party": PARTY,
        "lat_deg": LAT,
        "lon_deg": LON,
        "box_deg": Field("boxes", required=False),
        "patrol_deg": Field("boxes", required=False),
        "placement": Field("text", required=False, words=("worst", "best")),
        "interceptor": TEXT,
        "count": Field("count", 0, 10000),
        "sensors": Field("names", required=False),
        "policy": Field("text", required=False),
        **SERVICE,
        "active_from": DAY,
        **ORIGIN,
    },
    "radar": {
        **NAMED,
        "party": PARTY,
        "lat_deg": Field("number", -90.0, 90.0, required=False),
        "lon_deg": Field("number", -180.0, 180.0, required=False),
        "altitude_km": Field("quantity", 0, 10, required=False),
        "azimuth_from_deg": AZIMUTH,
        "azimuth_to_deg": AZIMUTH,
        "elevation_from_deg": ELEVATION,
        "elevation_to_deg": ELEVATION,
        "range_min_km": Field("quantity", 0, 40000, required=False),
        "range_max_km": _quantity(10, 40000),
        "reference_cross_section_m2": Field("quantity", 1e-4, 100, required=False),
        "band": Field("text", required=False),
        "report_delay_s": Field("quantity", 0, 3600, required=False),
        "range_sigma_m": Field("quantity", 0.01, 1e5, required=False),
        "angle_sigma_deg": Field("quantity", 1e-5, 10, required=False),
        "update_s": Field("quantity", 0.01, 600, required=False),
        "average_power_kw": Field("number", 0.001, 1e5, required=False),
        "aperture_m2": Field("number", 0.01, 1e4, required=False),
        "wavelength_cm": Field("number", 0.1, 1000, required=False),
        "noise_temperature_k": Field("number", 1, 1e5, required=False),
        "losses_db": Field("number", 0, 60, required=False),
        "dwell_s": Field("number", 1e-6, 60, required=False),
        "snr_db": Field("number", 0, 60, required=False),
        "tracks": FLAG,
        "cued": FLAG,
        **SERVICE,
        **ORIGIN,
    },
    "satellite": {
        **NAMED,
        "party": PARTY,
        "coverage_deg": Field("boxes", required=False),
        "report_delay_s": Field("quantity", 0, 3600, required=False),
        **SERVICE,
        **ORIGIN,
    },
    "policy": {
        **NAMED,
        "launch": Field("text", words=("own", "any")),
        "guide": Field("text", words=("own", "any")),
        "early": FLAG,
        "salvo": Field("number", 1, 100, required=False),
        "looks": Field("number", 1, 32, required=False),
        **ORIGIN,
    },
    "sector": {
        **NAMED,
        "party": PARTY,
        "polygon_deg": Field("polygon", required=False),
        "lat_deg": Field("number", -90.0, 90.0, required=False),
        "lon_deg": Field("number", -180.0, 180.0, required=False),
        "azimuth_from_deg": Field("number", 0.0, 360.0, required=False),
        "azimuth_to_deg": Field("number", 0.0, 360.0, required=False),
        "radius_km": Field("number", 1.0, 10000.0, required=False),
        **ORIGIN,
    },
    "mode": {
        **NAMED,
        "sharing": Field("sharing", required=False),
        "command": Field("text", words=("own", "joint")),
        "engages": Field("text", words=("own_area", "all")),
        "sectors": NEEDS,
        **ORIGIN,
    },
    "raid": {
        **NAMED,
        "threat": TEXT,
        "missiles": Field("number", 1, 500),
        "span_s": Field("number", 0, 86400),
        "aims_deg": Field("line"),
        **ORIGIN,
    },
    "base": {
        **NAMED,
        "lat_deg": LAT,
        "lon_deg": LON,
        "warheads": Field("count", 0, 100000),
        "warheads_per_launcher": Field("count", 1, 20, required=False),
        "leg": Field("text", words=("ICBM", "SLBM", "bomber"), required=False),
        "basing": Field("text", required=False),
        "system": Field("text", required=False),
        "missile": TEXT,
        **ORIGIN,
    },
    "clause": {
        **NAMED,
        "kind": Field("text", words=KINDS),
        "text": Field("text", required=False),
        "quantity": Field("text", required=False),
        "at_most": Field("number", 0, 100000, required=False),
        "at_most_km_s": Field("number", 0, 20, required=False),
        "at_most_km": Field("number", 0, 40000, required=False),
        "at_least_km": Field("number", 0, 20000, required=False),
        "at_least_s": Field("number", 0, 3600, required=False),
        "of": Field("text", words=("strategic_base", "corridor"), required=False),
        "corridor_deg": Field("line", required=False),
        "within_deg": Field("boxes", required=False),
        "outside_deg": Field("boxes", required=False),
        "not_facing_from_deg": Field("number", 0, 360, required=False),
        "not_facing_to_deg": Field("number", 0, 360, required=False),
        "slack_at_most_s": Field("number", -3600, 3600, required=False),
        "duty": Field("text", words=DUTIES, required=False),
        "observances": Field("observances", required=False),
        "party": Field("text", words=("nato", "russia"), required=False),
        **dict.fromkeys(("interceptors", "sites", "radars", "parties"), NEEDS),
        "instrument": Field("text", required=False),
        "article": Field("text", required=False),
        "in_force_with": Field("text", required=False),
        "events": Field("events", required=False),
        "active_from": Field("date", required=False),
        "active_to": Field("date", required=False),
        **ORIGIN,
    },
    "guarantee": {
        "title": Field("text", required=False),
        "clauses": NEEDS,
        "area_deg": Field("boxes", required=False),
        "families": Field("words", required=False, words=FAMILIES),
    },
}
"""Every table of a scenario file and the keys that it may hold."""
SINGLE = ("scenario", "assumption", "balance", "guarantee")
OPTIONAL = ("guarantee", "satellite", "policy", "sector", "raid")
"""Tables that a scenario may leave out."""


def check_tables(
    raw: dict[str, Any],
    label: str,
    problems: list[Problem],
    *,
    schema: Mapping[str, Mapping[str, Field]] = SCHEMA,
    single: tuple[str, ...] = SINGLE,
    optional: tuple[str, ...] = OPTIONAL,
    model: str = "epaa",
) -> dict[str, Any]:
    """Return the checked tables of a file; add to ``problems`` whatever breaks ``schema``.

    ``optional`` tables may be absent (no entries); ``model`` is the built-in file that a person can extend.
    """
    tables: dict[str, Any] = {}
    for name in raw:
        if name not in schema:
            problems.append(_unknown(label, name, name, list(schema)))
    for name, fields in schema.items():
        value = raw.get(name)
        if value is None and name in optional:
            tables[name] = {} if name in single else ()
        elif value is None:
            problems.append(
                Problem(label, name, "this table is missing.", f'Add it, or extends = "{model}".')
            )
        elif name in single:
            tables[name] = _entry(value, fields, label, name, problems)
        elif not isinstance(value, list) or not value:
            problems.append(Problem(label, name, f"expected one or more [[{name}]] entries."))
        else:
            tables[name] = tuple(
                _entry(e, fields, label, f"{name}[{i}]", problems) for i, e in enumerate(value)
            )
    return tables


def _unknown(label: str, key: str, name: str, known: list[str]) -> Problem:
    guess = nearest(name, known)
    return Problem(
        label, key, "unknown key.", f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(known)}."
    )


def _entry(
    value: Any, fields: Mapping[str, Field], label: str, place: str, problems: list[Problem]
) -> dict[str, Any]:
    if not isinstance(value, dict):
        problems.append(Problem(label, place, "expected a table of keys."))
        return {}
    if isinstance(value.get("id"), str) and "[" in place:
        place = f"{place.split('[')[0]}.{value['id']}"
    entry: dict[str, Any] = {}
    for key in value:
        if key not in fields:
            problems.append(_unknown(label, f"{place}.{key}", key, list(fields)))
    for key, field in fields.items():
        if key in value:
            message = convert(value[key], key, field, entry)
            if message:
                problems.append(Problem(label, f"{place}.{key}", message))
        elif field.required:
            problems.append(Problem(label, f"{place}.{key}", "this key is missing."))
    return entry


def convert(value: Any, key: str, field: Field, entry: dict[str, Any]) -> str:
    """Put the checked value of ``key`` into ``entry``; return what is wrong, or an empty string."""
    if field.type == "text":
        if not isinstance(value, str) or not value:
            return f"expected text, got {value!r:.60}."
        if field.words and value not in field.words:
            return f"'{value:.60}' is not one of {', '.join(field.words)}."
        entry[key] = value
    elif field.type == "words":
        if not isinstance(value, list) or not value or any(w not in field.words for w in value):
            return f"expected a list of words from {', '.join(field.words)}."
        entry[key] = tuple(value)
    elif field.type == "names":
        if not isinstance(value, list) or any(not isinstance(w, str) or not w for w in value):
            return f"expected a list of names, got {value!r:.60}."
        entry[key] = tuple(value)
    elif field.type == "flag":
        if not isinstance(value, bool):
            return f"expected true or false, got {value!r:.60}."
        entry[key] = value
    elif field.type == "date":
        try:
            entry[key] = value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            return f'expected a date such as "2018-12-31", got {value!r:.60}.'
    elif field.type in CONVERT:
        converted, message = CONVERT[field.type](value, key)
        if message:
            return str(message)
        entry[key] = converted
    elif field.type == "moment":
        try:
            entry[key] = moment(value)
        except (TypeError, ValueError):
            return f'expected a time such as "2011-09-01T13:53:00Z", got {value!r:.60}.'
    elif field.type in ("quantity", "count") and isinstance(value, dict):
        return _convert_range(value, key, field, entry)
    else:
        message = _number(value, field)
        if message:
            return message
        unit = unit_of_key(key)
        entry[key] = (
            Quantity(
                float(value),
                float(value),
                float(value),
                unit.suffix if unit else "",
                "scenario file",
                Confidence.ASSUMPTION,
            )
            if field.type in ("quantity", "count")
            else value
        )
    return ""


def moment(value: Any) -> datetime:
    """Return a time, or its ISO 8601 text, as aware UTC; without a zone it is read as UTC."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _number(value: Any, field: Field) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"expected a number, got {value!r:.60}."
    if field.type == "count" and not isinstance(value, int):
        return f"expected a whole number, got {value!r:.60}."
    if not math.isfinite(value) or not field.low <= value <= field.high:
        return f"{value!r:.40} lies outside {field.low:g} to {field.high:g}."
    return ""


def _convert_range(value: dict[str, Any], key: str, field: Field, entry: dict[str, Any]) -> str:
    known = ("value", "low", "high", "source", "confidence")
    for name in value:
        if name not in known:
            return f"unknown key '{name}' in the quantity; known: {', '.join(known)}."
    for name in known:
        if name not in value:
            return f"the quantity lacks '{name}'."
    for name in known[:3]:
        message = _number(value[name], field)
        if message:
            return f"{name}: {message}"
    if not value["low"] <= value["value"] <= value["high"]:
        return f"expected low <= value <= high, got {value['low']}, {value['value']}, {value['high']}."
    if value["confidence"] not in tuple(Confidence) or not isinstance(value["source"], str):
        return f"confidence must be one of {', '.join(Confidence)}, source must be text."
    unit = unit_of_key(key)
    entry[key] = Quantity(
        float(value["value"]),
        float(value["low"]),
        float(value["high"]),
        unit.suffix if unit else "",
        value["source"],
        Confidence(value["confidence"]),
    )
    return ""
