"""Which cells are defended against which missile, by phase and mode, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis import setup, situation
from equipoise.analysis.engagement import Outcomes, Paths, engage
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

NO_SITE = 255


def grid(scenario: Scenario, area: str) -> tuple[np.ndarray, np.ndarray]:
    """Return latitudes and longitudes (deg) of the cell centres of ``area``, map or aim."""
    head = scenario.tables["scenario"]
    step = head[f"{area}_step_deg"]
    lat = np.arange(head[f"{area}_south_deg"] + step / 2, head[f"{area}_north_deg"], step)
    lon = np.arange(head[f"{area}_west_deg"] + step / 2, head[f"{area}_east_deg"], step)
    return lat, lon


def cell_area_km2(lat_deg: np.ndarray, step_deg: float) -> np.ndarray:
    """Return the area of latitude-longitude cells on the mean sphere."""
    half = np.radians(step_deg) / 2
    lat = np.radians(lat_deg)
    return np.radians(step_deg) * (np.sin(lat + half) - np.sin(lat - half)) * (MEAN_RADIUS_M / 1e3) ** 2


def defended_area(scenario: Scenario, *, tell: Callable[[], None] = lambda: None) -> Result:
    """Return shots, slack, reason and site per phase, mode, threat and cell, the worst over path families.

    A cell is out of range when the minimum-energy path does not reach it; other families that do not reach
    it are left out. Where several parties command batteries, the one with more shots counts. ``tell`` is called once per
    threat and family.
    """
    t = scenario.tables
    lat, lon = grid(scenario, "map")
    cells = np.radians(np.array([(a, b) for a in lat for b in lon]))
    phases, modes, threats = t["phase"], t["scenario"]["modes"], t["threat"]
    per_case = [situation.commands(scenario, p["date"], m) for p in phases for m in modes]
    all_sites = [e["id"] for e in t["site"]]
    shape = (len(phases) * len(modes), len(threats), cells.shape[0])
    shots, reason = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    slack, site = np.full(shape, np.nan), np.full(shape, NO_SITE, dtype=np.int16)
    for k, threat in enumerate(threats):
        families = threat_paths(scenario, threat, cells)
        worst = _worst(families, per_case, tell)
        shots[:, k], slack[:, k], reason[:, k] = worst.shots.T, worst.slack_s.T, worst.reason.T
        index = np.array([*(all_sites.index(name) for name in worst.sites), NO_SITE])
        site[:, k] = np.where(worst.shots > 0, index[worst.site], NO_SITE).T
    shots, reason, slack, site = (
        a.reshape(len(phases), len(modes), *shape[1:]) for a in (shots, reason, slack, site)
    )
    axes = ("phase", "mode", "threat", "lat", "lon")
    full = (len(phases), len(modes), len(threats), lat.size, lon.size)
    data = xr.Dataset(
        {
            "shots": (axes, shots.reshape(full), {"units": "1", "long_name": "shots in sequence"}),
            "slack": (axes, slack.reshape(full), {"units": "s", "long_name": "largest time to spare"}),
            "reason": (axes, reason.reshape(full), {"units": "1", "long_name": "reason code"}),
            "site": (
                axes,
                site.reshape(full),
                {"units": "1", "long_name": "index of the site, 255 for none"},
            ),
        },
        coords={
            "phase": [p["name"] for p in phases],
            "mode": list(modes),
            "threat": [e["id"] for e in threats],
            "lat": ("lat", lat, {"units": "degrees_north"}),
            "lon": ("lon", lon, {"units": "degrees_east"}),
        },
        attrs={"reasons": "; ".join(f"{int(r)} {r.name}" for r in Reason), "sites": "; ".join(all_sites)},
    )
    return Result(
        kind="defended_area",
        title="Defended area",
        data=data,
        notes=(
            "Nominal assumptions; worst over path families from one launch area per threat.",
            "Track: the radars that the mode permits hold the missile after burnout for the track time (rule 'duration').",
            "Shots of several sites under one command are counted in turn, each after the last one's assessment.",
        ),
    )


def threat_paths(scenario: Scenario, threat: Mapping[str, Any], cells_rad: np.ndarray) -> list[Paths]:
    """Return the paths from a threat's launch area to the cells (n, 2), one set for each family."""
    head = scenario.tables["scenario"]
    area = scenario.find("launch_area", threat["launch_area"])
    start = np.radians([area["lat_deg"], area["lon_deg"]])
    record = scenario.find("missile", threat["missile"])
    earth = setup.EARTHS[head["earth"]]
    return [setup.solve(record, start, cells_rad, family, earth) for family in head["families"]]


def _worst(families: list[Paths], per_case, tell: Callable[[], None]) -> Outcomes:
    """Return the worst outcome over families, columns by case; a family that does not reach a cell is left out there."""
    commands = [command for case in per_case for command in case]
    ends = np.cumsum([0, *(len(case) for case in per_case)])
    worst = None
    for paths in families:
        found = _best_commands(engage(paths, commands), ends)
        tell()
        if worst is None:
            worst = found
            continue
        reached = (paths.status == FlightStatus.OK)[:, None] & (worst.reason != Reason.OUT_OF_RANGE)
        worst = picked(reached & better(worst, found), found, worst)
    assert worst is not None
    return worst


def better(a: Outcomes, b: Outcomes) -> np.ndarray:
    """Return where ``a`` has more shots than ``b`` or, with as many, more slack."""
    slack_a, slack_b = (np.nan_to_num(o.slack_s, nan=-np.inf) for o in (a, b))
    return (a.shots > b.shots) | ((a.shots == b.shots) & (slack_a > slack_b))


def picked(take: np.ndarray, a: Outcomes, b: Outcomes) -> Outcomes:
    """Return ``a`` where ``take`` is true and ``b`` elsewhere; both index the same sites."""
    return Outcomes(
        **{
            f.name: np.where(take, getattr(a, f.name), getattr(b, f.name))
            for f in fields(Outcomes)
            if f.name not in ("sites", "sensors")
        },
        sites=b.sites,
        sensors=b.sensors,
    )


def column(found: Outcomes, i: int | np.ndarray) -> Outcomes:
    """Return some columns of outcomes."""
    return Outcomes(
        **{
            f.name: getattr(found, f.name)[:, i]
            for f in fields(Outcomes)
            if f.name not in ("sites", "sensors")
        },
        sites=found.sites,
        sensors=found.sensors,
    )


def _best_commands(found: Outcomes, ends: np.ndarray) -> Outcomes:
    """Return one column per case: of its commands, the one with most shots or else most slack."""
    width = int(np.max(np.diff(ends)))
    first = ends[:-1]
    best = column(found, first)
    for step in range(1, width):
        other = column(found, np.minimum(first + step, ends[1:] - 1))
        best = picked(better(other, best), other, best)
    return best
