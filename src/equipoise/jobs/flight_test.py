"""The parts of the analysis of a flight test, as tasks of one run and as Python calls them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from equipoise.jobs.made import made_by_call
from equipoise.jobs.tasks import Task
from equipoise.results.record import Result

if TYPE_CHECKING:
    from equipoise.scenario.flight_test import FlightTest

Observed = Sequence[tuple[float, float]]
"""What observers measured: burnout speed and its standard error in m/s, one pair a test."""


def flight_test_tasks(
    now: datetime | None = None,
    *,
    tests: int = 0,
    speed_km_s: float = 0.0,
    seed: int = 1,
    observed: Observed | None = None,
) -> list[Task]:
    """Return the parts in order: plan, inputs, campaign, evidence; without the campaign where one was observed.

    Notices are judged at ``now``, by default when each is given. ``tests`` and ``speed_km_s`` replace what the file says of
    the campaign and of the interceptor.
    """
    from equipoise.analysis.flight_test import plan as planning
    from equipoise.analysis.flight_test import study

    made: list[planning.Plan] = []  # the plan is made once and shared

    def count(test: Any) -> int:
        return tests or int(test.claim.tests)

    def planned(test: Any, _found: Any, tell: Any) -> Result:
        made.append(planning.plan(test, now=now))
        return planning.plan_result(made[0], tell=tell)

    def inputs(test: Any, _found: Any, _tell: Any) -> Result:
        return planning.inputs_result(test)

    def flown(test: Any, _found: Any, tell: Any) -> Result:
        speed_m_s = 1e3 * (speed_km_s or test.interceptor.burnout_speed_km_s.value)
        return study.campaign_result(made[0], tests=count(test), seed=seed, speed_m_s=speed_m_s, tell=tell)

    def weighed(_test: Any, found: Any, _tell: Any) -> Result:
        seen = study.observed_campaign(list(observed)) if observed else found[study.CAMPAIGN]
        return study.evidence_result(made[0], seen)

    def watched(test: Any) -> int:
        return count(test) * len(test.setups)

    parts = [
        Task(planning.PLAN, "Plan", planned, planning.steps),  # type: ignore[arg-type]  # tasks of a flight test
        Task(planning.INPUTS, "Inputs", inputs),
        Task(study.CAMPAIGN, "Campaign", flown, watched, needs=(planning.PLAN,)),
        Task(study.EVIDENCE, "Evidence", weighed, needs=(planning.PLAN, study.CAMPAIGN)),
    ]
    return [part for part in parts if not (observed and part.name == study.CAMPAIGN)]


def flight_test(
    test: str | FlightTest,
    *,
    tests: int = 0,
    speed_km_s: float = 0.0,
    seed: int = 1,
    observed: Observed | None = None,
) -> dict[str, Result]:
    """Return what an invited observer of a flight test learns: plan, simulated campaign and evidence, by kind.

    ``test`` is a built-in flight test by name, a file, or a loaded one; the options are those of
    :func:`flight_test_tasks`.

    >>> import equipoise as eq
    >>> coarse = eq.load_flight_test("ftm-16-like", ["planner.step_deg=2"])
    >>> found = eq.flight_test(coarse, tests=1)
    >>> list(found)[2:]
    ['flight_test_campaign', 'flight_test_evidence']
    >>> found["flight_test_plan"].plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    from equipoise.scenario.flight_test import FlightTest, load_flight_test

    loaded = test if isinstance(test, FlightTest) else load_flight_test(test)
    options: dict[str, Any] = {"tests": tests, "speed_km_s": speed_km_s, "seed": seed}
    found: dict[str, Any] = {}
    for task in flight_test_tasks(**options, observed=observed):
        value = task.run(loaded, found, lambda: None)  # type: ignore[arg-type]  # tasks of a flight test
        found[task.name] = made_by_call(loaded, value, "flight_test", options, seed=seed)
    return found


def evidence(test: str | FlightTest, **options: Any) -> Result:
    """Return what a campaign, simulated or observed, says about the clause after each test; options of :func:`flight_test`.

    >>> import equipoise as eq
    >>> seen = eq.evidence(eq.load_flight_test("ftm-16-like", ["planner.step_deg=2"]), tests=1)
    >>> seen.kind
    'flight_test_evidence'
    >>> seen.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    from equipoise.analysis.flight_test.study import EVIDENCE

    return flight_test(test, **options)[EVIDENCE]
