"""Outlines on the globe as polygons in degrees, cut at 180 degrees and closed over a pole that they hold (RFC 7946, 3.1.9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.foundation.sphere import Floats, continuous_deg, turn_deg

HALF_TURN_DEG = 179.999
"""An edge between meridians further apart than this runs over a pole."""


def on_globe(shape: Any) -> Any:
    """Return a polygon or multipolygon whose longitudes may lie beyond 180 degrees, cut there and brought within -180 to 180."""
    from shapely import box, get_parts
    from shapely.affinity import translate
    from shapely.ops import unary_union

    if shape.is_empty or (shape.bounds[0] >= -180.0 and shape.bounds[2] <= 180.0):
        return shape
    laps = range(
        int(np.floor((shape.bounds[0] + 180.0) / 360.0)), int(np.ceil((shape.bounds[2] + 180.0) / 360.0))
    )
    cut = [
        translate(shape & box(360.0 * lap - 180.0, -90.0, 360.0 * lap + 180.0, 90.0), -360.0 * lap)
        for lap in laps
    ]
    return unary_union([part for part in get_parts(get_parts(cut)) if part.area > 0.0])


def ring_on_globe(lat_deg: ArrayLike, lon_deg: ArrayLike) -> Any:
    """Return what a ring of points (n,) encloses as a polygon in degrees, within -180 to 180.

    The ring runs along the shorter way between its points and need not be closed. One that goes once around the Earth encloses
    the pole on its own side of the equator.

    >>> ring_on_globe([80.0, 80.0, 80.0], [0.0, 120.0, -120.0]).bounds
    (-180.0, 80.0, 180.0, 90.0)
    """
    from shapely import Polygon, make_valid

    lat, lon = _over_poles(*(np.asarray(v, dtype=float) for v in (lat_deg, lon_deg)))
    lon = continuous_deg(lon)
    points = list(zip(lon, lat, strict=True))
    if abs(lon[-1] - lon[0]) > 180.0:
        pole = float(np.copysign(90.0, lat.mean()))
        points += [(lon[-1], pole), (lon[0], pole)]
    shape = Polygon(points)
    return on_globe(shape if shape.is_valid else make_valid(shape))


def _over_poles(lat_deg: Floats, lon_deg: Floats) -> tuple[Floats, Floats]:
    """Return a ring closed, with the pole as a vertex on both meridians of an edge that runs over it."""
    lat, lon = np.append(lat_deg, lat_deg[0]), np.append(lon_deg, lon_deg[0])
    over = np.flatnonzero(np.abs(turn_deg(lon[:-1], lon[1:])) > HALF_TURN_DEG)
    poles = np.copysign(90.0, lat[over] + lat[over + 1])
    at = np.repeat(over + 1, 2)
    return np.insert(lat, at, np.repeat(poles, 2)), np.insert(
        lon, at, np.stack([lon[over], lon[over + 1]], 1).ravel()
    )


def union_of_rings(rings: Iterable[tuple[ArrayLike, ArrayLike]]) -> Any:
    """Return the union of what rings (latitudes, longitudes in degrees) enclose, within -180 to 180."""
    from shapely import union_all

    return union_all([ring_on_globe(lat, lon) for lat, lon in rings], grid_size=1e-6)
