"""Loading a scenario: read, check every key, check what the entries say of each other, freeze, hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError, Problem, nearest
from equipoise.scenario.clauses import check_clauses, cure
from equipoise.scenario.cooperation import check_cooperation
from equipoise.scenario.library import Raw
from equipoise.scenario.read import REFERENCES, builtin_names, complete_tables, read_files
from equipoise.scenario.schema import SCHEMA, SINGLE, check_tables

__all__ = ["Scenario", "builtin_names", "load_scenario"]


@dataclass(frozen=True)
class Scenario:
    """A checked scenario: ``tables`` maps a table's name to its entry or tuple of entries."""

    name: str
    title: str
    tables: Mapping[str, Any]

    @cached_property
    def hash(self) -> str:
        """The hash of the tables, which names the scenario; a row of a sweep never asks for it."""
        return hashlib.sha256(repr(self.tables).encode()).hexdigest()

    def active(self, table: str, day: date) -> list[dict[str, Any]]:
        """Return the entries of ``table`` in service on ``day`` whose instruments are in force."""
        return [entry for entry in self.tables[table] if not why_inactive(entry, day)]

    def find(self, table: str, name: str) -> dict[str, Any]:
        """Return the entry of ``table`` whose id is ``name``."""
        return next(entry for entry in self.tables[table] if entry["id"] == name)

    def at(self, day: date | str, *, mode: str | None = None) -> Scenario:
        """Return the scenario at one date ("2018" is its last day) and, if given, in one mode."""
        when = day if isinstance(day, date) else day_of(day)
        last = [phase for phase in self.tables["phase"] if phase["date"] <= when]
        name = last[-1]["name"] if last and last[-1]["date"] == when else when.isoformat()
        tables = dict(self.tables) | {"phase": ({"name": name, "date": when},)}
        return frozen(tables).in_mode(mode) if mode else frozen(tables)

    def in_mode(self, mode: str) -> Scenario:
        """Return the scenario in one of its modes of cooperation."""
        return self.in_modes([mode])

    def in_modes(self, modes: Sequence[str]) -> Scenario:
        """Return the scenario in some of the modes of cooperation that it or the catalogue knows."""
        known = [e["id"] for e in self.tables["mode"]]
        for mode in modes:
            if mode not in known:
                guess = nearest(mode, known)
                cure = f"Did you mean '{guess}'?" if guess else ""
                raise InputError([Problem("--mode", mode, f"not one of {', '.join(known)}.", cure)])
        tables = dict(self.tables) | {"scenario": dict(self.tables["scenario"]) | {"modes": tuple(modes)}}
        problems: list[Problem] = []
        check_cooperation(tables, self.name, problems)
        if problems:
            raise InputError(problems)
        return frozen(tables)


def why_inactive(entry: Mapping[str, Any], day: date) -> str:
    """Return why an entry does not act on ``day``, or an empty string when it does."""
    if day < entry.get("active_from", date.min):
        return f"not before {entry['active_from']}"
    if day > entry.get("active_to", date.max):
        return f"ended {entry['active_to']}"
    instruments = load_catalogue().instruments
    for name in entry.get("needs", ()):
        if not instruments[name].in_force(day):
            status = instruments[name].status_on(day) or "not signed"
            return f"{name} is not in force ({status.replace('_', ' ')})"
    return ""


def load_scenario(name_or_path: str, settings: Sequence[str] = ()) -> Scenario:
    """Return a built-in scenario by name or one from a file; :class:`InputError` lists every fault.

    Each of ``settings`` is ``table.id.key=value`` and overrides the files, for instance
    ``interceptor.sm3-iia.burnout_speed_km_s=5.5``.
    """
    return resolve(*read_files(name_or_path), settings)


def resolve(raw: Raw, label: str, settings: Sequence[str] = ()) -> Scenario:
    """Return the scenario that raw tables describe; ``label`` names them in messages."""
    problems: list[Problem] = []
    tables = check_tables(complete_tables(raw, label, settings), label, problems)
    if not problems:
        _cross_check(tables, label, problems)
    if problems:
        raise InputError(problems)
    return frozen(tables)


def frozen(tables: Mapping[str, Any]) -> Scenario:
    """Return checked tables as a scenario."""
    head = tables["scenario"]
    return Scenario(head["name"], head["title"], tables)


def day_of(text: str) -> date:
    """Return the day that a person wrote; a year alone is its last day."""
    try:
        return date(int(text), 12, 31) if text.isdigit() and len(text) == 4 else date.fromisoformat(text)
    except ValueError:
        raise InputError(
            [Problem("--at", text, "not a date.", 'Write it as "2018-12-31", or a year such as 2018.')]
        ) from None


