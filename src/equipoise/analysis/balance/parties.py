"""The two parties as Kent and Thaler's index sees them, from the scenario's bases and the catalogue's forces."""

from __future__ import annotations

from datetime import date
from math import nan

from equipoise.analysis.balance.arrivals import Defence
from equipoise.analysis.balance.forces import Alert, Launchers, forces, posture
from equipoise.analysis.balance.stability import Side, stability
from equipoise.catalogue import load_catalogue
from equipoise.scenario import roles
from equipoise.scenario.load import Scenario

STRUCK = ("none", "every interceptor counts")


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


def defenders_forces(scenario: Scenario) -> list[Launchers]:
    """Return the defenders' missiles of the catalogue; a load that it does not state is one warhead."""
    defenders = roles.defenders(scenario)
    return [
        Launchers(
            f.id,
            f.system,
            "submarine" if f.leg == "SLBM" else "silo",
            int(f.launchers.value),
            int(f.warheads_per_launcher.value) if f.warheads_per_launcher else 1,
        )
        for f in load_catalogue().forces.values()
        if roles.catalogued(scenario, f.party) in defenders and f.leg != "bomber" and f.launchers
    ]


def indices(scenario: Scenario, day: date, alert: Alert, defence: Defence) -> list[float]:
    """Return the index without a defence and with all of ``defence`` on the defenders' side; nan where they have no forces."""
    own = defenders_forces(scenario)
    if not own:
        return [nan, nan]
    deterrer = side(forces(scenario, day), alert)
    return [stability(side(own, alert, d), deterrer).index for d in (None, defence)]
