"""Values of a file that are lists or tables: boxes, lines, events, observances, sharing, the values of a study's axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import ValidationError

from equipoise.foundation.errors import nearest
from equipoise.model.clause import Observance
from equipoise.model.cooperation import Sharing
from equipoise.model.record import Event
from equipoise.model.rules import STATUSES


def boxes(value: Any, key: str) -> tuple[Any, str]:
    """Return boxes [south, west, north, east], or what is wrong."""
    rows = _rows(value, 4)
    if rows is None:
        return None, f"expected {key} = [[south, west, north, east], ...] in degrees."
    for south, west, north, east in rows:
        if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            said = f"[{south:g}, {west:g}, {north:g}, {east:g}]: expected south < north and west < east"
            return None, f"{said}, within 90 and 180 degrees; split a box that crosses 180 degrees."
    return rows, ""


def line(value: Any, key: str) -> tuple[Any, str]:
    """Return a line of [lat, lon] points, or what is wrong."""
    rows = _rows(value, 2)
    if rows is None or len(rows) < 2 or any(abs(a) > 90 or abs(b) > 180 for a, b in rows):
        return None, f"expected {key} = [[lat, lon], [lat, lon], ...] in degrees, two points or more."
    return rows, ""


def polygon(value: Any, key: str) -> tuple[Any, str]:
    """Return the corners [lat, lon] of a region whose edges are straight on a plain map, or what is wrong."""
    from shapely import Polygon

    rows = _rows(value, 2)
    if rows is None or len(rows) < 3 or any(abs(a) > 90 or abs(b) > 180 for a, b in rows):
        return None, f"expected {key} = [[lat, lon], [lat, lon], ...] in degrees, three corners or more."
    turned = [(lon % 360.0, lat) for lat, lon in rows]
    outlines = (Polygon([(lon, lat) for lat, lon in rows]), Polygon(turned))
    if not any(outline.is_valid and outline.area > 0.0 for outline in outlines):
        return None, "the polygon crosses itself or has no area."
    return rows, ""


def events(value: Any, key: str) -> tuple[Any, str]:
    """Return the steps of a life in the order of their dates, or what is wrong."""
    found: list[Event] = []
    for entry in value if isinstance(value, list) and value else [None]:
        if not isinstance(entry, dict) or set(entry) - set(Event.model_fields):
            known = ", ".join(Event.model_fields)
            return None, f"expected {key} = [{{ date, status, ... }}]; known keys: {known}."
        if entry.get("status") not in STATUSES:
            return None, f"status '{entry.get('status')}' is not one of {', '.join(STATUSES)}."
        day = _day(entry.get("date"))
        if day is None:
            return None, f'expected a date such as "2011-12-23", got {entry.get("date")!r:.40}.'
        try:
            found.append(Event.model_validate(entry | {"date": day}))
        except ValueError:
            return (
                None,
                "source and note must be text, by a list of parties, confidence one of the known words.",
            )
        if len(found) > 1 and found[-1].date < found[-2].date:
            return None, f"the dates run backwards: {found[-1].date} follows {found[-2].date}."
    return tuple(found), ""


def observances(value: Any, key: str) -> tuple[Any, str]:
    """Return duties that fell due, or what is wrong."""
    found = []
    for entry in value if isinstance(value, list) and value else [None]:
        if not isinstance(entry, dict) or set(entry) - {"what", "due", "done", "source"}:
            return (
                None,
                f"expected {key} = [{{ what, due, done, source }}]; leave done out if it was not done.",
            )
        due, done = _day(entry.get("due")), _day(entry.get("done"))
        if due is None or (entry.get("done") is not None and done is None):
            return None, 'due and done must be dates such as "2012-04-01".'
        words = [entry.get(name, "") for name in ("what", "source")]
        if not all(isinstance(word, str) for word in words):
            return None, "what and source must be text."
        found.append(Observance(words[0], due, done, words[1]))
    return tuple(found), ""


def sharing(value: Any, key: str) -> tuple[Any, str]:
    """Return who gives whom which reports, or what is wrong."""
    known = tuple(Sharing.model_fields)
    found = []
    for entry in value if isinstance(value, list) else [None]:
        if not isinstance(entry, dict):
            return None, f'expected {key} = [{{ giver = "...", receiver = "..." }}, ...].'
        for name in entry:
            if name not in known:
                guess = nearest(name, known)
                cure = f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(known)}."
                return None, f"unknown key '{name}'. {cure}"
        try:
            found.append(Sharing.model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            said = first.get("ctx", {}).get("said", first["msg"])
            return None, f"{'.'.join(str(part) for part in first['loc'])}: {said}"
    return tuple(found), ""


def values(value: Any, key: str) -> tuple[Any, str]:
    """Return the values of an axis, all numbers or all texts and no two the same, or what is wrong."""
    wrong = f"expected {key} = [...], all numbers or all texts."
    if not isinstance(value, list) or not value:
        return None, wrong
    plain = [v.isoformat() if type(v) is date else v for v in value]
    texts = all(isinstance(v, str) and v for v in plain)
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in plain)
    if not texts and not numbers:
        return None, wrong
    if len(set(plain)) < len(plain):
        return None, "the same value stands there twice."
    return tuple(plain), ""


def span(value: Any, key: str) -> tuple[Any, str]:
    """Return the ends of a range, the word ``known`` for the range of the input itself, or what is wrong."""
    if value == "known":
        return value, ""
    rows = _rows([value], 2)
    if rows is None or rows[0][0] >= rows[0][1]:
        return None, f'expected {key} = [low, high], or {key} = "known" for the range that the input has.'
    return rows[0], ""


def variants(value: Any, key: str) -> tuple[Any, str]:
    """Return settings by the name of the variant, or what is wrong."""
    good = isinstance(value, dict) and value
    if not good or not all(
        isinstance(v, list) and all(isinstance(t, str) for t in v) for v in value.values()
    ):
        return None, f'expected {key} = {{ name = ["TABLE.ID.KEY=VALUE", ...], other = [] }}.'
    return {name: tuple(settings) for name, settings in value.items()}, ""


CONVERT: dict[str, Callable[[Any, str], tuple[Any, str]]] = {
    "boxes": boxes,
    "line": line,
    "polygon": polygon,
    "events": events,
    "observances": observances,
    "sharing": sharing,
    "values": values,
    "span": span,
    "variants": variants,
}
"""Reader of each nested type: value and key in, converted value and fault out."""


def _rows(value: Any, width: int) -> tuple[tuple[float, ...], ...] | None:
    if not isinstance(value, list) or not value:
        return None
    found = []
    for row in value:
        if not isinstance(row, list) or len(row) != width:
            return None
        if any(isinstance(x, bool) or not isinstance(x, int | float) or not math.isfinite(x) for x in row):
            return None
        found.append(tuple(float(x) for x in row))
    return tuple(found)


def _day(value: Any) -> date | None:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
