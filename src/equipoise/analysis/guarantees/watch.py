"""Breakout and verification: how long from the decision to a violation, and which observation bears on a clause."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from equipoise.model.clause import Clause

FORCE = ("directly", "partly", "no")


@dataclass(frozen=True)
class Step:
    """One step towards a violation: how long it takes (days: low, nominal, high) and which means see it begin."""

    what: str
    days: tuple[float, float, float]
    seen_by: tuple[str, ...]
    source: str
    confidence: str


@dataclass(frozen=True)
class Way:
    """A way to a violation, as steps one after another."""

    id: str
    name: str
    against: tuple[str, ...]
    steps: tuple[Step, ...]

    def days(self) -> tuple[float, float, float]:
        """Return the time from the decision to the violation."""
        return _sums(self.steps)

    def text(self) -> str:
        """Return the steps in words, each with its nominal days, who sees it begin, and how well it is known."""
        said = []
        for step in self.steps:
            seen = ", ".join(name.replace("_", " ") for name in step.seen_by) or "nothing"
            said.append(f"{step.what} ({step.days[1]:g} days; {step.confidence}; seen by {seen})")
        return "; ".join(said)

    def warning_days(self) -> tuple[float, float, float]:
        """Return the time from the first step that any means can see to the violation; zero when none is seen."""
        first = next((k for k, step in enumerate(self.steps) if step.seen_by), len(self.steps))
        return _sums(self.steps[first:])


@dataclass(frozen=True)
class Means:
    """A means of verification, and how it bears on a subject: directly, partly or no, with the reason."""

    id: str
    name: str
    what: str
    bears: dict[str, tuple[str, str]]


def _sums(steps: tuple[Step, ...]) -> tuple[float, float, float]:
    low, nominal, high = (sum(step.days[k] for step in steps) for k in range(3))
    return low, nominal, high


def subject(clause: Clause) -> str:
    """Return what a clause is about, as the tables of breakout and verification name it."""
    if clause.kind == "limit":
        return clause.quantity
    return clause.duty if clause.kind == "transparency" else clause.kind


@lru_cache(maxsize=1)
def ways() -> tuple[Way, ...]:
    """Return every way to a violation."""
    return tuple(
        Way(w["id"], w["name"], tuple(w["against"]), tuple(_step(s) for s in w["steps"]))
        for w in _read("breakout")["way"]
    )


def _step(raw: dict[str, Any]) -> Step:
    low, nominal, high = raw["days"]
    return Step(raw["what"], (low, nominal, high), tuple(raw["seen_by"]), raw["source"], raw["confidence"])


@lru_cache(maxsize=1)
def means() -> tuple[Means, ...]:
    """Return every means of verification."""
    said = {"id", "name", "what"}
    return tuple(
        Means(m["id"], m["name"], m["what"], {k: (v[0], v[1]) for k, v in m.items() if k not in said})
        for m in _read("verification")["means"]
    )


def ways_against(clause: Clause) -> tuple[Way, ...]:
    """Return the ways to break a clause, the fastest first."""
    found = [way for way in ways() if subject(clause) in way.against]
    return tuple(sorted(found, key=lambda way: way.days()[1]))


def bearing(clause: Clause) -> list[tuple[Means, str, str]]:
    """Return every means with how it bears on a clause and why, the strongest first."""
    about = "transparency" if clause.kind == "transparency" else subject(clause)
    found = [(m, *m.bears[about]) for m in means()]
    return sorted(found, key=lambda row: FORCE.index(row[1]))


def _read(name: str) -> dict[str, Any]:
    text = (files("equipoise.analysis.guarantees") / "data" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
