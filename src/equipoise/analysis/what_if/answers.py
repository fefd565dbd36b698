"""What-if questions answered natively: one map, and the exposure of every base, with other numbers in a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.defence.defended_area import defended_area
from equipoise.analysis.defence.raid_study import raids
from equipoise.analysis.exposure import engageable, strategic_arcs
from equipoise.analysis.exposure.paths import Arcs
from equipoise.analysis.what_if.parameters import asked
from equipoise.engagement.engage import engage_each
from equipoise.engagement.raids import METHODS
from equipoise.foundation.errors import misuse
from equipoise.foundation.status import Reason
from equipoise.model.scenario import TABLES
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import with_numbers, with_words


def one(scenario: Scenario, table: str, name: str) -> Any:
    """Return the entry of a table with that name or id; :class:`InputError` where there is none."""
    for entry in scenario.table(table):
        if getattr(entry, TABLES[table].identity) == name:
            return entry
    raise misuse("question", table, f"the result has no {table} '{name:.80}'.")


def changed(scenario: Scenario, phase: str, settings: Mapping[str, float | str]) -> Scenario:
    """Return the scenario with the settings (key to number or word) that a question about ``phase`` may have."""
    numbers, words = asked(scenario, one(scenario, "phase", phase).date, settings)
    moved = with_numbers(scenario, numbers) if numbers else scenario
    return with_words(moved, words) if words else moved


def area(scenario: Scenario, *, phase: str, mode: str, threat: str) -> xr.Dataset:
    """Return the defended area of one phase, mode and threat; its three first axes have one entry each."""
    if mode not in scenario.head.modes:
        raise misuse("question", "mode", f"the result has no mode '{mode}'.")
    asked = replace(
        scenario,
        head=scenario.head.but(modes=(mode,)),
        phases=(one(scenario, "phase", phase),),
        threats=(one(scenario, "threat", threat),),
    )
    return defended_area(asked, engaged=engage_each).data


@dataclass(frozen=True)
class Leak:
    """What gets through of a raid, by id, of so many missiles: the mean, and its standard error (0 where it is exact)."""

    raid: str
    missiles: int
    through: float
    error: float


def leaks(scenario: Scenario, *, phase: str, mode: str) -> list[Leak]:
    """Return what gets through of every raid of a scenario in one phase and mode."""
    if mode not in scenario.head.modes:
        raise misuse("question", "mode", f"the result has no mode '{mode}'.")
    asked = replace(scenario, head=scenario.head.but(modes=(mode,)), phases=(one(scenario, "phase", phase),))
    found = raids(asked)
    return [_leak(found.data.sel(raid=name)) for name in found.data.raid.values] if found else []


def _leak(data: xr.Dataset) -> Leak:
    """Return the leak at nominal kill probabilities, the exact one where there is one."""
    nominal = data.isel(phase=0, mode=0).sel(end="nominal")
    exact, simulated = (
        float(nominal.expected.isel(method=METHODS.index(name))) for name in ("exact", "simulated")
    )
    certain = bool(nominal.independent)
    return Leak(
        str(data.raid.values),
        int(data.missiles),
        exact if certain else simulated,
        0.0 if certain else float(nominal.error),
    )


@dataclass(frozen=True)
class Exposed:
    """Strategic paths of minimum energy with slack (n,) in s, nan out of reach, and reason (n,)."""

    arcs: Arcs
    slack_s: np.ndarray
    reason: np.ndarray

    def share(self, base: int) -> float:
        """Return the share (0 to 1) of the paths of a base (index) that could be engaged."""
        own = self.arcs.base == base
        return float((self.reason[own] == Reason.ENGAGED).sum() / max(int(self.arcs.reached[own].sum()), 1))

    def most_slack_s(self, base: int) -> float:
        """Return the largest slack over the paths of a base (index); nan where none has any."""
        known = self.slack_s[(self.arcs.base == base) & ~np.isnan(self.slack_s)]
        return float(known.max()) if known.size else np.nan


def exposed(scenario: Scenario, *, phase: str) -> Exposed | None:
    """Return what the unhindered defender of a phase can do against every strategic path of minimum energy.

    None in a scenario without bases.
    """
    if not scenario.bases:
        return None
    arcs = strategic_arcs(scenario)
    return Exposed(arcs, *engageable(scenario, arcs, one(scenario, "phase", phase).date))
