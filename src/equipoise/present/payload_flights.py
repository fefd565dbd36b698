"""Flights that the interactive page shows: a choice of paths, those that break a clause, and one engagement."""

from __future__ import annotations

import json
from math import isfinite, isnan
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from equipoise.present.names import Names
from equipoise.present.pack import Pack


def shot(data: xr.Dataset, names: Names, pack: Pack) -> dict[str, Any]:
    """Return the engagement of the first scene: both paths at equal steps, sensors with when they see, and its times."""
    known = np.flatnonzero(np.isfinite(data.interceptor_lat.values))
    a = data.attrs
    sensors = [
        {"name": names.said(str(sensor)), "id": str(sensor), "seen": spells[np.isfinite(spells).all(axis=1)].round(1).tolist()}
        for sensor, spells in zip(data.sensor.values, data.seen.values, strict=True)
        if np.isfinite(spells).any()
    ]  # fmt: skip
    flown = {
        who: _line(pack, *(data[f"{who}_{axis}"].values[part] for axis in ("lat", "lon", "altitude")))
        for who, part in (("missile", slice(None)), ("interceptor", slice(int(known[0]), int(known[-1]) + 1)))
    }
    times = {
        key: round(float(a[key]), 3)
        for key in ("step_s", "burnout_s", "track_s", "launch_s", "meet_s", "slack_s")
    }
    at = {key: str(a[key]) for key in ("phase", "mode", "threat")}
    return flown | times | at | {"from": int(known[0]), "site": str(a["site"]), "sensors": sensors}


def tracks(data: xr.Dataset, pack: Pack) -> list[dict[str, Any]]:
    """Return the choice of paths, each with its meetings and, of strategic ones, what decides whether it could be engaged."""
    tracks = []
    ordered = data.transpose("path", "phase", "mode", "sample", missing_dims="ignore")
    of = {str(name): variable.values for name, variable in ordered.data_vars.items()}
    for i, path in enumerate(data.path.values):
        count = int(of["count"][i])
        track: dict[str, Any] = {
            "id": str(path),
            "label": str(of["label"][i]),
            "kind": str(of["path_kind"][i]),
            "step_s": float(of["step"][i]),
            **_line(pack, *(of[axis][i, :count] for axis in ("lat", "lon", "altitude"))),
        }
        owner = "base" if track["kind"] == "strategic" else "threat"
        track[owner] = str(of["owner"][i])
        if "first_intercept" in of:
            meet = of["first_intercept"][i].tolist()
            track["meet_s"] = [[None if isnan(v) else round(v, 1) for v in row] for row in meet]
        if "flip_speed" in of:
            track["flip_km_s"] = [
                None if not isfinite(v) else round(v, 2) for v in of["flip_speed"][i].tolist()
            ]
        if "engageable" in of:
            track["engageable"] = of["engageable"][i].tolist()
        tracks.append(track)
    return tracks


def counterexamples(data: xr.Dataset, axes: dict[str, Any], pack: Pack) -> list[dict[str, Any]]:
    """Return the flights that break a clause, or may, as strategic paths with the engagement in their phase.

    One that two clauses share in a phase is shown once.
    """
    tracks: dict[str, dict[str, Any]] = {}
    phases = [p["id"] for p in axes["phase"]]
    modes = max(len(axes["mode"]), 1)
    for phase in (str(p) for p in data.phase.values if str(p) in phases):
        for clause in (str(c) for c in data.clause.values):
            shown = json.loads(str(data.engagement.sel(clause=clause, phase=phase).values))
            if not shown:
                continue
            line, shot, point = shown["features"][0], shown["features"][1], shown["features"][-1]
            lon, lat, height = zip(*line["geometry"]["coordinates"], strict=True)
            times, met = line["properties"]["time_s"], point["properties"]["time_s"]
            base = json.loads(str(data.element.sel(clause=clause, phase=phase).values))["base"]
            meet = [[met if p == phase else None] * modes for p in phases]
            tracks[f"counterexample-{phase}-{base}-{times[-1]}"] = {
                "label": f"{data.name.sel(clause=clause).values}, {phase}: {line['properties']['name']}",
                "kind": "strategic",
                "base": base,
                "step_s": times[1] - times[0],
                **_line(pack, lat, lon, height),
                "meet_s": meet,
                **_interceptor(shot, met, pack),
                "engageable": [int(p == phase and met is not None) for p in phases],
            }
    return [{"id": name} | track for name, track in tracks.items()]


def _interceptor(shot: dict[str, Any], met: float | None, pack: Pack) -> dict[str, Any]:
    """Return the interceptor's path to a meeting, with its launch; nothing where they do not meet."""
    if met is None:
        return {}
    lon, lat, height = zip(*shot["geometry"]["coordinates"], strict=True)
    return {"interceptor": _line(pack, lat, lon, height) | {"times_s": shot["properties"]["time_s"]}}


def _line(pack: Pack, lat_deg: ArrayLike, lon_deg: ArrayLike, altitude_m: ArrayLike) -> dict[str, Any]:
    """Return the points (n,) of a path, packed."""
    columns = {"lat": lat_deg, "lon": lon_deg, "alt_km": np.asarray(altitude_m) / 1e3}
    return {name: pack.add(column, "f4") for name, column in columns.items()}
