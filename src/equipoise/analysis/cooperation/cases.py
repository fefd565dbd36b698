"""What is asked of a mode of cooperation: the mode as it is, with something out of action, later, or with one sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from equipoise.engagement import order_of_battle
from equipoise.engagement.cooperation_modes import NO_OUTAGE, Mode, Outage
from equipoise.engagement.records import Command
from equipoise.scenario.load import Scenario

LATE_S = (30.0, 60.0, 120.0)
"""Delays of shared data, on top of the mode's own, that are asked about."""


@dataclass(frozen=True)
class Case:
    """One state of the cooperation on one day: the mode, what is out of action, and what is at its worse end.

    ``against`` are inputs TABLE.KEY at the end of their ranges that hurts the defence; the mode's terms stay. ``track_rule`` is ``duration`` or ``accuracy`` where it is not to be the scenario's.
    ``changed`` are single inputs TABLE.ENTRY.KEY with another value in the key's unit.
    """

    day: date
    how: Mode
    outage: Outage = NO_OUTAGE
    against: tuple[str, ...] = ()
    track_rule: str = ""
    changed: tuple[tuple[str, float], ...] = ()

    def commands(self, scenario: Scenario) -> tuple[Command, ...]:
        """Return the commands of the case."""
        if self.track_rule:
            scenario = replace(scenario, head=scenario.head.but(track_rule=self.track_rule))
        if self.changed:
            scenario = scenario.with_(dict(self.changed), keep_range=True)
        if self.against:
            scenario = scenario.at_end("against", *self.against)
        return order_of_battle.commands(scenario, self.day, self.how, outage=self.outage)


def sensors_stop(case: Case, party: str) -> Case:
    """Return the case without any sensor of ``party``."""
    return replace(case, outage=replace(case.outage, blind=case.outage.blind | {party}))


def interceptors_stop(case: Case, party: str) -> Case:
    """Return the case without any battery of ``party``."""
    return replace(case, outage=replace(case.outage, disarmed=case.outage.disarmed | {party}))


def partner_stops(case: Case, party: str) -> Case:
    """Return the case in which ``party`` has neither sensors nor batteries: what its partner can do alone."""
    return sensors_stop(interceptors_stop(case, party), party)


def link_stops(case: Case) -> Case:
    """Return the case without exchange of reports and without a common command; sectors still bind."""
    return replace(case, how=replace(case.how, releases=(), one_command=False))


def late_by(case: Case, delay_s: float) -> Case:
    """Return the case in which shared reports come ``delay_s`` later than the mode says."""
    return replace(
        case,
        how=replace(
            case.how, releases=tuple(replace(r, latency_s=r.latency_s + delay_s) for r in case.how.releases)
        ),
    )


def with_terms(case: Case, *, latency_s: float, position_sigma_m: float, velocity_sigma_m_s: float) -> Case:
    """Return the case in which all that is released has these terms."""
    releases = tuple(
        replace(
            r, latency_s=latency_s, position_sigma_m=position_sigma_m, velocity_sigma_m_s=velocity_sigma_m_s
        )
        for r in case.how.releases
    )
    return replace(case, how=replace(case.how, releases=releases))


def sharing_only(case: Case, giver: str, sensors: Sequence[str]) -> Case:
    """Return the case in which ``giver`` releases only ``sensors`` (none of them: nothing)."""
    kept = tuple(
        replace(r, sensors=frozenset(sensors)) if r.giver == giver else r
        for r in case.how.releases
        if r.giver != giver or sensors
    )
    return replace(case, how=replace(case.how, releases=kept))


def owned_sensors(scenario: Scenario, case: Case, party: str) -> tuple[str, ...]:
    """Return the ids of a party's own sensors on the day of the case."""
    alone = replace(case.how, releases=(), one_command=False)
    found = replace(case, how=alone).commands(scenario)
    return tuple(use.sensor.id for c in found if c.name == party for use in c.uses)
