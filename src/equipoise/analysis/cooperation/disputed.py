"""Radars whose printed ranges disagree: what cooperation gains at both ends of such a range."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import xarray as xr

from equipoise.analysis.cooperation.cases import Case
from equipoise.analysis.cooperation.protection import Protection
from equipoise.engagement import cooperation_modes
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

DISPUTED_RATIO = 2.0
"""A radar whose longest printed range is at least so many times its shortest is disputed: both ends are computed."""
COMPARED = ("independent", "joint")
"""Modes whose difference is what cooperation gains."""


def cases_at_ends(scenario: Scenario, day: date, at: Callable[[Case], int]) -> dict[str, np.ndarray]:
    """Return, for each disputed radar that acts on the day, the cases at both ends of its range, (2, 2) by end and mode.

    ``at`` gives the index of a case. Nothing is disputed where the modes of :data:`COMPARED` are not both asked about.
    """
    if not set(COMPARED) <= set(scenario.head.modes):
        return {}
    found = {}
    for radar in scenario.active("radar", day):
        low, high = radar.range_max_km.low, radar.range_max_km.high
        if high >= DISPUTED_RATIO * low > 0.0:
            place = f"radar.{radar.id}.range_max_km"
            found[radar.id] = np.array(
                [
                    [
                        at(Case(day, cooperation_modes.mode(scenario, m), changed=((place, end),)))
                        for m in COMPARED
                    ]
                    for end in (low, high)
                ]
            )
    return found


def shares_at_ends(
    scenario: Scenario, found: Protection, disputes: dict[str, np.ndarray], parties: Sequence[str]
) -> xr.Dataset:
    """Return the share defended on the last day with one disputed radar at either end of its range, by compared mode.

    ``disputes`` gives by radar the indices (4,) of its cases among those of ``found``; ``parties`` are those whose share is told.
    """
    share = found.share()  # measures, cases, parties
    radars = [scenario.find("radar", name) for name in disputes]
    cases = np.array(list(disputes.values()), dtype=int).reshape(-1, 2, 2)
    ranges = [[r.range_max_km.low, r.range_max_km.value, r.range_max_km.high] for r in radars]
    return dataset(
        "cooperation",
        {
            "share_at_range": share[:, cases],
            "disputed_range": np.array(ranges).reshape(-1, 3),
            "disputed_name": np.array([r.name for r in radars], dtype=object),
        },
        {
            "disputed": list(disputes),
            "range_end": ["shortest", "longest"],
            "printed": ["shortest", "taken", "longest"],
            "compared": list(COMPARED),
        },
    )
