"""A scenario's inputs and places as results, so that a saved folder says what it rests on without the engine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np

from equipoise.catalogue.load import load_catalogue
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.foundation.units import UNITS, unit_of_key
from equipoise.model.cooperation import Sector
from equipoise.model.fields import FILE_SOURCE
from equipoise.model.path_family import path_family
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario
from equipoise.scenario.records import Records
from equipoise.scenario.roles import defends

_TEXTS = ("table", "entry", "key", "unit", "source", "confidence")
_NUMBERS = ("value", "low", "high")


def inputs(scenario: Scenario) -> Result:
    """Return every number of the scenario as one row: table, entry, key, value, range, unit, source, confidence.

    The attribute ``title`` is the scenario's; the coordinate ``phase`` has the dates as ``date``.
    """
    families = [("path_family", asdict(path_family(name))) for name in scenario.head.families]
    phases = scenario.phases
    values = input_columns(scenario, families) | {"date": [p.date.isoformat() for p in phases]}
    data = dataset("scenario", values, {"phase": [p.name for p in phases]})
    data.attrs["names"] = json.dumps(_names(scenario), ensure_ascii=False)
    return Result(kind="scenario", title=scenario.title, data=data)


def _names(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Return the names of what a report speaks of, by table and id; a missile flown from several places says from where."""
    tables = (
        "mode",
        "site",
        "interceptor",
        "missile",
        "launch_area",
        "policy",
        "base",
        "radar",
        "satellite",
        "raid",
        "clause",
        "proposal",
    )
    found = {table: {e.id: e.name for e in scenario.table(table)} for table in tables}
    found["party"] = {party.id: party.name for party in scenario.parties}
    flown = [threat.missile for threat in scenario.threats]
    found["threat"] = {
        threat.id: found["missile"][threat.missile]
        + (f" from {found['launch_area'][threat.launch_area]}" if flown.count(threat.missile) > 1 else "")
        for threat in scenario.threats
    }
    found["volley"] = {volley.id: found["raid"][volley.raid] for volley in scenario.table("volley")}
    instruments = load_catalogue().instruments
    quoted = {clause.instrument for clause in scenario.table("clause") if clause.instrument}
    found["instrument"] = {name: instruments[name].name for name in sorted(quoted)}
    return found


def input_columns(records: Records, besides: Iterable[tuple[str, dict[str, Any]]] = ()) -> dict[str, Any]:
    """Return the columns over ``input``, one row per number of a scenario or flight test, and of entries ``besides``."""
    said = [*((table, dict(entry.said())) for table, entry in records.entries()), *besides]
    rows = [row for table, entry in said for row in _rows(table, entry)]
    return {
        name: np.array([row[name] for row in rows], dtype=object if name in _TEXTS else float)
        for name in (*_TEXTS, *_NUMBERS)
    }


def _rows(table: str, said: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    name = said.get("id", said.get("name", table))
    for key, value in said.items():
        row = {"table": table, "entry": str(name), "key": key}
        if isinstance(value, Quantity):
            ends = {end: getattr(value, end) for end in _NUMBERS}
            symbol = UNITS[value.unit].symbol if value.unit else ""
            rows.append(
                row | ends | {"unit": symbol, "source": value.source, "confidence": str(value.confidence)}
            )
        elif isinstance(value, int | float) and not isinstance(value, bool):
            unit = unit_of_key(key)
            origin = {
                "source": said.get("source", FILE_SOURCE),
                "confidence": str(said.get("confidence", Confidence.ASSUMPTION)),
            }
            ends = dict.fromkeys(_NUMBERS, float(value))
            rows.append(row | ends | {"unit": unit.symbol if unit else ""} | origin)
    return rows


def places(scenario: Scenario) -> Result:
    """Return sites, radars, launch areas and bases: where, whose, and in which phases they act.

    Sectors and ranges are nan where a place is no radar.
    """
    kinds = ("site", "radar", "launch_area", "base")
    found = [(kind, entry) for kind in kinds for entry in scenario.table(kind) if entry.lat_deg is not None]
    phases = scenario.phases
    acting = {
        (kind, p.name): {e.id for e in scenario.active(kind, p.date)}
        for kind in ("site", "radar")
        for p in phases
    }
    active = [[e.id in acting.get((kind, p.name), {e.id}) for p in phases] for kind, e in found]

    def number(key: str) -> np.ndarray:
        values = [getattr(e, key, None) for _, e in found]
        return np.array(
            [v.value if isinstance(v, Quantity) else np.nan if v is None else v for v in values], float
        )

    values = {
        "name": [e.name for _, e in found],
        "place_kind": [kind for kind, _ in found],
        "party": [getattr(e, "party", "") for _, e in found],
        "defends": [int(k in ("site", "radar") and defends(scenario, e.party)) for k, e in found],
        "interceptor": [getattr(e, "interceptor", "") for _, e in found],
        "lat": number("lat_deg"),
        "lon": number("lon_deg"),
        "count": number("count"),
        "azimuth_from": number("azimuth_from_deg"),
        "azimuth_to": number("azimuth_to_deg"),
        "range": number("range_max_km"),
        "active": np.array(active, dtype=np.int8),
    }
    axes = {"place": [e.id for _, e in found], "phase": [p.name for p in phases]}
    data = dataset("places", values, axes, {"sectors": json.dumps([_sector(e) for e in scenario.sectors])})
    return Result(kind="places", title="Places", data=data)


def _sector(entry: Sector) -> dict[str, Any]:
    """Return a party's sector: a ring of [lon, lat] in degrees, or a wedge around a point."""
    named = {"name": entry.name, "party": entry.party}
    if entry.polygon_deg:
        ring = [[lon, lat] for lat, lon in entry.polygon_deg]
        return named | {"ring": [*ring, ring[0]]}
    wedge = {"from": entry.azimuth_from_deg, "to": entry.azimuth_to_deg, "range_km": entry.radius_km}
    return named | {"lat": entry.lat_deg, "lon": entry.lon_deg, "sector": wedge}
