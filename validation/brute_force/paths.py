"""One missile, one path: what ``fly`` and its exports say, against the second opinion's own integration."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import numpy as np

from equipoise.flights.fly import fly
from equipoise.present.trajectory_files import WRITERS
from validation.brute_force.cases import LOFT_DEG, Wish, own_paths
from validation.brute_force.earth import EARTHS, Array, ecef
from validation.mechanics import row

FLIGHTS = tuple(
    Wish(name, "value", start, aim, family, "wgs84")
    for name, start, aim in (
        ("ghadr-1", (38.0, 46.5), (41.0, 33.5)),
        ("irbm-notional", (35.2, 53.9), (44.4, 26.1)),
        ("icbm-solid", (53.8, 35.8), (40.0, -75.0)),
    )
    for family in LOFT_DEG
)


def path_gaps_m() -> dict[str, Array]:
    """Return how far the positions of ``fly``, and those of its export as CSV, lie from our own, (m), boost included."""
    gaps: dict[str, list[Array]] = {"fly": [], "export": []}
    for wanted, own in zip(FLIGHTS, own_paths(list(FLIGHTS), "wgs84"), strict=True):
        result = fly(wanted.name, start=wanted.start_deg, aim=wanted.aim_deg, family=wanted.family)
        t = result.data.time.values
        inside = t <= own.impact_s
        there = result.data.position_ecef_m.values
        gaps["fly"].append(np.linalg.norm(own.ecef(t[inside]) - there[inside], axis=1))
        t, there = _exported(WRITERS["csv"](result, datetime(2012, 5, 3, tzinfo=UTC)))
        inside = t <= own.impact_s
        gaps["export"].append(np.linalg.norm(own.ecef(t[inside]) - there[inside], axis=1))
    return {name: np.concatenate(found) for name, found in gaps.items()}


def _exported(text: str) -> tuple[Array, Array]:
    """Return times and positions (ecef) of a flight exported as CSV."""
    lines = list(csv.DictReader(io.StringIO(text)))
    columns = {k: np.array([float(line[k]) for line in lines]) for k in lines[0] if k != "utc"}
    place = ecef(
        np.radians(columns["lat_deg"]),
        np.radians(columns["lon_deg"]),
        columns["altitude_km"] * 1e3,
        EARTHS["wgs84"],
    )
    return columns["time_s"], place


def path_rows() -> list[dict[str, Any]]:
    """Return one row for flights and one for exports."""
    return [
        row(f"second_opinion.path_{name}", f"position of {len(FLIGHTS)} missiles by {name} against our own integration, worst of "
            f"{gap.size} instants from pad to ground", float(gap.max()), "m", "within 30 m", holds=bool(gap.max() < 30.0),
            rank=4, source="validation/brute_force/threat.py and boost.py: the aim point solved anew")
        for name, gap in path_gaps_m().items()
    ]  # fmt: skip
