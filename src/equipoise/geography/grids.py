"""Grids of map cells, by latitude and longitude or of equal area, with the country and the people of each cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.geography.borders import countries, country_at
from equipoise.geography.people import people
from equipoise.geography.window import Window


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells (n,), row by row: middle in degrees and area in km2; ``axes`` are the names and values of rows and columns.

    ``kind`` is ``lat_lon`` (axes in degrees) or ``equal_area`` (axes in km on Lambert's azimuthal projection about the
    middle of the window; cells whose middle lies outside the window have no area). ``step`` is in the axes' unit.
    """

    kind: str
    lat_deg: np.ndarray
    lon_deg: np.ndarray
    area_km2: np.ndarray
    axes: tuple[tuple[str, np.ndarray], tuple[str, np.ndarray]]
    step: float
    window: Window

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many rows and columns there are."""
        return self.axes[0][1].size, self.axes[1][1].size

    @property
    def cells_rad(self) -> np.ndarray:
        """Return the middles as latitude and longitude in rad, (n, 2)."""
        return np.radians(np.stack([self.lat_deg, self.lon_deg], axis=1))

    def cell_at(self, lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
        """Return the index of the cell that holds each point, -1 outside the grid."""
        lon = self.window.into(lon_deg)
        v, u = (lat_deg, lon) if self.kind == "lat_lon" else _projected(self.window, lat_deg, lon)
        (_, rows), (_, columns) = self.axes
        i = np.floor((v - rows[0]) / self.step + 0.5).astype(int)
        j = np.floor((u - columns[0]) / self.step + 0.5).astype(int)
        inside = (i >= 0) & (i < rows.size) & (j >= 0) & (j < columns.size)
        return np.where(inside, i * columns.size + j, -1)


@lru_cache(maxsize=16)
def lat_lon_grid(window: Window, step_deg: float) -> Grid:
    """Return cells of equal steps in latitude and longitude; their areas are those on the mean sphere.

    Longitudes rise from the window's west edge, beyond 180 where it crosses that meridian.
    """
    lat = np.arange(window.south + step_deg / 2, window.north, step_deg)
    lon = np.arange(window.west + step_deg / 2, window.east, step_deg)
    half, at = np.radians(step_deg) / 2, np.radians(lat)
    band = np.radians(step_deg) * (np.sin(at + half) - np.sin(at - half)) * (MEAN_RADIUS_M / 1e3) ** 2
    every_lat, every_lon = (g.ravel() for g in np.meshgrid(lat, lon, indexing="ij"))
    return Grid(
        "lat_lon",
        every_lat,
        every_lon,
        np.repeat(band, lon.size),
        (("lat", lat), ("lon", lon)),
        step_deg,
        window,
    )


@lru_cache(maxsize=16)
def equal_area_grid(window: Window, step_km: float) -> Grid:
    """Return square cells of one area that cover the window, on Lambert's azimuthal equal-area projection.

    Longitudes are the numbers nearest to the window's middle, beyond 180 where it crosses that meridian.
    """
    edge = np.linspace(0.0, 1.0, 200)
    lats = window.south + (window.north - window.south) * edge
    lons = window.west + (window.east - window.west) * edge
    rim_lat = np.concatenate([lats, lats, np.full(200, window.south), np.full(200, window.north)])
    rim_lon = np.concatenate([np.full(200, window.west), np.full(200, window.east), lons, lons])
    v, u = _projected(window, rim_lat, rim_lon)
    y = np.arange(np.floor(v.min() / step_km) + 0.5, v.max() / step_km + 0.5) * step_km
    x = np.arange(np.floor(u.min() / step_km) + 0.5, u.max() / step_km + 0.5) * step_km
    rows, columns = (g.ravel() for g in np.meshgrid(y, x, indexing="ij"))
    lon, lat = _projection(window)(columns * 1e3, rows * 1e3, inverse=True)
    area = np.where(window.contains(lat, lon), step_km**2, 0.0)
    return Grid("equal_area", lat, window.into(lon), area, (("y", y), ("x", x)), step_km, window)


def _projected(window: Window, lat_deg: np.ndarray, lon_deg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = _projection(window)(lon_deg, lat_deg)
    return y / 1e3, x / 1e3


@lru_cache(maxsize=8)
def _projection(window: Window) -> Any:
    from pyproj import Proj

    lat, lon = window.middle
    return Proj(proj="laea", ellps="WGS84", lat_0=lat, lon_0=lon)


@dataclass(frozen=True, eq=False)
class Ground:
    """What lies in the cells of a grid: ``owner`` (n,) indexes ``codes`` (-1: sea or no code), ``people`` (n, codes)."""

    owner: np.ndarray
    people: np.ndarray
    codes: tuple[str, ...]


@lru_cache(maxsize=8)
def ground(grid: Grid) -> Ground:
    """Return the country of the middle of each cell, and the people of each country in each cell."""
    names = countries("50m")
    index = country_at(grid.lat_deg, grid.lon_deg)
    iso = np.array([*(c.iso2 for c in names), ""])[index]
    table = people()
    cell = grid.cell_at(table.lat_deg, table.lon_deg)
    known = np.array(table.codes)[table.country]
    here = (cell >= 0) & (grid.area_km2[np.maximum(cell, 0)] > 0)
    codes = tuple(sorted({*(code for code in np.unique(iso) if code), *np.unique(known[here])}))
    place = {code: i for i, code in enumerate(codes)}
    count = np.zeros((grid.lat_deg.size, len(codes)))
    np.add.at(count, (cell[here], [place[code] for code in known[here]]), table.count[here])
    owner = np.array([place.get(code, -1) for code in iso])
    return Ground(np.where(grid.area_km2 > 0, owner, -1), count, codes)
