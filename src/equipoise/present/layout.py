"""Figures of regular panels, laid out by what their words need.

matplotlib's constrained layout measures every panel twice, tick by tick; for panels in rows and columns, with a title
over all and a legend below, once is enough unless the new sizes change the ticks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from matplotlib.layout_engine import LayoutEngine

PAD_PT = 4.0
"""Room on each side of a panel with its words, of the legend and of the title over all."""


class Panels(LayoutEngine):
    """Gives panels of one grid the room that titles, labels and legends below leave."""

    _adjust_compatible = False
    _colorbar_gridspec = False

    def execute(self, fig: Any) -> None:
        """Place the panels; again where the ticks of the new sizes are others."""
        for axes in fig.axes:
            axes.spines[:].set_in_layout(False)  # each would measure all ticks again
        for _ in range(2):
            ticks = _ticks(fig.axes)
            _place(fig)
            if _ticks(fig.axes) == ticks:
                break


def _ticks(panels: list[Any]) -> list[list[float]]:
    return [list(axis.get_majorticklocs()) for axes in panels for axis in (axes.xaxis, axes.yaxis)]


def _place(fig: Any) -> None:
    pad = PAD_PT * fig.dpi / 72
    width, height = fig.bbox.size
    grid = fig.axes[0].get_subplotspec().get_gridspec()
    across, down = np.zeros((grid.ncols, 2)), np.zeros((grid.nrows, 2))
    for axes in fig.axes:
        spot, place, all_of_it = axes.get_subplotspec(), axes.bbox, axes.get_tightbbox(for_layout_only=True)
        _need(across, spot.colspan, place.x0 - all_of_it.x0, all_of_it.x1 - place.x1)
        _need(down, spot.rowspan, all_of_it.y1 - place.y1, place.y0 - all_of_it.y0)
    top = sum(_title_height(text, pad, height) for text in fig.texts)
    bottom = sum(legend.get_tightbbox().height + 2 * pad for legend in fig.legends)
    x = _edges(across + pad, width, grid.get_width_ratios())
    y = _edges(down + pad, height - top - bottom, grid.get_height_ratios())
    for axes in fig.axes:
        spot = axes.get_subplotspec()
        (left, right), (high, low) = (
            (edges[span.start, 0], edges[span.stop - 1, 1])
            for edges, span in ((x, spot.colspan), (y, spot.rowspan))
        )
        axes.set_position(
            (left / width, 1 - (top + low) / height, (right - left) / width, (low - high) / height)
        )


def _need(room: np.ndarray, span: range, before: float, after: float) -> None:
    room[span.start, 0] = max(room[span.start, 0], before)
    room[span.stop - 1, 1] = max(room[span.stop - 1, 1], after)


def _title_height(text: Any, pad: float, height: float) -> float:
    text.set_y(1 - pad / height)
    return float(text.get_window_extent().height) + 2 * pad


def _edges(room: np.ndarray, length: float, ratios: Any) -> np.ndarray:
    """Return begin and end (n, 2) of panels with ``room`` before and after each, within ``length``."""
    sizes = (length - room.sum()) * np.asarray(ratios, float) / np.sum(ratios)
    begin = np.cumsum(room[:, 0] + np.append(0, sizes[:-1] + room[:-1, 1]))
    return np.stack([begin, begin + sizes], axis=1)


def remember_ticks(figure: Any) -> None:
    """Have every axis find its ticks once for a view and a size, and lay out each label once, while a figure is saved.

    matplotlib asks for both some five times while it lays out and draws. The methods are its own; nothing else relies on
    them, and nothing else of the figure may change meanwhile.
    """
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis._update_ticks = _remembered(
                partial(_ticks_with_memory, axis._update_ticks), partial(_view_and_size, axis)
            )


def _view_and_size(axis: Any) -> tuple[float, ...]:
    return *axis.get_view_interval(), *axis.axes.bbox.bounds


def _ticks_with_memory(find: Callable[[], list[Any]]) -> list[Any]:
    ticks = find()
    for tick in ticks:
        for label in (tick.label1, tick.label2):
            label._get_layout = _remembered(partial(type(label)._get_layout, label), label.get_text)
    return ticks


def _remembered(find: Callable[..., Any], state: Callable[[], Any]) -> Callable[..., Any]:
    """Return ``find``, which is asked again when ``state`` is another than the last."""
    known: dict[Any, Any] = {}

    def ask(*given: Any) -> Any:
        now = state()
        if now not in known:
            known.clear()
            known[now] = find(*given)
        return known[now]

    return ask
