"""The report on the deterrent's exposure: share of paths by base with its range, and the speed that would flip it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.figures import LINES
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.results.record import Result

METHOD = (
    "Share of the base's paths to the aim cells that at least one active site could engage; the range puts every "
    "uncertain input of the defence at the end that hurts it, then at the end that helps it."
)


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section for all phases; the sentence speaks of the last."""
    data = result.data
    last = str(data.phase.values[-1])
    by_base = _by_base(data)
    by_speed = _by_speed(data)
    return Section(
        anchor="exposure",
        title="Whose deterrent is exposed",
        sentences=(_sentence(data, last),),
        figures=(
            Figure(
                "exposure-by-base",
                partial(exposure_by_base, data, last),
                f"Share of the paths of each base that could be engaged in {last}: nominal, and the whole range of assumptions.",
                _alt_by_base(data, last),
                by_base,
            ),
            Figure(
                "exposure-by-speed",
                partial(exposure_against_speed, data),
                "Share of all paths that could be engaged, against the burnout speed of every interceptor (nominal delays).",
                _alt_by_speed(data),
                by_speed,
            ),
        ),
        tables=(by_base, by_speed),
        notes=result.notes,
    )


def percent(share: xr.DataArray) -> Number:
    """Return a share with its whole range from an array over ``end``."""
    ends = [100 * float(share.sel(end=e)) for e in ("against", "nominal", "favourable")]
    return Number(ends[1], min(ends), max(ends), unit="%", method=METHOD)


def _sentence(data: xr.Dataset, phase: str) -> Sentence:
    share = data.share.sel(phase=phase)
    most = share.max("base")
    at = str(share.base.values[int(np.argmax(share.sel(end="nominal").values))])
    low, high = float(most.sel(end="against")), float(most.sel(end="favourable"))
    numbers = {"share": percent(most)}
    if high <= 0:
        return Sentence(
            "In {phase} no strategic path from the mapped bases could be engaged under any of the stated assumptions.",
            names={"phase": phase},
            figure="exposure-by-base",
            lead=True,
        )
    head = (
        "could be engaged under every one of the stated assumptions"
        if low > 0
        else "could be engaged under some of the stated assumptions and under others not"
    )
    words = f"In {{phase}} strategic paths from the mapped bases {head}: {{share}} of the paths of the most exposed base"
    names = {"phase": phase}
    if float(most.sel(end="nominal")) > 0:
        words, names = f"{words} (nominally {{base}})", names | {"base": at}
    return Sentence(f"{words}.", numbers, names, figure="exposure-by-base", lead=True)


def _by_base(data: xr.Dataset) -> Table:
    rows = tuple(
        (str(base), *(percent(data.share.sel(phase=p, base=base)) for p in data.phase.values))
        for base in data.base.values
    )
    phases = tuple(Column(str(p), "%", method=METHOD) for p in data.phase.values)
    return Table("exposure", "Share of paths that could be engaged, by base", (Column("Base"), *phases), rows)


def _by_speed(data: xr.Dataset) -> Table:
    rows = tuple(
        (float(v), *(100 * float(data.share_at_speed.sel(phase=p, speed=v)) for p in data.phase.values))
        for v in data.speed.values
    )
    phases = tuple(
        Column(str(p), "%", 1, method="every interceptor at this speed, nominal delays")
        for p in data.phase.values
    )
    return Table(
        "exposure-at-speed",
        "Share of all paths that could be engaged, by interceptor speed",
        (Column("Burnout speed", "km/s", 1), *phases),
        rows,
        folded=True,
    )


def _alt_by_base(data: xr.Dataset, phase: str) -> str:
    said = [f"{base} {percent(data.share.sel(phase=phase, base=base)).text}" for base in data.base.values]
    return f"Bars by base, {phase}: {'; '.join(said)}."


def _alt_by_speed(data: xr.Dataset) -> str:
    said = []
    for phase in data.phase.values:
        curve = data.share_at_speed.sel(phase=phase)
        above = curve.speed.values[curve.values > 0]
        first = f"first above zero at {above[0]:.1f} km/s" if above.size else "zero at every speed"
        said.append(f"{phase}: {first}")
    return f"Lines by phase over burnout speed. {'; '.join(said)}."


def exposure_by_base(data: xr.Dataset, phase: str) -> Any:
    """Return a figure: share of paths engageable per base, nominal with the whole range of assumptions."""
    from matplotlib.figure import Figure as Canvas

    share = data.share.sel(phase=phase) * 100
    figure = Canvas(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    y = np.arange(share.sizes["base"])
    low, mid, high = (share.sel(end=e).values for e in ("against", "nominal", "favourable"))
    axes.barh(
        y, high - low, left=low, color="#9ecae1", edgecolor="#3182bd", label="whole range of assumptions"
    )
    axes.plot(mid, y, "D", color="#08306b", markersize=5, label="nominal")
    axes.set_yticks(y, share.base.values, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("paths to North America that could be engaged (%)")
    axes.set_title(f"Exposure by base, {phase}")
    axes.legend(loc="lower right", fontsize=8)
    return figure


def exposure_against_speed(data: xr.Dataset) -> Any:
    """Return a figure: share of all paths engageable if every interceptor had a given burnout speed."""
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    styles = ("-", "--", ":", "-.")
    widths = (4.5, 3.0, 2.4, 1.4)
    for i, phase in enumerate(data.phase.values):
        values = 100 * data.share_at_speed.sel(phase=phase)
        axes.plot(data.speed, values, styles[i % 4], color=LINES[i % 4], linewidth=widths[i % 4], label=phase)
    axes.set_xlabel("burnout speed of every interceptor (km/s)")
    axes.set_ylabel("paths that could be engaged (%)")
    axes.set_title("At which speed would the deterrent be exposed? (nominal delays)")
    axes.grid(visible=True, color="#dddddd")
    axes.legend()
    return figure
