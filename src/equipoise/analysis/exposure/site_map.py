"""Where a site would have to stand to expose a base: the slack of each type of interceptor, place by place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equipoise.analysis.exposure import flips
from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.exposure.paths import Arcs
from equipoise.geography.window import Window
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

FINEST_DEG, COARSEST_DEG, ROWS = 1.0, 3.0, 12
"""Steps between the places where a site is tried, and the rows of places that an area has between them."""


def site_map(scenario: Scenario, arcs: Arcs) -> xr.Dataset:
    """Return the slack that each type of the last phase would have against each base, were its site elsewhere."""
    area = _window(scenario)
    step = min(max((area.north - area.south) / ROWS, FINEST_DEG), COARSEST_DEG)
    lat, lon = np.arange(area.south, area.north + 0.1, step), np.arange(area.west, area.east + 0.1, step)
    day = scenario.phases[-1].date
    command = defender(scenario, day)
    sites = {e.id: e.interceptor for e in scenario.active("site", day)}
    types = {sites[battery.site]: battery for battery in command.batteries}
    table = flips.sites_that_expose(_thinned(arcs), command, list(types.values()), lat, lon)
    axes = {"interceptor": list(types), "site_lat": lat, "site_lon": lon}
    return dataset("exposure", {"slack_at_site": table}, axes)


def _window(scenario: Scenario) -> Window:
    """Return the window about the guarantee's area of application, which is the map where none is stated."""
    boxes = scenario.guarantee.area_deg
    if not boxes:
        return Window(*scenario.head.map_edges_deg)
    lat = [edge for south, _, north, _ in boxes for edge in (south, north)]
    lon = [np.arange(west, east, 2.0) for _, west, _, east in boxes] + [
        np.array([east]) for *_, east in boxes
    ]
    return Window.around([min(lat), max(lat)], np.concatenate(lon))


def _thinned(arcs: Arcs) -> Arcs:
    """Return every sixth aim of minimum-energy paths: neighbours differ little, and there are many sites."""
    paths = tuple(p[::6] for p in arcs.paths[: len(arcs.bases)])
    return replace(arcs, paths=paths, families=arcs.families[:1], aim_deg=arcs.aim_deg[::6])
