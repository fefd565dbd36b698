"""Where strategic missiles aim: the cells of a scenario's aim area that lie on land."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from equipoise.geography.borders import countries, country_at
from equipoise.geography.grids import lat_lon_grid
from equipoise.geography.window import Window
from equipoise.scenario.faults import Fault

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario


def aims(scenario: Scenario) -> np.ndarray:
    """Return the middles (n, 2) in deg of the aim cells on land; with ``aim_countries``, in these countries alone.

    A scenario that passed its check has at least one where it has bases.
    """
    head = scenario.head
    return _on_land(head.aim_edges_deg, head.aim_step_deg, head.aim_countries)


def aim_faults(scenario: Scenario) -> Iterator[Fault]:
    """Give the fault of an aim area in which no cell's middle lies on land, or in a country that is aimed at."""
    if scenario.bases and not aims(scenario).size:
        aimed = scenario.head.aim_countries
        where = f"in {' or '.join(aimed)}" if aimed else "on land"
        said = f"the middle of no aim cell lies {where}."
        cure = "Make aim_step_deg smaller, or move the area of the aim cells."
        yield Fault(f"scenario.{'aim_countries' if aimed else 'aim_south_deg'}", said, cure)


@lru_cache(maxsize=64)  # a sweep asks of every row, and few of its rows move the area
def _on_land(
    edges_deg: tuple[float, float, float, float], step_deg: float, wanted: tuple[str, ...]
) -> np.ndarray:
    (_, lat), (_, lon) = lat_lon_grid(Window(*edges_deg), step_deg).axes
    cells = np.array([(x, y) for x in lat for y in lon])
    known = countries("50m")
    keep = [i >= 0 and (not wanted or known[i].iso2 in wanted) for i in country_at(cells[:, 0], cells[:, 1])]
    found: np.ndarray = cells[keep]
    found.setflags(write=False)
    return found
