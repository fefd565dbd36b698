"""The report on the defended area: shares by phase, mode and missile, and one map of all for each missile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from math import ceil
from typing import Any
from urllib.parse import urlencode

import numpy as np
import xarray as xr

from equipoise.foundation.sphere import MEAN_RADIUS_KM
from equipoise.foundation.status import Reason
from equipoise.geography.window import Window
from equipoise.present.basemap import MARKERS, draw_map, height_to_width, place_legend, places_of
from equipoise.present.figures import REASONS, SHOTS, panels
from equipoise.present.map_plane import EqualArea
from equipoise.present.names import NO_NAMES, Names
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, show, table_over
from equipoise.results.record import Result
from equipoise.results.statistics import protected, shares

METHOD = (
    "People of the protected parties' countries in cells with at least so many shots, over those that the missile can reach; "
    "worst over launch points and path families, with nominal assumptions."
)
OVER = "The same on coarse cells, over the ranges of the missile's range, place of burnout and ballistic coefficient."
AREA_METHOD = "The same for the land of those countries."
KINDS = ("site", "radar", "launch_area")
"""Places that are marked on the maps."""


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; the figures mark sites and radars when the places are known."""
    data, names = result.data, Names.of(beside)
    share, places = shares(data), beside.get("places")
    who = str(data.attrs["protected_name"])
    tables = (
        _table(
            share, names, "defended-share", f"Share of the people of {who} in range who are defended", METHOD
        ),
        _table(
            shares(data, level=2),
            names,
            "defended-share-two-shots",
            "The same with two shots or more",
            METHOD,
        ),
        _table(
            shares(data, "land"),
            names,
            "defended-land",
            f"Share of the land of {who} in range that is defended",
            AREA_METHOD,
        ),
        _country_table(data, names),
        *_over_missiles(data, names),
    )
    drawn = tuple(
        Figure(
            stem=f"defended-{threat}",
            caption=f"Where {names.short('threat', str(threat))} can be engaged, by phase (columns) and mode (rows), worst over path families.",
            alt=_alt(share.sel(threat=threat), names),
            data=tables[0],
            folded=True,
            view=f"view:{urlencode({'threat': str(threat), 'layers': 'cells,places'})}",
            picture=partial(defended_maps, data, str(threat), places.data if places else None, names),
        )
        for threat in data.threat.values
    )
    return Section(
        anchor="area",
        title="Who is defended",
        sentences=tuple(_sentences(share, names, who)),
        figures=drawn,
        tables=tables,
        notes=result.notes,
    )


def _percent(share: xr.DataArray) -> Number:
    return Number(100 * float(share), unit="%", method=METHOD)


def _sentences(share: xr.DataArray, names: Names, who: str) -> list[Sentence]:
    phase = str(share.phase.values[-1])
    mode = str(share["mode"].values[0])
    last = share.sel(phase=phase, mode=mode).dropna("threat")
    if not last.threat.size:
        return [
            Sentence("No missile of the scenario reaches the people that the defence protects.", lead=True)
        ]
    order = np.argsort(last.values)
    low, high = last.isel(threat=order[0]), last.isel(threat=order[-1])
    shares, numbers = (
        "from {low} (against {weak}) to {high} (against {strong})",
        {"low": _percent(low), "high": _percent(high)},
    )
    missiles = {"weak": names.short("threat", str(low.threat.values))}
    if numbers["low"].text != numbers["high"].text:
        missiles["strong"] = names.short("threat", str(high.threat.values))
    else:
        shares, numbers = "{low} (against {weak})", {"low": _percent(low)}
        if last.threat.size > 1:
            missiles["weak"] = "each missile"
    said = [
        Sentence(
            f"In {{phase}}, {{mode}}, with nominal assumptions, {shares} of the people of {{who}} in range live where at least one "
            "shot is possible.",
            numbers,
            {"phase": phase, "mode": names("mode", mode).lower(), "who": who} | missiles,
            figure=f"defended-{low.threat.values}",
            lead=True,
        )
    ]
    if {"independent", "joint"} <= set(share["mode"].values):
        gain = 100 * (share.sel(mode="joint") - share.sel(mode="independent"))
        most = Number(float(gain.max()), unit="percentage points", digits=1, method="joint minus independent")
        adds = "adds at most {gain}" if float(gain.max()) > 0.0 else "adds nothing"
        said.append(
            Sentence(
                f"One joint system instead of independent ones {adds} to the share of the people of {{who}} "
                "who are defended, over all phases and missiles, with nominal assumptions.",
                {"gain": most} if float(gain.max()) > 0.0 else {},
                {"who": who},
                figure="defended-share",
            )
        )
    return said


