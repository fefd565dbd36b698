"""What the dispute of 2007 over the third site hung on: what the sides named, beside the crux of their two scenarios.

The exchange named the interceptor's speed, the missile's speed and the delay to the launch. The two scenarios hold what was printed and,
where nothing was, the end of this project's range that agrees with a side's conclusion.
"""

from __future__ import annotations

import numpy as np

from equipoise.jobs.crux import crux
from equipoise.published.speed_dispute import MISSILE_KM_S, SOURCES
from equipoise.published.statement import Statement
from equipoise.results.record import Result
from equipoise.scenario.load import load_scenario

TITLE = "What the dispute of 2007 hung on"
PLACE = "the paragraphs and slides that print the speeds"
NUMBER = "gbi-speed"
BY, ON = "the exchange of 2007", "2007"
SIDES = ("third-site-agency", "third-site-critics")
SPEED, DELAY = "interceptor-speed", "launch-delay"


def statements(found: Result | None = None) -> list[Statement]:
    """Return what the exchange named beside what our crux finds; ``found`` is the crux, computed where it is not given."""
    ours, theirs = (load_scenario(name) for name in SIDES)
    found = found or crux(ours, theirs, over_ranges=False)
    return [
        _named(found, SPEED, "speed of the interceptor", "6.3 km/s (MDA) against 7.7 to 9 km/s (Postol)", ""),
        _named(
            found, DELAY, "delay from the missile's burnout to the launch", "named, without a number",
            "No side printed a delay; each has the end of our range that agrees with its conclusion, so the share is the most that it could be.",
            source="the exchange of 2007, from memory", label="memory",
        ),
        _missile(),
    ]  # fmt: skip


def _named(
    found: Result,
    claim: str,
    what: str,
    printed: str,
    why: str,
    *,
    source: str = SOURCES["slides"],
    label: str = "sourced",
) -> Statement:
    data = found.data
    disputed = int(data.differs.sum())
    ours = (data.set_side.values == "ours") & (data.set_claims.values == claim)
    alone = len(set(data.set_verdict.values[ours]))
    share = float(data.carried.sel(claim=claim))
    first = share >= float(np.max(data.carried.values))
    rank = "the crux" if first else "not the crux"
    return Statement(
        f"what the dispute hangs on: {what}",
        printed,
        f"carries {100 * share:.0f} % of the disagreement on {disputed} verdicts and turns {alone} of them alone: {rank}",
        "unverified" if label == "memory" else "agrees" if share > 0.0 else "differs",
        why,
        source,
        label,
    )


def _missile() -> Statement:
    speeds = " against ".join(f"{value} km/s ({who})" for who, value in MISSILE_KM_S.items())
    return Statement(
        "what the dispute hangs on: speed of the missile",
        speeds,
        "cannot be exchanged: no input of a scenario is the missile's speed",
        "cannot tell",
        "A base, an aim and a family of paths give the missile's speed along its path, and neither slide says which speed it means; taken as "
        "time gained, it lowers the threshold (study speed-dispute).",
        SOURCES["slides"],
    )
