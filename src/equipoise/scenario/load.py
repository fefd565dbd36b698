"""Scenario files: one schema table checks every key, its type and its range, and reports every fault at once."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import InputError, Problem, nearest
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.foundation.units import unit_of_key

LARGEST_FILE_BYTES = 5_000_000


@dataclass(frozen=True)
class Field:
    """What one key may hold: ``text``, ``date``, ``number``, ``count``, ``quantity``, ``words`` and its range."""

    type: str
    low: float = 0.0
    high: float = 1e6
    required: bool = True
    words: tuple[str, ...] = ()


TEXT, DAY = Field("text"), Field("date")
LAT, LON = Field("number", -90.0, 90.0), Field("number", -180.0, 180.0)
AZIMUTH, ELEVATION = Field("number", 0.0, 360.0), Field("number", -5.0, 90.0)
CONFIDENCE = Field("text", words=tuple(Confidence))
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
        "families": Field("words", words=("minimum_energy", "lofted", "depressed")),
        "modes": Field("words", words=("independent", "joint")),
        **{f"{area}_{edge}_deg": LAT for area in ("map", "aim") for edge in ("south", "north")},
        **{f"{area}_{edge}_deg": LON for area in ("map", "aim") for edge in ("west", "east")},
        "map_step_deg": Field("number", 0.1, 10.0),
        "aim_step_deg": Field("number", 0.5, 10.0),
    },
    "phase": {"name": TEXT, "date": DAY},
    "assumption": {
        "track_s": _quantity(0, 600),
        "decision_s": _quantity(0, 3600),
        "reaction_s": _quantity(0, 3600),
        "assessment_s": _quantity(0, 3600),
        "satellite_report_s": _quantity(0, 3600),
        "kill_floor_km": _quantity(0, 500),
        "kill_vehicle_life_s": _quantity(10, 3600),
        "burnout_altitude_km": _quantity(1, 400),
        "ballistic_coefficient_kg_m2": _quantity(50, 50000),
        "strategic_burnout_altitude_km": _quantity(50, 600),
        "strategic_burnout_downrange_km": _quantity(10, 2000),
    },
    "threat": {
        **NAMED,
        "launch": TEXT,
        "max_range_km": _quantity(100, 19000),
        "burn_time_s": _quantity(1, 900),
    },
    "launch_area": {**NAMED, "lat_deg": LAT, "lon_deg": LON, **ORIGIN},
    "interceptor": {**NAMED, "burnout_speed_km_s": _quantity(0.5, 10.5), "burn_time_s": _quantity(1, 600)},
    "site": {
        **NAMED,
        "party": Field("text", words=("nato", "russia")),
        "lat_deg": LAT,
        "lon_deg": LON,
        "interceptor": TEXT,
        "count": Field("count", 0, 10000),
        "active_from": DAY,
        "active_to": Field("date", required=False),
        **ORIGIN,
    },
    "radar": {
        **NAMED,
        "party": Field("text", words=("nato", "russia")),
        "lat_deg": LAT,
        "lon_deg": LON,
        "azimuth_from_deg": AZIMUTH,
        "azimuth_to_deg": AZIMUTH,
        "elevation_from_deg": ELEVATION,
        "elevation_to_deg": ELEVATION,
        "range_km": _quantity(10, 40000),
        "active_from": DAY,
        "active_to": Field("date", required=False),
    },
    "base": {
        **NAMED,
        "lat_deg": LAT,
        "lon_deg": LON,
        "warheads": Field("count", 0, 100000),
        "burn_time_s": _quantity(1, 900),
        **ORIGIN,
    },
    "clause": {
        **NAMED,
        "kind": Field("text", words=("speed", "number", "location", "function")),
        "limit": Field("number", required=False),
        "limit_km_s": Field("number", 0, 20, required=False),
        "limit_km": Field("number", 0, 20000, required=False),
        "limit_s": Field("number", -3600, 3600, required=False),
        **ORIGIN,
    },
}
"""Every table of a scenario file and the keys that it may hold."""
SINGLE = ("scenario", "assumption")


@dataclass(frozen=True)
class Scenario:
    """A checked scenario: ``tables`` maps a table's name to its entry or tuple of entries; ``hash`` names it."""

    name: str
    title: str
    tables: Mapping[str, Any]
    hash: str

    def active(self, table: str, day: date) -> list[dict[str, Any]]:
        """Return the entries of ``table`` in service on ``day``."""
        return [
            entry
            for entry in self.tables[table]
            if entry["active_from"] <= day and day <= entry.get("active_to", date.max)
        ]


def builtin_names() -> list[str]:
    """Return the names of the built-in scenarios."""
    return sorted(
        p.name[:-5] for p in (files("equipoise.scenario") / "data").iterdir() if p.name.endswith(".toml")
    )


def load_scenario(name_or_path: str) -> Scenario:
    """Return a built-in scenario by name or one from a file; :class:`InputError` lists every fault."""
    raw, label = _read(name_or_path, ())
    problems: list[Problem] = []
    tables = _check(raw, label, problems)
    if not problems:
        _cross_check(tables, label, problems)
    if problems:
        raise InputError(problems)
    digest = hashlib.sha256(repr(tables).encode()).hexdigest()
    return Scenario(tables["scenario"]["name"], tables["scenario"]["title"], tables, digest)


