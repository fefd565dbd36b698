"""Clauses of a scenario: what each kind needs, what contradicts what, and where they let a site stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import Problem, nearest
from equipoise.model.clause import Clause
from equipoise.model.region import Box, Corridor, Disc, Region
from equipoise.model.rules import QUANTITIES

LIMIT_KEYS = tuple(dict.fromkeys(q.key for q in QUANTITIES.values()))
"""Every key that can hold the number of a limit clause."""


def clauses_of(tables: Mapping[str, Any]) -> tuple[Clause, ...]:
    """Return the clauses that make up the guarantee of a scenario, in its order."""
    chosen = (tables.get("guarantee") or {}).get("clauses")
    entries = {entry["id"]: entry for entry in tables["clause"]}
    names = chosen if chosen else list(entries)
    return tuple(Clause.of_entry(entries[name]) for name in names)


def area_of(tables: Mapping[str, Any]) -> tuple[Box, ...]:
    """Return the area of application: that of the guarantee, else the scenario's map."""
    area = (tables.get("guarantee") or {}).get("area_deg")
    if area:
        return tuple(area)
    head = tables["scenario"]
    return (tuple(head[f"map_{edge}_deg"] for edge in ("south", "west", "north", "east")),)


def permitted_region(tables: Mapping[str, Any], clauses: Iterable[Clause]) -> Region:
    """Return where the clauses of kind location let an interceptor site stand inside the area of application.

    Give clauses that bind the same sites: what a clause does not bind is no business of the region.
    """
    within: list[tuple[Box, ...]] = [area_of(tables)]
    outside: list[Box] = []
    discs: list[Disc] = []
    corridors: list[Corridor] = []
    for clause in clauses:
        if clause.kind != "location" or clause.radars:
            continue
        if clause.within_deg:
            within.append(clause.within_deg)
        outside += clause.outside_deg
        if clause.at_least_km is not None and clause.of == "strategic_base":
            discs += [Disc(b["lat_deg"], b["lon_deg"], clause.at_least_km) for b in tables["base"]]
        if clause.at_least_km is not None and clause.corridor_deg:
            corridors.append(Corridor(clause.corridor_deg, clause.at_least_km))
    return Region(tuple(within), tuple(outside), tuple(dict.fromkeys(discs)), tuple(corridors))


def check_clauses(tables: Mapping[str, Any], label: str, problems: list[Problem]) -> None:
    """Add every fault of the clauses: what a kind lacks, names that nobody knows, and contradictions."""
    before = len(problems)
    for entry in tables["clause"]:
        problems += [
            Problem(label, f"clause.{entry['id']}{'.' + key if key else ''}", said, cure)
            for key, said, cure in _faults(entry, tables)
        ]
    chosen = (tables.get("guarantee") or {}).get("clauses") or ()
    known = [entry["id"] for entry in tables["clause"]]
    for name in chosen:
        if name not in known:
            problems.append(Problem(label, "guarantee.clauses", f"no clause '{name}'.", cure(name, known)))
    if len(problems) == before:
        problems += _contradictions(tables, label)


def cure(name: str, known: Sequence[str]) -> str:
    """Return the sentence that offers the nearest known name, or all of them."""
    guess = nearest(name, known)
    return f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(known)}."


Fault = tuple[str, str, str]


def _faults(entry: Mapping[str, Any], tables: Mapping[str, Any]) -> list[Fault]:
    found = list(KIND_FAULTS[entry["kind"]](entry))
    for key, table in (("interceptors", "interceptor"), ("sites", "site"), ("radars", "radar")):
        known = [e["id"] for e in tables[table]]
        found += [
            (key, f"no {table} '{name}'.", cure(name, known))
            for name in entry.get(key, ())
            if name not in known
        ]
    instruments = load_catalogue().instruments
    for key in ("instrument", "in_force_with"):
        name = entry.get(key, "")
        if name and name not in instruments:
            found.append((key, f"no instrument '{name}'.", cure(name, list(instruments))))
        elif name and key == "instrument":
            found += _misquotes(entry, instruments[name])
    first, last = entry.get("active_from"), entry.get("active_to")
    if first and last and last < first:
        found.append(("active_to", f"the dates are reversed: {last} lies before {first}.", "Exchange them."))
    return found


def _misquotes(entry: Mapping[str, Any], instrument: Any) -> list[Fault]:
    """Return the fault of a number that the named article does not print."""
    article = entry.get("article", "")
    printed = [p for p in instrument.provisions if p.article == article]
    if article and not printed:
        known = list(dict.fromkeys(p.article for p in instrument.provisions))
        return [("article", f"{instrument.id} has no '{article}'.", cure(article, known))]
    numbers = {float(p.value) for p in printed if p.value.replace(".", "", 1).isdigit()}
    stated = [float(entry[key]) for key in (*LIMIT_KEYS, "at_least_km") if key in entry]
    if numbers and stated and not set(stated) <= numbers:
        shown = ", ".join(f"{n:g}" for n in sorted(numbers))
        return [
            (
                "article",
                f"{instrument.id} {article} prints {shown}, not {stated[0]:g}.",
                "Quote the number, or drop article.",
            )
        ]
    return []


