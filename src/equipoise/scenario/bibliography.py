"""Every source that a scenario or a flight test rests on, with the inputs taken from it."""

from __future__ import annotations

from equipoise.foundation.provenance import Quantity
from equipoise.results.record import Source
from equipoise.scenario.records import Records


def bibliography(records: Records) -> tuple[Source, ...]:
    """Return one entry for each pair of source and confidence, numbered in the order of the tables."""
    used: dict[tuple[str, str], list[str]] = {}
    for table, entry in records.entries():
        said = dict(entry.said())
        place = f"{table}.{said['id']}" if "id" in said else table
        for key, value in said.items():
            if isinstance(value, Quantity):
                used.setdefault((value.source, str(value.confidence)), []).append(f"{place}.{key}")
        if "source" in said:
            used.setdefault((said["source"], str(said["confidence"])), []).append(place)
    return tuple(
        Source(str(number), text, confidence, ", ".join(places))
        for number, ((text, confidence), places) in enumerate(used.items(), start=1)
    )
