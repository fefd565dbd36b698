"""The still map of a report: its picture in the preview of a link, and what stands in the map's place where no script runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from textwrap import wrap

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pyproj import Proj

from equipoise.foundation.status import Reason
from equipoise.geography.borders import Scale, countries, lines
from equipoise.geography.window import Window
from equipoise.present.first_screen import FirstScreen, shown
from equipoise.present.payload import on_latitudes
from equipoise.results.record import Result

SIZE = (1200, 630)
"""Width and height in pixels, the proportions that previews of links show whole."""
TEXT_WIDTH, EDGE, SMOOTHED, COLOURS = 420, 28, 2, 64
SEA, LAND, COAST, BORDER, INK, PAPER = "#e6eff5", "#f5f2ea", "#3b434a", "#9aa2a9", "#1c2024", "#ffffff"
CLASSES = (("#1f5fa8", "two shots or more"), ("#74aadb", "one shot"), ("#f6dfb8", "in range, not defended"))
SEVERAL, ONCE, UNDEFENDED = range(3)


def still_map(results: Mapping[str, Result], title: str, opening: FirstScreen) -> bytes:
    """Return the PNG: the headline beside the map of the last phase, first mode and last missile; empty without a map."""
    area = on_latitudes(results["defended_area"].data) if "defended_area" in results else None
    if area is None or "lat" not in area.dims:
        return b""
    width, height = (SMOOTHED * v for v in SIZE)
    left = SMOOTHED * TEXT_WIDTH
    picture = Image.new("RGB", (width, height), PAPER)
    picture.paste(_map(area, (width - left, height)), (left, 0))
    _write(ImageDraw.Draw(picture), title, " ".join(said.text for said in opening.headline))
    small = picture.resize(SIZE, Image.Resampling.LANCZOS).quantize(COLOURS)
    file = BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def _map(area: xr.Dataset, size: tuple[int, int]) -> Image.Image:
    window = Window.of_cells(area.lat, area.lon)
    lat, lon = window.middle
    project = Proj(proj="laea", ellps="WGS84", lat_0=lat, lon_0=lon)
    edge = np.linspace(0.0, 1.0, 30)
    sides = [(window.west + edge * window.width, np.full(30, y)) for y in (window.south, window.north)]
    x, y = np.concatenate([np.asarray(project(*side)) for side in sides], axis=1)
    scale = min(size[0] / float(np.ptp(x)), size[1] / float(np.ptp(y)))
    middle = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2

    def pixels(line: NDArray[np.float64]) -> list[tuple[float, float]]:
        """Return the pixels of points (n, 2) in degrees."""
        east, north = project(line[:, 0], line[:, 1])
        across, down = size[0] / 2 + scale * (east - middle[0]), size[1] / 2 - scale * (north - middle[1])
        return list(zip(across.tolist(), down.tolist(), strict=True))

    picture = Image.new("RGB", size, SEA)
    pen = ImageDraw.Draw(picture)
    near = window.widened(40.0, most_lat_deg=88.0)
    for ring in _near((p[0] for c in countries("110m") for p in c.polygons), near):
        pen.polygon(pixels(ring), fill=LAND)
    for kind, ring in _cells(area):
        pen.polygon(pixels(ring), fill=CLASSES[kind][0])
    for line, colour, wide in _outlines("110m"):
        for part in _near([line], near):
            pen.line(pixels(part), fill=colour, width=wide)
    return picture


def _near(
    rings: Iterator[NDArray[np.float64]] | Sequence[NDArray[np.float64]], window: Window
) -> Iterator[NDArray[np.float64]]:
    return (ring for ring in rings if bool(np.any(window.contains(ring[:, 1], ring[:, 0]))))


def _outlines(scale: Scale) -> Iterator[tuple[NDArray[np.float64], str, int]]:
    yield from ((line, BORDER, SMOOTHED) for line in lines("borders", scale))
    yield from ((line, COAST, 2 * SMOOTHED) for line in lines("coasts", scale))


def _cells(area: xr.Dataset) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield the class of each run of alike cells of a row, and its ring in degrees; unreached ones have none."""
    one = area.sel(shown(area))
    shots = one.shots.transpose("lat", "lon").values
    unreached = one.reason.transpose("lat", "lon").values == int(Reason.OUT_OF_RANGE)
    kinds = np.select([shots > 1, shots == 1, unreached], [SEVERAL, ONCE, -1], UNDEFENDED)
    half = float(area.lat[1] - area.lat[0]) / 2
    for lat, row in zip(area.lat.values, kinds, strict=True):
        turns = np.flatnonzero(np.diff(row)) + 1
        for first, stop in zip(np.r_[0, turns], np.r_[turns, len(row)], strict=True):
            if row[first] >= 0:
                east = area.lon.values[first:stop]
                edges = np.append(east - half, east[-1] + half)
                south, north = (
                    np.column_stack([edges, np.full(len(edges), lat + s * half)]) for s in (-1, 1)
                )
                yield int(row[first]), np.concatenate([south, north[::-1]])


def _write(pen: ImageDraw.ImageDraw, title: str, said: str) -> None:
    """Write title, headline, key and name into the part left of the map."""
    x, y = SMOOTHED * EDGE, SMOOTHED * EDGE
    for text, size, columns, colour in ((title, 17, 42, COAST), (said, 27, 27, INK)):
        font = ImageFont.load_default(SMOOTHED * size)
        for line in wrap(text, columns):
            pen.text((x, y), line, fill=colour, font=font)
            y += SMOOTHED * int(1.28 * size)
        y += SMOOTHED * 12
    font, y = ImageFont.load_default(SMOOTHED * 16), SMOOTHED * (SIZE[1] - EDGE - 24 * (len(CLASSES) + 1))
    for colour, words in CLASSES:
        pen.rectangle((x, y, x + SMOOTHED * 15, y + SMOOTHED * 15), fill=colour)
        pen.text((x + SMOOTHED * 24, y - SMOOTHED * 2), words, fill=INK, font=font)
        y += SMOOTHED * 24
    pen.text((x, y), "Equipoise. Coasts: Natural Earth", fill=COAST, font=font)
