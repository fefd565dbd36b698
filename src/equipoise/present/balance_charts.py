"""Charts of the report on the strategic balance."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import xarray as xr

from equipoise.present.balance_tables import counted, party_names
from equipoise.present.chart import Chart, Mark, Row, rows, year_of

ALERTS = {
    "day_to_day": "strike without warning",
    "generated": "dispersed in a crisis",
    "launch_under_attack": "launch under attack",
}
WARHEADS = "deployed warheads in all"


def lost(data: xr.Dataset) -> Chart:
    """Return the share of the arrivals that the defence takes over total warheads: a panel for each alert, a line for each phase."""
    share = _in_words(100 * (1.0 - data.defended / data.undefended))
    made = rows(_with_ends(share), ("alert",), x="total", series="phase")
    return Chart(Mark.LINES, made, x=WARHEADS, y="arrivals that the defence takes (%)", falling=True)


def drawdown(data: xr.Dataset) -> Chart:
    """Return the expected arrivals over total warheads in the last phase: without and with the defence, and with every path exposed."""
    one = _in_words(data[["defended", "undefended"]].isel(phase=-1, drop=True))
    made: list[Row] = []
    for series, values in (
        ("no defence", {"value": one.undefended.sel(end="nominal", drop=True)}),
        ("defence", _with_ends(one.defended)),
        ("every path exposed", {"value": one.defended.sel(end="all exposed", drop=True)}),
    ):
        made += [{**row, "series": series} for row in rows(values, ("alert",), x="total")]
    return Chart(Mark.LINES, tuple(made), x=WARHEADS, y="expected arrivals (warheads)", falling=True)


def arrivals(data: xr.Dataset, phase: str) -> Chart:
    """Return the probability of at least so many arrivals in a phase, without and with the defence, a panel for each alert."""
    pmf = _in_words(data.arrivals.sel(phase=phase, drop=True))
    beyond = pmf.isel(arriving=slice(None, None, -1)).cumsum("arriving").isel(arriving=slice(None, None, -1))
    words = ["no defence" if d == "none" else f"defence {d}" for d in beyond.defence.values]
    every = max(1, beyond.sizes["arriving"] // 120)
    thinned = beyond.assign_coords(defence=words, arriving=data.arriving.values).isel(
        arriving=slice(None, None, every)
    )
    made = rows({"value": thinned}, ("alert",), x="arriving", series="defence")
    return Chart(Mark.LINES, made, x="arriving warheads", y="probability of at least so many")


def swings(data: xr.Dataset, phase: str) -> Chart:
    """Return what each input, moved alone over its range, makes of the share of arrivals taken, a panel for each alert."""
    one = _in_words(100 * data.swing.sel(phase=phase, drop=True))
    nominal = _in_words(100 * data.lost.sel(phase=phase, end="nominal", drop=True))
    made = rows(
        {
            "value": nominal.broadcast_like(one.min("moved")),
            "low": one.min("moved"),
            "high": one.max("moved"),
        },
        ("alert",),
        group="parameter",
    )
    return Chart(Mark.RANGES, made, x="arrivals that the defence takes (%)")


def race(data: xr.Dataset) -> Chart:
    """Return warheads, interceptors and spending by year, with the band of the samples, a line for each case."""
    spent = 1e-3 * (data.deterrer_usd_m + data.defender_usd_m)
    made: list[Row] = []
    for panel, values in (
        ("deployed warheads of the deterrer", data.warheads_series),
        ("interceptors of the defender", data.interceptors),
        ("spending of both (billion US dollars a year)", spent),
    ):
        low, middle, high = (values.isel(band=b, drop=True) for b in range(3))
        made += [
            {**row, "panel": panel}
            for row in rows({"value": middle, "low": low, "high": high}, x="year", series="case")
        ]
    return Chart(Mark.LINES, tuple(made), x="year")


def ratio(data: xr.Dataset) -> Chart:
    """Return the cost-exchange ratio of each way to offset an interceptor."""
    low, middle, high = (data.ratio.isel({_last(data.ratio, "offset"): k}, drop=True) for k in range(3))
    made = rows({"value": middle, "low": low, "high": high}, group="offset")
    return Chart(
        Mark.RANGES,
        made,
        x="cost to offset one interceptor, over its cost",
        rules=((1.0, "equal"),),
        logarithmic=True,
    )


def counts(data: xr.Dataset) -> Chart:
    """Return the declared warheads by date, and both published counts of the forces behind the bases with their ranges."""
    names = party_names(data)
    made: list[Row] = [
        {
            "x": year_of(date.fromisoformat(str(d))),
            "series": f"declared, {names.get(str(p), p)}",
            "value": float(data.declared.sel(party=p).values[i]),
        }
        for p in data.party.values
        for i, d in enumerate(data.declaration.values)
    ]
    for method, words in counted(data).items():
        ends = [
            data.warheads.sel(counted=method, count_end=e).sum("base").values
            for e in ("low", "nominal", "high")
        ]
        made += [
            {
                "x": year_of(date.fromisoformat(str(d))),
                "series": f"{data.attrs['adjective']} missiles counted {words}",
                "low": float(a),
                "value": float(b),
                "high": float(c),
            }
            for d, a, b, c in zip(data.date.values, *ends, strict=True)
        ]
    return Chart(Mark.LINES, tuple(made), x="year", y="deployed warheads")


def _with_ends(values: xr.DataArray) -> dict[str, xr.DataArray]:
    """Return the nominal values with the least and the most over the ends of the assumptions."""
    ends = values.sel(end=["against", "nominal", "favourable"])
    return {"value": values.sel(end="nominal", drop=True), "low": ends.min("end"), "high": ends.max("end")}


Labelled = TypeVar("Labelled", xr.DataArray, xr.Dataset)


def _in_words(data: Labelled) -> Labelled:
    """Return an array or a dataset with its states of alert in words."""
    return data.assign_coords(alert=[ALERTS[str(a)] for a in data.alert.values])


def _last(array: xr.DataArray, but: str) -> str:
    """Return the dimension of an array that is not ``but``."""
    return next(str(d) for d in array.dims if d != but)