def _read(name: str, above: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """Return the raw tables of a file, laid over those that it extends."""
    builtin = name in builtin_names()
    label = f"{name}.toml" if builtin else name
    if label in above:
        raise InputError([Problem(label, "scenario.extends", f"a cycle: {' -> '.join((*above, label))}.")])
    try:
        if builtin:
            data = (files("equipoise.scenario") / "data" / f"{name}.toml").read_bytes()
        else:
            path = Path(name)
            if path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
                raise InputError([Problem(label, "", "larger than 5 MB; a scenario file is a few kB.")])
            data = path.read_bytes()
        raw = tomllib.loads(data.decode())
    except InputError:
        raise
    except FileNotFoundError:
        guess = nearest(name, builtin_names()) or ", ".join(builtin_names())
        raise InputError(
            [Problem(label, "", "no such file or built-in scenario.", f"Did you mean '{guess}'?")]
        ) from None
    except OSError as error:
        raise InputError([Problem(label, "", f"cannot be read: {error.strerror}.")]) from None
    except UnicodeDecodeError:
        raise InputError([Problem(label, "", "not a text file in UTF-8.")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([Problem(label, "", f"not valid TOML: {error}.")]) from None
    except ValueError:
        raise InputError([Problem(label, "", "not a possible file name.")]) from None
    _refuse_repeated_ids(raw, label)
    head = raw.get("scenario")
    base = head.get("extends") if isinstance(head, dict) else None
    if isinstance(base, str):
        below, _ = _read(base, (*above, label))
        raw = _overlay(below, raw)
    return raw, label


def _refuse_repeated_ids(raw: dict[str, Any], label: str) -> None:
    """Refuse an id that one file gives twice: laid over each other, the second would silently win."""
    problems = []
    for table, entries in raw.items():
        listed = entries if isinstance(entries, list) else []
        names = [
            entry["id"] for entry in listed if isinstance(entry, dict) and isinstance(entry.get("id"), str)
        ]
        repeated = sorted({name for name in names if names.count(name) > 1})
        problems += [Problem(label, f"{table}.{name}", "this id occurs twice.") for name in repeated]
    if problems:
        raise InputError(problems)


def _overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Lay tables over those that are extended: same id overrides key by key, a new id adds."""
    merged = dict(below)
    for name, value in above.items():
        old = below.get(name)
        if isinstance(value, dict) and isinstance(old, dict):
            merged[name] = old | value
        elif isinstance(value, list) and isinstance(old, list) and name != "phase":
            by_id = {e.get("id"): e for e in old if isinstance(e, dict)}
            for entry in value:
                if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                    by_id[entry["id"]] = by_id.get(entry["id"], {}) | entry
                else:
                    by_id[f"#{len(by_id)}"] = entry
            merged[name] = list(by_id.values())
        else:
            merged[name] = value
    return merged


def _check(raw: dict[str, Any], label: str, problems: list[Problem]) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for name in raw:
        if name not in SCHEMA:
            problems.append(_unknown(label, name, name, list(SCHEMA)))
    for name, fields in SCHEMA.items():
        value = raw.get(name)
        if value is None:
            problems.append(
                Problem(
                    label, name, "this table is missing.", f'Add it, or extends = "{builtin_names()[0]}".'
                )
            )
        elif name in SINGLE:
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
    value: Any, fields: dict[str, Field], label: str, place: str, problems: list[Problem]
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
            message = _convert(value[key], key, field, entry)
            if message:
                problems.append(Problem(label, f"{place}.{key}", message))
        elif field.required:
            problems.append(Problem(label, f"{place}.{key}", "this key is missing."))
    return entry


def _convert(value: Any, key: str, field: Field, entry: dict[str, Any]) -> str:
    """Put the checked value into ``entry``; return what is wrong, or an empty string."""
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
    elif field.type == "date":
        try:
            entry[key] = value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            return f'expected a date such as "2018-12-31", got {value!r:.60}.'
    elif field.type == "quantity" and isinstance(value, dict):
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
            if field.type == "quantity"
            else value
        )
    return ""


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


LIMIT_KEY = {"speed": "limit_km_s", "number": "limit", "location": "limit_km", "function": "limit_s"}
"""The key that holds the limit of each kind of clause."""


def _cross_check(tables: dict[str, Any], label: str, problems: list[Problem]) -> None:
    for table in SCHEMA:
        names = [e["id"] for e in tables[table] if "id" in e] if table not in SINGLE else []
        for name in sorted({n for n in names if names.count(n) > 1}):
            problems.append(Problem(label, f"{table}.{name}", "this id occurs twice."))
    for table, key, target in (("threat", "launch", "launch_area"), ("site", "interceptor", "interceptor")):
        known = [e["id"] for e in tables[target]]
        for e in tables[table]:
            if e[key] not in known:
                guess = nearest(e[key], known) or ", ".join(known)
                problems.append(
                    Problem(
                        label,
                        f"{table}.{e['id']}.{key}",
                        f"no {target} '{e[key]}'.",
                        f"Did you mean '{guess}'?",
                    )
                )
    for e in (*tables["site"], *tables["radar"]):
        if e.get("active_to", date.max) < e["active_from"]:
            problems.append(Problem(label, f"{e['id']}.active_to", "lies before active_from."))
    days = [p["date"] for p in tables["phase"]]
    if days != sorted(days):
        problems.append(Problem(label, "phase.date", "the dates of the phases must not run backwards."))
    head = tables["scenario"]
    for area in ("map", "aim"):
        if (
            head[f"{area}_south_deg"] >= head[f"{area}_north_deg"]
            or head[f"{area}_west_deg"] >= head[f"{area}_east_deg"]
        ):
            problems.append(
                Problem(
                    label,
                    f"scenario.{area}_south_deg",
                    "the map's edges are reversed (south < north, west < east).",
                )
            )
    for e in tables["clause"]:
        if LIMIT_KEY[e["kind"]] not in e:
            problems.append(
                Problem(
                    label,
                    f"clause.{e['id']}",
                    f"a clause of kind '{e['kind']}' needs {LIMIT_KEY[e['kind']]}.",
                )
            )
