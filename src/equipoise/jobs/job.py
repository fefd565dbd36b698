"""The main job: from a scenario to a folder with report, results, tables and figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.foundation.garbage import collected_seldom
from equipoise.foundation.output_folder import new_folder, seal
from equipoise.jobs.executor import Progress, execute
from equipoise.jobs.made import origin, record_of
from equipoise.jobs.tasks import Task, Where
from equipoise.jobs.written import write_results
from equipoise.present.report import write_report
from equipoise.results.record import Provenance, Result
from equipoise.scenario.bibliography import bibliography

if TYPE_CHECKING:
    from equipoise.jobs.made import Described

Results = Mapping[str, Result]


def run(
    scenario: Described,
    out: Path,
    *,
    command: str,
    tasks: Sequence[Task],
    seed: int = 0,
    beside: Callable[[Results, Path], None] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Run the tasks and put what they find into the folder ``out``, whole or not at all; return the report's path.

    ``beside`` writes further files of the results into the folder. ``command`` is what makes the folder again.
    """
    start = time.time()
    provenance = origin(scenario, seed=seed, command=command)
    finish = partial(_with_origin, provenance, bibliography(scenario))
    with new_folder(out) as folder, collected_seldom():
        made = execute([*tasks, *_writing(tasks, folder)], scenario, progress=progress, finish=finish)  # type: ignore[arg-type]
        results = {name: value for name, value in made.items() if isinstance(value, Result)}
        if beside is not None:
            beside(results, folder)
        seal(folder, record_of(asdict(provenance), wall_time_s=round(time.time() - start, 2)))
    return out / "report.html"


def _writing(tasks: Sequence[Task], folder: Path) -> tuple[Task, Task]:
    """Return the tasks that write the results of ``tasks`` and their report; in two processes at the same time."""
    names = tuple(task.name for task in tasks)
    shared = any(task.where is not Where.HERE for task in tasks)
    return (
        Task(
            "results.nc",
            "Results",
            partial(write_results, folder),
            needs=names,
            where=Where.BESIDE if shared else Where.HERE,
            step_s=0.05 * len(names),
        ),
        Task("report", "Report", partial(_write_report, folder), needs=names, step_s=0.15 * len(names)),
    )


def _write_report(folder: Path, _scenario: Any, found: Results, _tell: Any) -> None:
    write_report({name: value for name, value in found.items() if isinstance(value, Result)}, folder)


def _with_origin(provenance: Provenance, sources: tuple[Any, ...], value: Any) -> Any:
    """Return a result with what makes it again and the sources that it rests on; anything else as it is."""
    return replace(value, provenance=provenance, sources=sources) if isinstance(value, Result) else value
