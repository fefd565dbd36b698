"""The tasks of the main job as data: what each is called, what it needs, where it may run, and the function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from equipoise.results.record import Result
    from equipoise.scenario.load import Scenario

Found = Mapping[str, Any]
Tell = Callable[[], None]


class Where(Enum):
    """Where a task runs when there are two processes: kernels share threads well, but Python does one thing at a time.

    Tasks that share paths, which are remembered, stay together: those about what missiles do to the defended land run
    in the first process, those about what the defence does to the deterrent beside it.
    """

    HERE = "the process that was started"
    BESIDE = "a second process"
    EITHER = "whichever is free; the first takes the last of them, the second the first"


def _once(_scenario: Scenario) -> int:
    return 1


@dataclass(frozen=True)
class Task:
    """One piece of work. ``needs`` names the tasks whose values it takes; one that is not in the list is not waited for.

    ``run`` takes the scenario, the values that it needs (those that are not None) by name, and ``tell``, to be called
    ``steps`` times at most; it returns None when the scenario gives it nothing to do. A task that may run elsewhere has a
    function that another process can import. A value that is a :class:`~equipoise.results.record.Result` is kept in
    ``results.nc`` under the task's name.
    """

    name: str
    label: str
    run: Callable[[Scenario, Found, Tell], Any]
    steps: Callable[[Scenario], int] = _once
    needs: tuple[str, ...] = ()
    where: Where = Where.HERE
    step_s: float = 0.1
    """How long a step takes about, in s; less where it runs beside others. Measured with the built-in scenario, for the bar."""


def _inputs(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.inputs import inputs

    return inputs(scenario)


def _places(scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.inputs import places

    return places(scenario)


def _defended_area(scenario: Scenario, _found: Found, tell: Tell) -> Result:
    from equipoise.analysis.defence.defended_area import defended_area
    from equipoise.analysis.defence.missile_ranges import with_missile_ranges

    return with_missile_ranges(defended_area(scenario, tell=tell), scenario)


def _what_if(scenario: Scenario, _found: Found, _tell: Tell) -> Result | None:
    from equipoise.analysis.what_if.study import what_if

    return what_if(scenario)


def _launch_policies(scenario: Scenario, _found: Found, tell: Tell) -> Result | None:
    from equipoise.analysis.defence.launch_policies import launch_policies

    return launch_policies(scenario, tell=tell)


def _raids(scenario: Scenario, _found: Found, tell: Tell) -> Result | None:
    from equipoise.analysis.defence.raid_study import raids

    return raids(scenario, tell=tell)


def _exposure(scenario: Scenario, _found: Found, _tell: Tell) -> Result | None:
    from equipoise.analysis.exposure.study import exposure

    return exposure(scenario) if scenario.bases else None


def _radar_exposure(scenario: Scenario, _found: Found, _tell: Tell) -> Result | None:
    from equipoise.analysis.exposure.radar_alone import radar_exposure

    return radar_exposure(scenario)


def _guarantee(scenario: Scenario, _found: Found, _tell: Tell) -> Result | None:
    from equipoise.analysis.guarantees.verdicts import guarantee

    return guarantee(scenario) if scenario.clauses else None


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


def _one_shot(scenario: Scenario, _found: Found, _tell: Tell) -> Result | None:
    from equipoise.analysis.defence.one_shot import one_shot

    return one_shot(scenario)


def _trajectories(scenario: Scenario, found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.defence.trajectories import trajectories

    return trajectories(scenario, found.get("exposure"))


def _balance(scenario: Scenario, found: Found, _tell: Tell) -> Result | None:
    from equipoise.analysis.balance.study import balance

    return balance(scenario, found["exposure"]) if "exposure" in found else None


def uncertainty(names: tuple[str, ...], samples: int) -> Task:
    """Return the task that finds what decides the measures of the named analyses.

    With samples it moves every input and draws that many points of the box; without, only inputs that are quick to move.
    """
    return Task(
        "uncertainty",
        "What decides",
        partial(_decides, names, samples),
        partial(_evaluations, names, samples),
        where=Where.HERE if samples else Where.BESIDE,
        step_s=0.013,
    )


def _evaluations(names: tuple[str, ...], samples: int, scenario: Scenario) -> int:
    from equipoise.analysis.measures import task
    from equipoise.analysis.uncertainty.deciding import expected_evaluations

    return expected_evaluations(scenario, [task(n) for n in names], samples=samples, tables=_moved(samples))


def _decides(
    names: tuple[str, ...], samples: int, scenario: Scenario, _found: Found, tell: Tell
) -> Result | None:
    from equipoise.analysis.measures import task
    from equipoise.analysis.uncertainty.deciding import what_decides

    def count(done: int) -> None:
        for _ in range(done):
            tell()

    tasks = [task(n) for n in names]
    if not scenario.bases and set(names) <= {"exposure", "balance"}:
        return None
    return what_decides(scenario, tasks, samples=samples, tables=_moved(samples), tell=count)


def _moved(samples: int) -> tuple[str, ...]:
    """Return the tables whose inputs are moved, none for all."""
    from equipoise.analysis.uncertainty.deciding import QUICK

    return () if samples else QUICK


def certificate(file: Path) -> Task:
    """Return the task that judges a certificate against the scenario, for its report to carry."""
    return Task("certificate", "Certificate", partial(_carried, file), where=Where.BESIDE)


def _carried(file: Path, scenario: Scenario, _found: Found, _tell: Tell) -> Result:
    from equipoise.analysis.guarantees.carried import carried

    return carried(scenario, file)


def _cooperation(scenario: Scenario, _found: Found, tell: Tell) -> Result | None:
    from equipoise.analysis.cooperation.study import cooperation

    return cooperation(scenario, tell=tell)


def load(scenario: Scenario, *, kernels: bool) -> None:
    """Load the packages that most tasks use and, where they have been compiled, the kernels that engage."""
    import equipoise.analysis.exposure.study
    import equipoise.results.schema  # noqa: F401

    if kernels:
        _compile("engagement", scenario, {}, lambda: None)


def _maps(scenario: Scenario) -> int:
    return len(scenario.threats) * len(scenario.head.families)


def _threats(scenario: Scenario) -> int:
    return len(scenario.threats)


def _raid_phases(scenario: Scenario) -> int:
    return len(scenario.raids) * len(scenario.phases)


def _compile(piece: str, scenario: Scenario, _found: Found, _tell: Tell) -> None:
    from equipoise.engagement.compiling import compile_piece

    compile_piece(piece, scenario)


def _compiling(piece: str, step_s: float, where: Where, *needs: str) -> Task:
    compile_it = partial(_compile, piece)
    return Task(f"compiled {piece}", "Compiling", compile_it, needs=needs, where=where, step_s=step_s)


_PARTS = (
    _compiling("flights", 20.0, Where.HERE),
    _compiling("windows", 11.0, Where.EITHER),
    _compiling("tracking", 14.0, Where.EITHER),
    _compiling("sight", 6.0, Where.EITHER),
    _compiling("batteries", 9.0, Where.EITHER),
)
COMPILING: tuple[Task, ...] = (
    *_PARTS,
    _compiling("engagement", 18.0, Where.HERE, *(part.name for part in _PARTS)),
    _compiling("raids", 8.0, Where.BESIDE, *(part.name for part in _PARTS)),
)
"""What a first run does before all analyses: the kernels they share, compiled in two processes at once."""


def after_compiling(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return the tasks of a first run: :data:`COMPILING`, and the given ones when that is done."""
    names = tuple(task.name for task in COMPILING)
    others = (task for task in tasks if task not in COMPILING)
    return (*COMPILING, *(replace(task, needs=(*task.needs, *names)) for task in others))


