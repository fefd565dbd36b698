"""The analyses of the main job, in order: each turns the scenario and what was found before into one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    at most; it returns None when the scenario gives it nothing to do.
    """

    kind: str
    label: str
    steps: Callable[[Scenario], int]
    run: Callable[[Scenario, Found, Tell], Result | None]


def _inputs(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.inputs import inputs

    return inputs(scenario)


def _places(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.inputs import places

    return places(scenario)


def _defended_area(scenario: Scenario, _found: Found, tell: Tell) -> Result:
    from equipoise.analysis.defended_area import defended_area

    return defended_area(scenario, tell=tell)


def _exposure(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.exposure import exposure

    return exposure(scenario)


def _guarantee(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.guarantees.verdicts import guarantee

    return guarantee(scenario)


def _balance(scenario: Scenario, found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.balance.study import balance

    return balance(scenario, found["exposure"])


def _maps(scenario: Scenario) -> int:
    t = scenario.tables
    return len(t["threat"]) * len(t["scenario"]["families"])


def _once(_scenario: Scenario) -> int:
    return 1


ANALYSES: tuple[Analysis, ...] = (
    Analysis("scenario", "Inputs", _once, _inputs),
    Analysis("places", "Places", _once, _places),
    Analysis("defended_area", "Defended area", _maps, _defended_area),
    Analysis("exposure", "Exposure", _once, _exposure),
    Analysis("guarantee", "Guarantee", _once, _guarantee),
    Analysis("balance", "Balance", _once, _balance),
)
"""What ``equipoise run`` walks; one that needs another's result stands after it."""
