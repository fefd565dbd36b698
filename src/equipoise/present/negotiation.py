"""The report on the negotiation space: the frontier, the proposals on it, and the cheapest change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.chart import Chart, Mark, Row
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, show, table_over
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
        "People of the alliance who get a shot, and the warheads that the worst permitted system could reach; bars from what was found to "
        "what is not excluded.",
        points,
        live=_live(data),
        chart=_chart(data),
    )
    return Section(
        anchor="negotiation",
        title="The negotiation space",
        sentences=_sentences(data),
        figures=(figure,),
        tables=(known, *((_changes(data),) if data.sizes["lever"] else ()), points),
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


def _chart(data: xr.Dataset) -> Chart:
    """Return people defended and warheads within reach of the worst permitted system, from found to not excluded; proposals first."""
    proposed, best = data.proposal.values > 0, data.frontier.values > 0
    series = np.where(proposed, "proposals", np.where(best, "frontier", "limits on speed, number and place"))
    found: list[Row] = []
    for i in np.argsort(~proposed, kind="stable").tolist():
        people, low, high = (
            round(float(data[name][i]), 3) for name in ("people", "exposed_found", "exposed_bound")
        )
        group = (
            f"{data.place.values[i]}: {float(data.speed[i]):g} km/s, {float(data.number[i]):g} interceptors"
        )
        found.append(
            {"series": str(series[i]), "group": group, "x": people, "value": high, "low": low, "high": high}
        )
    reached = "warheads within reach of the worst permitted system (not excluded)"
    return Chart(
        Mark.POINTS, tuple(found), f"people with a shot, raid of {data.attrs['raid']} (million)", reached
    )


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
    def exposed(found: float, bound: float) -> Number:
        method = "found with the engagement model; not excluded"
        return Number(float(bound), float(found), float(bound), digits=0, method=method)

    columns: Columns = {
        Column("Limits or proposal"): "place",
        Column("Speed", "km/s", 1): "speed",
        Column("Number", "", 0): "number",
        Column("People with a shot", "million", 0): "people",
        Column("Warheads within reach"): show("exposed_found", "exposed_bound", how=exposed),
        Column("On the frontier"): show("frontier", how=lambda on: "yes" if on else ""),
        Column("Source"): "source",
    }
    return table_over(data.sel(point=which), ("point",), stem, title, columns, folded=folded)


def _changes(data: xr.Dataset) -> Table:
    columns: Columns = {
        Column("Lever"): "lever",
        Column("Clause"): show("change_clause", how=lambda clause: clause or "a new clause"),
        Column("Unit"): "change_unit",
        Column("Now", "", 1): "change_now",
        Column("Loosest sufficient value", "", 2): "change_value",
        Column("People who lose their shot", "million", 1): "change_lost",
    }
    loosened, needed = (
        "How far each clause may be loosened alone",
        "What would make the guarantee sufficient, cheapest first",
    )
    return table_over(
        data, ("lever",), "negotiation-changes", loosened if data.attrs["already"] else needed, columns
    )
