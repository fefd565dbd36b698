"""``equipoise crux``: why two scenarios disagree, and what would settle it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.app import At, Mode, Quiet, TablesAsJson, app


@app.command()
def crux(
    context: typer.Context,
    ours: Annotated[str, typer.Argument(help="One side: a built-in scenario or a TOML file.")],
    theirs: Annotated[str, typer.Argument(help="The other side.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the result; out/OURS-crux-THEIRS by default.")
    ] = None,
    at: At = "",
    mode: Mode = "",
    stated: Annotated[
        bool, typer.Option("--stated", help="Only at stated values: do not look at each side's ranges.")
    ] = False,
    as_json: TablesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """Why two scenarios disagree: which claims turn a verdict, what each carries, what would settle it; exit code 1 if they do."""
    from equipoise.analysis.crux.study import asked_together
    from equipoise.cli.part import asked_scenario, show
    from equipoise.cli.progress import command_line, run_with_progress
    from equipoise.jobs.crux import crux_task
    from equipoise.results.record import load_results

    first, second = asked_together(asked_scenario(ours), asked_scenario(theirs), at=at, mode=mode)
    report = run_with_progress(
        first,
        out or Path("out") / f"{Path(ours).stem}-crux-{Path(theirs).stem}",
        command=command_line(context),
        quiet=quiet,
        tasks=[crux_task(second, over_ranges=not stated)],
    )
    show(report, "crux", as_json=as_json)
    if load_results(report.parent / "results.nc")["crux"].data.differs.any():
        raise typer.Exit(1)
