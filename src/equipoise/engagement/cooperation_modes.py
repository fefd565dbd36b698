"""Modes of cooperation: who gives whom its sensors' reports, how late and coarse, and what is out of action."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.foundation.provenance import Quantity
from equipoise.model.cooperation import EVERYBODY, Sharing
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import fielding


@dataclass(frozen=True)
class Release:
    """What a giver releases to a receiver: its sensors' reports, this late and coarse, except about some missiles.

    ``sensors`` names kinds of sensor (``spy1d`` is that of every site) or single ones; none names all.
    """

    giver: str
    receiver: str
    latency_s: float = 0.0
    position_sigma_m: float = 0.0
    velocity_sigma_m_s: float = 0.0
    withheld: frozenset[str] = frozenset()
    sensors: frozenset[str] = frozenset()

    def covers(self, sensor: str) -> bool:
        """Return whether reports of a sensor are released."""
        return not self.sensors or sensor in self.sensors or sensor.split(" at ")[0] in self.sensors


@dataclass(frozen=True)
class Mode:
    """A mode of cooperation: releases, sectors that bind, one command for all, and whose area a command defends."""

    name: str
    releases: tuple[Release, ...] = ()
    sectors: tuple[str, ...] = ()
    one_command: bool = False
    own_area: bool = True


@dataclass(frozen=True)
class Outage:
    """What is out of action: all sensors of some parties (``blind``), all their batteries (``disarmed``)."""

    blind: frozenset[str] = frozenset()
    disarmed: frozenset[str] = frozenset()


NO_OUTAGE = Outage()


JOINT = "joint"
"""Name of the one command of a mode that has one."""


def mode(scenario: Scenario, name: str) -> Mode:
    """Return a mode of the scenario; what is released is as late and coarse as the mode or the assumptions say.

    ``name`` is its id in the scenario.
    """
    record = scenario.find("mode", name)
    joint = record.command == "joint"
    return Mode(
        name,
        tuple(r for sharing in record.sharing for r in _releases(scenario, sharing)),
        record.sectors,
        joint,
        record.engages == "own_area" and not joint,  # what is under one command is the own area of all
    )


def _releases(scenario: Scenario, sharing: Sharing) -> list[Release]:
    """Return one release for each pair of parties that an entry of a mode names."""
    a, released = scenario.assumptions, sharing.terms == "released"

    def term(given: Quantity | None, assumed: str) -> float:
        quantity = given or (getattr(a, assumed) if released else None)
        return quantity.si if quantity else 0.0

    return [
        Release(
            giver,
            receiver,
            latency_s=term(sharing.latency_s, "exchange_latency_s"),
            position_sigma_m=term(sharing.position_km, "exchange_position_km"),
            velocity_sigma_m_s=term(sharing.velocity_m_s, "exchange_velocity_m_s"),
            withheld=frozenset(sharing.withheld),
            sensors=frozenset(sharing.sensors),
        )
        for giver in fielding(scenario)
        for receiver in fielding(scenario)
        if giver != receiver
        and sharing.giver in (giver, EVERYBODY)
        and sharing.receiver in (receiver, EVERYBODY)
    ]
