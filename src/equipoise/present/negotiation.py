"""The report on the negotiation space: the frontier, the proposals on it, and the cheapest change."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.figures import LINES, panels
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
        "People of the alliance who get a shot, over the warheads that the worst permitted system could reach; numbered: proposals, their "
        "bars from what was found to what is not excluded.",
        points,
        _alt(data),
        live=_live(data),
        picture=partial(pareto, data),
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


def pareto(data: xr.Dataset) -> Any:
    """Return a figure: people defended over warheads within reach of the worst permitted system, proposals by number."""
    figure, ((axes, side),) = panels((9.5, 6.4), 1, 2, width_ratios=(2.3, 1.0))
    grid = data.isel(point=np.flatnonzero(data.proposal.values == 0))
    colours = axes.scatter(
        grid.exposed_bound, grid.people, c=grid.speed, s=16 + grid.number / 8, cmap="cividis_r", edgecolor="#555555", linewidth=0.4,
        label="limits on speed (colour), number (size) and place",
    )  # fmt: skip
    best = data.isel(point=np.flatnonzero(data.frontier.values > 0)).sortby("exposed_bound")
    ends = (
        [*best.exposed_bound.values, float(data.exposed_bound.max())],
        [*best.people.values, best.people.values[-1]],
    )
    axes.step(*ends, where="post", color=LINES[0], linewidth=5.0, alpha=0.45, zorder=0, label="frontier")
    known = data.isel(point=np.flatnonzero(data.proposal.values > 0))
    lines: list[str] = []
    marks: dict[tuple[int, int], list[tuple[int, float, float]]] = {}
    for k in range(known.sizes["point"]):
        one = known.isel(point=k)
        found, bound, people = (float(one[name]) for name in ("exposed_found", "exposed_bound", "people"))
        axes.plot([found, bound], [people] * 2, color=LINES[1], linewidth=1.5, alpha=0.7)
        axes.plot(bound, people, "D", color=LINES[1], mec="black", markersize=7, zorder=5)
        marks.setdefault((round(bound), round(people / 4.0)), []).append((k + 1, bound, people))
        lines.append(
            f"{k + 1}  {one.place.values}:\n     {float(one.speed):g} km/s, {float(one.number):g} interceptors"
        )
    for together in marks.values():
        said = ", ".join(str(k) for k, *_ in together)
        axes.annotate(
            said,
            together[0][1:],
            xytext=(7, 5),
            textcoords="offset points",
            fontsize=8,
            weight="bold",
            zorder=6,
        )
    axes.set_xlim(right=1.08 * float(data.exposed_bound.max()) + 1.0)
    axes.set_xlabel("warheads within reach of the worst permitted system (not excluded)", fontsize=8.5)
    axes.set_ylabel(
        f"people of the alliance with a shot, raid of {data.attrs['raid']} (million)", fontsize=8.5
    )
    axes.grid(visible=True, color="#e5e5e5")
    axes.set_axisbelow(True)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right", fontsize=7.5)
    figure.colorbar(colours, ax=axes, label="greatest burnout speed (km/s)", location="top", shrink=0.7)
    side.axis("off")
    side.text(0.0, 1.0, "Proposals\n\n" + "\n".join(lines), fontsize=7.5, va="top", transform=side.transAxes)
    return figure
