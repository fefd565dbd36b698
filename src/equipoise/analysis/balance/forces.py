"""Strategic forces by date and by method of counting, and what of them would be delivered after a first strike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.analysis.balance.arrivals import Group
from equipoise.catalogue import load_catalogue
from equipoise.catalogue.counts import Declared, declarations, declared_on, system_counts
from equipoise.foundation.provenance import Quantity
from equipoise.model.catalogue import Posture
from equipoise.model.fields import End
from equipoise.model.systems import Base
from equipoise.scenario import roles
from equipoise.scenario.load import Scenario

Method = Literal["by_base", "by_system", "declared"]
METHODS: tuple[Method, ...] = ("by_base", "by_system", "declared")
"""Counts by base (early 2011), counts by system spread over the bases, and the declared total over the same structure."""
Alert = Literal["day_to_day", "generated", "launch_under_attack"]
ALERTS: tuple[Alert, ...] = ("day_to_day", "generated", "launch_under_attack")


@dataclass(frozen=True)
class Launchers:
    """Launchers of one system at one base."""

    id: str
    system: str
    basing: str
    count: int
    warheads_each: int

    @property
    def warheads(self) -> int:
        """Warheads on all of them."""
        return self.count * self.warheads_each


def forces(scenario: Scenario, day: date, *, method: Method = "by_base") -> list[Launchers]:
    """Return the ballistic forces behind the scenario's bases on ``day``.

    ``by_base`` takes the scenario's table as it stands (its date is 2011 in the catalogue). ``by_system`` gives each
    system the number of the other published count of the last year up to ``day``, spread as ``by_base`` is.
    ``declared`` scales all launchers so that warheads and bombers, one each, add up to the last declaration.
    """
    table = [_launchers(entry) for entry in scenario.bases]
    if method == "by_system":
        return [_by_system(each, table, day) for each in table]
    if method == "declared":
        party = declarer(scenario)
        wanted = declared_on(party, day).warheads - _bombers(party)
        return _scaled(table, wanted / max(sum(each.warheads for each in table), 1))
    return table


def _launchers(entry: Base) -> Launchers:
    each = entry.warheads_per_launcher
    load = int(each.value) if each else 1
    basing = {"SLBM": "submarine", "bomber": "air base"}.get(entry.leg or "", entry.basing)
    return Launchers(entry.id, entry.system, basing, round(entry.warheads.value / load), load)


def _by_system(own: Launchers, table: list[Launchers], day: date) -> Launchers:
    rows = [c for c in system_counts() if c.system == own.system and c.basing in ("", own.basing)]
    if not rows:
        return own
    past = [c for c in rows if c.year <= day.year] or rows[:1]
    count = past[-1]
    alike = [x for x in table if x.system == own.system and count.basing in ("", x.basing)]
    share = own.count / max(sum(x.count for x in alike), 1)
    return Launchers(
        own.id, own.system, own.basing, round(count.launchers * share), count.warheads_per_launcher
    )


def _scaled(table: list[Launchers], factor: float) -> list[Launchers]:
    return [Launchers(x.id, x.system, x.basing, round(x.count * factor), x.warheads_each) for x in table]


def declarer(scenario: Scenario) -> str:
    """Return the party whose declared totals count the deterrer's forces; empty where nobody declared any."""
    deterrer = roles.deterrer(scenario)
    named = [d.party for d in declarations() if roles.catalogued(scenario, d.party) == deterrer]
    return named[0] if deterrer and named else ""


def counted_for(scenario: Scenario) -> tuple[Declared, ...]:
    """Return the declarations of the deterrer and of the defenders, oldest first."""
    wanted = {roles.deterrer(scenario), *roles.defenders(scenario)} - {roles.NOBODY}
    return tuple(d for d in declarations() if roles.catalogued(scenario, d.party) in wanted)


def methods_of(scenario: Scenario) -> tuple[Method, ...]:
    """Return the methods by which the deterrer's forces can be counted: without declared totals, two are left."""
    return METHODS if declarer(scenario) else tuple(m for m in METHODS if m != "declared")


def _bombers(party: str) -> int:
    return sum(
        int(force.launchers.value)
        for force in load_catalogue().forces.values()
        if force.party == party and force.leg == "bomber" and force.launchers
    )


def posture(basing: str) -> Posture:
    """Return the posture of a basing; one that the catalogue does not know counts as a silo."""
    known = {p.basing: p for p in load_catalogue().postures.values()}
    return known.get(basing, known["silo"])


def delivers(basing: str, alert: Alert, *, survival: End = "nominal", readiness: End = "nominal") -> float:
    """Return the chance that a launcher survives, is ready and reliable, each at an end of its range.

    ``basing`` names the launcher's posture.
    """
    p = posture(basing).at_end(survival, (f"survives_{alert}",)).at_end(readiness, ("ready", "reliable"))
    lives: Quantity = getattr(p, f"survives_{alert}")
    return lives.value * p.ready.value * p.reliable.value


def groups(
    table: list[Launchers],
    alert: Alert,
    *,
    survival: End = "nominal",
    readiness: End = "nominal",
    exposed: Mapping[str, float] | None = None,
) -> list[Group]:
    """Return the groups of :func:`~equipoise.analysis.balance.arrivals.arrivals`; ``exposed`` is the share by base."""
    return [
        Group(
            x.id,
            x.count,
            x.warheads_each,
            delivers(x.basing, alert, survival=survival, readiness=readiness),
            (exposed or {}).get(x.id, 0.0),
        )
        for x in table
    ]
