"""Which cells are defended against which missile, by phase and mode, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis import setup, situation
from equipoise.analysis.command import Command
from equipoise.analysis.engagement import Outcomes, Paths, engage
from equipoise.analysis.territory import owners_at
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

NO_SITE = 255
TIMES = {
    "detect": ("detect_s", "first report of the missile after its launch"),
    "track": ("track_s", "track good enough to launch on"),
    "launch": ("ready_s", "earliest interceptor launch"),
    "first_intercept": ("first_intercept_s", "first intercept"),
    "last_intercept": ("last_intercept_s", "last intercept"),
}
"""The engagement that a cell's outcome comes from, in s after the missile's launch: name here, name in an outcome, words."""


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
    how = [situation.mode(scenario, name) for name in modes]
    per_case = [situation.commands(scenario, p["date"], m) for p in phases for m in how]
    owners = owners_at(*np.degrees(cells.T))
    serving = [situation.serves(m, case, owners) for m, case in zip(how * len(phases), per_case, strict=True)]
    all_sites = [e["id"] for e in t["site"]]
    shape = (len(phases) * len(modes), len(threats), cells.shape[0])
    shots, reason = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    slack, site = np.full(shape, np.nan), np.full(shape, NO_SITE, dtype=np.int16)
    times = {name: np.full(shape, np.nan, dtype=np.float32) for name in TIMES}
    for k, threat in enumerate(threats):
        families = threat_paths(scenario, threat, cells)
        worst = worst_of(families, per_case, serving, tell)
        shots[:, k], slack[:, k], reason[:, k] = worst.shots.T, worst.slack_s.T, worst.reason.T
        index = np.array([*(all_sites.index(name) for name in worst.sites), NO_SITE])
        site[:, k] = np.where(worst.shots > 0, index[worst.site], NO_SITE).T
        for name, (source, _) in TIMES.items():
            times[name][:, k] = getattr(worst, source).T
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
            **{
                name: (axes, values.reshape(full), {"units": "s", "long_name": TIMES[name][1]})
                for name, values in times.items()
            },
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


def worst_of(
    families: list[Paths],
    per_case: Sequence[Sequence[Command]],
    serving: Sequence[np.ndarray],
    tell: Callable[[], None] = lambda: None,
) -> Outcomes:
    """Return the worst outcome over families, columns by case; a family that does not reach a cell is left out there.

    Of the commands of a case the best one counts, among those that serve the cell (cells, commands).
    """
    commands = [command for case in per_case for command in case]
    ends = np.cumsum([0, *(len(case) for case in per_case)])
    unserved = ~np.concatenate(list(serving), axis=1)
    worst = None
    for paths in families:
        found = engage(paths, commands)
        found = _best_commands(_barred(found, unserved), ends)
        tell()
        if worst is None:
            worst = found
            continue
        reached = (paths.status == FlightStatus.OK)[:, None] & (worst.reason != Reason.OUT_OF_RANGE)
        worst = picked(reached & better(worst, found), found, worst)
    assert worst is not None
    return worst


def _barred(found: Outcomes, where: np.ndarray) -> Outcomes:
    """Return the outcomes without shots ``where`` a command may not engage what it could."""
    barred = where & (found.shots > 0)
    return replace(
        found,
        reason=np.where(barred, int(Reason.NOT_PERMITTED), found.reason),
        shots=np.where(barred, 0, found.shots),
        **{
            name: np.where(where, np.nan, getattr(found, name))
            for name in ("slack_s", "latest_s", "first_intercept_s", "last_intercept_s")
        },
    )


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
    """Return one column per case: of its commands, the one with most shots, most slack, or only a rule in its way."""
    width = int(np.max(np.diff(ends)))
    first = ends[:-1]
    best = column(found, first)
    for step in range(1, width):
        other = column(found, np.minimum(first + step, ends[1:] - 1))
        only_forbidden = (best.shots == 0) & np.isnan(best.slack_s) & (other.reason == Reason.NOT_PERMITTED)
        best = picked(better(other, best) | only_forbidden, other, best)
    return best
