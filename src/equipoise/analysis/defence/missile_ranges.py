"""How many are defended wherever the missiles' own data lie within their ranges, on a coarse map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.analysis.defence.defended_area import people_shares
from equipoise.engagement.bounds import NOMINAL_MISSILES, at_ends, coverage
from equipoise.model.vehicle import StagedMissile
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import uncertain_places

INPUTS = (
    "missile.max_range_km", "missile.burnout_altitude_km", "missile.burnout_downrange_km", "missile.ballistic_coefficient_kg_m2",
)  # fmt: skip
BURN_TIME = "missile.burn_time_s"
"""Asked only where a policy launches in boost: every other clock starts at burnout."""
STEP_DEG, STEP_KM = 5.0, 500.0
"""Least steps of the coarse map."""
ENDS = ("least", "nominal", "greatest")


def with_missile_ranges(found: Result, scenario: Scenario) -> Result:
    """Return the defended area with the shares of people over the ranges of the missiles, in the last phase and the first mode.

    The ranges are taken where :mod:`equipoise.engagement.bounds` takes them, on a map of coarse cells, where the nominal share is computed
    too. Of a staged missile the ranges of its masses, thrusts and burns are taken. ``found`` is the defended area of ``scenario``.
    """
    coarse = _coarse(scenario)
    inputs = inputs_of(coarse)
    ends = (*at_ends(coarse, "against", *inputs), *at_ends(coarse, "favourable", *inputs))
    asked = {one.missiles: one for one in (coarse, *ends)}
    share = np.array([people_shares(one)[:, 0] for one in asked.values()])
    some = ~np.isnan(share)
    least = np.where(some, share, np.inf).min(axis=0)
    greatest = np.where(some, share, -np.inf).max(axis=0)
    over = np.where(some.any(axis=0), np.stack([least, share[0], greatest]), np.nan)
    made = dataset(
        "defended_area",
        {"share_over_missiles": over.T},
        {"threat": found.data.threat.values, "end": list(ENDS)},
    )
    head = coarse.head
    cells = f"{head.map_step_km:g} km" if head.grid == "equal_area" else f"{head.map_step_deg:g} degrees"
    said = f"Over the ranges of the missiles the share in the last phase and the first mode is asked on cells of {cells}: {coverage(coarse, *inputs)}. The map flies each missile at its nominal values."
    notes = tuple(said if note == NOMINAL_MISSILES else note for note in found.notes)
    return replace(found, data=found.data.merge(made, combine_attrs="override"), notes=notes)


def inputs_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the inputs TABLE.KEY that are taken over their ranges."""
    staged = {m.id for m in scenario.missiles if isinstance(m, StagedMissile)}
    stated = (at.input for at in uncertain_places(scenario, ("missile",)) if at.id in staged)
    early = (BURN_TIME,) if any(policy.early for policy in scenario.policies) else ()
    return tuple(dict.fromkeys((*INPUTS, *early, *stated)))


def _coarse(scenario: Scenario) -> Scenario:
    """Return the last phase in the first mode on coarse cells, with the threats' missiles alone."""
    last = scenario.at(scenario.phases[-1].date, mode=scenario.head.modes[0])
    head, flown = last.head, {threat.missile for threat in last.threats}
    return replace(
        last,
        missiles=tuple(missile for missile in last.missiles if missile.id in flown),
        head=head.but(map_step_deg=max(head.map_step_deg, STEP_DEG), map_step_km=max(head.map_step_km or STEP_KM, STEP_KM)),
    )  # fmt: skip
