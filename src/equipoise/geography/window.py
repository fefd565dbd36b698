"""A window of the map: edges in degrees, across 180 degrees where its east lies west of its west."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.foundation.sphere import narrowest_deg, near_deg, width_deg


@dataclass(frozen=True)
class Window:
    """Edges of a map in degrees.

    A window whose ``east`` is not above its ``west`` crosses 180 degrees (as in RFC 7946, section 5.2). The edges are kept as
    rising numbers whose middle lies within 180 degrees, so ``east`` may exceed 180 or ``west`` lie below -180.

    >>> Window(south=40.0, north=70.0, west=150.0, east=-150.0)
    Window(south=40.0, north=70.0, west=150.0, east=210.0)
    """

    south: float
    north: float
    west: float
    east: float

    def __post_init__(self) -> None:
        """Bring the edges into rising order about a middle within 180 degrees."""
        west, east = self.west, self.east
        if east <= west:
            east = west + width_deg(west, east)
        shift = 360.0 * float(np.ceil(((west + east) / 2 - 180.0) / 360.0))
        object.__setattr__(self, "west", west - shift if shift else west)
        object.__setattr__(self, "east", east - shift if shift else east)

    @classmethod
    def of_cells(cls, lat_deg: ArrayLike, lon_deg: ArrayLike) -> Window:
        """Return the window that cells of equal steps with these middles, (rows,) and (columns,), fill."""
        lat, lon = np.asarray(lat_deg, dtype=float), np.asarray(lon_deg, dtype=float)
        half = float(lat[1] - lat[0]) / 2
        return cls(float(lat[0]) - half, float(lat[-1]) + half, float(lon[0]) - half, float(lon[-1]) + half)

    @classmethod
    def around(cls, lat_deg: ArrayLike, lon_deg: ArrayLike, margin_deg: float = 0.0) -> Window:
        """Return the narrowest window that holds points (n,), with a margin; latitudes end at the poles."""
        lat = np.asarray(lat_deg, dtype=float)
        west, east = narrowest_deg(lon_deg)
        west, east = west - margin_deg, east + margin_deg
        if east - west >= 360.0:
            west, east = -180.0, 180.0
        south, north = float(lat.min()) - margin_deg, float(lat.max()) + margin_deg
        return cls(max(south, -90.0), min(north, 90.0), west, east)

    @property
    def middle(self) -> tuple[float, float]:
        """Return latitude and longitude of the middle."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2

    @property
    def width(self) -> float:
        """Return the width in degrees of longitude."""
        return self.east - self.west

    def widened(self, margin_deg: float, *, most_lat_deg: float = 90.0) -> Window:
        """Return the window with a margin on every side; latitudes end at ``most_lat_deg`` north and south."""
        west, east = self.west - margin_deg, self.east + margin_deg
        if east - west >= 360.0:
            west, east = -180.0, 180.0
        south, north = self.south - margin_deg, self.north + margin_deg
        return Window(max(south, -most_lat_deg), min(north, most_lat_deg), west, east)

    def into(self, lon_deg: ArrayLike) -> NDArray[np.float64]:
        """Return longitudes as the numbers that lie in, or nearest to, the window."""
        return near_deg(lon_deg, self.middle[1])

    def contains(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> NDArray[np.bool_]:
        """Return which points (degrees) lie in the window; edges belong."""
        lat, lon = np.asarray(lat_deg, dtype=float), self.into(lon_deg)
        return (lat >= self.south) & (lat <= self.north) & (lon >= self.west) & (lon <= self.east)

    def pieces(self) -> tuple[tuple[Window, float], ...]:
        """Return the parts of the window that lie within 180 degrees, each with what its longitudes are short of the window's.

        >>> Window(40.0, 70.0, 150.0, 210.0).pieces()[1]
        (Window(south=40.0, north=70.0, west=-180.0, east=-150.0), 360.0)
        """
        found = []
        for shift in (-360.0, 0.0, 360.0):
            west, east = max(self.west - shift, -180.0), min(self.east - shift, 180.0)
            if west < east:
                found.append((Window(self.south, self.north, west, east), shift))
        return tuple(found)
