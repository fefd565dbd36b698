"""Every source that a scenario or a flight test rests on, with the inputs taken from it."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.foundation.provenance import Quantity, by_source
from equipoise.results.record import Source
from equipoise.scenario.records import Records


def bibliography(records: Records) -> tuple[Source, ...]:
    """Return one entry for each pair of source and confidence, numbered in the order of the tables."""
    return tuple(
        Source(str(number), *found) for number, found in enumerate(by_source(_places(records)), start=1)
    )


def _places(records: Records) -> Iterator[tuple[str, str, str]]:
    for table, entry in records.entries():
        said = dict(entry.said())
        place = f"{table}.{said['id']}" if "id" in said else table
        for key, value in said.items():
            if isinstance(value, Quantity):
                yield value.source, str(value.confidence), f"{place}.{key}"
        if "source" in said:
            yield said["source"], str(said["confidence"]), place
