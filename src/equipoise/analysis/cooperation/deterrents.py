"""What shared data do to each side's deterrent: the share of its paths that the other side could engage, by mode."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import xarray as xr

from equipoise.analysis.exposure.paths import base_paths
from equipoise.catalogue import load_catalogue
from equipoise.engagement import cooperation_modes, kernel_inputs, order_of_battle
from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.records import Command
from equipoise.engagement.territory import countries_at
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.model.catalogue import Force
from equipoise.results.schema import dataset
from equipoise.scenario import roles
from equipoise.scenario.aims import aims
from equipoise.scenario.load import Scenario


def deterrents(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return whose deterrent is asked about, and which parties would engage it.

    The deterrer's, by the defenders; and that of the first defender with strategic forces in the catalogue, by the deterrer, where
    it has interceptors.
    """
    deterrer, defenders = roles.deterrer(scenario), roles.defenders(scenario)
    found = {deterrer: defenders} if scenario.bases else {}
    shooting = {roles.commander(scenario, site.party) for site in scenario.sites}
    armed = [party for party in defenders if forces_of(scenario, party)]
    if deterrer in shooting and armed:
        found[armed[0]] = (deterrer,)
    return found


def forces_of(scenario: Scenario, party: str) -> list[tuple[Force, tuple[float, float]]]:
    """Return the catalogue's missiles under a party's command and the place, in degrees, from which each flies."""
    return [
        (force, force.launch_point_deg)
        for force in load_catalogue().forces.values()
        if roles.catalogued(scenario, force.party) == party and force.missile and force.launch_point_deg
    ]


def exposed_shares(scenario: Scenario) -> xr.Dataset:
    """Return the share of each side's strategic paths that the other's batteries could engage, by phase and mode.

    The batteries see what the mode lets their side use, about this missile too unless the mode withholds it; sectors
    and a common command are taken not to bind against one another. ``unhindered`` asks with a track from burnout on.
    """
    phases, modes = scenario.phases, scenario.head.modes
    asked = deterrents(scenario)
    shares = np.zeros((len(asked), len(phases), len(modes)))
    free = np.zeros((len(asked), len(phases)))
    for d, (side, shooters) in enumerate(asked.items()):
        paths = strategic_paths(scenario, side, shooters)
        reached = sum(int(np.sum(part.status == FlightStatus.OK)) for part in paths)
        commands = []
        for phase in phases:
            seen = [_shooter(scenario, phase.date, name, shooters) for name in modes]
            commands += [*seen, order_of_battle.unhindered(seen[0])]
        found = engage(paths, commands)
        hit = (found.reason == Reason.ENGAGED).sum(axis=0).reshape(len(phases), len(modes) + 1)
        shares[d], free[d] = hit[:, :-1] / max(reached, 1), hit[:, -1] / max(reached, 1)
    axes = {"deterrent": list(asked), "phase": [p.name for p in phases], "mode": list(modes)}
    return dataset("cooperation", {"exposed": shares, "exposed_unhindered": free}, axes)


def _shooter(scenario: Scenario, day: date, name: str, shooters: tuple[str, ...]) -> Command:
    how = replace(cooperation_modes.mode(scenario, name), one_command=False, sectors=())
    found = [c for c in order_of_battle.commands(scenario, day, how) if c.name in shooters]
    return replace(order_of_battle.as_one(found) if len(found) > 1 else found[0], wanted_shots=1)


def strategic_paths(scenario: Scenario, side: str, shooters: tuple[str, ...]) -> tuple[Paths, ...]:
    """Return the minimum-energy paths of a side's land- and sea-based missiles to cells of the other side's territory.

    The deterrer's bases and aim cells are the scenario's; a defender's forces come from the catalogue, and their aim cells are
    those of the shooters' territory at the same spacing.
    """
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    if side == roles.deterrer(scenario):
        return tuple(base_paths(scenario, ["minimum_energy"], np.radians(aims(scenario)))[0])
    codes = dict.fromkeys(code for party in shooters for code in roles.countries_of(scenario, party))
    aim = np.radians(_land_of(tuple(codes), scenario.head.aim_step_deg))
    return tuple(
        kernel_inputs.solve(
            load_catalogue().missiles[force.missile],
            np.radians(launch_point_deg),
            aim,
            "minimum_energy",
            earth,
        )
        for force, launch_point_deg in forces_of(scenario, side)
    )


@lru_cache(maxsize=4)
def _land_of(codes: tuple[str, ...], step_deg: float) -> np.ndarray:
    """Return the cells (n, 2), latitude and longitude in degrees, whose middle is land of the countries with these codes."""
    lat, lon = np.arange(-88.0, 88.0, step_deg), np.arange(-180.0 + step_deg / 2, 180.0, step_deg)
    rows, columns = (axis.ravel() for axis in np.meshgrid(lat, lon, indexing="ij"))
    held = np.isin(countries_at(rows, columns), codes)
    return np.stack([rows[held], columns[held]], axis=1)
