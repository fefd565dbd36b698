"""Raw tables of a scenario: its file over those that it extends, its settings, and what the catalogue knows."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError, Problem
from equipoise.model.fields import known_names
from equipoise.model.record import specs
from equipoise.model.scenario import TABLES
from equipoise.scenario.cross_check import OWNED, REFERENCES
from equipoise.scenario.library import Library, Raw

SCENARIOS = Library(
    what="scenario",
    head="scenario",
    folder="data",
    tables=TABLES,
    replaced=("phase",),
    setting="interceptor.sm3-iia.burnout_speed_km_s=5.5 or assumption.decision_s=30",
)
"""The scenarios that are built in, and how a scenario file is read."""

CATALOGUED = {
    "party": "parties",
    "missile": "missiles",
    "launch_area": "launch_areas",
    "interceptor": "interceptors",
    "site": "sites",
    "radar": "sensors",
    "satellite": "sensors",
    "base": "forces",
    "mode": "modes",
    "sector": "sectors",
}
"""Tables whose entries take what they do not say from the catalogue, and the kind of its records."""


def builtin_names() -> list[str]:
    """Return the names of the built-in scenarios."""
    return SCENARIOS.names()


def read_files(name: str) -> tuple[Raw, str]:
    """Return what the files say, and the label for messages; :class:`InputError` when one cannot be read."""
    return SCENARIOS.read(name, ())


@cache
def defaults() -> Mapping[str, Mapping[str, Any]]:
    """Return what every scenario assumes unless its file says otherwise, by table and key."""
    text = (files("equipoise.scenario") / "defaults.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def with_defaults(raw: Raw) -> Raw:
    """Return the tables of a file with the defaults under them; what is no table is left to be refused."""
    return raw | {
        name: dict(assumed) | raw.get(name, {})
        for name, assumed in defaults().items()
        if isinstance(raw.get(name, {}), dict)
    }


def with_catalogue(raw: Raw, label: str) -> Raw:
    """Fill in from the catalogue what the entries do not say, and bring in the entries that others name."""
    full = copy.deepcopy(raw)
    problems: list[Problem] = []
    if not isinstance(full.setdefault("mode", []), list):
        full["mode"] = [full["mode"]]
    asked = _asked_modes(full)
    full["mode"] += [
        {"id": name}
        for name, record in _records("mode").items()
        if name not in _ids(full, "mode") and (name in asked or not record.get("sectors"))
    ]
    for table in ("site", "base", "mode"):
        _fill(full, table, label, problems)
    for table, key, target in REFERENCES:
        known = _ids(full, target)
        for entry in _dicts(full.get(table)):
            names = entry.get(key)
            for name in names if isinstance(names, list) else [names]:
                if isinstance(name, str) and name not in known and name in _records(target):
                    full.setdefault(target, [])
                    if isinstance(full[target], list):
                        full[target].append({"id": name})
                        known.add(name)
    _name_parties(full)
    _take_correlations(full)
    for table in ("party", "radar", "satellite", "missile", "launch_area", "interceptor", "sector"):
        _fill(full, table, label, problems)
    if problems:
        raise InputError(problems)
    return full


def _asked_modes(full: Raw) -> list[Any]:
    """Return the modes that the file asks for; others come in from the catalogue unless they divide somebody's map."""
    head = full.get("scenario")
    modes = head.get("modes") if isinstance(head, dict) else None
    return modes if isinstance(modes, list) else [modes]


ROLES = ("defenders", "protects", "deterrer")


def _name_parties(full: Raw) -> None:
    """Bring in from the catalogue the parties that entries and roles name and the file does not describe."""
    named = [entry.get("party") for table in OWNED for entry in _dicts(full.get(table))]
    given = full.get("scenario")
    head: Raw = given if isinstance(given, dict) else {}
    for role in ROLES:
        value = head.get(role)
        named += value if isinstance(value, list) else [value]
    for table in ("radar", "satellite"):  # what sensors do not say themselves the catalogue will
        known = _records(table)
        unsaid = [e for e in _dicts(full.get(table)) if "party" not in e]
        named += [known.get(str(e.get("of", e.get("id"))), {}).get("party") for e in unsaid]
    parties = full.setdefault("party", [])
    if isinstance(parties, list):
        there = _ids(full, "party")
        wanted = [
            name for name in dict.fromkeys(named) if isinstance(name, str) and name in _records("party")
        ]
        wanted += [name for party in wanted for name in _records("party")[party].get("includes", ())]
        parties += [{"id": name} for name in dict.fromkeys(wanted) if name not in there]
        if not parties:
            del full["party"]


