"""What follows from the kill probability of a shot: how many of the missiles that are shot at are stopped.

Shots are independent. Balance, drawdown and stability hang on it too and are not asked about here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import prod

import numpy as np
import xarray as xr

from equipoise.analysis.defence.defended_area import map_grid, people_by_cell
from equipoise.analysis.defence.raid_study import raid_missiles, raid_sides
from equipoise.analysis.what_if.parameters import kill_places
from equipoise.engagement.raids import shots_if_all_miss
from equipoise.foundation.status import Reason
from equipoise.model.scenario import Phase
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import place, value_at


@dataclass(frozen=True)
class RaidShots:
    """A raid by id, its name and number of missiles, and who shoots how often if every shot misses.

    By mode and by where the kill probability stands (``balance.kill_probability``, or an interceptor's own), the shots at
    each missile; None where they hang on each other, so that only a run of the scenario tells what gets through.
    """

    raid: str
    name: str
    missiles: int
    shots: Mapping[str, Mapping[str, list[int]] | None]

    def through(self, mode: str, kill: Mapping[str, float]) -> float | None:
        """Return the expected number of missiles that get through in a mode, with a kill probability for each place."""
        known = self.shots[mode]
        if known is None:
            return None
        return sum(
            prod((1.0 - kill[key]) ** shots[n] for key, shots in known.items()) for n in range(self.missiles)
        )


def kill_probabilities(scenario: Scenario, day: date) -> dict[str, float]:
    """Return the nominal kill probabilities of the interceptors in service on ``day``, by where they stand."""
    return {
        key: float(value_at(scenario, place(key, scenario, label="question")).value)
        for key in kill_places(scenario, day)
    }


def stopped(scenario: Scenario, area: xr.Dataset, day: date) -> tuple[float, float]:
    """Return the share (0 to 1) of the people in range whose missile would be stopped, on the average; nan with nobody in range.

    ``area`` is the defended area of one phase, that of ``day``, mode and threat: a cell's missile comes alone and gets all the
    shots that time and stock allow. The pair is that of the lowest and the highest kill probability in service.
    """
    shots, reason = (area[name].values.ravel() for name in ("shots", "reason"))
    people = np.where(reason == Reason.OUT_OF_RANGE, 0.0, people_by_cell(scenario, map_grid(scenario)))
    known = kill_probabilities(scenario, day).values()
    low, high = (
        float((people * (1.0 - (1.0 - kill) ** shots)).sum() / people.sum()) if people.any() else np.nan
        for kill in (min(known, default=0.0), max(known, default=0.0))
    )
    return low, high


def raid_shots(scenario: Scenario, phase: Phase) -> list[RaidShots]:
    """Return the shots at every raid's missiles in a phase, by mode."""
    layers = {key: _layers(scenario, key, phase.date) for key in kill_places(scenario, phase.date)}
    found = []
    for entry in scenario.raids:
        missiles, aims = raid_missiles(scenario, entry)
        by_mode: dict[str, Mapping[str, list[int]] | None] = {}
        for mode in scenario.head.modes:
            sides = raid_sides(scenario, missiles, aims, phase.date, mode)
            counts = {key: shots_if_all_miss(sides, len(missiles), names) for key, names in layers.items()}
            known = {key: shots.tolist() for key, shots in counts.items() if shots is not None}
            by_mode[mode] = known if len(known) == len(counts) else None
        found.append(RaidShots(entry.id, entry.name, len(missiles), by_mode))
    return found


def _layers(scenario: Scenario, key: str, day: date) -> set[str]:
    """Return the interceptors in service whose kill probability stands at ``key``."""
    names = {site.interceptor for site in scenario.active("site", day)}
    own = {name for name in names if scenario.find("interceptor", name).kill_probability}
    where = place(key, scenario, label="question")
    return {where.id} if where.id else names - own
