"""Charts as data: what the page draws with its charting library (``page/src/chart.ts``), and tests read without pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import xarray as xr

from equipoise.geography.borders import Line


class Mark(StrEnum):
    """How the rows of a chart are drawn."""

    BARS = "bars"
    """Lying bars from zero: ``value``, grouped by ``group``, one for each ``series``."""
    RANGES = "ranges"
    """A mark at ``value`` on a bar from ``low`` to ``high``, one row for each ``group``, side by side by ``series``."""
    LINES = "lines"
    """Lines of ``value`` over ``x``, one for each ``series``, with a band from ``low`` to ``high`` where there is one."""
    POINTS = "points"
    """Dots of ``value`` over ``x`` with a bar from ``low`` to ``high``, the colour by ``series``."""
    SPANS = "spans"
    """Lying spans from ``low`` to ``high``, those of one ``group`` in one row, the colour by ``series``."""
    CELLS = "cells"
    """Fields at ``x`` and ``y``, darker with ``value``."""
    VERDICTS = "verdicts"
    """Fields of ``series`` (a verdict) with its ``word``, ``group`` by ``x``."""
    CLAIMS = "claims"
    """One line for each ``group``, as thick as its ``value`` in %; each of two ``series`` has its ``word`` at an end. The first leads."""
    MAP = "map"
    """Longitude ``x`` and latitude ``y`` over a ground. Rows of one ``group`` are one line of a ``kind``: a path, or the edge of an area;
    a place has its ``word``, a field the ``value`` to which it is the stronger the smaller that is."""


@dataclass(frozen=True)
class Ground:
    """What lies under a map: its edges in degrees (west, east, south, north), and the rings of countries as lon, lat."""

    window: tuple[float, float, float, float]
    land: tuple[Line, ...]

    def plain(self) -> dict[str, Any]:
        """Return the ground as the page reads it, in hundredths of a degree."""
        return {"window": self.window, "land": [np.round(ring, 2).tolist() for ring in self.land]}


Row = Mapping[str, str | float | None]


@dataclass(frozen=True)
class Chart:
    """Rows and how they are drawn; each row may name its ``panel``, and panels stand side by side.

    ``x`` and ``y`` are the axes' titles with units; ``rules`` are values at which the value axis (of lines: the x axis) is marked, each
    with its words. ``falling`` turns the x axis round, ``logarithmic`` is of the value axis.
    """

    mark: Mark
    rows: tuple[Row, ...]
    x: str = ""
    y: str = ""
    rules: tuple[tuple[float, str], ...] = ()
    falling: bool = False
    logarithmic: bool = False
    ground: Ground | None = None

    def plain(self) -> dict[str, Any]:
        """Return the chart as the page reads it."""
        said = {
            "mark": self.mark.value,
            "rows": list(self.rows),
            "x": self.x,
            "y": self.y,
            "rules": list(self.rules),
        }
        ground = self.ground.plain() if self.ground else None
        return said | {"falling": self.falling, "logarithmic": self.logarithmic, "ground": ground}

    def named(self, said: Any) -> Chart:
        """Return the chart with every text put through ``said``."""
        rows = tuple({k: said(v) if isinstance(v, str) else v for k, v in row.items()} for row in self.rows)
        rules = tuple((at, said(words)) for at, words in self.rules)
        return replace(self, rows=rows, rules=rules, x=said(self.x), y=said(self.y))


def year_of(day: date) -> float:
    """Return a day as a place on an axis of years."""
    return round(day.year + (day.timetuple().tm_yday - 1) / 365.25, 3)


def rows(values: Mapping[str, xr.DataArray], panel: Sequence[str] = (), **channels: str) -> tuple[Row, ...]:
    """Return one row for each element of arrays of the same dimensions, such as ``{"value": share, "low": least}``.

    ``channels`` name the dimension behind each channel (``group="phase"``), ``panel`` the dimensions whose labels together name a
    panel. Numbers that do not exist are None; they keep six digits.
    """
    first = next(iter(values.values()))
    aligned = {key: array.transpose(*first.dims).values for key, array in values.items()}
    labels = {str(d): [_plain(v) for v in first[d].values] for d in first.dims}
    found = []
    for index in np.ndindex(first.shape):
        at = {d: labels[d][i] for d, i in zip(labels, index, strict=True)}
        row: dict[str, str | float | None] = {key: at[d] for key, d in channels.items()}
        if panel:
            row["panel"] = ", ".join(str(at[d]) for d in panel)
        found.append(row | {key: _number(array[index]) for key, array in aligned.items()})
    return tuple(found)


def _plain(label: Any) -> str | float:
    return float(label) if isinstance(label, int | float | np.number) else str(label)


def _number(value: Any) -> float | None:
    return float(f"{float(value):.6g}") if np.isfinite(value) else None
