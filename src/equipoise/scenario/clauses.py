"""Clauses of a scenario: what each kind needs, what contradicts what, and where they let a site stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from equipoise.catalogue import load_catalogue
from equipoise.geography.window import Window
from equipoise.model.clause import Clause
from equipoise.model.fields import known_names
from equipoise.model.region import Box, Corridor, Disc, Region
from equipoise.model.rules import QUANTITIES, Instrument
from equipoise.model.systems import BASINGS
from equipoise.scenario.faults import Fault, unknown
from equipoise.scenario.roles import commander

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario

LIMIT_KEYS = tuple(dict.fromkeys(q.key for q in QUANTITIES.values()))
"""Every key that can hold the number of a limit clause."""


def clauses_of(scenario: Scenario) -> tuple[Clause, ...]:
    """Return the clauses that make up the guarantee of a scenario, in its order."""
    chosen = scenario.guarantee.clauses
    return tuple(scenario.find("clause", name) for name in chosen) if chosen else scenario.clauses


def area_of(scenario: Scenario) -> tuple[Box, ...]:
    """Return the area of application: that of the guarantee, else the scenario's map."""
    south, north, west, east = scenario.head.map_edges_deg
    if scenario.guarantee.area_deg:
        return scenario.guarantee.area_deg
    pieces = Window(south, north, west, east).pieces()
    return tuple((w.south, w.west, w.north, w.east) for w, _ in pieces)


def permitted_region(scenario: Scenario, clauses: Iterable[Clause]) -> Region:
    """Return where the clauses of kind location let an interceptor site stand inside the area of application.

    Give clauses that bind the same sites: what a clause does not bind is no business of the region.
    """
    within: list[tuple[Box, ...]] = [area_of(scenario)]
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
            discs += [Disc(b.lat_deg, b.lon_deg, clause.at_least_km) for b in scenario.bases]
        if clause.at_least_km is not None and clause.corridor_deg:
            corridors.append(Corridor(clause.corridor_deg, clause.at_least_km))
    return Region(tuple(within), tuple(outside), tuple(dict.fromkeys(discs)), tuple(corridors))


def clause_faults(scenario: Scenario) -> list[Fault]:
    """Return every fault of the clauses: what a kind lacks, names that nobody knows, and contradictions."""
    found = [
        Fault(f"clause.{clause.id}{'.' + key if key else ''}", said, cure)
        for clause in scenario.clauses
        for key, said, cure in _faults(clause, scenario)
    ]
    known = [clause.id for clause in scenario.clauses]
    found += unknown("guarantee.clauses", "clause", scenario.guarantee.clauses, known)
    return found or _contradictions(scenario)


def _faults(clause: Clause, scenario: Scenario) -> Iterator[Fault]:
    """Give the faults of one clause; their place is the key."""
    yield from KIND_FAULTS[clause.kind](clause)
    yield from _scope_faults(clause)
    for key, table in (
        ("interceptors", "interceptor"),
        ("sites", "site"),
        ("radars", "radar"),
        ("other_than", "interceptor"),
    ):
        yield from unknown(key, table, getattr(clause, key), [entry.id for entry in scenario.table(table)])
    yield from unknown("basing", "basing", clause.basing, BASINGS)
    instruments = load_catalogue().instruments
    yield from unknown("instrument", "instrument", filter(None, (clause.instrument,)), instruments)
    if clause.instrument in instruments:
        yield from _misquotes(clause, instruments[clause.instrument])
    yield from unknown("in_force_with", "instrument", filter(None, (clause.in_force_with,)), instruments)
    if clause.active_to < clause.active_from:
        said = f"the dates are reversed: {clause.active_to} lies before {clause.active_from}."
        yield Fault("active_to", said, "Exchange them.")


def _misquotes(clause: Clause, instrument: Instrument) -> Iterator[Fault]:
    """Give the fault of a number that the named article does not print."""
    article = clause.article
    printed = [p for p in instrument.provisions if p.article == article]
    if article and not printed:
        known = list(dict.fromkeys(p.article for p in instrument.provisions))
        yield Fault("article", f"{instrument.id} has no '{article}'.", known_names(known, article))
        return
    numbers = {float(p.value) for p in printed if p.value.replace(".", "", 1).isdigit()}
    stated = list(_given(clause, (*LIMIT_KEYS, "at_least_km")).values())
    if numbers and stated and not set(stated) <= numbers:
        shown = ", ".join(f"{n:g}" for n in sorted(numbers))
        said = f"{instrument.id} {article} prints {shown}, not {stated[0]:g}."
        yield Fault("article", said, "Quote the number, or drop article.")


def _given(clause: Clause, keys: Iterable[str]) -> dict[str, float]:
    """Return the numbers that the clause gives, of some keys."""
    return {key: getattr(clause, key) for key in keys if getattr(clause, key) is not None}


