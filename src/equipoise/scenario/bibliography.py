"""Every source that a scenario rests on, with the inputs taken from it."""

from __future__ import annotations

from equipoise.foundation.provenance import Quantity
from equipoise.results.record import Source
from equipoise.scenario.load import Scenario
from equipoise.scenario.schema import SCHEMA, SINGLE


def bibliography(scenario: Scenario) -> tuple[Source, ...]:
    """Return one entry for each pair of source and confidence, numbered in the order of the tables."""
    used: dict[tuple[str, str], list[str]] = {}
    for table in SCHEMA:
        entries = (scenario.tables[table],) if table in SINGLE else scenario.tables[table]
        for entry in entries:
            for key, value in entry.items():
                if isinstance(value, Quantity):
                    place = f"{table}.{entry['id']}.{key}" if "id" in entry else f"{table}.{key}"
                    used.setdefault((value.source, str(value.confidence)), []).append(place)
            if "source" in entry:
                used.setdefault((entry["source"], entry["confidence"]), []).append(f"{table}.{entry['id']}")
    return tuple(
        Source(str(number), text, confidence, ", ".join(places))
        for number, ((text, confidence), places) in enumerate(used.items(), start=1)
    )
