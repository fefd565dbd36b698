"""``equipoise sweep``: a study over thousands to millions of scenarios, resumable, on this machine or a cluster."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.app import app
from equipoise.cli.terminal import console, print_json

if TYPE_CHECKING:
    from equipoise.compute.drive import Shard, State
    from equipoise.jobs.sweep import Outcome

LINE_EVERY_S = 30.0
"""How often progress is a line where there is no terminal to draw on."""


MOST_SHARDS = 1_000_000


@app.command()
def sweep(
    context: typer.Context,
    study: Annotated[str, typer.Argument(help="A study file, or the name of a built-in study.")],
    out: Annotated[Path | None, typer.Option(help="Folder; out/sweep-STUDY by default.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=1024, help="Processes on this machine.")] = 2,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue in a folder, alone or beside others.")
    ] = False,
    shard: Annotated[str, typer.Option(help="I/N: only every N-th chunk from the I-th on.")] = "",
    cluster: Annotated[str, typer.Option(help="Address of a Dask scheduler, tcp://HOST:8786.")] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="TABLE.KEY=VALUE of the study, such as study.samples=1000."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run a study: every finished chunk is safe on the disk; --resume continues after any interruption."""
    from equipoise.analysis.sweeps.read import load_study
    from equipoise.cli.progress import command_line
    from equipoise.compute.drive import SweepStoppedError
    from equipoise.compute.workers import WorkersLostError
    from equipoise.jobs.sweep import run_study

    loaded = load_study(study, tuple(settings or ()))
    folder = out or Path("out") / f"sweep-{Path(study).stem}"
    command = command_line(context)
    part = _shard(shard)
    with _Progress(loaded.title, quiet=quiet) as progress:
        try:
            outcome = run_study(
                loaded,
                folder,
                _hire(workers, cluster),
                command=command,
                resume=resume,
                shard=part,
                tell=progress.tell,
            )
        except (SweepStoppedError, WorkersLostError) as stop:
            progress.close()
            print(f"Stopped: {stop}. What is finished is kept; go on with: {command} --out {folder} --resume",
                  file=sys.stderr)  # fmt: skip
            raise typer.Exit(3) from None
    _report(outcome, folder, as_json=as_json)


def _shard(text: str) -> Shard | None:
    from equipoise.compute.drive import Shard
    from equipoise.foundation.errors import misuse
    from equipoise.foundation.text import whole_number

    if not text:
        return None
    index, of = (whole_number(part, most=MOST_SHARDS) for part in text.partition("/")[::2])
    if not (index and of and index <= of):
        said = f"expected I/N with I from 1 to N, and N at most {MOST_SHARDS:,}."
        raise misuse("--shard", text, said, "For instance 2/4.")
    return Shard(index, of)


def _hire(workers: int, cluster: str) -> Any:
    def hire(job: Any) -> Any:
        if cluster:
            from equipoise.compute.cluster import ClusterWorkers

            return ClusterWorkers(job, cluster)
        from equipoise.compute.local import LocalWorkers

        return LocalWorkers(job, workers)

    return hire


class _Progress:
    """A bar with an estimate on a terminal, a line now and then elsewhere."""

    def __init__(self, title: str, *, quiet: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.quiet, self.said, self.last_s = quiet, 0, 0.0
        terminal = console(stderr=True)
        self.draws = terminal.is_terminal and not quiet
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
        )
        self.bar = Progress(*columns, console=terminal, disable=not self.draws, transient=True)
        self.task = self.bar.add_task(title, total=None, left="starting")

    def __enter__(self) -> _Progress:
        self.bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.bar.stop()

    def tell(self, state: State) -> None:
        for line in state.said[self.said :]:
            self.bar.console.print(line, highlight=False)
        self.said = len(state.said)
        left = in_words(state)
        self.bar.update(self.task, total=state.rows_total, completed=state.rows_done, left=left)
        if not self.draws and not self.quiet and state.elapsed_s - self.last_s > LINE_EVERY_S:
            self.last_s = state.elapsed_s
            print(
                f"{state.rows_done:,} of {state.rows_total:,} scenarios, {left}", file=sys.stderr, flush=True
            )


def in_words(state: State) -> str:
    """Return pace and time left, as a person says it.

    >>> from equipoise.compute.drive import State
    >>> in_words(State(100, 0, 0))
    'measuring'
    """
    if state.rows_done <= state.rows_at_start:
        return "measuring"
    pace = state.rows_per_s
    pace_text = f"{pace:,.1f} a second" if pace >= 0.1 else f"{pace * 3600:,.1f} an hour"
    left_s = state.left_s
    if left_s < 90:
        left = f"{left_s:.0f} s"
    elif left_s < 5400:
        left = f"{left_s / 60:.0f} min"
    else:
        left = f"{left_s / 3600:,.1f} h"
    return f"{pace_text}, about {left} left"


def _report(outcome: Outcome, folder: Path, *, as_json: bool) -> None:
    state, job = outcome.state, outcome.job
    summary = {
        "folder": str(folder),
        "complete": outcome.complete,
        "rows": job.rows,
        "rows_done": state.rows_done,
        "chunks": job.chunks,
        "chunk_rows": job.chunk_rows,
        "chunks_computed_here": state.chunks_done_here,
        "wall_time_s": round(state.elapsed_s, 3),
        "rows_per_s": round(state.rows_done_here / max(state.elapsed_s, 1e-9), 3),
        "computing_s": round(state.computing_s, 3),
        "recording_s": round(state.recording_s, 3),
        "finishing_s": round(state.finishing_s, 3),
        "peak_worker_mb": {name: round(mb, 1) for name, mb in sorted(state.peak_mb.items())},
    }
    if as_json:
        print_json(summary)
        return
    print(f"{state.rows_done:,} of {job.rows:,} scenarios in {folder}, {state.chunks_done_here} of {job.chunks} "
          f"chunks computed now.")  # fmt: skip
    if not outcome.complete:
        print("Other shards are not finished yet.")
    elif outcome.result is None:
        print(f"Too large for one cube; read it with: equipoise results query {folder} 'SELECT ...'")
    else:
        print(f"Cube: {folder / 'results.nc'}")