def _limit_faults(entry: Mapping[str, Any]) -> list[Fault]:
    quantity = entry.get("quantity", "")
    if quantity not in QUANTITIES:
        said = f"unknown quantity '{quantity}'." if quantity else "a limit needs a quantity."
        return [("quantity", said, cure(quantity, list(QUANTITIES)))]
    key = QUANTITIES[quantity].key
    if key in entry:
        extra = [k for k in LIMIT_KEYS if k in entry and k != key]
        return [(k, f"{quantity} is limited by {key}, not by {k}.", f"Drop {k}.") for k in extra]
    given = [k for k in LIMIT_KEYS if k in entry]
    if given:
        bare = given[0] in ("at_most",)
        said = "the unit is missing" if bare else f"'{given[0]}' is not the unit of {quantity}"
        return [(given[0], f"{said}.", f"Write {key} = {entry[given[0]]:g}.")]
    return [(key, f"a limit on {quantity} needs {key}.", "Give the number.")]


def _location_faults(entry: Mapping[str, Any]) -> list[Fault]:
    if "at_least_km" in entry and entry.get("of") not in ("strategic_base", "corridor"):
        return [("of", "a distance needs of = strategic_base or corridor.", "Say from what it is measured.")]
    if entry.get("of") == "corridor" and "corridor_deg" not in entry:
        return [
            ("corridor_deg", "a distance from a corridor needs its line.", "[[lat, lon], [lat, lon], ...]")
        ]
    if not {"at_least_km", "within_deg", "outside_deg"} & set(entry):
        return [("", "a location needs at_least_km, within_deg or outside_deg.", "Give one.")]
    return []


def _orientation_faults(entry: Mapping[str, Any]) -> list[Fault]:
    missing = [k for k in ("not_facing_from_deg", "not_facing_to_deg") if k not in entry]
    if missing:
        return [
            (missing[0], "an orientation needs both edges of the sector.", "Degrees clockwise from north.")
        ]
    if (entry["not_facing_to_deg"] - entry["not_facing_from_deg"]) % 360.0 == 0.0:
        said = "contradictory: the forbidden sector is the whole circle, so that no radar is permitted."
        return [("not_facing_to_deg", said, "Leave a sector free.")]
    return []


def _function_faults(entry: Mapping[str, Any]) -> list[Fault]:
    if "slack_at_most_s" in entry:
        return []
    return [("slack_at_most_s", "a function clause needs slack_at_most_s.", "0 forbids every engagement.")]


def _transparency_faults(entry: Mapping[str, Any]) -> list[Fault]:
    return (
        []
        if "duty" in entry
        else [("duty", "a transparency clause needs a duty.", "For instance declaration.")]
    )


KIND_FAULTS = {
    "limit": _limit_faults,
    "location": _location_faults,
    "orientation": _orientation_faults,
    "function": _function_faults,
    "transparency": _transparency_faults,
}


def _contradictions(tables: Mapping[str, Any], label: str) -> list[Problem]:
    """Return a problem for each set of location clauses that leave no place together to what all of them cover.

    Clauses of different scopes contradict each other only at a site of the plan that falls under all of them.
    """
    clauses = [c for c in clauses_of(tables) if c.kind == "location" and not c.radars]
    scopes = [
        [c for c in clauses if c.party == party and c.is_general] for party in {c.party for c in clauses}
    ]
    scopes += [[c for c in clauses if c.covers_site(site)] for site in tables["site"]]
    found: dict[str, Problem] = {}
    for together in scopes:
        for day in {max(c.active_from, d.active_from) for c in together for d in together}:
            blamed = _blamed(tables, [c for c in together if c.active_from <= day <= c.active_to])
            if blamed:
                names = ", ".join(f"'{c.id}'" for c in blamed)
                said = f"contradictory clauses: {names} leave no place in the area of application, so that no system is permitted."
                found[names] = Problem(
                    label, f"clause.{blamed[0].id}", said, "Widen one of them, or guarantee.area_deg."
                )
    return list(found.values())


def _blamed(tables: Mapping[str, Any], clauses: list[Clause]) -> list[Clause]:
    """Return the clauses that a contradiction needs; none where the clauses leave a place."""
    if not clauses or not permitted_region(tables, clauses).is_empty():
        return []
    blamed = list(clauses)
    for clause in clauses:
        rest = [c for c in blamed if c is not clause]
        if rest and permitted_region(tables, rest).is_empty():
            blamed = rest
    return blamed
