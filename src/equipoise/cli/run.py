"""``equipoise run``: the main job, from a scenario to a folder with report, results, tables and figures."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from equipoise import __version__
from equipoise.cli.analyses import ANALYSES, Analysis
from equipoise.foundation.errors import InputError, Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from equipoise.results.record import Result
    from equipoise.scenario.flight_test import FlightTest
    from equipoise.scenario.load import Scenario

    Described = Scenario | FlightTest
    Beside = Callable[[dict[str, Result], Path], None]


def command_line(
    scenario: str, settings: list[str], at: str, mode: str, *, verb: str = "run", samples: int = 0
) -> str:
    """Return the command that makes a run again."""
    words = ["equipoise", verb, scenario]
    for text in settings:
        words += ["--set", text]
    words += ["--at", at] if at else []
    words += ["--mode", mode] if mode else []
    words += ["--samples", str(samples)] if samples else []
    return shlex.join(words)


def run(
    scenario: Described,
    out: Path,
    *,
    command: str,
    quiet: bool = False,
    analyses: Sequence[Analysis] = ANALYSES,
    seed: int = 0,
    beside: Beside | None = None,
) -> Path:
    """Run the scenario, write the folder under a temporary name, rename it; return the report's path.

    ``beside`` writes further files of the results into the folder.
    """
    if out.exists() and not (out / "run.json").is_file():
        raise InputError(
            [Problem(str(out), "", "exists and is not a result folder.", "Choose another --out.")]
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.parent / f".{out.name}.{secrets.token_hex(4)}.part"
    temporary.mkdir()
    try:
        _fill(scenario, command, temporary, quiet=quiet, analyses=analyses, seed=seed, beside=beside)
        if out.exists():
            old = out.parent / f".{out.name}.{secrets.token_hex(4)}.old"
            os.replace(out, old)
            os.replace(temporary, out)
            shutil.rmtree(old)
        else:
            os.replace(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return out / "report.html"


def _fill(
    scenario: Described,
    command: str,
    folder: Path,
    *,
    quiet: bool,
    analyses: Sequence[Analysis],
    seed: int,
    beside: Beside | None,
) -> None:
    from equipoise.cli.walk import Meter, start_second, walk
    from equipoise.present.drawing import Shared
    from equipoise.present.report import write_report

    start = time.time()
    with (
        TemporaryDirectory(prefix=".work.", dir=folder) as name,
        progress(quiet=quiet) as bar,
        ExitStack() as held,
    ):
        work = Path(name)
        meter = Meter(bar, {a.kind: a.steps(scenario) for a in analyses})
        second = start_second(scenario, analyses, meter, figures=folder / "figures", work=work)
        if second:
            held.enter_context(second)
        found, sections = walk(scenario, analyses, meter, second)
        meter.say("Report")
        found = _with_origin(scenario, command, found, seed=seed)
        for result in found.values():
            result.save(folder / "results.nc", group=result.kind)
        _write_verdicts(found, folder)
        write_report(found, folder, Shared(work, sections, second.finish) if second else None)
        if beside is not None:
            beside(found, folder)
    _write_run_record(scenario, command, folder, seed=seed, wall_time_s=time.time() - start)


def progress(*, quiet: bool) -> Progress:
    """Return the progress bar of a long command, on standard error, gone when it is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True)


def _with_origin(
    scenario: Described, command: str, found: dict[str, Result], *, seed: int
) -> dict[str, Result]:
    """Return the results with what makes them again and the sources that they rest on."""
    from equipoise.results.record import Provenance
    from equipoise.scenario.bibliography import bibliography

    provenance = Provenance(
        version=__version__,
        scenario=scenario.name,
        scenario_hash=scenario.hash,
        seed=seed,
        command=command,
    )
    sources = bibliography(scenario.tables)
    return {kind: replace(result, provenance=provenance, sources=sources) for kind, result in found.items()}


def _write_verdicts(found: dict[str, Result], folder: Path) -> None:
    """Write what ``--json`` prints: one object per clause and phase."""
    from equipoise.foundation.status import Truth

    if "guarantee" not in found:
        return
    data = found["guarantee"].data
    entries = [
        {
            "clause": str(clause),
            "phase": str(phase),
            "verdict": Truth.of(data.truth.sel(clause=clause, phase=phase)).name.lower(),
            "margin_at_nominal": float(data.margin.sel(clause=clause, phase=phase)),
            "unit": str(data.unit.sel(clause=clause, phase=phase).values),
            "what_decides": str(data.deciding.sel(clause=clause, phase=phase).values),
        }
        for clause in data.clause.values
        for phase in data.phase.values
    ]
    (folder / "verdicts.json").write_text(json.dumps(entries, indent=2) + "\n")


def _write_run_record(
    scenario: Described, command: str, folder: Path, *, seed: int, wall_time_s: float
) -> None:
    record = {
        "version": __version__,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "command": command,
        "seed": seed,
        "wall_time_s": round(wall_time_s, 2),
        "python": sys.version.split()[0],
        "machine": platform.machine(),
    }
    (folder / "run.json").write_text(json.dumps(record, indent=2) + "\n")
