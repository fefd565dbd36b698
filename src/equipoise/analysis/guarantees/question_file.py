"""The question file: what of a scenario a certificate's statement depends on, as plain data that a checker reads.

Its form is that of docs/certificate.md, "The question file". It is a projection: nothing is computed here but the aim cells.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from equipoise.analysis.guarantees.staged_family import as_flown
from equipoise.analysis.guarantees.verdicts import families, status_of
from equipoise.engagement import kernel_inputs
from equipoise.foundation.provenance import Quantity
from equipoise.model.clause import Clause
from equipoise.model.path_family import path_family
from equipoise.model.systems import Base
from equipoise.scenario.aims import aims
from equipoise.scenario.clauses import area_of, clauses_of
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import commander, defenders

QUESTION_FORMAT = "equipoise-question-2"
MISSILE_RANGES = ("max_range_km", "burn_time_s", "burnout_altitude_km", "burnout_downrange_km")
DELAYS = ("early_track_s", "decision_s", "reaction_s")
Question = dict[str, Any]


def question_file(scenario: Scenario, *, party: str = "", day: date | None = None) -> Question:
    """Return the question that a scenario's guarantee poses about the systems of a party, by default of the first defender.

    It is about ``day`` and the clauses in force then, or about every phase's day as if all that may be were in force.
    """
    party = party or next(iter(defenders(scenario)), "")
    days = [day] if day is not None else sorted({phase.date for phase in scenario.phases})
    earth, chosen = kernel_inputs.EARTHS[scenario.head.earth], families(scenario)
    return {
        "format": QUESTION_FORMAT,
        "scenario": plain(scenario.name),
        "scenario_sha256": scenario.hash,
        "title": plain(scenario.guarantee.title or scenario.title),
        "party": party,
        "days": [d.isoformat() for d in days],
        "only_in_force": day is not None,
        "area_deg": [[decimal(x) for x in box] for box in area_of(scenario)],
        "families": list(chosen),
        "flattening": decimal(earth.flattening, 18),
        "aims_deg": [[decimal(x) for x in aim] for aim in aims(scenario).tolist()],
        "aim_step_deg": decimal(scenario.head.aim_step_deg),
        "lofts_deg": {name: decimal(path_family(name).loft_deg) for name in chosen},
        "delays_s": {key: decimal(getattr(scenario.assumptions, key).low) for key in DELAYS},
        "interceptors": _interceptors(scenario, party),
        "bases": [_base(scenario, base, chosen) for base in scenario.bases],
        "clauses": [_clause(c, days, party) for c in clauses_of(scenario)],
    }


def _interceptors(scenario: Scenario, party: str) -> list[Question]:
    """Return the burn times of the interceptors at the party's sites; of all where it has none."""
    named = {s.interceptor for s in scenario.sites if commander(scenario, s.party) == party}
    records = [r for r in scenario.interceptors if r.id in named or not named]
    return [{"id": r.id, "burn_time_s": _ends(r.burn_time_s)} for r in records]


def _base(scenario: Scenario, base: Base, families: tuple[str, ...]) -> Question:
    record = as_flown(scenario, base, families)
    return {
        "id": base.id,
        "place_deg": [decimal(base.lat_deg), decimal(base.lon_deg)],
        "area_deg": [[decimal(x) for x in box] for box in base.area_deg],
        "missile": base.missile,
        "ranges": {key: _ends(getattr(record, key)) for key in MISSILE_RANGES},
    }


def _clause(clause: Clause, days: list[date], defender: str) -> Question:
    limit = clause.limit if clause.kind == "limit" else None
    return {
        "id": clause.id,
        "kind": clause.kind,
        "name": plain(clause.name),
        "text": plain(clause.text),
        "party": clause.party or defender,
        **{key: list(getattr(clause, key)) for key in ("interceptors", "sites", "radars")},
        "statuses": [status_of(clause, d) for d in days],
        "quantity": clause.quantity,
        "limit": _known(limit),
        "of": clause.of,
        "at_least_km": _known(clause.at_least_km),
        "within_deg": [[decimal(x) for x in box] for box in clause.within_deg],
        "outside_deg": [[decimal(x) for x in box] for box in clause.outside_deg],
        "slack_at_most_s": _known(clause.slack_at_most_s),
    }


def _ends(quantity: Quantity) -> list[str]:
    return [decimal(quantity.low), decimal(quantity.high)]


def _known(value: float | None) -> str:
    return "" if value is None else decimal(value)


def decimal(value: float, digits: int = 6) -> str:
    """Return a plain decimal without an exponent.

    ``value`` is rounded to ``digits`` decimals.
    """
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def outward(low: float, high: float, step: float, digits: int = 2) -> list[str]:
    """Return two ends as decimals, rounded outwards to a step.

    ``low`` and ``high`` are in the unit of ``step``; ``digits`` is how many decimals are written.
    """
    return [decimal(math.floor(low / step) * step, digits), decimal(math.ceil(high / step) * step, digits)]


def plain(text: str) -> str:
    """Return the text in the plain characters that a certificate allows, at most 400 of them."""
    return "".join(c if " " <= c <= "~" else "-" for c in text)[:400]
