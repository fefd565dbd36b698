"""The report on the clauses: the verdict on each in each phase, its margin, and the parameter that decides."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present.section import Column, Number, Section, Sentence, Table
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; the lead sentence takes the clause on function, or the last."""
    data = result.data
    return Section(
        anchor="guarantee",
        title="Which guarantee holds",
        sentences=(_sentence(data),),
        tables=(_table(data),),
        notes=result.notes,
    )


def _sentence(data: xr.Dataset) -> Sentence:
    function = [
        str(c) for c in data.clause.values if str(data.clause_kind.sel(clause=c).values) == "function"
    ]
    one = data.sel(clause=function[0] if function else data.clause.values[-1])
    states = "; ".join(f"{p} {Truth.of(one.truth.sel(phase=p)).name.lower()}" for p in data.phase.values)
    return Sentence(
        "Clause '{clause}': {states}, over the whole range of the assumptions.",
        names={"clause": str(one.name.values), "states": states},
        figure="verdicts",
        lead=True,
    )


def _table(data: xr.Dataset) -> Table:
    rows = []
    for clause in data.clause.values:
        for phase in data.phase.values:
            one = data.sel(clause=clause, phase=phase)
            truth = Truth.of(one.truth)
            margin = Number(
                float(one.margin), unit=str(one.unit.values), digits=1, source=str(one.source.values),
                method="margin at nominal values; positive when the clause is kept",
            )  # fmt: skip
            words = f"{truth.name.lower()}: {truth.sentence}"
            rows.append((str(one.name.values), str(phase), words, margin, str(one.deciding.values)))
    heads = ("Clause", "Phase", "Verdict", "Margin at nominal values", "What decides")
    return Table("verdicts", "Verdicts on every clause", tuple(Column(h) for h in heads), tuple(rows))
