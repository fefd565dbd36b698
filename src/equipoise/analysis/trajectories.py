"""A choice of paths for people to look at: some for every regional missile, some for every strategic base."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis import setup
from equipoise.analysis.defended_area import grid
from equipoise.foundation.geography import country_at
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.physics.earth import EarthModel, ecef_to_geodetic
from equipoise.physics.engagement import STEP_S
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

SHOWN_STEP_S = 30.0
REGIONAL, STRATEGIC = 16, 8
"""Paths shown of each regional missile and of each base."""


def trajectories(scenario: Scenario, exposed: Result) -> Result:
    """Return paths (path, sample): latitude, longitude and altitude about every 30 s from launch to impact.

    Aims are land cells spread over the map or over the aim area. Before burnout the path is drawn straight from
    the launch point. ``engageable`` (path, phase) is 1 where a strategic path could be engaged at nominal values.
    """
    rows = [*_regional(scenario), *_strategic(scenario, exposed)]
    phases = [p["name"] for p in scenario.tables["phase"]]
    longest = max((len(r["points"]) for r in rows), default=1)
    points = np.full((len(rows), longest, 3), np.nan, dtype=np.float32)
    for row, r in zip(points, rows, strict=True):
        row[: len(r["points"])] = r["points"]
    axes = ("path", "sample")

    def text(name: str, words: str) -> tuple[str, np.ndarray, dict[str, str]]:
        return "path", np.array([r[name] for r in rows], dtype=object), {"units": "", "long_name": words}

    data = xr.Dataset(
        {
            "lat": (axes, points[:, :, 0], {"units": "degrees_north", "long_name": "latitude"}),
            "lon": (axes, points[:, :, 1], {"units": "degrees_east", "long_name": "longitude"}),
            "altitude": (axes, points[:, :, 2], {"units": "m", "long_name": "altitude"}),
            "count": (
                "path",
                [len(r["points"]) for r in rows],
                {"units": "1", "long_name": "samples in flight"},
            ),
            "step": (
                "path",
                [r["step_s"] for r in rows],
                {"units": "s", "long_name": "time between samples"},
            ),
            "label": text("label", "what the path is"),
            "path_kind": text("kind", "regional or strategic"),
            "owner": text("owner", "missile or base"),
            "engageable": (
                ("path", "phase"),
                np.array([r["engageable"] for r in rows], dtype=np.int8).reshape(len(rows), len(phases)),
                {"units": "1", "long_name": "could be engaged, nominal assumptions"},
            ),
        },
        coords={"path": [f"path-{i}" for i in range(len(rows))], "phase": phases},
    )
    return Result(kind="trajectories", title="A choice of paths", data=data)


def _regional(scenario: Scenario) -> list[dict[str, Any]]:
    t = scenario.tables
    earth = setup.EARTHS[t["scenario"]["earth"]]
    lat, lon = grid(scenario, "map")
    aims = _land(lat, lon)
    rows = []
    for threat in t["threat"]:
        area = scenario.find("launch_area", threat["launch_area"])
        vehicle = setup.missile(scenario.find("missile", threat["missile"]))
        paths = _fly(vehicle, area, aims, t["scenario"]["families"][0], earth)
        reached = _spread(np.flatnonzero(paths.status == FlightStatus.OK), REGIONAL)
        for i in reached:
            rows.append(
                {
                    **_points(paths, i, area, earth),
                    "label": f"{threat['id']} to {aims[i, 0]:.0f} N {aims[i, 1]:.0f} E",
                    "kind": "regional",
                    "owner": threat["id"],
                    "engageable": [0] * len(t["phase"]),
                }
            )
    return rows


def _strategic(scenario: Scenario, exposed: Result) -> list[dict[str, Any]]:
    t = scenario.tables
    earth = setup.EARTHS[t["scenario"]["earth"]]
    lat, lon = grid(scenario, "aim")
    aims = _land(lat, lon)
    rows = []
    for base in t["base"]:
        vehicle = setup.missile(scenario.find("missile", base["missile"]))
        paths = _fly(vehicle, base, aims, "minimum_energy", earth)
        for i in _spread(np.flatnonzero(paths.status == FlightStatus.OK), STRATEGIC):
            reason = exposed.data.reason.sel(base=base["id"]).sel(
                aim_lat=aims[i, 0], aim_lon=aims[i, 1], method="nearest"
            )
            rows.append(
                {
                    **_points(paths, i, base, earth),
                    "label": f"{base['name']} to {aims[i, 0]:.0f} N {-aims[i, 1]:.0f} W",
                    "kind": "strategic",
                    "owner": base["id"],
                    "engageable": (reason == int(Reason.ENGAGED)).values.astype(int).tolist(),
                }
            )  # fmt: skip
    return rows


def _land(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return the cell centres on land (n, 2) in degrees; all of them when none is."""
    cells = np.array([(a, b) for a in lat for b in lon])
    land = country_at(cells[:, 0], cells[:, 1], "110m") >= 0
    return cells[land] if land.any() else cells


def _fly(
    vehicle: Any, start: dict[str, Any], aims: np.ndarray, family: str, earth: EarthModel
) -> setup.Paths:
    pad = np.tile(np.radians([start["lat_deg"], start["lon_deg"]]), (aims.shape[0], 1))
    return setup.fly_paths(vehicle, pad, np.radians(aims), family, earth)


def _spread(indices: np.ndarray, most: int) -> np.ndarray:
    """Return at most ``most`` of the indices, evenly spaced."""
    if indices.size <= most:
        return indices
    return indices[np.linspace(0, indices.size - 1, most).round().astype(int)]


def _points(paths: setup.Paths, i: int, start: dict[str, Any], earth: EarthModel) -> dict[str, Any]:
    """Return latitude, longitude (deg) and altitude (m) of path ``i`` at equal steps from launch to its end."""
    burn, count = float(paths.burn_time_s[i]), int(paths.counts[i])
    ecef = np.vstack([setup.position(start, earth), paths.samples[i, :count]])
    known = np.r_[0.0, burn + STEP_S * np.arange(count)]
    times = np.linspace(0.0, known[-1], 1 + max(1, round(known[-1] / SHOWN_STEP_S)))
    at = np.stack([np.interp(times, known, ecef[:, axis]) for axis in range(3)], axis=1)
    geodetic = np.array([ecef_to_geodetic(*row, earth) for row in at])
    points = np.column_stack([np.degrees(geodetic[:, :2]), np.maximum(geodetic[:, 2], 0.0)])
    return {"points": points, "step_s": times[1]}
