"""The analyses of the main job, in order: each turns the scenario and what was found before into one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.results.record import Result
    from equipoise.scenario.load import Scenario

Found = Mapping[str, "Result"]
Tell = Callable[[], None]


@dataclass(frozen=True)
class Analysis:
    """What the progress bar says, its share of the work, and the function; a kind names the saved result.

    ``run`` takes the scenario, the results found so far by kind, and ``tell``, to be called ``steps`` times
    at most; it returns None when the scenario gives it nothing to do. Analyses of one ``family`` share paths that are
    remembered; they may need results of their own family alone, so that two families can run side by side.
    """

    kind: str
    label: str
    steps: Callable[[Scenario], int]
    run: Callable[[Scenario, Found, Tell], Result | None]
    family: str = ""


TERRITORY, DETERRENT = "territory", "deterrent"
"""Families: what missiles do to the defended land, and what the defence does to the deterrent."""


def _inputs(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.inputs import inputs

    return inputs(scenario)


def _places(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.inputs import places

    return places(scenario)


def _defended_area(scenario: Scenario, _found: Found, tell: Tell) -> Result:
    from equipoise.analysis.defence.defended_area import defended_area

    return defended_area(scenario, tell=tell)


def _launch_policies(scenario: Scenario, _found: Found, tell: Tell) -> Result | None:
    from equipoise.analysis.defence.launch_policies import launch_policies

    return launch_policies(scenario, tell=tell)


def _raids(scenario: Scenario, _found: Found, tell: Tell) -> Result | None:
    from equipoise.analysis.defence.raid_study import raids

    return raids(scenario, tell=tell)


def _exposure(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.exposure.study import exposure

    return exposure(scenario)


def _guarantee(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.guarantees.verdicts import guarantee

    return guarantee(scenario)


def _timeline(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.guarantees.timeline import timeline

    return timeline(scenario)


def _worst(limit_s: float) -> Callable[[Scenario, Found, Tell], Result]:
    def run(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
        from equipoise.analysis.guarantees.cases import worst_case

        return worst_case(scenario, limit_s=limit_s).result()

    return run


def _negotiation(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.guarantees.negotiation import negotiation

    return negotiation(scenario)


def _trajectories(scenario: Scenario, found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.defence.trajectories import trajectories

    return trajectories(scenario, found["exposure"])


def _balance(scenario: Scenario, found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.balance.study import balance

    return balance(scenario, found["exposure"])


def _published(scenario: Scenario, _found: Found, _tell: Tell) -> Result | None:
    from equipoise.published import published

    names = scenario.tables["scenario"].get("studies", ())
    return published(names) if names else None


def uncertainty(names: tuple[str, ...], samples: int) -> Analysis:
    """Return the analysis of what decides the measures of the named tasks.

    With samples it moves every input and draws that many points of the box; without, only inputs that are quick to move.
    """

    family = "" if samples else DETERRENT
    return Analysis(
        "uncertainty",
        "What decides",
        partial(_evaluations, names, samples),
        partial(_decides, names, samples),
        family,
    )


def _evaluations(names: tuple[str, ...], samples: int, scenario: Scenario) -> int:
    from equipoise.analysis.measures import task
    from equipoise.analysis.uncertainty.deciding import expected_evaluations

    return expected_evaluations(scenario, [task(n) for n in names], samples=samples, tables=_moved(samples))


def _decides(names: tuple[str, ...], samples: int, scenario: Scenario, _found: Found, tell: Tell) -> Result:
    from equipoise.analysis.measures import task
    from equipoise.analysis.uncertainty.deciding import what_decides

    def count(done: int) -> None:
        for _ in range(done):
            tell()

    tasks = [task(n) for n in names]
    return what_decides(scenario, tasks, samples=samples, tables=_moved(samples), tell=count)


def _moved(samples: int) -> tuple[str, ...]:
    """Return the tables whose inputs are moved, none for all."""
    from equipoise.analysis.uncertainty.deciding import QUICK

    return () if samples else QUICK


def _cooperation(scenario: Scenario, _found: Found, tell: Tell) -> Result | None:
    from equipoise.analysis.cooperation.study import cooperation

    return cooperation(scenario, tell=tell)


def _maps(scenario: Scenario) -> int:
    t = scenario.tables
    return len(t["threat"]) * len(t["scenario"]["families"])


def _threats(scenario: Scenario) -> int:
    return len(scenario.tables["threat"])


def _raid_phases(scenario: Scenario) -> int:
    return len(scenario.tables["raid"]) * len(scenario.tables["phase"])


def _once(_scenario: Scenario) -> int:
    return 1


ANALYSES: tuple[Analysis, ...] = (
    Analysis("scenario", "Inputs", _once, _inputs),
    Analysis("places", "Places", _once, _places),
    Analysis("defended_area", "Defended area", _maps, _defended_area, TERRITORY),
    Analysis("launch_policies", "Launch policies", _threats, _launch_policies, TERRITORY),
    Analysis("raids", "Raids", _raid_phases, _raids, TERRITORY),
    Analysis("exposure", "Exposure", _once, _exposure, DETERRENT),
    Analysis("cooperation", "Cooperation", _maps, _cooperation, TERRITORY),
    Analysis("trajectories", "Paths to show", _once, _trajectories, DETERRENT),
    Analysis("guarantee", "Guarantee", _once, _guarantee, DETERRENT),
    Analysis("balance", "Balance", _once, _balance, DETERRENT),
)
"""What ``equipoise run`` walks; one that needs another's result stands after it."""

PUBLISHED = Analysis("published", "Published statements", _once, _published)
"""What ``equipoise expose`` adds: the studies that the scenario names, beside ours."""


def guarantee_analyses(limit_s: float) -> tuple[Analysis, ...]:
    """Return what ``equipoise guarantee report`` walks, with ``limit_s`` seconds for the bound on the worst system."""
    return (
        Analysis("scenario", "Inputs", _once, _inputs),
        Analysis("places", "Places", _once, _places),
        Analysis("guarantee", "Verdicts", _once, _guarantee),
        Analysis("worst", "Worst permitted system", _once, _worst(limit_s)),
        Analysis("negotiation", "Negotiation space", _once, _negotiation),
        Analysis("timeline", "Lives of instruments", _once, _timeline),
    )
