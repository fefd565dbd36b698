"""One clause of a guarantee, as data."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator

from equipoise.model.fields import (
    Azimuth,
    Day,
    Latitude,
    Longitude,
    NameList,
    Number,
    Prose,
    Text,
    fault,
    one_of,
)
from equipoise.model.record import Entry, Event, Record
from equipoise.model.rules import QUANTITIES, status_on
from equipoise.model.shapes import Boxes, Line
from equipoise.model.systems import Radar, Site

Kind = Literal["limit", "location", "orientation", "function", "transparency"]
KINDS: tuple[str, ...] = get_args(Kind)
Duty = Literal[
    "declaration",
    "notification",
    "observed_test",
    "telemetry",
    "inspection",
    "data_exchange",
    "withdrawal_notice",
]
Origin = Literal["strategic_base", "corridor", "home_port"]


class Observance(Record):
    """One duty that fell due."""

    what: Prose = ""
    """What was owed."""
    due: Day
    """Day on which it fell due."""
    done: Day | None = None
    """Day on which it was carried out; absent when it was not."""
    source: Prose = ""
    """Where the dates come from."""


class Declared(Record):
    """One number of a declaration made ahead of time."""

    date: Day
    """Day from which it holds, until the next one's."""
    number: Annotated[float, Number(0.0, 10_000.0, whole=True)]
    """Interceptors declared."""


def _in_order(events: tuple[Event, ...]) -> tuple[Event, ...]:
    for before, after in pairwise(events):
        if after.date < before.date:
            raise fault(f"the dates run backwards: {after.date} follows {before.date}.")
    return events


def _some(listed: tuple[Any, ...]) -> tuple[Any, ...]:
    if not listed:
        raise fault("the list is empty.", "Give one, or leave the key out.")
    return listed


