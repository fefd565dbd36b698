"""The report on launch policies: people defended under each, and with ships at the worst and best place of their box."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from equipoise.present.chart import Chart, Mark, rows
from equipoise.present.names import Names
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, percent, show, table_over
from equipoise.results.record import Result

METHOD = (
    "people of the party's countries in cells with at least one shot, over those that the missile can reach"
)
STEM, BARS = "launch-policies", "launch-policies-by-phase"


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: one table, one figure."""
    data = result.data
    table = _table(data, Names.of(beside))
    figure = Figure(
        stem=BARS,
        caption=f"Share of the people of {data.attrs['party_name']} in range with at least one shot, averaged over the scenario's missiles, by phase.",
        data=table,
        chart=Chart(
            Mark.BARS,
            rows({"value": 100 * data.share.mean("threat")}, group="phase", series="variant"),
            x=f"people of {data.attrs['party_name']} in range with a shot (%), {data.attrs['mode_name']}, averaged over the missiles",
        ),
    )
    return Section(
        "policies", "Launch policies and ships", _sentences(data), (figure,), (table,), result.notes
    )


def _sentences(data: xr.Dataset) -> tuple[Sentence, ...]:
    mean = data.share.mean("threat")
    spread = mean.max("variant") - mean.min("variant")
    phase = str(data.phase.values[int(spread.values.argmax())])
    at = mean.sel(phase=phase)
    low, high = at.isel(variant=int(at.values.argmin())), at.isel(variant=int(at.values.argmax()))
    words = "Neither the launch policies nor the place of ships change who is defended: in {phase}, {low} of the people of {who} in range"
    numbers = {
        "low": Number(100 * float(low), unit="%", method=METHOD),
        "step": Number(float(data.attrs["step"]), unit="°", digits=1, method="cells compared with each other, not with the map"),
    }  # fmt: skip
    said = {
        "phase": phase, "mode": str(data.attrs["mode_name"]).lower(), "who": str(data.attrs["party_name"]),
        "coarser": "coarser than those of the maps, so that shares differ from theirs" if data.attrs["map_step"] < data.attrs["step"] else "as on the maps",
    }  # fmt: skip
    if float(high) > float(low):
        words = (
            "The launch policy and the place of ships decide most in {phase}: {low} of the people of {who} in range are defended with "
            "'{weak}', {high} with '{strong}'"
        )
        numbers["high"] = Number(100 * float(high), unit="%", method=METHOD)
        said |= {"weak": str(low["variant"].item()), "strong": str(high["variant"].item())}
    ending = "averaged over the missiles ({mode}; cells of {step}, {coarser})"
    return (Sentence(f"{words}, {ending}.", numbers, said, figure=BARS),)


def _table(data: xr.Dataset, names: Names) -> Table:
    columns: Columns = {Column("Variant"): "variant", Column("Phase"): "phase"}
    columns |= {
        Column(names.short("threat", str(t)), "%", 1, method=METHOD): show("share", how=percent, threat=t)
        for t in data.threat.values
    }
    title = f"People defended by launch policy and place of the ships, on cells of {data.attrs['step']:g}°"
    return table_over(data, ("variant", "phase"), STEM, title, columns)
