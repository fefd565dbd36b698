"""The report on the negotiation space: the frontier, the proposals on it, and the cheapest change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.guarantee_figures import pareto
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; its table holds every point."""
    data = result.data
    points = _points(
        data, "negotiation-points", "Every point of the negotiation space", data.point.values, folded=True
    )
    known = _points(
        data, "negotiation-proposals", "Known proposals", data.point.values[data.proposal.values > 0]
    )
    figure = Figure(
        "negotiation-space",
        partial(pareto, data),
        "People of the alliance who get a shot, over the warheads that the worst permitted system could reach; numbered: proposals, their "
        "bars from what was found to what is not excluded.",
        _alt(data),
        points,
        live=_live(data),
    )
    return Section(
        anchor="negotiation",
        title="The negotiation space",
        sentences=_sentences(data),
        figures=(figure,),
        tables=(known, *(_changes(data) if data.sizes["lever"] else ()), points),
        notes=result.notes,
    )


def _sentences(data: xr.Dataset) -> tuple[Sentence, ...]:
    free = data.isel(point=np.flatnonzero((data.frontier.values > 0) & (data.exposed_bound.values == 0)))
    found = []
    if free.sizes["point"]:
        one = free.isel(point=int(np.argmax(free.people.values)))
        found.append(
            Sentence(
                "{people} people can get a shot where the search, in floating point, finds no warhead within reach: at most {speed}, {number} interceptors, {place}.",
                {
                    "people": Number(
                        float(one.people),
                        unit="million",
                        digits=0,
                        method=f"people with a shot, in a raid of {data.attrs['raid']}",
                    ),
                    "speed": Number(float(one.speed), unit="km/s", digits=1, method="limit"),
                    "number": Number(float(one.number), digits=0, method="limit"),
                },
                {"place": str(one.place.values)},
                figure="negotiation-space",
                lead=True,
            )
        )
    cheap = [i for i in range(data.sizes["lever"]) if np.isfinite(float(data.change_value[i]))]
    if cheap:
        head = (
            "The search for a certificate finds the guarantee sufficient as it stands. {change}."
            if data.attrs["already"]
            else "The cheapest change that would make it sufficient: {change}."
        )
        words = str(data.change.values[cheap[0]]).rstrip(".")
        found.append(
            Sentence(
                head, names={"change": words[:1].upper() + words[1:] if data.attrs["already"] else words},
                figure="negotiation-space",
            )
        )  # fmt: skip
    return tuple(found)


def _alt(data: xr.Dataset) -> str:
    said = []
    for i in np.flatnonzero(data.proposal.values > 0):
        one = data.isel(point=int(i))
        said.append(
            f"{one.place.values}: {float(one.people):.0f} million people, {float(one.exposed_bound):.0f} warheads"
        )
    return f"Scatter of people over warheads with a frontier. {'; '.join(said)}."


def _live(data: xr.Dataset) -> dict[str, Any]:
    """Return every point as ``page/src/space.ts`` reads it."""
    names = {
        "speed": "speed",
        "number": "number",
        "people": "people",
        "low": "exposed_found",
        "high": "exposed_bound",
    }
    numbers = {key: np.round(data[name].values.astype(float), 3).tolist() for key, name in names.items()}
    rows = [
        {key: values[i] for key, values in numbers.items()}
        | {
            "place": str(data.place.values[i]),
            "proposal": bool(data.proposal.values[i]),
            "source": str(data.source.values[i]),
        }
        for i in range(data.sizes["point"])
    ]
    return {"points": rows, "raid": int(data.attrs["raid"])}


def _points(data: xr.Dataset, stem: str, title: str, which: np.ndarray, *, folded: bool = False) -> Table:
    rows = []
    for name in which:
        one = data.sel(point=name)
        exposed = Number(
            float(one.exposed_bound), float(one.exposed_found), float(one.exposed_bound), digits=0,
            method="found with the engagement model; not excluded",
        )  # fmt: skip
        rows.append(
            (
                str(one.place.values), float(one.speed), float(one.number), float(one.people), exposed,
                "yes" if float(one.frontier) else "", str(one.source.values),
            )
        )  # fmt: skip
    columns = (
        Column("Limits or proposal"), Column("Speed", "km/s", 1), Column("Number", "", 0), Column("People with a shot", "million", 0),
        Column("Warheads within reach"), Column("On the frontier"), Column("Source"),
    )  # fmt: skip
    return Table(stem, title, columns, tuple(rows), folded=folded)


def _changes(data: xr.Dataset) -> tuple[Table, ...]:
    rows = tuple(
        (
            str(name),
            str(data.change_clause[i].values) or "a new clause",
            str(data.change_unit[i].values),
            float(data.change_now[i]),
            float(data.change_value[i]),
            float(data.change_lost[i]),
        )
        for i, name in enumerate(data.lever.values)
    )
    columns = (
        Column("Lever"), Column("Clause"), Column("Unit"), Column("Now", "", 1), Column("Loosest sufficient value", "", 2),
        Column("People who lose their shot", "million", 1),
    )  # fmt: skip
    return (
        Table(
            "negotiation-changes",
            "How far each clause may be loosened alone"
            if data.attrs["already"]
            else "What would make the guarantee sufficient, cheapest first",
            columns,
            rows,
        ),
    )
