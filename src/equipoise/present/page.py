"""What the interactive map reads: grids, places and borders as one JSON value; what a run lacks is left out."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.status import Reason
from equipoise.present.basemap import Window, window_lines
from equipoise.present.figures import REASONS, SHOTS
from equipoise.results.record import Result

NO_SLACK = -32768
"""Slack is sent in whole seconds; this stands where there is none."""


def payload(results: Mapping[str, Result]) -> dict[str, Any]:
    """Return the value; empty when the run has no map."""
    area = results.get("defended_area")
    if area is None or "lat" not in area.data.dims:  # the map draws cells of latitude and longitude
        return {}
    places = results.get("places")
    return _grid(area.data) | {
        "places": _places(places.data) if places else [],
        "sites": area.data.attrs["sites"].split("; "),
        "sentences": [r.sentence for r in Reason],
        "shotColours": [SHOTS[n] for n in range(4)],
        "reasonColours": {int(r): colour for r, (colour, _) in REASONS.items()},
    }


def encoded(values: np.ndarray, dtype: str) -> str:
    """Return an array's bytes as base64."""
    return base64.b64encode(np.ascontiguousarray(values.astype(dtype)).tobytes()).decode()


def _grid(d: xr.Dataset) -> dict[str, Any]:
    step = float(d.lat[1] - d.lat[0])
    west, south = float(d.lon[0]) - step / 2, float(d.lat[0]) - step / 2
    east, north = float(d.lon[-1]) + step / 2, float(d.lat[-1]) + step / 2
    layers = {
        f"{p}|{m}|{t}": _layer(d.sel(phase=p, mode=m, threat=t))
        for p in d.phase.values
        for m in d["mode"].values
        for t in d.threat.values
    }
    near = [
        np.round(line, 2).tolist()
        for both in window_lines(Window(west, east, south, north), 0.05)
        for line in both
    ]
    axes = {name: [str(v) for v in d[name].values] for name in ("phase", "mode", "threat")}
    edges = {"west": west, "south": south, "east": east, "north": north, "step": step}
    return axes | edges | {"nx": d.sizes["lon"], "ny": d.sizes["lat"], "layers": layers, "borders": near}


def _layer(cells: xr.Dataset) -> dict[str, str]:
    slack = np.nan_to_num(np.clip(np.round(cells.slack.values), -32767, 32767), nan=NO_SLACK)
    return {
        "shots": encoded(cells.shots.values, "u1"),
        "reason": encoded(cells.reason.values, "u1"),
        "site": encoded(cells.site.values, "u1"),
        "slack": encoded(slack, "<i2"),
    }


def _places(places: xr.Dataset) -> list[dict[str, Any]]:
    rows = []
    for i, name in enumerate(places.name.values):
        one = places.isel(place=i)
        kind = str(one.place_kind.values)
        if kind in ("site", "radar"):
            short = str(name).split(",")[0 if kind == "site" else -1].strip()
            phases = [str(p) for p in one.phase.values[one.active.values > 0]]
            rows.append(
                {"kind": kind, "name": short, "lat": float(one.lat), "lon": float(one.lon), "phases": phases}
            )
    return rows