class Clause(Entry):
    """A clause: its kind and number, whom and what it covers, and its life.

    Without ``events`` and ``in_force_with`` the clause is a proposal: it is judged as if it were in force.

    >>> import equipoise as eq
    >>> speed = eq.Clause(
    ...     id="speed", name="No interceptor faster than 4.5 km/s", kind="limit", quantity="burnout_speed", at_most_km_s=4.5,
    ...     source="a draft", confidence="assumption")
    >>> eq.Scenario.load("epaa").with_entries(speed).clauses[-1].at_most_km_s
    4.5
    """

    kind: Annotated[Kind, one_of(Kind)]
    """What it does."""
    text: Text = ""
    """Its words, where an instrument prints them."""
    quantity: Prose = ""
    """What a limit bounds: burnout_speed, number, sites, range, kill_altitude, radar_range, radars, burn_time,
    acceleration, launch_delay, target_speed, target_range."""
    at_most: Annotated[float, Number(0.0, 100_000.0)] | None = None
    """Largest number permitted, of a limit on number or sites."""
    at_most_km_s: Annotated[float, Number(0.0, 20.0)] | None = None
    """Largest speed permitted, of a limit on a speed."""
    at_most_km: Annotated[float, Number(0.0, 40_000.0)] | None = None
    """Largest distance permitted, of a limit on a range or an altitude, or of a ship from its home port."""
    at_most_m_s2: Annotated[float, Number(0.0, 10_000.0)] | None = None
    """Largest mean acceleration permitted, of a limit on acceleration."""
    at_least_km: Annotated[float, Number(0.0, 20_000.0)] | None = None
    """Least distance of a site from what `of` names."""
    at_least_s: Annotated[float, Number(0.0, 3600.0)] | None = None
    """Least time permitted, of a limit on the launch delay or the burn time."""
    of: Annotated[str, one_of(Origin)] = ""
    """From what a distance is measured."""
    corridor_deg: Line = ()
    """Line [lat, lon] of the corridor that a site keeps away from."""
    port_lat_deg: Latitude | None = None
    """Latitude of the home port."""
    port_lon_deg: Longitude | None = None
    """Longitude of the home port."""
    within_deg: Boxes = ()
    """Boxes in which alone a site may stand; of a limit, in which it counts what may be there."""
    outside_deg: Boxes = ()
    """Boxes in which no site may stand."""
    not_facing_from_deg: Azimuth | None = None
    """Left edge of the sector that a radar must not watch, clockwise from north."""
    not_facing_to_deg: Azimuth | None = None
    """Right edge of that sector, clockwise."""
    slack_at_most_s: Annotated[float, Number(-3600.0, 3600.0)] | None = None
    """Largest slack of an engagement that a function clause permits; 0 forbids all."""
    duty: Annotated[str, one_of(Duty)] = ""
    """What a transparency clause asks for."""
    observances: Annotated[tuple[Observance, ...], AfterValidator(_some)] = ()
    """Duties that fell due, with the day on which each was carried out."""
    declared: Annotated[tuple[Declared, ...], AfterValidator(_some)] = ()
    """Numbers of interceptors declared ahead of time, in the order of their dates."""
    at_least_a_year: Annotated[float, Number(1.0, 366.0, whole=True)] | None = None
    """Least number of duties carried out in the year that ends on the day, a quota."""
    party: Text = ""
    """Party that is bound; absent for the first defender."""
    interceptors: NameList = ()
    """Interceptors that it covers; absent for all of the party."""
    sites: NameList = ()
    """Sites that it covers; absent for all of the party."""
    radars: NameList = ()
    """Radars that it covers; absent for all of the party."""
    other_than: NameList = ()
    """Interceptors that it leaves alone: it covers every other one, a later block too."""
    basing: NameList = ()
    """Basings that it covers: land, sea, air, space; absent for all."""
    parties: NameList = ()
    """Parties that have agreed to it."""
    instrument: Text = ""
    """Instrument of the catalogue that prints its number."""
    article: Text = ""
    """Article of the instrument."""
    in_force_with: Text = ""
    """Instrument whose life it shares."""
    events: Annotated[tuple[Event, ...], AfterValidator(_some), AfterValidator(_in_order)] = ()
    """Steps of its own life, in the order of their dates."""
    active_from: Day = date.min
    """First day on which it applies."""
    active_to: Day = date.max
    """Last day on which it applies."""

    @property
    def limit(self) -> float:
        """The number of a limit clause, in the unit of its quantity."""
        value = getattr(self, QUANTITIES[self.quantity].key)
        assert value is not None
        return float(value)

    @property
    def is_general(self) -> bool:
        """Whether the clause binds all systems of its party: no type, site, radar, basing or sea area is named."""
        counts_places = self.kind == "limit" and self.within_deg
        return not (
            self.interceptors or self.sites or self.radars or self.other_than or self.basing or counts_places
        )

    def covers_site(self, site: Site, commander: str) -> bool:
        """Return whether a site of a scenario, under the command of party ``commander``, falls under the clause."""
        return (
            self.party in (site.party, commander)
            and not (self.radars and not self.sites and not self.interceptors)
            and (not self.sites or site.id in self.sites)
            and (not self.interceptors or site.interceptor in self.interceptors)
            and site.interceptor not in self.other_than
            and (not self.basing or site.basing in self.basing)
        )

    def covers_radar(self, radar: Radar, commander: str) -> bool:
        """Return whether a radar of a scenario, under the command of party ``commander``, falls under the clause."""
        return self.party in (radar.party, commander) and (not self.radars or radar.id in self.radars)

    def status_on(self, day: date, shared: tuple[Event, ...] = ()) -> str:
        """Return its status: by its own events, else by ``shared`` (of ``in_force_with``), else ``proposed``."""
        if not self.active_from <= day <= self.active_to:
            return "outside_its_dates"
        if not self.events and not self.in_force_with:
            return "proposed"
        return status_on(self.events or shared, day) or "not_yet_drafted"
