"""The negotiation space: whom a permitted defence protects, against what the worst permitted system could do.

Every point is a set of limits on speed, number and place. People: those of the alliance who get a shot at every
regional missile that reaches them, from the plan's own sites cut down to the limits (moved to the nearest permitted
place), weighed with the part of a raid that the permitted number can engage. Exposure: warheads at bases that the
worst permitted system reaches, never more than the permitted number; one value found, one
that the search for a certificate does not exclude (in floating point: only what the checker accepts is certified).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from equipoise.analysis.defence.defended_area import threat_paths, worst_of
from equipoise.analysis.guarantees.cases import Question
from equipoise.analysis.guarantees.pool import slack_s
from equipoise.analysis.guarantees.question_file import decimal
from equipoise.analysis.guarantees.search import Statement, grow_bases
from equipoise.analysis.guarantees.statement import sites_of
from equipoise.analysis.guarantees.worst import designs_at, spread, thinned
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.records import Battery, Command
from equipoise.foundation.status import Reason
from equipoise.geography.grids import ground, lat_lon_grid
from equipoise.geography.window import Window
from equipoise.model.region import Region
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import protected_countries

MAP_STEP_DEG = 3.0
RAID = 30
"""Missiles of a raid, an assumption: fewer interceptors than this defend only their part of the people."""
SITES_EACH = 16
FLIGHTS = 300
MARKS = 20_000


@dataclass(frozen=True)
class Limits:
    """One point to evaluate: greatest burnout speed and number, where sites may stand, and what it is called.

    ``after_burnout_s`` is the earliest launch after the missile's burnout; None leaves the launch as the guarantee has it.
    """

    speed_m_s: float
    number: float
    region: Region
    name: str = ""
    source: str = ""
    after_burnout_s: float | None = None


@dataclass(frozen=True)
class Point:
    """What limits come to: people (millions) weighed with the raid, warheads found and not excluded."""

    limits: Limits
    people_m: float
    exposed_found: float
    exposed_bound: float

    @property
    def sufficient(self) -> bool:
        """Whether the search for a certificate excludes every engagement."""
        return self.exposed_bound == 0.0


def evaluate(asked: Question, every: Sequence[Limits]) -> list[Point]:
    """Return the points of all limits, in their order."""
    people = people_defended(asked.scenario, every)
    found = bases_reached(asked, every)
    points = []
    for limits, millions, reached in zip(every, people, found, strict=True):
        open_bases = (
            set(grow_bases(with_limits(asked.said, limits, asked.scenario), limit_s=20.0, most=MARKS))
            | reached
        )
        held = [
            sum(b.warheads.high for b in asked.scenario.bases if b.id in names)
            for names in (reached, open_bases)
        ]
        warheads = [min(number, limits.number) for number in held]
        points.append(Point(limits, millions * min(1.0, limits.number / RAID), *warheads))
    return points


def with_limits(said: Statement, limits: Limits, scenario: Scenario) -> Statement:
    """Return the statement about the same flights with other limits on speed and place."""
    interceptor = {**said["interceptor"], "speed_m_s": decimal(limits.speed_m_s)}
    launch = dict(said["launch"])
    if limits.after_burnout_s is not None:
        launch["after_burnout_s"] = decimal(limits.after_burnout_s)
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    sites = sites_of(limits.region, said["sites"]["area_deg"], earth)
    return {**said, "interceptor": interceptor, "launch": launch, "sites": sites}


def bases_reached(asked: Question, every: Sequence[Limits]) -> list[set[str]]:
    """Return, for each set of limits, the bases of which some system that was tried engages a flight."""
    few = thinned(asked.pool, FLIGHTS)
    base = np.array([few.name(k)["base"] for k in range(len(few))])
    places = [spread(limits.region, SITES_EACH) for limits in every]
    found: list[set[str]] = [set() for _ in every]
    kinds = dict.fromkeys((limits.speed_m_s, limits.after_burnout_s) for limits in every)
    for speed, after in kinds:
        members = [
            i
            for i, limits in enumerate(every)
            if (limits.speed_m_s, limits.after_burnout_s) == (speed, after) and len(places[i])
        ]
        if not members:
            continue
        sites, first = np.unique(np.concatenate([places[i] for i in members]), axis=0, return_inverse=True)
        launch = asked.system.after_burnout_s if after is None else after
        system = replace(asked.system, speed_m_s=speed, after_burnout_s=launch)
        slack = slack_s(few, designs_at(system, sites, few), system)
        best = slack.reshape(len(few), len(sites), -1).max(axis=2)  # a site may be tried with several radars
        hit: np.ndarray = best > system.slack_s
        ends = np.cumsum([0, *(len(places[i]) for i in members)])
        for i, low, high in zip(members, ends[:-1], ends[1:], strict=True):
            found[i] = set(base[hit[:, first.ravel()[low:high]].any(axis=1)])
    return found


def people_defended(scenario: Scenario, every: Sequence[Limits]) -> list[float]:
    """Return millions of the protected parties' people who get a shot at every missile that reaches them, for each limits."""
    head = scenario.head
    grid = lat_lon_grid(Window(*head.map_edges_deg), MAP_STEP_DEG)
    lies = ground(grid)
    members = protected_countries(scenario, lies.codes)
    own = [i for i, code in enumerate(lies.codes) if code in members]
    people = lies.people[:, own].sum(axis=1)
    keep = np.flatnonzero(people > 0)
    day = scenario.phases[-1].date
    plan = order_of_battle.defence_in_mode(scenario, day, "joint")
    cases = [[complying(plan, limits)] for limits in every]
    defended = np.ones((keep.size, len(every)), dtype=bool)
    reached = np.zeros(keep.size, dtype=bool)
    for threat in scenario.threats:
        centre = threat_paths(scenario, threat, grid.cells_rad[keep])[:1]
        found = worst_of(centre, cases)
        here = found.reason[:, 0] != Reason.OUT_OF_RANGE
        reached |= here
        defended &= (found.shots >= head.required_shots) | ~here[:, None]
    millions: list[float] = ((defended & reached[:, None]) * people[keep, None]).sum(axis=0).tolist()
    return [value / 1e6 for value in millions]


