"""What the launch policy and the place of ships decide: people defended under each, by phase and threat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from equipoise.analysis.defence.defended_area import (
    map_grid,
    people_by_cell,
    protected,
    threat_paths,
    worst_of,
)
from equipoise.engagement import cooperation_modes, order_of_battle
from equipoise.engagement.bounds import NOMINAL_MISSILES
from equipoise.engagement.territory import owners_at
from equipoise.foundation.status import Reason
from equipoise.geography.grids import Grid, ground, lat_lon_grid
from equipoise.model.systems import Site
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import protected_name

LEAST_STEP_DEG = 3.0
"""Cells are no finer: the variants are compared with each other, not with the map."""
KM_PER_DEG = 111.2
STATED = "as the scenario states"


@dataclass(frozen=True)
class Variant:
    """A launch policy for all sites, or a place of the ships within their patrol boxes; empty for what is stated."""

    name: str
    policy: str = ""
    placement: str = ""


def variants(scenario: Scenario) -> list[Variant]:
    """Return what is compared: the scenario as it is, each of its policies, and ships at their worst and best places."""
    found = [Variant(STATED), *(Variant(p.name.lower(), policy=p.id) for p in scenario.policies)]
    if any(e.patrol_deg for e in scenario.sites):
        found += [
            Variant(f"ships at the {how} place of their box", placement=how) for how in ("worst", "best")
        ]
    return found


def varied(scenario: Scenario, variant: Variant) -> Scenario:
    """Return the scenario under a variant; sites without a patrol box stay where they are."""

    def site(entry: Site) -> Site:
        policy = {"policy": variant.policy} if variant.policy else {}
        place = {"box_deg": entry.patrol_deg, "placement": variant.placement}
        moved: Site = entry.but(**policy, **place if variant.placement and entry.patrol_deg else {})
        return moved

    return replace(scenario, sites=tuple(site(e) for e in scenario.sites))


def launch_policies(scenario: Scenario, *, tell: Callable[[], None] = lambda: None) -> Result | None:
    """Return the share of the protected parties' people in range who are defended, by variant, phase and threat.

    The scenario's first mode; the worst over launch points and path families. None without a policy or patrol box.
    ``tell`` is called once per threat.
    """
    tried = variants(scenario)
    if len(tried) == 1 or not protected(scenario):
        return None
    phases, threats = scenario.phases, scenario.threats
    how = cooperation_modes.mode(scenario, scenario.head.modes[0])
    grid = _coarse(scenario)
    owners, weight = owners_at(scenario, grid.lat_deg, grid.lon_deg), people_by_cell(scenario, grid)
    cases = [
        order_of_battle.commands(world, phase.date, how)
        for world in (varied(scenario, each) for each in tried)
        for phase in phases
    ]
    serving = [order_of_battle.serves(how, case, owners) for case in cases]
    share = np.zeros((len(tried), len(phases), len(threats)))
    for k, threat in enumerate(threats):
        worst = worst_of(threat_paths(scenario, threat, grid.cells_rad), cases, serving)
        reached = weight @ (worst.reason[:, 0] != Reason.OUT_OF_RANGE)
        share[:, :, k] = (weight @ (worst.shots > 0) / max(reached, 1.0)).reshape(len(tried), len(phases))
        tell()
    data = dataset(
        "launch_policies",
        {"share": share},
        {
            "variant": [each.name for each in tried],
            "phase": [p.name for p in phases],
            "threat": [t.id for t in threats],
        },
        attrs={
            "mode": how.name,
            "mode_name": scenario.find("mode", how.name).name,
            "party_name": protected_name(scenario, ground(grid).codes),
            "step": grid.step,
            "map_step": _map_step_deg(scenario),
        },
    )
    return Result(kind="launch_policies", title="Launch policies", data=data, notes=_NOTES)


_NOTES = (
    NOMINAL_MISSILES,
    "One variant at a time; everything else as the scenario states. A policy holds for every battery.",
    "Ships at the worst place: only what all five sampled places of the box can do counts; at the best: what any of them can.",
    "Without a policy of its own a battery engages on remote. Policies that need the battery's own radar rest on its declared range.",
    "The boxes are notional; no station of a ship was published.",
)


def _coarse(scenario: Scenario) -> Grid:
    grid = map_grid(scenario)
    step = scenario.head.map_step_deg
    return lat_lon_grid(grid.window, max(step, LEAST_STEP_DEG))


def _map_step_deg(scenario: Scenario) -> float:
    """Return the step of the scenario's own map, in degrees of latitude."""
    head = scenario.head
    if head.grid == "equal_area" and head.map_step_km is not None:
        return head.map_step_km / KM_PER_DEG
    return head.map_step_deg
