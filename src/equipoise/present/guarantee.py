"""The report on the clauses: the verdict on each in each phase, what decides, what can be seen, how fast it can be broken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import numpy as np
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present.chart import Chart, Mark, Row
from equipoise.present.names import Names
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, show, table_over
from equipoise.present.verdicts import in_runs, verdict_words
from equipoise.results.record import Result

METHOD = "margin at nominal values, with every input at the end that breaks the clause and at the end that keeps it"


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; the lead sentence takes the clause on function, or the last."""
    data = result.data
    table = _table(data)
    grid = Figure(
        "verdict-grid",
        "Verdict on every clause in every phase, with the margin at nominal values (positive: kept).",
        table,
        chart=_chart(data),
    )
    return Section(
        anchor="guarantee",
        title="Which guarantee holds",
        sentences=(*_sentences(data), *_counterexamples(data, Names.of(beside))),
        figures=(grid,),
        tables=(table, _text(data), _means(data), _breakout(data)),
        notes=result.notes,
    )


def _chart(data: xr.Dataset) -> Chart:
    """Return a field for each clause and phase with the verdict and its margin in words."""
    made: list[Row] = []
    for clause in data.clause.values:
        for phase in data.phase.values:
            one = data.sel(clause=clause, phase=phase)
            truth = Truth.of(one.truth)
            said = {"series": truth.name.lower(), "word": field_words(one, truth)}
            made.append({"group": str(one.name.values), "x": str(phase)} | said)
    return Chart(Mark.VERDICTS, tuple(made))


def story(data: xr.Dataset, names: Names) -> tuple[Sentence, ...]:
    """Return the verdict on the clause on function, or the last, and what breaks a clause in the last phase where something does."""
    words = "The clause '{clause}' {states}, over the ranges stated."
    return Sentence(words, names=_states(_chosen(data))), *_counterexamples(data, names)[-1:]


def _chosen(data: xr.Dataset) -> xr.Dataset:
    """Return the clause on function, or the last."""
    function = [c for c in data.clause.values if str(data.clause_kind.sel(clause=c).values) == "function"]
    return data.sel(clause=function[0] if function else data.clause.values[-1])


def _states(one: xr.Dataset) -> dict[str, str]:
    """Return the name of a clause and its verdicts, such as "would be kept in Phases 1 and 2, is undetermined in Phase 3"."""
    runs = [(v.words if v.words.startswith("would") else f"is {v.words}", v.label) for v in in_runs(one)]
    return {
        "clause": str(one.name.values),
        "states": _listed([f"{words} in {label}" for words, label in runs]),
    }


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def _sentences(data: xr.Dataset) -> tuple[Sentence, Sentence]:
    """Return the verdict, which leads, and what was looked at for it."""
    one = _chosen(data)
    covered = "; ".join(dict.fromkeys(str(said) for said in one.covered.values))
    verdict = Sentence(
        "The clause '{clause}' {states}.", names=_states(one), figure="verdict-grid", lead=True
    )
    return verdict, Sentence("What was covered: {covered}.", names={"covered": covered})


def _counterexamples(data: xr.Dataset, names: Names) -> tuple[Sentence, ...]:
    """Return one sentence for each phase with a flight and an engagement that break a clause or may, with its view."""
    found = []
    for phase in data.phase.values:
        for clause in data.clause.values:
            one = data.sel(clause=clause, phase=phase)
            shown = json.loads(str(one.engagement.values))
            meet = shown["features"][-1]["properties"]["time_s"] if shown else None
            if meet is not None:
                found.append(_counterexample(one, str(phase), shown, float(meet), names))
                break
    return tuple(found)