def complying(plan: Command, limits: Limits) -> Command:
    """Return the plan cut down to the limits: speeds capped, sites moved to the nearest permitted place or dropped.

    Launches that would come sooner than the limits permit wait.
    """
    batteries = [_moved(battery, limits) for battery in plan.batteries]
    wait = max(
        (limits.after_burnout_s or 0.0)
        - plan.timing.track_s
        - plan.timing.decision_s
        - plan.timing.reaction_s,
        0.0,
    )
    timing = replace(plan.timing, reaction_s=plan.timing.reaction_s + wait)
    return replace(
        plan, batteries=tuple(b for b in batteries if b is not None), timing=timing, wanted_shots=1
    )


def _moved(battery: Battery, limits: Limits) -> Battery | None:
    lat, lon = np.degrees(battery.places[0])
    place = limits.region.nearest(float(lat), float(lon))
    if place is None or limits.number < 1:
        return None
    speed = min(battery.interceptor.burnout_speed_m_s, limits.speed_m_s)
    interceptor = replace(battery.interceptor, burnout_speed_m_s=speed)
    at = (float(np.radians(place[0])), float(np.radians(place[1])))
    own = battery.own_sensors if at == battery.places[0] else ()
    return replace(battery, interceptor=interceptor, places=(at,), own_sensors=own)


def frontier(points: Sequence[Point]) -> list[int]:
    """Return the indices of the points that no other beats in people without more exposure, by rising exposure."""
    order = sorted(range(len(points)), key=lambda k: (points[k].exposed_bound, -points[k].people_m))
    best, kept = -1.0, []
    for k in order:
        if points[k].people_m > best:
            kept.append(k)
            best = points[k].people_m
    return kept
