"""The map under a figure: coasts and borders in a window, ticks in degrees, a scale bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.foundation.sphere import wrapped_deg
from equipoise.geography.borders import Line, Scale, countries, lines
from equipoise.geography.window import Window

if TYPE_CHECKING:
    import xarray as xr


@lru_cache(maxsize=16)
def window_lines(window: Window, tolerance_deg: float) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the coasts and borders in the window, in its longitudes; no point moves by more than ``tolerance_deg``."""
    return _across(lines("coasts", "50m"), window, tolerance_deg), _across(
        lines("borders", "50m"), window, tolerance_deg
    )


def _across(all_lines: tuple[Line, ...], window: Window, tolerance_deg: float) -> tuple[Line, ...]:
    return tuple(
        line + np.array([shift, 0.0])
        for piece, shift in window.pieces()
        for line in clipped_lines(all_lines, piece, tolerance_deg)
    )


def clipped_lines(all_lines: tuple[Line, ...], window: Window, tolerance_deg: float) -> tuple[Line, ...]:
    """Return what lies of lines in a window within 180 degrees; no point moves by more than ``tolerance_deg``."""
    from shapely import LineString, clip_by_rect, get_coordinates, get_parts, simplify

    coarse = simplify([LineString(line) for line in _near(all_lines, window)], tolerance_deg)
    inside = clip_by_rect(coarse, window.west, window.south, window.east, window.north)
    return tuple(get_coordinates(part) for part in get_parts(inside) if part.length > 2 * tolerance_deg)


def _near(all_lines: Iterable[Line], window: Window) -> Iterator[Line]:
    """Yield the lines whose bounds meet a window within 180 degrees."""
    for line in all_lines:
        (west, south), (east, north) = line.min(axis=0), line.max(axis=0)
        if east > window.west and west < window.east and north > window.south and south < window.north:
            yield line


def land(scale: Scale) -> list[Line]:
    """Return the outer rings of all countries; lakes inside a country are not drawn."""
    return [polygon[0] for country in countries(scale) for polygon in country.polygons]


def land_in(window: Window, tolerance_deg: float, *, step_deg: float) -> list[Line]:
    """Return the outer rings of the land in a window within 180 degrees, cut at its edges, no side longer than ``step_deg``."""
    from shapely import (
        Polygon,
        clip_by_rect,
        get_coordinates,
        get_exterior_ring,
        get_parts,
        make_valid,
        segmentize,
        simplify,
    )

    near = [Polygon(ring) for ring in _near(land("50m"), window)]
    coarse = simplify(make_valid(near), tolerance_deg)
    cut = get_parts(get_parts(clip_by_rect(coarse, window.west, window.south, window.east, window.north)))
    kept = [p for p in cut if p.geom_type == "Polygon" and p.area > 0.002]
    return [get_coordinates(get_exterior_ring(p)) for p in segmentize(kept, step_deg)]


def draw_map(axes: Any, window: Window, *, width_in: float = 6.0) -> None:
    """Draw coasts and borders at the detail that ``width_in`` inches can show, ticks, and a scale of 500 km."""
    draw_ground(axes, window, window.width, width_in=width_in)
    axes.set_xlim(window.west, window.east)
    axes.set_ylim(window.south, window.north)
    axes.set_aspect(1.0 / cos(radians((window.south + window.north) / 2)))
    _ticks(axes, window)
    _scale(axes, window)


def draw_ground(
    axes: Any, window: Window, wide_deg: float, *, width_in: float, at: Callable[[np.ndarray], np.ndarray] = np.asarray
) -> None:  # fmt: skip
    """Draw coasts and borders of a map that is ``wide_deg`` wide, at the detail that ``width_in`` inches can show.

    ``at`` gives the places on the map (n, 2) of points in degrees.
    """
    coasts, borders = window_lines(window, wide_deg / (110.0 * width_in))
    for parts, colour, width in ((coasts, "#333333", 0.6), (borders, "#666666", 0.35)):
        draw_lines(axes, [at(part) for part in parts], colour, width)


def draw_lines(axes: Any, parts: Sequence[np.ndarray], colour: str, width: float) -> None:
    """Draw lines (n, 2) of a map, ``width`` points wide."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if parts:  # one path of many pieces is drawn several times as fast as a collection of lines
        whole = Path.make_compound_path(*(Path(part) for part in parts))
        axes.add_artist(PathPatch(whole, facecolor="none", edgecolor=colour, linewidth=width))


def height_to_width(window: Window) -> float:
    """Return how many times as high as wide the map is."""
    return (window.north - window.south) / (window.width * cos(radians(window.middle[0])))


def tick_marks(window: Window) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
    """Return where a map has ticks, and their words: of longitude and of latitude."""
    wide, high = window.width, window.north - window.south
    step = 10 * max(1, round(wide / 50)) if wide > 25 else 5
    rise = 10 if high > 25 else 5 if high > 8 else 2
    lon = np.arange(np.ceil(window.west / step) * step, window.east, step)
    lat = np.arange(np.ceil(window.south / rise) * rise, window.north, rise)
    return [(v, longitude_words(v)) for v in lon], [(v, _degrees(v, "N", "S")) for v in lat]


def longitude_words(lon_deg: float) -> str:
    """Return a longitude in whole degrees as a map's tick has it; 0 and 180 have no side."""
    lon = float(wrapped_deg(lon_deg))
    return "180°" if abs(lon) == 180.0 else _degrees(lon, "E", "W")


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.0f}°{positive if value > 0 else negative if value < 0 else ''}"


def scale_bar(window: Window) -> tuple[np.ndarray, str]:
    """Return the ends (2, 2) of the map's scale, longitude and latitude, and its words."""
    west, south, north = window.west, window.south, window.north
    y = south + 0.05 * (north - south)
    length = 500.0 / (111.19 * cos(radians(y)))
    return np.array([[west + 2, y], [west + 2 + length, y]]), "500 km"


def _ticks(axes: Any, window: Window) -> None:
    lon, lat = (tuple(zip(*marks, strict=True)) or ((), ()) for marks in tick_marks(window))
    axes.set_xticks(*lon)
    axes.set_yticks(*lat)
    axes.tick_params(labelsize=7, length=2)


def _scale(axes: Any, window: Window) -> None:
    ends, words = scale_bar(window)
    axes.plot(*ends.T, color="black", linewidth=2)
    above = ends[0, 1] + 0.02 * (window.north - window.south)
    axes.text(ends[:, 0].mean(), above, words, ha="center", fontsize=6, bbox=PAPER)


PAPER: dict[str, Any] = {"fc": "white", "ec": "none", "alpha": 0.75, "pad": 1.0}
"""Behind words on a map: lines of the map must not run through them."""


MARKERS = {
    "site": ("^", "interceptor site"),
    "radar": ("s", "radar"),
    "launch_area": ("X", "launch area"),
    "base": ("o", "strategic base"),
}
"""Marker and words of each kind of place."""


def places_of(places: xr.Dataset, kind: str) -> np.ndarray:
    """Return longitude and latitude (n, 2) of the active places of a kind, of one phase of a result of kind ``places``."""
    shown = (places.active.values > 0) & (places.place_kind.values == kind)
    return np.stack([places.lon.values[shown], places.lat.values[shown]], axis=1)


def place_legend(kinds: tuple[str, ...] = ("site", "radar")) -> list[Any]:
    """Return the legend's handles for the marks."""
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            linestyle="",
            marker=MARKERS[k][0],
            color="#d55e00",
            mec="black",
            mew=0.5,
            markersize=6,
            label=MARKERS[k][1],
        )
        for k in kinds
    ]
