"""Where something may stand: boxes of latitude and longitude, less boxes, discs and corridors."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.sphere import near_deg

Box = tuple[float, float, float, float]
"""South, west, north, east in degrees; west < east, so that a box never crosses 180 degrees."""
SMALLEST_DEG = 0.05
"""A region whose every part is narrower than this counts as empty."""


def _unit(lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    lat, lon = np.radians(lat_deg), np.radians(lon_deg)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def distance_km(lat_deg: np.ndarray, lon_deg: np.ndarray, lat0_deg: float, lon0_deg: float) -> np.ndarray:
    """Return great-circle distances on the mean sphere to one point."""
    chord = np.linalg.norm(
        _unit(lat_deg, lon_deg) - _unit(np.asarray(lat0_deg), np.asarray(lon0_deg)), axis=-1
    )
    found: np.ndarray = 2.0 * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0)) * MEAN_RADIUS_M / 1e3
    return found


def corridor_distance_km(
    lat_deg: np.ndarray, lon_deg: np.ndarray, corridor_deg: Sequence[tuple[float, float]]
) -> np.ndarray:
    """Return great-circle distances on the mean sphere to a line of (lat, lon) points."""
    best = np.full(np.shape(lat_deg), np.inf)
    point = _unit(np.asarray(lat_deg), np.asarray(lon_deg))
    for (lat0, lon0), (lat1, lon1) in itertools.pairwise(corridor_deg):
        a, b = _unit(np.asarray(lat0), np.asarray(lon0)), _unit(np.asarray(lat1), np.asarray(lon1))
        normal = np.cross(a, b)
        length = np.linalg.norm(normal)
        if length > 0.0:
            normal = normal / length
            foot = point - (point @ normal)[..., None] * normal
            between = (np.cross(a, foot) @ normal >= 0.0) & (np.cross(foot, b) @ normal >= 0.0)
            across = np.abs(np.arcsin(np.clip(point @ normal, -1.0, 1.0))) * MEAN_RADIUS_M / 1e3
            best = np.where(between, np.minimum(best, across), best)
        for lat, lon in ((lat0, lon0), (lat1, lon1)):
            best = np.minimum(best, distance_km(lat_deg, lon_deg, lat, lon))
    return best


@dataclass(frozen=True)
class Disc:
    """A circle on the globe, centre in degrees."""

    lat_deg: float
    lon_deg: float
    radius_km: float


@dataclass(frozen=True)
class Corridor:
    """A strip of ``half_width_km`` along a line of (lat, lon) points in degrees."""

    line_deg: tuple[tuple[float, float], ...]
    half_width_km: float


@dataclass(frozen=True)
class Region:
    """The points inside every one of ``within`` (each a union of boxes) and outside all that is excluded."""

    within: tuple[tuple[Box, ...], ...]
    outside: tuple[Box, ...] = ()
    discs: tuple[Disc, ...] = ()
    corridors: tuple[Corridor, ...] = ()

    def boxes(self) -> tuple[Box, ...]:
        """Return the boxes that ``within`` leaves, before anything is excluded."""
        found: tuple[Box, ...] = ((-90.0, -180.0, 90.0, 180.0),)
        for union in self.within:
            cut = (_common(a, b) for a in found for b in union)
            found = tuple(box for box in cut if box is not None)
        return found

    def contains(self, lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
        """Return which points (degrees) belong to the region; edges belong."""
        lat, lon = np.asarray(lat_deg, dtype=float), np.asarray(lon_deg, dtype=float)
        inside = np.zeros(lat.shape, dtype=bool)
        for box in self.boxes():
            inside |= inward_deg(box, lat, lon) >= 0.0
        for box in joined(self.outside):
            inside &= ~(inward_deg(box, lat, lon) > 0.0)
        for disc in self.discs:
            inside &= distance_km(lat, lon, disc.lat_deg, disc.lon_deg) >= disc.radius_km
        for corridor in self.corridors:
            inside &= corridor_distance_km(lat, lon, corridor.line_deg) >= corridor.half_width_km
        return inside

    def grid(self, step_deg: float) -> np.ndarray:
        """Return permitted points (n, 2), latitude and longitude, on a grid that includes the boxes' corners."""
        parts = []
        for south, west, north, east in self.boxes():
            lat = np.linspace(south, north, max(2, math.ceil((north - south) / step_deg) + 1))
            lon = np.linspace(west, east, max(2, math.ceil((east - west) / step_deg) + 1))
            parts.append(np.stack(np.meshgrid(lat, lon, indexing="ij"), axis=-1).reshape(-1, 2))
        points: np.ndarray = np.concatenate(parts) if parts else np.empty((0, 2))
        permitted: np.ndarray = points[self.contains(points[:, 0], points[:, 1])]
        return permitted

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Return ``n`` permitted points (n, 2), even by area."""
        boxes = self.boxes()
        area = np.array([(e - w) * (np.sin(np.radians(nn)) - np.sin(np.radians(s))) for s, w, nn, e in boxes])
        found = np.empty((0, 2))
        while len(found) < n:
            pick = rng.choice(len(boxes), size=2 * n, p=area / area.sum())
            chosen = np.array(boxes)[pick]
            low, high = np.sin(np.radians(chosen[:, 0])), np.sin(np.radians(chosen[:, 2]))
            lat = np.degrees(np.arcsin(rng.uniform(low, high)))
            lon = rng.uniform(chosen[:, 1], chosen[:, 3])
            keep = self.contains(lat, lon)
            found = np.concatenate([found, np.stack([lat, lon], axis=-1)[keep]])
        return found[:n]

    def nearest(self, lat_deg: float, lon_deg: float) -> tuple[float, float] | None:
        """Return the permitted point of a fine grid that is nearest to a place, or None in an empty region."""
        if bool(self.contains(np.array(lat_deg), np.array(lon_deg))):
            return lat_deg, lon_deg
        points = self.grid(0.5)
        if not len(points):
            return None
        k = int(np.argmin(distance_km(points[:, 0], points[:, 1], lat_deg, lon_deg)))
        return float(points[k, 0]), float(points[k, 1])

    def is_empty(self) -> bool:
        """Return whether nothing is left, down to parts of :data:`SMALLEST_DEG`."""
        stack = list(self.boxes())
        while stack:
            south, west, north, east = box = stack.pop()
            lat, lon = 0.5 * (south + north), 0.5 * (west + east)
            if bool(self.contains(np.array(lat), np.array(lon))):
                return False
            if max(north - south, east - west) < SMALLEST_DEG or self._excludes(box):
                continue
            if north - south >= east - west:
                stack += [(south, west, lat, east), (lat, west, north, east)]
            else:
                stack += [(south, west, north, lon), (south, lon, north, east)]
        return True

    def _excludes(self, box: Box) -> bool:
        """Return whether one exclusion covers the whole box."""
        south, west, north, east = box
        if any(s <= south and w <= west and n >= north and e >= east for s, w, n, e in self.outside):
            return True
        lat, lon = np.array(0.5 * (south + north)), np.array(0.5 * (west + east))
        half = math.radians(0.5 * (north - south) + 0.5 * (east - west)) * MEAN_RADIUS_M / 1e3
        near = [distance_km(lat, lon, d.lat_deg, d.lon_deg) + half < d.radius_km for d in self.discs]
        near += [corridor_distance_km(lat, lon, c.line_deg) + half < c.half_width_km for c in self.corridors]
        return any(bool(x) for x in near)


def joined(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return boxes with halves that meet at 180 degrees made one, whose east then lies beyond 180.

    >>> joined([(50.0, 170.0, 60.0, 180.0), (50.0, -180.0, 60.0, -165.0)])
    ((50.0, 170.0, 60.0, 195.0),)
    """
    found = list(boxes)
    for west_half in boxes:
        for east_half in boxes:
            meet = west_half[3] == 180.0 and east_half[1] == -180.0 and west_half is not east_half
            if meet and west_half[::2] == east_half[::2] and {west_half, east_half} <= {*found}:
                found[found.index(west_half)] = (*west_half[:3], east_half[3] + 360.0)
                found.remove(east_half)
    return tuple(found)


def inward_deg(box: Box, lat_deg: ArrayLike, lon_deg: ArrayLike) -> np.ndarray:
    """Return how far places lie inside a box in degrees of latitude or longitude, whichever is less; negative outside.

    A longitude is an angle: -179 lies in a box from 170 to 190.
    """
    south, west, north, east = box
    lat, lon = np.asarray(lat_deg, dtype=float), near_deg(lon_deg, 0.5 * (west + east))
    found: np.ndarray = np.minimum(np.minimum(lat - south, north - lat), np.minimum(lon - west, east - lon))
    return found


def _common(a: Box, b: Box) -> Box | None:
    south, west, north, east = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (south, west, north, east) if south <= north and west <= east else None
