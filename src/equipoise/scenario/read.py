"""Raw tables of a scenario: its file over those that it extends, its settings, and what the catalogue knows."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError, Problem, nearest
from equipoise.scenario.schema import SCHEMA, SINGLE

LARGEST_FILE_BYTES = 5_000_000
Raw = dict[str, Any]

CATALOGUED = {
    "missile": "missiles",
    "launch_area": "launch_areas",
    "interceptor": "interceptors",
    "site": "sites",
    "radar": "sensors",
    "satellite": "sensors",
    "base": "forces",
}
"""Tables whose entries take what they do not say from the catalogue, and the kind of its records."""
REFERENCES = (
    ("threat", "missile", "missile"),
    ("threat", "launch_area", "launch_area"),
    ("base", "missile", "missile"),
    ("site", "interceptor", "interceptor"),
    ("site", "sensors", "radar"),
)
"""Table, key, and the table that the key names one or more entries of; those come in from the catalogue."""


def builtin_names() -> list[str]:
    """Return the names of the built-in scenarios."""
    return sorted(
        p.name[:-5] for p in (files("equipoise.scenario") / "data").iterdir() if p.name.endswith(".toml")
    )


def read_tables(name: str, settings: Sequence[str]) -> tuple[Raw, str]:
    """Return the raw tables and the label for messages; :class:`InputError` when a file cannot be read."""
    raw, label = _read(name, ())
    for text in settings:
        raw = _overlay(raw, _setting(text))
    return _with_catalogue(raw, label), label


def _setting(text: str) -> Raw:
    """Return ``table.id.key=value`` (or ``scenario.key=value``) as raw tables."""
    path, equals, value = text.partition("=")
    parts = path.strip().split(".")
    if not equals or not all(parts) or len(parts) != (2 if parts[0] in SINGLE else 3):
        raise InputError(
            [
                Problem(
                    "--set",
                    text,
                    "expected TABLE.ID.KEY=VALUE.",
                    "For instance interceptor.sm3-iia.burnout_speed_km_s=5.5 or assumption.decision_s=30.",
                )
            ]
        )
    try:
        found = tomllib.loads(f"x = {value}")["x"]
    except tomllib.TOMLDecodeError:
        found = value.strip()
    if len(parts) == 2:
        return {parts[0]: {parts[1]: found}}
    return {parts[0]: [{"id": parts[1], parts[2]: found}]}


def _read(name: str, above: tuple[str, ...]) -> tuple[Raw, str]:
    """Return the raw tables of a file, laid over those that it extends."""
    builtin = name in builtin_names()
    label = f"{name}.toml" if builtin else name
    if label in above:
        raise InputError([Problem(label, "scenario.extends", f"a cycle: {' -> '.join((*above, label))}.")])
    raw = _entries_by_id(_parse(_bytes(name, label, builtin=builtin), label))
    _refuse_repeated_ids(raw, label)
    head = raw.get("scenario")
    base = head.get("extends") if isinstance(head, dict) else None
    if isinstance(base, str):
        below, _ = _read(base, (*above, label))
        raw = _overlay(below, raw)
    return raw, label


def _bytes(name: str, label: str, *, builtin: bool) -> bytes:
    try:
        if builtin:
            return (files("equipoise.scenario") / "data" / f"{name}.toml").read_bytes()
        with Path(name).open("rb") as stream:
            data = stream.read(LARGEST_FILE_BYTES + 1)
    except FileNotFoundError:
        guess = nearest(name, builtin_names())
        cure = f"Did you mean '{guess}'?" if guess else f"Built in: {', '.join(builtin_names())}."
        raise InputError([Problem(label, "", "no such file or built-in scenario.", cure)]) from None
    except OSError as error:
        raise InputError([Problem(label, "", f"cannot be read: {error.strerror}.")]) from None
    except ValueError:
        raise InputError([Problem(label, "", "not a possible file name.")]) from None
    if len(data) > LARGEST_FILE_BYTES:
        raise InputError([Problem(label, "", "larger than 5 MB; a scenario file is a few kB.")])
    return data


def _parse(data: bytes, label: str) -> Raw:
    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError:
        raise InputError([Problem(label, "", "not a text file in UTF-8.")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([Problem(label, "", f"not valid TOML: {error}.")]) from None


def _entries_by_id(raw: Raw) -> Raw:
    """Write ``[table.id]`` as an entry of ``[[table]]`` with that id."""
    found = dict(raw)
    for name, value in raw.items():
        named = name in SCHEMA and name not in SINGLE and isinstance(value, dict)
        if named and value and all(isinstance(entry, dict) for entry in value.values()):
            found[name] = [{"id": key} | entry for key, entry in value.items()]
    return found


def _refuse_repeated_ids(raw: Raw, label: str) -> None:
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


def _overlay(below: Raw, above: Raw) -> Raw:
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


def _with_catalogue(raw: Raw, label: str) -> Raw:
    """Fill in from the catalogue what the entries do not say, and bring in the entries that others name."""
    full = copy.deepcopy(raw)
    problems: list[Problem] = []
    for threat in _dicts(full.get("threat")):
        if isinstance(threat.get("missile"), str):
            threat.setdefault("id", threat["missile"])
    for table in ("site", "base"):
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
    for table in ("radar", "satellite", "missile", "launch_area", "interceptor"):
        _fill(full, table, label, problems)
    if problems:
        raise InputError(problems)
    return full


def _fill(full: Raw, table: str, label: str, problems: list[Problem]) -> None:
    entries = full.get(table)
    for i, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, dict):
            continue
        name = entry.pop("of", entry.get("id"))
        if not isinstance(name, str):
            continue
        if name in _records(table):
            full[table][i] = _known(table, _records(table)[name]) | entry
        elif name != entry.get("id"):
            guess = nearest(name, _records(table))
            problems.append(
                Problem(
                    label,
                    f"{table}.{entry.get('id')}.of",
                    f"the catalogue has no '{name}'.",
                    f"Did you mean '{guess}'?" if guess else f"See equipoise list {CATALOGUED[table]}.",
                )
            )


def _records(table: str) -> Mapping[str, Any]:
    return load_catalogue().raw[CATALOGUED[table]]


def _known(table: str, record: Mapping[str, Any]) -> Raw:
    """Return what a catalogue record says about the keys of ``table``."""
    entry = {key: value for key, value in record.items() if key in SCHEMA[table]}
    if table == "base":  # a submarine is flown from its notional patrol area
        for axis in ("lat_deg", "lon_deg"):
            if f"launch_{axis}" in record:
                entry[axis] = record[f"launch_{axis}"]
    return copy.deepcopy(entry)


def _dicts(entries: Any) -> list[Raw]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _ids(full: Raw, table: str) -> set[Any]:
    return {entry.get("id") for entry in _dicts(full.get(table)) if isinstance(entry.get("id"), str)}
