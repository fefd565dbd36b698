"""The crux of two scenarios that differ in twelve claims, with one map and fifteen bases."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from equipoise.analysis.crux.lattice import EXACT
from equipoise.analysis.crux.study import Crux, asked_together, crux
from equipoise.scenario.load import Scenario, load_scenario

BAR_S = 10.0
MORE = {
    "missile.icbm-solid.burnout_altitude_km": 200.0,
    "missile.icbm-liquid.burnout_altitude_km": 250.0,
    "missile.slbm.max_range_km": 9000.0,
    "missile.irbm-notional.burnout_altitude_km": 150.0,
    "base.ru-kozelsk.warheads": 30,
    "balance.kill_probability": 0.5,
    "balance.objects_per_warhead": 2.0,
}
"""What theirs states besides the five claims of the pair of 2011-12."""


def sides() -> tuple[Scenario, Scenario]:
    """Return both sides, with one regional missile and so one map."""
    found = []
    for name, more in (("phase-four-nato", {}), ("phase-four-russia", MORE)):
        scenario = load_scenario(name)
        one = replace(scenario, threats=tuple(t for t in scenario.threats if t.id == "irbm-north"))
        found.append(one.with_(more, keep_range=True))
    return asked_together(*found)


def rows() -> list[dict[str, Any]]:
    """Time the crux once it is warm."""
    ours, theirs = sides()
    crux(ours, theirs, over_ranges=False)
    began = time.perf_counter()
    found = crux(ours, theirs, over_ranges=False)
    took = time.perf_counter() - began
    return [
        {
            "id": "crux-twelve-claims",
            "what": what(found),
            "value": took,
            "unit": "s",
            "bar": BAR_S,
            "holds": took <= BAR_S,
            "source": "this run",
        }
    ]


def what(found: Crux) -> str:
    """Return in words what was timed."""
    claims, bases = len(found.between.claims), len(found.between.ours.bases)
    assert (claims, bases) == (EXACT, 15)
    return f"{claims} claims, one map, {bases} bases, warm, at stated values: {len(found.disputed)} verdicts differ"
