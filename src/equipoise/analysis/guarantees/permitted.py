"""What a guarantee permits: the limits on speed, number, place and delay that its clauses leave together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import inf, radians

from equipoise.analysis.guarantees.verdicts import SPENT, status_of
from equipoise.model.clause import Clause
from equipoise.model.region import Region
from equipoise.scenario.clauses import area_of, clauses_of, permitted_region
from equipoise.scenario.load import Scenario

FASTEST_KM_S = 10.5
"""Speed of an interceptor that no clause limits: the most that a scenario file may give."""
FARTHEST_KM = 6000.0
"""Detection range of a radar whose range no clause limits: the largest declared range of an early-warning radar."""
NO_CLAUSE = "no clause"


@dataclass(frozen=True)
class RadarLimit:
    """What clauses leave of a radar: its detection range, and the sector that it may face."""

    range_m: float
    azimuth_from_rad: float
    width_rad: float


@dataclass(frozen=True)
class PermittedSystem:
    """The worst that the clauses leave open, and which clause (or assumption) sets each limit.

    Speed, number and delay are at the end that helps the defence; ``burn_time_s`` is the range over the scenario's
    interceptors, ``kill_floor_m`` and ``life_s`` the most favourable of theirs: no clause limits them. Without a clause
    on radars (``radar`` is None) every missile is tracked from burnout on; else from a radar anywhere in the area.
    """

    region: Region
    speed_m_s: float
    number: float
    delay_s: float
    burn_time_s: tuple[float, float]
    kill_floor_m: float
    life_s: float
    slack_s: float
    track_s: float
    radar: RadarLimit | None
    area: Region
    limited_by: dict[str, str]


def binding(scenario: Scenario, party: str, day: date | None) -> tuple[Clause, ...]:
    """Return the clauses that bind a party: on ``day`` only those in force, else all that may come into force."""
    found = [c for c in clauses_of(scenario.tables) if c.party == party]
    if day is not None:
        return tuple(c for c in found if status_of(c, day) == "in_force")
    last = scenario.tables["phase"][-1]["date"]
    return tuple(c for c in found if status_of(c, last) not in SPENT)


def permitted_system(scenario: Scenario, *, party: str = "nato", day: date | None = None) -> PermittedSystem:
    """Return what the clauses permit to a party; a clause that covers only some types or sites limits nothing here.

    What no clause limits is taken from the scenario's assumptions, at the end that helps the defence.
    """
    clauses = binding(scenario, party, day)
    general = [c for c in clauses if c.kind == "limit" and not (c.interceptors or c.sites or c.radars)]
    speed, by_speed = _least(general, "burnout_speed", FASTEST_KM_S)
    number, by_number = _least(general, "number", inf)
    a = scenario.tables["assumption"]
    soonest = sum(a[key].low for key in ("track_s", "decision_s", "reaction_s"))
    delays = [(c.limit, c.id) for c in general if c.quantity == "launch_delay"]
    delay, by_delay = max([*delays, (soonest, "assumptions, at the end that helps the defence")])
    types = {s["interceptor"] for s in scenario.tables["site"] if s["party"] == party}
    records = [scenario.find("interceptor", name) for name in sorted(types)]
    floors = [r.get("kill_floor_km", a["kill_floor_km"]).low for r in records]
    functions = [
        (c.slack_at_most_s, c.id) for c in clauses if c.kind == "function" and c.slack_at_most_s is not None
    ]
    places = [c.id for c in clauses if c.kind == "location"]
    slack, by_slack = min(functions, default=(0.0, "zero, as no clause names a slack"))
    return PermittedSystem(
        region=permitted_region(scenario.tables, clauses),
        speed_m_s=1e3 * speed,
        number=number,
        delay_s=delay,
        burn_time_s=(min(r["burn_time_s"].low for r in records), max(r["burn_time_s"].high for r in records)),
        kill_floor_m=1e3 * min(floors),
        life_s=max(r["kill_vehicle_life_s"].high for r in records),
        slack_s=slack,
        track_s=a["track_s"].low,
        radar=_radar_limit(clauses),
        area=Region((area_of(scenario.tables),)),
        limited_by={
            "burnout speed": by_speed,
            "number of interceptors": by_number,
            "launch delay": by_delay,
            "place": ", ".join(places) or "the area of application alone",
            "slack": by_slack,
        },
    )


def _radar_limit(clauses: tuple[Clause, ...]) -> RadarLimit | None:
    """Return what clauses that cover every radar leave; a second forbidden sector is not taken off, which permits more."""
    general = [c for c in clauses if not c.radars]
    ranges = [c.limit for c in general if c.kind == "limit" and c.quantity == "radar_range"]
    sectors = [c for c in general if c.kind == "orientation"]
    if not ranges and not sectors:
        return None
    start, width = 0.0, 360.0
    if sectors:
        start = sectors[0].not_facing_to_deg or 0.0
        width = ((sectors[0].not_facing_from_deg or 0.0) - start) % 360.0
    return RadarLimit(1e3 * min(ranges, default=FARTHEST_KM), radians(start), radians(width))


def _least(clauses: list[Clause], quantity: str, without: float) -> tuple[float, str]:
    return min([*((c.limit, c.id) for c in clauses if c.quantity == quantity), (without, NO_CLAUSE)])
