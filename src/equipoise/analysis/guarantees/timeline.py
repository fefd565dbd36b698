"""Who is bound by what and when: the life of instruments and clauses as spells of one status for each party."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from equipoise.catalogue import load_catalogue
from equipoise.model.clause import Clause
from equipoise.model.rules import Instrument
from equipoise.results.record import Result, Source
from equipoise.results.schema import dataset
from equipoise.scenario.clauses import clauses_of
from equipoise.scenario.load import Scenario


@dataclass(frozen=True)
class Spell:
    """One status of one instrument for one party, from ``start`` until the day before ``end``."""

    instrument: str
    name: str
    party: str
    status: str
    start: date
    end: date
    note: str
    source: str
    confidence: str


def spells(instrument: Instrument, until: date) -> list[Spell]:
    """Return the spells of an instrument for each of its parties, up to ``until``."""
    parties = instrument.parties or ("the parties",)
    return [spell for party in parties for spell in _of_party(instrument, party, until)]


def _of_party(instrument: Instrument, party: str, until: date) -> list[Spell]:
    mine = [e for e in sorted(instrument.events, key=lambda e: e.date) if not e.by or party in e.by]
    ends = [*(e.date for e in mine[1:]), until]
    return [
        Spell(
            instrument.id, instrument.name, party, e.status, e.date, min(end, until), e.note, e.source, str(e.confidence)
        )
        for e, end in zip(mine, ends, strict=True)
        if e.date < until
    ]  # fmt: skip


def relevant(scenario: Scenario) -> list[str]:
    """Return the instruments that a scenario's elements need and its clauses quote or live with, then all others.

    Those without dated events are left out.
    """
    instruments = load_catalogue().instruments
    needed = [n for table in ("site", "radar") for e in scenario.table(table) for n in e.needs]
    quoted = [n for c in clauses_of(scenario) for n in (c.instrument, c.in_force_with) if n]
    laws = [law for name in needed for law in instruments[name].laws]
    order = dict.fromkeys([*needed, *laws, *quoted, *instruments])
    return [name for name in order if instruments[name].events]


def timeline(scenario: Scenario, names: Sequence[str] = (), *, until: date | None = None) -> Result:
    """Return the spells of instruments as a result, with the clauses of the scenario that have a life of their own.

    ``names`` are ids of instruments; without any, those that matter to the scenario.
    """
    instruments = load_catalogue().instruments
    last = max(scenario.phases[-1].date, date(2026, 12, 31))
    end = until or last
    found = [s for name in (names or relevant(scenario)) for s in spells(instruments[name], end)]
    for clause in clauses_of(scenario):
        if clause.events:
            found += spells(_as_instrument(clause), end)
    phases = scenario.phases
    data = dataset("timeline", {
            "instrument": [s.instrument for s in found],
            "name": [s.name for s in found],
            "party": [s.party for s in found],
            "status": [s.status for s in found],
            "start": _days(s.start for s in found),
            "end": _days(s.end for s in found),
            "note": [s.note for s in found],
            "source": [s.source for s in found],
            "confidence": [s.confidence for s in found],
            "phase_date": _days(p.date for p in phases),
        }, {"spell": [f"spell-{i}" for i in range(len(found))], "phase": [p.name for p in phases]}, {"laws": json.dumps({s.instrument: list(instruments[s.instrument].laws) for s in found if s.instrument in instruments and instruments[s.instrument].laws})})  # fmt: skip
    sources = tuple(
        Source(str(i), text, confidence, "dates of instruments")
        for i, (text, confidence) in enumerate(
            dict.fromkeys((s.source, s.confidence) for s in found), start=1
        )
    )
    return Result(
        kind="timeline", title="Who is bound by what, and when", data=data, sources=sources,
        notes=("An instrument acts only while in force; a suspension by one side leaves the other bound.",),
    )  # fmt: skip


def _as_instrument(clause: Clause) -> Instrument:
    """Return a clause with a life of its own as an instrument."""
    parties = clause.parties or ((clause.party,) if clause.party else ("the defenders",))
    return Instrument(
        id=clause.id,
        name=clause.name,
        parties=parties,
        events=clause.events,
        source=clause.source,
        confidence=clause.confidence,
    )


def _days(values: Iterable[date]) -> np.ndarray:
    """Return the proleptic ordinals of days."""
    return np.array([day.toordinal() for day in values], dtype=np.int64)