ANALYSES: tuple[Task, ...] = (
    Task("scenario", "Inputs", _inputs),
    Task("places", "Places", _places, step_s=0.0),
    Task("defended_area", "Defended area", _defended_area, _maps, step_s=0.5),
    Task("what_if", "What if", _what_if, step_s=2.0),
    Task("launch_policies", "Launch policies", _launch_policies, _threats),
    Task("raids", "Raids", _raids, _raid_phases, step_s=0.2),
    Task("one_shot", "One shot", _one_shot),
    Task("exposure", "Exposure", _exposure, where=Where.BESIDE, step_s=8.0),
    Task("radar_exposure", "Radars alone", _radar_exposure, where=Where.BESIDE),
    Task("cooperation", "Cooperation", _cooperation, _maps, step_s=0.3),
    Task("trajectories", "Paths to show", _trajectories, needs=("exposure",), step_s=0.3),
    Task("guarantee", "Guarantee", _guarantee, where=Where.BESIDE, step_s=2.0),
    Task("balance", "Balance", _balance, needs=("exposure",), where=Where.BESIDE, step_s=1.0),
)
"""The analyses of ``equipoise run``."""


def chosen(names: Collection[str]) -> list[Task]:
    """Return the analyses of these names, in the order of the main job."""
    return [task for task in ANALYSES if task.name in names]


def guarantee_tasks(limit_s: float) -> tuple[Task, ...]:
    """Return what ``equipoise guarantee report`` runs, with ``limit_s`` seconds for the bound on the worst system."""
    return (
        Task("scenario", "Inputs", _inputs),
        Task("places", "Places", _places),
        Task("guarantee", "Verdicts", _guarantee),
        Task("worst", "Worst permitted system", _worst(limit_s), step_s=limit_s),
        Task("negotiation", "Negotiation space", _negotiation),
        Task("timeline", "Lives of instruments", _timeline),
    )
