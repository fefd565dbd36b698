"""ACT 2013 and RAND RR957 (2015): without Phase 4 no capability against Russian ICBMs, and none lost against Iran's missiles.

Ours: paths of three families from every base to the aim cells of the European scenario, speeds and delays at nominal values; the
range takes every uncertain value of the defence and of the missiles for and against the defence. Iranian missiles fly minimum energy to a grid of European aims.
"""

from __future__ import annotations

import numpy as np

from equipoise.analysis.exposure import Engaged, defender, over_range
from equipoise.analysis.exposure.cases import in_mode
from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.analysis.exposure.ranges import ENDS
from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import engage
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.model.scenario import Phase
from equipoise.published.statement import Statement, Verdict
from equipoise.scenario.load import Scenario, load_scenario

TITLE = "With and without Phase 4 (Arms Control Today 2013, RAND RR957)"
PLACE = "abstract and opening paragraphs"
ACT = "Sankaran, Arms Control Today, Nov 2013 (opening read); RAND RR957, abstract"
EUROPE_DEG = (36.0, 66.0, -8.0, 40.0, 6.0)
"""South, north, west, east and step of the aims of regional missiles."""


def statements(scenario: Scenario | None = None) -> list[Statement]:
    """Return both statements, and the strict-superset test of Phase 4 over Phase 3."""
    scenario = scenario or load_scenario("epaa")
    third, fourth = scenario.phases[2:4]
    over = over_range(scenario, [third.date, fourth.date], FAMILIES)
    share = np.array([[_share(over.at(end, k), k) for end in ENDS] for k in (0, 1)])
    arcs = over.nominal.arcs
    commands = [in_mode(scenario, third.date, "independent", e.id) for e in scenario.policies if e.early]
    hit = (engage(arcs.paths, commands).reason == Reason.ENGAGED).sum(axis=0) if commands else np.zeros(0)
    early = int(hit.max(initial=0)) / int(arcs.reached.sum())
    return [_no_capability(share[0], early), _superset(*share), _regional(scenario, third)]


def _share(one: Engaged, day: int) -> float:
    """Return the share of the paths flown in one scenario that is engaged on a day (index)."""
    return float(np.sum(one.engaged(day)) / np.sum(one.arcs.reached))


def _spoken(share: float) -> str:
    return f"{100 * share:.1f} %"


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %"


def _no_capability(share: np.ndarray, early: float) -> Statement:
    low, nominal, high = map(float, share)
    verdict: Verdict = "agrees" if high == 0 else "cannot tell" if nominal == 0 else "differs"
    return Statement(
        "capability of Phases 1-3 against Russian ICBMs",
        "cancelling Phase IV 'removed any capability'",
        f"{_spoken(nominal)} of all paths ({_spoken(low)} to {_spoken(high)}); with launch during boost {_spoken(early)}",
        verdict,
        "None at nominal values, launch after burnout. The high end rests on the SM-3 IIA at 5.5 km/s (early reports and "
        "CBO 2009) and the shortest delays, or on launch during boost."
        if verdict == "cannot tell"
        else "",
        ACT,
    )


def _superset(third: np.ndarray, fourth: np.ndarray) -> Statement:
    low, nominal, high = map(float, fourth)
    return Statement(
        "Phase 4 (SM-3 IIB at 5.5 km/s in Poland) against Russian ICBMs",
        "a capability exists with the full system",
        f"{_spoken(nominal)} of all paths nominally ({_spoken(low)} to {_spoken(high)})",
        "agrees" if nominal > third[1] else "differs",
        "",
        ACT,
    )


def _regional(scenario: Scenario, phase: Phase) -> Statement:
    south, north, west, east, step = EUROPE_DEG
    aims = np.radians([(x, y) for x in np.arange(south, north, step) for y in np.arange(west, east, step)])
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    command = defender(scenario, phase.date)
    said, kept = [], True
    for threat in scenario.threats:
        area = scenario.find("launch_area", threat.launch_area)
        start = np.radians([area.lat_deg, area.lon_deg])
        record = scenario.find("missile", threat.missile)
        paths = kernel_inputs.solve(record, start, aims, "minimum_energy", earth)
        reached = int((paths.status == FlightStatus.OK).sum())
        hit = int((engage(paths, [command]).reason == Reason.ENGAGED).sum())
        kept = kept and (hit > 0 or reached == 0)
        said.append(f"{threat.id} {_percent(hit, reached) if reached else 'reaches none'}")
    return Statement(
        "capability of Phase 3 against Iranian regional missiles",
        "'still capable of kinematically reaching and intercepting Iranian missiles'",
        f"share of European aims at which the path can be met: {', '.join(said)}",
        "agrees" if kept else "differs",
        "",
        ACT,
    )
