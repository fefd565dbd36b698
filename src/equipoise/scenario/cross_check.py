"""What the entries of a scenario say of each other: names that exist, dates and edges in order, complete radars and sectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.provenance import Quantity
from equipoise.geography.borders import code_meant, countries
from equipoise.model.cooperation import Fan
from equipoise.model.fields import known_names
from equipoise.model.record import specs
from equipoise.model.scenario import DAY_S, MOST_MISSILES, TABLES
from equipoise.model.systems import Missile, RadarEquation
from equipoise.model.vehicle import StagedMissile
from equipoise.scenario.aims import aim_faults
from equipoise.scenario.clauses import clause_faults
from equipoise.scenario.cooperation import cooperation_faults
from equipoise.scenario.faults import Fault, unknown
from equipoise.scenario.sizes import size_faults

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario

REFERENCES = (
    ("threat", "missile", "missile"),
    ("threat", "launch_area", "launch_area"),
    ("base", "missile", "missile"),
    ("volley", "raid", "raid"),
    ("volley", "threat", "threat"),
    ("site", "interceptor", "interceptor"),
    ("site", "sensors", "radar"),
    ("site", "policy", "policy"),
    ("mode", "sectors", "sector"),
)
"""Table, key, and the table that the key names one or more entries of."""
OWNED = ("site", "radar", "satellite", "sector", "base", "clause")
"""Tables whose entries name a party; those of the last two need not."""


def cross_check(scenario: Scenario) -> list[Fault]:
    """Return whatever the entries of a scenario say wrongly of each other."""
    found = [
        *_names(scenario),
        *_service(scenario),
        *_parties(scenario),
        *_edges(scenario),
        *_aim_area(scenario),
        *unknown(
            "scenario.radars_asked", "radar", scenario.head.radars_asked, [r.id for r in scenario.radars]
        ),
        *_order(scenario),
        *_flights(scenario),
        *_raids(scenario),
        *size_faults(scenario),
        *_radars(scenario),
        *_sectors(scenario),
        *clause_faults(scenario),
        *_claims(scenario),
    ]
    return found or [*cooperation_faults(scenario), *aim_faults(scenario)]


def _names(scenario: Scenario) -> Iterator[Fault]:
    for name, table in TABLES.items():
        ids = Counter(() if table.single else (getattr(e, table.identity) for e in scenario.table(name)))
        for repeated in sorted(n for n, count in ids.items() if count > 1):
            yield Fault(f"{name}.{repeated}", "this id occurs twice.")
    for table_name, key, target in REFERENCES:
        known = {e.id: e for e in scenario.table(target)}
        for e in scenario.table(table_name):
            named = getattr(e, key)
            names = filter(None, (named,) if isinstance(named, str) else named)
            yield from unknown(f"{table_name}.{e.id}.{key}", target, names, known)


def _claims(scenario: Scenario) -> Iterator[Fault]:
    """Refuse an input of a claim that no scenario can have; the entry itself may be one that only the other side has."""
    stated: dict[str, str] = {}
    for claim in scenario.claims:
        for text in claim.inputs:
            place, (name, *rest) = f"claim.{claim.id}.inputs", text.split(".")
            table = TABLES.get(name)
            if table is None:
                yield Fault(place, f"'{text}' names no input.", known_names(TABLES, name))
            elif len(rest) not in ((1,) if table.single else (1, 2)):
                yield Fault(place, f"'{text}' names no input.", "Write TABLE.ID.KEY, TABLE.KEY or TABLE.ID.")
            elif (table.single or len(rest) == 2) and table.spec(rest[-1]) is None:
                keys = [key for record in table.records for key in specs(record)]
                yield Fault(place, f"no key '{rest[-1]}' in [{name}].", known_names(keys, rest[-1]))
            elif text in stated:
                said = f"'{text}' is an input of '{stated[text]}' too."
                yield Fault(place, said, "Name each input in one claim.")
            stated.setdefault(text, claim.id)


def _service(scenario: Scenario) -> Iterator[Fault]:
    instruments = load_catalogue().instruments
    for table in ("site", "radar", "satellite"):
        for e in scenario.table(table):
            yield from unknown(f"{table}.{e.id}.needs", "instrument", e.needs, instruments)


def _parties(scenario: Scenario) -> Iterator[Fault]:
    known, head = [party.id for party in scenario.parties], scenario.head
    for table in OWNED:
        for e in scenario.table(table):
            if e.party or table not in OWNED[-2:]:
                yield from unknown(f"{table}.{e.id}.party", "party", (e.party,), known)
    yield from unknown("scenario.defenders", "party", head.defenders, known)
    yield from unknown("scenario.protects", "party", head.protects, known)
    yield from unknown("scenario.deterrer", "party", filter(None, (head.deterrer,)), known)
    for party in scenario.parties:
        for name in party.includes:
            if name == party.id or any(
                name in other.includes for other in scenario.parties if other is not party
            ):
                said = f"'{name}' cannot act under two commands or under its own."
                yield Fault(f"party.{party.id}.includes", said)


def _edges(scenario: Scenario) -> Iterator[Fault]:
    head, days = scenario.head, [phase.date for phase in scenario.phases]
    if days != sorted(days):
        yield Fault("phase.date", "the dates of the phases must not run backwards.")
    if head.grid == "equal_area" and head.map_step_km is None:
        yield Fault("scenario.map_step_km", "this key is missing.", "grid is equal_area.")
    for area, (south, north, west, east) in (("map", head.map_edges_deg), ("aim", head.aim_edges_deg)):
        if south >= north:
            yield Fault(f"scenario.{area}_south_deg", "the map's edges are reversed (south < north).")
        if west == east:
            said = "the map has no width; east of the western edge, and beyond 180 degrees where it crosses them."
            yield Fault(f"scenario.{area}_west_deg", said)


def _aim_area(scenario: Scenario) -> Iterator[Fault]:
    known = {country.iso2 for country in countries("50m") if country.iso2}
    for code in scenario.head.aim_countries:
        if code not in known:
            said = f"'{code}' is not a two-letter code of a country."
            yield Fault("scenario.aim_countries", said, code_meant(code))
    if scenario.bases and not any(base.warheads.value for base in scenario.bases):
        cure = "Leave the bases out with scenario.remove, or give one of them warheads."
        yield Fault("base.warheads", "no base has a warhead.", cure)


def _order(scenario: Scenario) -> Iterator[Fault]:
    """Check the pairs that records declare, and the scenario's kill floor under each ceiling."""
    for table, entry in scenario.entries():
        own = getattr(entry, TABLES[table].identity, "") if not TABLES[table].single else ""
        for first, second in entry.ORDERED:
            low, high = _number(getattr(entry, first)), _number(getattr(entry, second))
            if low is not None and high is not None and high < low:
                place = ".".join(part for part in (table, own, second) if part)
                yield Fault(place, f"{high} lies before {first}, {low}.")
    floor = scenario.assumptions.kill_floor_km.value
    for interceptor in scenario.interceptors:
        ceiling = interceptor.kill_ceiling_km
        if interceptor.kill_floor_km is None and ceiling is not None and ceiling.value < floor:
            said = f"{ceiling.value} lies before assumption.kill_floor_km, {floor}."
            cure = "Give the interceptor a kill_floor_km of its own."
            yield Fault(f"interceptor.{interceptor.id}.kill_ceiling_km", said, cure)


