"""The records of a checked file as a TOML file that says everything, so that reading it gives the same records and hash."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.model.fields import FILE_SOURCE
from equipoise.model.record import Record, specs
from equipoise.scenario.records import Records


def to_toml(records: Records, catalogued: Collection[str] = ()) -> str:
    """Return the text of a file; entries of the tables ``catalogued`` say that they take nothing from the catalogue."""
    blocks = [
        block(table, entry, single=records.TABLES[table].single, catalogued=table in catalogued)
        for table, entry in records.entries()
    ]
    return "\n".join(text for text in blocks if text)


def block(table: str, entry: Record, *, single: bool = False, catalogued: bool = False) -> str:
    """Return one entry of a table as a file has it; nothing for a table that stands once and says nothing."""
    lines = [f"[{table}]" if single else f"[[{table}]]"]
    lines += [f"{key} = {_value(value, entry, key)}" for key, value in entry.said()]
    lines += ['of = ""'] if catalogued else []
    return "\n".join(lines) + "\n" if len(lines) > 1 or not single else ""


def _value(value: Any, entry: Record, key: str) -> str:
    spec = specs(type(entry))[key]
    if isinstance(value, Quantity):
        return _quantity(value, whole=spec.limits.whole)
    return _plain(value)


def _quantity(value: Quantity, *, whole: bool) -> str:
    ends = [str(int(x)) if whole else repr(x) for x in (value.value, value.low, value.high)]
    if value.is_certain and (value.source, value.confidence) == (FILE_SOURCE, Confidence.ASSUMPTION):
        return ends[0]
    numbers = ", ".join(f"{key} = {x}" for key, x in zip(("value", "low", "high"), ends, strict=True))
    return f"{{ {numbers}, source = {_text(value.source)}, confidence = {_text(value.confidence)} }}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date | datetime):
        return _text(value.isoformat())
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, Record):
        return f"{{ {', '.join(f'{k} = {_value(v, value, k)}' for k, v in value.said())} }}"
    return repr(value)


def _text(value: str) -> str:
    """Return a basic string of TOML: JSON's escapes are TOML's, but for the one control character that JSON leaves."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
