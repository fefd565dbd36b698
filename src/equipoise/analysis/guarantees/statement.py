"""Drafts of guarantees: read a statement from TOML, or one of the drafts that come with the package."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from equipoise.analysis.guarantees.certificate import ARC_AXES, EARTH
from equipoise.foundation.errors import InputError, Problem, unknown_name

TOP = {"name", "slack_s", "model_margin_m", "interceptor", "site", "threats"}
INTERCEPTOR = {"speed_m_s", "burnout_altitude_m", "burnout_distance_m", "delay_s"}
SITE = {"site_lat_deg", "site_lon_deg"}
THREAT = {"name", "lat_deg", "lon_deg", "burnout_altitude_m", "burnout_downrange_m", *ARC_AXES}
RANGES = SITE | set(ARC_AXES)
DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


def draft_names() -> list[str]:
    """Return the drafts that come with the package."""
    folder = files("equipoise.analysis.guarantees") / "drafts"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())


def load_draft(name_or_path: str) -> dict[str, Any]:
    """Return the statement of a draft; every fault in it at once as an InputError."""
    path = Path(name_or_path)
    if path.suffix == ".toml":
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError(
                [Problem(path.name, "", f"cannot be read: {error}", "name a TOML file")]
            ) from error
    elif name_or_path in draft_names():
        folder = files("equipoise.analysis.guarantees") / "drafts"
        text = (folder / f"{name_or_path}.toml").read_text(encoding="utf-8")
    else:
        raise unknown_name("draft", name_or_path, draft_names())
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError([Problem(path.name, "", f"not TOML: {error}", "see docs/certificate.md")]) from error
    return checked(raw, path.name)


def checked(raw: dict[str, Any], label: str) -> dict[str, Any]:
    """Return the statement with the Earth added, or raise with every fault."""
    problems: list[Problem] = []
    threats = raw.get("threats") or []
    if not isinstance(threats, list) or not threats:
        problems.append(Problem(label, "threats", "no threat is given", "write at least one [[threats]]"))
        threats = []
    parts = [("", raw, TOP), *((f"threats[{k}]", t, THREAT) for k, t in enumerate(threats))]
    parts += [("interceptor", raw.get("interceptor", {}), INTERCEPTOR), ("site", raw.get("site", {}), SITE)]
    for where, table, names in parts:
        problems += _faults(label, where, table, names)
    if problems:
        raise InputError(problems)
    return {**raw, "earth": dict(EARTH)}


def _faults(label: str, where: str, table: Any, names: set[str]) -> list[Problem]:
    if not isinstance(table, dict):
        return [Problem(label, where, "not a table", f"write [{where}]")]
    found = [
        Problem(
            label,
            f"{where}.{k}".strip("."),
            "no such quantity, or its unit is missing",
            f"one of {sorted(names)}",
        )
        for k in sorted(set(table) - names)
    ]
    for key in sorted(names):
        spoken = f"{where}.{key}".strip(".")
        value = table.get(key)
        if value is None:
            found.append(Problem(label, spoken, "missing", "give it"))
        elif key in RANGES:
            found += _range_faults(label, spoken, value)
        elif key.endswith(("_s", "_m", "_deg")) and not (isinstance(value, str) and DECIMAL.fullmatch(value)):
            found.append(
                Problem(label, spoken, f"{value!r} is not a decimal in quotes", 'write it as "4500"')
            )
    return found


def _range_faults(label: str, key: str, value: Any) -> list[Problem]:
    pair = isinstance(value, list) and len(value) == 2
    if not pair or not all(isinstance(x, str) and DECIMAL.fullmatch(x) for x in value):
        return [Problem(label, key, "not a range", 'write ["low", "high"]')]
    if float(value[0]) > float(value[1]):
        cure = f'write ["{value[1]}", "{value[0]}"]'
        return [Problem(label, key, "contradictory: low is above high, so that no system is permitted", cure)]
    return []