def _counterexample(
    one: xr.Dataset, phase: str, shown: dict[str, Any], meet_s: float, names: Names
) -> Sentence:
    missile, _, site, _ = (feature["properties"]["name"] for feature in shown["features"])
    lon, lat, _ = shown["features"][-1]["geometry"]["coordinates"]
    base = json.loads(str(one.element.values))["base"]
    view = {
        "phase": phase, "map": "globe", "at": f"{lat:.2f},{lon:.2f},1.60", "layers": "places,tracks,meetings", "t": f"{meet_s:.0f}",
        "place": base,
    }  # fmt: skip
    verb = "breaks" if Truth.of(one.truth) == Truth.BROKEN else "may break"
    return Sentence(
        "In {phase} this {verb} '{clause}': a missile from {base} on a path of the family '{family}', met by an interceptor from {site} {after} after its launch.",
        {"after": Number(meet_s, unit="s", digits=0, method="engagement model, the first intercept")},
        {
            "phase": phase,
            "verb": verb,
            "clause": str(one.name.values),
            "base": names.short("base", base),
            "family": missile.rsplit(", ", 1)[-1],
            "site": names("site", site.removeprefix("interceptor site: ")),
        },
        figure=f"view:{urlencode(view)}",
    )


def _table(data: xr.Dataset) -> Table:
    verdict = Column("Verdict", method="; ".join(t.sentence.rstrip(".").lower() for t in Truth))
    columns: Columns = {
        Column("Clause"): "name",
        Column("Phase"): "phase",
        Column("Status"): show("status", how=lambda status: status.replace("_", " ")),
        verdict: show(
            "truth", "acts", how=lambda truth, acts: verdict_words(Truth.of(truth), acts=bool(acts))
        ),
        Column("Margin"): show(
            "margin_low", "margin", "margin_high", "unit", "source", "covered", how=_margin
        ),
        Column("Unit"): "unit",
        Column("What decides"): show("deciding", "note", how=lambda deciding, note: deciding or note),
    }
    return table_over(data, ("clause", "phase"), "verdicts", "Verdicts on every clause", columns)


def _margin(low: float, value: float, high: float, unit: str, source: str, covered: str) -> Number:
    ranged = bool(np.isfinite([low, value, high]).all())
    return Number(
        float(value), float(low) if ranged else None, float(high) if ranged else None, unit="" if np.isinf(value) else unit, digits=1,
        source=source, method=f"{METHOD}; {covered}",
    )  # fmt: skip


def _text(data: xr.Dataset) -> Table:
    columns: Columns = {
        Column("Clause"): "name",
        Column("Kind"): "clause_kind",
        Column("Text"): "text",
        Column("Printed in"): show("instrument", "article", how=lambda *where: " ".join(where).strip()),
        Column("Source"): "source",
        Column("Confidence"): "confidence",
    }
    title = "The clauses and where their numbers are printed"
    return table_over(data, ("clause",), "clauses", title, columns, folded=True)


def _means(data: xr.Dataset) -> Table:
    columns: Columns = {Column("Clause"): "name"} | {
        Column(str(m)): show("bears", means=m) for m in data.means.values
    }
    title = "Which observation bears on each clause"
    return table_over(data, ("clause",), "verification", title, columns, folded=True)


def _breakout(data: xr.Dataset) -> Table:
    columns: Columns = {
        Column("Clause"): "name",
        Column("Fastest way to a violation"): "breakout",
        Column("Its steps"): "breakout_steps",
        Column("Time from the decision"): show("breakout_days", how=_days),
    }
    title = "Breakout: from the decision to a violation"
    return table_over(data, ("clause",), "breakout", title, columns, folded=True)


def _days(ends: np.ndarray) -> Number:
    low, nominal, high = map(float, ends)
    known = nominal == nominal
    return Number(
        nominal, low if known else None, high if known else None, unit="days",
        method="sum of the steps of the fastest way; assumptions where no public duration exists", confidence="assumption",
    )  # fmt: skip


LARGE = 100.0
"""Margins from here on are told without decimals, and never as powers of ten."""


def field_words(one: xr.Dataset, truth: Truth) -> str:
    """Return a verdict in a word, and on the next line its margin at nominal values where there is one."""
    margin = float(one.margin)
    word = verdict_words(truth, acts=bool(one.acts))
    if np.isnan(margin):
        return word
    number = f"{margin:+,.0f}" if abs(margin) >= LARGE else f"{margin:+.3g}"
    return f"{word}\n{'out of reach' if np.isinf(margin) else f'{number} {one.unit.values}'}"
