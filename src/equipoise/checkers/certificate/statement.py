"""The statement of a certificate: its closed form, the domains of its values, and what it says in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from .reading import (
    ARC_AXES,
    EARTH,
    FAMILIES,
    FARTHEST_ORIGIN_DEG,
    HASH,
    LIMITS,
    NARROWEST,
    NARROWEST_SITES_DEG,
    Box,
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

STATEMENT = (
    "name", "question", "clauses", "families", "earth", "interceptor", "launch", "sites", "slack_s", "margin",
    "threats", "assumptions", "not_covered",
)  # fmt: skip
QUESTION = ("scenario", "scenario_sha256", "sha256", "party", "days")
CLAUSE = ("id", "kind", "name", "text", "binds", "use")
THREAT = ("base", "family", "missile", "place_deg", "burn_time_s", "origin_deg", "cells")
UNBOUND = "none"
"""Written for the launch's delay after burnout where no clause sets one."""

ASSUMPTIONS = (
    "The Earth is a rotating sphere with point-mass gravity; the margin stands for what that leaves out.",
    "The margin's basis is the author's word: the checker does not measure it.",
    "An interceptor never exceeds its speed relative to the ground, its motor burns for a time within the stated range, and "
    "until then it has covered at most the stated share of speed times burn time.",
    "After its motor is out an interceptor coasts.",
    "Every missile is tracked from its launch: no sensor, command or policy delays an interceptor more than the stated launch rule.",
    "The interceptors' range of burn times is that of the scenario's own interceptors, unless a clause limits it.",
)
"""What every certificate assumes, word for word."""
NOT_COVERED = (
    "The part of a missile's path before burnout, and below its burnout altitude on the way down.",
    "Flights outside the listed cells, and families of flights that are not listed.",
    "Sites outside the listed areas, on ships, in the air or in space included; systems of parties other than the one named.",
    "A kill vehicle's own manoeuvre beyond the margin.",
    "Whether a party keeps its clauses, and what happens when a clause ends or is changed.",
    "Days other than those listed.",
)
"""What no certificate covers, word for word."""


@dataclass(frozen=True)
class Threat:
    """One threat of a checked statement: where the launch starts after its burnout, and the boxes of its arcs."""

    name: str
    start_s: fmpq
    cells: tuple[Box, ...]


def checked(value: object) -> tuple[dict[str, Any], list[Box], list[Threat]]:
    """Return the statement with its areas of sites and its threats; refuse every value outside its domain."""
    statement = keys(value, STATEMENT, "statement")
    plain(statement["name"], "name")
    _question(statement)
    if keys(statement["earth"], tuple(EARTH), "earth") != EARTH:
        raise Rejected("earth: only the sphere of the specification is certified about")
    _interceptor(statement["interceptor"])
    if statement["assumptions"] != list(ASSUMPTIONS) or statement["not_covered"] != list(NOT_COVERED):
        raise Rejected("assumptions or not_covered: not the words of the specification")
    margin = keys(statement["margin"], ("constant_m", "growth_m_s", "basis"), "margin")
    rational(margin["constant_m"], "constant_m", 0, 10**6)
    rational(margin["growth_m_s"], "growth_m_s", 0, 1000)
    plain(margin["basis"], "basis")
    within = _sites(statement["sites"])
    slack = rational(statement["slack_s"], "slack_s", -3600, 1200)
    launch = _launch(statement["launch"])
    threats = [
        _threat(x, launch, slack, statement["families"])
        for x in listed(statement["threats"], "threats", least=1)
    ]
    names = [t.name for t in threats]
    if len(set(names)) < len(names):
        raise Rejected("threats: a base and family twice")
    return statement, within, threats


def _question(statement: dict[str, Any]) -> None:
    question = keys(statement["question"], QUESTION, "question")
    for key in ("scenario", "party"):
        plain(question[key], key)
    for key in ("sha256", "scenario_sha256"):
        if not isinstance(question[key], str) or not HASH.fullmatch(question[key]):
            raise Rejected(f"{key}: expected 64 hexadecimal digits")
    days = [day(x, "days") for x in listed(question["days"], "days", least=1)]
    if days != sorted(set(days)):
        raise Rejected("days: expected an ascending list")
    families = listed(statement["families"], "families", least=1)
    if any(f not in FAMILIES for f in families) or len({*families}) < len(families):
        raise Rejected(f"families: expected some of {', '.join(FAMILIES)}, each once")
    clauses = [keys(x, CLAUSE, "clause") for x in listed(statement["clauses"], "clauses", least=1)]
    for clause in clauses:
        for key in CLAUSE:
            plain(clause[key], f"clause.{key}")
    each_once([clause["id"] for clause in clauses], "clauses")


def _interceptor(value: object) -> None:
    table = keys(value, ("speed_m_s", "burn_time_s", "boost_share"), "interceptor")
    rational(table["speed_m_s"], "speed_m_s", 100, 12_000)
    interval(table["burn_time_s"], "burn_time_s", 1, 600)
    if 2 * rational(table["boost_share"], "boost_share", 0, 1) < 1:
        raise Rejected("boost_share: under one half, which no motor keeps to")


def _sites(value: object) -> list[Box]:
    sites = keys(value, ("area_deg", "within", "outside", "discs"), "sites")
    for edges in listed(sites["area_deg"], "area_deg", least=1):
        area(edges, "area_deg", NARROWEST_SITES_DEG)
    within = [
        list(area(x, "within", NARROWEST_SITES_DEG)) for x in listed(sites["within"], "within", least=1)
    ]
    for edges in listed(sites["outside"], "outside"):
        area(edges, "outside")
    for x in listed(sites["discs"], "discs"):
        disc = keys(x, ("lat_deg", "lon_deg", "radius_m"), "disc")
        rational(disc["lat_deg"], "disc.lat_deg", -90, 90)
        rational(disc["lon_deg"], "disc.lon_deg", -360, 360)
        rational(disc["radius_m"], "disc.radius_m", 0, 10**7)
    return within


