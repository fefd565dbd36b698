"""The report on the defended area: shares by phase, mode and missile, and one map of all for each missile."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.status import Reason
from equipoise.present.basemap import Window, draw_map, mark_places, place_legend
from equipoise.present.figures import REASONS, SHOTS
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.results.record import Result

METHOD = (
    "Share of the area of the mapped cells that the missile can reach and in which at least one shot is possible, "
    "worst over path families, with nominal assumptions."
)


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; the figures mark sites and radars when the places are known."""
    share = shares(result.data)
    table = _table(share)
    places = beside.get("places")
    drawn = tuple(
        Figure(
            stem=f"defended-{threat}",
            draw=partial(defended_maps, result.data, str(threat), places.data if places else None),
            caption=f"Where the missile {threat} can be engaged, by phase (columns) and mode (rows), worst over path families.",
            alt=_alt(share.sel(threat=threat)),
            data=table,
            folded=True,
        )
        for threat in result.data.threat.values
    )
    return Section(
        anchor="area",
        title="Who is defended",
        sentences=tuple(_sentences(share)),
        figures=drawn,
        tables=(table,),
        notes=result.notes,
    )


def shares(data: xr.Dataset) -> xr.DataArray:
    """Return the share (0 to 1) of the area in range with at least one shot, by phase, mode and threat."""
    half = np.radians(float(data.lat[1] - data.lat[0])) / 2
    lat = np.radians(data.lat)
    weight = np.sin(lat + half) - np.sin(lat - half)
    in_range = data.reason != int(Reason.OUT_OF_RANGE)
    total = (in_range * weight).sum(("lat", "lon"))
    return ((data.shots >= 1) & in_range).astype(float).dot(weight, dim="lat").sum("lon") / total


def _percent(share: xr.DataArray) -> Number:
    return Number(100 * float(share), unit="%", method=METHOD)


def _sentences(share: xr.DataArray) -> list[Sentence]:
    phase = str(share.phase.values[-1])
    mode = str(share["mode"].values[0])
    last = share.sel(phase=phase, mode=mode)
    order = np.argsort(last.values)
    low, high = last.isel(threat=order[0]), last.isel(threat=order[-1])
    said = [
        Sentence(
            "In {phase}, mode {mode}, with nominal assumptions, {low} (against {weak}) to {high} (against {strong}) of the "
            "mapped area in range gets at least one shot.",
            {"low": _percent(low), "high": _percent(high)},
            {"phase": phase, "mode": mode, "weak": str(low.threat.values), "strong": str(high.threat.values)},
            figure=f"defended-{low.threat.values}",
            lead=True,
        )
    ]
    if {"independent", "joint"} <= set(share["mode"].values):
        gain = 100 * (share.sel(mode="joint") - share.sel(mode="independent"))
        most = Number(float(gain.max()), unit="percentage points", digits=1, method="joint minus independent")
        said.append(
            Sentence(
                "Using Russian radars as well adds at most {gain} of area in any phase, with nominal assumptions.",
                {"gain": most},
                figure="defended-share",
                lead=True,
            )
        )
    return said


def _table(share: xr.DataArray) -> Table:
    threats = [str(t) for t in share.threat.values]
    rows = tuple(
        (str(phase), str(mode), *(100 * float(share.sel(phase=phase, mode=mode, threat=t)) for t in threats))
        for phase in share.phase.values
        for mode in share["mode"].values
    )
    columns = (Column("Phase"), Column("Mode"), *(Column(t, "%", 1, method=METHOD) for t in threats))
    return Table("defended-share", "Share of the area in range that is defended", columns, rows)


def _alt(share: xr.DataArray) -> str:
    parts = [
        f"{phase}, {mode}: {_percent(share.sel(phase=phase, mode=mode)).text} of the area in range defended"
        for phase in share.phase.values
        for mode in share["mode"].values
    ]
    return f"Maps of Europe against {share.threat.values}. {'; '.join(parts)}."


def defended_maps(data: xr.Dataset, threat: str, places: xr.Dataset | None) -> Any:
    """Return a figure: rows are modes, columns phases; ``places`` marks sites, radars and launch areas."""
    from matplotlib.figure import Figure as Canvas

    window = Window.of_cells(data.lat, data.lon)
    rows, columns = data.sizes["mode"], data.sizes["phase"]
    canvas = Canvas(figsize=(3.0 * columns + 0.4, 3.1 * rows + 0.9), layout="constrained")
    grid = canvas.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for i, mode in enumerate(data["mode"].values):
        for j, phase in enumerate(data.phase.values):
            axes = grid[i, j]
            cell = data.sel(mode=mode, phase=phase, threat=threat)
            axes.imshow(cell_image(cell), extent=window, origin="lower", aspect="auto")
            draw_map(axes, window, width_in=3.0)
            if places is not None:
                mark_places(axes, window, places.sel(phase=phase))
            axes.set_title(f"{phase}, {mode}", fontsize=9)
    canvas.legend(
        handles=reason_legend(data.sel(threat=threat)),
        loc="outside lower center",
        ncols=5,
        fontsize=8,
        frameon=False,
    )
    canvas.suptitle(f"Defended area against {threat}", fontsize=11)
    return canvas


def cell_image(cell: xr.Dataset) -> np.ndarray:
    """Return the colours (lat, lon, 3) of one map: shots where there are any, else the reason."""
    from matplotlib.colors import to_rgb

    shots, reason = cell.shots.values, cell.reason.values
    picture = np.ones((*shots.shape, 3))
    for code, (colour, _) in REASONS.items():
        picture[reason == int(code)] = to_rgb(colour)
    for n, colour in SHOTS.items():
        if n > 0:
            picture[(shots == n) if n < 3 else (shots >= 3)] = to_rgb(colour)
    return picture


def reason_legend(data: xr.Dataset) -> list[Any]:
    """Return the legend's handles for the shots, the reasons that occur, and the marks."""
    from matplotlib.patches import Patch

    seen = {int(v) for v in np.unique(data.reason.values)}
    handles: list[Any] = [
        Patch(fc=SHOTS[n], ec="#444444", label=f"{n}{'+' if n == 3 else ''} shots") for n in (1, 2, 3)
    ]
    handles += [
        Patch(fc=c, ec="#444444", label=words) for code, (c, words) in REASONS.items() if int(code) in seen
    ]
    return [*handles, *place_legend()]
