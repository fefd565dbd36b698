"""Charts for paper: what the page draws with its own library, drawn from the same rows with matplotlib, in the same language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import ceil
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.geography.window import Window
from equipoise.present.basemap import draw_map, height_to_width
from equipoise.present.chart import Chart, Ground, Mark, Row
from equipoise.present.figures import halo, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh

    from equipoise.present.picture import Picture

HUES = ("#1f5fa8", "#c2560a", "#12805c", "#9a4a8b", "#7a6a00", "#5c6670", "#a30f2d")
"""The page's colours of series on white paper, in its order."""
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 2)),
    (0, (1, 2)),
    (0, (6, 2, 1, 2)),
    (0, (3, 1.5)),
    (0, (1, 1)),
    (0, (8, 2)),
)
SYMBOLS = ("o", "s", "^", "D", "*", "P", "v")
VERDICTS = {"kept": ("#d7e8f7", ""), "undetermined": ("#fdf0c2", "///"), "broken": ("#f7d5c4", "xx")}
"""Colour and hatching of each verdict: they stay apart without colour."""
INK, QUIET, FAINT, GRID = "#1c2024", "#555c63", "#9aa3ab", "#e3e6e8"
THINNEST = 1.5
"""Points of the line of a claim that carries nothing; one that carries all has 20 more."""
MOST_COLUMNS, LABEL_LETTERS, KEY_LETTERS = 3, 40, 90
SMALL = 8.0


def draw(chart: Chart) -> Picture:
    """Return a matplotlib figure of a chart: a panel for each name of a panel, and a key where there are several series."""
    names = _distinct(row.get("panel", "") for row in chart.rows)
    shown = [tuple(row for row in chart.rows if row.get("panel", "") == name) for name in names] or [()]
    series = _series(chart.rows)
    columns = 2 if len(shown) == 4 else min(len(shown), MOST_COLUMNS)
    grid_rows = ceil(len(shown) / columns)
    wide, high = _size(chart, shown)
    extra = 0.25 * ceil(sum(len(s) + 6 for s in series) / KEY_LETTERS) if len(series) > 1 else 0.0
    figure, grid = panels((wide * columns, high * grid_rows + extra), grid_rows, columns)
    for axes, rows, name in zip(grid.ravel(), shown, names or [""], strict=False):
        _bare(axes)
        _DRAWN[chart.mark](axes, chart, rows, series)
        if name:
            axes.set_title(fill(str(name), 52), fontsize=SMALL + 1, loc="left", color=INK)
    for axes in grid.ravel()[len(shown) :]:
        axes.set_axis_off()
    for row in grid:
        _said_once(row)
    _scale_of_fields(figure, grid.ravel(), chart)
    _key(figure, grid.ravel(), series)
    return figure


def draw_together(charts: Sequence[Chart]) -> Picture:
    """Return a matplotlib figure of charts of one panel each, one below the other; those over the same x begin and end together."""
    wide, high = zip(*(_size(chart, [chart.rows]) for chart in charts), strict=True)
    figure, grid = panels((max(wide), sum(high)), len(charts), height_ratios=high)
    over: dict[str, Axes] = {}
    for axes, chart in zip(grid.ravel(), charts, strict=True):
        if (above := over.setdefault(chart.x, axes)) is not axes:
            axes.sharex(above)
            chart = replace(chart, rules=tuple((at, "") for at, _said_above in chart.rules))
        _bare(axes)
        series = _series(chart.rows)
        _DRAWN[chart.mark](axes, chart, chart.rows, series)
        if len(series) > 1:
            axes.legend(fontsize=SMALL, frameon=False)
    return figure


def _distinct(values: Iterator[Any]) -> list[str]:
    return list(dict.fromkeys(str(v) for v in values))


def _series(rows: Sequence[Row]) -> list[str]:
    """Return the names of the series, in their order, on all panels: a series keeps its colour."""
    return _distinct(row.get("series", "") for row in rows)


