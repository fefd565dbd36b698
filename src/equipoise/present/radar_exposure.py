"""The report on what a radar alone exposes: seconds of track, how much sooner others could launch, paths it makes engageable."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from equipoise.present.chart import Chart, Mark, rows
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, percent, show, table_over
from equipoise.results.record import Result

METHOD = "the path lies in the radar's sector, above its mask and within its range; nominal values"


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; its sentences speak of the last phase."""
    data = result.data
    last = str(data.phase.values[-1])
    track, company = _track(data), _company(data)
    return Section(
        anchor="radar-exposure",
        title="What a radar alone exposes",
        sentences=tuple(_sentence(data.sel(phase=last, radar=name), last) for name in data.radar.values),
        figures=(
            Figure(
                "radar-exposure", f"Mean time for which each radar holds a base's strategic paths in {last}.", track,
                chart=_chart(data.sel(phase=last)),
            ),
        ),
        tables=(track, company),
        notes=result.notes,
    )  # fmt: skip


def _chart(one: xr.Dataset) -> Chart:
    """Return the mean time for which each radar holds each base's strategic paths in one phase."""
    named = one.held.assign_coords(
        radar=[str(n) for n in one.radar_name.values], base=[str(n) for n in one.base_name.values]
    )
    return Chart(
        Mark.BARS,
        rows({"value": named}, group="base", series="radar"),
        x="mean time for which it is held (s)",
    )


def _sentence(one: xr.Dataset, phase: str) -> Sentence:
    beside = one.sel(company="all other sensors")
    most = one.isel(base=int(one.held.fillna(0.0).values.argmax()))
    gain = 100.0 * float((beside.share_with - beside.share_without).max())
    sooner = float(beside.sooner_most)
    numbers = {
        "seen": Number(100.0 * float(most.seen), unit="%", method=METHOD),
        "held": Number(float(most.held), unit="s", method=METHOD),
    }
    track, paths = "no track is there any sooner", "no more paths of any base can be engaged"
    if sooner > 0.0:
        numbers["sooner"] = Number(sooner, unit="s", method=METHOD)
        track = "a track is there at most {sooner} sooner"
    if gain > 0.0:
        numbers["gain"] = Number(gain, unit="percentage points", method=METHOD)
        paths = "the share of a base's paths that can be engaged rises by at most {gain}"
    return Sentence(
        "In {phase}, {radar} sees {seen} of the paths of {base}, whose paths it holds longest, for {held} each on average; beside all "
        f"other sensors {track}, and {paths}.",
        numbers,
        {"phase": phase, "radar": str(one.radar_name.item()), "base": str(most.base_name.item())},
        figure="radar-exposure",
    )


def _track(data: xr.Dataset) -> Table:
    columns: Columns = {
        Column("Phase"): "phase",
        Column("Radar"): "radar",
        Column("Base"): "base",
        Column("paths seen", unit="%", digits=0): show("seen", how=percent),
        Column("held, mean", unit="s", digits=0): "held",
        Column("held, longest", unit="s", digits=0): "longest",
    }
    title = "Track that a radar alone has of strategic paths"
    return table_over(data, ("phase", "radar", "base"), "radar-track", title, columns)


def _company(data: xr.Dataset) -> Table:
    def sooner(value: float, only: float) -> Number | str:
        none = "no track without it" if only > 0.0 else "no track with it or without it"
        return Number(float(value), unit="s") if value == value else none

    def most(shares: np.ndarray) -> float:
        return 100.0 * float(np.nanmax(shares))

    columns: Columns = {
        Column("Phase"): "phase",
        Column("Radar"): "radar",
        Column("Beside"): "company",
        Column("track sooner, median"): show("sooner", "only", how=sooner),
        Column("track sooner, most"): show("sooner_most", "only", how=sooner),
        Column("tracked only with it", unit="%", digits=0): show("only", how=percent),
        Column("engageable with it, most exposed base", unit="%", digits=0): show("share_with", how=most),
        Column("without it", unit="%", digits=0): show("share_without", how=most),
    }
    title = "What a radar adds to other sensors"
    return table_over(data, ("phase", "radar", "company"), "radar-company", title, columns)
