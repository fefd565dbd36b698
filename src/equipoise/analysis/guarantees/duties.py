"""How far the record of a party is from a clause on transparency: days, duties carried out, or numbers declared."""

from __future__ import annotations

from datetime import date, timedelta

from equipoise.analysis.guarantees.margin import Margin, unknown
from equipoise.model.clause import Clause
from equipoise.model.systems import Site

YEAR = timedelta(days=365)


def duty_margin(clause: Clause, sites: list[Site], day: date) -> Margin:
    """Return the margin of a clause on transparency on ``day``; ``sites`` are those in its scope then."""
    if clause.declared:
        return _declared(clause, sites, day)
    if clause.at_least_a_year is not None:
        return _quota(clause, clause.at_least_a_year, day)
    due = [o for o in clause.observances if o.due <= day]
    if not due:
        return unknown("days", f"whether the {clause.duty.replace('_', ' ')} was carried out")
    late = [(o, (o.due - o.done).days if o.done and o.done <= day else (o.due - day).days - 1) for o in due]
    worst, left = min(late, key=lambda pair: pair[1])
    done = worst.done.isoformat() if worst.done else "not done"
    element = {"what": worst.what, "due": worst.due.isoformat(), "done": done, "source": worst.source}
    return Margin(left, left, left, "days", element=element)


def _quota(clause: Clause, least: float, day: date) -> Margin:
    """Return by how many the duties carried out in the year up to ``day`` are above the quota."""
    done = [o for o in clause.observances if o.done and day - YEAR < o.done <= day]
    left = len(done) - least
    return Margin(left, left, left, "duties a year", element={"done": [o.what for o in done]})


def _declared(clause: Clause, sites: list[Site], day: date) -> Margin:
    """Return by how many interceptors the plan stays below what was declared for the day: negative is a contradiction."""
    holding = [one for one in clause.declared if one.date <= day]
    if not holding:
        return unknown("interceptors", "what was declared for that day")
    number = holding[-1].number
    low, nominal, high = (
        number - sum(getattr(s.count, end) for s in sites) for end in ("high", "value", "low")
    )
    widest = max(sites, key=lambda s: s.count.high - s.count.low, default=None)
    deciding = f"number of interceptors at {widest.id}" if widest else ""
    element = {
        "declared": number,
        "from": holding[-1].date.isoformat(),
        "planned": {s.id: s.count.value for s in sites},
    }
    return Margin(low, nominal, high, "interceptors", deciding, element)
