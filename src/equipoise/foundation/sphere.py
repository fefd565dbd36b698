"""Longitudes and great circles on a sphere: the one place that knows that the globe has no edge.

Latitudes and longitudes are in degrees, north and east positive, as floats or arrays of one shape. A longitude is an angle,
not a number: -179 and 181 are one meridian, and the middle between 175 and -175 is 180. Distances are on the mean sphere
of :data:`equipoise.foundation.constants.MEAN_RADIUS_M`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.foundation.constants import MEAN_RADIUS_M

Floats = NDArray[np.float64]
MEAN_RADIUS_KM = MEAN_RADIUS_M / 1e3


def wrapped_deg(lon_deg: ArrayLike) -> Floats:
    """Return longitudes brought into -180 (included) to 180; one that lies there, or is 180, keeps its bits.

    >>> wrapped_deg([-190.0, 210.0, 180.0, 26.1]).tolist()
    [170.0, -150.0, 180.0, 26.1]
    """
    lon = np.asarray(lon_deg, dtype=float)
    return np.where(np.abs(lon) <= 180.0, lon, (lon + 180.0) % 360.0 - 180.0)


def turn_deg(from_deg: ArrayLike, to_deg: ArrayLike) -> Floats:
    """Return the shorter turn from one longitude to another, eastward positive, -180 to 180.

    >>> turn_deg([175.0, 10.0], [-175.0, 350.0]).tolist()
    [10.0, -20.0]
    """
    turn = np.asarray(to_deg, dtype=float) - np.asarray(from_deg, dtype=float)
    return wrapped_deg(turn)


def near_deg(lon_deg: ArrayLike, middle_deg: ArrayLike) -> Floats:
    """Return each longitude as the number nearest to ``middle_deg``, which may lie beyond 180.

    >>> near_deg([-170.0, 170.0], 180.0).tolist()
    [190.0, 170.0]
    """
    lon = np.asarray(lon_deg, dtype=float)
    return np.asarray(lon + 360.0 * np.round((np.asarray(middle_deg, dtype=float) - lon) / 360.0))


def continuous_deg(lon_deg: ArrayLike) -> Floats:
    """Return the longitudes of a line (n,) without jumps: each within half a turn of the one before.

    >>> continuous_deg([179.0, -179.0, -177.0]).tolist()
    [179.0, 181.0, 183.0]
    """
    return np.asarray(np.unwrap(np.asarray(lon_deg, dtype=float), period=360.0))


def width_deg(west_deg: float, east_deg: float) -> float:
    """Return how far it is eastward from one meridian to another, above 0 to 360.

    >>> width_deg(150.0, -150.0), width_deg(-180.0, 180.0)
    (60.0, 360.0)
    """
    return (east_deg - west_deg) % 360.0 or 360.0


def narrowest_deg(lon_deg: ArrayLike) -> tuple[float, float]:
    """Return the west and east edges of the narrowest span of meridians that holds all longitudes (n,), n at least 1.

    The east edge is the larger number, so it may lie beyond 180.

    >>> narrowest_deg([175.0, -175.0, 179.0])
    (175.0, 185.0)
    """
    given = np.asarray(lon_deg, dtype=float).ravel()
    order = np.argsort(given % 360.0, kind="stable")
    sorted_deg = (given % 360.0)[order]
    gaps = np.diff(np.append(sorted_deg, sorted_deg[0] + 360.0))
    widest = int(np.argmax(gaps))
    west = float(wrapped_deg(given[order[(widest + 1) % given.size]]))
    return west, west + 360.0 - float(gaps[widest])


def unit_vectors(lat_deg: ArrayLike, lon_deg: ArrayLike) -> Floats:
    """Return unit vectors (..., 3): x through 0 E on the equator, z through the North Pole."""
    lat, lon = np.radians(np.asarray(lat_deg, dtype=float)), np.radians(np.asarray(lon_deg, dtype=float))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def middle_deg(lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[float, float]:
    """Return latitude and longitude of the point in the middle of points (n,): where their mean vector points.

    Raises ``ValueError`` for points that balance out, such as two opposite ones, which have no middle.

    >>> lat, lon = middle_deg([60.0, 62.0, 62.0, 60.0], [175.0, 175.0, -175.0, -175.0])
    >>> round(lat, 1), abs(round(lon, 6))
    (61.1, 180.0)
    """
    x, y, z = unit_vectors(lat_deg, lon_deg).reshape(-1, 3).mean(axis=0)
    if np.hypot(np.hypot(x, y), z) < 1e-9:
        raise ValueError("points that lie all around the globe have no middle")
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def distance_km(
    lat_deg: ArrayLike, lon_deg: ArrayLike, to_lat_deg: ArrayLike, to_lon_deg: ArrayLike
) -> Floats:
    """Return great-circle distances on the mean sphere, by the haversine formula, good from 0 to the antipode.

    >>> round(float(distance_km(0.0, 179.0, 0.0, -179.0)), 1)
    222.4
    """
    a, b = np.radians(np.asarray(lat_deg, dtype=float)), np.radians(np.asarray(to_lat_deg, dtype=float))
    turn = np.radians(np.asarray(to_lon_deg, dtype=float) - np.asarray(lon_deg, dtype=float))
    half = np.sin((b - a) / 2.0) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2.0) ** 2
    return np.asarray(2.0 * MEAN_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def circle_deg(
    lat_deg: float, lon_deg: float, radius_km: float, *, corners: int = 121
) -> tuple[Floats, Floats]:
    """Return latitudes and longitudes (corners,) of a circle about a point; the last is the first, and longitudes run on past 180.

    >>> [round(float(v), 3) for v in circle_deg(0.0, 179.5, 111.195, corners=5)[1]]
    [179.5, 180.5, 179.5, 178.5, 179.5]
    """
    turn, reach = np.linspace(0.0, 2.0 * np.pi, corners), radius_km / MEAN_RADIUS_KM
    start = np.radians(lat_deg)
    sines = np.sin(start) * np.cos(reach) + np.cos(start) * np.sin(reach) * np.cos(turn)
    over = np.arctan2(np.sin(turn) * np.sin(reach) * np.cos(start), np.cos(reach) - np.sin(start) * sines)
    return np.degrees(np.arcsin(np.clip(sines, -1.0, 1.0))), lon_deg + np.degrees(over)


def cut_line(lon_deg: ArrayLike, *columns: ArrayLike) -> list[Floats]:
    """Return a line (n,) cut at 180 degrees (RFC 7946, 3.1.9): pieces (m, 1 + columns) with longitudes in -180 to 180.

    ``columns`` (latitude, altitude, ...) are interpolated linearly to the cut, which both pieces share as their end.

    >>> [piece.tolist() for piece in cut_line([179.0, -179.0], [10.0, 12.0])]
    [[[179.0, 10.0], [180.0, 11.0]], [[-180.0, 11.0], [-179.0, 12.0]]]
    """
    rows = np.column_stack([continuous_deg(lon_deg), *(np.asarray(c, dtype=float) for c in columns)])
    lap = np.floor((rows[:, 0] + 180.0) / 360.0)
    pieces, start = [], 0
    first: Floats = rows[:0]
    for i in np.flatnonzero(np.diff(lap)):
        edge = 360.0 * max(lap[i], lap[i + 1]) - 180.0
        share = (edge - rows[i, 0]) / (rows[i + 1, 0] - rows[i, 0])
        cut = (rows[i] + share * (rows[i + 1] - rows[i]))[None, :]
        pieces.append(_on_lap(np.vstack([first, rows[start : i + 1], cut]), lap[i], edge))
        first, start = cut, int(i) + 1
    last_edge = float(first[0, 0]) if len(first) else np.nan
    pieces.append(_on_lap(np.vstack([first, rows[start:]]), lap[-1], last_edge))
    return [piece for piece in map(_without_repeats, pieces) if len(piece) > 1 or len(rows) == 1]


def _without_repeats(rows: Floats) -> Floats:
    """Return rows without those that repeat the one before."""
    kept: Floats = rows[np.append(True, np.any(np.diff(rows, axis=0) != 0.0, axis=1))]
    return kept


def _on_lap(rows: Floats, lap: float, edge: float) -> Floats:
    """Return rows with longitudes brought to -180 to 180; those at ``edge`` lie at the end of the lap they belong to."""
    moved = rows.copy()
    moved[:, 0] -= 360.0 * lap
    at_edge = np.abs(rows[:, 0] - edge) < 1e-9
    moved[at_edge, 0] = np.copysign(180.0, moved[at_edge, 0])
    return moved
