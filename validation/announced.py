"""Announced flights over the impulsive floor: what is left of an announced time must be explained by the boost."""

from __future__ import annotations

from typing import Any

from equipoise.published.kinds.announced import announced_time
from equipoise.published.study_file import Asked, read_study
from validation.mechanics import row

LEAST_S, MOST_S = 60.0, 260.0
WEAK = ("24 Mar 2022, KCNA time", "Hwasong-12, 29 Aug 2017")
"""Flights whose printed time is impossible or too coarse; they are shown and not held to the bar."""


def rows() -> list[dict[str, Any]]:
    """Return one row per announced time; a weak or impossible one is shown and not held to the bar."""
    asked = [
        a for _, a in read_study("announced-flights").statements if a.vary and a.inputs["range_km"] >= 500.0
    ]
    return [_row(a) for a in asked]


def _row(asked: Asked) -> dict[str, Any]:
    flight = asked.what.split(":")[0]
    assert isinstance(asked.printed, float)
    over = asked.printed - announced_time(**asked.inputs)
    return row(
        f"over_the_floor.{flight}".replace(" ", "_"),
        f"{flight}: announced {asked.printed:.0f} s less an impulsive shot to the same apogee and range", over, "s",
        f"{LEAST_S:.0f} to {MOST_S:.0f} s", holds=None if flight in WEAK else LEAST_S <= over <= MOST_S, rank=1, source=asked.source,
    )  # fmt: skip
