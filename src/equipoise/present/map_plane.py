"""Maps of equal area: kilometres about the middle of a window, for windows that hold a pole or much of the Earth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.foundation.sphere import MEAN_RADIUS_KM
from equipoise.geography.window import Window
from equipoise.present.basemap import PAPER, draw_ground, draw_lines, longitude_words, tick_marks

Marks = list[tuple[np.ndarray, str]]
"""Places on a plane with words."""
STEPS = 91
"""Points of a meridian or parallel that is drawn."""


@dataclass(frozen=True)
class EqualArea:
    """Kilometres on Lambert's azimuthal projection: areas are true, and a pole is a point.

    ``middle_deg`` is latitude and longitude of the point of contact; the map ends at ``ends_km``: west, south, east, north.
    """

    window: Window
    middle_deg: tuple[float, float]
    ends_km: tuple[float, float, float, float]

    @property
    def height_to_width(self) -> float:
        """How many times as high as wide the map is."""
        west, south, east, north = self.ends_km
        return (north - south) / (east - west)

    def at(self, points_deg: np.ndarray) -> np.ndarray:
        """Return the projected places (..., 2) in km of points (..., 2), longitude (of the window) and latitude in degrees."""
        from pyproj import Proj

        lat, lon = self.middle_deg
        x, y = Proj(proj="laea", ellps="WGS84", lat_0=lat, lon_0=lon)(points_deg[..., 0], points_deg[..., 1])
        return np.stack([x, y], axis=-1) / 1e3

    def net(self) -> tuple[list[np.ndarray], Marks]:
        """Return meridians and parallels (n, 2) at the ticks of the window, and where their words stand: at its edge, on the middle meridian."""
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

    def draw(self, axes: Any, *, width_in: float) -> None:
        """Draw coasts, borders, meridians and parallels at the detail that ``width_in`` inches can show, and a scale of 500 km."""
        west, south, east, north = self.ends_km
        lines, marks = self.net()
        draw_lines(axes, lines, "#bbbbbb", 0.3)
        draw_ground(
            axes,
            self.window,
            float(np.degrees((east - west) / MEAN_RADIUS_KM)),
            width_in=width_in,
            at=self.at,
        )
        for (x, y), words in marks:
            axes.text(x, y, words, ha="center", va="center", fontsize=5, bbox=PAPER)
        x, y = west + 0.04 * (east - west), south + 0.04 * (north - south)
        axes.plot([x, x + 500.0], [y, y], color="black", linewidth=2)
        axes.text(x, y + 0.01 * (north - south), "500 km", fontsize=6, bbox=PAPER)
        axes.set(xlim=(west, east), ylim=(south, north), aspect=1.0, xticks=[], yticks=[])
