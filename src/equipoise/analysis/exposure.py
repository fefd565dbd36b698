"""Which strategic paths could be engaged at all, from which bases, with what time to spare.

The cue is generous to the defence: a track starts at burnout whatever the radars see, so that a path that
cannot be engaged here cannot be engaged by any sensor that sees it from burnout on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import xarray as xr

from equipoise.analysis import setup, situation
from equipoise.analysis.command import Command
from equipoise.analysis.defended_area import grid
from equipoise.analysis.engagement import Paths, engage
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

DEFENDER = "nato"
"""Whose interceptors are asked about."""
SPEEDS_KM_S = np.arange(3.0, 9.01, 0.5)


@dataclass(frozen=True)
class Arcs:
    """Minimum-energy paths from every base to every aim cell, base by base; ``base`` (n,) indexes the bases."""

    paths: tuple[Paths, ...]
    base: np.ndarray

    @property
    def reached(self) -> np.ndarray:
        """Return which paths exist, (n,)."""
        return np.concatenate([part.status == FlightStatus.OK for part in self.paths])


def strategic_arcs(scenario: Scenario) -> Arcs:
    """Fly every base against every aim cell."""
    t = scenario.tables
    earth = setup.EARTHS[t["scenario"]["earth"]]
    lat, lon = grid(scenario, "aim")
    aim = np.radians(np.array([(x, y) for x in lat for y in lon]))
    parts = []
    for base in t["base"]:
        record = scenario.find("missile", base["missile"])
        start = np.radians([base["lat_deg"], base["lon_deg"]])
        parts.append(setup.solve(record, start, aim, "minimum_energy", earth))
    return Arcs(tuple(parts), np.repeat(np.arange(len(parts)), aim.shape[0]))


def defender(scenario: Scenario, day: date, stance: setup.Stance, speed_m_s: float | None = None) -> Command:
    """Return the defender's command on ``day``, unhindered by what sensors see and policies ask."""
    found = situation.commands(scenario, day, "independent", stance, speed_m_s=speed_m_s)
    return situation.unhindered(next(c for c in found if c.name == DEFENDER))


def engageable(
    scenario: Scenario, arcs: Arcs, day: date, stance: setup.Stance, *, speed_m_s: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return slack (n,) in s (nan out of reach) and reason (n,) of the defender on ``day``."""
    outcome = engage(arcs.paths, [defender(scenario, day, stance, speed_m_s)])
    return outcome.slack_s[:, 0], outcome.reason[:, 0]


def exposure(scenario: Scenario) -> Result:
    """Return slack per phase, base and aim cell; the share engageable at both ends of the assumptions; flip curves."""
    t = scenario.tables
    arcs = strategic_arcs(scenario)
    lat, lon = grid(scenario, "aim")
    phases, bases = t["phase"], t["base"]
    cells = (len(bases), lat.size, lon.size)
    ends = ("against", "nominal", "favourable")
    cases = [(end, None) for end in (-1, 0, 1)] + [(0, speed * 1e3) for speed in SPEEDS_KM_S]
    commands = [
        defender(scenario, phase["date"], setup.Stance.all(end), speed)
        for phase in phases
        for end, speed in cases
    ]
    found = engage(arcs.paths, commands)
    reach = arcs.reached
    taken = (found.reason == Reason.ENGAGED).reshape(len(bases), -1, len(phases), len(cases))
    share = np.moveaxis(taken.sum(axis=1), 0, -1)[:, : len(ends)] / np.maximum(
        reach.reshape(len(bases), -1).sum(axis=1), 1
    )
    curve = taken.sum(axis=(0, 1))[:, len(ends) :] / max(reach.sum(), 1)
    nominal = [i * len(cases) + ends.index("nominal") for i in range(len(phases))]
    slack = found.slack_s[:, nominal].T.reshape(len(phases), *cells)
    reason = found.reason[:, nominal].T.reshape(len(phases), *cells).astype(np.int16)
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
