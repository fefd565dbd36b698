"""The report on the life of instruments: who is bound by what, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import xarray as xr

from equipoise.present import guarantee_charts
from equipoise.present.section import Column, Figure, Section, Sentence, Table
from equipoise.present.table_rows import Columns, show, table_over
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: a figure of spells and the table behind it."""
    data = result.data
    table = _table(data)
    figure = Figure(
        "instrument-timeline",
        "Who is bound by what and when: each instrument's status for each of its parties, with the dates of the phases.",
        table,
        chart=guarantee_charts.timeline(data),
    )
    return Section(
        anchor="timeline",
        title="Who is bound by what, and when",
        sentences=_sentences(data),
        figures=(figure,),
        tables=(table,),
        notes=result.notes,
    )


def _day(ordinal: int) -> str:
    return date.fromordinal(int(ordinal)).isoformat()


def _spells(data: xr.Dataset, instrument: str) -> list[xr.Dataset]:
    found = [i for i, name in enumerate(data.instrument.values) if str(name) == instrument]
    return [data.isel(spell=i) for i in found]


def _sentences(data: xr.Dataset) -> tuple[Sentence, ...]:
    """Return the steps of each law that an agreement waited for, in words."""
    said = []
    for agreement, laws in waited_for(data).items():
        steps = [
            f"{_day(one.start.item())} {one.note.values or str(one.status.values).replace('_', ' ')}"
            for law in laws
            for one in _spells(data, law)
        ]
        bound = [one for one in _spells(data, agreement) if str(one.status.values) == "in_force"]
        if steps and bound:
            names = {
                "agreement": str(bound[0]["name"].values),
                "steps": "; ".join(steps),
                "day": _day(bound[0].start.item()),
            }
            words = "{agreement} waited for a law: {steps}; it is in force since {day}."
            said.append(Sentence(words, names=names, figure="instrument-timeline"))
    return tuple(said)


def _table(data: xr.Dataset) -> Table:
    columns: Columns = {
        Column("Instrument"): "name",
        Column("Party"): "party",
        Column("Status"): show("status", how=lambda status: status.replace("_", " ")),
        Column("From"): show("start", how=_day),
        Column("To"): show("end", how=_day),
        Column("What happened"): "note",
        Column("Source"): "source",
        Column("Confidence"): "confidence",
    }
    return table_over(data, ("spell",), "instruments", "Lives of the instruments", columns, folded=True)


def waited_for(data: xr.Dataset) -> dict[str, list[str]]:
    """Return the laws that each agreement of a timeline waited for, by their ids."""
    found: dict[str, list[str]] = json.loads(data.attrs.get("laws", "{}"))
    return found
