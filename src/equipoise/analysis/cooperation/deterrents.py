"""What shared data do to each side's deterrent: the share of its paths that the other side could engage, by mode."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import xarray as xr

from equipoise.analysis.exposure import aims
from equipoise.catalogue import load_catalogue
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.territory import owners_at
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.scenario.load import Scenario

DETERRENTS = {"russia": "nato", "nato": "russia"}
"""Whose deterrent, and who would engage it."""
OWNER_OF_FORCES = {"nato": "us"}
"""Party of the catalogue's forces behind a command."""


def exposed_shares(scenario: Scenario) -> xr.Dataset:
    """Return the share of each side's strategic paths that the other's batteries could engage, by phase and mode.

    The batteries see what the mode lets their side use, about this missile too unless the mode withholds it; sectors
    and a common command are taken not to bind against one another. ``unhindered`` asks with a track from burnout on.
    """
    phases, modes = scenario.phases, scenario.head.modes
    shares = np.zeros((len(DETERRENTS), len(phases), len(modes)))
    free = np.zeros((len(DETERRENTS), len(phases)))
    for d, (side, shooter) in enumerate(DETERRENTS.items()):
        paths = strategic_paths(scenario, side)
        reached = sum(int(np.sum(part.status == FlightStatus.OK)) for part in paths)
        commands = []
        for phase in phases:
            seen = [_shooter(scenario, phase.date, name, shooter) for name in modes]
            commands += [*seen, order_of_battle.unhindered(seen[0])]
        found = engage(paths, commands)
        hit = (found.reason == Reason.ENGAGED).sum(axis=0).reshape(len(phases), len(modes) + 1)
        shares[d], free[d] = hit[:, :-1] / max(reached, 1), hit[:, -1] / max(reached, 1)
    return xr.Dataset(
        {
            "exposed": (
                ("deterrent", "phase", "mode"),
                shares,
                {
                    "units": "1",
                    "long_name": "share of strategic paths engageable with the picture of the mode",
                },
            ),
            "exposed_unhindered": (
                ("deterrent", "phase"),
                free,
                {"units": "1", "long_name": "share of strategic paths engageable with a track from burnout"},
            ),
        },
        coords={"deterrent": list(DETERRENTS), "phase": [p.name for p in phases], "mode": list(modes)},
    )


def _shooter(scenario: Scenario, day, name: str, shooter: str):
    how = replace(order_of_battle.mode(scenario, name), one_command=False, sectors=())
    found = order_of_battle.commands(scenario, day, how)
    return replace(next(c for c in found if c.name == shooter), wanted_shots=1)


def strategic_paths(scenario: Scenario, side: str) -> tuple[Paths, ...]:
    """Return the minimum-energy paths of a side's land- and sea-based missiles to cells of the other side's territory.

    Russia's bases and the aim cells over North America are the scenario's; the United States' come from the catalogue,
    and their aim cells are those of Russia's territory at the same spacing.
    """
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    if side == "russia":
        aim = np.radians(aims(scenario))
        return tuple(
            kernel_inputs.solve(
                scenario.find("missile", b.missile),
                np.radians([b.lat_deg, b.lon_deg]),
                aim,
                "minimum_energy",
                earth,
            )
            for b in scenario.bases
        )
    aim = np.radians(_land_of(DETERRENTS[side], scenario.head.aim_step_deg))
    return tuple(
        kernel_inputs.solve(
            load_catalogue().missiles[force.missile],
            np.radians(force.launch_point_deg),
            aim,
            "minimum_energy",
            earth,
        )
        for force in load_catalogue().forces.values()
        if force.party == OWNER_OF_FORCES.get(side, side) and force.missile and force.launch_point_deg
    )


@lru_cache(maxsize=4)
def _land_of(party: str, step_deg: float) -> np.ndarray:
    """Return the cells (n, 2), latitude and longitude in degrees, whose middle is a party's land."""
    lat, lon = np.arange(-88.0, 88.0, step_deg), np.arange(-180.0 + step_deg / 2, 180.0, step_deg)
    rows, columns = (axis.ravel() for axis in np.meshgrid(lat, lon, indexing="ij"))
    held = owners_at(rows, columns) == party
    return np.stack([rows[held], columns[held]], axis=1)
