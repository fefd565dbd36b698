"""The two parties as Kent and Thaler's index sees them, from the scenario's bases and the catalogue's US forces."""

from __future__ import annotations

from datetime import date

from equipoise.analysis.balance.arrivals import Defence
from equipoise.analysis.balance.forces import Alert, Launchers, forces, posture
from equipoise.analysis.balance.stability import Side, stability
from equipoise.catalogue import load_catalogue
from equipoise.scenario.load import Scenario

STRUCK = ("none", "every interceptor counts")
US_LOAD = {"ICBM": 1, "SLBM": 4}
"""Warheads on a US missile: an assumption; one on an ICBM and what the declared total leaves for the SLBMs."""


def side(table: list[Launchers], alert: Alert, defence: Defence | None = None) -> Side:
    """Return one side: silos are fixed; of mobile and sea-based launchers the share that survives is on alert."""
    fixed = tuple((x.count, x.warheads_each) for x in table if x.basing == "silo")
    day: Alert = "day_to_day" if alert == "launch_under_attack" else alert
    loose = tuple(
        (x.count, x.warheads_each, getattr(posture(x.basing), f"survives_{day}").value)
        for x in table
        if x.basing != "silo"
    )
    return Side(
        fixed,
        loose,
        launch_under_attack=alert == "launch_under_attack",
        interceptors=defence.engaged(1) if defence else 0.0,
        kill_probability=defence.kill_probability if defence else 0.0,
    )


def us_forces() -> list[Launchers]:
    """Return the US missiles of the catalogue with an assumed load."""
    return [
        Launchers(
            f.id,
            f.system,
            "submarine" if f.leg == "SLBM" else "silo",
            int(f.launchers.value),
            US_LOAD[f.leg],
        )
        for f in load_catalogue().forces.values()
        if f.party == "us" and f.leg in US_LOAD and f.launchers
    ]


def indices(scenario: Scenario, day: date, alert: Alert, defence: Defence) -> list[float]:
    """Return the index without a defence and with all of ``defence`` on the US side."""
    russia = side(forces(scenario, day), alert)
    return [stability(side(us_forces(), alert, d), russia).index for d in (None, defence)]
