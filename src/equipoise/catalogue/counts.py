"""Counted forces: what the parties declared under New START, and the counts by system of the other method."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from equipoise.foundation.errors import DomainError
from equipoise.foundation.provenance import Confidence


@dataclass(frozen=True)
class Declared:
    """One declaration: deployed launchers and the warheads attributed to them (a bomber counts as one)."""

    day: date
    party: str
    launchers: int
    warheads: int
    launchers_all: int | None
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class SystemCount:
    """Launchers of one system in one year, and warheads on each; ``basing`` is empty for any."""

    year: int
    system: str
    basing: str
    launchers: int
    warheads_per_launcher: int
    source: str
    confidence: Confidence


@lru_cache(maxsize=1)
def declarations() -> tuple[Declared, ...]:
    """Return every declaration, oldest first."""
    found = [
        Declared(
            date.fromisoformat(row["date"]),
            row["party"],
            int(row["launchers_deployed"]),
            int(row["warheads_deployed"]),
            int(row["launchers_all"]) if row["launchers_all"] else None,
            row["source"],
            Confidence(row["confidence"]),
        )
        for row in _rows("new-start.csv")
    ]
    return tuple(sorted(found, key=lambda d: (d.day, d.party)))


def declared_on(party: str, day: date) -> Declared:
    """Return the last declaration of ``party`` on or before ``day``; before the first, that one."""
    own = [d for d in declarations() if d.party == party]
    if not own:
        known = sorted({d.party for d in declarations()})
        raise DomainError(f"no declared forces of '{party}'; known: {', '.join(known)}")
    return next((d for d in reversed(own) if d.day <= day), own[0])


@lru_cache(maxsize=1)
def system_counts() -> tuple[SystemCount, ...]:
    """Return the counts by system, by year."""
    return tuple(
        SystemCount(
            int(row["year"]),
            row["system"],
            row["basing"],
            int(row["launchers"]),
            int(row["warheads_per_launcher"]),
            row["source"],
            Confidence(row["confidence"]),
        )
        for row in _rows("by-system.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    path = files("equipoise.catalogue") / "data" / "counts" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
