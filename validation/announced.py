"""Announced flights over the impulsive floor: what is left of an announced time must be explained by the boost."""

from __future__ import annotations

from typing import Any

from equipoise.published.announced_flights import FLIGHTS, WHY, flown
from validation.mechanics import row

LEAST_S, MOST_S = 60.0, 260.0


def rows() -> list[dict[str, Any]]:
    """Return one row per announced time; a weak or impossible one is shown and not held to the bar."""
    found = []
    for flight in FLIGHTS:
        if flight.time_s != flight.time_s or flight.range_km < 500.0:
            continue
        over = flight.time_s - flown(flight).time_s
        found.append(
            row(f"over_the_floor.{flight.name}".replace(" ", "_"),
                f"{flight.name}: announced {flight.time_s:.0f} s less an impulsive shot to the same apogee and range", over, "s",
                f"{LEAST_S:.0f} to {MOST_S:.0f} s", holds=None if flight.name in WHY else LEAST_S <= over <= MOST_S, rank=1,
                source=flight.source)
        )  # fmt: skip
    return found