def _limit_faults(clause: Clause) -> Iterator[Fault]:
    quantity = clause.quantity
    if quantity not in QUANTITIES:
        said = f"unknown quantity '{quantity}'." if quantity else "a limit needs a quantity."
        yield Fault("quantity", said, known_names(QUANTITIES, quantity))
        return
    key, given = QUANTITIES[quantity].key, _given(clause, LIMIT_KEYS)
    for other, number in given.items():
        if key in given:
            if other != key:
                yield Fault(other, f"{quantity} is limited by {key}, not by {other}.", f"Drop {other}.")
        else:
            said = "the unit is missing" if other == "at_most" else f"'{other}' is not the unit of {quantity}"
            yield Fault(other, f"{said}.", f"Write {key} = {number:g}.")
            return
    if not given:
        yield Fault(key, f"a limit on {quantity} needs {key}.", "Give the number.")


COUNTED = ("number", "sites", "radars")
"""Quantities that a limit counts, so that it can count those of a basing, a sea area, or all but some types."""


def _scope_faults(clause: Clause) -> Iterator[Fault]:
    """Give the faults of a scope that only what is counted can have: elsewhere it would be read as binding all."""
    if clause.kind == "limit" and clause.quantity in COUNTED:
        return
    for key in ("other_than", "basing", *(("within_deg",) if clause.kind == "limit" else ())):
        if getattr(clause, key):
            said = f"only a limit on {', '.join(COUNTED)} can have this scope."
            yield Fault(key, said, "Name the interceptors or sites.")


def _location_faults(clause: Clause) -> Iterator[Fault]:
    if clause.of == "home_port":
        if None in (clause.at_most_km, clause.port_lat_deg, clause.port_lon_deg):
            said = "a distance from a home port needs at_most_km, port_lat_deg and port_lon_deg."
            yield Fault("", said, "Give all three.")
    elif clause.at_least_km is not None and not clause.of:
        said = "a distance needs of = strategic_base or corridor."
        yield Fault("of", said, "Say from what it is measured.")
    elif clause.of == "corridor" and not clause.corridor_deg:
        said = "a distance from a corridor needs its line."
        yield Fault("corridor_deg", said, "[[lat, lon], [lat, lon], ...]")
    elif clause.at_least_km is None and not clause.within_deg and not clause.outside_deg:
        yield Fault("", "a location needs at_least_km, within_deg or outside_deg.", "Give one.")


def _orientation_faults(clause: Clause) -> Iterator[Fault]:
    first, last = clause.not_facing_from_deg, clause.not_facing_to_deg
    if first is None or last is None:
        key = "not_facing_from_deg" if first is None else "not_facing_to_deg"
        said = "an orientation needs both edges of the sector."
        yield Fault(key, said, "Degrees clockwise from north.")
    elif (last - first) % 360.0 == 0.0:
        said = "contradictory: the forbidden sector is the whole circle, so that no radar is permitted."
        yield Fault("not_facing_to_deg", said, "Leave a sector free.")


def _function_faults(clause: Clause) -> Iterator[Fault]:
    if clause.slack_at_most_s is None:
        said = "a function clause needs slack_at_most_s."
        yield Fault("slack_at_most_s", said, "0 forbids every engagement.")


def _transparency_faults(clause: Clause) -> Iterator[Fault]:
    dates = [one.date for one in clause.declared]
    if not clause.duty:
        yield Fault("duty", "a transparency clause needs a duty.", "For instance declaration.")
    elif dates != sorted(set(dates)):
        yield Fault("declared", "the dates do not ascend.", "Give each day once, in order.")


KIND_FAULTS = {
    "limit": _limit_faults,
    "location": _location_faults,
    "orientation": _orientation_faults,
    "function": _function_faults,
    "transparency": _transparency_faults,
}


def _contradictions(scenario: Scenario) -> list[Fault]:
    """Return a fault for each set of location clauses that leave no place together to what all of them cover.

    Clauses of different scopes contradict each other only at a site of the plan that falls under all of them.
    """
    clauses = [c for c in clauses_of(scenario) if c.kind == "location" and not c.radars]
    scopes = [
        [c for c in clauses if c.party == party and c.is_general] for party in {c.party for c in clauses}
    ]
    scopes += [
        [c for c in clauses if c.covers_site(site, commander(scenario, site.party))]
        for site in scenario.sites
    ]
    found: dict[str, Fault] = {}
    tried: list[list[Clause]] = []  # one set covers many sites and days, and each takes 25 ms
    for together in scopes:
        for day in {max(c.active_from, d.active_from) for c in together for d in together}:
            acting = [c for c in together if c.active_from <= day <= c.active_to]
            if acting in tried:
                continue
            tried.append(acting)
            blamed = _blamed(scenario, acting)
            if blamed:
                names = ", ".join(f"'{c.id}'" for c in blamed)
                said = f"contradictory clauses: {names} leave no place in the area of application, so that no system is permitted."
                cure = "Widen one of them, or guarantee.area_deg."
                found[names] = Fault(f"clause.{blamed[0].id}", said, cure)
    return list(found.values())


def _blamed(scenario: Scenario, clauses: list[Clause]) -> list[Clause]:
    """Return the clauses that a contradiction needs; none where the clauses leave a place."""
    if not clauses or not permitted_region(scenario, clauses).is_empty():
        return []
    blamed = list(clauses)
    for clause in clauses:
        rest = [c for c in blamed if c is not clause]
        if rest and permitted_region(scenario, rest).is_empty():
            blamed = rest
    return blamed
