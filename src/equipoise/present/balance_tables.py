"""Tables of the report on the strategic balance, and the numbers with ranges that they are made of."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present.section import Cells, Column, Number, Table

BOX = (
    "every uncertain input at the end that hurts the defence, at its nominal value, at the end that helps it"
)


BAND = "median and 90 % of the samples over the ranges of all prices and assumptions"


SHORT = {"day_to_day": "no warning", "generated": "dispersed", "launch_under_attack": "under attack"}
"""The states of alert in words, and in short for tables."""


def boxed(values: xr.DataArray, *, unit: str, digits: int = 0, method: str = BOX) -> Number:
    """Return the nominal value of an array over ``end`` with its whole range."""
    ends = [float(values.sel(end=e)) for e in ("against", "nominal", "favourable")]
    return Number(ends[1], min(ends), max(ends), unit=unit, digits=digits, method=method)


def banded(values: xr.DataArray, *, unit: str, digits: int = 0, scale: float = 1.0) -> Number:
    """Return the median of an array over ``band`` with its band."""
    low, mid, high = (scale * float(v) for v in values.values)
    return Number(mid, low, high, unit=unit, digits=digits, method=BAND)


def lost(data: xr.Dataset) -> Table:
    """Return the share of the retaliation that the defence takes, by phase and alert."""
    rows = tuple(
        (
            str(phase),
            SHORT[str(alert)],
            boxed(100 * one.lost, unit="%", digits=1),
            100 * float(one.lost.sel(end="all exposed")),
            100 * float(one.lost.sel(end="all exposed, favourable")),
            Truth.of(one.truth).name.lower(),
            str(one.deciding.values),
        )
        for phase in data.phase.values
        for alert in data.alert.values
        for one in [data.sel(phase=phase, alert=alert)]
    )
    heads = (
        Column("Phase"),
        Column("Alert"),
        Column("Taken", "%", 1, method=BOX),
        Column("every path exposed", "%", 1),
        Column("and all else favourable", "%", 1),
        Column("'Neutralised'"),
        Column("What decides"),
    )
    return Table("balance-lost", "Share of the retaliation that the defence takes", heads, rows)


def below(data: xr.Dataset) -> Table:
    """Return the total below which the defence matters, by phase and alert."""
    rows = []
    for phase in data.phase.values:
        for alert in data.alert.values:
            one = data.matters_below.sel(phase=phase, alert=alert)
            rows.append(
                (str(phase), SHORT[str(alert)], *(_total(float(one.sel(end=e))) for e in data.end.values))
            )
    ends = tuple(Column(str(e)) for e in data.end.values)
    title = f"Total warheads below which the defence takes over {data.attrs['matters']:.0%} of the arrivals"
    return Table("balance-below", title, (Column("Phase"), Column("Alert"), *ends), tuple(rows))


def _total(value: float) -> str:
    if np.isnan(value):
        return "at no total"
    return "at any total" if np.isinf(value) else f"{value:.0f}"


def chances(data: xr.Dataset) -> Table:
    """Return the chances of arriving warheads, by phase, alert and defence."""
    rows: list[Cells] = []
    for phase in data.phase.values:
        for alert in data.alert.values:
            one = data.arrivals.sel(phase=phase, alert=alert)
            for defence in data.defence.values:
                pmf = one.sel(defence=defence).values
                tail = [min(float(pmf[int(k) :].sum()), 1.0) for k in data.at_least.values]
                rows.append(
                    (str(phase), SHORT[str(alert)], str(defence), float(pmf @ np.arange(pmf.size)), *tail)
                )
    heads = [Column("Phase"), Column("Alert"), Column("Defence"), Column("Expected arrivals", "", 1)]
    heads += [Column(f"Probability of at least {k}", "", 4) for k in data.at_least.values]
    return Table(
        "balance-chances", "Arriving warheads, nominal assumptions", tuple(heads), tuple(rows), folded=True
    )


def index(data: xr.Dataset) -> Table:
    """Return the first-strike stability index, by phase and alert."""
    rows: tuple[Cells, ...] = tuple(
        (
            str(phase),
            SHORT[str(alert)],
            *(float(v) for v in data["index"].sel(phase=phase, alert=alert).values),
        )
        for phase in data.phase.values
        for alert in data.alert.values
    )
    heads = [Column("Phase"), Column("Alert")]
    heads += [Column(f"Index, defence: {d}", "", 3) for d in data.struck_defence.values]
    title = "First-strike stability index of Kent and Thaler (one is stable)"
    return Table("balance-stability", title, tuple(heads), rows, folded=True)


COUNTED = {"by_base": "by base (early 2011)", "by_system": "by system"}
"""How the forces behind the bases were counted in print."""


def counted(data: xr.Dataset) -> dict[str, str]:
    """Return the counts of the forces behind the bases in words; those of the scenario alone where the deterrer declared none."""
    return COUNTED if data.attrs["declarer"] else {"by_base": "as the scenario states them"}


def party_names(data: xr.Dataset) -> dict[str, str]:
    """Return the names of the parties that declared their forces."""
    names: dict[str, str] = json.loads(data.attrs.get("parties", "{}"))
    return names


def counts(data: xr.Dataset) -> Table:
    """Return the declared warheads by date and party."""
    rows: tuple[Cells, ...] = tuple(
        (str(day), *(float(v) for v in data.declared.sel(declaration=day).values))
        for day in data.declaration.values
    )
    heads = (
        Column("Date"),
        *(Column(f"Declared warheads, {party_names(data)[str(p)]}") for p in data.party.values),
    )
    return Table("balance-declared", "Warheads declared under New START", heads, rows, folded=True)


def ratio(data: xr.Dataset) -> Table:
    """Return the cost-exchange ratio of each way to add warheads."""
    rows: tuple[Cells, ...] = tuple(
        (
            str(offset),
            banded(one.ratio, unit="", digits=2),
            *(float(v) for v in one.ratio_extremes.values),
            str(one.ratio_decides.values),
        )
        for offset in data.offset.values
        for one in [data.sel(offset=offset)]
    )
    heads = (
        Column("Warheads added"),
        Column("Cost-exchange ratio", "", 2, method=BAND),
        Column("smallest of all samples", "", 2),
        Column("largest of all samples", "", 2),
        Column("What decides"),
    )
    return Table("balance-ratios", "Cost to offset one interceptor over its own cost", heads, rows)


def ways(data: xr.Dataset) -> Table:
    """Return what each way to restore a measure costs."""
    rows: tuple[Cells, ...] = tuple(
        (
            *(str(way).split(": ", 1)),
            *(_cost(float(v)) for v in data.option_cost.sel(option=way).values),
            100 * float(data.option_cheapest.sel(option=way)),
        )
        for way in data.option.values
    )
    bands = tuple(Column(f"{band:.0%} below", "billion US dollars") for band in data.band.values)
    heads = (Column("Side"), Column("Way"), *bands, Column("Cheapest in", "% of samples", 0))
    return Table("balance-ways", "Ways to restore a measure once, cost over twenty years", heads, rows)


def _cost(value: float) -> str:
    return "cannot" if np.isinf(value) else f"{value / 1e3:.2f}"


def race(data: xr.Dataset) -> Table:
    """Return what twenty years of action and reaction come to, by case."""
    rows = tuple(
        (
            str(case),
            banded(data.warheads_series.sel(case=case).isel(year=-1), unit=""),
            banded(data.interceptors.sel(case=case).isel(year=-1), unit=""),
            banded(data.race_cost.sel(case=case), unit="", digits=1, scale=1e-3),
            banded(data.race_saving.sel(case=case), unit="", digits=1, scale=1e-3),
            str(data.race_decides.sel(case=case).values),
        )
        for case in data["case"].values
    )
    year = int(data.year.values[-1])
    heads = (
        Column("Case"),
        Column(f"Warheads in {year}", digits=0, method=BAND),
        Column(f"Interceptors in {year}", digits=0, method=BAND),
        Column("Spent by both", "billion US dollars", 1, method=BAND),
        Column("Saved by both", "billion US dollars", 1, method=BAND),
        Column("What decides"),
    )
    return Table("balance-twenty-years", "Twenty years of action and reaction", heads, rows)
