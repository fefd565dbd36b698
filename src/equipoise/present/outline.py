"""Outlines of defended areas as polygons with their area, from the cells of a result, and as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from equipoise.geography.outlines import on_globe, union_of_rings
from equipoise.results.record import Result

LEVELS = (1, 2)
"""Shots of which an outline is made: where there are so many or more."""


def outline(data: xr.Dataset, *, phase: str, mode: str, threat: str, shots: int = 1) -> tuple[Any, float]:
    """Return the union of the cells with at least so many shots (longitude, latitude in degrees), and its area in km2.

    The outline runs along cell edges, so it lies within half a cell of the true boundary.
    """
    case = data.sel(phase=phase, mode=mode, threat=threat)
    cells = (case.shots.values >= shots) & (data.area.values > 0)
    return joined(data, cells), float(data.area.values[cells].sum())


def joined(data: xr.Dataset, cells: np.ndarray) -> Any:
    """Return the union of the cells where ``cells`` (rows, columns) is true, in degrees, cut at 180 degrees."""
    from shapely import box, union_all

    rows, columns = (data[name].values for name in data.area.dims)
    half = float(data.attrs["step"]) / 2
    i, j = np.nonzero(cells)
    x, y = columns[j], rows[i]
    if data.attrs["grid"] == "lat_lon":
        south, north = np.maximum(y - half, -90.0), np.minimum(y + half, 90.0)
        return on_globe(union_all(box(x - half, south, x + half, north), grid_size=1e-6))
    corner_x, corner_y = (
        np.stack([v + s * half for s in signs], axis=1)
        for v, signs in ((x, (-1, 1, 1, -1)), (y, (-1, -1, 1, 1)))
    )
    lon, lat = _projection(data)(1e3 * corner_x, 1e3 * corner_y, inverse=True)
    return union_of_rings(zip(lat, lon, strict=True))


def _projection(data: xr.Dataset) -> Any:
    from pyproj import Proj

    lat, lon = (float(number) for number in data.attrs["middle_deg"])
    return Proj(proj="laea", ellps="WGS84", lat_0=lat, lon_0=lon)


def features(result: Result) -> Iterator[dict[str, Any]]:
    """Yield one GeoJSON feature for each phase, mode, threat and number of shots that defends any cell."""
    from shapely import orient_polygons, set_precision
    from shapely.geometry import mapping

    data = result.data
    for phase in data.phase.values:
        for mode in data["mode"].values:
            for threat in data.threat.values:
                for level in LEVELS:
                    which = {"phase": str(phase), "mode": str(mode), "threat": str(threat)}
                    shape, area_km2 = outline(data, **which, shots=level)
                    if not shape.is_empty:
                        exact = orient_polygons(set_precision(shape, 1e-4))
                        properties = which | {"shots": level, "area_km2": round(area_km2)}
                        yield {"type": "Feature", "properties": properties, "geometry": mapping(exact)}


def geojson(result: Result) -> dict[str, Any]:
    """Return all outlines as one GeoJSON collection (RFC 7946)."""
    return {"type": "FeatureCollection", "features": list(features(result))}
