"""Reading a question file: closed records, exact forms and domains, so that no value can be read in two ways."""

from __future__ import annotations

from typing import Any

from .reading import (
    FAMILIES,
    HASH,
    Rejected,
    area,
    day,
    each_once,
    interval,
    keys,
    listed,
    plain,
    rational,
)

QUESTION_FORMAT = "equipoise-question-2"
KEYS = (
    "format", "scenario", "scenario_sha256", "title", "party", "days", "only_in_force", "area_deg", "families", "flattening",
    "aims_deg", "aim_step_deg", "lofts_deg", "delays_s", "interceptors", "bases", "clauses",
)  # fmt: skip
DELAYS = ("early_track_s", "decision_s", "reaction_s")
RANGES = {
    "max_range_km": (1, 40_000),
    "burn_time_s": (1, 900),
    "burnout_altitude_km": (0, 1000),
    "burnout_downrange_km": (0, 3000),
}
CLAUSE = (
    "id", "kind", "name", "text", "party", "interceptors", "sites", "radars", "statuses", "quantity", "limit", "of",
    "at_least_km", "within_deg", "outside_deg", "slack_at_most_s",
)  # fmt: skip
SCOPES = ("interceptors", "sites", "radars")
STATUSES = (
    "proposed", "not_yet_drafted", "drafted", "approved", "signed", "ratified", "in_force", "suspended", "withdrawn", "ended",
    "outside_its_dates",
)  # fmt: skip
MOST = 10**6


def checked_question(document: object) -> dict[str, Any]:
    """Return the question file's table; refuse every value outside its form and domain."""
    asked = keys(document, KEYS, "question file")
    if asked["format"] != QUESTION_FORMAT:
        raise Rejected(f"question file: expected {QUESTION_FORMAT}")
    for key in ("scenario", "title", "party"):
        plain(asked[key], key)
    if not isinstance(asked["scenario_sha256"], str) or not HASH.fullmatch(asked["scenario_sha256"]):
        raise Rejected("scenario_sha256: expected 64 hexadecimal digits")
    days = [day(x, "days") for x in listed(asked["days"], "days", least=1)]
    if days != sorted(set(days)):
        raise Rejected("days: expected an ascending list")
    if not isinstance(asked["only_in_force"], bool):
        raise Rejected("only_in_force: expected true or false")
    _flights(asked)
    for box in listed(asked["area_deg"], "area_deg", least=1):
        _box(box, "area_deg")
    for key, value in keys(asked["delays_s"], DELAYS, "delays_s").items():
        rational(value, key, 0, 1200)
    for record in listed(asked["interceptors"], "interceptors", least=1):
        keys(record, ("id", "burn_time_s"), "interceptor")
        plain(record["id"], "interceptor")
        interval(record["burn_time_s"], "burn_time_s", 1, 600)
    for base in listed(asked["bases"], "bases", least=1):
        _base(base)
    for clause in listed(asked["clauses"], "clauses", least=1):
        _clause(clause, len(days))
    for table in ("interceptors", "bases", "clauses"):
        each_once([x["id"] for x in asked[table]], table)
    return asked


def _flights(asked: dict[str, Any]) -> None:
    families = listed(asked["families"], "families", least=1)
    if any(f not in FAMILIES for f in families):
        raise Rejected(f"families: expected some of {', '.join(FAMILIES)}")
    each_once(families, "families")
    for family, loft in keys(asked["lofts_deg"], tuple(families), "lofts_deg").items():
        rational(loft, family, -45, 45)
    if rational(asked["flattening"], "flattening", 0, 1) * 100 > 1:
        raise Rejected("flattening: above 0.01, which is no Earth")
    if rational(asked["aim_step_deg"], "aim_step_deg", 0, 30) == 0:
        raise Rejected("aim_step_deg: a cell has a width")
    for aim in listed(asked["aims_deg"], "aims_deg", least=1):
        _place(aim, "aims_deg")


def _base(value: object) -> None:
    base = keys(value, ("id", "place_deg", "area_deg", "missile", "ranges"), "base")
    for key in ("id", "missile"):
        plain(base[key], f"base.{key}")
    _place(base["place_deg"], base["id"])
    for box in listed(base["area_deg"], base["id"]):
        _box(box, base["id"])
    for key, ends in keys(base["ranges"], tuple(RANGES), base["id"]).items():
        interval(ends, f"{base['id']}: {key}", *RANGES[key])


def _clause(value: object, days: int) -> None:
    clause = keys(value, CLAUSE, "clause")
    for key in ("id", "kind", "name", "text", "party", "quantity", "of"):
        plain(clause[key], f"clause.{key}")
    name = f"clause {clause['id']}"
    for scope in SCOPES:
        for one in listed(clause[scope], f"{name}: {scope}"):
            plain(one, f"{name}: {scope}")
    statuses = listed(clause["statuses"], name)
    if len(statuses) != days or any(s not in STATUSES for s in statuses):
        raise Rejected(f"{name}: expected a status for each day, of {', '.join(STATUSES)}")
    needed = {"limit": "limit", "function": "slack_at_most_s"}.get(clause["kind"])
    for key in ("limit", "at_least_km", "slack_at_most_s"):
        if clause[key] != "" or key == needed:
            rational(clause[key], f"{name}: {key}", -MOST, MOST)
    for key in ("within_deg", "outside_deg"):
        for box in listed(clause[key], f"{name}: {key}"):
            _box(box, f"{name}: {key}")


def _place(value: object, name: str) -> None:
    place = listed(value, name)
    if len(place) != 2:
        raise Rejected(f"{name}: expected a latitude and a longitude")
    rational(place[0], name, -90, 90)
    rational(place[1], name, -180, 180)


def _box(value: object, name: str) -> None:
    """Refuse a box that is none, or whose longitudes leave -180 to 180: there each place has one longitude."""
    _, (west, east) = area(value, name)
    if west < -180 or east > 180:
        raise Rejected(f"{name}: expected longitudes from -180 to 180")
