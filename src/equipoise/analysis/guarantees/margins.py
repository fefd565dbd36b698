"""How far the planned system is from each clause: the margin at both ends of its inputs, and what decides.

A margin is positive when the clause is kept, in the clause's own unit; nan where nothing in its scope is active.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from equipoise.analysis.guarantees.duties import duty_margin
from equipoise.analysis.guarantees.margin import Margin, nothing, unknown
from equipoise.analysis.guarantees.places import (
    ENDS_OF_PLACE,
    areas,
    corners,
    is_measured,
    least_in_box,
    may_stand_in,
    place_margin_km,
    stands_in,
)
from equipoise.foundation.provenance import Quantity
from equipoise.model.clause import Clause
from equipoise.model.rules import QUANTITIES
from equipoise.model.systems import Radar, Site
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import commander

KM_PER_DEG = 111.19


def margin(scenario: Scenario, clause: Clause, day: date) -> Margin:
    """Return the margin of the plan on ``day`` for every kind but ``function``."""
    return BY_KIND[clause.kind](scenario, clause, day)


def sites_in_scope(scenario: Scenario, clause: Clause, day: date) -> list[Site]:
    """Return the interceptor sites that are active on ``day`` and fall under the clause."""
    return [
        site
        for site in scenario.active("site", day)
        if clause.covers_site(site, commander(scenario, site.party))
    ]


def radars_in_scope(scenario: Scenario, clause: Clause, day: date) -> list[Radar]:
    """Return the radars that are active on ``day`` and fall under the clause."""
    radars = scenario.active("radar", day)
    return [r for r in radars if clause.covers_radar(r, commander(scenario, r.party))]


def _limit(scenario: Scenario, clause: Clause, day: date) -> Margin:
    sites = sites_in_scope(scenario, clause, day)
    unit = QUANTITIES[clause.quantity].unit
    if clause.quantity in PER_INTERCEPTOR:
        return _per_interceptor(scenario, clause, sites, unit)
    if clause.quantity in ("burn_time", "acceleration"):
        return _boost(scenario, clause, sites, unit)
    if clause.quantity == "number":
        return _number(clause, sites, unit)
    if clause.quantity == "sites":
        counts = [[s.id for s in sites if holds(clause, s)] for holds in ENDS_OF_PLACE]
        return _counted(clause, unit, counts)
    radars = radars_in_scope(scenario, clause, day)
    if clause.quantity == "radars":
        apart = [r for r in radars if r.lat_deg is not None]
        listed = [r.id for r in apart if not clause.within_deg or stands_in(clause.within_deg, r)]
        return _counted(clause, unit, [listed] * 3)
    if clause.quantity == "radar_range":
        return _most(clause, unit, ((r.id, r.range_max_km) for r in radars), "radar", "detection range")
    return _launch_delay(scenario, clause, day, unit)


def _counted(clause: Clause, unit: str, counts: list[list[str]]) -> Margin:
    low, nominal, high = (clause.limit - len(set(names)) for names in counts)
    deciding = "where ships are in their areas" if low != high else ""
    return Margin(low, nominal, high, unit, deciding, element={unit: sorted(set(counts[0]))})


def _boost(scenario: Scenario, clause: Clause, sites: list[Site], unit: str) -> Margin:
    """Return the margin of the quickest boost: the burn time, or the mean acceleration that it gives."""
    records = {s.interceptor: scenario.find("interceptor", s.interceptor) for s in sites}
    if not records:
        return nothing(unit)
    found = []
    for name, record in records.items():
        speed, burn = record.burnout_speed_km_s, record.burn_time_s
        if clause.quantity == "burn_time":
            ends = [x - clause.limit for x in (burn.low, burn.value, burn.high)]
        else:
            pairs = ((speed.high, burn.low), (speed.value, burn.value), (speed.low, burn.high))
            ends = [clause.limit - 1e3 * v / t for v, t in pairs]
        found.append((ends, name, burn.source))
    _, name, source = min(found)
    ends = [min(row[0][k] for row in found) for k in range(3)]
    return Margin(
        ends[0], ends[1], ends[2], unit, f"burn time of {name}", {"interceptor": name, "source": source}
    )


PER_INTERCEPTOR = {
    "burnout_speed": ("burnout_speed_km_s", "burnout speed"),
    "range": ("max_range_km", "greatest range"),
    "kill_altitude": ("kill_ceiling_km", "greatest kill altitude"),
    "target_speed": ("tested_speed_km_s", "speed of the fastest test target"),
    "target_range": ("tested_range_km", "range of the farthest-flying test target"),
}
"""Key of the interceptor that a quantity limits, and how it is spoken of."""


def _per_interceptor(scenario: Scenario, clause: Clause, sites: list[Site], unit: str) -> Margin:
    key, spoken = PER_INTERCEPTOR[clause.quantity]
    records = {s.interceptor: scenario.find("interceptor", s.interceptor) for s in sites}
    silent = [name for name, record in records.items() if getattr(record, key) is None]
    known = ((name, value) for name, record in records.items() if (value := getattr(record, key)) is not None)
    found = _most(clause, unit, known, "interceptor", spoken)
    if silent and not found.high < 0.0:
        return unknown(unit, f"{spoken} of {', '.join(silent)}")
    return found


def _most(
    clause: Clause, unit: str, values: Iterable[tuple[str, Quantity]], kind: str, spoken: str
) -> Margin:
    """Return the margin of the largest value; the one whose range straddles the limit decides."""
    listed = list(values)
    if not listed:
        return nothing(unit)
    low, nominal, high = (
        clause.limit - max(getattr(q, end) for _, q in listed) for end in ("high", "value", "low")
    )
    name, worst = max(listed, key=lambda pair: pair[1].high)
    deciding = (
        f"{spoken} of {name} ({worst.low:g} to {worst.high:g} {unit}): the verdict flips at {clause.limit:g}"
    )
    element = {kind: name, "low": worst.low, "value": worst.value, "high": worst.high, "unit": unit}
    return Margin(low, nominal, high, unit, deciding, element | {"source": worst.source})


def _number(clause: Clause, sites: list[Site], unit: str) -> Margin:
    low, nominal, high = (
        clause.limit - sum(getattr(s.count, end) for s in sites if holds(clause, s))
        for end, holds in zip(("high", "value", "low"), ENDS_OF_PLACE, strict=True)
    )
    counted = [s for s in sites if may_stand_in(clause, s)]
    widest = max(counted, key=lambda s: s.count.high - s.count.low, default=None)
    deciding = f"number of interceptors at {widest.id}" if widest else ""
    if clause.within_deg and widest:
        deciding += ", and where ships are in their areas"
    return Margin(low, nominal, high, unit, deciding, {s.id: s.count.value for s in counted})


def _launch_delay(scenario: Scenario, clause: Clause, day: date, unit: str) -> Margin:
    """Return the margin of the soonest launch after a missile's burnout, launch during boost included.

    A site whose policy allows it launches as soon as a track taken during boost and the delays allow: that long after the
    launch of the missile that burns longest, were it seen at once.
    """
    sites = sites_in_scope(scenario, clause, day)
    if not sites:
        return nothing(unit)
    found = [(_soonest_s(scenario, site), site) for site in sites]
    (ends, parts), site = min(found, key=lambda one: one[0][0])
    low, nominal, high = (end - clause.limit for end in ends)
    widest = max(parts, key=lambda key: parts[key].high - parts[key].low)
    element: dict[str, Any] = {"site": site.id, "policy": site.policy or "none"}
    element |= {key: [q.low, q.value, q.high] for key, q in parts.items()}
    return Margin(low, nominal, high, unit, SPOKEN_DELAYS[widest], element)


SPOKEN_DELAYS = {
    "track_s": "track time", "early_track_s": "track time during boost", "decision_s": "decision time",
    "reaction_s": "reaction time", "burn_time_s": "burn time of the missile",
}  # fmt: skip


def _soonest_s(scenario: Scenario, site: Site) -> tuple[tuple[float, float, float], dict[str, Quantity]]:
    """Return the soonest launch after burnout at one site: low, nominal and high, and the times that make it."""
    a = scenario.assumptions
    early = bool(site.policy) and scenario.find("policy", site.policy).early
    keys = ("early_track_s" if early else "track_s", "decision_s", "reaction_s")
    parts: dict[str, Quantity] = {key: getattr(a, key) for key in keys}
    low, nominal, high = (sum(getattr(q, end) for q in parts.values()) for end in ("low", "value", "high"))
    if early:
        missiles = [scenario.find("missile", base.missile) for base in scenario.bases]
        burn: Quantity = max((m.burn_time_s for m in missiles), key=lambda q: q.high)
        low, nominal, high = low - burn.high, nominal - burn.value, high - burn.low
        parts["burn_time_s"] = burn
    return (low, nominal, high), parts


def _location(scenario: Scenario, clause: Clause, day: date) -> Margin:
    places: list[Site | Radar] = list(sites_in_scope(scenario, clause, day))
    if clause.radars:
        places = [r for r in radars_in_scope(scenario, clause, day) if r.lat_deg is not None]
    if not places or not is_measured(scenario, clause):
        return nothing("km")
    found = []
    for place in places:
        assert place.lat_deg is not None
        assert place.lon_deg is not None
        here, what = place_margin_km(scenario, clause, place.lat_deg, place.lon_deg)
        ends = [(here, what), *(least_in_box(scenario, clause, box) for box in areas(place))]
        most = max([here, *(place_margin_km(scenario, clause, *at)[0] for at in corners(place))])
        found.append((*min(ends), here, most, place.id))
    low, what, _, _, name = min(found)
    nominal, high = min(row[2] for row in found), min(row[3] for row in found)
    deciding = f"where {name} is in its patrol area"
    kind = "radar" if clause.radars else "site"
    return Margin(low, nominal, high, "km", deciding, element={kind: name, "measured_from": what})


def _orientation(scenario: Scenario, clause: Clause, day: date) -> Margin:
    radars = radars_in_scope(scenario, clause, day)
    if not radars:
        return nothing("degrees")
    assert clause.not_facing_from_deg is not None
    assert clause.not_facing_to_deg is not None
    forbidden = (clause.not_facing_from_deg, clause.not_facing_to_deg)
    gaps = [(sector_gap_deg((r.azimuth_from_deg, r.azimuth_to_deg), forbidden), r) for r in radars]
    left, worst = min(gaps, key=lambda pair: pair[0])
    element = {"radar": worst.id, "faces_deg": [worst.azimuth_from_deg, worst.azimuth_to_deg]}
    return Margin(left, left, left, "degrees", element=element | {"source": worst.source})


def sector_gap_deg(sector: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the gap between two sectors (from, to clockwise; equal edges are the whole circle), negative overlap.

    ``sector`` and ``other`` are in degrees, as is the gap.
    """
    width, other_width = ((b - a) % 360.0 or 360.0 for a, b in (sector, other))
    start = (other[0] - sector[0]) % 360.0
    overlap = max(0.0, min(width, start + other_width) - start) + max(
        0.0, min(width, start + other_width - 360.0)
    )
    if overlap > 0.0:
        return -overlap
    return min(start - width, 360.0 - start - other_width)


def _transparency(scenario: Scenario, clause: Clause, day: date) -> Margin:
    return duty_margin(clause, sites_in_scope(scenario, clause, day), day)


BY_KIND: Mapping[str, Callable[[Scenario, Clause, date], Margin]] = {
    "limit": _limit,
    "location": _location,
    "orientation": _orientation,
    "transparency": _transparency,
}