def _cross_check(tables: dict[str, Any], label: str, problems: list[Problem]) -> None:
    for table in SCHEMA:
        names = [e["id"] for e in tables[table] if "id" in e] if table not in SINGLE else []
        for name in sorted({n for n in names if names.count(n) > 1}):
            problems.append(Problem(label, f"{table}.{name}", "this id occurs twice."))
    for table, key, target in REFERENCES:
        known = [e["id"] for e in tables[target]]
        for e in tables[table]:
            names = e.get(key, ())
            for name in (names,) if isinstance(names, str) else names:
                if name not in known:
                    place = f"{table}.{e['id']}.{key}"
                    problems.append(Problem(label, place, f"no {target} '{name}'.", cure(name, known)))
    for table in ("site", "radar", "satellite"):
        for e in tables[table]:
            _check_activity(e, f"{table}.{e['id']}", label, problems)
    _check_defence(tables, label, problems)
    days = [p["date"] for p in tables["phase"]]
    if days != sorted(days):
        problems.append(Problem(label, "phase.date", "the dates of the phases must not run backwards."))
    head = tables["scenario"]
    if head.get("grid") == "equal_area" and "map_step_km" not in head:
        problems.append(Problem(label, "scenario.map_step_km", "this key is missing.", "grid is equal_area."))
    for area in ("map", "aim"):
        if (
            head[f"{area}_south_deg"] >= head[f"{area}_north_deg"]
            or head[f"{area}_west_deg"] >= head[f"{area}_east_deg"]
        ):
            said = "the map's edges are reversed (south < north, west < east)."
            problems.append(Problem(label, f"scenario.{area}_south_deg", said))
    check_clauses(tables, label, problems)
    if not problems:
        check_cooperation(tables, label, problems)


EQUATION_KEYS = (
    "average_power_kw",
    "aperture_m2",
    "wavelength_cm",
    "noise_temperature_k",
    "losses_db",
    "dwell_s",
    "snr_db",
)
"""Keys of a radar from which, all together, its detection range follows; its stated range is then only a limit."""


def _check_defence(tables: dict[str, Any], label: str, problems: list[Problem]) -> None:
    """Check policies, places of radars, and the shape of sectors."""
    policies = [e["id"] for e in tables["policy"]]
    at_sites = {name for e in tables["site"] for name in e.get("sensors", ())}
    for e in tables["site"]:
        if e.get("policy", policies[0] if policies else "") not in [*policies, ""]:
            said = f"no policy '{e['policy']}'."
            problems.append(Problem(label, f"site.{e['id']}.policy", said, cure(e["policy"], policies)))
    for e in tables["radar"]:
        if ("lat_deg" in e) != ("lon_deg" in e):
            problems.append(Problem(label, f"radar.{e['id']}", "needs both lat_deg and lon_deg, or neither."))
        elif "lat_deg" not in e and e["id"] not in at_sites:
            said = "has no place, and no site names it in 'sensors'."
            problems.append(Problem(label, f"radar.{e['id']}", said, "Give lat_deg and lon_deg."))
    for e in tables["radar"]:
        given = [key for key in EQUATION_KEYS if key in e]
        if given and len(given) < len(EQUATION_KEYS):
            said = (
                f"the radar equation needs {', '.join(key for key in EQUATION_KEYS if key not in e)} as well."
            )
            problems.append(Problem(label, f"radar.{e['id']}", said))
    fan = ("lat_deg", "lon_deg", "azimuth_from_deg", "azimuth_to_deg", "radius_km")
    for e in tables["sector"]:
        place = f"sector.{e['id']}"
        if "polygon_deg" in e and any(key in e for key in fan):
            problems.append(Problem(label, place, "is both a polygon and a fan.", "Keep one of the two."))
        elif "polygon_deg" not in e and any(key not in e for key in fan):
            problems.append(Problem(label, place, f"needs polygon_deg, or a fan: {', '.join(fan)}."))


def _check_activity(entry: dict[str, Any], place: str, label: str, problems: list[Problem]) -> None:
    if entry.get("active_to", date.max) < entry.get("active_from", date.min):
        problems.append(Problem(label, f"{place}.active_to", "lies before active_from."))
    known = load_catalogue().instruments
    for name in entry.get("needs", ()):
        if name not in known:
            problems.append(
                Problem(label, f"{place}.needs", f"no instrument '{name}'.", cure(name, list(known)))
            )
