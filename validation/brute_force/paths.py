"""One missile, one path: what ``fly``, its exports and engagements say, against each other and our own integration."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import numpy as np

from equipoise.flights.fly import fly
from equipoise.physics.flight.trajectory import empty_path, positions, sample_path
from equipoise.present.trajectory_files import WRITERS
from validation.brute_force.cases import LOFT_DEG, Wish, engine_paths, own_paths
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

BAR_M = 10.0


def path_gaps_m() -> dict[str, Array]:
    """Return how far positions lie apart (m), from pad to ground.

    Those of ``fly``, of its export as CSV and of ``engage`` from our own, and the latter two from ``fly``'s.
    """
    gaps: dict[str, list[Array]] = {
        name: [] for name in ("fly", "export", "engage", "export_fly", "engage_fly")
    }
    for wanted, own in zip(FLIGHTS, own_paths(list(FLIGHTS), "wgs84"), strict=True):
        result = fly(wanted.name, start=wanted.start_deg, aim=wanted.aim_deg, family=wanted.family)
        paths = engine_paths(wanted)
        engaged = sample_path(paths.vehicle, paths.flights, 0, paths.earth, empty_path())
        t, flown = result.data.time.values, result.data.position_ecef_m.values
        exported_s, exported = _exported(WRITERS["csv"](result, datetime(2012, 5, 3, tzinfo=UTC)))
        inside = t <= min(own.impact_s, float(engaged.time_s[engaged.filled - 1]))
        known, seen = own.ecef(t[inside]), positions(engaged, t[inside])
        shared = np.searchsorted(t, exported_s - 1e-6)
        pairs = {
            "fly": (flown[inside], known), "engage": (seen, known), "engage_fly": (seen, flown[inside]),
            "export": (exported[exported_s <= own.impact_s], own.ecef(exported_s[exported_s <= own.impact_s])),
            "export_fly": (exported, flown[shared]),
        }  # fmt: skip
        for name, (one, other) in pairs.items():
            gaps[name].append(np.linalg.norm(one - other, axis=1))
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
    """Return a row for each of the comparisons of :func:`path_gaps_m`."""
    return [
        row(f"second_opinion.path_{name}", f"position of {len(FLIGHTS)} missiles by {name.replace('_', ' against ')}"
            f"{'' if '_' in name else ' against our own integration'}, worst of {gap.size} instants from pad to ground",
            float(gap.max()), "m", f"within {BAR_M:.0f} m", holds=bool(gap.max() < BAR_M),
            rank=4, source="validation/brute_force/threat.py and boost.py: the aim point solved anew")
        for name, gap in path_gaps_m().items()
    ]  # fmt: skip
