"""The defender's command in all the cases that exposure asks about: phase, speed, mode, policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from equipoise.analysis.exposure.paths import Arcs
from equipoise.engagement import order_of_battle
from equipoise.engagement.engage import engage
from equipoise.engagement.records import Command
from equipoise.scenario.load import Scenario

UNHINDERED = "any track from burnout on"
"""The generous case: a track from burnout on whatever sensors see, and no rule in the way."""
DECIDING: Mapping[str, tuple[str, ...]] = {
    "interceptor burnout speed": ("interceptor.burnout_speed_km_s",),
    "interceptor burn time": ("interceptor.burn_time_s",),
    "track time needed after burnout": ("assumption.track_s",),
    "decision time": ("assumption.decision_s",),
    "interceptor reaction time": ("assumption.reaction_s",),
    "kill floor": ("interceptor.kill_floor_km", "assumption.kill_floor_km"),
    "kill ceiling": ("interceptor.kill_ceiling_km",),
    "kill-vehicle life": ("interceptor.kill_vehicle_life_s",),
    "range of the missile": ("missile.max_range_km",),
    "burnout altitude of the missile": ("missile.burnout_altitude_km",),
    "downrange of the missile's burnout": ("missile.burnout_downrange_km",),
    "ballistic coefficient of the missile": ("missile.ballistic_coefficient_kg_m2",),
}
"""Inputs that can decide against this defender, in words, and the keys of a scenario that hold each.

A missile's burn time does not: the defender's clock starts at burnout.
"""


def defender(scenario: Scenario, day: date, speed_m_s: float | None = None) -> Command:
    """Return the defenders' command on ``day``, unhindered by what sensors see and policies ask."""
    return order_of_battle.unhindered(order_of_battle.defence(scenario, day, speed_m_s))


def in_mode(scenario: Scenario, day: date, mode: str, policy: str) -> Command:
    """Return the defenders' command in a mode of cooperation, with one launch policy at every site."""
    command = order_of_battle.defence_in_mode(scenario, day, mode)
    chosen = order_of_battle.policy(scenario, policy)
    return replace(
        command, batteries=tuple(replace(b, policy=chosen) for b in command.batteries), wanted_shots=1
    )


def engageable(
    scenario: Scenario, arcs: Arcs, day: date, *, speed_m_s: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return slack (n,) in s (nan out of reach) and reason (n,) of the unhindered defender on ``day``."""
    outcome = engage(arcs.paths, [defender(scenario, day, speed_m_s)])
    return outcome.slack_s[:, 0], outcome.reason[:, 0]
