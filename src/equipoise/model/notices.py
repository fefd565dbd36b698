"""What each instrument asks of a launch notice: coverage, fields, deadlines, and everything wrong with one notice.

The instruments are data (``data/notices.toml``). A notice is a JSON object; times are ms since 1970 (UTC).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.foundation.errors import InputError, Problem, misuse, nearest

HOUR_MS = 3_600_000
ANNOUNCING = ("pre-launch", "test-range")
"""Types of notice that come before the event and whose deadline counts from ``window_start_ms``."""

LATEST_MS = 253_402_300_799_999
"""The end of the year 9999, the last moment that every calendar library writes."""
HALF_CIRCUMFERENCE_KM = 20_038  # half of the equator: a larger circle holds its own antipode

# Control characters, ends of lines, marks of direction and of no width: two names that differ in these look alike.
HIDDEN = "\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff"
_NAME = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": f"^[^{HIDDEN}]*$"}
_TIME = {"type": "integer", "minimum": 0, "maximum": LATEST_MS}
_LAT = {"type": "number", "minimum": -90, "maximum": 90}
_LON = {"type": "number", "minimum": -180, "maximum": 180}
_CIRCLE = {
    "type": "object",
    "properties": {
        "lat_deg": _LAT,
        "lon_deg": _LON,
        "radius_km": {"type": "number", "exclusiveMinimum": 0, "maximum": HALF_CIRCUMFERENCE_KM},
    },
    "required": ["lat_deg", "lon_deg", "radius_km"],
    "additionalProperties": False,
}
_BOUNDARY = {
    "type": "object",
    "properties": {
        "corners_deg": {
            "type": "array",
            "minItems": 3,
            "maxItems": 100,
            "items": {"type": "array", "prefixItems": [_LAT, _LON], "minItems": 2, "maxItems": 2},
        }
    },
    "required": ["corners_deg"],
    "additionalProperties": False,
}
_AREA = {
    "anyOf": [
        _NAME,
        _CIRCLE,
        _BOUNDARY,
        {"type": "array", "minItems": 1, "maxItems": 20, "items": {"anyOf": [_CIRCLE, _BOUNDARY]}},
    ]
}
FIELDS: dict[str, dict[str, Any]] = {
    "notice_id": _NAME | {"description": "name of the notice, the same in all that follow it"},
    "instrument": _NAME | {"description": "instrument under which it is given"},
    "type": _NAME | {"description": "type of notice"},
    "vehicle": _NAME | {"description": "generic class or designation of the vehicle"},
    "window_start_ms": _TIME | {"description": "start of the launch window"},
    "window_end_ms": _TIME | {"description": "end of the launch window"},
    "launch_area": _AREA | {"description": "launch area"},
    "impact_area": _AREA | {"description": "impact areas: corners, or centre and radius"},
    "azimuth_deg": {"type": "number", "minimum": 0, "maximum": 360, "description": "launch azimuth"},
    "range_name": _NAME | {"description": "test range"},
    "launched_at_ms": _TIME | {"description": "time of the launch"},
    "refers_to": _NAME | {"description": "notice that this one follows"},
}  # fmt: skip
"""Every field that a notice may hold, as JSON Schema, with its meaning."""


@dataclass(frozen=True)
class Finding:
    """One fault of a notice; an ``advisory`` rests on a rule that no source we read confirms."""

    kind: str
    text: str
    advisory: bool = False

    def __str__(self) -> str:
        """Return the line that a person reads."""
        return f"{self.kind}: {self.text}" + (" (the rule itself is unverified)" if self.advisory else "")


Instruments = dict[str, Any]


@cache
def packaged_text() -> str:
    """Return the file of instruments that comes with the package."""
    return files("equipoise.model").joinpath("data/notices.toml").read_text("utf-8")


@cache
def instruments() -> Instruments:
    """Return the instruments by name: title, coverage, required fields by type of notice, deadlines with source."""
    return read_instruments(packaged_text(), file="notices.toml")


def read_instruments(text: str, *, file: str) -> Instruments:
    """Return the instruments of a file in the form of the packaged one; every fault in it is listed."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise misuse(file, "", f"is not TOML: {error}") from error
    problems = [
        problem for name, rule in found.items() for problem in _rule_problems(rule, file=file, name=name)
    ]
    if problems:
        raise InputError(problems)
    return found


