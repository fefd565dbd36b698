"""Charts as data: what the page draws with its charting library (``page/src/chart.ts``), and tests read without pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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

    @property
    def shape(self) -> str:
        """How it is drawn, in words."""
        return {
            "ranges": "Marks on bars",
            "points": "Dots with bars",
            "cells": "Fields",
            "verdicts": "Fields",
            "claims": "Lines",
        }.get(self.value, self.value.capitalize())


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
        return vars(self) | {"ground": self.ground.plain() if self.ground else None}

    @property
    def told(self) -> str:
        """The chart in words, for who does not see it: how it is drawn, and what of its rows there is room for."""
        said = list(dict.fromkeys(_TOLD[self.mark](self.rows)))
        more = f"; {len(said) - MOST_TOLD} more in the table" if len(said) > MOST_TOLD else ""
        axes = f", {self.y} over {self.x}" if self.y else f", {self.x}" if self.x else ""
        rules = "; ".join(f"{words} at {at:.4g}" for at, words in self.rules)
        marked = f" Marked: {rules}." if rules else ""
        return f"{self.mark.shape}{axes}. {'; '.join(said[:MOST_TOLD])}{more}.{marked}"

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


def share_above(values: np.ndarray, most: int = 200, **channels: str) -> list[Row]:
    """Return the share in % of values (n,) above each of them, at ``most`` of them or fewer; one that is not defined is above none."""
    known = np.sort(values[np.isfinite(values)])
    at = np.unique(np.linspace(0, max(known.size - 1, 0), min(known.size, most)).astype(int))
    share = 100 * (known.size - at) / max(values.size, 1)
    return [channels | {"x": _number(x), "value": _number(y)} for x, y in zip(known[at], share, strict=True)]


def _plain(label: Any) -> str | float:
    return float(label) if isinstance(label, int | float | np.number) else str(label)


def _number(value: Any) -> float | None:
    return float(f"{float(value):.6g}") if np.isfinite(value) else None


MOST_TOLD = 24
"""Rows that a chart tells in words; the rest stand in its table."""


def _where(row: Row, *keys: str) -> str:
    return ", ".join(dict.fromkeys(str(row[key]) for key in keys if row.get(key)))


def _short(value: str | float | None) -> str:
    """Return a number in four digits and at most six decimals, and nothing for one that does not exist."""
    if value is None or not np.isfinite(float(value)):
        return ""
    return np.format_float_positional(round(float(f"{float(value):.4g}"), 6) + 0.0, trim="-")


def _amount(row: Row) -> str:
    """Return the value of a row with its range, as far as there are such."""
    value, low, high = (_short(row.get(key)) for key in ("value", "low", "high"))
    if not value or not low or value == low == high:
        return value or (f"{low} to {high}" if low else "none")
    return f"{value} ({low} to {high})"


def _each(rows: Sequence[Row]) -> Iterator[str]:
    """Yield every row of bars, marks, dots or spans."""
    for row in rows:
        at = f" at {_short(row['x'])}" if isinstance(row.get("x"), float) else ""
        yield f"{_where(row, 'panel', 'group', 'series')}: {_amount(row)}{at}"


def _ends(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the ends of every line, and its greatest value where that is at neither."""
    for where, own in _by(rows, "panel", "series"):
        greatest = max(own, key=lambda row: float(_short(row.get("value")) or "-inf"))
        shown = list({id(row): row for row in (own[0], greatest, own[-1])}.values())
        ends = ", ".join(f"{_amount(row)} at {_short(row['x'])}" for row in shown)
        yield f"{where}: {ends}" if where else ends


def _spread(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the least and the greatest value of the fields of every panel."""
    for where, own in _by(rows, "panel"):
        values = [float(_short(row["value"]) or "nan") for row in own]
        yield f"{where}{': ' if where else ''}{_short(np.nanmin(values))} to {_short(np.nanmax(values))}"


def _worded(rows: Sequence[Row]) -> Iterator[str]:
    """Yield every row with its word."""
    for row in rows:
        yield f"{_where(row, 'group', 'x' if 'x' in row else 'series')}: {' '.join(str(row['word']).split())}"


def _on_map(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the places of a map, how many lines and areas there are of what, and how its fields spread."""
    for row in rows:
        if row["kind"] == "place":
            yield f"{_where(row, 'panel', 'series', 'word')} at {row['y']:.1f}, {row['x']:.1f} degrees"
    for what, own in _by(
        [row for row in rows if row["kind"] not in {"place", "field"}], "panel", "series", "kind"
    ):
        yield f"{what} ({len({row['group'] for row in own})})"
    yield from _spread([row for row in rows if row["kind"] == "field"])


def _by(rows: Sequence[Row], *keys: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield the rows that agree in some channels together, with these in words."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(_where(row, *keys), []).append(row)
    yield from groups.items()


_TOLD: Mapping[Mark, Callable[[Sequence[Row]], Iterator[str]]] = {
    Mark.BARS: _each, Mark.RANGES: _each, Mark.SPANS: _each, Mark.LINES: _ends, Mark.POINTS: _each, Mark.CELLS: _spread,
    Mark.VERDICTS: _worded, Mark.CLAIMS: _worded, Mark.MAP: _on_map,
}  # fmt: skip
