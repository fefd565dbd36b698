"""What a scenario comes to in a few numbers: the pure functions that sweeps, samples and thresholds evaluate.

What a task flies it remembers by the inputs that the flight reads, so a sample that changes a delay does not solve
a trajectory again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import Any

import numpy as np

from equipoise.foundation.errors import unknown_name
from equipoise.foundation.status import Reason
from equipoise.scenario.load import Scenario


@dataclass(frozen=True)
class Measure:
    """One number: its name, unit, what it is in words, and the statement whose truth it decides.

    The statement holds where the value is above ``level``; a value that is not defined (nan) is not above it.
    ``level`` is None for a measure that decides nothing.
    """

    name: str
    unit: str
    long_name: str
    level: float | None = None
    statement: str = ""


@dataclass(frozen=True)
class Task:
    """An analysis in a few numbers; ``reads`` are the tables whose ranges move them.

    ``in_use`` names, for a table, the entries that can move them at all; of a table that it does not name all can.
    ``evaluate`` takes scenarios, each at one date in one mode, and returns the measures of each; what it returns for
    one does not depend on the others, which only share work.
    """

    name: str
    title: str
    reads: tuple[str, ...]
    in_use: Callable[[Scenario], dict[str, set[str]]]
    measures: Callable[[Scenario], tuple[Measure, ...]]
    evaluate: Callable[[Sequence[Scenario]], list[dict[str, float]]]


def _sites_in_use(scenario: Scenario) -> dict[str, set[str]]:
    """Return the sites in service on the last date, and their interceptors."""
    sites = scenario.active("site", scenario.phases[-1].date)
    return {"site": {e.id for e in sites}, "interceptor": {e.interceptor for e in sites}}


def _missiles(scenario: Scenario, table: str) -> dict[str, set[str]]:
    return {"missile": {entry.missile for entry in scenario.table(table)}}


def task(name: str) -> Task:
    """Return a task by name; the error names the nearest one."""
    if name not in TASKS:
        raise unknown_name("analysis", name, TASKS)
    return TASKS[name]


_EXPOSURE = (
    Measure("engageable_share", "1", "share of all strategic paths that could be engaged"),
    Measure("most_exposed_share", "1", "share of the paths of the most exposed base that could be engaged"),
    Measure("exposed_bases", "1", "bases with at least one path that could be engaged"),
    Measure(
        "largest_slack_s",
        "s",
        "largest time to spare over all paths (negative: too late)",
        0.0,
        "some strategic path can be engaged",
    ),
)


def _exposure(scenarios: Sequence[Scenario], *, every_family: bool = False) -> list[dict[str, float]]:
    return [
        {
            "engageable_share": float(one.hits.sum() / max(one.paths.sum(), 1)),
            "most_exposed_share": float(np.max(one.hits / np.maximum(one.paths, 1))),
            "exposed_bases": float(np.count_nonzero(one.hits)),
            "largest_slack_s": one.largest_slack_s,
        }
        for one in _exposed(scenarios, every_family=every_family)
    ]


@dataclass(frozen=True)
class _Exposed:
    """One scenario: paths that exist and paths that could be engaged, by base; the largest time to spare."""

    paths: np.ndarray
    hits: np.ndarray
    largest_slack_s: float


def _exposed(scenarios: Sequence[Scenario], *, every_family: bool) -> list[_Exposed]:
    """Return the exposure of scenarios to paths of minimum energy, or of every family that a scenario names.

    Scenarios with the same paths share one pass of the engine, in which sampling a path costs most.
    """
    from equipoise.analysis.exposure import ARCS_READ, Arcs, defender, strategic_arcs
    from equipoise.engagement.engage import engage

    flown: dict[tuple[Any, ...], Arcs] = {}
    together: dict[tuple[int, ...], tuple[Arcs, list[int]]] = {}
    for i, scenario in enumerate(scenarios):
        families = scenario.head.families if every_family else ("minimum_energy",)
        read = (families, *(id(scenario.table(name)) for name in ARCS_READ))
        if read not in flown:  # scenarios that differ elsewhere hold the very same tables
            flown[read] = strategic_arcs(scenario, families)
        arcs = flown[read]
        same = tuple(id(part.flights) for part in arcs.paths)  # flights with the same inputs are remembered
        together.setdefault(same, (arcs, []))[1].append(i)
    found: dict[int, _Exposed] = {}
    for arcs, members in together.values():
        commands = [defender(scenarios[i], scenarios[i].phases[-1].date) for i in members]
        outcome = engage(arcs.paths, commands)
        reason, slack_s = outcome.reason, outcome.slack_s
        bases, reached = int(arcs.base[-1]) + 1, arcs.reached
        paths = np.bincount(arcs.base[reached], minlength=bases)
        for k, i in enumerate(members):
            hits = np.bincount(arcs.base[reason[:, k] == int(Reason.ENGAGED)], minlength=bases)
            found[i] = _Exposed(paths, hits, _largest(slack_s[reached, k]))
    return [found[i] for i in range(len(scenarios))]


def _largest(slack_s: np.ndarray) -> float:
    known = slack_s[np.isfinite(slack_s)]
    return float(known.max()) if known.size else float("nan")


def _defended_measures(scenario: Scenario) -> tuple[Measure, ...]:
    least = Measure(
        "least_defended_share",
        "1",
        "share of the defended countries' people in range with a shot, against the worst threat that reaches any",
        0.5,
        "more than half of the defended countries' people in range get a shot against every missile",
    )
    return (
        least,
        *(
            Measure(f"defended_share_{_plain(threat.id)}", "1", f"the same share against {threat.id}")
            for threat in scenario.threats
        ),
    )


def _defended_one(scenario: Scenario) -> dict[str, float]:
    """Return the shares of one scenario; without a threat that reaches anybody nobody is undefended, and the least is 1."""
    from equipoise.analysis.defence.defended_area import defended_area
    from equipoise.results.statistics import shares

    last = scenario.at(scenario.phases[-1].date, mode=scenario.head.modes[0])
    share = shares(defended_area(last).data).isel(phase=0, mode=0)
    found = {
        f"defended_share_{_plain(str(name))}": float(share.sel(threat=name)) for name in share.threat.values
    }
    reaching = [value for value in found.values() if isfinite(value)]  # nobody is in range of the rest
    return {"least_defended_share": min(reaching, default=1.0), **found}


def _balance_measures(scenario: Scenario) -> tuple[Measure, ...]:
    from equipoise.analysis.balance.forces import ALERTS

    level = float(scenario.balance.neutralised_share.value)
    return tuple(
        Measure(
            f"lost_{alert}",
            "1",
            f"share of the expected arrivals that the defence takes, forces on {_spoken(alert)} alert",
            level,
            f"the deterrent is neutralised on {_spoken(alert)} alert",
        )
        for alert in ALERTS
    )


def _spoken(alert: str) -> str:
    return alert.replace("_", "-")


def _balance(scenarios: Sequence[Scenario]) -> list[dict[str, float]]:
    from equipoise.analysis.balance.forces import ALERTS
    from equipoise.analysis.balance.study import ENDS, Case

    found = []
    for scenario, one in zip(scenarios, _exposed(scenarios, every_family=False), strict=True):
        phase = scenario.phases[-1]
        bases = [entry.id for entry in scenario.bases]
        share = dict(zip(bases, map(float, one.hits / np.maximum(one.paths, 1)), strict=True))
        case = Case(scenario, {(phase.name, ENDS[1]): share})
        found.append({f"lost_{alert}": case.point(phase, alert).lost for alert in ALERTS})
    return found


def _plain(name: str) -> str:
    return name.replace("-", "_")


def _of_exposure(
    name: str, title: str, evaluate: Callable[[Sequence[Scenario]], list[dict[str, float]]]
) -> Task:
    return Task(
        name,
        title,
        ("assumption", "interceptor", "missile"),
        lambda scenario: _sites_in_use(scenario) | _missiles(scenario, "base"),
        lambda scenario: _EXPOSURE,
        evaluate,
    )


TASKS: Mapping[str, Task] = {
    found.name: found
    for found in (
        _of_exposure("exposure", "Exposure of the deterrent", _exposure),
        _of_exposure(
            "exposure_families",
            "Exposure over every family of paths that the scenario names",
            partial(_exposure, every_family=True),
        ),
        Task(
            "defended_area",
            "Defended area",
            ("assumption", "interceptor", "missile", "radar"),
            lambda scenario: _sites_in_use(scenario) | _missiles(scenario, "threat"),
            _defended_measures,
            lambda scenarios: list(map(_defended_one, scenarios)),
        ),
        Task(
            "balance",
            "The strategic balance",
            ("assumption", "interceptor", "missile", "site", "base", "balance"),
            lambda scenario: _sites_in_use(scenario) | _missiles(scenario, "base"),
            _balance_measures,
            _balance,
        ),
    )
}
"""Every analysis that a sweep can run."""
