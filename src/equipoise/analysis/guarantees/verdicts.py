"""The verdict on every clause in every phase: kept, broken or undetermined, with its status on that day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.analysis.guarantees.function import Asked, ask, function_margin, shown_engagement
from equipoise.analysis.guarantees.margin import Margin
from equipoise.analysis.guarantees.margins import margin
from equipoise.analysis.guarantees.watch import Means, bearing, means, ways_against
from equipoise.catalogue import load_catalogue
from equipoise.foundation.status import Truth
from equipoise.model.clause import Clause
from equipoise.results.record import Result
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
        """Kept, broken or undetermined over the whole range of the inputs."""
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
    """Return what the clauses on function are judged by; None where there are none."""
    if not any(clause.kind == "function" for clause in clauses_of(scenario)):
        return None
    return ask(scenario, [phase.date for phase in scenario.phases], families(scenario))


def _judged(scenario: Scenario, asked: Asked | None) -> list[Verdict]:
    found = []
    for clause in clauses_of(scenario):
        for k, phase in enumerate(scenario.phases):
            judged = (
                function_margin(scenario, clause, k, asked)
                if asked is not None and clause.kind == "function"
                else margin(scenario, clause, phase.date)
            )
            found.append(Verdict(clause, phase.name, phase.date, status_of(clause, phase.date), judged))
    return found


def engagements(scenario: Scenario, found: list[Verdict]) -> list[dict[str, Any]]:
    """Return the GeoJSON features of every function clause that is broken or undetermined."""
    features = []
    for v, shown in zip(found, _engagements(scenario, found), strict=True):
        for feature in shown.get("features", []):
            feature["properties"] |= {"clause": v.clause.id, "phase": v.phase}
            features.append(feature)
    return features


def _engagements(scenario: Scenario, found: list[Verdict]) -> list[dict[str, Any]]:
    """Return the engagement behind each verdict as GeoJSON; empty where there is none."""
    asked = _asked(scenario)
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
    found = verdicts(scenario)
    clauses, phases = clauses_of(scenario), scenario.phases
    shape, axes = (len(clauses), len(phases)), ("clause", "phase")

    def numbers(values: Iterable[Any], kind: Any, unit: str, name: str) -> tuple[Any, ...]:
        return axes, np.array(list(values), dtype=kind).reshape(shape), {"units": unit, "long_name": name}

    def words(values: Iterable[str], name: str, over: tuple[str, ...] = axes) -> tuple[Any, ...]:
        column = np.array(list(values), dtype=object)
        return over, column.reshape(shape) if over == axes else column, {"units": "", "long_name": name}

    def of_clause(name: str, long_name: str) -> tuple[Any, ...]:
        return words((getattr(c, name) for c in clauses), long_name, ("clause",))

    shown = dict(zip(((v.clause.id, v.phase) for v in found), _engagements(scenario, found), strict=True))
    about = [bearing(c) for c in clauses]
    fastest = [next(iter(ways_against(c)), None) for c in clauses]
    data = xr.Dataset(
        {
            "truth": numbers((v.truth for v in found), np.int16, "1", "verdict code"),
            "margin": numbers((v.margin.nominal for v in found), float, "see unit", "margin at nominal values"),
            "margin_low": numbers((v.margin.low for v in found), float, "see unit", "least margin over the ranges"),
            "margin_high": numbers((v.margin.high for v in found), float, "see unit", "greatest margin over the ranges"),
            "acts": numbers((v.acts for v in found), np.int8, "1", "whether the clause is in force"),
            "counts": numbers((v.counts for v in found), np.int8, "1", "whether it is or may come into force"),
            "unit": words((v.margin.unit for v in found), "unit of the margin"),
            "status": words((v.status for v in found), "status of the clause on the day"),
            "deciding": words((v.deciding for v in found), "what decides"),
            "covered": words((v.margin.covered for v in found), "how the ranges were covered"),
            "note": words((v.margin.note for v in found), "note"),
            "element": words((json.dumps(dict(v.margin.element)) for v in found), "what comes nearest, as JSON"),
            "engagement": words((json.dumps(shown[v.clause.id, v.phase]) for v in found), "flight and engagement as GeoJSON"),
            "bears": (("clause", "means"), _bears(about), {"units": "", "long_name": "how a means bears on the clause"}),
            "breakout": words((w.name if w else "" for w in fastest), "fastest way to a violation", ("clause",)),
            "breakout_steps": words((w.text() if w else "" for w in fastest), "steps of that way", ("clause",)),
            "breakout_days": (
                ("clause", "end"),
                np.array([w.days() if w else (np.nan,) * 3 for w in fastest]).reshape(-1, 3),
                {"units": "days", "long_name": "time from the decision to the violation"},
            ),
            "name": of_clause("name", "clause"),
            "clause_kind": of_clause("kind", "kind"),
            "text": of_clause("text", "text of the clause"),
            "instrument": of_clause("instrument", "instrument that prints the number"),
            "article": of_clause("article", "article that prints the number"),
            "source": of_clause("source", "source"),
            "confidence": of_clause("confidence", "how far the source was checked"),
        },
        coords={
            "clause": [c.id for c in clauses],
            "phase": [p.name for p in phases],
            "means": [m.name for m in means()],
            "end": ["low", "nominal", "high"],
        },
        attrs={"verdicts": "; ".join(f"{int(t)} {t.name}" for t in Truth)},
    )  # fmt: skip
    return Result(kind="guarantee", title="Verdicts on the clauses", data=data)
