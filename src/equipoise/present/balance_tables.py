"""Tables of the report on the strategic balance, and the numbers with ranges that they are made of."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present.section import ENDS, Column, Number, Table
from equipoise.present.table_rows import Columns, Shown, percent, show, table_over

BOX = (
    "every uncertain input at the end that hurts the defence, at its nominal value, at the end that helps it"
)


BAND = "median and 90 % of the samples over the ranges of all prices and assumptions"


SHORT = {"day_to_day": "no warning", "generated": "dispersed", "launch_under_attack": "under attack"}
"""The states of alert in short, for tables."""
PLACE: Columns = {
    Column("Phase"): "phase",
    Column("Alert"): show("alert", how=SHORT.__getitem__),
}
"""The first columns of what stands by phase and alert."""


def boxed(values: xr.DataArray, *, unit: str, digits: int = 0) -> Number:
    """Return the nominal value of an array over ``end`` with its whole range."""
    return Number.over(values.sel(end=list(ENDS)).values, unit=unit, digits=digits, method=BOX)


def banded(values: xr.DataArray | np.ndarray, *, unit: str, digits: int = 0, scale: float = 1.0) -> Number:
    """Return the median of values over ``band`` with its band."""
    low, mid, high = (scale * float(v) for v in values)
    return Number(mid, low, high, unit=unit, digits=digits, method=BAND)


def _taken(shares: np.ndarray) -> Number:
    return Number.over(100 * shares, unit="%", digits=1, method=BOX)


def lost(data: xr.Dataset) -> Table:
    """Return the share of the retaliation that the defence takes, by phase and alert."""
    columns: Columns = PLACE | {
        Column("Taken", "%", 1, method=BOX): show("lost", how=_taken, end=list(ENDS)),
        Column("every path exposed", "%", 1): show("lost", how=percent, end="all exposed"),
        Column("and all else favourable", "%", 1): show("lost", how=percent, end="all exposed, favourable"),
        Column("'Neutralised'"): show("truth", how=lambda truth: Truth.of(truth).name.lower()),
        Column("What decides"): "deciding",
    }
    title = "Share of the retaliation that the defence takes"
    return table_over(data, ("phase", "alert"), "balance-lost", title, columns)


def below(data: xr.Dataset) -> Table:
    """Return the total below which the defence matters, by phase and alert."""
    ends: Columns = {Column(str(e)): show("matters_below", how=_total, end=e) for e in data.end.values}
    title = f"Total warheads below which the defence takes over {data.attrs['matters']:.0%} of the arrivals"
    return table_over(data, ("phase", "alert"), "balance-below", title, PLACE | ends)


def _total(value: float) -> str:
    if np.isnan(value):
        return "at no total"
    return "at any total" if np.isinf(value) else f"{value:.0f}"


def chances(data: xr.Dataset) -> Table:
    """Return the chances of arriving warheads, by phase, alert and defence."""

    def at_least(k: int) -> Shown:
        return show("arrivals", how=lambda pmf: min(float(pmf[k:].sum()), 1.0))

    columns: Columns = PLACE | {
        Column("Defence"): "defence",
        Column("Expected arrivals", "", 1): show(
            "arrivals", how=lambda pmf: float(pmf @ np.arange(pmf.size))
        ),
    }
    columns |= {Column(f"Probability of at least {k}", "", 4): at_least(int(k)) for k in data.at_least.values}
    title = "Arriving warheads, nominal assumptions"
    return table_over(data, ("phase", "alert", "defence"), "balance-chances", title, columns, folded=True)


def index(data: xr.Dataset) -> Table:
    """Return the first-strike stability index, by phase and alert."""
    columns: Columns = {
        Column(f"Index, defence: {d}", "", 3): show("index", struck_defence=d)
        for d in data.struck_defence.values
    }
    title = "First-strike stability index of Kent and Thaler (one is stable)"
    return table_over(data, ("phase", "alert"), "balance-stability", title, PLACE | columns, folded=True)


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
    names = party_names(data)
    declared = {
        Column(f"Declared warheads, {names[str(p)]}"): show("declared", party=p) for p in data.party.values
    }
    columns = {Column("Date"): "declaration"} | declared
    title = "Warheads declared under New START"
    return table_over(data, ("declaration",), "balance-declared", title, columns, folded=True)


def ratio(data: xr.Dataset) -> Table:
    """Return the cost-exchange ratio of each way to add warheads."""
    columns: Columns = {
        Column("Warheads added"): "offset",
        Column("Cost-exchange ratio", "", 2, method=BAND): show(
            "ratio", how=partial(banded, unit="", digits=2)
        ),
        Column("smallest of all samples", "", 2): show("ratio_extremes", extreme="smallest"),
        Column("largest of all samples", "", 2): show("ratio_extremes", extreme="largest"),
        Column("What decides"): "ratio_decides",
    }
    title = "Cost to offset one interceptor over its own cost"
    return table_over(data, ("offset",), "balance-ratios", title, columns)


def ways(data: xr.Dataset) -> Table:
    """Return what each way to restore a measure costs."""

    columns: Columns = {
        Column("Side"): show("option", how=lambda way: way.split(": ", 1)[0]),
        Column("Way"): show("option", how=lambda way: way.split(": ", 1)[1]),
    }
    columns |= {
        Column(f"{b:.0%} below", "billion US dollars"): show("option_cost", how=_cost, band=b)
        for b in data.band.values
    }
    columns |= {Column("Cheapest in", "% of samples", 0): show("option_cheapest", how=percent)}
    title = "Ways to restore a measure once, cost over twenty years"
    return table_over(data, ("option",), "balance-ways", title, columns)


def _cost(value: float) -> str:
    return "cannot" if np.isinf(value) else f"{value / 1e3:.2f}"


def race(data: xr.Dataset) -> Table:
    """Return what twenty years of action and reaction come to, by case."""
    year = int(data.year.values[-1])
    count, billions = partial(banded, unit=""), partial(banded, unit="", digits=1, scale=1e-3)
    columns: Columns = {
        Column("Case"): "case",
        Column(f"Warheads in {year}", digits=0, method=BAND): show("warheads_series", how=count, year=year),
        Column(f"Interceptors in {year}", digits=0, method=BAND): show("interceptors", how=count, year=year),
        Column("Spent by both", "billion US dollars", 1, method=BAND): show("race_cost", how=billions),
        Column("Saved by both", "billion US dollars", 1, method=BAND): show("race_saving", how=billions),
        Column("What decides"): "race_decides",
    }
    return table_over(data, ("case",), "balance-twenty-years", "Twenty years of action and reaction", columns)
