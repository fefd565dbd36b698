"""Open, reproducible analysis of missile defence, deterrence and the guarantees between them."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import typer.core

from equipoise.cli.part import Samples
from equipoise.foundation.errors import EquipoiseError


class Commands(typer.core.TyperGroup):
    """Commands that answer an error with its lines on standard error and its exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command of ``ctx``."""
        try:
            return super().invoke(ctx)
        except EquipoiseError as error:
            typer.echo(error, err=True)
            raise typer.Exit(error.exit_code) from None


# Read when numpy and the kernels load, later. Matrices are small here; a kernel's idle threads leave the core to others.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
app = typer.Typer(cls=Commands, name="equipoise", no_args_is_help=True, add_completion=False, help=__doc__)
COMMANDS = (
    "check",
    "compare",
    "engage",
    "exchange",
    "flight_test",
    "fly",
    "guarantee",
    "listing",
    "page",
    "part",
    "replicate",
    "results",
    "sweep",
)
"""Modules of this folder that add their commands."""
for _module in COMMANDS:
    import_module(f"equipoise.cli.{_module}").register(app)


@app.command("run")
def run_command(
    scenario: Annotated[str, typer.Argument(help="A built-in scenario or a TOML file.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the result; out/SCENARIO by default.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the report if a browser is there.")] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="TABLE.ID.KEY=VALUE, for instance interceptor.sm3-iia.burnout_speed_km_s=5.5."
        ),
    ] = None,
    at: Annotated[str, typer.Option(help="One date instead of the phases: 2018-12-31, or 2018.")] = "",
    mode: Annotated[str, typer.Option(help="One mode of cooperation instead of all.")] = "",
    samples: Samples = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
) -> None:
    """Run a scenario: defended area, exposure, verdicts; write report, results, tables and figures."""
    from equipoise.cli.analyses import ANALYSES, uncertainty
    from equipoise.cli.run import command_line, run
    from equipoise.scenario.load import load_scenario

    loaded = load_scenario(scenario, settings or ())
    loaded = loaded.at(at) if at else loaded
    loaded = loaded.in_mode(mode) if mode else loaded
    command = command_line(scenario, settings or [], at, mode, samples=samples)
    decides = uncertainty(("exposure", "balance") if samples else ("exposure",), samples)
    folder = out or Path("out") / Path(scenario).stem
    report = run(loaded, folder, command=command, quiet=quiet, analyses=(*ANALYSES, decides))
    if as_json:
        print((report.parent / "verdicts.json").read_text(), end="")
    else:
        print(f"Report: {report.resolve()}")
    if open_page and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(report.resolve().as_uri())


@app.command("report")
def report_command(
    out: Annotated[Path, typer.Argument(help="A result folder.")],
    exports: Annotated[
        list[str] | None, typer.Option("--export", help="Outlines of defended areas: geojson or kml.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the paths as JSON.")] = False,
) -> None:
    """Draw a finished result's report, figures and tables again, from results.nc alone (the engine is not needed)."""
    import json

    from equipoise.present.exports import export
    from equipoise.present.report import redraw
    from equipoise.results.record import load_results

    written = export(load_results(out / "results.nc"), exports or [], out / "exports")
    path = redraw(out).resolve()
    said = {"report": str(path), "exports": [str(p.resolve()) for p in written]}
    print(json.dumps(said) if as_json else "\n".join([f"Report: {path}", *said["exports"]]))


def _end_interrupted() -> NoReturn:
    """Say so and end with code 3, at once: an interrupt inside ``exec`` makes the interpreter end by signal instead."""
    print("Interrupted; nothing half-written was left.", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(3)


def main() -> None:
    """Run the command line: misuse gives its lines on standard error and exit code 2, an interrupt 3."""
    from equipoise.numerics.jit import CompileNotice

    try:
        with CompileNotice():
            code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        _end_interrupted()
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            print(error.format_message(), file=sys.stderr)
            sys.exit(2)
        raise
    if code == 130:  # typer turns an interrupt into this code
        _end_interrupted()
    sys.exit(code if isinstance(code, int) else 0)