def _rule_problems(rule: Any, *, file: str, name: str) -> list[Problem]:
    if not isinstance(rule, dict) or not isinstance(rule.get("title"), str):
        return [Problem(file, name, "needs a title.")]
    required, problems = rule.get("required"), []
    if not isinstance(required, dict) or not all(isinstance(keys, list) for keys in required.values()):
        return [Problem(file, f"{name}.required", "needs a list of fields for each type of notice.")]
    for kind, keys in required.items():
        for key in keys:
            if key not in FIELDS:
                guess = nearest(str(key), FIELDS)
                cure = f"Did you mean '{guess}'?" if guess else ""
                problems.append(Problem(file, f"{name}.required.{kind}", f"'{key}' is not a field.", cure))
    for key, limit in rule.items():
        if key.endswith(("_h", "_km")) and not (
            isinstance(limit, dict)
            and set(limit) == {"value", "confidence", "source"}
            and type(limit["value"]) in (int, float)
        ):
            problems.append(Problem(file, f"{name}.{key}", "needs value, confidence and source."))
    return problems


def why_not_covered(instrument: str, *, vehicle_class: str, range_km: float, apogee_km: float) -> str:
    """Return why an instrument does not cover a launch, or an empty string when it does."""
    rule = instruments()[instrument]
    if vehicle_class not in rule["classes"]:
        return f"it covers {rule['covers']}; this is a launch of class '{vehicle_class}'"
    limit = rule.get("over_km")
    if limit and max(range_km, apogee_km) <= limit["value"]:
        return (
            f"it covers ranges or apogees over {limit['value']:g} km; this flight has {range_km:.0f} km of range and "
            f"{apogee_km:.0f} km of apogee"
        )
    return ""


