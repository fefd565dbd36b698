"""Instruments, clauses, modes, sectors: what binds the parties and how they cooperate."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Annotated

from equipoise.model.fields import NameList, Number, Prose
from equipoise.model.record import Entry, Event, Noted, Record


def status_on(events: tuple[Event, ...], day: date, party: str = "") -> str:
    """Return the status that the last event up to ``day`` left, or an empty string before the first.

    With ``party``, events of other parties alone (a suspension by one side) do not count.
    """
    past = [e for e in sorted(events, key=lambda e: e.date) if e.date <= day]
    past = [e for e in past if not (party and e.by and party not in e.by)]
    return past[-1].status if past else ""


@dataclass(frozen=True)
class LimitedQuantity:
    """What a limit clause may limit: the key that holds the number, its sense, and how it is spoken of."""

    key: str
    unit: str
    spoken: str


QUANTITIES: Mapping[str, LimitedQuantity] = {
    name: LimitedQuantity(**said)
    for name, said in tomllib.loads(
        files("equipoise.model").joinpath("data/quantities.toml").read_text(encoding="utf-8")
    ).items()
}
"""Every quantity that a clause of kind ``limit`` may name."""


class Provision(Record):
    """One threshold or duty, with the numbers of the text."""

    article: Prose = ""
    """Article or paragraph."""
    parameter: Prose
    """What is limited or owed."""
    operator: Prose = ""
    """<=, >=, =, ban, duty ..."""
    value: Prose = ""
    """The number, as printed."""
    unit: Prose = ""
    """Its unit, as printed."""
    applies_to: Prose = ""
    """Whom or what it binds."""
    status: Prose = ""
    """Status in words."""
    source: Prose
    """Where it was read."""
    confidence: Prose
    """How far it was checked."""


class Instrument(Entry, Noted):
    """A treaty, agreement, law or statement, with its life as dated events."""

    year: Annotated[int, Number(1900, 2100, whole=True)] | None = None
    """Year of the text."""
    parties: NameList = ()
    """Who is bound."""
    status: Prose = ""
    """Status in words."""
    events: tuple[Event, ...] = ()
    """Steps of its life, each with a date."""
    laws: NameList = ()
    """Laws that its entry into force waited for."""
    provisions: tuple[Provision, ...] = ()
    """Thresholds and duties, with article and source."""

    def status_on(self, day: date, party: str = "") -> str:
        """Return the status on ``day``, for one party if given."""
        return status_on(self.events, day, party)

    def in_force(self, day: date) -> bool:
        """Return whether it is in force on ``day``."""
        return self.status_on(day) == "in_force"
