"""How large a computation a scenario asks for: maps with cells, and no more of them than a machine holds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.geography.window import Window
from equipoise.scenario.faults import Fault

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario

FEWEST = 2
"""Rows, and columns, of a map that can be drawn: the step is read off two of them."""
MOST_CELLS = 100_000
"""Cells of the map; one degree over the whole Earth has 64,800."""
MOST_AIMS = 20_000
"""Cells of the area that strategic missiles aim at, before the sea is left out."""


def size_faults(scenario: Scenario) -> Iterator[Fault]:
    """Give the fault of a map, or of an area of aim points, that has too few cells or too many."""
    head = scenario.head
    yield from _judged("aim_step_deg", _in_degrees(Window(*head.aim_edges_deg), head.aim_step_deg), MOST_AIMS)
    window = Window(*head.map_edges_deg)
    if head.grid == "lat_lon":
        yield from _judged("map_step_deg", _in_degrees(window, head.map_step_deg), MOST_CELLS)
    elif head.map_step_km is not None:
        yield from _judged("map_step_km", _equal_area(window, head.map_step_km), MOST_CELLS)


def _in_degrees(window: Window, step_deg: float) -> tuple[float, float]:
    return (window.north - window.south) / step_deg, window.width / step_deg


def _equal_area(window: Window, step_km: float) -> tuple[float, float]:
    """Return rows and columns of square cells, by the window's height and its width on the parallel where it is widest."""
    lat = 0.0 if window.south < 0.0 < window.north else min(abs(window.south), abs(window.north))
    degree_km = math.radians(1.0) * MEAN_RADIUS_M / 1e3
    height = (window.north - window.south) * degree_km
    width = min(window.width, 180.0) * degree_km * math.cos(math.radians(lat))
    return height / step_km, width / step_km


def _judged(key: str, sizes: tuple[float, float], most: int) -> Iterator[Fault]:
    """Compare rows and columns with the fewest, and their product with the most."""
    if min(sizes) < FEWEST:
        said = f"the area is less than {FEWEST} steps high or wide."
        yield Fault(f"scenario.{key}", said, "Make the step smaller or the area larger.")
    elif math.prod(sizes) > most:
        said = f"the area has {math.prod(sizes):,.0f} cells; at most {most:,}."
        yield Fault(f"scenario.{key}", said, "Make the step larger or the area smaller.")
