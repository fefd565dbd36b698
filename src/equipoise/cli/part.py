"""``equipoise defend``, ``expose`` and ``balance``: one part of the main job, said in words and tables, with its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.app import At, Mode, Name, Quiet, Samples, Settings, TablesAsJson, app
from equipoise.cli.terminal import print_json, print_rows, say
from equipoise.foundation.json_text import json_text

if TYPE_CHECKING:
    from equipoise.jobs.tasks import Task
    from equipoise.present.section import Section, Table
    from equipoise.results.record import Result
    from equipoise.scenario.load import Scenario

PARTS = {
    "defend": (
        "Who is defended: cells, people and land by number of shots, and why not; outlines as GeoJSON.",
        ("scenario", "places", "defended_area"),
    ),
    "expose": (
        "Whose deterrent is exposed: which strategic paths could be engaged, with what time and speed to spare.",
        ("scenario", "places", "radar_exposure", "exposure"),
    ),
    "balance": (
        "What the exposure does to retaliation, how low arsenals can go before it matters, and what a response costs.",
        ("scenario", "places", "exposure", "balance"),
    ),
}
"""What each command says of itself, and its analyses in their order; the last one is what it is about and names its task."""
OUTLINES = "outlines.geojson"

Out = Annotated[Path | None, typer.Option(help="Folder for the result; out/SCENARIO-COMMAND by default.")]


def asked_scenario(name: str, settings: Sequence[str] = (), at: str = "", mode: str = "") -> Scenario:
    """Return the scenario of a command, with every name in it known; :class:`InputError` lists every fault."""
    from equipoise.published import refuse_unknown
    from equipoise.scenario.library import told_of
    from equipoise.scenario.load import load_scenario

    loaded = load_scenario(name, settings, keep_ranges=True)
    with told_of(lambda: refuse_unknown(load_scenario(name).head.studies, name)):
        refuse_unknown(loaded.head.studies, name)
    loaded = loaded.at(at) if at else loaded
    return loaded.in_mode(mode) if mode else loaded


def run_part(
    context: typer.Context,
    scenario: Name,
    out: Out = None,
    settings: Settings = None,
    at: At = "",
    mode: Mode = "",
    samples: Samples = 0,
    as_json: TablesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run the analyses behind the command that was typed, and print what they say."""
    from equipoise.cli.progress import command_line, run_with_progress
    from equipoise.jobs.tasks import chosen, uncertainty

    loaded = asked_scenario(scenario, settings or (), at, mode)
    verb = str(context.command.name)
    wanted = PARTS[verb][1]
    report = run_with_progress(
        loaded,
        out or Path("out") / f"{Path(scenario).stem}-{verb}",
        command=command_line(context),
        quiet=quiet,
        beside=_write_outlines if verb == "defend" else None,
        tasks=([published_task()] if verb == "expose" else [])  # first, so that a wrong name is told at once
        + chosen(wanted)
        + ([uncertainty(wanted[-1:], samples)] if samples else []),
    )
    show(report, wanted[-1], as_json=as_json)
    if verb == "defend" and not as_json:
        print(f"Outlines: {(report.parent / OUTLINES).resolve()}")


for _verb, (_said, _) in PARTS.items():
    app.command(_verb, help=_said)(run_part)


def _write_outlines(results: Mapping[str, Result], folder: Path) -> None:
    from equipoise.present.outline import geojson

    (folder / OUTLINES).write_text(json_text(geojson(results["defended_area"])), encoding="utf-8")


def published_task() -> Task:
    """Return what ``equipoise expose`` adds: the studies that the scenario names, beside ours."""
    from equipoise.jobs.tasks import Found, Task, Tell

    def compared(scenario: Scenario, _found: Found, _tell: Tell) -> Result | None:
        from equipoise.published import published

        names = scenario.head.studies
        return published(names) if names else None

    return Task("published", "Published statements", compared)


def show(report: Path, kind: str, *, as_json: bool) -> None:
    """Print what a finished run says of one result, of printed statements and of what decides, and where the report is."""
    from equipoise.present.compose import section_of
    from equipoise.results.record import load_results

    results = load_results(report.parent / "results.nc")
    sections = [
        section_of(name, results)
        for name in (kind, "radar_exposure", "published", "uncertainty")
        if name in results
    ]
    if as_json:
        print_json(plain(sections, report))
        return
    print_sections(sections, report)


def print_sections(sections: Sequence[Section], report: Path) -> None:
    """Print the sentences and the tables of a report that are not folded, and where it is."""
    for section in sections:
        for sentence in section.sentences:
            say(sentence.text)
        for table in section.tables:
            if not table.folded:
                print_table(table)
    print(f"Report: {report.resolve()}")


def plain(sections: Sequence[Section], report: Path) -> dict[str, object]:
    """Return what ``--json`` prints: numbers that are not defined as null."""
    return {
        "sentences": [s.text for section in sections for s in section.sentences],
        "tables": {
            t.stem: [
                {
                    head: (None if isinstance(cell, float) and cell != cell else cell)
                    for head, cell in zip(t.flat(), row, strict=True)
                }
                for row in zip(*t.flat().values(), strict=True)
            ]
            for section in sections
            for t in section.tables
        },
        "report": str(report.resolve()),
    }


def print_table(table: Table) -> None:
    """Print a table of a report."""
    from equipoise.present.section import Number

    rows = []
    for row in table.rows:
        cells = []
        for column, cell in zip(table.columns, row, strict=True):
            if isinstance(cell, Number):
                cells.append(cell.text.replace(f" {cell.unit}", "") if cell.unit else cell.text)
            else:
                form = "g" if column.digits is None else f".{column.digits}f"
                cells.append(format(cell, form) if isinstance(cell, float) else str(cell))
        rows.append(cells)
    print_rows(table.title, list(table.heads), rows)
