"""How large a computation a scenario asks for: maps with cells, and no more of them than a machine holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.errors import Problem
from equipoise.geography.window import Window

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario

FEWEST = 2
"""Rows, and columns, of a map that can be drawn: the step is read off two of them."""
MOST_CELLS = 100_000
"""Cells of the map; one degree over the whole Earth has 64,800."""
MOST_AIMS = 20_000
"""Cells of the area that strategic missiles aim at, before the sea is left out."""


def check_sizes(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    """Add to ``problems`` a map, or an area of aim points, that has too few cells or too many."""
    head = scenario.head
    grids = [("aim", head.aim_edges_deg, head.aim_step_deg, MOST_AIMS)]
    if head.grid == "lat_lon":
        grids.append(("map", head.map_edges_deg, head.map_step_deg, MOST_CELLS))
    elif head.map_step_km is not None:
        _check_equal_area(Window(*head.map_edges_deg), head.map_step_km, label, problems)
    for area, edges, step, most in grids:
        window = Window(*edges)
        sizes = ((window.north - window.south) / step, window.width / step)
        _check(f"scenario.{area}_step_deg", sizes, most, label, problems)


def _check_equal_area(window: Window, step_km: float, label: str, problems: list[Problem]) -> None:
    """Judge square cells by the height of the window and by its width on the parallel where it is widest."""
    lat = 0.0 if window.south < 0.0 < window.north else min(abs(window.south), abs(window.north))
    degree_km = math.radians(1.0) * MEAN_RADIUS_M / 1e3
    height = (window.north - window.south) * degree_km
    width = min(window.width, 180.0) * degree_km * math.cos(math.radians(lat))
    _check("scenario.map_step_km", (height / step_km, width / step_km), MOST_CELLS, label, problems)


def _check(place: str, sizes: tuple[float, float], most: int, label: str, problems: list[Problem]) -> None:
    """Compare rows and columns with the fewest, and their product with the most."""
    if min(sizes) < FEWEST:
        said = f"the area is less than {FEWEST} steps high or wide."
        problems.append(Problem(label, place, said, "Make the step smaller or the area larger."))
    elif math.prod(sizes) > most:
        said = f"the area has {math.prod(sizes):,.0f} cells; at most {most:,}."
        problems.append(Problem(label, place, said, "Make the step larger or the area smaller."))
