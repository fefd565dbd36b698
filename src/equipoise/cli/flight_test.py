"""``equipoise flight-test``: plan a test, simulate what observers learn, and weigh the evidence about a clause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.app import Quiet, TablesAsJson, app
from equipoise.cli.terminal import print_json, say
from equipoise.foundation.json_text import json_text

if TYPE_CHECKING:
    from datetime import datetime

    from equipoise.jobs.tasks import Task
    from equipoise.results.record import Result
    from equipoise.scenario.flight_test import FlightTest

group = typer.Typer(
    no_args_is_help=True, help="Plan, notify and observe a flight test; evidence about a clause."
)
app.add_typer(group, name="flight-test")

Name = Annotated[str, typer.Argument(help="ftm-16-like, asd-15-like, or a TOML file.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the result; out/TEST by default.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="TABLE.KEY=VALUE or TABLE.ID.KEY=VALUE, such as claim.limit_km_s=3.5."),
]
Now = Annotated[str, typer.Option(help="Time against which notices are judged, as 2011-08-31T12:00:00Z.")]
Seed = Annotated[int, typer.Option(help="Seed of everything drawn.", min=0, max=4_294_967_295)]
Tests = Annotated[int, typer.Option(help="Number of tests; 0 takes the file's.", min=0, max=50)]
Speed = Annotated[
    float,
    typer.Option(help="True mean burnout speed (km/s) to simulate; 0 takes the file's.", min=0.0, max=12.0),
]
Estimates = Annotated[
    Path | None,
    typer.Option(
        help="CSV of real estimates, columns speed_m_s and error_m_s (one standard deviation), instead of simulating."
    ),
]


@group.command(epilog="Example: equipoise flight-test plan ftm-16-like")
def plan(
    context: typer.Context,
    test: Name,
    out: Out = None,
    settings: Settings = None,
    now: Now = "",
    as_json: TablesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """Paths, hazard areas, notices, sight, where to stand; exit code 1 when a margin or a notice's rule is broken."""
    from equipoise.jobs.flight_test import flight_test_tasks

    loaded = _load(test, settings)
    moment = _moment(now)
    tasks = flight_test_tasks(moment)[:2]
    results = _run(context, loaded, _folder(test, out), tasks, quiet=quiet)
    _print(results, ("flight_test_plan",), _folder(test, out), as_json=as_json)
    _end(results)


