"""How far the planned system is from each clause: the margin at both ends of its inputs, and what decides.

A margin is positive when the clause is kept, in the clause's own unit; nan where nothing in its scope is active.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from equipoise.foundation.provenance import Quantity
from equipoise.foundation.status import Truth
from equipoise.model.clause import Clause
from equipoise.model.region import Box, corridor_distance_km, distance_km
from equipoise.model.rules import QUANTITIES
from equipoise.model.systems import Radar, Site
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import commander

KM_PER_DEG = 111.19


@dataclass(frozen=True)
class Margin:
    """Margins with every input at the end that breaks the clause, at nominal values, at the end that keeps it.

    ``deciding`` names the input whose range decides; ``element`` is the counterexample: what of the plan comes
    nearest to the limit or breaks it; ``note`` is a sentence; ``covered`` says how the ranges were.
    """

    low: float
    nominal: float
    high: float
    unit: str
    deciding: str = ""
    element: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    covered: str = "both ends of what the clause limits: the margin is its distance from the limit"

    @property
    def truth(self) -> Truth:
        """The verdict over the whole range."""
        if math.isnan(self.low) or math.isnan(self.high):
            return Truth.KEPT if math.isnan(self.nominal) and not self.deciding else Truth.UNDETERMINED
        return Truth.KEPT if self.low >= 0.0 else Truth.BROKEN if self.high < 0.0 else Truth.UNDETERMINED


def nothing(unit: str) -> Margin:
    """Return the margin of a clause that finds nothing in its scope."""
    return Margin(math.nan, math.nan, math.nan, unit, note="Nothing in its scope is active.")


def unknown(unit: str, what: str) -> Margin:
    """Return the margin of a clause about something that no input states."""
    return Margin(math.nan, math.nan, math.nan, unit, deciding=what, note=f"No input states {what}.")


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


def _limit(scenario: Scenario, clause: Clause, day: date) -> Margin:
    sites = sites_in_scope(scenario, clause, day)
    unit = QUANTITIES[clause.quantity].unit
    if clause.quantity in PER_INTERCEPTOR:
        return _per_interceptor(scenario, clause, sites, unit)
    if clause.quantity == "number":
        return _number(clause, sites, unit)
    if clause.quantity == "sites":
        places = {(s.lat_deg, s.lon_deg) for s in sites}
        left = clause.limit - len(places)
        return Margin(left, left, left, unit, element={"sites": sorted(s.id for s in sites)})
    if clause.quantity == "radar_range":
        radars = [
            r for r in scenario.active("radar", day) if clause.covers_radar(r, commander(scenario, r.party))
        ]
        return _most(clause, unit, ((r.id, r.range_max_km) for r in radars), "radar", "detection range")
    if clause.quantity == "launch_delay":
        return _launch_delay(scenario, clause, day, unit)
    return unknown(unit, "a test target")


PER_INTERCEPTOR = {
    "burnout_speed": ("burnout_speed_km_s", "burnout speed"),
    "range": ("max_range_km", "greatest range"),
    "kill_altitude": ("kill_ceiling_km", "greatest kill altitude"),
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
        clause.limit - sum(getattr(s.count, end) for s in sites) for end in ("high", "value", "low")
    )
    widest = max(sites, key=lambda s: s.count.high - s.count.low, default=None)
    deciding = f"number of interceptors at {widest.id}" if widest else ""
    return Margin(low, nominal, high, unit, deciding, {s.id: s.count.value for s in sites})


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
        places = [
            r
            for r in scenario.active("radar", day)
            if clause.covers_radar(r, commander(scenario, r.party)) and r.lat_deg is not None
        ]
    if not places:
        return nothing("km")
    found = []
    for place in places:
        here, what = place_margin_km(scenario, clause, place.lat_deg, place.lon_deg)
        ends = [(here, what), *(_least_in_box(scenario, clause, box) for box in _areas(place))]
        most = max([here, *(place_margin_km(scenario, clause, *at)[0] for at in _corners(place))])
        found.append((*min(ends), here, most, place.id))
    low, what, _, _, name = min(found)
    nominal, high = min(row[2] for row in found), min(row[3] for row in found)
    deciding = f"where {name} is in its patrol area"
    kind = "radar" if clause.radars else "site"
    return Margin(low, nominal, high, "km", deciding, element={kind: name, "measured_from": what})


def _areas(place: Site | Radar) -> list[Box]:
    """Return the boxes in which a ship may be; none for a site on land."""
    return [*place.box_deg, *place.patrol_deg] if isinstance(place, Site) else []


def _corners(place: Site | Radar) -> list[tuple[float, float]]:
    return [
        (lat, lon)
        for south, west, north, east in _areas(place)
        for lat in (south, north)
        for lon in (west, east)
    ]


FINEST_KM = 2.0
"""Parts of a patrol area with a half diagonal under this are judged by their middle."""


def _least_in_box(scenario: Scenario, clause: Clause, box: Box) -> tuple[float, str]:
    """Return the least margin anywhere in a box, within :data:`FINEST_KM`, and from what it is measured.

    A margin is a distance: it changes by no more than the way between two places, so that parts that cannot hold a lesser
    one are left out.
    """
    best, parts = (math.inf, ""), [box]
    while parts:
        south, west, north, east = parts.pop()
        lat, lon = 0.5 * (south + north), 0.5 * (west + east)
        wide = max(math.cos(math.radians(south)), math.cos(math.radians(north)))
        half = 0.5 * KM_PER_DEG * math.hypot(north - south, (east - west) * wide)
        here = place_margin_km(scenario, clause, lat, lon)
        best = min(best, here)
        if half < FINEST_KM or here[0] - 1.02 * half > best[0]:
            continue
        if (north - south) >= (east - west) * wide:
            parts += [(south, west, lat, east), (lat, west, north, east)]
        else:
            parts += [(south, west, north, lon), (south, lon, north, east)]
    return best


def place_margin_km(scenario: Scenario, clause: Clause, lat_deg: float, lon_deg: float) -> tuple[float, str]:
    """Return how far a place is on the permitted side of a location clause, and from what that is measured."""
    lat, lon = np.array(lat_deg), np.array(lon_deg)
    found = []
    if clause.at_least_km is not None and clause.of == "strategic_base":
        for base in scenario.bases:
            away = float(distance_km(lat, lon, base.lat_deg, base.lon_deg))
            found.append((away - clause.at_least_km, base.id))
    if clause.at_least_km is not None and clause.corridor_deg:
        away = float(corridor_distance_km(lat, lon, clause.corridor_deg))
        found.append((away - clause.at_least_km, "the corridor"))
    if clause.within_deg:
        found.append(
            (max(inside_km(box, lat_deg, lon_deg) for box in clause.within_deg), "the edge of the zone")
        )
    found += [(-inside_km(box, lat_deg, lon_deg), "the excluded zone") for box in clause.outside_deg]
    return min(found)


def inside_km(box: Box, lat_deg: float, lon_deg: float) -> float:
    """Return the distance to the edge of a box, positive inside; good to a percent below 1,000 km."""
    south, west, north, east = box
    wide = KM_PER_DEG * math.cos(math.radians(lat_deg))
    inward = min((lat_deg - south) * KM_PER_DEG, (north - lat_deg) * KM_PER_DEG)
    inward = min(inward, (lon_deg - west) * wide, (east - lon_deg) * wide)
    if inward >= 0.0:
        return inward
    nearest = (min(max(lat_deg, south), north), min(max(lon_deg, west), east))
    return -float(distance_km(np.array(lat_deg), np.array(lon_deg), *nearest))


def _orientation(scenario: Scenario, clause: Clause, day: date) -> Margin:
    radars = [
        r for r in scenario.active("radar", day) if clause.covers_radar(r, commander(scenario, r.party))
    ]
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
    """Return the gap between two sectors (from, to clockwise; equal edges are the whole circle), negative overlap."""
    width, other_width = ((b - a) % 360.0 or 360.0 for a, b in (sector, other))
    start = (other[0] - sector[0]) % 360.0
    overlap = max(0.0, min(width, start + other_width) - start) + max(
        0.0, min(width, start + other_width - 360.0)
    )
    if overlap > 0.0:
        return -overlap
    return min(start - width, 360.0 - start - other_width)


def _transparency(_scenario: Scenario, clause: Clause, day: date) -> Margin:
    due = [o for o in clause.observances if o.due <= day]
    if not due:
        return unknown("days", f"whether the {clause.duty.replace('_', ' ')} was carried out")
    late = [(o, (o.due - o.done).days if o.done and o.done <= day else (o.due - day).days - 1) for o in due]
    worst, left = min(late, key=lambda pair: pair[1])
    done = worst.done.isoformat() if worst.done else "not done"
    element = {"what": worst.what, "due": worst.due.isoformat(), "done": done, "source": worst.source}
    return Margin(left, left, left, "days", element=element)


BY_KIND: Mapping[str, Callable[[Scenario, Clause, date], Margin]] = {
    "limit": _limit,
    "location": _location,
    "orientation": _orientation,
    "transparency": _transparency,
}
