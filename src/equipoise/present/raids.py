"""The report on raids: how many missiles get through, what it costs, and when which layer is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.chart import Chart, Mark, Row, rows
from equipoise.present.raid import EXACT, SIMULATED, best
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, show, table_over
from equipoise.results.record import Result

METHOD = "every command shoots as early as it can and looks before it shoots again; exact where shots are independent, else simulated"


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: a table of what gets through, one of the stocks, and two figures for each raid."""
    data = result.data
    leaks, stocks = _leaks(data), _stocks(data)
    figures = []
    for name in data.raid.values:
        one = data.sel(raid=name)
        told = str(one.raid_name.item())
        figures += [
            Figure(
                stem=f"raid-{name}",
                caption=f"{told}: missiles that get through, by phase, with nominal kill probabilities.",
                data=leaks,
                chart=_chart(one),
            ),
            Figure(
                stem=f"raid-{name}-stock",
                caption=f"{told}: interceptors left in each layer over time, mean with nominal kill probabilities.",
                data=stocks,
                chart=_stock_chart(one),
            ),
        ]
    return Section("raids", "Raids", tuple(_sentences(data)), tuple(figures), (leaks, stocks), result.notes)


def figure(result: Result) -> Figure:
    """Return the figure of one raid against one command: what gets through, and the stocks over time."""
    one = result.data.expand_dims(mode=[""], phase=[""])
    said = "Missiles that get through, and interceptors left in each layer over time."
    return Figure("raid", said, chart=_chart(one), below=(_stock_chart(one),))


def _chart(one: xr.Dataset) -> Chart:
    """Return the chance that so many or more get through in the first mode, a panel for each phase.

    The chance of each single number would show how few runs a simulation has, not what happens.
    """
    chance = one.chance.isel(mode=0, drop=True).sel(end="nominal", drop=True).transpose(..., "through")
    likely = np.flatnonzero((chance.isel(method=SIMULATED) > 0.0).any("phase").values)
    at_least = chance.copy(data=np.cumsum(chance.values[..., ::-1], axis=-1)[..., ::-1])
    shown = at_least.isel(through=slice(int(likely[0]), int(likely[-1]) + 2))
    made = rows({"value": shown}, ("phase",), x="through", series="method")
    return Chart(Mark.LINES, made, x="missiles that get through", y="probability of at least so many")


def _stock_chart(one: xr.Dataset) -> Chart:
    """Return what is left over time in each layer that has interceptors in the first mode, a panel for each phase."""
    first = one.isel(mode=0, drop=True)
    made: list[Row] = []
    for phase in first.phase.values:
        case = first.sel(phase=[phase])
        case = case.isel(layer=case.stock.isel(phase=0).values > 0.0)
        minutes = case.time_s.isel(phase=0).values / 60.0
        made += rows({"value": case.left.assign_coords(step=minutes)}, ("phase",), x="step", series="layer")
    return Chart(Mark.LINES, tuple(made), x="minutes since the raid began", y="interceptors left")


def _sentences(data: xr.Dataset) -> list[Sentence]:
    """Return for each raid how many get through and what is spent, in the first phase and the last, in the first mode."""
    mode, several, said = str(data["mode"].values[0]), data.sizes["phase"] > 1, []
    for name in data.raid.values:
        one = data.sel(raid=name, mode=mode)
        first, last = (_through(one.isel(phase=i)) for i in (0, -1))
        end = one.isel(phase=-1).sel(end="nominal")
        total = float(end.stock.sum())
        share = Number(
            100.0 * float(end.spent.sum()) / total if total else float("nan"), unit="%", method=METHOD
        )
        said.append(
            Sentence(
                "{raid}: of {missiles} missiles, {first} get through on average in {early}"
                + (", {last} in {late}" if several else "")
                + (", which takes {share} of the interceptors" if total else "")
                + " (mode {mode}).",
                {"missiles": Number(float(one.missiles)), "first": first}
                | ({"last": last} if several else {})
                | ({"share": share} if total else {}),
                {
                    "raid": str(one.raid_name.item()), "mode": mode,
                    "early": str(data.phase.values[0]),
                }
                | ({"late": str(data.phase.values[-1])} if several else {}),
                figure=f"raid-{name}",
            )
        )  # fmt: skip
    return said


def _through(one: xr.Dataset) -> Number:
    low, value, high = (float(v) for v in best(one).values[::-1])
    return Number(value, min(low, value), max(value, high), digits=1, method=METHOD)


def _leaks(data: xr.Dataset) -> Table:
    middle = data.sel(end="nominal")
    first = middle.chance.isel(through=0)
    none = first.isel(method=EXACT).where(data.independent > 0.0, first.isel(method=SIMULATED))
    known = middle.assign(none=none, poor=best(data).isel(end=0), good=best(data).isel(end=-1))
    mean = "mean that gets through"
    columns: Columns = {
        Column("Raid"): "raid",
        Column("Phase"): "phase",
        Column("Mode"): "mode",
        Column("missiles"): show("missiles", how=int),
        Column("exact"): show("independent", how=lambda exact: "yes" if exact else "no"),
        Column(f"{mean}, exact", digits=2): show(
            "expected", how=lambda x: Number(float(x), digits=2) if x == x else "", method="exact"
        ),
        Column(f"{mean}, simulated", digits=2): show("expected", method="simulated"),
        Column("its standard error", digits=2): "error",
        Column(f"{mean}, poor interceptors", digits=2): "poor",
        Column(f"{mean}, good interceptors", digits=2): "good",
        Column("never shot at", digits=1): "unengaged",
        Column("chance of none", digits=3): "none",
    }
    return table_over(known, ("raid", "phase", "mode"), "raids", "Raids by phase and mode", columns)


def _stocks(data: xr.Dataset) -> Table:
    order = ["raid", "phase", "mode", "layer"]
    middle = data[["stock", "spent", "emptied", "emptied_s"]].sel(end="nominal", drop=True)
    frame = middle.to_dataframe(order).reset_index()
    lines = []
    for *names, stock, spent, emptied, emptied_s in frame[[*order, *middle.data_vars]].itertuples(
        index=False
    ):
        if stock > 0.0:
            when: Any = Number(emptied_s, unit="s") if emptied else ""
            lines.append((*names, int(stock), spent, 100.0 * spent / stock, 100.0 * emptied, when))
    columns = (
        Column("Raid"), Column("Phase"), Column("Mode"), Column("Layer"), Column("interceptors"),
        Column("launched, mean", digits=1), Column("of the stock", unit="%", digits=0),
        Column("runs in which it is emptied", unit="%", digits=0), Column("emptied after, mean"),
    )  # fmt: skip
    return Table(
        "raid-stocks",
        "What raids take of each layer's stock, nominal kill probabilities",
        columns,
        tuple(lines),
    )
