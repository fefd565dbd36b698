"""One clause of a guarantee, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from equipoise.model.record import Event
from equipoise.model.region import Box
from equipoise.model.rules import QUANTITIES, status_on

KINDS = ("limit", "location", "orientation", "function", "transparency")
DUTIES = ("declaration", "notification", "observed_test", "telemetry", "inspection", "data_exchange")


@dataclass(frozen=True)
class Observance:
    """One duty that fell due: ``done`` is None when it was not carried out."""

    what: str
    due: date
    done: date | None
    source: str


@dataclass(frozen=True)
class Clause:
    """A clause: its kind and number, whom and what it covers, and its life.

    ``instrument`` and ``article`` say where its number is printed; ``in_force_with`` is the instrument whose life
    it shares. Empty scope (``interceptors``, ``sites``, ``radars``) means all of ``party``. Without ``events`` and
    ``in_force_with`` the clause is a proposal: it is judged as if it were in force.
    """

    id: str
    name: str
    kind: str
    text: str = ""
    quantity: str = ""
    at_most: float | None = None
    at_most_km_s: float | None = None
    at_most_km: float | None = None
    at_least_km: float | None = None
    at_least_s: float | None = None
    of: str = ""
    corridor_deg: tuple[tuple[float, float], ...] = ()
    within_deg: tuple[Box, ...] = ()
    outside_deg: tuple[Box, ...] = ()
    not_facing_from_deg: float | None = None
    not_facing_to_deg: float | None = None
    slack_at_most_s: float | None = None
    duty: str = ""
    observances: tuple[Observance, ...] = ()
    party: str = "nato"
    interceptors: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    radars: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    instrument: str = ""
    article: str = ""
    in_force_with: str = ""
    events: tuple[Event, ...] = ()
    active_from: date = date.min
    active_to: date = date.max
    source: str = ""
    confidence: str = ""

    @classmethod
    def of_entry(cls, entry: Mapping[str, Any]) -> Clause:
        """Return the clause of a checked entry of a scenario."""
        known = {f.name for f in fields(cls)}
        return cls(**{key: value for key, value in entry.items() if key in known})

    @property
    def limit(self) -> float:
        """The number of a limit clause, in the unit of its quantity."""
        value = getattr(self, QUANTITIES[self.quantity].key)
        assert value is not None
        return float(value)

    @property
    def is_general(self) -> bool:
        """Whether the clause binds all systems of its party: no type, site or radar is named."""
        return not (self.interceptors or self.sites or self.radars)

    def covers_site(self, site: Mapping[str, Any]) -> bool:
        """Return whether a site of a scenario falls under the clause."""
        return (
            site["party"] == self.party
            and not (self.radars and not self.sites and not self.interceptors)
            and (not self.sites or site["id"] in self.sites)
            and (not self.interceptors or site["interceptor"] in self.interceptors)
        )

    def covers_radar(self, radar: Mapping[str, Any]) -> bool:
        """Return whether a radar of a scenario falls under the clause."""
        return radar["party"] == self.party and (not self.radars or radar["id"] in self.radars)

    def status_on(self, day: date, shared: tuple[Event, ...] = ()) -> str:
        """Return its status: by its own events, else by ``shared`` (of ``in_force_with``), else ``proposed``."""
        if not self.active_from <= day <= self.active_to:
            return "outside_its_dates"
        if not self.events and not self.in_force_with:
            return "proposed"
        return status_on(self.events or shared, day) or "not_yet_drafted"