def _launch(value: object) -> tuple[fmpq, fmpq | None]:
    """Return the launch rule: seconds after the missile's launch and, unless unbound, after its burnout."""
    table = keys(value, ("after_launch_s", "after_burnout_s"), "launch")
    soonest = rational(table["after_launch_s"], "after_launch_s", 0, 1200)
    after = table["after_burnout_s"]
    return soonest, None if after == UNBOUND else rational(after, "after_burnout_s", -900, 1200)


def _threat(value: object, launch: tuple[fmpq, fmpq | None], slack: fmpq, families: list[str]) -> Threat:
    threat = keys(value, THREAT, "threat")
    for key in ("base", "family", "missile"):
        plain(threat[key], key)
    name = f"{threat['base']} {threat['family']}"
    if threat["family"] not in families:
        raise Rejected(f"{name}: a family that the statement does not list")
    place = listed(threat["place_deg"], name)
    if len(place) != 2:
        raise Rejected(f"{name}: expected the latitude and longitude of the base")
    lat, lon = rational(place[0], name, -90, 90), rational(place[1], name, -180, 180)
    origin = area(threat["origin_deg"], name)
    for at, (low, high) in ((lat, origin[0]), (lon, origin[1])):
        if not low - FARTHEST_ORIGIN_DEG <= at <= high + FARTHEST_ORIGIN_DEG:
            raise Rejected(f"{name}: the arcs' planes pass far from the base")
    burn = rational(threat["burn_time_s"], f"{name}: burn_time_s", 1, 900)
    start = launch[0] - burn if launch[1] is None else max(launch[0] - burn, launch[1])
    cells = []
    for cell in listed(threat["cells"], name, least=1):
        keys(cell, ARC_AXES, "cell")
        sides = [interval(cell[k], f"{name}: {k}", *LIMITS[k], NARROWEST[k]) for k in ARC_AXES]
        cells.append([*sides[:3], (fmpq(0), sides[1][1]), *sides[3:], *origin])
    return Threat(name, start + slack, tuple(cells))


def sentences(statement: dict[str, Any]) -> list[str]:
    """Say what is certified, of what, and under which assumptions: every clause and every cell."""
    i, sites, margin, q = (statement[k] for k in ("interceptor", "sites", "margin", "question"))
    launch = statement["launch"]
    after = launch["after_burnout_s"]
    rule = (
        "and no clause forbids a launch before burnout"
        if after == UNBOUND
        else f"and {after} s after its burnout"
    )
    found = [
        f"CERTIFIED for the statement below: {_quoted(statement['name'])}.",
        f"Claim: no interceptor of party {_quoted(q['party'])} that the limits below permit reaches any arc of the cells below with slack "
        f"of {statement['slack_s']} s or more, even if every place of the missile is wrong by {margin['constant_m']} m and "
        f"{margin['growth_m_s']} m for each second since burnout.",
        f"Question: scenario {_quoted(q['scenario'])} ({q['scenario_sha256'][:16]}), question {q['sha256'][:16]}, on {', '.join(q['days'])}.",
        *(
            f"Clause {_quoted(c['id'])} ({_quoted(c['kind'])}; {_quoted(c['binds'])}): {_quoted(c['name'])}, {_quoted(c['text'])}. "
            f"Use: {_quoted(c['use'])}."
            for c in statement["clauses"]
        ),
        f"Sites in geocentric degrees: {_boxes(sites['within'])}; not in: {_boxes(sites['outside'])}; not within: "
        + ("; ".join(f"{d['radius_m']} m of {d['lat_deg']}, {d['lon_deg']}" for d in sites["discs"]) or "none")
        + f". Area of application: {_boxes(sites['area_deg'])}.",
        f"Interceptor: at most {i['speed_m_s']} m/s over the ground; motor out {i['burn_time_s'][0]} to {i['burn_time_s'][1]} s after "
        f"launch, having covered at most {i['boost_share']} of speed times burn time.",
        f"Launch: no sooner than {launch['after_launch_s']} s after the missile's launch {rule}; at any time after that.",
        f"Families: {', '.join(statement['families'])}. Margin, in its author's words: {_quoted(margin['basis'])}.",
    ]  # fmt: skip
    for t in statement["threats"]:
        found.append(
            f"Threat {_quoted(t['base'])} {t['family']} ({_quoted(t['missile'])}) at {t['place_deg'][0]}, {t['place_deg'][1]}, burning at most "
            f"{t['burn_time_s']} s; planes through {_boxes([t['origin_deg']])}:"
        )
        found += [
            "  cell: " + "; ".join(f"{k} {cell[k][0]} to {cell[k][1]}" for k in ARC_AXES)
            for cell in t["cells"]
        ]
    return [
        *found,
        *(f"Assumed: {x}" for x in ASSUMPTIONS),
        *(f"Not covered: {x}" for x in NOT_COVERED),
    ]


def _quoted(text: str) -> str:
    """Return a text of the author between quotation marks that it cannot close."""
    return json.dumps(text)


def _boxes(boxes: list[list[str]]) -> str:
    return "; ".join(f"{s} to {n} N, {w} to {e} E" for s, w, n, e in boxes) or "none"
