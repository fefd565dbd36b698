"""One engagement to look at: the missile's path, who sees it when, and the interceptor's path to the first meeting."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.defence.defended_area import map_grid, threat_paths
from equipoise.engagement import cooperation_modes, order_of_battle
from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.explain import look
from equipoise.engagement.interceptor_path import interceptor_path
from equipoise.engagement.records import Command
from equipoise.foundation.status import FlightStatus
from equipoise.geography.grids import ground
from equipoise.physics.environment.earth import EarthModel, ecef_to_geodetic, geodetic_to_ecef
from equipoise.physics.flight.trajectory import positions
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario import roles
from equipoise.scenario.load import Scenario

STEP_S = 5.0
"""About the time between samples; the meeting is a sample of its own."""
LOOKED_AT = 64
"""Aims, spread over the land of the map, among which the one to show is chosen."""


def one_shot(scenario: Scenario) -> Result | None:
    """Return the engagement of one missile, of the last threat in the last phase and first mode; None where none is met.

    Among the meetings over aims that are spread over the map the one of median time to spare is shown. Variables over
    ``sample`` are of the missile and, from its launch to the meeting, of the interceptor (degrees, m; nan else); ``seen`` (sensor,
    spell, edge) holds when a sensor sees the missile, in s after its launch, as are the times in the attributes.
    """
    phase, mode = scenario.phases[-1], scenario.head.modes[0]
    acting = order_of_battle.commands(scenario, phase.date, cooperation_modes.mode(scenario, mode))
    armed = [c for c in acting if c.batteries]
    commands = [c for c in armed if c.name in roles.defenders(scenario)] or armed
    if not (scenario.threats and commands):
        return None
    threat = scenario.threats[-1]
    paths = _spread_over_land(scenario, threat)
    if not len(paths.status):
        return None
    found = engage(paths, commands)
    met = np.argwhere(found.shots > 0)
    if not met.size:
        return None
    order = np.argsort(found.slack_s[tuple(met.T)], kind="stable")
    row, column = (int(k) for k in met[order[order.size // 2]])
    data = _shown(paths[row : row + 1], commands[column])
    names = {"phase": phase.name, "mode": mode, "threat": threat.id, "command": commands[column].name}
    return Result(kind="one_shot", title="One shot", data=data.assign_attrs(names))


def _spread_over_land(scenario: Scenario, threat: Any) -> Paths:
    """Return the paths to aims spread over the land that is protected, or over all land where nobody's is."""
    cells = map_grid(scenario)
    under = ground(cells)
    own = np.isin(under.codes, list(roles.protected_countries(scenario, under.codes)))
    land = np.flatnonzero(under.owner >= 0)
    protected = land[own[under.owner[land]]]
    land = protected if protected.size else land
    if land.size > LOOKED_AT:
        land = land[np.linspace(0, land.size - 1, LOOKED_AT).round().astype(int)]
    paths = threat_paths(scenario, threat, cells.cells_rad[land])[0][0]
    return paths[np.flatnonzero(paths.status == FlightStatus.OK)]


def _shown(path: Paths, command: Command) -> xr.Dataset:
    """Return the paths, sensors and times of the first meeting of one command with one missile."""
    found, seen = engage(path, [command]), look(path, command)
    meet_s, end_s = float(found.first_intercept_s[0, 0]), float(seen.path.time_s[seen.path.filled - 1])
    step = meet_s / round(meet_s / STEP_S)
    times = step * np.arange(int(end_s / step) + 1)
    missile = positions(seen.path, times)
    battery = next(b for b in command.batteries if b.site == found.sites[int(found.site[0, 0])])
    at = round(meet_s / step)
    flights = [
        interceptor_path(
            battery.interceptor, path.earth, np.array(geodetic_to_ecef(*place, 0.0, path.earth)), missile[at], step * np.arange(at + 1)
        )
        for place in battery.places
    ]  # fmt: skip
    flown_s, backwards = min(flights, key=lambda flight: flight[0])
    interceptor = np.full((times.size, 3), np.nan)
    interceptor[: at + 1] = backwards[::-1]
    spells = [seen.work.spells[s, : seen.work.spell_count[s]] for s in range(len(seen.compiled.sensors))]
    most = max((len(s) for s in spells), default=0)
    edges = np.full((len(spells), most, 2), np.nan)
    for edge, spell in zip(edges, spells, strict=True):
        edge[: len(spell)] = spell
    return dataset(
        "one_shot",
        _variables("missile", missile, path.earth)
        | _variables("interceptor", interceptor, path.earth)
        | {"seen": edges},
        {"sensor": list(seen.compiled.sensors)},
        attrs={
            "site": battery.site,
            "step_s": step,
            "burnout_s": float(seen.path.time_s[seen.path.burnout]),
            "track_s": float(found.track_s[0, 0]),
            "launch_s": meet_s - flown_s,
            "meet_s": meet_s,
            "slack_s": float(found.slack_s[0, 0]),
        },
    )


def _variables(name: str, places_m: np.ndarray, earth: EarthModel) -> dict[str, Any]:
    """Return latitude, longitude (degrees) and altitude (m) of ECEF places, nan where these are."""
    known = np.isfinite(places_m[:, 0])
    rows = np.full(places_m.shape, np.nan)
    rows[known] = [ecef_to_geodetic(*place, earth) for place in places_m[known]]
    rows[:, :2] = np.degrees(rows[:, :2])
    return {f"{name}_{key}": rows[:, i] for i, key in enumerate(("lat", "lon", "altitude"))}
