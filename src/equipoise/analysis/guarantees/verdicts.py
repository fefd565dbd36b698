"""The verdict on every clause in every phase: kept, broken or undetermined, with its status on that day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.analysis.guarantees.function import Asked, ask, function_margin, shown_engagement
from equipoise.analysis.guarantees.margin import Margin, nothing
from equipoise.analysis.guarantees.margins import margin
from equipoise.analysis.guarantees.watch import Means, bearing, means, ways_against
from equipoise.catalogue import load_catalogue
from equipoise.foundation.status import Truth
from equipoise.model.clause import Clause
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.clauses import clauses_of
from equipoise.scenario.load import Scenario

SPENT = ("suspended", "withdrawn", "ended", "outside_its_dates")
"""In these states a clause binds nobody any more, or not on that day: its verdict counts for nothing."""


@dataclass(frozen=True)
class Verdict:
    """One clause in one phase; ``acts`` says that it is in force, ``counts`` that it is or still may come to be."""

    clause: Clause
    phase: str
    day: date
    status: str
    margin: Margin

    @property
    def truth(self) -> Truth:
        """Kept, broken or undetermined at the ends of the inputs' ranges; the margin's ``covered`` says what that covers."""
        return self.margin.truth

    @property
    def acts(self) -> bool:
        """Whether the clause is in force on the day."""
        return self.status == "in_force"

    @property
    def counts(self) -> bool:
        """Whether it is in force or may still come into force."""
        return self.status not in SPENT

    @property
    def deciding(self) -> str:
        """What decides an undetermined verdict; empty for a firm one."""
        return self.margin.deciding if self.truth == Truth.UNDETERMINED else ""


def families(scenario: Scenario) -> tuple[str, ...]:
    """Return the families of strategic flights that the guarantee speaks of: all, unless it names some."""
    return scenario.guarantee.families or FAMILIES


def status_of(clause: Clause, day: date) -> str:
    """Return the status of a clause on a day, by its own life or that of its instrument."""
    shared = load_catalogue().instruments[clause.in_force_with].events if clause.in_force_with else ()
    return clause.status_on(day, shared)


def verdicts(scenario: Scenario) -> list[Verdict]:
    """Return the verdict on every clause of the guarantee in every phase."""
    return _judged(scenario, _asked(scenario))


def _asked(scenario: Scenario) -> Asked | None:
    """Return what the clauses on function are judged by; None where there are none, or no bases that they could protect."""
    if not scenario.bases or not any(clause.kind == "function" for clause in clauses_of(scenario)):
        return None
    return ask(scenario, [phase.date for phase in scenario.phases], families(scenario))


def _judged(scenario: Scenario, asked: Asked | None) -> list[Verdict]:
    found = []
    for clause in clauses_of(scenario):
        for k, phase in enumerate(scenario.phases):
            if clause.kind != "function":
                judged = margin(scenario, clause, phase.date)
            else:
                judged = nothing("s") if asked is None else function_margin(scenario, clause, k, asked)
            found.append(Verdict(clause, phase.name, phase.date, status_of(clause, phase.date), judged))
    return found


def engagements(scenario: Scenario, found: list[Verdict]) -> list[dict[str, Any]]:
    """Return the GeoJSON features of every function clause that is broken or undetermined."""
    features = []
    for v, shown in zip(found, _engagements(found, _asked(scenario)), strict=True):
        for feature in shown.get("features", []):
            feature["properties"] |= {"clause": v.clause.id, "phase": v.phase}
            features.append(feature)
    return features


def _engagements(found: list[Verdict], asked: Asked | None) -> list[dict[str, Any]]:
    """Return the engagement behind each verdict as GeoJSON; empty where there is none."""
    if asked is None:
        return [{} for _ in found]
    shown = [
        shown_engagement(asked.days.index(v.day), asked, v.margin)
        if v.clause.kind == "function" and v.truth != Truth.KEPT
        else None
        for v in found
    ]
    return [one.geojson() if one else {} for one in shown]


def _bears(about: list[list[tuple[Means, str, str]]]) -> np.ndarray:
    """Return how each means (columns, in the order of the table) bears on each clause (rows)."""
    rows = [{m.id: how for m, how, _ in row} for row in about]
    return np.array([[row[m.id] for m in means()] for row in rows], dtype=object).reshape(-1, len(means()))


def guarantee(scenario: Scenario) -> Result:
    """Return the verdicts as a result: truth, status, margins, what decides and the counterexample."""
    asked = _asked(scenario)
    found = _judged(scenario, asked)
    clauses, phases = clauses_of(scenario), scenario.phases
    shape = (len(clauses), len(phases))

    def each(values: Iterable[Any], kind: Any) -> np.ndarray:
        return np.array(list(values), dtype=kind).reshape(shape)

    shown = dict(zip(((v.clause.id, v.phase) for v in found), _engagements(found, asked), strict=True))
    fastest = [next(iter(ways_against(c)), None) for c in clauses]
    of_clause = {"clause_kind": "kind"} | {
        n: n for n in ("name", "text", "instrument", "article", "source", "confidence")
    }
    values = {
        "truth": each((v.truth for v in found), np.int16),
        "margin": each((v.margin.nominal for v in found), float),
        "margin_low": each((v.margin.low for v in found), float),
        "margin_high": each((v.margin.high for v in found), float),
        "acts": each((v.acts for v in found), np.int8),
        "counts": each((v.counts for v in found), np.int8),
        "unit": each((v.margin.unit for v in found), object),
        "status": each((v.status for v in found), object),
        "deciding": each((v.deciding for v in found), object),
        "covered": each((v.margin.covered for v in found), object),
        "note": each((v.margin.note for v in found), object),
        "element": each((json.dumps(dict(v.margin.element)) for v in found), object),
        "engagement": each((json.dumps(shown[v.clause.id, v.phase]) for v in found), object),
        "bears": _bears([bearing(c) for c in clauses]),
        "breakout": [w.name if w else "" for w in fastest],
        "breakout_steps": [w.text() if w else "" for w in fastest],
        "breakout_days": np.array([w.days() if w else (np.nan,) * 3 for w in fastest]).reshape(-1, 3),
    } | {name: [getattr(c, key) for c in clauses] for name, key in of_clause.items()}
    axes = {
        "clause": [c.id for c in clauses],
        "phase": [p.name for p in phases],
        "means": [m.name for m in means()],
        "end": ["low", "nominal", "high"],
    }
    data = dataset("guarantee", values, axes, {"verdicts": "; ".join(f"{int(t)} {t.name}" for t in Truth)})
    return Result(kind="guarantee", title="Verdicts on the clauses", data=data)
