"""What the second opinion says of the engine, as rows of ``make validate``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from validation.brute_force.cases import ENDS, cases
from validation.brute_force.compare import Pair, pair, slack_gaps_s
from validation.brute_force.footprint_points import footprint_rows
from validation.brute_force.paths import path_rows
from validation.mechanics import row

CASES = int(os.environ.get("EQUIPOISE_OPINIONS", "2000"))
SEED, BATCH = 22, 100
SOURCE = "validation/brute_force: another author's integration, written from docs/engagement.md and docs/flight.md, no kernel shared"


def opinion_rows(pairs: list[Pair]) -> list[dict[str, Any]]:
    """Return the rows for cases that both have judged."""
    gaps = slack_gaps_s(pairs)
    flips = [p for p in pairs if p.flipped]
    shots = [p for p in pairs if p.more_or_fewer]
    tracks = np.array([abs(p.track_s - p.own.track_s) for p in pairs])
    reasons = Counter(
        (p.reason.name, p.own.reason.name) for p in pairs if not p.flipped and p.reason != p.own.reason
    )
    one_sided = [p for p in pairs if not p.flipped and np.isfinite(p.slack_s) != np.isfinite(p.own.slack_s)]

    def said(
        name: str, what: str, value: float, unit: str, bar: str, *, holds: bool | None
    ) -> dict[str, Any]:
        return row(f"second_opinion.{name}", what, value, unit, bar, holds=holds, rank=4, source=SOURCE)

    unexplained = [p for p in flips if not p.explained]
    most = float(np.max(gaps, initial=0.0))
    n = f"of {len(pairs)} random cells, missiles, sites, policies, modes and ends of ranges"
    return [
        said("flips", f"verdicts turned {n}; {len(flips) - len(unexplained)} more within 1 s of zero slack",
             len(unexplained), "", "0", holds=not unexplained),
        said("shots", "another number of shots, beyond 1 s of the launch that decides",
             sum(not p.explained for p in shots), "", "0", holds=all(p.explained for p in shots)),
        said("reasons", f"another reason for the same verdict: {dict(reasons) or 'none'}", sum(reasons.values()), "", "", holds=None),
        said("slack_one_sided", "a slack where the other has none (reach only just ends or begins)", len(one_sided), "", "", holds=None),
        said("slack_median", f"difference of slack, median of {gaps.size}", float(np.median(gaps)), "s", "under 0.1 s",
             holds=bool(np.median(gaps) < 0.1)),
        said("slack_99", "difference of slack, 99 % of cases", float(np.percentile(gaps, 99)), "s", "under 0.5 s",
             holds=bool(np.percentile(gaps, 99) < 0.5)),
        said("slack_most", "difference of slack, the largest", most, "s", "at most 2 s", holds=most <= 2.0),
        said("track", "difference in the time of the track, the largest", float(np.nanmax(tracks[np.isfinite(tracks)])), "s",
             "under 0.2 s", holds=bool(np.nanmax(tracks[np.isfinite(tracks)]) < 0.2)),
    ]  # fmt: skip


def judged(count: int) -> Iterator[Pair]:
    """Return both answers to some hundreds of cases, each hundred with a seed and ten scenarios of its own.

    The hundreds take their numbers from each of :data:`validation.brute_force.cases.ENDS` in turn.
    """
    for batch in range(count // BATCH):
        yield from map(pair, cases(BATCH, (SEED, batch), scenarios=10, end=ENDS[batch % len(ENDS)]))


def rows() -> list[dict[str, Any]]:
    """Return all rows; every disagreement is printed, with the case and what both said."""
    pairs = list(judged(CASES))
    for p in pairs:
        if p.flipped or p.more_or_fewer or abs(p.slack_gap_s) > 0.5:
            print("explained" if p.explained else "UNEXPLAINED", p)
    return opinion_rows(pairs) + path_rows() + footprint_rows()
