"""What a guarantee permits: the limits on speed, number, place and launch that its clauses leave together.

A clause binds only what it names. One whose scope is some types, sites or radars, or another party, or that does not hold on
every day asked about, leaves the rest as it was, and the worst permitted system is of the rest: such a clause limits nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, radians

from equipoise.analysis.guarantees.question_file import Question, question_file
from equipoise.analysis.guarantees.verdicts import SPENT
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
class ClauseUse:
    """What a clause does to the permitted system: ``binds`` says whom, ``use`` which limit it sets, or why none."""

    id: str
    binds: str
    use: str


@dataclass(frozen=True)
class PermittedSystem:
    """The worst that the clauses leave open, and which clause (or assumption) sets each limit.

    Speed, number and launch are at the end that helps the defence. An interceptor leaves no sooner than ``after_launch_s`` after
    the missile's launch and, unless None, ``after_burnout_s`` after its burnout. ``burn_time_s`` is the range over the
    scenario's interceptors, ``kill_floor_m`` and ``life_s`` the most favourable of theirs: no clause limits them. Without a
    clause on radars (``radar`` is None) every missile is tracked from its launch on; else from a radar anywhere in the area.
    """

    region: Region
    speed_m_s: float
    number: float
    after_launch_s: float
    after_burnout_s: float | None
    burn_time_s: tuple[float, float]
    kill_floor_m: float
    life_s: float
    slack_s: float
    track_s: float
    radar: RadarLimit | None
    area: Region
    limited_by: dict[str, str]
    uses: tuple[ClauseUse, ...] = ()

    def start_s(self, burn_s: float) -> float:
        """Return the earliest launch after the burnout of a missile that burns for ``burn_s``; negative before burnout."""
        early = self.after_launch_s - burn_s
        return early if self.after_burnout_s is None else max(early, self.after_burnout_s)


def clause_uses(asked: Question) -> tuple[ClauseUse, ...]:
    """Return what each clause of a question does to the permitted system, in their order."""
    return tuple(ClauseUse(c["id"], _binds(c), _use(c, asked)) for c in asked["clauses"])


def _binds(clause: Question) -> str:
    named = [f"{key} {', '.join(clause[key])}" for key in ("interceptors", "sites", "radars") if clause[key]]
    return "; ".join([f"party {clause['party']}", *named])


def _use(clause: Question, asked: Question) -> str:
    if clause["party"] != asked["party"]:
        return "none, it binds another party"
    if clause["interceptors"] or clause["sites"] or clause["radars"]:
        return "none, it binds only what it names"
    in_force = all(status == "in_force" for status in clause["statuses"])
    spent = any(status in SPENT for status in clause["statuses"])
    if spent or (asked["only_in_force"] and not in_force):
        return "none, it is not in force on every day"
    if clause["kind"] == "limit":
        return {"burnout_speed": "speed", "launch_delay": "launch"}.get(
            clause["quantity"], "none, its quantity is no part of the claim"
        )
    if clause["kind"] == "location":
        placed = clause["within_deg"] or clause["outside_deg"] or clause["of"] == "strategic_base"
        return "place" if placed else "none, a corridor is left out, which permits more"
    return "slack" if clause["kind"] == "function" else "none, its kind is no part of the claim"


def permitted_system(
    scenario: Scenario, *, party: str = "", day: date | None = None, asked: Question | None = None
) -> PermittedSystem:
    """Return what the clauses permit to a party; ``asked`` is its question file, where one is at hand.

    What no clause limits is taken from the scenario's assumptions, at the end that helps the defence.
    """
    asked = asked or question_file(scenario, party=party, day=day)
    uses = clause_uses(asked)
    clauses = [
        (c, u.use)
        for c, u in zip(clauses_of(scenario), uses, strict=True)
        if not u.use.startswith("none") or u.use.startswith("none, its")
    ]
    general = [c for c, _ in clauses]
    speed, by_speed = _least(general, "burnout_speed", FASTEST_KM_S)
    number, by_number = _least(general, "number", inf)
    delays = [(c.limit, c.id) for c, use in clauses if use == "launch"]
    after, by_launch = max(
        delays, default=(None, "no clause: launch during boost, as early as the assumptions allow")
    )
    a = scenario.assumptions
    records = [scenario.find("interceptor", entry["id"]) for entry in asked["interceptors"]]
    slack, by_slack = min(
        [(c.slack_at_most_s, c.id) for c, use in clauses if use == "slack" and c.slack_at_most_s is not None],
        default=(0.0, "zero, as no clause names a slack"),
    )
    places = [c.id for c in general if c.kind == "location"]
    return PermittedSystem(
        region=permitted_region(scenario, general),
        speed_m_s=1e3 * speed,
        number=number,
        after_launch_s=sum(float(x) for x in asked["delays_s"].values()),
        after_burnout_s=after,
        burn_time_s=(min(r.burn_time_s.low for r in records), max(r.burn_time_s.high for r in records)),
        kill_floor_m=1e3 * min((r.kill_floor_km or a.kill_floor_km).low for r in records),
        life_s=max(r.kill_vehicle_life_s.high for r in records),
        slack_s=slack,
        track_s=a.track_s.low,
        radar=_radar_limit(general),
        area=Region((area_of(scenario),)),
        limited_by={
            "burnout speed": by_speed,
            "number of interceptors": by_number,
            "launch": by_launch,
            "place": ", ".join(places) or "the area of application alone",
            "slack": by_slack,
        },
        uses=uses,
    )


def _radar_limit(general: Sequence[Clause]) -> RadarLimit | None:
    """Return what clauses that cover every radar leave; a second forbidden sector is not taken off, which permits more."""
    ranges = [c.limit for c in general if c.kind == "limit" and c.quantity == "radar_range"]
    sectors = [c for c in general if c.kind == "orientation"]
    if not ranges and not sectors:
        return None
    start, width = 0.0, 360.0
    if sectors:
        start = sectors[0].not_facing_to_deg or 0.0
        width = ((sectors[0].not_facing_from_deg or 0.0) - start) % 360.0
    return RadarLimit(1e3 * min(ranges, default=FARTHEST_KM), radians(start), radians(width))


def _least(clauses: Sequence[Clause], quantity: str, without: float) -> tuple[float, str]:
    limits = [
        (c.limit, c.id) for c in clauses if c.kind == "limit" and c.quantity == quantity and c.is_general
    ]
    return min([*limits, (without, NO_CLAUSE)])