def _flights(scenario: Scenario) -> Iterator[Fault]:
    """Check that each missile flies on after burnout, wherever its range and its downrange lie within their ranges.

    Of a staged one, that each stage has its thrust and the body its drag from one statement alone.
    """
    for staged in (m for m in scenario.missiles if isinstance(m, StagedMissile)):
        if bool(staged.drag) == bool(staged.drag_points):
            said = "give either drag, the name of a table, or drag_points."
            yield Fault(f"missile.{staged.id}.drag", said)
        for n, stage in enumerate(staged.stages, 1):
            if (stage.thrust_vacuum_kn is None) == (stage.specific_impulse_s is None):
                said = f"stage {n}: give either thrust_vacuum_kn or specific_impulse_s."
                yield Fault(f"missile.{staged.id}.stages", said)
    for missile in (m for m in scenario.missiles if isinstance(m, Missile)):
        low, high = missile.max_range_km.low, missile.burnout_downrange_km.high
        if not high < low:
            said = (
                f"{low:g} is not more than burnout_downrange_km, {high:g}: it would come down before burnout."
            )
            yield Fault(f"missile.{missile.id}.max_range_km", said)


def _raids(scenario: Scenario) -> Iterator[Fault]:
    for raid in scenario.raids:
        own = [volley for volley in scenario.volleys if volley.raid == raid.id]
        total = sum(volley.missiles for volley in own)
        if not own:
            cure = f'Give it threat, missiles, span_s and aims_deg, or add [volley.NAME] with raid = "{raid.id}".'
            yield Fault(f"raid.{raid.id}", "has no volley.", cure)
        elif total > MOST_MISSILES:
            yield Fault(f"raid.{raid.id}", f"{total} missiles in all; at most {MOST_MISSILES}.")
    for volley in scenario.volleys:
        if volley.first_s + volley.span_s > DAY_S:
            said = f"its last launch comes {volley.first_s + volley.span_s:g} s after the raid's beginning; at most {DAY_S:g}."
            yield Fault(f"volley.{volley.id}.span_s", said)


def _number(value: Any) -> Any:
    """Return the number of a quantity; another value as it is."""
    return value.value if isinstance(value, Quantity) else value


def _radars(scenario: Scenario) -> Iterator[Fault]:
    at_sites = {name for site in scenario.sites for name in site.sensors}
    for radar in scenario.radars:
        place = f"radar.{radar.id}"
        if (radar.lat_deg is None) != (radar.lon_deg is None):
            yield Fault(place, "needs both lat_deg and lon_deg, or neither.")
        elif radar.lat_deg is None and radar.id not in at_sites:
            said = "has no place, and no site names it in 'sensors'."
            yield Fault(place, said, "Give lat_deg and lon_deg.")
        absent = [key for key in RadarEquation._fields if getattr(radar, key) is None]
        if absent and len(absent) < len(RadarEquation._fields):
            yield Fault(place, f"the radar equation needs {', '.join(absent)} as well.")


def _sectors(scenario: Scenario) -> Iterator[Fault]:
    for sector in scenario.sectors:
        place, given = f"sector.{sector.id}", [getattr(sector, key) is not None for key in Fan._fields]
        if sector.polygon_deg and any(given):
            yield Fault(place, "is both a polygon and a fan.", "Keep one of the two.")
        elif not sector.polygon_deg and not all(given):
            yield Fault(place, f"needs polygon_deg, or a fan: {', '.join(Fan._fields)}.")
