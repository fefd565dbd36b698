"""Clauses of kind function: no strategic path may be engaged with more than the stated time to spare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from equipoise.analysis import setup
from equipoise.analysis.exposure import Arcs, engageable
from equipoise.analysis.guarantees.margins import Margin
from equipoise.model.clause import Clause
from equipoise.scenario.load import Scenario

BEYOND_REACH = "No strategic path comes within any interceptor's reach."


def function_margin(scenario: Scenario, clause: Clause, day: date, arcs: Arcs) -> Margin:
    """Return the margin in s: the clause's slack less the largest slack of any path, at both ends and nominally.

    A path out of reach at any time has no slack; where all are, the margin is infinite.
    """
    assert clause.slack_at_most_s is not None
    ends = [_left(scenario, arcs, day, setup.Stance.all(end), clause.slack_at_most_s) for end in (1, 0, -1)]
    low, nominal, high = (left for left, _ in ends)
    deciding = ""
    if low < 0.0 <= high:
        deciding = _deciding(scenario, arcs, day, clause.slack_at_most_s, broken_now=nominal < 0.0)
    element = ends[1][1] if nominal < 0.0 or low >= 0.0 else ends[0][1]
    note = BEYOND_REACH if np.isinf(low) else ""
    return Margin(low, nominal, high, "s", deciding, element, note)


def _left(
    scenario: Scenario, arcs: Arcs, day: date, stance: setup.Stance, most_s: float
) -> tuple[float, Mapping[str, Any]]:
    """Return the margin and the path that comes nearest, as base and aim."""
    slack, _ = engageable(scenario, arcs, day, stance)
    if not np.isfinite(slack).any():
        return float("inf"), {}
    worst = int(np.nanargmax(slack))
    base = scenario.tables["base"][int(arcs.base[worst])]["id"]
    return most_s - float(slack[worst]), {"path": worst, "base": base, "slack_s": float(slack[worst])}


def _deciding(scenario: Scenario, arcs: Arcs, day: date, most_s: float, *, broken_now: bool) -> str:
    """Return the parameters that flip the verdict alone, from nominal to one end of their range."""
    flips = []
    for name in setup.SPOKEN:
        stance = setup.NOMINAL.with_one(name, -1 if broken_now else 1)
        left, _ = _left(scenario, arcs, day, stance, most_s)
        if (left < 0.0) != broken_now:
            flips.append(setup.SPOKEN[name])
    return ", ".join(flips) if flips else "several parameters together, none alone"
