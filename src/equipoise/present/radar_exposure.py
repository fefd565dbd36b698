"""The report on what a radar alone exposes: seconds of track, how much sooner others could launch, paths it makes engageable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from equipoise.present.chart import Chart, Mark, rows
from equipoise.present.section import Cells, Column, Figure, Number, Section, Sentence, Table
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
                "radar-exposure", f"Mean time for which each radar holds a base's strategic paths in {last}.",
                " ".join(_sentence(data.sel(phase=last, radar=name), last).text for name in data.radar.values), track,
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
    rows: tuple[Cells, ...] = tuple(
        (str(p), str(r), str(b), *(float(v) for v in (100.0 * one.seen, one.held, one.longest)))
        for p in data.phase.values
        for r in data.radar.values
        for b in data.base.values
        for one in (data.sel(phase=p, radar=r, base=b),)
    )
    columns = (
        Column("Phase"), Column("Radar"), Column("Base"), Column("paths seen", unit="%", digits=0),
        Column("held, mean", unit="s", digits=0), Column("held, longest", unit="s", digits=0),
    )  # fmt: skip
    return Table("radar-track", "Track that a radar alone has of strategic paths", columns, rows)


def _company(data: xr.Dataset) -> Table:
    rows = []
    for p in data.phase.values:
        for r in data.radar.values:
            for c in data.company.values:
                one = data.sel(phase=p, radar=r, company=c)
                shares = (100.0 * float(v.max()) for v in (one.share_with, one.share_without))
                none = "no track without it" if float(one.only) > 0.0 else "no track with it or without it"
                sooner: list[Any] = [
                    Number(float(v), unit="s") if float(v) == float(v) else none
                    for v in (one.sooner, one.sooner_most)
                ]
                rows.append((str(p), str(r), str(c), *sooner, 100.0 * float(one.only), *shares))
    columns = (
        Column("Phase"), Column("Radar"), Column("Beside"), Column("track sooner, median"), Column("track sooner, most"),
        Column("tracked only with it", unit="%", digits=0), Column("engageable with it, most exposed base", unit="%", digits=0),
        Column("without it", unit="%", digits=0),
    )  # fmt: skip
    return Table("radar-company", "What a radar adds to other sensors", columns, tuple(rows))
