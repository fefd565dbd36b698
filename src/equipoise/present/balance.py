"""The report on the strategic balance: what arrives, how low arsenals can go, how stable, and what a race would cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present import balance_charts as charts
from equipoise.present import balance_tables
from equipoise.present.balance_tables import banded, boxed
from equipoise.present.section import Figure, Number, Section, Sentence
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; its sentences speak of the last phase."""
    data = result.data
    last = str(data.phase.values[-1])
    tables = (
        balance_tables.lost(data),
        balance_tables.below(data),
        balance_tables.chances(data),
        balance_tables.index(data),
        balance_tables.counts(data),
        balance_tables.ratio(data),
        balance_tables.ways(data),
        balance_tables.race(data),
    )
    lost, below, _, _, counts, ratio, ways, race = tables
    return Section(
        anchor="balance",
        title="What it does to the strategic balance",
        sentences=(_verdict(data, last), _how_low(data, last), *_price(data)),
        figures=(
            Figure(
                "balance-lost-share", "Share of the arrivals that the defence takes, against total warheads, by alert and phase.",
                below, chart=charts.lost(data),
            ),
            Figure(
                "balance-drawdown", "Expected arrivals against total warheads, by alert. The band covers the whole range of assumptions; another line "
                "lets every path be engaged.",
                below, chart=charts.drawdown(data),
            ),
            Figure(
                "balance-arrivals", f"Exact distribution of arriving warheads in {last}, forces by base, nominal assumptions.",
                balance_tables.chances(data), chart=charts.arrivals(data, last),
            ),
            Figure(
                "balance-swings", f"Share of the arrivals that the defence takes in {last} when one input alone moves over its range.",
                lost, chart=charts.swings(data, last),
            ),
            Figure(
                "balance-race", "Action and reaction over twenty years: warheads, interceptors, and what both sides spend. Bands hold 90 % of "
                "the samples.",
                race, chart=charts.race(data),
            ),
            Figure(
                "balance-ratio", "What it costs to offset one interceptor, over what the interceptor costs (twenty years each).",
                ratio, chart=charts.ratio(data),
            ),
            Figure(
                "balance-counts", _counted(data), counts if data.attrs["declarer"] else None, chart=charts.counts(data),
            ),
        ),
        tables=(*tables[: 4 if data["index"].notnull().any() else 3], ways, race),
        notes=result.notes,
    )  # fmt: skip


def _plain(value: float, unit: str, digits: int = 0, method: str = "") -> Number:
    return Number(value, unit=unit, digits=digits, method=method)


def _verdict(data: xr.Dataset, phase: str) -> Sentence:
    one = data.sel(phase=phase, alert="day_to_day")
    truths = {Truth.of(t) for t in data.truth.sel(phase=phase).values.flat}
    heads = {
        frozenset(
            {Truth.BROKEN}
        ): "In {phase} the defence does not neutralise the deterrent under any of the stated assumptions",
        frozenset(
            {Truth.KEPT}
        ): "In {phase} the defence neutralises the deterrent under every one of the stated assumptions",
    }
    head = heads.get(
        frozenset(truths), "In {phase} it is undetermined whether the defence neutralises the deterrent"
    )
    words = (
        f"{head}: after a strike without warning it takes {{lost}} of the warheads that would arrive, and up to "
        "{most} over all states of alert and all ranges; if every path could be engaged it would take {all}, and with all "
        "else in its favour {bound}. The share is decided by: {deciding}."
    )
    worst = data.lost.sel(phase=phase).max("alert")
    numbers = {
        "lost": boxed(100 * one.lost, unit="%", digits=1),
        "most": _plain(
            100 * float(worst.sel(end="favourable")), "%", 1, "largest over the box of ranges and the alerts"
        ),
        "all": _plain(
            100 * float(one.lost.sel(end="all exposed")), "%", 1, "every path exposed, all else nominal"
        ),
        "bound": _plain(
            100 * float(one.lost.sel(end="all exposed, favourable")),
            "%",
            1,
            "every path exposed and every other input at the end that helps the defence",
        ),
    }
    names = {"phase": phase, "deciding": str(one.deciding.values)}
    return Sentence(words, numbers, names, figure="balance-swings", lead=True)


def _how_low(data: xr.Dataset, phase: str) -> Sentence:
    one = data.matters_below.sel(phase=phase, alert="day_to_day")
    least = float(data.total.min())
    share = _plain(float(data.attrs["matters"]) * 100, "%")
    names, numbers = {"phase": phase}, {"share": share}
    parts = []
    for end, words in (
        ("nominal", "at nominal values"),
        ("favourable", "with every assumption in its favour,"),
        ("all exposed", "if every path could be engaged,"),
    ):
        key = end.replace(" ", "_")
        value = float(one.sel(end=end))
        if np.isnan(value):
            parts.append(f"{words} at no total down to {{least}}")
            numbers["least"] = _plain(least, "warheads")
        elif np.isinf(value):
            parts.append(f"{words} at any total")
        else:
            parts.append(f"{words} below {{{key}}}")
            numbers[key] = _plain(value, "warheads", method="interpolated on the drawdown curve")
    return Sentence(
        f"After a strike without warning the defence of {{phase}} takes over {{share}} of the arrivals: {'; '.join(parts)}.",
        numbers,
        names,
        figure="balance-drawdown",
    )


def _price(data: xr.Dataset) -> tuple[Sentence, ...]:
    upload = data.sel(offset="on missiles that are there")
    spent = {
        f"case_{i}": banded(data.race_cost.sel(case=case), unit="billion US dollars", digits=1, scale=1e-3)
        for i, case in enumerate(data["case"].values)
    }
    return (
        Sentence(
            "To offset one interceptor with warheads on missiles that are there costs {ratio} times the interceptor; whether that "
            "is cheaper or dearer is undetermined, and is decided by: {deciding}."
            if float(upload.ratio.values[0]) < 1.0 < float(upload.ratio.values[-1])
            else "To offset one interceptor with warheads on missiles that are there costs {ratio} times the interceptor; "
            "most depends on: {deciding}.",
            {"ratio": banded(upload.ratio, unit="", digits=1)},
            {"deciding": str(upload.ratio_decides.values)},
            figure="balance-ratio",
        ),
        Sentence(
            "Over twenty years both sides together spend {case_0} without a guarantee, {case_1} with one that is believed, "
            "and {case_2} with cooperation as well; most depends on: {deciding}.",
            spent,
            {"deciding": str(data.race_decides.values[0])},
            figure="balance-race",
        ),
    )


def _counted(data: xr.Dataset) -> str:
    """Return what the figure of counts shows, and that nobody declared anything where the deterrer did not."""
    if data.attrs["declarer"]:
        return "Declared warheads by date, and the two published counts of the forces behind the bases."
    adjective = str(data.attrs["adjective"])
    return f"{adjective[:1].upper()}{adjective[1:]} warheads as the bases of the scenario state them; no declared totals are known to the catalogue."
