"""What one radar adds to the deterrent's exposure although nothing is shot from it: track that others may shoot on.

Each radar that the scenario asks about is put beside four companies of the defenders' other sensors, and taken away again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import xarray as xr

from equipoise.analysis.exposure.paths import Arcs, strategic_arcs
from equipoise.engagement import order_of_battle
from equipoise.engagement.engage import engage
from equipoise.engagement.explain import look
from equipoise.engagement.records import Command, Use
from equipoise.foundation.status import Reason
from equipoise.results.record import Result
from equipoise.results.schema import dataset, kind
from equipoise.scenario.load import Scenario

COMPANIES = ("all other sensors", "other radars", "satellites", "nothing")
"""What the radar is put beside."""


@dataclass(frozen=True)
class Pair:
    """The same command with a radar beside some company, and without it."""

    with_it: Command
    without: Command


def radar_exposure(scenario: Scenario) -> Result | None:
    """Return what each radar of ``radars_asked`` adds, by phase, in the first mode; None where none is asked about.

    Seconds of track on every strategic path, how much sooner any track is there (and with it a launch, whoever shoots),
    and the share of paths that can be engaged, with and without it. A radar not in service adds nothing.
    """
    radars = scenario.head.radars_asked
    if not radars or not scenario.bases:
        return None
    arcs = strategic_arcs(scenario, scenario.head.families)
    phases = [
        xr.concat([_one(scenario, arcs, phase.date, radar) for radar in radars], "radar")
        for phase in scenario.phases
    ]
    data = xr.concat(phases, "phase")
    said = kind("radar_exposure").variables
    values = {str(name): data[name].transpose(*said[str(name)].axes).values for name in data.data_vars}
    axes = {
        "phase": [p.name for p in scenario.phases],
        "radar": list(radars),
        "radar_name": [scenario.find("radar", name).name for name in radars],
        "base": list(arcs.bases),
        "base_name": [b.name for b in scenario.bases],
        "company": list(COMPANIES),
    }
    data = dataset("radar_exposure", values, axes)
    return Result(kind="radar_exposure", title="What a radar alone exposes", data=data, notes=NOTES)


NOTES = (
    "A path is any of a base to an aim cell in a family of the scenario; shares are of the paths that the missile can fly.",
    "Seconds of track are the time for which the path lies in the radar's sector, above its mask and within its range.",
    "The other sensors are the defenders' in the first mode; the interceptors are all of theirs, wherever they stand.",
    "How a radar would tell a warhead from what flies with it is not computed; the range is that of detection.",
)


def _one(scenario: Scenario, arcs: Arcs, day: date, radar: str) -> xr.Dataset:
    command = order_of_battle.defence_in_mode(scenario, day, scenario.head.modes[0])
    command = replace(command, wanted_shots=1)
    own = tuple(use for use in command.uses if use.sensor.id.split(" at ")[0] == radar)
    pairs = [_pair(command, own, company) for company in COMPANIES]
    found = engage(arcs.paths, [c for pair in pairs for c in (pair.with_it, pair.without)])
    held = _held_s(arcs, replace(command, uses=own)) if own else np.zeros(arcs.reached.size)
    return _dataset(arcs, held, found.track_s, found.reason == Reason.ENGAGED)


def _pair(command: Command, own: tuple[Use, ...], company: str) -> Pair:
    others = [use for use in command.uses if use not in own]
    kinds: dict[str, Sequence[str]] = {
        "all other sensors": ("radar", "infrared"), "other radars": ("radar",), "satellites": ("infrared",), "nothing": (),
    }  # fmt: skip
    beside = tuple(use for use in others if use.sensor.kind in kinds[company])
    return Pair(replace(command, uses=beside + own), replace(command, uses=beside))


def _held_s(arcs: Arcs, command: Command) -> np.ndarray:
    """Return for how long the command's only sensor holds each path, (n,), in s."""
    held = []
    for part in arcs.paths:
        for i, good in enumerate(part.status == 0):
            if not good:
                held.append(0.0)
                continue
            seen = look(part[i], command)
            ends = float(seen.path.time_s[seen.path.filled - 1])
            spells = [
                np.clip(s[:n], 0.0, ends)
                for s, n in zip(seen.work.spells, seen.work.spell_count, strict=True)
            ]
            held.append(float(sum(np.diff(s, axis=1).sum() for s in spells)))
    return np.array(held)


def _dataset(arcs: Arcs, held_s: np.ndarray, track_s: np.ndarray, engaged: np.ndarray) -> xr.Dataset:
    """Return the summaries of one radar in one phase; columns of ``track_s`` and ``engaged`` go with and without, by company."""
    bases = len(arcs.bases)
    reached = [arcs.reached & (arcs.base == b) for b in range(bases)]

    def mean(values: np.ndarray) -> list[float]:
        return [float(values[which].mean()) if which.any() else np.nan for which in reached]

    sooner, only = np.full((2, len(COMPANIES)), np.nan), np.zeros(len(COMPANIES))
    for k in range(len(COMPANIES)):
        here, gone = track_s[arcs.reached, 2 * k], track_s[arcs.reached, 2 * k + 1]
        gain = (gone - here)[np.isfinite(gone) & np.isfinite(here)]
        if gain.size:
            sooner[:, k] = np.median(gain), gain.max()
        only[k] = np.mean(np.isfinite(here) & ~np.isfinite(gone))
    share = np.array([mean(engaged[:, c].astype(float)) for c in range(engaged.shape[1])])

    return xr.Dataset(
        {
            "seen": (("base",), mean((held_s > 0.0).astype(float))),
            "held": (("base",), mean(held_s)),
            "longest": (("base",), [float(held_s[which].max(initial=0.0)) for which in reached]),
            "sooner": (("company",), sooner[0]),
            "sooner_most": (("company",), sooner[1]),
            "only": (("company",), only),
            "share_with": (("company", "base"), share[::2]),
            "share_without": (("company", "base"), share[1::2]),
        }
    )