def schema(instrument: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the notices under ``instrument``."""
    rule = instruments()[instrument]
    cases = [
        {"properties": {"type": {"const": kind}}, "required": list(required)}
        for kind, required in rule["required"].items()
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": rule["title"],
        "type": "object",
        "properties": FIELDS | {"instrument": {"const": instrument}},
        "required": ["notice_id", "instrument", "type"],
        "additionalProperties": False,
        "anyOf": cases,
    }


def form_faults(notice: dict[str, Any], *, rules: Instruments | None = None) -> list[Finding]:
    """Return what is wrong with the form of a notice: instrument, type, fields that are missing, unknown or malformed.

    ``rules`` are the instruments that a party goes by, by default the packaged ones.
    """
    rules = instruments() if rules is None else rules
    rule = rules.get(str(notice.get("instrument")))
    if rule is None:
        known = ", ".join(sorted(rules))
        if "instrument" not in notice:
            return [Finding("missing field", f"instrument (one of {known})")]
        return [Finding("unknown instrument", f"'{notice.get('instrument')}' is not one of {known}")]
    kind = str(notice.get("type"))
    if kind not in rule["required"]:
        return [Finding("unknown type", f"'{kind}' is not one of {', '.join(rule['required'])}")]
    required = ("notice_id", *rule["required"][kind])
    faults = [
        Finding("missing field", f"{key} ({FIELDS[key]['description']})")
        for key in required
        if notice.get(key) is None
    ]
    for key, value in notice.items():
        if key not in FIELDS:
            guess = nearest(str(key), FIELDS)
            faults.append(
                Finding("unknown field", f"{key}" + (f"; did you mean '{guess}'?" if guess else ""))
            )
        elif value is not None and (expected := mismatch(value, FIELDS[key])):
            faults.append(Finding("malformed field", f"{key}: expected {expected}"))
    return faults


def time_faults(
    notice: dict[str, Any], *, given_at_ms: int, now_ms: int | None = None, rules: Instruments | None = None
) -> list[Finding]:
    """Return what is wrong with the times of a notice given at ``given_at_ms``: windows, deadlines missed.

    ``now_ms``, by default ``given_at_ms``, is the time against which a window counts as past. Call it on a notice
    whose form is good.
    """
    now = given_at_ms if now_ms is None else now_ms
    rule, kind = (instruments() if rules is None else rules)[notice["instrument"]], notice["type"]
    start, end = notice.get("window_start_ms"), notice.get("window_end_ms")
    faults = []
    if start is not None and end is not None and end <= start:
        faults.append(Finding("reversed window", "window_end_ms does not lie after window_start_ms"))
    last = end if end is not None else start
    if kind in ANNOUNCING and last is not None and last < now:
        faults.append(Finding("window in the past", f"it ended {(now - last) / HOUR_MS:.1f} h ago"))
    if kind in ANNOUNCING and start is not None:
        faults += _lead_faults(rule, (start - given_at_ms) / HOUR_MS)
    if kind == "post-launch" and "after_h" in rule:
        late_h = (given_at_ms - notice["launched_at_ms"]) / HOUR_MS
        if late_h > rule["after_h"]["value"]:
            faults.append(_missed(rule["after_h"], f"given {late_h:.1f} h after the launch, due within"))
    return faults


def _lead_faults(rule: dict[str, Any], lead_h: float) -> list[Finding]:
    faults = []
    if "before_h" in rule and lead_h < rule["before_h"]["value"]:
        faults.append(_missed(rule["before_h"], f"given {lead_h:.1f} h before the window, due at least"))
    if "earliest_h" in rule and lead_h > rule["earliest_h"]["value"]:
        unverified = rule["earliest_h"]["confidence"] != "sourced"
        text = f"given {lead_h:.1f} h before the window, not allowed more than {rule['earliest_h']['value']:g} h before"
        faults.append(Finding("too early", text, unverified))
    return faults


def _missed(limit: dict[str, Any], text: str) -> Finding:
    return Finding("missed deadline", f"{text} {limit['value']:g} h", limit["confidence"] != "sourced")


def mismatch(value: Any, rule: dict[str, Any]) -> str:
    """Return what the rule expects instead of ``value``, or an empty string; the part of JSON Schema used above."""
    if "anyOf" in rule:
        return (
            "" if any(not mismatch(value, case) for case in rule["anyOf"]) else "a name, a circle or corners"
        )
    expects = {
        "string": "text without hidden characters" if "pattern" in rule else "text",
        "integer": "a whole number of milliseconds",
        "number": f"a number from {rule.get('minimum')} to {rule.get('maximum')}",
        "object": "a table",
        "array": "a list",
    }[rule["type"]]
    return "" if _fits(value, rule) else expects


def _fits(value: Any, rule: dict[str, Any]) -> bool:
    kind = rule["type"]
    if kind == "string":
        if not isinstance(value, str) or not re.fullmatch(rule.get("pattern", ".*"), value, re.DOTALL):
            return False
        return bool(rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", len(value)))
    if kind in ("number", "integer"):
        if isinstance(value, bool) or not isinstance(value, int if kind == "integer" else int | float):
            return False
        if "exclusiveMinimum" in rule and value <= rule["exclusiveMinimum"]:
            return False
        return bool(rule.get("minimum", value) <= value <= rule.get("maximum", value))
    if kind == "array":
        items = rule.get("prefixItems") or [rule["items"]] * (len(value) if isinstance(value, list) else 0)
        return (
            isinstance(value, list)
            and rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value))
            and all(not mismatch(item, part) for item, part in zip(value, items, strict=False))
        )
    return (
        isinstance(value, dict)
        and set(value) == set(rule["required"])
        and all(not mismatch(value[key], part) for key, part in rule["properties"].items())
    )
