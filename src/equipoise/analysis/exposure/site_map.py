"""Where a site would have to stand to expose a base: the slack of each type of interceptor, place by place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from equipoise.analysis.exposure import flips
from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.exposure.paths import Arcs
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

SITE_STEP_DEG = 3.0


SITE_AREA_DEG = (36.0, 72.0, -24.0, 66.0)
"""South, north, west and east of the places where a site is tried."""


def site_map(scenario: Scenario, arcs: Arcs) -> xr.Dataset:
    """Return the slack that each type of the last phase would have against each base, were its site elsewhere."""
    south, north, west, east = SITE_AREA_DEG
    lat, lon = np.arange(south, north + 0.1, SITE_STEP_DEG), np.arange(west, east + 0.1, SITE_STEP_DEG)
    day = scenario.phases[-1].date
    command = defender(scenario, day)
    sites = {e.id: e.interceptor for e in scenario.active("site", day)}
    types = {sites[battery.site]: (command, battery) for battery in command.batteries}
    slack = [
        flips.sites_that_expose(_thinned(arcs), command, battery, lat, lon)
        for command, battery in types.values()
    ]
    table = np.array(slack).reshape(len(types), len(arcs.bases), lat.size, lon.size)
    axes = {"interceptor": list(types), "site_lat": lat, "site_lon": lon}
    return dataset("exposure", {"slack_at_site": table}, axes)


def _thinned(arcs: Arcs) -> Arcs:
    """Return every sixth aim of minimum-energy paths: neighbours differ little, and there are many sites."""
    paths = tuple(p[::6] for p in arcs.paths[: len(arcs.bases)])
    return replace(arcs, paths=paths, families=arcs.families[:1], aim_deg=arcs.aim_deg[::6])