@group.command(epilog="Example: equipoise flight-test simulate ftm-16-like --tests 5")
def simulate(
    context: typer.Context,
    test: Name,
    out: Out = None,
    settings: Settings = None,
    tests: Tests = 0,
    speed: Speed = 0.0,
    seed: Seed = 1,
    now: Now = "",
    as_json: TablesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """The plan, and what each set-up of observers would have learnt in a simulated campaign."""
    from equipoise.jobs.flight_test import flight_test_tasks

    loaded = _load(test, settings)
    tasks = flight_test_tasks(_moment(now), tests=tests, speed_km_s=speed, seed=seed)[:3]
    results = _run(context, loaded, _folder(test, out), tasks, quiet=quiet, seed=seed)
    _print(results, ("flight_test_campaign",), _folder(test, out), as_json=as_json)


@group.command(epilog="Example: equipoise flight-test evidence ftm-16-like --estimates speeds.csv")
def evidence(
    context: typer.Context,
    test: Name,
    out: Out = None,
    settings: Settings = None,
    tests: Tests = 0,
    speed: Speed = 0.0,
    seed: Seed = 1,
    now: Now = "",
    estimates: Estimates = None,
    as_json: TablesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """The plan, and what a campaign, simulated or observed, says about the clause after each test."""
    from equipoise.cli.estimates import read_estimates
    from equipoise.jobs.flight_test import flight_test_tasks

    loaded = _load(test, settings)
    observed = read_estimates(estimates) if estimates else None
    tasks = flight_test_tasks(_moment(now), tests=tests, speed_km_s=speed, seed=seed, observed=observed)
    results = _run(context, loaded, _folder(test, out), tasks, quiet=quiet, seed=seed)
    kinds = ("flight_test_campaign", "flight_test_evidence")
    _print(results, tuple(k for k in kinds if k in results), _folder(test, out), as_json=as_json)


@group.command(epilog="Example: equipoise flight-test check my-test.toml")
def check(test: Name, settings: Settings = None, as_json: TablesAsJson = False) -> None:
    """Check a flight-test file: exit code 0 when it is good, 2 with one line for each fault."""
    from equipoise.cli.check import say_whether_good

    say_whether_good(lambda: _load(test, settings), as_json=as_json)


@group.command(epilog="Example: equipoise flight-test notice notice.json --given 2011-08-20T12:00:00Z")
def notice(
    file: Annotated[
        Path,
        typer.Argument(
            help="A notice as JSON (the payload, or the exchange's item around it), or a navigational warning as text."
        ),
    ],
    given: Annotated[str, typer.Option(help="When it is given, as 2011-08-20T12:00:00Z.")],
    now: Now = "",
    instrument: Annotated[
        str, typer.Option(help="For a warning: the instrument by which it is judged.")
    ] = "plns-2000",
    window: Annotated[
        int, typer.Option(help="For a warning with several windows: which one, from 1.", min=1, max=1000)
    ] = 1,
    as_json: TablesAsJson = False,
) -> None:
    """Check one notice: missing or malformed fields, doubtful areas, deadlines, windows; exit code 1 on a fault."""
    from equipoise.cli.warning_text import is_text, shown_back
    from equipoise.model.notice_areas import area_doubts
    from equipoise.model.notices import form_faults, time_faults

    text = is_text(file)
    payload = shown_back(file, instrument=instrument, window=window)["payload"] if text else _payload(file)
    moment = _moment(given, "--given")
    assert moment is not None
    at = _moment(now) or moment
    faults = form_faults(payload)
    if all(fault.kind == "missing field" for fault in faults):
        faults += area_doubts(payload)
    if not faults:
        faults = time_faults(payload, given_at_ms=_ms(moment), now_ms=_ms(at))
    lines = [str(fault) for fault in faults]
    good = all(fault.advisory for fault in faults)
    if as_json:
        print_json({"good": good, "findings": lines})
    else:
        say("\n".join(lines) if lines else "Nothing is wrong with this notice.")
    raise typer.Exit(0 if good else 1)


def _load(name: str, settings: list[str] | None) -> FlightTest:
    from equipoise.scenario.flight_test import load_flight_test

    return load_flight_test(name, settings or ())


def _moment(text: str, option: str = "--now") -> datetime | None:
    from equipoise.foundation.errors import InputError, Problem
    from equipoise.model.fields import moment

    try:
        return moment(text) if text else None
    except ValueError:
        problem = Problem(
            option, text, "not a time.", 'Write it as "2011-08-31T12:00:00Z", in the years 1900 to 2199.'
        )
        raise InputError([problem]) from None


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000.0)


def _payload(file: Path) -> dict[str, Any]:
    from equipoise.foundation.errors import misuse
    from equipoise.foundation.reading import read_input_text

    text = read_input_text(file)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise misuse(str(file), "", f"not JSON: {error}.") from None
    payload = found.get("payload", found) if isinstance(found, dict) else None
    if not isinstance(payload, dict):
        raise misuse(str(file), "", "expected a JSON object.", "Write the notice as { ... }.")
    return payload


def _folder(name: str, out: Path | None) -> Path:
    return out or Path("out") / Path(name).stem


def _run(
    context: typer.Context, loaded: FlightTest, folder: Path, tasks: list[Task], *, quiet: bool, seed: int = 0
) -> dict[str, Result]:
    from equipoise.cli.progress import command_line, run_with_progress
    from equipoise.results.record import load_results

    command = command_line(context)
    run_with_progress(
        loaded, folder, command=command, quiet=quiet, tasks=tasks, seed=seed, beside=_write_notices
    )
    return load_results(folder / "results.nc")


def _write_notices(found: dict[str, Result], folder: Path) -> None:
    """Write each notice as the exchange files it, as text, and its JSON Schema."""
    from equipoise.model.notices import schema

    data = found["flight_test_plan"].data
    place = folder / "notices"
    place.mkdir()
    for i, name in enumerate(data.notice.values):
        payload = str(data.notice_json.values[i])
        if payload:
            item = {
                "stream": "notice",
                "exercise": True,
                "sensitivity": "releasable",
                "payload": json.loads(payload),
            }
            (place / f"{name}.json").write_text(json_text(item, indent=1) + "\n", encoding="utf-8")
            (place / f"{name}.txt").write_text(str(data.notice_text.values[i]), encoding="utf-8")
            (place / f"{name}.schema.json").write_text(
                json_text(schema(str(name)), indent=1) + "\n", encoding="utf-8"
            )


def _print(results: dict[str, Result], kinds: tuple[str, ...], folder: Path, *, as_json: bool) -> None:
    """Say what the named results found."""
    from equipoise.cli.part import plain, print_sections
    from equipoise.present.compose import compose

    sections = compose({kind: results[kind] for kind in kinds})
    report = folder / "report.html"
    if as_json:
        said = {kind: plain((section,), report) for kind, section in zip(kinds, sections, strict=True)}
        print_json(said if len(said) > 1 else next(iter(said.values())))
        return
    print_sections(sections, report)


def _end(results: dict[str, Result]) -> None:
    if not results["flight_test_plan"].data.attrs["is_clear"]:
        raise typer.Exit(1)
