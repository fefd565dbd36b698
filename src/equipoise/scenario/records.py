"""From the raw tables of a file to records: every fault in one line, with its place and the nearest name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from equipoise.foundation.errors import MOST_TOLD, Problem
from equipoise.foundation.text import shortened
from equipoise.model.fields import known_names
from equipoise.model.record import Record
from equipoise.model.scenario import Table

MISSING = "this key is missing."
MOST_ENTRIES = 2000
"""Entries of one table of a file."""


class Records:
    """The records of a checked file, frozen to the bottom; a subclass has one attribute for each of its ``TABLES``."""

    TABLES: ClassVar[Mapping[str, Table]]

    def __repr__(self) -> str:
        """Return the name, the title and the beginning of the hash: the whole is what ``to_toml`` gives."""
        return f"<{type(self).__name__} {self.name}: {self.title} ({self.hash[:12]})>"

    @property
    def name(self) -> str:
        """Name that the file gives itself."""
        return str(self.head.name)  # type: ignore[attr-defined]  # every file has a head

    @property
    def title(self) -> str:
        """Title for people."""
        return str(self.head.title)  # type: ignore[attr-defined]  # every file has a head

    @cached_property
    def hash(self) -> str:
        """The hash of all that the file, those that it extends and the catalogue say; a row of a sweep never asks for it."""
        said = [(name, self.table(name)) for name in self.TABLES]
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def table(self, name: str) -> Any:
        """Return the record, or the tuple of records, of the table of a file called ``name``."""
        return getattr(self, self.TABLES[name].attribute)

    def find(self, table: str, name: str) -> Any:
        """Return the entry of ``table`` whose id is ``name``."""
        return next(entry for entry in self.table(table) if entry.id == name)

    def entries(self) -> Iterator[tuple[str, Record]]:
        """Yield every entry with the name of its table, in the order of the tables."""
        for name, table in self.TABLES.items():
            content = self.table(name)
            yield from ((name, entry) for entry in ((content,) if table.single else content))


def read_tables(
    raw: Mapping[str, Any], tables: Mapping[str, Table], label: str, problems: list[Problem], *, model: str
) -> dict[str, Any]:
    """Return the records of a file by attribute, one or a tuple; add to ``problems`` whatever is wrong.

    ``model`` is the built-in file that a person can extend. What is wrong is left out of what is returned.
    """
    found: dict[str, Any] = {}
    for name in raw:
        if name not in tables:
            problems.append(Problem(label, name, "unknown key.", known_names(tables, name)))
    for name, table in tables.items():
        value = raw.get(name)
        if value is None and not table.optional:
            cure = f'Add it, or extends = "{model}".'
            problems.append(Problem(label, name, "this table is missing.", cure))
        elif table.single:
            found[table.attribute] = read_record(
                table.record, {} if value is None else value, label, name, problems
            )
        elif isinstance(value, list) and len(value) > MOST_ENTRIES:
            problems.append(Problem(label, name, f"{len(value)} entries; at most {MOST_ENTRIES}."))
        elif value is not None and (not isinstance(value, list) or not value):
            problems.append(Problem(label, name, f"expected one or more [[{name}]] entries."))
        else:
            found[table.attribute] = tuple(
                read_record(table.record_of(entry), entry, label, _place(name, i, entry), problems)
                for i, entry in enumerate(value or ())
            )
    return found


def _place(table: str, index: int, entry: Any) -> str:
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"{table}.{name}" if isinstance(name, str) else f"{table}[{index}]"


def read_record(
    record: type[Record], value: Any, label: str, place: str, problems: list[Problem]
) -> Record | None:
    """Return the record of one entry at ``place``; None, with what is wrong in ``problems``, when it is not one."""
    if not isinstance(value, dict):
        problems.append(Problem(label, place, "expected a table of keys."))
        return None
    try:
        return record.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        room = max(MOST_TOLD - len(problems), 0)  # to look for the nearest of many names takes long
        problems += [_problem(detail, record, label, place) for detail in details[:room]]
        problems += [Problem(label, place, "is not as it should be.")] * max(len(details) - room, 0)
        return None


def _problem(detail: ErrorDetails, record: type[Record], label: str, place: str) -> Problem:
    """Return one fault as a person reads it; a fault inside a list of records is told of the key that has the list."""
    outer, inner = str(detail["loc"][0]), detail["loc"][1:]
    said, cure = _sentence(detail, _record_at(record, detail["loc"]))
    if detail["type"] in ("extra_forbidden", "missing") and not inner:
        return Problem(label, f"{place}.{outer}", said, cure)
    if inner:
        word = inner[-1]
        said = f"unknown key '{word}'." if detail["type"] == "extra_forbidden" else f"{word}: {said}"
    if detail["type"] in ("tuple_type", "model_type"):
        keys = ", ".join(_record_at(record, (outer, 0, "")).model_fields)
        said, cure = f"expected {outer} = [{{ ... }}, ...]; known keys: {keys}.", ""
    return Problem(label, f"{place}.{outer}", said, cure)


def _sentence(detail: ErrorDetails, record: type[Record]) -> tuple[str, str]:
    """Return what is wrong, and the cure."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "fault":
        return str(context["said"]), str(context["cure"])
    if kind == "missing":
        return MISSING, ""
    if kind == "extra_forbidden":
        return "unknown key.", known_names(_keys(record), str(detail["loc"][-1]))
    return f"{detail['msg']}, got {shortened(detail['input'])}.", ""


def _keys(record: type[Record]) -> list[str]:
    return [field.alias or key for key, field in record.model_fields.items()]


def _record_at(record: type[Record], loc: Sequence[str | int]) -> type[Record]:
    """Return the record whose key stands last in ``loc``."""
    for part in loc[:-1]:
        if isinstance(part, str) and part in record.model_fields:
            inner = [a for a in _parts(record.model_fields[part].annotation) if _is_record(a)]
            record = inner[0] if inner else record
    return record


def _parts(annotation: Any) -> list[Any]:
    return [annotation, *(inner for part in get_args(annotation) for inner in _parts(part))]


def _is_record(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Record)
