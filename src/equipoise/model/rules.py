"""Instruments, clauses, modes, sectors: what binds the parties and how they cooperate."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import (
    Azimuth,
    Day,
    Distance,
    Duration,
    Flag,
    Latitude,
    Longitude,
    Measured,
    Number,
    Text,
    Word,
    Words,
)
from equipoise.model.record import Entry, Event, Record

STATUSES = ("drafted", "approved", "signed", "ratified", "in_force", "suspended", "withdrawn", "ended")
"""The life of an instrument or a clause."""


def status_on(events: tuple[Event, ...], day: date) -> str:
    """Return the status that the last event up to ``day`` left, or an empty string before the first."""
    past = [event for event in sorted(events, key=lambda event: event.date) if event.date <= day]
    return past[-1].status if past else ""


class Provision(Record):
    """One threshold or duty, with the numbers of the text."""

    article: Text = Field("", description="Article or paragraph.")
    parameter: Text = Field(description="What is limited or owed.")
    operator: Text = Field("", description="<=, >=, =, ban, duty ...")
    value: Text = Field("", description="The number, as printed.")
    unit: Text = Field("", description="Its unit, as printed.")
    applies_to: Text = Field("", description="Whom or what it binds.")
    status: Text = Field("", description="Status in words.")
    source: Text = Field(description="Where it was read.")
    confidence: Text = Field(description="How far it was checked.")


class Instrument(Entry):
    """A treaty, agreement, law or statement, with its life as dated events."""

    year: Annotated[int, Number(1900, 2100, whole=True)] | None = Field(None, description="Year of the text.")
    parties: Words = Field((), description="Who is bound.")
    status: Text = Field("", description="Status in words.")
    events: tuple[Event, ...] = Field((), description="Steps of its life, each with a date.")
    provisions: tuple[Provision, ...] = Field(
        (), description="Thresholds and duties, with article and source."
    )

    def status_on(self, day: date) -> str:
        """Return the status on ``day``."""
        return status_on(self.events, day)

    def in_force(self, day: date) -> bool:
        """Return whether it is in force on ``day``."""
        return self.status_on(day) == "in_force"


class Clause(Entry):
    """One clause of a guarantee, in a form that can be judged."""

    kind: Literal["limit", "location", "orientation", "function", "transparency"] = Field(
        description="Kind of clause."
    )
    text: Text = Field("", description="The clause in words.")
    parties: Words = Field((), description="Who is bound.")
    scope: Words = Field(("all",), description="Interceptors, sites or sensors that it covers, or all.")
    instrument: Text = Field("", description="Instrument that carries it; it acts while that is in force.")
    events: tuple[Event, ...] = Field((), description="Its own life, where it has one.")
    active_from: Day | None = Field(None, description="First day.")
    active_to: Day | None = Field(None, description="Last day.")
    quantity: Literal[
        "", "burnout_speed_km_s", "count", "max_range_km", "kill_ceiling_km", "range_max_km", "slack_s"
    ] = Field("", description="What a limit limits.")
    operator: Literal["<=", ">="] = Field("<=", description="Direction of the limit.")
    speed_km_s: Annotated[Quantity, Measured(0.0, 20.0)] | None = Field(None, description="Limit on a speed.")
    number: Annotated[Quantity, Measured(0.0, 20_000.0)] | None = Field(
        None, description="Limit on a number."
    )
    distance_km: Distance | None = Field(None, description="Limit on a range, altitude or distance.")
    slack_s: Annotated[Quantity, Measured(-3600.0, 3600.0)] | None = Field(
        None, description="Greatest slack that a function clause permits."
    )
    away_from: Words = Field((), description="Forces from which a location clause keeps its distance.")
    region_deg: tuple[tuple[Latitude, Longitude], ...] = Field(
        (), description="Polygon of a location clause."
    )
    region_is: Literal["allowed", "barred"] = Field("allowed", description="Whether sites may stand inside.")
    azimuth_from_deg: Azimuth | None = Field(None, description="Left edge of a barred radar sector.")
    azimuth_to_deg: Azimuth | None = Field(None, description="Right edge of a barred radar sector.")
    deadline_days: Annotated[Quantity, Measured(0.0, 36_500.0)] | None = Field(
        None, description="Deadline of a transparency clause."
    )
    observation: Text = Field("", description="What must be observed to verify it.")

    def status_on(self, day: date) -> str:
        """Return the clause's own status on ``day``."""
        return status_on(self.events, day)


class Mode(Entry):
    """A way of cooperating: who may use which sensors, and who may shoot where."""

    partner_sensors: Literal["none", "released", "all"] = Field(description="Partner data a shooter may use.")
    engage: Literal["own_area", "own_sector", "anywhere"] = Field(description="Where a party may shoot.")
    picture: Literal["separate", "shared"] = Field("separate", description="One picture or one each.")
    partner_tracks: Flag = Field(default=True, description="Whether partner data make a track to shoot on.")
    latency_s: Duration | None = Field(None, description="Delay of released data; absent for the assumption.")
    position_error_km: Distance | None = Field(None, description="Coarsening; absent for the assumption.")
    velocity_error_m_s: Annotated[Quantity, Measured(0.0, 10_000.0)] | None = Field(
        None, description="Coarsening; absent for the assumption."
    )
    withheld: Words = Field((), description="Sensors or kinds of sensor that are not released.")


class Sector(Entry):
    """The part of the map that a party engages in: a polygon or an azimuth fan."""

    party: Word = Field(description="Who engages here.")
    polygon_deg: tuple[tuple[Latitude, Longitude], ...] = Field((), description="Corners [lat, lon].")
    lat_deg: Latitude | None = Field(None, description="Apex of a fan.")
    lon_deg: Longitude | None = Field(None, description="Apex of a fan.")
    azimuth_from_deg: Azimuth | None = Field(None, description="Left edge of a fan.")
    azimuth_to_deg: Azimuth | None = Field(None, description="Right edge of a fan.")
    range_km: Distance | None = Field(None, description="Radius of a fan.")
