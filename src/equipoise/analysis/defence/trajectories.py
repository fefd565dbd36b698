"""A choice of paths for people to look at: some for every regional missile, some for every strategic base."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analysis.defence.defended_area import map_grid, threat_paths
from equipoise.analysis.exposure.paths import base_paths
from equipoise.engagement import order_of_battle
from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.records import Command
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.geography.grids import ground
from equipoise.physics.environment.earth import ecef_to_geodetic
from equipoise.physics.flight.trajectory import positions
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

SHOWN_STEP_S = 30.0
REGIONAL, STRATEGIC = 16, 8
"""Paths shown of each regional missile and of each base."""


def trajectories(scenario: Scenario, exposed: Result | None) -> Result:
    """Return paths (path, sample): latitude, longitude and altitude about every 30 s from launch to impact.

    Aims are land cells spread over the map or over the aim area, and for each base the one that slower interceptors reach than any
    other; regional missiles fly their first family.
    ``engageable`` (path, phase) is 1 where the path could be engaged at nominal values, ``first_intercept`` (path, phase,
    mode) the time of a regional path's first intercept, nan for none; ``flip_speed`` (path, phase) the interceptor speed in km/s
    from which a strategic path could be engaged, inf where no speed tried does it, nan for regional paths.
    """
    rows = [*_regional(scenario), *(_strategic(scenario, exposed) if exposed else ())]
    phases = [p.name for p in scenario.phases]
    longest = max((len(r["points"]) for r in rows), default=1)
    points = np.full((len(rows), longest, 3), np.nan, dtype=np.float32)
    for row, r in zip(points, rows, strict=True):
        row[: len(r["points"])] = r["points"]
    data = dataset(
        "trajectories",
        {
            "lat": points[:, :, 0],
            "lon": points[:, :, 1],
            "altitude": points[:, :, 2],
            "count": [len(r["points"]) for r in rows],
            "step": [r["step_s"] for r in rows],
            "label": [r["label"] for r in rows],
            "path_kind": [r["kind"] for r in rows],
            "owner": [r["owner"] for r in rows],
            "engageable": np.array([r["engageable"] for r in rows], dtype=np.int8).reshape(
                len(rows), len(phases)
            ),
            "flip_speed": np.array([r["flip_speed"] for r in rows], dtype=np.float32).reshape(
                len(rows), len(phases)
            ),
            "first_intercept": np.array([r["first_intercept"] for r in rows], dtype=np.float32).reshape(
                len(rows), len(phases), -1
            ),
        },
        {"path": [f"path-{i}" for i in range(len(rows))], "phase": phases, "mode": list(scenario.head.modes)},
    )
    return Result(kind="trajectories", title="A choice of paths", data=data)


def _regional(scenario: Scenario) -> list[dict[str, Any]]:
    cells = map_grid(scenario)
    land = ground(cells).owner >= 0
    aims = np.stack([cells.lat_deg, cells.lon_deg], axis=1)[land]
    cases = [
        order_of_battle.commands(scenario, p.date, m) for p in scenario.phases for m in scenario.head.modes
    ]
    rows = []
    for threat in scenario.threats:
        every = threat_paths(scenario, threat, cells.cells_rad)[0][0][land]
        chosen = _spread(np.flatnonzero(every.status == FlightStatus.OK), REGIONAL)
        if not chosen.size:
            continue
        paths = every[chosen]
        meet = _first_intercepts(paths, cases).reshape(chosen.size, len(scenario.phases), -1)
        for i, aim in enumerate(aims[chosen]):
            rows.append(
                {
                    **_points(paths, i),
                    "label": f"{threat.id} to {_words(aim)}",
                    "kind": "regional",
                    "owner": threat.id,
                    "engageable": np.isfinite(meet[i]).any(axis=1).astype(int).tolist(),
                    "first_intercept": meet[i],
                    "flip_speed": [np.nan] * len(scenario.phases),
                }
            )
    return rows


def _first_intercepts(paths: Paths, cases: list[tuple[Command, ...]]) -> np.ndarray:
    """Return for each path and case (phase by mode) the first intercept of any of its commands, s; nan for none."""
    found = engage(paths, [command for case in cases for command in case]).first_intercept_s
    ends = np.cumsum([len(case) for case in cases])[:-1]
    parts = np.split(np.nan_to_num(found, nan=np.inf), ends, axis=1)
    first = np.stack([part.min(axis=1) for part in parts], axis=1)
    return np.where(np.isfinite(first), first, np.nan)


def _strategic(scenario: Scenario, exposed: Result) -> list[dict[str, Any]]:
    aims = np.column_stack([exposed.data.aim_lat.values, exposed.data.aim_lon.values])
    none = np.full((len(scenario.phases), len(scenario.head.modes)), np.nan)
    rows = []
    every = base_paths(scenario, ["minimum_energy"], np.radians(aims))[0]
    for base, paths in zip(scenario.bases, every, strict=True):
        one = exposed.data.sel(base=base.id, path_family="minimum_energy")
        flown = np.flatnonzero(paths.status == FlightStatus.OK)
        first = flown[np.argmin(one.flip_speed.isel(phase=-1).values[flown])][None] if flown.size else flown
        for i in np.union1d(_spread(flown, STRATEGIC - 1), first):
            at = one.isel(aim=i)
            rows.append(
                {
                    **_points(paths, i),
                    "label": f"{base.name} to {_words(aims[i])}",
                    "kind": "strategic",
                    "owner": base.id,
                    "engageable": (at.reason == int(Reason.ENGAGED)).values.astype(int).tolist(),
                    "first_intercept": none,
                    "flip_speed": at.flip_speed.values.tolist(),
                }
            )
    return rows


def _words(place_deg: np.ndarray) -> str:
    lat, lon = place_deg
    return f"{abs(lat):.0f}° {'S' if lat < 0 else 'N'}, {abs(lon):.0f}° {'W' if lon < 0 else 'E'}"


def _spread(indices: np.ndarray, most: int) -> np.ndarray:
    """Return at most ``most`` of the indices, evenly spaced."""
    if indices.size <= most:
        return indices
    return indices[np.linspace(0, indices.size - 1, most).round().astype(int)]


def _points(paths: Paths, i: int) -> dict[str, Any]:
    """Return latitude, longitude (deg) and altitude (m) of path ``i`` at equal steps from launch to impact, and the step."""
    sampled = paths.sampled(i)
    known = sampled.time_s[: sampled.filled]
    times = np.linspace(0.0, known[-1], 1 + max(1, round(known[-1] / SHOWN_STEP_S)))
    geodetic = np.array([ecef_to_geodetic(*row, paths.earth) for row in positions(sampled, times)])
    points = np.column_stack([np.degrees(geodetic[:, :2]), np.maximum(geodetic[:, 2], 0.0)])
    return {"points": points, "step_s": times[1]}
