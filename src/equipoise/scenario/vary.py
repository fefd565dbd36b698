"""The same scenario with other numbers: what a sweep changes, without reading a file again.

A place is written as on the command line: ``interceptor.sm3-iia.burnout_speed_km_s``, ``assumption.decision_s``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.foundation.errors import InputError, Problem, nearest
from equipoise.foundation.provenance import Quantity
from equipoise.scenario.load import Scenario, frozen
from equipoise.scenario.schema import SCHEMA, SINGLE, Field, convert

NUMERIC = ("quantity", "count", "number")
"""Types of key whose value is a number."""


@dataclass(frozen=True)
class Place:
    """One key of one entry; ``id`` is empty in the tables that are a single entry."""

    table: str
    id: str
    key: str

    def __str__(self) -> str:
        """Return the place as it is written."""
        return ".".join(part for part in (self.table, self.id, self.key) if part)

    @property
    def field(self) -> Field:
        """What the schema says of the key."""
        return SCHEMA[self.table][self.key]


def place(text: str, scenario: Scenario, *, label: str) -> Place:
    """Return the place that ``text`` names in ``scenario``; :class:`InputError` says what is wrong with it."""

    def refuse(message: str, cure: str) -> InputError:
        return InputError([Problem(label, text, message, cure)])

    parts = text.split(".")
    if parts[0] not in SCHEMA:
        raise refuse(f"no table '{parts[0]}'.", _cure(parts[0], list(SCHEMA)))
    if len(parts) != (2 if parts[0] in SINGLE else 3):
        shape = "TABLE.KEY" if parts[0] in SINGLE else "TABLE.ID.KEY"
        raise refuse(f"expected {shape}.", "For instance interceptor.sm3-iia.burnout_speed_km_s.")
    found = Place(parts[0], parts[1] if len(parts) == 3 else "", parts[-1])
    if found.id:
        known = [entry.get("id", "") for entry in scenario.tables[found.table]]
        if found.id not in known:
            raise refuse(f"the scenario has no {found.table} '{found.id}'.", _cure(found.id, known))
    if found.key not in SCHEMA[found.table]:
        raise refuse(f"no key '{found.key}'.", _cure(found.key, list(SCHEMA[found.table])))
    return found


def value_at(scenario: Scenario, where: Place) -> Any:
    """Return what the scenario holds at a place, None where it says nothing."""
    return _entry(scenario.tables, where).get(where.key)


def with_numbers(scenario: Scenario, numbers: Mapping[Place, float]) -> Scenario:
    """Return the scenario with numbers put in their places, each without a range.

    The result equals the scenario loaded with the same settings. Places in the table ``scenario`` and those of
    texts need a full load, because other checks hang on them.
    """
    tables = dict(scenario.tables)
    problems: list[Problem] = []
    for where, number in numbers.items():
        if where.field.type not in NUMERIC or where.table == "scenario":
            raise ValueError(f"{where} is not a number that can be put in its place")
        plain = int(number) if where.field.type == "count" and float(number).is_integer() else number
        changed: dict[str, Any] = {}
        message = convert(plain, where.key, where.field, changed)
        if message:
            problems.append(Problem("value", str(where), message))
        if where.id:
            tables[where.table] = tuple(
                entry | changed if entry.get("id") == where.id else entry for entry in tables[where.table]
            )
        else:
            tables[where.table] = tables[where.table] | changed
    if problems:
        raise InputError(problems)
    return frozen(tables)


def uncertain_places(scenario: Scenario, tables: tuple[str, ...]) -> tuple[Place, ...]:
    """Return every place of the given tables whose quantity has a range."""
    found = []
    for table in tables:
        entries = (scenario.tables[table],) if table in SINGLE else scenario.tables[table]
        for entry in entries:
            found += [
                Place(table, entry.get("id", ""), key)
                for key, value in entry.items()
                if isinstance(value, Quantity) and not value.is_certain
            ]
    return tuple(found)


def _entry(tables: Mapping[str, Any], where: Place) -> Mapping[str, Any]:
    if not where.id:
        found: Mapping[str, Any] = tables[where.table]
        return found
    return next(entry for entry in tables[where.table] if entry.get("id") == where.id)


def _cure(name: str, known: list[str]) -> str:
    guess = nearest(name, known)
    return f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(known)}."
