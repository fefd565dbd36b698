"""``equipoise engage`` and ``equipoise defend``: one missile explained, and who is defended where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli import part
from equipoise.cli.terminal import console
from equipoise.foundation.errors import InputError, Problem, nearest
from equipoise.foundation.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.engagement.engage import Outcomes, Paths
    from equipoise.engagement.records import Command
    from equipoise.model.scenario import Threat
    from equipoise.results.record import Result
    from equipoise.scenario.load import Scenario


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command()(engage)
    app.command()(defend)


def defend(
    scenario: part.Name,
    out: part.Out = None,
    settings: part.Settings = None,
    at: part.At = "",
    mode: part.Mode = "",
    samples: part.Samples = 0,
    as_json: part.Json = False,
    quiet: part.Quiet = False,
) -> None:
    """Who is defended: cells, people and land by number of shots, and why not; outlines as GeoJSON."""
    folder = part.run_part(
        "defend",
        scenario,
        out,
        settings or [],
        at,
        mode,
        samples=samples,
        as_json=as_json,
        quiet=quiet,
        beside=_write_outlines,
    )
    if not as_json:
        print(f"Outlines: {(folder / OUTLINES).resolve()}")


OUTLINES = "outlines.geojson"


def _write_outlines(results: Mapping[str, Result], folder: Path) -> None:
    from equipoise.present.outline import geojson

    (folder / OUTLINES).write_text(json_text(geojson(results["defended_area"])), encoding="utf-8")


def engage(
    scenario: part.Name,
    threat: Annotated[str, typer.Option(help="A threat of the scenario; its first one by default.")] = "",
    to: Annotated[
        str, typer.Option(help="Aim point: latitude,longitude in degrees; several with ';' for a raid.")
    ] = "44.4,26.1",
    start: Annotated[
        str, typer.Option("--from", help="Launch point; the threat's launch area by default.")
    ] = "",
    family: Annotated[str, typer.Option(help="minimum_energy, lofted or depressed.")] = "minimum_energy",
    at: part.At = "",
    mode: part.Mode = "",
    settings: part.Settings = None,
    explain: Annotated[bool, typer.Option(help="Say step by step what happens, and why.")] = False,
    missiles: Annotated[int, typer.Option(help="A raid of so many missiles.", min=1, max=500)] = 1,
    span: Annotated[
        float, typer.Option(help="Seconds between first and last launch of a raid.", min=0.0)
    ] = 60.0,
    seed: Annotated[int, typer.Option(help="Seed of a raid's simulation.", min=0)] = 0,
    figure: Annotated[
        Path | None, typer.Option(help="With --explain or --missiles: draw it to this PNG or SVG.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcomes as JSON.")] = False,
) -> None:
    """Shoot at one missile: outcome by phase and mode, or with --explain the timeline of the last of them."""
    from equipoise.engagement import engage, order_of_battle
    from equipoise.model.path_family import path_family
    from equipoise.scenario.load import load_scenario

    loaded = load_scenario(scenario, settings or ())
    loaded = loaded.at(at) if at else loaded
    loaded = loaded.in_mode(mode) if mode else loaded
    entry = _threat(loaded, threat)
    cases = [
        (phase.name, how, command)
        for phase in loaded.phases
        for how in loaded.head.modes
        for command in order_of_battle.commands(loaded, phase.date, how)
        if command.batteries
    ]
    if not cases:
        raise InputError([Problem(scenario, "site", "no interceptor is in service on any of the dates.")])
    paths = _paths(loaded, entry, start, to.split(";"), family)
    found = engage.engage(paths, [command for *_, command in cases])
    title = f"{entry.id} to {to}, {path_family(family).words}"
    name, how, command = cases[_best_of_last(cases, found)]
    if missiles > 1:
        said = f"{missiles} {entry.id} within {span:g} s: {name}, mode {how}"
        _raid(loaded, paths, command, missiles, span, seed, said, figure, as_json=as_json)
        return
    if explain:
        _explain(paths, command, f"{title}: {name}, mode {how}", figure, as_json=as_json)
        return
    rows = [_row(found, i, cases[i]) for i in range(len(cases))]
    if as_json:
        print(json_text({"title": title, "outcomes": rows}, indent=1))
        return
    _print(title, rows)


def _best_of_last(cases: list[tuple[str, str, Command]], found: Outcomes) -> int:
    """Return the case of the last phase and mode whose command can do most."""
    last = [i for i, case in enumerate(cases) if case[:2] == cases[-1][:2]]
    return max(
        last,
        key=lambda i: (
            int(found.shots[0, i]),
            float(found.slack_s[0, i]) if found.slack_s[0, i] == found.slack_s[0, i] else -1e9,
        ),
    )


def _threat(scenario: Scenario, name: str) -> Threat:
    known = [t.id for t in scenario.threats]
    if name and name not in known:
        guess = nearest(name, known)
        cure = f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(known)}."
        raise InputError([Problem("--threat", name, "no such threat in the scenario.", cure)])
    return scenario.find("threat", name or known[0])


def _paths(scenario: Scenario, threat: Threat, start: str, aims: list[str], family: str) -> Paths:
    import numpy as np

    from equipoise.engagement import kernel_inputs
    from equipoise.foundation.status import FlightStatus

    if family not in kernel_inputs.FAMILIES:
        raise InputError([Problem("--family", family, f"not one of {', '.join(kernel_inputs.FAMILIES)}.")])
    area = scenario.find("launch_area", threat.launch_area)
    begin = _point(start, "--from") if start else (area.lat_deg, area.lon_deg)
    record = scenario.find("missile", threat.missile)
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    paths = kernel_inputs.solve(
        record, np.radians(begin), np.radians([_point(to, "--to") for to in aims]), family, earth
    )
    for to, status in zip(aims, paths.status, strict=True):
        if status != FlightStatus.OK:
            raise InputError([Problem("--to", to, FlightStatus(int(status)).sentence)])
    return paths


def _point(text: str, option: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            [Problem(option, text, "expected latitude,longitude in degrees, such as 44.4,26.1.")]
        ) from None
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise InputError([Problem(option, text, "latitude goes to 90 degrees, longitude to 180.")])
    return lat, lon


def _row(found: Outcomes, i: int, case: tuple[str, str, Command]) -> dict[str, Any]:
    from equipoise.foundation.status import Reason

    def number(value: float) -> float | None:
        return round(float(value), 1) if value == value else None

    def named(site: int) -> str:
        return found.sites[site] if site >= 0 else ""

    shoots = int(found.shots[0, i]) > 0
    return {
        "phase": case[0],
        "mode": case[1],
        "command": case[2].name,
        "outcome": Reason(int(found.reason[0, i])).name,
        "shots": int(found.shots[0, i]),
        "slack_s": number(found.slack_s[0, i]),
        "slack_site": named(int(found.slack_site[0, i])),
        "track_s": number(found.track_s[0, i]),
        "ready_s": number(found.ready_s[0, i]) if shoots else None,
        "first_intercept_s": number(found.first_intercept_s[0, i]),
        "site": named(int(found.site[0, i])),
    }


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    heads = {"phase": "phase", "mode": "mode", "command": "command", "outcome": "outcome", "shots": "shots"}
    heads |= {"slack_s": "most slack", "slack_site": "of site"}
    heads |= {"site": "first or nearest", "track_s": "track", "first_intercept_s": "meets"}
    grid = Table(*heads.values(), title=f"{title} (s; track and meeting since launch)")
    for row in rows:
        said = row | {"outcome": row["outcome"].lower().replace("_", " ")}
        grid.add_row(*["" if said[key] is None else str(said[key]) for key in heads])
    console().print(grid)


def _explain(paths: Paths, command: Command, title: str, figure: Path | None, *, as_json: bool) -> None:
    from equipoise.engagement.explain import explain
    from equipoise.present.engagement import conclusion, draw, timeline

    result = explain(paths, command, title=title)
    steps, said = timeline(result), conclusion(result)
    if as_json:
        print(json_text({"title": title, "timeline": steps, "conclusion": said}, indent=1))
    else:
        print(title)
        for t, words in steps:
            print(f"{t:8.1f} s  {words}")
        for line in said:
            print(line)
    if figure is not None:
        from equipoise.present.figures import save_picture

        save_picture(draw(result), figure)
        if not as_json:
            print(f"Figure: {figure}")


def _raid(
    scenario: Scenario,
    paths: Paths,
    command: Command,
    missiles: int,
    span_s: float,
    seed: int,
    title: str,
    figure: Path | None,
    *,
    as_json: bool,
) -> None:
    import numpy as np

    from equipoise.engagement.raids import raid, raid_result
    from equipoise.present.raid import draw, sentences

    p = scenario.balance.kill_probability
    aims = np.arange(missiles) % len(paths)
    found = raid(paths[aims], np.linspace(0.0, span_s, missiles).tolist(), command)
    result = raid_result(found, (p.low, p.value, p.high), seed=seed, title=title)
    if as_json:
        data = result.data
        said = {"title": title, "sentences": sentences(result), "seed": seed}
        said["expected"] = data.expected.values.tolist()
        said["chance"] = data.chance.values.tolist()
        print(json_text(said, indent=1))
    else:
        print(title)
        for line in sentences(result):
            print(line)
    if figure is not None:
        from equipoise.present.figures import save_picture

        save_picture(draw(result), figure)
        if not as_json:
            print(f"Figure: {figure}")
