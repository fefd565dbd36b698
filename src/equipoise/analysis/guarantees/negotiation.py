"""The negotiation space as a result: a grid of limits, the known proposals, the frontier and the cheapest changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from equipoise.analysis.guarantees.cases import Question, question
from equipoise.analysis.guarantees.changes import Change, changes
from equipoise.analysis.guarantees.permitted import permitted_system
from equipoise.analysis.guarantees.space import RAID, Limits, Point, evaluate, frontier
from equipoise.foundation.sphere import wrapped_deg
from equipoise.model.region import Box, Disc, Region
from equipoise.model.scenario import Phase
from equipoise.model.shapes import halves
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.clauses import area_of
from equipoise.scenario.load import Scenario, load_scenario
from equipoise.scenario.roles import defends

SPEEDS_KM_S = (2.0, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.3)
EDGES_DEG = (71.0, 60.0, 54.0, 50.0, 46.0, 43.0)
"""Northern edges of a zone."""
DISTANCES_KM = (1300.0, 1800.0)
"""Distances from strategic bases; 1,300 km is printed in agreed statement C of the ABM Treaty for another purpose."""
NUMBERS = (12, 24, 48, 100, 200)
DRAFTS = ("too-weak", "sufficient", "needlessly-strict")
HALF_SITE_DEG = 0.1
"""A proposal that names a place is a box this far around it."""


def limits_grid(scenario: Scenario) -> list[Limits]:
    """Return speed by place, with the largest number: zones with a northern edge, then distances from bases."""
    area = area_of(scenario)
    most = float(max(NUMBERS))
    regions = [Region((area, ((-90.0, -180.0, edge, 180.0),))) for edge in EDGES_DEG]
    names = [f"south of {edge:g} N" for edge in EDGES_DEG]
    for radius in DISTANCES_KM:
        discs = tuple(dict.fromkeys(Disc(b.lat_deg, b.lon_deg, radius) for b in scenario.bases))
        regions.append(Region((area,), discs=discs))
        names.append(f"{radius:g} km from bases")
    return [
        Limits(1e3 * speed, most, region, name)
        for speed in SPEEDS_KM_S
        for region, name in zip(regions, names, strict=True)
    ]


def proposals(scenario: Scenario) -> list[Limits]:
    """Return limits that were proposed or would follow from what was planned, each with its source."""
    area = Region((area_of(scenario),))
    found = [
        Limits(
            1e3 * p.burnout_speed_km_s.value,
            p.number.value,
            Region((p.area_deg,)) if p.area_deg else area,
            p.name,
            p.source,
        )
        for p in scenario.proposals
    ]
    for phase in scenario.phases:
        found.append(_frozen(scenario, phase))
    for name in (draft for draft in DRAFTS if scenario.proposals):
        system = permitted_system(load_scenario(name))
        source = "draft of this project"
        found.append(
            Limits(system.speed_m_s, min(system.number, 200.0), system.region, f"draft {name}", source)
        )
    return found


def _frozen(scenario: Scenario, phase: Phase) -> Limits:
    """Return a freeze of what the plan has in a phase: its fastest interceptor, its number, its places."""
    sites = [s for s in scenario.active("site", phase.date) if defends(scenario, s.party)]
    speeds = [scenario.find("interceptor", s.interceptor).burnout_speed_km_s.value for s in sites]
    places: list[Box] = []
    for site in sites:
        places += site.box_deg or _around([(site.lat_deg, site.lon_deg)])
    number = sum(s.count.value for s in sites)
    name = f"freeze at {phase.name}"
    return Limits(
        1e3 * max(speeds), number, Region((tuple(dict.fromkeys(places)),)), name, "the plan of this scenario"
    )


def _around(points: Iterable[tuple[float, float]]) -> tuple[Box, ...]:
    h = HALF_SITE_DEG
    return tuple(
        part
        for lat, lon in points
        for part in halves(lat - h, float(wrapped_deg(lon - h)), lat + h, float(wrapped_deg(lon + h)))
    )


def negotiation(scenario: Scenario, *, with_changes: bool = True) -> Result:
    """Return the negotiation space of a scenario: grid, proposals, frontier, and what would make its guarantee sufficient.

    ``with_changes`` also looks for the changes that would make it sufficient, the longest part.
    """
    asked = question(scenario)
    own = Limits(
        asked.system.speed_m_s, min(asked.system.number, max(NUMBERS)), asked.system.region, "this guarantee"
    )
    grid, known = limits_grid(scenario), [own, *proposals(scenario)]
    points = evaluate(asked, [*grid, *known])
    counted = [_numbered(point, number) for point in points[: len(grid)] for number in NUMBERS]
    every = [*counted, *points[len(grid) :]]
    kept = frontier(every)
    found = changes(asked) if with_changes else []
    return _result(asked, every, kept, len(counted), found)


def _numbered(point: Point, number: float) -> Point:
    """Return a grid point with a smaller number: people and exposure follow from those of the largest."""
    most = point.limits.number
    share = min(1.0, number / RAID) / min(1.0, most / RAID)
    return Point(
        replace(point.limits, number=float(number)),
        point.people_m * share,
        min(point.exposed_found, number),
        min(point.exposed_bound, number),
    )


def _result(asked: Question, points: list[Point], kept: list[int], grid: int, found: list[Change]) -> Result:
    data = dataset("negotiation", {
            "speed": [p.limits.speed_m_s / 1e3 for p in points],
            "number": [p.limits.number for p in points],
            "place": [p.limits.name for p in points],
            "source": [p.limits.source for p in points],
            "people": [p.people_m for p in points],
            "exposed_found": [p.exposed_found for p in points],
            "exposed_bound": [p.exposed_bound for p in points],
            "proposal": [float(i >= grid) for i in range(len(points))],
            "frontier": [float(i in kept) for i in range(len(points))],
            "change": [c.text() for c in found],
            "change_now": [c.lever.now for c in found],
            "change_value": [c.value for c in found],
            "change_lost": [c.people_lost_m for c in found],
            "change_unit": [c.lever.unit for c in found],
            "change_clause": [c.lever.clause for c in found],
        }, {"point": [f"point-{i}" for i in range(len(points))], "lever": [c.lever.name for c in found]}, {"raid": RAID, "own": f"point-{grid}", "title": asked.said["name"], "already": int(any(c.already for c in found))})  # fmt: skip
    return Result(kind="negotiation", title="The negotiation space", data=data, notes=NOTES)


NOTES = (
    f"People: in the alliance's countries, in range of a threat, with a shot at every missile that reaches them; weighed with the "
    f"part of a raid of {RAID} missiles that the permitted number can engage (an assumption). The plan's sites are moved to the "
    "nearest permitted place and their speeds capped; cells of 3 degrees, launches from the middle of the area, joint mode.",
    "Exposure: warheads at the bases that a permitted system reaches, at most one for each permitted interceptor. 'Found' with the "
    "engagement model on a coarse grid of sites and flights; 'not excluded' by the certificate's bound.",
)
