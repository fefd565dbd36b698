"""Open, reproducible analysis of missile defence, deterrence and the guarantees between them."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.app import At, Mode, Name, Quiet, Samples, Settings, app
from equipoise.cli.panels import begin, put_in_panels
from equipoise.cli.part import asked_scenario
from equipoise.cli.terminal import open_standard_streams, print_json, say
from equipoise.foundation.errors import WriteError
from equipoise.foundation.garbage import collected_seldom
from equipoise.foundation.text import printable
from equipoise.foundation.writing import FULL

if TYPE_CHECKING:
    from equipoise.jobs.tasks import Task
    from equipoise.results.record import Result
    from equipoise.scenario.load import Scenario

MOST_THREADS = 4096
INTERRUPTED = 130
"""What typer makes of an interrupt."""

# Read when numpy and the kernels load, later. Matrices are small here; a kernel's idle threads leave the core to others.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["MPLBACKEND"] = (
    "agg"  # pictures go to files; a notebook's shell names a back end that it alone has
)
COMMANDS = (
    "check",
    "compare",
    "crux",
    "engage",
    "exchange",
    "exchange_keys",
    "exchange_open",
    "flight_test",
    "fly",
    "guarantee",
    "listing",
    "new",
    "page",
    "part",
    "replicate",
    "results",
    "sweep",
)
"""Modules of this folder that add their commands."""
for _module in COMMANDS:
    import_module(f"equipoise.cli.{_module}")


@app.callback(invoke_without_command=True)
def begin_here(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Open, reproducible analysis of missile defence, deterrence and the guarantees between them."""
    if version:
        from equipoise import __version__

        print(f"equipoise {__version__}")
    elif context.invoked_subcommand is None:
        print(begin(context.command.commands))  # type: ignore[attr-defined]  # it is the group


@app.command("run")
@collected_seldom()  # loading the packages and the scenario makes most of the objects
def run_command(
    context: typer.Context,
    scenario: Name,
    out: Annotated[Path | None, typer.Option(help="Folder for the result; out/SCENARIO by default.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the report if a browser is there.")] = False,
    settings: Settings = None,
    at: At = "",
    mode: Mode = "",
    samples: Samples = 0,
    certificate: Annotated[
        Path | None,
        typer.Option(
            help="A certificate of this scenario, judged; the report carries it and can check it again."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario: defended area, exposure, verdicts and more; write a report, results and tables."""
    from equipoise.cli.progress import command_line, run_with_progress
    from equipoise.jobs import tasks

    loaded = asked_scenario(scenario, settings or (), at, mode)
    decides = tasks.uncertainty(("exposure", "balance") if samples else ("exposure",), samples)
    judged = () if certificate is None else (_answering(loaded, certificate),)
    folder = out or Path("out") / Path(scenario).stem
    chosen = (*tasks.ANALYSES, *judged, decides)
    said: list[str] = []
    report = run_with_progress(
        loaded, folder, command=command_line(context), quiet=quiet, tasks=chosen,
        beside=lambda results, _folder: said.append(_headline(results)),
    )  # fmt: skip
    if as_json:
        print_json(json.loads((report.parent / "verdicts.json").read_text(encoding="utf-8")))
    else:
        say("".join(said) + "\n\n", under=0)
        print(f"Report: {report.resolve()}")
    if open_page and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(report.resolve().as_uri())


def _headline(results: Mapping[str, Result]) -> str:
    """Return the answer of a run in plain words."""
    from equipoise.present.first_screen import first_screen

    return " ".join(sentence.text for sentence in first_screen(results).headline)


def _answering(scenario: Scenario, certificate: Path) -> Task:
    """Return the task that judges a certificate, of which the statement is judged already: a wrong file ends the run before it begins."""
    from equipoise.analysis.guarantees.carried import answering
    from equipoise.jobs import tasks

    answering(scenario, certificate)
    return tasks.certificate(certificate)


@app.command("report")
def report_command(
    out: Annotated[Path, typer.Argument(help="A result folder.")],
    exports: Annotated[
        list[str] | None, typer.Option("--export", help="Outlines of defended areas: geojson or kml.")
    ] = None,
    figures: Annotated[bool, typer.Option("--figures", help="Draw every figure as SVG and PNG too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the paths as JSON.")] = False,
) -> None:
    """Write a finished result's report and tables again, from results.nc alone (the engine is not needed)."""

    from equipoise.present.report import redraw

    path, *written = (str(made.resolve()) for made in redraw(out, exports or (), figures=figures))
    if as_json:
        print_json({"report": path, "exports": written})
    else:
        print("\n".join([f"Report: {path}", *written]))


put_in_panels(app)


class Interrupted(KeyboardInterrupt):
    """A signal that asks the program to end.

    A class of its own, because the interpreter ends by signal, and not with the code asked for, once a plain
    ``KeyboardInterrupt`` has passed through code that was compiled from a string.
    """


def _interrupt(number: int, _frame: object) -> None:
    raise Interrupted(signal.Signals(number).name)


def _hear_signals() -> None:
    """End alike on the interrupt key, on being terminated, and on the end of the terminal."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks for
            signal.signal(number, _interrupt)


def _refused(arguments: Sequence[str], threads: str) -> str:
    """Return why the program cannot start, in one line, or an empty string; ``threads`` is ``NUMBA_NUM_THREADS``."""
    for number, argument in enumerate(arguments, 1):
        if not argument.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in argument):
            return f"Argument {number} is not text in UTF-8: {printable(argument, kept='')}."
    if threads and not (threads.isdecimal() and 1 <= int(threads[:9]) <= MOST_THREADS):
        said = f"NUMBA_NUM_THREADS is '{printable(threads[:60], kept='')}'"
        return f"{said}; set it to a whole number from 1 to {MOST_THREADS}, or leave it out."
    return ""


def main() -> None:
    """Run the command line: misuse gives its lines on standard error and exit code 2, an interrupt 3."""
    if not open_standard_streams():
        sys.exit(_stopped("Standard output is closed; send it somewhere, for instance to /dev/null."))
    if refused := _refused(sys.argv[1:], os.environ.get("NUMBA_NUM_THREADS", "")):
        print(refused, file=sys.stderr)
        sys.exit(2)
    _hear_signals()
    sys.exit(answered(sys.argv[1:]))


def answered(arguments: Sequence[str]) -> int:
    """Run a command, see to it that all it says is written, and return its exit code."""
    from equipoise.numerics.jit import CompileNotice

    try:
        with CompileNotice():
            code = app(arguments, standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except WriteError as error:
        code = _stopped(str(error))
    except OSError as error:
        if error.errno not in FULL:
            raise
        code = _stopped(f"{error.filename or 'A file'}: cannot be written: the disk is full.")
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "exit_code"):
            print(error.format_message(), file=sys.stderr)
            return 2
        raise
    if code == INTERRUPTED:
        code = _stopped("Interrupted; nothing half-written was left.")
    return code if isinstance(code, int) else 0


def _stopped(line: str) -> int:
    """Say what stopped the program and return its exit code."""
    print(line, file=sys.stderr)
    return 3
