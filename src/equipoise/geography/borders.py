"""Countries, coasts and borders of the world (Natural Earth 4.1.0, public domain), bundled at two scales.

Shapes are cut at 180 degrees, so longitudes lie in -180 to 180 and a plane map has no bands across it. Areas are
those that Natural Earth draws, which follows control on the ground; a disputed area without an ISO code has empty
codes and its own name. Made by ``builders/borders.py``.

>>> found = country_at(np.array([44.4, 38.0, 45.0]), np.array([26.1, 46.5, -30.0]))
>>> [countries("50m")[i].iso3 if i >= 0 else "sea" for i in found]
['ROU', 'IRN', 'sea']
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.foundation.errors import nearest
from equipoise.foundation.remember import remember
from equipoise.foundation.sphere import wrapped_deg
from equipoise.geography.window import Window

if TYPE_CHECKING:
    from shapely import Polygon

Scale = Literal["110m", "50m"]
"""1:110 million for the world (8,000 points), 1:50 million for a region (80,000 points)."""
Line = NDArray[np.float64]
"""Points (n, 2): longitude and latitude in degrees."""


@dataclass(frozen=True, eq=False)
class Country:
    """A country or disputed area: ISO 3166-1 codes (may be empty), name, polygons as (shell, hole, ...) rings."""

    iso2: str
    iso3: str
    name: str
    polygons: tuple[tuple[Line, ...], ...]


@lru_cache(maxsize=2)
def _file(scale: Scale) -> dict[str, Any]:
    text = (files("equipoise.geography") / "data" / f"countries-{scale}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _decoded(flat: list[int], unit_deg: float) -> Line:
    steps = np.array(flat, dtype=np.float64).reshape(-1, 2)
    return np.asarray(np.cumsum(steps, axis=0) * unit_deg, dtype=np.float64)


@lru_cache(maxsize=2)
def countries(scale: Scale = "110m") -> tuple[Country, ...]:
    """Return all countries, ordered by ISO code, those without one last."""
    content = _file(scale)
    unit = content["unit_deg"]
    return tuple(
        Country(
            c["iso2"], c["iso3"], c["name"], tuple(tuple(_decoded(r, unit) for r in p) for p in c["polygons"])
        )
        for c in content["countries"]
    )


def land_about(box: Window, margin_deg: float = 0.0) -> Iterator[tuple[str, np.ndarray]]:
    """Yield name and shell (n, 2), longitude and latitude in degrees, of the land whose bounds meet a window and a margin about it.

    Coasts at 1:50 million; the longitudes are those of the window, which may cross 180 degrees.
    """
    for country in countries("50m"):
        for shell, *_ in country.polygons:
            (west, south), (east, north) = shell.min(axis=0), shell.max(axis=0)
            if north <= box.south - margin_deg or south >= box.north + margin_deg:
                continue
            for turn in (-360.0, 0.0, 360.0):
                if east + turn > box.west - margin_deg and west + turn < box.east + margin_deg:
                    yield country.name, shell + np.array([turn, 0.0])


def code_meant(text: str) -> str:
    """Return the sentence that offers the two-letter code of what somebody may have meant: a longer code, a name, its initials."""
    known = {country.iso2: country for country in countries("50m") if country.iso2}
    for code, country in known.items():
        initials = "".join(word[0] for word in country.name.split() if word[0].isupper())
        if text.casefold() in (country.iso3.casefold(), country.name.casefold(), initials.casefold()):
            return f"Did you mean '{code}'?"
    guess = nearest(text.upper(), sorted(known))
    return f"Did you mean '{guess}'?" if guess else "ISO 3166-1 has them, such as NO or JP."


@lru_cache(maxsize=1)
def country_labels(window: Window | None = None) -> tuple[tuple[str, float, float, float], ...]:
    """Return where the names of countries stand on a map: name, longitude, latitude, half the room there is in degrees.

    The place is the middle of the largest circle in the country's largest part; the largest room comes first. A country of which a
    ``window`` shows a part without that middle is named in the middle of the part.
    """
    from shapely import Polygon

    found = []
    for country in countries("110m"):
        parts = [Polygon(rings[0], rings[1:]) for rings in country.polygons]
        largest = max(parts, key=lambda shape: shape.area)
        if not country.iso2 or not largest.is_valid:
            continue
        lon, lat, room = _middle(largest)
        if window and not window.contains(lat, lon):
            shown = _largest_in(window, [part for part in parts if part.is_valid])
            lon, lat, room = _middle(shown) if shown else (lon, lat, room)
        found.append((country.name, round(lon, 1), round(lat, 1), round(room, 2)))
    return tuple(sorted(found, key=lambda label: -label[3]))


def _largest_in(window: Window, parts: Sequence[Polygon]) -> Polygon | None:
    """Return the largest piece of a country's parts that a window shows, with the window's longitudes; None if there is none."""
    from shapely import box, get_parts
    from shapely.affinity import translate

    view = box(window.west, window.south, window.east, window.north)
    turned = (translate(part, turn).intersection(view) for part in parts for turn in (-360.0, 0.0, 360.0))
    pieces = (piece for shape in turned for piece in get_parts(shape) if piece.area > 0.0)
    return max(pieces, key=lambda shape: shape.area, default=None)


def _middle(shape: Polygon) -> tuple[float, float, float]:
    """Return longitude, latitude and radius in degrees of the largest circle in a shape."""
    from shapely import maximum_inscribed_circle

    radius = maximum_inscribed_circle(shape, tolerance=0.2)
    lon, lat = radius.coords[0]
    return lon, lat, radius.length


@lru_cache(maxsize=4)
def lines(kind: Literal["coasts", "borders"], scale: Scale = "110m") -> tuple[Line, ...]:
    """Return coastlines, or the land borders between countries, each line once."""
    content = _file(scale)
    return tuple(_decoded(flat, content["unit_deg"]) for flat in content[kind])


@remember(limit_mb=20)
def country_at(lat_deg: Line, lon_deg: Line, scale: Scale = "50m") -> NDArray[np.int16]:
    """Return for each point the index into ``countries(scale)``, -1 at sea; inputs (n,) in degrees, of any lap."""
    lon_deg = wrapped_deg(lon_deg)
    found = np.full(lat_deg.shape, -1, dtype=np.int16)
    first = [np.fmin.reduce(x, initial=np.inf) for x in (lon_deg, lat_deg)]
    last = [np.fmax.reduce(x, initial=-np.inf) for x in (lon_deg, lat_deg)]
    polygons, corners = _boxes(scale)
    for k in np.flatnonzero(np.all((corners[:, 0] <= last) & (corners[:, 1] >= first), axis=1)):
        (west, south), (east, north) = corners[k]
        near = (lon_deg >= west) & (lon_deg <= east) & (lat_deg >= south) & (lat_deg <= north) & (found < 0)
        if near.any():
            index, polygon = polygons[k]
            within = np.zeros(int(near.sum()), dtype=bool)
            for ring in polygon:
                within ^= inside(ring, lat_deg[near], lon_deg[near])
            found[np.flatnonzero(near)[within]] = index
    return found


@lru_cache(maxsize=4)
def _boxes(scale: Scale) -> tuple[list[tuple[int, tuple[Line, ...]]], NDArray[np.float64]]:
    """Return every polygon with the index of its country, and its south-west and north-east corner (n, 2, 2) as longitude and latitude."""
    polygons = [(i, polygon) for i, country in enumerate(countries(scale)) for polygon in country.polygons]
    return polygons, np.array([[rings[0].min(axis=0), rings[0].max(axis=0)] for _, rings in polygons])


def inside(ring: Line, lat: Line, lon: Line) -> NDArray[np.bool_]:
    """Return whether each point (n,), in degrees, lies in the closed ring (m, 2) of longitude and latitude, edges straight on that plane.

    A ray to the east crosses the ring an odd number of times.
    """
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    odd = np.zeros(lat.shape, dtype=bool)
    rows, row_of = np.unique(lat, return_inverse=True)
    for i in np.flatnonzero((rows >= ring[:, 1].min()) & (rows <= ring[:, 1].max())):
        spans = (y0 > rows[i]) != (y1 > rows[i])
        cross = x0[spans] + (rows[i] - y0[spans]) * (x1[spans] - x0[spans]) / (y1[spans] - y0[spans])
        here = row_of == i
        odd[here] = (cross.size - np.searchsorted(np.sort(cross), lon[here], side="right")) % 2 == 1
    return odd
