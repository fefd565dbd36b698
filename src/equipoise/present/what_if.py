"""The engine that a report carries: kernels in WebAssembly, their tables and the solved paths, for ``page/src/engine``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.json_text import json_text
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.present.pack import Pack
from equipoise.present.payload import cells_of
from equipoise.results.record import Result

COLUMNS = ("azimuth", "path_angle", "speed", "burn_time")
RULES = (Reason.NOT_PERMITTED, Reason.NOT_OWN_AREA, Reason.NO_OWN_RADAR)
"""Reasons that are a rule in the way."""


def engine(result: Result, area: xr.Dataset) -> str:
    """Return the element that holds the engine and what it needs, from a result of the kind ``what_if``; ``area`` is the map."""
    data, owners = result.data, [str(owner) for owner in result.data.owner.values]
    parties = sorted(set(owners) - {""})
    folder = files("equipoise.present") / "engine"
    pack = Pack()
    questions = json.loads(str(data.questions.values)) | {
        "codes": _codes(),
        "parties": parties,
        "scenario": result.provenance.scenario_toml,
    }
    value = {
        "layout": json.loads((folder / "engine.json").read_text("utf-8")),
        "module": pack.add(np.frombuffer((folder / "engine.wasm").read_bytes(), np.uint8), "u1"),
        "grid": cells_of(area),
        "questions": pack.add(np.frombuffer(json_text(questions).encode(), np.uint8), "u1"),
        "tables": pack.add(data.tables.values, "u1"),
        "owner": pack.add([parties.index(o) if o else -1 for o in owners], "i2"),
        "people": pack.add(data.people.values, "f8"),
        "sets": {str(t): _sets(data.sel(threat=t), pack) for t in data.threat.values},
        "bases": _bases(data, pack) if "base" in data.dims else [],
    }
    text = json_text(value | {"packed": pack.text()}).replace("<", "\\u003c")
    return f'<script type="application/json" id=engine>{text}</script>'


def _codes() -> dict[str, Any]:
    names = (Reason.ENGAGED, Reason.OUT_OF_RANGE, Reason.NOT_OWN_AREA)
    return {reason.name: int(reason) for reason in names} | {"rules": [int(reason) for reason in RULES]}


def _sets(threat: xr.Dataset, pack: Pack) -> list[list[dict[str, Any]]]:
    """Return one set of paths per launch point and family."""
    points = np.flatnonzero(np.isfinite(threat.start_lat.values))
    return [
        [_set(threat.isel(launch_point=p, path_family=f), pack) for f in range(threat.sizes["path_family"])]
        for p in points
    ]


def _set(paths: xr.Dataset, pack: Pack, prefix: str = "") -> dict[str, Any]:
    """Return the paths that fly: the cells that they reach, the start, and the columns of their shapes."""
    flown = np.flatnonzero(paths[f"{prefix}status"].values == FlightStatus.OK)
    columns = {name: pack.add(paths[prefix + name].values[flown], "f8") for name in COLUMNS}
    start = {axis: float(paths[f"{prefix}start_{axis}"]) for axis in ("lat", "lon")}
    return {"cells": pack.add(flown, "u4"), **start, **columns}


def _bases(data: xr.Dataset, pack: Pack) -> list[dict[str, Any]]:
    """Return each base with its missile and its paths."""
    names = json.loads(str(data.questions.values))["vehicle"]
    return [
        {
            "id": str(base),
            "vehicle": dict(zip(names, map(float, data.base_vehicle.sel(base=base).values), strict=True)),
            "paths": _set(data.sel(base=base), pack, "base_"),
        }
        for base in data.base.values
    ]
