"""Instruments, clauses, modes, sectors: what binds the parties and how they cooperate."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from equipoise.model.fields import (
    Number,
    Text,
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