def _table(share: xr.DataArray, names: Names, stem: str, title: str, method: str) -> Table:
    columns: Columns = {Column("Phase"): "phase", Column("Mode"): show("mode", how=partial(names, "mode"))}
    columns |= {
        Column(names.short("threat", str(t)), "%", 1, method=method): show("share", how=_in_range, threat=t)
        for t in share.threat.values
    }
    return table_over((100 * share).to_dataset(name="share"), ("phase", "mode"), stem, title, columns)


def _over_missiles(data: xr.Dataset, names: Names) -> tuple[Table, ...]:
    """Return the shares over the ranges of the missiles' own data, which a part of a run or an earlier version may lack."""
    if "share_over_missiles" not in data:
        return ()
    columns: Columns = {Column("Missile"): show("threat", how=partial(names.short, "threat"))}
    columns |= {
        Column(str(end), "%", 1, method=OVER): show("over", how=_in_range, end=end) for end in data.end.values
    }
    phase, mode = str(data.phase.values[-1]), names("mode", str(data["mode"].values[0])).lower()
    title = f"Share of the people in range who are defended, wherever the missile's data lie in their ranges: {phase}, {mode}, coarse cells"
    return (
        table_over(
            data.assign(over=100 * data.share_over_missiles),
            ("threat",),
            "defended-over-missiles",
            title,
            columns,
        ),
    )


def _in_range(percents: float) -> float | str:
    """Return a share as a cell; a word where the missile reaches nobody, of whom there is no share."""
    return "none in range" if np.isnan(percents) else float(percents)


def _country_table(data: xr.Dataset, names: Names) -> Table:
    """Return the share of each protected country's people, in the last phase and first mode."""
    last = data.isel(phase=-1, mode=0).sel(level=1, country=protected(data))
    with np.errstate(invalid="ignore"):
        last = last.assign(share=100 * last.people_defended / last.people_in_range)
    columns: Columns = {
        Column("Country"): "country_name",
        Column("people", "million", 1): show("people_total", how=lambda people: float(people) / 1e6),
    }
    columns |= {
        Column(names.short("threat", str(t)), "%", 0, method=METHOD): show("share", how=_in_range, threat=t)
        for t in data.threat.values
    }
    mode = names("mode", str(last["mode"].values)).lower()
    title = f"Share of each country's people in range who are defended, {last.phase.values}, {mode}"
    return table_over(last, ("country",), "defended-by-country", title, columns, folded=True)


def _alt(share: xr.DataArray, names: Names) -> str:
    parts = [
        f"{phase}, {names('mode', str(mode)).lower()}: {_percent(share.sel(phase=phase, mode=mode)).text} of the people in range defended"
        for phase in share.phase.values
        for mode in share["mode"].values
    ]
    return f"Maps of the defended area against {names.short('threat', str(share.threat.values))}. {'; '.join(parts)}."


def defended_maps(data: xr.Dataset, threat: str, places: xr.Dataset | None, names: Names = NO_NAMES) -> Any:
    """Return a figure: rows are modes, columns phases; ``places`` marks sites, radars and launch areas."""
    modes, phases = ([str(v) for v in data[name].values] for name in ("mode", "phase"))
    title = f"Defended area against {names.short('threat', threat)}"
    figure, maps = map_panels(data, threat, modes, phases, names, title=title)
    marked = () if places is None else zip(maps.T, (places.sel(phase=phase) for phase in phases), strict=True)
    for column, there in marked:
        for axes, kind in product(column, KINDS):
            _mark(axes, _plane(data), kind, places_of(there, kind))
    map_legend(figure, [*reason_legend(data.sel(threat=threat)), *place_legend(KINDS)])
    return figure


def map_panels(
    data: xr.Dataset, threat: str, modes: Sequence[str], phases: Sequence[str], names: Names = NO_NAMES, *, title: str, across: bool = False
) -> tuple[Any, np.ndarray]:  # fmt: skip
    """Return a figure of maps against one missile and its panels (modes, phases).

    A mode is a row and a phase a column, the other way with ``across``.
    """
    from matplotlib.colors import ListedColormap

    called, plane = [names("mode", mode) for mode in modes], _plane(data)
    rows, columns = (phases, called) if across else (called, phases)
    high = height_to_width(plane) if isinstance(plane, Window) else plane.height_to_width
    size = max(0.6 + MAP_IN * len(columns), LEAST_WIDTH_IN), 1.5 + MAP_IN * high * len(rows)
    figure, grid = panels(size, len(rows), len(columns))
    maps = grid.T if across else grid
    y, x = (data[name].values for name in data.area.dims)
    half = float(data.attrs["step"]) / 2
    for axes, (mode, phase) in zip(maps.ravel(), product(modes, phases), strict=True):
        colour = _colour(data.sel(mode=mode, phase=phase, threat=threat))
        axes.imshow(
            np.ma.masked_less(colour, 0), cmap=ListedColormap(COLOURS), vmin=-0.5, vmax=len(COLOURS) - 0.5, origin="lower",
            extent=(x[0] - half, x[-1] + half, y[0] - half, y[-1] + half), interpolation="none", zorder=0,
        )  # fmt: skip
        if isinstance(plane, Window):
            draw_map(axes, plane, width_in=MAP_IN)
        else:
            plane.draw(axes, width_in=MAP_IN)
        axes.label_outer()
    for axes, name in zip(grid[0], columns, strict=True):
        axes.set_title(name, fontsize=9)
    for axes, name in zip(grid[:, 0], rows, strict=True):
        axes.set_ylabel(name, fontsize=9, labelpad=14)
    figure.suptitle(title, fontsize=11)
    return figure, maps


