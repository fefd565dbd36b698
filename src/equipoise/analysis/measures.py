"""What a scenario comes to in a few numbers: the pure functions that sweeps, samples and thresholds evaluate.

What a task flies it remembers by the inputs that the flight reads, so a sample that changes a delay does not solve
a trajectory again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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

    ``evaluate`` takes scenarios, each at one date in one mode, and returns the measures of each; what it returns for
    one does not depend on the others, which only share work.
    """

    name: str
    title: str
    reads: tuple[str, ...]
    measures: Callable[[Scenario], tuple[Measure, ...]]
    evaluate: Callable[[Sequence[Scenario]], list[dict[str, float]]]


def task(name: str) -> Task:
    """Return a task by name; the error names the nearest one."""
    if name not in TASKS:
        raise unknown_name("analysis", name, TASKS)
    return TASKS[name]


_EXPOSURE = (
    Measure("engageable_share", "1", "share of all strategic paths that could be engaged"),
    Measure(
        "most_exposed_share",
        "1",
        "share of the paths of the most exposed base that could be engaged",
        0.0,
        "some strategic path can be engaged",
    ),
    Measure("exposed_bases", "1", "bases with at least one path that could be engaged"),
    Measure(
        "largest_slack_s",
        "s",
        "largest time to spare over all paths, negative when too late, not defined out of reach",
        0.0,
        "some strategic path can be engaged with time to spare",
    ),
)


def _exposure(scenarios: Sequence[Scenario]) -> list[dict[str, float]]:
    """Scenarios with the same paths share one pass of the engine, in which sampling a path costs most."""
    from equipoise.analysis import setup
    from equipoise.analysis.engagement import engage
    from equipoise.analysis.exposure import Arcs, defender, strategic_arcs

    together: dict[tuple[int, ...], tuple[Arcs, list[int]]] = {}
    for i, scenario in enumerate(scenarios):
        arcs = strategic_arcs(scenario)
        same = tuple(id(part.flights) for part in arcs.paths)  # flights with the same inputs are remembered
        together.setdefault(same, (arcs, []))[1].append(i)
    found: list[dict[str, float]] = [{}] * len(scenarios)
    for arcs, members in together.values():
        commands = [
            defender(scenarios[i], scenarios[i].tables["phase"][-1]["date"], setup.NOMINAL) for i in members
        ]
        outcome = engage(arcs.paths, commands)
        for k, i in enumerate(members):
            found[i] = _exposed(arcs.base, arcs.reached, outcome.slack_s[:, k], outcome.reason[:, k])
    return found


def _exposed(
    base: np.ndarray, reached: np.ndarray, slack_s: np.ndarray, reason: np.ndarray
) -> dict[str, float]:
    hit = reason == int(Reason.ENGAGED)
    bases = int(base[-1]) + 1
    paths = np.bincount(base[reached], minlength=bases)
    hits = np.bincount(base[hit], minlength=bases)
    return {
        "engageable_share": float(hits.sum() / max(paths.sum(), 1)),
        "most_exposed_share": float(np.max(hits / np.maximum(paths, 1))),
        "exposed_bases": float(np.count_nonzero(hits)),
        "largest_slack_s": _largest(slack_s[reached]),
    }


def _largest(slack_s: np.ndarray) -> float:
    known = slack_s[np.isfinite(slack_s)]
    return float(known.max()) if known.size else float("nan")


def _defended_measures(scenario: Scenario) -> tuple[Measure, ...]:
    least = Measure(
        "least_defended_share", "1", "share of the mapped area in range with a shot, against the worst threat"
    )
    return (
        least,
        *(
            Measure(f"defended_share_{_plain(threat['id'])}", "1", f"the same share against {threat['id']}")
            for threat in scenario.tables["threat"]
        ),
    )


def _defended(scenarios: Sequence[Scenario]) -> list[dict[str, float]]:
    return [_defended_one(scenario) for scenario in scenarios]


def _defended_one(scenario: Scenario) -> dict[str, float]:
    from equipoise.analysis.defended_area import defended_area
    from equipoise.present.defended_area import shares

    last = scenario.at(scenario.tables["phase"][-1]["date"], mode=scenario.tables["scenario"]["modes"][0])
    share = shares(defended_area(last).data).isel(phase=0, mode=0)
    found = {
        f"defended_share_{_plain(str(name))}": float(share.sel(threat=name)) for name in share.threat.values
    }
    return {"least_defended_share": min(found.values()), **found}


def _plain(name: str) -> str:
    return name.replace("-", "_")


TASKS: Mapping[str, Task] = {
    found.name: found
    for found in (
        Task(
            "exposure",
            "Exposure of the deterrent",
            ("assumption", "interceptor", "missile"),
            lambda scenario: _EXPOSURE,
            _exposure,
        ),
        Task(
            "defended_area",
            "Defended area",
            ("assumption", "interceptor", "missile", "radar"),
            _defended_measures,
            _defended,
        ),
    )
}
"""Every analysis that a sweep can run."""
