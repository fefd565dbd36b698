"""The planes on which maps of a sheet are drawn: degrees, or kilometres of equal area about the middle of the window."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Protocol

import numpy as np

from equipoise.foundation.sphere import MEAN_RADIUS_KM
from equipoise.geography.window import Window
from equipoise.present.basemap import longitude_words, scale_bar, tick_marks

Marks = list[tuple[np.ndarray, str]]
"""Places on a plane with words."""
STEPS = 91
"""Points of a meridian or parallel that is drawn."""


class Plane(Protocol):
    """Where a map of a window lies: ``low`` and ``high`` are its corners (2,); ``rise`` is how much longer a unit is upward."""

    @property
    def window(self) -> Window:
        """Return the window."""

    @property
    def low(self) -> np.ndarray:
        """Return the lower left corner."""

    @property
    def high(self) -> np.ndarray:
        """Return the upper right corner."""

    @property
    def rise(self) -> float:
        """Return the length of a unit upward over that of one across."""

    @property
    def width_deg(self) -> float:
        """Return the width in degrees, of longitude or along a great circle: what lines are drawn as finely as."""

    def at(self, points_deg: np.ndarray) -> np.ndarray:
        """Return places (..., 2) of points (..., 2), longitude (of the window) and latitude in degrees."""

    def edge_marks(self) -> tuple[Marks, Marks]:
        """Return ticks along the lower and the left edge."""

    def net(self) -> tuple[list[np.ndarray], Marks]:
        """Return meridians and parallels (n, 2) that are drawn on the map, and where on it their words stand."""

    def scale(self) -> tuple[np.ndarray, str]:
        """Return the ends (2, 2) of a scale and its words."""


@dataclass(frozen=True)
class Degrees:
    """Latitude over longitude, true to shape in the middle of the window."""

    window: Window

    @property
    def low(self) -> np.ndarray:
        """Return the south-west corner."""
        return np.array([self.window.west, self.window.south])

    @property
    def high(self) -> np.ndarray:
        """Return the north-east corner."""
        return np.array([self.window.east, self.window.north])

    @property
    def rise(self) -> float:
        """Return how much longer a degree of latitude is in the middle."""
        return 1.0 / cos(radians(self.window.middle[0]))

    @property
    def width_deg(self) -> float:
        """Return the width of the window."""
        return self.window.width

    def at(self, points_deg: np.ndarray) -> np.ndarray:
        """Return the points as they are."""
        return np.asarray(points_deg, dtype=float)

    def edge_marks(self) -> tuple[Marks, Marks]:
        """Return degrees of longitude along the south and of latitude along the west."""
        lon, lat = tick_marks(self.window)
        south = [(np.array([value, self.window.south]), words) for value, words in lon]
        return south, [(np.array([self.window.west, value]), words) for value, words in lat]

    def net(self) -> tuple[list[np.ndarray], Marks]:
        """Return none: the edges say all."""
        return [], []

    def scale(self) -> tuple[np.ndarray, str]:
        """Return the scale at its latitude."""
        return scale_bar(self.window)


@dataclass(frozen=True)
class EqualArea:
    """Kilometres on Lambert's azimuthal projection: areas are true, and a pole is a point.

    ``middle_deg`` is latitude and longitude of the point of contact; the map ends at ``ends_km``: west, south, east, north.
    """

    window: Window
    middle_deg: tuple[float, float]
    ends_km: tuple[float, float, float, float]

    @property
    def low(self) -> np.ndarray:
        """Return the lower left corner."""
        return np.array(self.ends_km[:2])

    @property
    def high(self) -> np.ndarray:
        """Return the upper right corner."""
        return np.array(self.ends_km[2:])

    @property
    def rise(self) -> float:
        """Return 1."""
        return 1.0

    @property
    def width_deg(self) -> float:
        """Return the width along a great circle."""
        return float(np.degrees((self.ends_km[2] - self.ends_km[0]) / MEAN_RADIUS_KM))

    def at(self, points_deg: np.ndarray) -> np.ndarray:
        """Return the projected points."""
        from pyproj import Proj

        lat, lon = self.middle_deg
        x, y = Proj(proj="laea", ellps="WGS84", lat_0=lat, lon_0=lon)(points_deg[..., 0], points_deg[..., 1])
        return np.stack([x, y], axis=-1) / 1e3

    def edge_marks(self) -> tuple[Marks, Marks]:
        """Return none: meridians and parallels are not along the edges."""
        return [], []

    def net(self) -> tuple[list[np.ndarray], Marks]:
        """Return meridians and parallels at the ticks of the window, with words at its edge and on the middle meridian."""
        w, share = self.window, np.linspace(0.0, 1.0, STEPS)
        # meridians lie farthest apart where the window is nearest to the equator
        inward = 0.04 * (w.north - w.south)
        far = w.north - inward if w.middle[0] < 0.0 else w.south + inward
        lines, marks = [], []
        for value, words in tick_marks(w)[1]:
            lines.append(self.at(np.stack([w.west + w.width * share, np.full(STEPS, value)], axis=1)))
            marks.append((self.at(np.array([self.middle_deg[1], value])), words))
        for value in np.arange(np.ceil(w.west / 30.0) * 30.0, min(w.east, w.west + 359.0), 30.0):
            lines.append(
                self.at(np.stack([np.full(STEPS, value), w.south + (w.north - w.south) * share], axis=1))
            )
            marks.append((self.at(np.array([value, far])), longitude_words(float(value))))
        return lines, marks

    def scale(self) -> tuple[np.ndarray, str]:
        """Return 500 km in the lower left corner."""
        start = self.low + 0.04 * (self.high - self.low)
        return np.stack([start, start + np.array([500.0, 0.0])]), "500 km"
