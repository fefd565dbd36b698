"""Which strategic paths could be engaged at all, from which bases, with what time to spare.

The cue is generous to the defence: a track starts at burnout whatever the radars see, so that a path that
cannot be engaged here cannot be engaged by any sensor that sees it from burnout on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import xarray as xr

from equipoise.analysis import setup
from equipoise.analysis.defended_area import best_of_sites, grid
from equipoise.foundation.remember import remember
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.physics import engagement, targeting
from equipoise.physics.earth import EarthModel
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

SPEEDS_KM_S = np.arange(3.0, 9.01, 0.5)


@dataclass(frozen=True)
class Arcs:
    """All minimum-energy paths from every base to every aim cell; ``base`` (n,) indexes the bases."""

    paths: setup.Paths
    base: np.ndarray


def strategic_arcs(scenario: Scenario) -> Arcs:
    """Fly every base against every aim cell."""
    t = scenario.tables
    lat, lon = grid(scenario, "aim")
    aim = np.radians(np.array([(x, y) for x in lat for y in lon]))
    vehicles = [setup.missile(scenario.find("missile", base["missile"])) for base in t["base"]]
    starts = np.radians([[base["lat_deg"], base["lon_deg"]] for base in t["base"]])
    return _fly_all(vehicles, starts, aim, setup.EARTHS[t["scenario"]["earth"]])


@remember(limit_mb=600)
def _fly_all(
    vehicles: list[targeting.Kinematic], starts_rad: np.ndarray, aim_rad: np.ndarray, earth: EarthModel
) -> Arcs:
    parts = []
    for vehicle, start in zip(vehicles, starts_rad, strict=True):
        from_rad = np.tile(start, (aim_rad.shape[0], 1))
        parts.append(setup.fly_paths(vehicle, from_rad, aim_rad, "minimum_energy", earth))
    joined = [np.concatenate([getattr(p, name) for p in parts]) for name in setup.Paths.__dataclass_fields__]
    return Arcs(setup.Paths(*joined), np.repeat(np.arange(len(parts)), aim_rad.shape[0]))


def engageable(
    scenario: Scenario, arcs: Arcs, day: date, stance: setup.Stance, *, speed_m_s: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return slack (n,) in s (nan out of reach) and reason (n,) of the best NATO site on ``day``."""
    earth = setup.EARTHS[scenario.tables["scenario"]["earth"]]
    paths = arcs.paths
    seen = np.stack([paths.burn_time_s, paths.burn_time_s + setup.track_needed_s(scenario, stance)], axis=1)
    sites = [e for e in scenario.active("site", day) if e["party"] == "nato"]
    outcomes = np.empty((len(sites), paths.counts.size, 6))
    for i, site in enumerate(sites):
        table = setup.table_for(scenario, site["interceptor"], stance, speed_m_s)
        engagement.engage_all(
            paths.samples,
            paths.counts,
            paths.burn_time_s,
            seen,
            setup.position(site, earth),
            table,
            setup.rules(scenario, stance, site["interceptor"]),
            earth,
            outcomes[i],
        )
    shots, slack, reason, _ = best_of_sites(outcomes)
    reason = np.where(paths.status == FlightStatus.OK, reason, int(Reason.OUT_OF_RANGE))
    return np.where(shots > 0, np.maximum(slack, 0.0), slack), reason


def exposure(scenario: Scenario) -> Result:
    """Return slack per phase, base and aim cell; the share engageable at both ends of the assumptions; flip curves."""
    t = scenario.tables
    arcs = strategic_arcs(scenario)
    lat, lon = grid(scenario, "aim")
    phases, bases = t["phase"], t["base"]
    cells = (len(bases), lat.size, lon.size)
    ends = ("against", "nominal", "favourable")
    share = np.zeros((len(phases), len(ends), len(bases)))
    slack, reason = np.empty((len(phases), *cells)), np.empty((len(phases), *cells), dtype=np.int16)
    curve = np.zeros((len(phases), SPEEDS_KM_S.size))
    reach = (arcs.paths.status == FlightStatus.OK).reshape(cells[0], -1)
    for i, phase in enumerate(phases):
        for j, end in enumerate((-1, 0, 1)):
            s, r = engageable(scenario, arcs, phase["date"], setup.Stance.all(end))
            hit = (r == int(Reason.ENGAGED)).reshape(cells[0], -1)
            share[i, j] = hit.sum(axis=1) / np.maximum(reach.sum(axis=1), 1)
            if end == 0:
                slack[i], reason[i] = s.reshape(cells), r.reshape(cells)
        for k, speed in enumerate(SPEEDS_KM_S):
            _, r = engageable(scenario, arcs, phase["date"], setup.NOMINAL, speed_m_s=speed * 1e3)
            curve[i, k] = np.mean(r[reach.ravel()] == int(Reason.ENGAGED))
    axes = ("phase", "base", "aim_lat", "aim_lon")
    data = xr.Dataset(
        {
            "slack": (axes, slack, {"units": "s", "long_name": "largest time to spare, nominal assumptions"}),
            "reason": (axes, reason, {"units": "1", "long_name": "reason code, nominal assumptions"}),
            "share": (
                ("phase", "end", "base"),
                share,
                {"units": "1", "long_name": "share of paths engageable"},
            ),
            "share_at_speed": (
                ("phase", "speed"),
                curve,
                {
                    "units": "1",
                    "long_name": "share of all paths engageable if every interceptor had this speed",
                },
            ),
        },
        coords={
            "phase": [p["name"] for p in phases],
            "base": [b["id"] for b in bases],
            "end": list(ends),
            "speed": ("speed", SPEEDS_KM_S, {"units": "km s-1"}),
            "aim_lat": ("aim_lat", lat, {"units": "degrees_north"}),
            "aim_lon": ("aim_lon", lon, {"units": "degrees_east"}),
        },
    )
    return Result(
        kind="exposure",
        title="Exposure of the deterrent",
        data=data,
        notes=(
            "Minimum-energy paths; the track starts at burnout whatever the radars see (generous to the defence).",
            "'against' and 'favourable' put every uncertain input at the end that hurts or helps the defence.",
        ),
    )
