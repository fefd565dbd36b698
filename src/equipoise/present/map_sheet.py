"""Many small maps of one window on one sheet, such as a map for every phase and mode.

A sheet of sixteen maps as sixteen sets of axes takes over a second to draw, nearly all of it ticks, frames and layout.
Here every kind of mark is one artist for all maps, placed in inches: coasts are drawn once and repeated at offsets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from equipoise.present.basemap import MARKERS, PAPER, window_lines
from equipoise.present.map_plane import Plane
from equipoise.present.shapes import polygons

LEFT_IN, RIGHT_IN, TOP_IN, BOTTOM_IN, GAP_IN = 0.75, 0.1, 0.75, 0.3, 0.12
"""Room around the maps for names and ticks, and between them."""
LEGEND_IN, LEGEND_ROWS, LEGEND_COLUMN_IN = 0.7, 4, 2.3
LEAST_WIDTH_IN = 3 * LEGEND_COLUMN_IN
"""A sheet of one map is as wide as a legend of twelve entries, which a narrower one would cut off."""
"""Three rows."""

TENTHS = 720
"""Tenths of a point in an inch."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of a map: corners (rows + 1, columns + 1) on its plane; the same for all maps of a sheet."""

    x: np.ndarray
    y: np.ndarray

    @classmethod
    def around(cls, rows: np.ndarray, columns: np.ndarray) -> Cells:
        """Return cells around middles on two axes of the plane: (rows,) upward, (columns,) across."""
        y, x = np.meshgrid(_edges(rows), _edges(columns), indexing="ij")
        return cls(x, y)

    def runs(self, colour: np.ndarray) -> dict[int, np.ndarray]:
        """Return for each value of ``colour`` (rows, columns) but -1 quadrilaterals (n, 4, 2) that fill its cells."""
        edge = np.ones((colour.shape[0], colour.shape[1] + 1), dtype=bool)
        edge[:, 1:-1] = colour[:, 1:] != colour[:, :-1]
        row, start = np.nonzero(edge[:, :-1])
        stop = np.append(start[1:], 0)
        stop = np.where(np.append(row[1:], -1) == row, stop, colour.shape[1])
        row, end, start, stop, value = _stacked(row, start, stop, colour[row, start])
        corner = np.stack([self.x, self.y], axis=-1)
        quads = np.stack(
            [corner[row, start], corner[row, stop], corner[end, stop], corner[end, start]], axis=1
        )
        return {int(v): quads[value == v] for v in np.unique(value) if v >= 0}