def _take_correlations(full: Raw) -> None:
    """Bring in what the catalogue says of quantities that go together, where an entry states neither of the two itself.

    A correlation of the same name in the file lies over it, key by key.
    """
    found = [
        {
            "id": f"{entry['id']}-{tie['id']}",
            "inputs": [f"{table}.{entry['id']}.{key}" for key in tie["keys"]],
            **{key: tie[key] for key in ("rank", "source", "confidence")},
        }
        for table in ("missile", "interceptor")
        for entry in _dicts(full.get(table))
        if isinstance(entry.get("id"), str) and "stages" not in entry
        for tie in _records(table).get(str(entry.get("of", entry["id"])), {}).get("correlated", ())
        if not entry.keys() & set(tie["keys"])
    ]
    stated = full.get("correlation", [])
    if isinstance(stated, list) and (stated or found):
        known = {each["id"]: each for each in found}
        own = [known.pop(str(e.get("id")), {}) | e if isinstance(e, dict) else e for e in stated]
        full["correlation"] = own + list(known.values())


def _fill(full: Raw, table: str, label: str, problems: list[Problem]) -> None:
    entries = full.get(table)
    for i, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, dict):
            continue
        name = entry.pop("of", entry.get("id"))
        if table == "missile" and name in load_catalogue().raw["vehicles"]:
            kind = {
                k: v
                for k, v in _records(table).get(str(entry.get("id")), {}).items()
                if k in ("kind", "name")
            }
            full[table][i] = copy.deepcopy(dict(load_catalogue().raw["vehicles"][name])) | kind | entry
            continue
        if TABLES[table].told_by in entry:  # it says itself what it is
            continue
        if table == "interceptor" and ("stages" in entry or name in load_catalogue().raw["vehicles"]):
            full[table][i] = _staged_interceptor(name, entry, label, problems)
            continue
        if not isinstance(name, str) or not name:  # of = "" takes nothing from the catalogue
            continue
        if name in _records(table):
            full[table][i] = _known(table, _records(table)[name]) | entry
        elif name != entry.get("id"):
            cure = known_names(_records(table), name, f"See equipoise list {CATALOGUED[table]}.")
            place = f"{table}.{entry.get('id')}.of"
            problems.append(Problem(label, place, f"the catalogue has no '{name}'.", cure))


def _staged_interceptor(name: Any, entry: Raw, label: str, problems: list[Problem]) -> Raw:
    """Return an interceptor that is given by stages as engagements fly it: by the law laid through its fly-out."""
    from equipoise.scenario.staged_interceptor import (
        with_law,
    )  # it takes the kernels, which other files do without

    vehicle = copy.deepcopy(dict(load_catalogue().raw["vehicles"].get(name, {})))
    known = _known("interceptor", _records("interceptor").get(str(entry.get("id")), {}))
    kept = {key: value for key, value in known.items() if key not in ("burnout_speed_km_s", "burn_time_s")}
    return with_law(vehicle | kept | entry, label, f"interceptor.{entry.get('id')}", problems)


def _records(table: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = load_catalogue().raw.get(CATALOGUED.get(table, ""), {})
    return found


def _known(table: str, record: Mapping[str, Any]) -> Raw:
    """Return what a catalogue record says about the keys of ``table``."""
    entry = {key: value for key, value in record.items() if key in specs(TABLES[table].record)}
    if table == "party":  # its forces and totals stay its own under another id
        entry.setdefault("counted_as", record["id"])
    if table == "base":  # a submarine is flown from its notional patrol area
        for axis in ("lat_deg", "lon_deg"):
            if f"launch_{axis}" in record:
                entry[axis] = record[f"launch_{axis}"]
    return copy.deepcopy(entry)


def _dicts(entries: Any) -> list[Raw]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _ids(full: Raw, table: str) -> set[Any]:
    return {entry.get("id") for entry in _dicts(full.get(table)) if isinstance(entry.get("id"), str)}