def _size(chart: Chart, shown: Sequence[Sequence[Row]]) -> tuple[float, float]:
    """Return the inches of one panel."""
    alone = len(shown) == 1
    wide = 8.0 if alone else 4.6
    if chart.ground is not None:
        return wide, min(wide * height_to_width(_window(chart.ground)), 8.5) + 0.4
    groups = max(len(_distinct(row.get("group", "") for row in rows)) for rows in shown)
    if chart.mark in (Mark.BARS, Mark.RANGES):
        return wide, 0.9 + groups * max(0.16 * len(_series(chart.rows)) + 0.12, 0.3)
    if chart.mark is Mark.SPANS:
        return wide, 1.3 + 0.34 * groups
    if chart.mark is Mark.CLAIMS:
        return 4.7, 0.6 + groups * (0.75 + 0.16 * max(str(row["word"]).count("\n") for row in chart.rows))
    if chart.mark is Mark.VERDICTS:
        return wide + 1.0, 0.9 + 0.55 * groups
    return wide, 3.8 if alone else 3.2


def _window(ground: Ground) -> Window:
    west, east, south, north = ground.window
    return Window(south, north, west, east)


def _bare(axes: Axes) -> None:
    """Take away the box, keep a light grid and small figures."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(labelsize=SMALL, length=0, colors=QUIET)
    axes.set_axisbelow(True)


def _numbers(rows: Sequence[Row], key: str) -> np.ndarray:
    """Return a channel of rows (n,); nan where a row lacks it."""
    found = (row.get(key) for row in rows)
    return np.array([v if isinstance(v, int | float) else np.nan for v in found], dtype=float)


def _of(rows: Sequence[Row], series: Sequence[str]) -> Iterator[tuple[int, str, list[Row]]]:
    """Yield the number, the name and the rows of each series that has any here."""
    for k, name in enumerate(series):
        own = [row for row in rows if str(row.get("series", "")) == name]
        if own:
            yield k, name, own


def _words(axes: Axes, x: str, y: str = "") -> None:
    axes.set_xlabel(fill(x, 84), fontsize=SMALL + 0.5, color=INK)
    axes.set_ylabel(fill(y, 44), fontsize=SMALL + 0.5, color=INK)


def _rules(axes: Axes, chart: Chart, *, above: bool = False) -> None:
    """Mark values of the x axis, each with its words beside its line, within the panel or above it, one below the other."""
    left, right = axes.get_xlim()
    for k, (at, words) in enumerate(chart.rules):
        side = -1 if (at - left) / (right - left) > 0.8 else 1
        axes.axvline(at, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
        down = -9.0 - 10.0 * (k % 4) if not above else 32.0 - 10.0 * (k % 4) if len(chart.rules) > 1 else 2.0
        axes.annotate(words, (at, 1.0), xycoords=("data", "axes fraction"), xytext=(3 * side, down), textcoords="offset points",
                      ha="left" if side > 0 else "right", fontsize=SMALL - 1, color=QUIET, path_effects=halo())  # fmt: skip


def _groups(axes: Axes, names: Sequence[str]) -> None:
    """Name groups from the top down."""
    axes.set_yticks(range(len(names)), [fill(name, LABEL_LETTERS) for name in names], color=INK)
    axes.set_ylim(len(names) - 0.4, -0.6)


def _lying(axes: Axes, chart: Chart, rows: Sequence[Row], series: Sequence[str]) -> None:
    groups = _distinct(row.get("group", "") for row in rows)
    thick = 0.8 / max(len(series), 1)
    for k, name, own in _of(rows, series):
        at = np.array([groups.index(str(row.get("group", ""))) for row in own])
        at = at + (k - 0.5 * (len(series) - 1)) * thick
        value, low, high = (_numbers(own, key) for key in ("value", "low", "high"))
        if chart.mark is Mark.BARS:
            axes.barh(at, value, 0.9 * thick, color=HUES[k % len(HUES)], label=name)
        else:
            axes.barh(at, high - low, 0.7 * thick, left=low, color=HUES[k % len(HUES)], alpha=0.35)
            axes.plot(value, at, "D", color=HUES[k % len(HUES)], markersize=4, label=name)
    if chart.logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
    elif chart.mark is Mark.BARS:
        axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.grid(visible=True, axis="x", color=GRID)
    _from_zero(axes.get_xlim, axes.set_xlim, rows if chart.mark is Mark.BARS else ())
    _groups(axes, groups)
    _rules(axes, chart, above=True)
    _words(axes, chart.x)


def _from_zero(
    limits: Callable[[], tuple[float, float]], set_limits: Callable[..., Any], rows: Sequence[Row]
) -> None:
    """Begin an axis of values that are not negative at zero; where all are zero it ends at one."""
    known = np.concatenate([_numbers(rows, key) for key in ("value", "low", "high")])
    known = known[np.isfinite(known)]
    if known.size and known.min() >= 0.0:
        set_limits(0.0, limits()[1] if known.max() > 0.0 else 1.0)


def _lines(axes: Axes, chart: Chart, rows: Sequence[Row], series: Sequence[str]) -> None:
    from matplotlib.ticker import MaxNLocator

    for k, name, own in _of(rows, series):
        x, value, low, high = (_numbers(own, key) for key in ("x", "value", "low", "high"))
        colour = HUES[k % len(HUES)]
        if chart.mark is Mark.POINTS:
            axes.vlines(x, low, high, color=colour, linewidth=2, alpha=0.5, zorder=3.0 - 0.1 * k)
            axes.plot(x, value, "o", color=colour, markersize=4, label=name, zorder=3.0 - 0.1 * k)
            continue
        alone = np.isfinite(value).sum() == 1
        axes.plot(x, value, linestyle=DASHES[k % len(DASHES)], color=colour, linewidth=1.9, marker="o" if alone else "", label=name)  # fmt: skip
        if np.isfinite(low).any():
            axes.fill_between(x, low, high, color=colour, alpha=0.14, linewidth=0)
    if chart.mark is Mark.POINTS:
        axes.axhline(0.0, color=QUIET, linewidth=0.8)
    if chart.falling:
        axes.invert_xaxis()
    at = _numbers(rows, "x")
    if chart.x == "year" or np.all(at == np.round(at)):
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    axes.grid(visible=True, axis="y", color=GRID)
    _from_zero(axes.get_ylim, axes.set_ylim, rows)
    _rules(axes, chart)
    _words(axes, chart.x, chart.y)


def _spans(axes: Axes, chart: Chart, rows: Sequence[Row], series: Sequence[str]) -> None:
    groups = _distinct(row.get("group", "") for row in rows)
    for k, name, own in _of(rows, series):
        at = [groups.index(str(row.get("group", ""))) for row in own]
        low, high = _numbers(own, "low"), _numbers(own, "high")
        axes.barh(at, high - low, 0.72, left=low, color=HUES[k % len(HUES)], hatch=("", "///", "...")[k // len(HUES) % 3], label=name)  # fmt: skip
    if chart.x == "year":
        axes.xaxis.set_major_formatter("{x:.0f}")
    axes.grid(visible=True, axis="x", color=GRID)
    _groups(axes, groups)
    _rules(axes, chart, above=True)
    _words(axes, chart.x)


def _cells(axes: Axes, chart: Chart, rows: Sequence[Row], series: Sequence[str]) -> None:
    if chart.x.startswith("longitude"):
        window = Window.of_cells(*(np.unique(_numbers(rows, key)) for key in "yx"))
        draw_map(axes, window, width_in=4.5)
    most = max(float(np.nanmax(_numbers(chart.rows, "value"))), 1.0)
    mesh = _field(axes, rows, cmap="Blues", vmin=0.0, vmax=most)
    axes.figure.colorbar(mesh, ax=axes, shrink=0.6).ax.tick_params(labelsize=SMALL, length=0)
    _words(axes, chart.x, chart.y)


def _field(axes: Axes, rows: Sequence[Row], **drawn: Any) -> QuadMesh:
    """Draw the values of rows as fields about their places, (y, x); none where there is no row."""
    x, y, value = (_numbers(rows, key) for key in ("x", "y", "value"))
    (columns, column), (lines, line) = (np.unique(v, return_inverse=True) for v in (x, y))
    field = np.full((lines.size, columns.size), np.nan)
    field[line, column] = value
    return axes.pcolormesh(columns, lines, field, shading="nearest", zorder=0, **drawn)


def _verdicts(axes: Axes, chart: Chart, rows: Sequence[Row], series: Sequence[str]) -> None:
    groups, phases = (_distinct(row.get(key, "") for row in rows) for key in ("group", "x"))
    for row in rows:
        j, i = phases.index(str(row["x"])), groups.index(str(row["group"]))
        colour, hatch = VERDICTS[str(row["series"])]
        axes.barh(i, 0.96, 0.9, left=j - 0.48, color=colour, hatch=hatch, edgecolor="white")
        axes.text(j, i, str(row["word"]), ha="center", va="center", fontsize=SMALL - 0.5, color=INK,
                  bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.5})  # fmt: skip
    axes.set_xticks(range(len(phases)), phases, color=INK)
    axes.xaxis.tick_top()
    axes.spines["bottom"].set_visible(False)
    _groups(axes, groups)


def _claims(axes: Axes, chart: Chart, rows: Sequence[Row], series: Sequence[str]) -> None:
    """Draw one line for each group, as thick as its value, its name above and the words of either side below an end."""
    groups = _distinct(row["group"] for row in rows)
    axes.set_axis_off()
    axes.set_ylim(len(groups) - 0.25, -0.95)
    for row in rows:
        i, side = groups.index(str(row["group"])), series.index(str(row["series"]))
        end, share = ("left", "right")[side], float(row["value"] or 0.0)
        if side == 0:
            colour = HUES[1] if i == 0 and share > 0.0 else FAINT
            wide = THINNEST + 0.2 * max(share, 0.0)
            axes.plot((0.03, 0.97), (i, i), color=colour, linewidth=wide, solid_capstyle="round")
            said = fill(f"{row['group']}  {share:.0f} %", 44)
            axes.text(0.5, i - 0.17, said, ha="center", va="bottom", fontsize=SMALL + 1)
        if i == 0:
            head = fill(series[side], 30)
            axes.text(side, -0.9, head, ha=end, va="top", fontsize=SMALL + 1, fontweight="bold")
        words = "\n".join(fill(part, 34) for part in str(row["word"]).splitlines())
        axes.text(side, i + 0.17, words, ha=end, va="top", fontsize=SMALL)


def _map(axes: Axes, chart: Chart, rows: Sequence[Row], series: Sequence[str]) -> None:
    assert chart.ground is not None
    window = _window(chart.ground)
    draw_map(axes, window, width_in=6.0)
    for k, name, own in _of(rows, series):
        _ON_MAP[str(own[0]["kind"])](axes, own, k, name)
    axes.set_xlim(window.west, window.east)
    axes.set_ylim(window.south, window.north)
    _places_named(axes, rows, window)


def _places_named(axes: Axes, rows: Sequence[Row], window: Window) -> None:
    """Write names of places right or left of their marks; one that would lie on another, or leave the map, is left to the key."""
    letter, line = 0.011 * window.width, 0.03 * (window.north - window.south)
    taken: list[tuple[float, float, float]] = []
    for row in rows:
        word, x, y = str(row.get("word", "")), float(row.get("x") or 0.0), float(row.get("y") or 0.0)
        wide = letter * (len(word) + 1)
        for side, left in (("left", x + letter), ("right", x - letter - wide)):
            free = all(left >= end or left + wide <= begin or abs(y - at) > line for begin, end, at in taken)
            if word and free and window.west <= left and left + wide <= window.east:
                taken.append((left, left + wide, y))
                near = x + letter if side == "left" else x - letter
                beside: dict[str, Any] = {"ha": side, "va": "center", "path_effects": halo()}
                axes.text(near, y, word, fontsize=SMALL - 1.5, color=INK, zorder=7, **beside)
                break


def _line_on_map(axes: Axes, rows: Sequence[Row], k: int, name: str) -> None:
    filled = rows[0]["kind"] == "area"
    for group in _distinct(row.get("group", "") for row in rows):
        own = [row for row in rows if str(row.get("group", "")) == group]
        x, y = _numbers(own, "x"), _numbers(own, "y")
        if filled:
            axes.fill(x, y, color=HUES[k % len(HUES)], alpha=0.14, linewidth=0)
        style = DASHES[(k + 2 * (k // len(HUES))) % len(DASHES)]
        axes.plot(
            x, y, linestyle=style, color=HUES[k % len(HUES)], linewidth=1.2 if filled else 1.9, label=name
        )


def _places_on_map(axes: Axes, rows: Sequence[Row], k: int, name: str) -> None:
    x, y = _numbers(rows, "x"), _numbers(rows, "y")
    axes.plot(x, y, SYMBOLS[k % len(SYMBOLS)], color=HUES[k % len(HUES)], markersize=6, mec="white", mew=0.6, label=name, zorder=6)  # fmt: skip


def _fields_on_map(axes: Axes, rows: Sequence[Row], k: int, name: str) -> None:
    _field(axes, rows, cmap="Blues_r")


def _scale_of_fields(figure: Picture, grid: Sequence[Any], chart: Chart) -> None:
    """Give the fields of all panels of a map one scale of powers, and say what it is of."""
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import LogNorm
    from matplotlib.ticker import NullFormatter

    known = _numbers([row for row in chart.rows if row.get("kind") == "field"], "value")
    if not known.size:
        return
    scale = LogNorm(max(float(np.nanmin(known)), 0.1), float(np.nanmax(known)))
    meshes = [mesh for axes in grid for mesh in axes.findobj(QuadMesh)]
    for mesh in meshes:
        mesh.set_norm(scale)
    bar = figure.colorbar(meshes[0], ax=list(grid), location="bottom", shrink=0.6, format="{x:g}")
    bar.ax.xaxis.set_minor_formatter(NullFormatter())
    bar.ax.tick_params(labelsize=SMALL, length=0)
    bar.set_label(chart.x, fontsize=SMALL, color=INK)


_ON_MAP: dict[str, Callable[[Any, Sequence[Row], int, str], None]] = {
    "path": _line_on_map, "area": _line_on_map, "place": _places_on_map, "field": _fields_on_map,
}  # fmt: skip
_DRAWN: dict[Mark, Callable[[Any, Chart, Sequence[Row], Sequence[str]], None]] = {
    Mark.BARS: _lying, Mark.RANGES: _lying, Mark.LINES: _lines, Mark.POINTS: _lines, Mark.SPANS: _spans,
    Mark.CELLS: _cells, Mark.VERDICTS: _verdicts, Mark.MAP: _map, Mark.CLAIMS: _claims,
}  # fmt: skip


def _said_once(row: Sequence[Any]) -> None:
    """Leave out, in a row of panels, what the panel to the left has said already: names of groups and the title of an axis."""
    named = [[label.get_text() for label in axes.get_yticklabels()] for axes in row]
    words = [axes.get_ylabel() for axes in row]
    for k in range(1, len(row)):
        if words[k] == words[k - 1]:
            row[k].set_ylabel("")
        if named[k] == named[k - 1] and not all(_is_number(name) for name in named[k]):
            row[k].set_yticklabels([])


def _is_number(text: str) -> bool:
    return text.replace("\N{MINUS SIGN}", "").replace(".", "").isdigit()


def _key(figure: Picture, grid: Sequence[Any], series: Sequence[str]) -> None:
    """Put one key under all panels, in the order of the series, where there are several."""
    found = {
        label: handle
        for axes in grid
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    known = [name for name in series if name in found]
    if len(known) > 1:
        columns = max(1, min(len(known), KEY_LETTERS // (max(map(len, known)) + 6)))
        figure.legend([found[n] for n in known], known, loc="outside lower center", ncols=columns, fontsize=SMALL, frameon=False)  # fmt: skip