def _stacked(row: np.ndarray, *alike: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return first row, row after the last, and ``alike`` of stacks of runs that differ in nothing but their row."""
    order = np.lexsort((row, *alike))
    row, alike = row[order], tuple(a[order] for a in alike)
    same = np.stack([*alike, row - np.arange(row.size)])
    first = np.append(True, np.any(same[:, 1:] != same[:, :-1], axis=0))
    last = np.append(first[1:], True)
    return row[first], row[last] + 1, *(a[first] for a in alike)


def _edges(middle: np.ndarray) -> np.ndarray:
    """Return edges (n + 1,) half-way between middles (n,), straight on beyond the ends."""
    wide = np.concatenate([2 * middle[:1] - middle[1:2], middle, 2 * middle[-1:] - middle[-2:-1]])
    return np.asarray(0.5 * (wide[1:] + wide[:-1]))


class Sheet:
    """A figure with ``rows`` by ``columns`` maps of one window on one plane, named along the top and the left."""

    def __init__(
        self, plane: Plane, rows: Sequence[str], columns: Sequence[str], *, title: str, map_width_in: float = 2.75
    ) -> None:  # fmt: skip
        """Draw frames, coasts, borders, ticks and names."""
        from equipoise.present.picture import Picture

        self.plane = plane
        self._low, extent = plane.low, plane.high - plane.low
        across = map_width_in / float(extent[0])
        self._scale = np.array([across, across * plane.rise])
        self._map_in = extent * self._scale
        size = np.array([len(columns), len(rows)]) * (self._map_in + GAP_IN) - GAP_IN
        around = LEFT_IN + RIGHT_IN, BOTTOM_IN + TOP_IN + LEGEND_IN
        width, height = _fine(size + around).tolist()
        spare = max(0.0, LEAST_WIDTH_IN - width)
        width, left = width + spare, LEFT_IN + 0.5 * spare
        self.figure = Picture(figsize=(width, height))
        bottom = LEGEND_IN + BOTTOM_IN
        step = self._map_in + GAP_IN
        self._corner = np.array(
            [
                [(left + j * step[0], bottom + (len(rows) - 1 - i) * step[1]) for j in range(len(columns))]
                for i in range(len(rows))
            ]
        )
        self._inches = self.figure.dpi_scale_trans
        self._draw_ground(map_width_in)
        self._draw_ticks()
        self._write(title, rows, columns)

    def inches(self, row: int, column: int, points: np.ndarray) -> np.ndarray:
        """Return places on the sheet (..., 2) in inches of points (..., 2) of the plane."""
        corner: np.ndarray = self._corner[row, column]
        return _fine(corner + (points - self._low) * self._scale)

    def fill(self, quads: Sequence[tuple[int, int, dict[int, np.ndarray]]], colours: Sequence[str]) -> None:
        """Colour the cells of maps: row, column, and :meth:`Cells.runs` with indices into ``colours``."""
        from matplotlib.patches import PathPatch

        for k, colour in enumerate(colours):
            here = [self.inches(i, j, runs[k]) for i, j, runs in quads if k in runs]
            if here:
                patch = PathPatch(
                    polygons(np.concatenate(here)), facecolor=colour, linewidth=0, antialiased=False, zorder=1,
                    transform=self._inches,
                )  # fmt: skip
                self.figure.add_artist(patch)
                patch.set_clip_path(polygons(self._frames()), self._inches)

    def mark(self, kind: str, places: Sequence[tuple[int, int, np.ndarray]]) -> None:
        """Mark places of one kind of :data:`~equipoise.present.basemap.MARKERS`: row, column, points (n, 2) in degrees."""
        from matplotlib.lines import Line2D

        w = self.plane.window
        found = []
        for i, j, points in places:
            at = np.column_stack([w.into(points[:, 0]), points[:, 1]])
            found.append(self.inches(i, j, self.plane.at(at[w.contains(points[:, 1], points[:, 0])])))
        x, y = np.concatenate(found).T
        self.figure.add_artist(
            Line2D(x, y, linestyle="", marker=MARKERS[kind][0], color="#d55e00", markersize=5, mec="black", mew=0.5,
                   transform=self._inches, zorder=4)
        )  # fmt: skip

    def legend(self, handles: list[Any]) -> None:
        """Write the legend under the maps."""
        width, height = self.figure.get_size_inches()
        self.figure.legend(
            handles=handles, loc="upper center", ncols=max(int(width / LEGEND_COLUMN_IN), ceil(len(handles) / LEGEND_ROWS)), fontsize=8, frameon=False,
            bbox_to_anchor=(0.5, LEGEND_IN / height), borderaxespad=0.0,
        )  # fmt: skip

    def _frames(self) -> np.ndarray:
        """Return the frames of all maps, (n, 4, 2) in inches."""
        low = self._corner.reshape(-1, 1, 2)
        return low + np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * self._map_in

    def _draw_ground(self, width_in: float) -> None:
        from matplotlib.patches import PathPatch

        tolerance = self.plane.width_deg / (110.0 * width_in)
        coasts, borders = (
            [self.plane.at(part) for part in parts] for parts in window_lines(self.plane.window, tolerance)
        )
        self._on_all(self.plane.net()[0], "#bbbbbb", 0.3)
        self._on_all(coasts, "#333333", 0.6)
        self._on_all(borders, "#666666", 0.35)
        self.figure.add_artist(
            PathPatch(polygons(self._frames()), facecolor="none", edgecolor="black", linewidth=0.8, zorder=3,
                      transform=self._inches)
        )  # fmt: skip

    def _on_all(self, lines: Sequence[np.ndarray], colour: str, width: float) -> None:
        """Draw lines (n, 2) of the plane on every map."""
        from matplotlib.collections import PathCollection
        from matplotlib.path import Path

        if not lines:
            return
        whole = Path.make_compound_path(*(Path(line) for line in lines))
        whole = Path(_fine((np.asarray(whole.vertices) - self._low) * self._scale), whole.codes)
        drawn = PathCollection(
            [whole], offsets=self._corner.reshape(-1, 2), offset_transform=self._inches,
            facecolors="none", edgecolors=colour, linewidths=width, zorder=2,
        )  # fmt: skip
        drawn.set_transform(self._inches)
        self.figure.add_artist(drawn)
        drawn.set_clip_path(polygons(self._frames()), self._inches)

    def _draw_ticks(self) -> None:
        """Draw ticks along the left and the bottom of the sheet, words of the net on its first map, and one scale for all maps."""
        from matplotlib.collections import LineCollection

        lower, left = self.plane.edge_marks()
        last, length = len(self._corner) - 1, 0.03
        marks = []
        for j in range(self._corner.shape[1]):
            for at, words in lower:
                x, y = self.inches(last, j, at)
                marks.append([(x, y), (x, y - length)])
                self._text(x, y - 2 * length, words, ha="center", va="top", fontsize=7)
        for i in range(len(self._corner)):
            for at, words in left:
                x, y = self.inches(i, 0, at)
                marks.append([(x, y), (x - length, y)])
                self._text(x - 2 * length, y, words, ha="right", va="center", fontsize=7)
        for at, words in self.plane.net()[1]:
            x, y = self.inches(last, 0, at)
            self._text(x, y, words, ha="center", va="center", fontsize=5, bbox=PAPER)
        ends, words = self.plane.scale()
        bar = self.inches(last, 0, ends)
        self._text(bar[0, 0], bar[0, 1] + 0.05, words, ha="left", va="bottom", fontsize=6, bbox=PAPER)
        lines = LineCollection(
            [*marks, bar], linewidths=[*[0.8] * len(marks), 2.0], colors="black", zorder=3, transform=self._inches
        )  # fmt: skip
        self.figure.add_artist(lines)

    def _write(self, title: str, rows: Sequence[str], columns: Sequence[str]) -> None:
        width, height = self.figure.get_size_inches()
        self._text(width / 2, height - 0.1, title, ha="center", va="top", fontsize=11)
        top = self._corner[0, 0, 1] + self._map_in[1] + 0.07
        for j, name in enumerate(columns):
            self._text(self._corner[0, j, 0] + self._map_in[0] / 2, top, name, ha="center", va="bottom", fontsize=9)  # fmt: skip
        for i, name in enumerate(rows):
            middle = self._corner[i, 0, 1] + self._map_in[1] / 2
            self._text(
                self._corner[i, 0, 0] - LEFT_IN + 0.1,
                middle,
                name,
                ha="left",
                va="center",
                rotation=90,
                fontsize=9,
            )

    def _text(self, x: float, y: float, words: str, **style: Any) -> None:
        self.figure.text(x, y, words, transform=self._inches, **style)


def _fine(inches: np.ndarray) -> np.ndarray:
    """Return inches to the tenth of a point: finer is not seen, and takes twice the digits in a drawing."""
    return np.asarray(np.round(inches * TENTHS) / TENTHS)
