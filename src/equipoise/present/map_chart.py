"""Maps as data: rows of paths, areas, circles, places and fields, for charts of the mark ``map``."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from equipoise.foundation.sphere import Floats
from equipoise.geography.window import Window
from equipoise.present.basemap import land_in
from equipoise.present.chart import Chart, Ground, Mark, Row

WIDTH_PX = 900.0
"""A map of the page is at most about as wide; its land is as fine as that shows."""


def map_chart(window: Window, rows: Iterable[Row], words: str = "") -> Chart:
    """Return the chart of rows over the land of a window; ``words`` stand under it."""
    tolerance = window.width / WIDTH_PX
    rings = (
        ring + np.array([shift, 0.0])
        for piece, shift in window.pieces()
        for ring in land_in(piece, tolerance, step_deg=360.0)
    )
    edges = (window.west, window.east, window.south, window.north)
    return Chart(Mark.MAP, tuple(rows), x=words, ground=Ground(edges, tuple(rings)))


def path(series: str, lat_deg: ArrayLike, lon_deg: ArrayLike, group: str = "") -> list[Row]:
    """Return the points (n,) of a line over the ground."""
    return _points("path", series, group or series, lat_deg, lon_deg)


def area(series: str, lat_deg: ArrayLike, lon_deg: ArrayLike, group: str) -> list[Row]:
    """Return the corners (n,) of an area."""
    return _points("area", series, group, lat_deg, lon_deg)


def place(series: str, lat_deg: float, lon_deg: float, word: str = "") -> list[Row]:
    """Return one place, with the word that stands beside it; nothing where it is not defined."""
    if not (np.isfinite(lat_deg) and np.isfinite(lon_deg)):
        return []
    return [{"kind": "place", "series": series, "x": float(lon_deg), "y": float(lat_deg), "word": word}]


def fields(series: str, lat_deg: Floats, lon_deg: Floats, values: Floats) -> list[Row]:
    """Return the fields with these middles, (rows,) and (columns,), that have a value of (rows, columns)."""
    return [
        {
            "kind": "field",
            "series": series,
            "x": float(lon_deg[j]),
            "y": float(lat_deg[i]),
            "value": float(f"{values[i, j]:.3g}"),
        }
        for i, j in np.argwhere(np.isfinite(values))
    ]


def _points(kind: str, series: str, group: str, lat_deg: ArrayLike, lon_deg: ArrayLike) -> list[Row]:
    lat, lon = np.asarray(lat_deg, dtype=float), np.asarray(lon_deg, dtype=float)
    return [
        {"kind": kind, "series": series, "group": group, "x": round(float(x), 3), "y": round(float(y), 3)}
        for x, y in zip(lon, lat, strict=True)
        if np.isfinite(x) and np.isfinite(y)
    ]
