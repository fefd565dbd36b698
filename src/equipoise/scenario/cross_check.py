"""What the entries of a scenario say of each other: names that exist, dates and edges in order, complete radars and sectors."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import Problem
from equipoise.foundation.provenance import Quantity
from equipoise.geography.borders import code_meant, countries
from equipoise.model.cooperation import Fan, Sector
from equipoise.model.fields import known_names
from equipoise.model.record import specs
from equipoise.model.scenario import DAY_S, MOST_MISSILES, TABLES
from equipoise.model.systems import Missile, Radar, RadarEquation
from equipoise.model.vehicle import StagedMissile
from equipoise.scenario.aims import check_aims
from equipoise.scenario.clauses import check_clauses
from equipoise.scenario.cooperation import check_cooperation
from equipoise.scenario.sizes import check_sizes

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


def cross_check(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    """Add to ``problems`` whatever the entries of a scenario say wrongly of each other."""
    _check_names(scenario, label, problems)
    _check_service(scenario, label, problems)
    _check_parties(scenario, label, problems)
    _check_head(scenario, label, problems)
    _check_aims(scenario, label, problems)
    for name in scenario.head.radars_asked:
        if name not in (known := [radar.id for radar in scenario.radars]):
            problems.append(
                Problem(label, "scenario.radars_asked", f"no radar '{name}'.", known_names(known, name))
            )
    _check_order(scenario, label, problems)
    _check_flights(scenario, label, problems)
    _check_raids(scenario, label, problems)
    check_sizes(scenario, label, problems)
    at_sites = {name for site in scenario.sites for name in site.sensors}
    for radar in scenario.radars:
        _check_radar(radar, label, problems, stands_at_a_site=radar.id in at_sites)
    for sector in scenario.sectors:
        _check_sector(sector, label, problems)
    check_clauses(scenario, label, problems)
    _check_claims(scenario, label, problems)
    if not problems:
        check_cooperation(scenario, label, problems)
        check_aims(scenario, label, problems)


def _check_names(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    for name, table in TABLES.items():
        ids = Counter(() if table.single else (getattr(e, table.identity) for e in scenario.table(name)))
        for repeated in sorted(n for n, count in ids.items() if count > 1):
            problems.append(Problem(label, f"{name}.{repeated}", "this id occurs twice."))
    for table_name, key, target in REFERENCES:
        known = {e.id: e for e in scenario.table(target)}
        for e in scenario.table(table_name):
            named = getattr(e, key)
            for name in (named,) if isinstance(named, str) else named:
                if name and name not in known:
                    place, said = f"{table_name}.{e.id}.{key}", f"no {target} '{name}'."
                    problems.append(Problem(label, place, said, known_names(known, name)))


def _check_claims(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    """Refuse an input of a claim that no scenario can have; the entry itself may be one that only the other side has."""
    stated: dict[str, str] = {}
    for claim in scenario.claims:
        for text in claim.inputs:
            place, (name, *rest) = f"claim.{claim.id}.inputs", text.split(".")
            table = TABLES.get(name)
            if table is None or len(rest) not in ((1,) if table.single else (1, 2)):
                cure = (
                    known_names(TABLES, name)
                    if table is None
                    else "Write TABLE.ID.KEY, TABLE.KEY or TABLE.ID."
                )
                problems.append(Problem(label, place, f"'{text}' names no input.", cure))
            elif (table.single or len(rest) == 2) and table.spec(rest[-1]) is None:
                keys = [key for record in table.records for key in specs(record)]
                problems.append(
                    Problem(label, place, f"no key '{rest[-1]}' in [{name}].", known_names(keys, rest[-1]))
                )
            elif text in stated:
                said = f"'{text}' is an input of '{stated[text]}' too."
                problems.append(Problem(label, place, said, "Name each input in one claim."))
            stated.setdefault(text, claim.id)


def _check_service(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    instruments = load_catalogue().instruments
    for table in ("site", "radar", "satellite"):
        for e in scenario.table(table):
            for name in e.needs:
                if name not in instruments:
                    said = f"no instrument '{name}'."
                    cure = known_names(instruments, name)
                    problems.append(Problem(label, f"{table}.{e.id}.needs", said, cure))


def _check_parties(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    known = [party.id for party in scenario.parties]
    cure = "Describe it in [party.NAME], or see equipoise list parties."
    for table in ("site", "radar", "satellite", "sector", "clause", "base"):
        for e in scenario.table(table):
            if e.party not in known and (e.party or table not in ("clause", "base")):
                problems.append(
                    Problem(
                        label,
                        f"{table}.{e.id}.party",
                        f"no party '{e.party}'.",
                        known_names(known, e.party) or cure,
                    )
                )
    head = scenario.head
    for role, names in (
        ("defenders", head.defenders),
        ("protects", head.protects),
        ("deterrer", (head.deterrer,)),
    ):
        for name in names:
            if name and name not in known:
                said = f"no party '{name}'."
                problems.append(Problem(label, f"scenario.{role}", said, known_names(known, name) or cure))
    for party in scenario.parties:
        for name in party.includes:
            if name == party.id or any(
                name in other.includes for other in scenario.parties if other is not party
            ):
                said = f"'{name}' cannot act under two commands or under its own."
                problems.append(Problem(label, f"party.{party.id}.includes", said))


def _check_head(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    head, days = scenario.head, [phase.date for phase in scenario.phases]
    if days != sorted(days):
        said = "the dates of the phases must not run backwards."
        problems.append(Problem(label, "phase.date", said))
    if head.grid == "equal_area" and head.map_step_km is None:
        place = "scenario.map_step_km"
        problems.append(Problem(label, place, "this key is missing.", "grid is equal_area."))
    for area, (south, north, west, east) in (("map", head.map_edges_deg), ("aim", head.aim_edges_deg)):
        if south >= north:
            said = "the map's edges are reversed (south < north)."
            problems.append(Problem(label, f"scenario.{area}_south_deg", said))
        if west == east:
            said = "the map has no width; east of the western edge, and beyond 180 degrees where it crosses them."
            problems.append(Problem(label, f"scenario.{area}_west_deg", said))


def _check_aims(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    known = sorted({country.iso2 for country in countries("50m") if country.iso2})
    for code in scenario.head.aim_countries:
        if code not in known:
            said = f"'{code}' is not a two-letter code of a country."
            problems.append(Problem(label, "scenario.aim_countries", said, code_meant(code)))
    if scenario.bases and not any(base.warheads.value for base in scenario.bases):
        cure = "Leave the bases out with scenario.remove, or give one of them warheads."
        problems.append(Problem(label, "base.warheads", "no base has a warhead.", cure))


def _check_order(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    """Check the pairs that records declare, and the scenario's kill floor under each ceiling."""
    for table, entry in scenario.entries():
        own = getattr(entry, TABLES[table].identity, "") if not TABLES[table].single else ""
        for first, second in entry.ORDERED:
            low, high = _number(getattr(entry, first)), _number(getattr(entry, second))
            if low is not None and high is not None and high < low:
                place = ".".join(part for part in (table, own, second) if part)
                problems.append(Problem(label, place, f"{high} lies before {first}, {low}."))
    floor = scenario.assumptions.kill_floor_km.value
    for interceptor in scenario.interceptors:
        ceiling = interceptor.kill_ceiling_km
        if interceptor.kill_floor_km is None and ceiling is not None and ceiling.value < floor:
            place = f"interceptor.{interceptor.id}.kill_ceiling_km"
            said = f"{ceiling.value} lies before assumption.kill_floor_km, {floor}."
            problems.append(Problem(label, place, said, "Give the interceptor a kill_floor_km of its own."))


