"""A scenario's inputs and places as results, so that a saved folder says what it rests on without the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import xarray as xr

from equipoise.catalogue import load_catalogue
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.units import UNITS, unit_of_key
from equipoise.model.path_family import path_family
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

_TEXTS = ("table", "entry", "key", "unit", "source", "confidence")
_NUMBERS = ("value", "low", "high")


def inputs(scenario: Scenario) -> Result:
    """Return every number of the scenario as one row: table, entry, key, value, range, unit, source, confidence.

    The attribute ``title`` is the scenario's; the coordinate ``phase`` has the dates as ``date``.
    """
    flown = scenario.tables["scenario"]["families"]
    families = [asdict(path_family(name)) for name in flown]
    columns = input_columns({**scenario.tables, "path_family": families})
    phases = scenario.tables["phase"]
    columns["date"] = (
        "phase",
        np.array([p["date"].isoformat() for p in phases], dtype=object),
        {"units": "", "long_name": "date of the phase"},
    )
    data = xr.Dataset(columns, coords={"phase": [p["name"] for p in phases]})
    data.attrs["names"] = json.dumps(_names(scenario), ensure_ascii=False)
    return Result(kind="scenario", title=scenario.title, data=data)


def _names(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Return the names of what a report speaks of, by table and id; a missile flown from several places says from where."""
    tables = ("mode", "site", "interceptor", "missile", "launch_area", "policy", "base")
    found = {table: {e["id"]: e["name"] for e in scenario.tables[table]} for table in tables}
    found["party"] = {name: party.name for name, party in load_catalogue().parties.items()}
    flown = [threat["missile"] for threat in scenario.tables["threat"]]
    found["threat"] = {
        threat["id"]: found["missile"][threat["missile"]]
        + (
            f" from {found['launch_area'][threat['launch_area']]}"
            if flown.count(threat["missile"]) > 1
            else ""
        )
        for threat in scenario.tables["threat"]
    }
    return found


def input_columns(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns over ``input``, one row per number of the tables of a scenario or of a flight test."""
    rows = [row for name, content in tables.items() for row in _rows(name, content)]
    columns: dict[str, Any] = {
        name: ("input", np.array([r[name] for r in rows], dtype=object), {"units": "", "long_name": name})
        for name in _TEXTS
    }
    return columns | {
        name: (
            "input",
            np.array([r[name] for r in rows], dtype=float),
            {"units": "see unit", "long_name": name},
        )
        for name in _NUMBERS
    }


def _rows(table: str, content: Any) -> list[dict[str, Any]]:
    rows = []
    for entry in (content,) if isinstance(content, Mapping) else content:
        name = entry.get("id", entry.get("name", table))
        for key, value in entry.items():
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
                    "source": entry.get("source", "scenario file"),
                    "confidence": entry.get("confidence", "assumption"),
                }
                ends = dict.fromkeys(_NUMBERS, float(value))
                rows.append(row | ends | {"unit": unit.symbol if unit else ""} | origin)
    return rows


def places(scenario: Scenario) -> Result:
    """Return sites, radars, launch areas and bases: where, whose, and in which phases they act.

    Sectors and ranges are nan where a place is no radar.
    """
    kinds = ("site", "radar", "launch_area", "base")
    found = [(kind, entry) for kind in kinds for entry in scenario.tables[kind] if "lat_deg" in entry]
    phases = scenario.tables["phase"]
    acting = {
        (kind, p["name"]): {e["id"] for e in scenario.active(kind, p["date"])}
        for kind in ("site", "radar")
        for p in phases
    }
    active = [[e["id"] in acting.get((kind, p["name"]), {e["id"]}) for p in phases] for kind, e in found]

    def text(values: list[str], name: str) -> tuple[str, np.ndarray, dict[str, str]]:
        return "place", np.array(values, dtype=object), {"units": "", "long_name": name}

    def number(key: str, unit: str, name: str) -> tuple[str, np.ndarray, dict[str, str]]:
        values = [e.get(key, np.nan) for _, e in found]
        plain = [v.value if isinstance(v, Quantity) else v for v in values]
        return "place", np.array(plain, dtype=float), {"units": unit, "long_name": name}

    data = xr.Dataset(
        {
            "name": text([e["name"] for _, e in found], "name"),
            "place_kind": text([kind for kind, _ in found], "site, radar, launch_area or base"),
            "party": text([e.get("party", "") for _, e in found], "party that owns it, where the scenario says so"),
            "interceptor": text([e.get("interceptor", "") for _, e in found], "interceptor of a site"),
            "lat": number("lat_deg", "degrees_north", "latitude"),
            "lon": number("lon_deg", "degrees_east", "longitude"),
            "count": number("count", "1", "interceptors of a site"),
            "azimuth_from": number("azimuth_from_deg", "degree", "start of the sector, clockwise from north"),
            "azimuth_to": number("azimuth_to_deg", "degree", "end of the sector, clockwise from north"),
            "range": number("range_max_km", "km", "largest detection range"),
            "active": (("place", "phase"), np.array(active, dtype=np.int8), {"units": "1", "long_name": "acts in the phase"}),
        },
        coords={"place": [e["id"] for _, e in found], "phase": [p["name"] for p in phases]},
        attrs={"sectors": json.dumps([_sector(e) for e in scenario.tables["sector"]])},
    )  # fmt: skip
    return Result(kind="places", title="Places", data=data)


def _sector(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a party's sector: a ring of [lon, lat] in degrees, or a wedge around a point."""
    named = {"name": entry["name"], "party": entry["party"]}
    if "polygon_deg" in entry:
        ring = [[lon, lat] for lat, lon in entry["polygon_deg"]]
        return named | {"ring": [*ring, ring[0]]}
    wedge = {"from": entry["azimuth_from_deg"], "to": entry["azimuth_to_deg"], "range_km": entry["radius_km"]}
    return named | {"lat": entry["lat_deg"], "lon": entry["lon_deg"], "sector": wedge}
