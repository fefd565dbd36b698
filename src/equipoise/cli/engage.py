"""``equipoise engage``: one missile explained, or a raid."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.app import At, Mode, Name, Settings, app
from equipoise.cli.fly import point
from equipoise.cli.terminal import print_json, print_rows, say

if TYPE_CHECKING:
    from equipoise.analysis.defence.one_missile import OneMissile
    from equipoise.present.section import Figure
    from equipoise.results.record import Result
    from equipoise.scenario.load import Scenario


@app.command()
def engage(
    scenario: Name,
    threat: Annotated[
        str, typer.Option(help="A threat of the scenario; by default the first that reaches the aim point.")
    ] = "",
    to: Annotated[
        str, typer.Option(help="Aim point: latitude,longitude in degrees; several with ';' for a raid.")
    ] = "44.4,26.1",
    start: Annotated[
        str, typer.Option("--from", help="Launch point; the threat's launch area by default.")
    ] = "",
    family: Annotated[str, typer.Option(help="minimum_energy, lofted or depressed.")] = "minimum_energy",
    at: At = "",
    mode: Mode = "",
    settings: Settings = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say step by step what happens, and why.")
    ] = False,
    missiles: Annotated[int, typer.Option(help="A raid of so many missiles.", min=1, max=5000)] = 1,
    span: Annotated[
        float, typer.Option(help="Seconds between first and last launch of a raid.", min=0.0, max=86_400.0)
    ] = 60.0,
    seed: Annotated[int, typer.Option(help="Seed of a raid's simulation.", min=0, max=4_294_967_295)] = 0,
    figure: Annotated[
        Path | None, typer.Option(help="With --explain or --missiles: draw it to this PNG or SVG.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON.")] = False,
) -> None:
    """Shoot at one missile: outcome by phase and mode, or with --explain the timeline of the last of them."""
    from equipoise.analysis.defence.one_missile import engagements, one_missile
    from equipoise.cli.part import asked_scenario

    loaded = asked_scenario(scenario, settings or (), at, mode)
    aims = [point(text, "--to") for text in to.split(";")]
    asked = one_missile(
        loaded, threat, aims=aims, start=point(start, "--from") if start else None, family=family
    )
    found = asked.outcomes
    if missiles > 1:
        _raid(loaded, asked, asked.best_of_last(found), missiles, span, seed, figure, as_json=as_json)
        return
    result = engagements(asked, found, aims)
    if explain:
        _explain(asked.timeline(asked.best_of_last(found), result.title), figure, as_json=as_json)
        return
    _print(result, as_json=as_json)


HEADS = {
    "phase": "phase",
    "mode": "mode",
    "command": "command",
    "outcome": "outcome",
    "shots": "shots",
    "slack_s": "most slack",
    "slack_site": "of site",
    "site": "first or nearest",
    "track_s": "track",
    "first_intercept_s": "meets",
}
"""What is printed of each outcome, and its head; the first three tell rows apart."""


def _print(result: Result, *, as_json: bool) -> None:
    from equipoise.analysis.defence.one_missile import rows_of

    rows = rows_of(result)
    if as_json:
        print_json({"title": result.title, "outcomes": rows})
        return
    said = [row | {"outcome": row["outcome"].lower().replace("_", " ")} for row in rows]
    cells = [["" if row[key] is None else str(row[key]) for key in HEADS] for row in said]
    print_rows(f"{result.title} (s; track and meeting since launch)", list(HEADS.values()), cells, telling=3)


def _explain(result: Result, figure: Path | None, *, as_json: bool) -> None:
    from equipoise.present import engagement

    steps, said = engagement.timeline(result), engagement.conclusion(result)
    _save(engagement.figure(result), figure)
    if as_json:
        print_json({"title": result.title, "timeline": steps, "conclusion": said})
    else:
        say(result.title)
        for t, words in steps:
            say(f"{t:8.1f} s  {words}", under=12)
        say("\n".join(said))
        _tell_of(figure)


def _raid(
    scenario: Scenario,
    asked: OneMissile,
    which: int,
    missiles: int,
    span_s: float,
    seed: int,
    figure: Path | None,
    *,
    as_json: bool,
) -> None:
    import numpy as np

    from equipoise.engagement.raids import Missiles, facing, launchers, layers, leakage
    from equipoise.present import raids
    from equipoise.present.raid import sentences
    from equipoise.results.record import Result

    case, rows, order = asked.cases[which], np.arange(missiles) % len(asked.paths), layers(scenario)
    flown = Missiles.of([asked.paths[rows]], [np.linspace(0.0, span_s, missiles)])
    everything = np.ones(missiles, dtype=bool)
    side = facing(flown, case.command, launchers(scenario, case.command), order, everything)
    data = leakage([side], missiles, order, seed=seed)
    title = f"{missiles} {asked.threat.id} within {span_s:g} s: {case.phase}, mode {case.mode}"
    result = Result(kind="raid", title=title, data=data)
    _save(raids.figure(result), figure)
    if as_json:
        said = {
            "title": title,
            "sentences": sentences(data),
            "seed": seed,
            "independent": bool(data.independent),
        }
        said["expected"] = data.expected.values.tolist()
        said["chance"] = data.chance.values.tolist()
        print_json(said)
    else:
        say("\n".join([title, *sentences(data)]))
        _tell_of(figure)


def _save(drawn: Figure, path: Path | None) -> None:
    """Draw a figure into the file that was asked for, if one was."""
    from equipoise.present.figures import save_picture

    if path is not None:
        save_picture(drawn.draw(), path)


def _tell_of(figure: Path | None) -> None:
    if figure is not None:
        print(f"Figure: {figure}")
