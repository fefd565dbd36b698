"""Every source that a scenario rests on, with the inputs taken from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.foundation.provenance import Quantity
from equipoise.results.record import Source


def bibliography(tables: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return one entry for each pair of source and confidence, numbered in the order of the tables.

    ``tables`` are those of a scenario or of a flight test: an entry, or a tuple of entries, by name.
    """
    used: dict[tuple[str, str], list[str]] = {}
    for table, content in tables.items():
        for entry in (content,) if isinstance(content, Mapping) else content:
            for key, value in entry.items():
                if isinstance(value, Quantity):
                    place = f"{table}.{entry['id']}.{key}" if "id" in entry else f"{table}.{key}"
                    used.setdefault((value.source, str(value.confidence)), []).append(place)
            if "source" in entry:
                place = f"{table}.{entry['id']}" if "id" in entry else table
                used.setdefault((entry["source"], entry["confidence"]), []).append(place)
    return tuple(
        Source(str(number), text, confidence, ", ".join(places))
        for number, ((text, confidence), places) in enumerate(used.items(), start=1)
    )
