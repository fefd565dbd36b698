"""Counted forces: what the parties declared under New START, and the counts by system of the other method."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from pydantic import TypeAdapter

from equipoise.foundation.errors import DomainError
from equipoise.foundation.provenance import Confidence

Count = TypeVar("Count")


@dataclass(frozen=True)
class Declared:
    """One declaration: deployed launchers and the warheads attributed to them (a bomber counts as one)."""

    day: date
    party: str
    launchers: int
    warheads: int
    source: str
    confidence: Confidence
    launchers_all: int | None = None


@dataclass(frozen=True)
class SystemCount:
    """Launchers of one system in one year, and warheads on each; ``basing`` is empty for any."""

    year: int
    system: str
    launchers: int
    warheads_per_launcher: int
    source: str
    confidence: Confidence
    basing: str = ""


@lru_cache(maxsize=1)
def declarations() -> tuple[Declared, ...]:
    """Return every declaration, oldest first."""
    return tuple(sorted(_read("new-start.csv", Declared), key=lambda d: (d.day, d.party)))


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
    return tuple(_read("by-system.csv", SystemCount))


def _read(name: str, kind: type[Count]) -> list[Count]:
    """Return the rows of a file, whose columns are the fields of ``kind``; an empty cell says nothing."""
    text = (files("equipoise.catalogue") / "data" / "counts" / name).read_text(encoding="utf-8")
    rows = [{key: cell for key, cell in row.items() if cell} for row in csv.DictReader(text.splitlines())]
    return TypeAdapter(list[kind]).validate_python(rows)  # type: ignore[valid-type]