def _check_flights(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    """Check that each missile flies on after burnout, wherever its range and its downrange lie within their ranges.

    Of a staged one, that each stage has its thrust and the body its drag from one statement alone.
    """
    for staged in (m for m in scenario.missiles if isinstance(m, StagedMissile)):
        if bool(staged.drag) == bool(staged.drag_points):
            said = "give either drag, the name of a table, or drag_points."
            problems.append(Problem(label, f"missile.{staged.id}.drag", said))
        for n, stage in enumerate(staged.stages, 1):
            if (stage.thrust_vacuum_kn is None) == (stage.specific_impulse_s is None):
                said = f"stage {n}: give either thrust_vacuum_kn or specific_impulse_s."
                problems.append(Problem(label, f"missile.{staged.id}.stages", said))
    for missile in (m for m in scenario.missiles if isinstance(m, Missile)):
        low, high = missile.max_range_km.low, missile.burnout_downrange_km.high
        if not high < low:
            place = f"missile.{missile.id}.max_range_km"
            said = (
                f"{low:g} is not more than burnout_downrange_km, {high:g}: it would come down before burnout."
            )
            problems.append(Problem(label, place, said))


def _check_raids(scenario: Scenario, label: str, problems: list[Problem]) -> None:
    for raid in scenario.raids:
        own = [volley for volley in scenario.volleys if volley.raid == raid.id]
        total = sum(volley.missiles for volley in own)
        if not own:
            cure = f'Give it threat, missiles, span_s and aims_deg, or add [volley.NAME] with raid = "{raid.id}".'
            problems.append(Problem(label, f"raid.{raid.id}", "has no volley.", cure))
        elif total > MOST_MISSILES:
            said = f"{total} missiles in all; at most {MOST_MISSILES}."
            problems.append(Problem(label, f"raid.{raid.id}", said))
    for volley in scenario.volleys:
        if volley.first_s + volley.span_s > DAY_S:
            said = f"its last launch comes {volley.first_s + volley.span_s:g} s after the raid's beginning; at most {DAY_S:g}."
            problems.append(Problem(label, f"volley.{volley.id}.span_s", said))


def _number(value: Any) -> Any:
    """Return the number of a quantity; another value as it is."""
    return value.value if isinstance(value, Quantity) else value


def _check_radar(radar: Radar, label: str, problems: list[Problem], *, stands_at_a_site: bool) -> None:
    place = f"radar.{radar.id}"
    if (radar.lat_deg is None) != (radar.lon_deg is None):
        problems.append(Problem(label, place, "needs both lat_deg and lon_deg, or neither."))
    elif radar.lat_deg is None and not stands_at_a_site:
        said = "has no place, and no site names it in 'sensors'."
        problems.append(Problem(label, place, said, "Give lat_deg and lon_deg."))
    absent = [key for key in RadarEquation._fields if getattr(radar, key) is None]
    if absent and len(absent) < len(RadarEquation._fields):
        said = f"the radar equation needs {', '.join(absent)} as well."
        problems.append(Problem(label, place, said))


def _check_sector(sector: Sector, label: str, problems: list[Problem]) -> None:
    place, given = f"sector.{sector.id}", [getattr(sector, key) is not None for key in Fan._fields]
    if sector.polygon_deg and any(given):
        problems.append(Problem(label, place, "is both a polygon and a fan.", "Keep one of the two."))
    elif not sector.polygon_deg and not all(given):
        said = f"needs polygon_deg, or a fan: {', '.join(Fan._fields)}."
        problems.append(Problem(label, place, said))