def _mark(axes: Any, plane: Window | EqualArea, kind: str, points: np.ndarray) -> None:
    """Mark the places (n, 2), longitude and latitude in degrees, that lie on a map."""
    window = plane if isinstance(plane, Window) else plane.window
    at = np.column_stack([window.into(points[:, 0]), points[:, 1]])[
        window.contains(points[:, 1], points[:, 0])
    ]
    x, y = (at if isinstance(plane, Window) else plane.at(at)).T
    axes.plot(
        x,
        y,
        linestyle="",
        marker=MARKERS[kind][0],
        color="#d55e00",
        markersize=5,
        mec="black",
        mew=0.5,
        zorder=4,
    )


def map_legend(figure: Any, handles: list[Any]) -> None:
    """Write the legend under the maps of a figure."""
    columns = max(int(figure.get_figwidth() / LEGEND_COLUMN_IN), ceil(len(handles) / LEGEND_ROWS))
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=8, frameon=False)


def _plane(data: xr.Dataset) -> Window | EqualArea:
    """Return where a map's cells lie: in a window of degrees, or in kilometres of equal area about its middle."""
    if "lat" in data.dims:
        return Window.of_cells(data.lat, data.lon)
    inside, step = data.area.values > 0, float(data.attrs["step"])
    window = Window.around(
        data.latitude.values[inside],
        data.longitude.values[inside],
        margin_deg=float(np.degrees(step / MEAN_RADIUS_KM)),
    )
    y, x = (
        data[name].values[inside.any(axis=other)] for name, other in zip(data.area.dims, (1, 0), strict=True)
    )
    lat, lon = (float(v) for v in data.attrs["middle_deg"])
    ends = x[0] - step / 2, y[0] - step / 2, x[-1] + step / 2, y[-1] + step / 2
    return EqualArea(window, (lat, lon), (float(ends[0]), float(ends[1]), float(ends[2]), float(ends[3])))


COLOURS = (*(SHOTS[n] for n in (1, 2, 3)), *(colour for colour, _ in REASONS.values()))
"""Colours of a map's cells: one, two, three or more shots, then every reason for none."""
MAP_IN = 2.9
"""Width of a map and what is around it."""
LEGEND_COLUMN_IN, LEGEND_ROWS = 2.3, 4
LEAST_WIDTH_IN = 3 * LEGEND_COLUMN_IN
"""A sheet of one map is as wide as a legend of twelve entries, which a narrower one would cut off."""


def _colour(cell: xr.Dataset) -> np.ndarray:
    """Return for each cell the index of its colour: shots where there are enough, else the reason; -1 where it is white."""
    index = np.full(max(int(r) for r in Reason) + 1, -1)
    for k, reason in enumerate(REASONS):
        index[int(reason)] = 3 + k if reason != Reason.OUT_OF_RANGE else -1
    shots = cell.shots.values
    enough = (shots > 0) & (cell.reason.values != Reason.TOO_FEW_SHOTS)
    found = np.where(enough, np.minimum(shots, 3) - 1, index[cell.reason.values])
    return np.where(cell.area.values > 0, found, -1)


def reason_legend(data: xr.Dataset) -> list[Any]:
    """Return the legend's handles for the shots and the reasons that occur."""
    from matplotlib.patches import Patch

    seen = {int(v) for v in np.unique(data.reason.values)}
    handles: list[Any] = [
        Patch(fc=SHOTS[n], ec="#444444", label=said)
        for n, said in ((1, "1 shot"), (2, "2 shots"), (3, "3 or more shots"))
    ]
    handles += [
        Patch(fc=c, ec="#444444", label=words) for code, (c, words) in REASONS.items() if int(code) in seen
    ]
    return handles
