"""``equipoise exchange``: two party nodes that exchange notices and exercise tracks, and the proof afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

group = typer.Typer(no_args_is_help=True, help="Notices and exercise tracks between two parties, with proof.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(group, name="exchange")


@group.command()
def init(
    folder: Path,
    party: Annotated[str, typer.Option(help="The party's name.")],
    as_json: AsJson = False,
) -> None:
    """Make a party's folder with fresh keys; hand its public.json to the peer."""
    from equipoise.exchange.party_files import create

    path = create(folder, party=party)
    print(json.dumps({"public": str(path)}) if as_json else f"Hand {path} to the peer; keep the rest.")


@group.command()
def serve(
    folder: Path,
    peer: Annotated[Path, typer.Option(help="The peer's public.json.")],
    listen: Annotated[str, typer.Option(help="host:port to listen on.")] = "",
    connect: Annotated[str, typer.Option(help="host:port of the peer.")] = "",
    clock_offset_ms: Annotated[int, typer.Option(help="Exercise time minus machine time.")] = 0,
    revoked: Annotated[list[str] | None, typer.Option(help="Keys of the peer that count no more.")] = None,
) -> None:
    """Run the node until it is interrupted."""
    from equipoise.exchange import process

    process.serve(
        folder,
        peer=peer,
        listen=listen,
        connect=connect,
        clock_offset_ms=clock_offset_ms,
        revoked=frozenset(revoked or []),
    )


@group.command()
def notice(
    folder: Path,
    file: Path,
    operator: Annotated[str, typer.Option(help="Who files it.")] = "auto",
    as_json: AsJson = False,
) -> None:
    """File an item (notice, launch event, track, text) from a JSON file with this party's node."""
    from equipoise.exchange.forms import check_item
    from equipoise.exchange.notices import problem_with
    from equipoise.exchange.party_files import drop_item, read_json
    from equipoise.foundation.errors import InputError, Problem

    item = read_json(file)
    check_item(item)
    follows = {"window-extension": "announced", "cancel": "announced"}
    if item["stream"] == "notice":
        state = follows.get(str(item["payload"].get("type")), "none")
        if problem := problem_with(item["payload"], state=state):
            raise InputError([Problem(str(file), "payload", problem)])
    path = drop_item(folder, {**item, "operator": operator})
    print(json.dumps({"filed": str(path)}) if as_json else f"Filed as {path.name}.")


@group.command("verify")
def verify_logs(log_a: Path, log_b: Path, as_json: AsJson = False) -> None:
    """Say what two logs prove: who knew what when, forks, gaps, withheld items, late or missing notices."""
    from dataclasses import asdict

    from equipoise.exchange.verify import verify
    from equipoise.model.notices import instruments

    report = verify(log_a, log_b, duties=instruments())
    if as_json:
        print(json.dumps({"holds": report.holds, **asdict(report)}))
    else:
        print(
            f"{'HOLDS' if report.holds else 'BREACHED'}: {len(report.timeline)} messages between {' and '.join(report.parties)}"
        )
        for line in [f"breach: {text}" for text in report.breaches] + [
            f"advisory: {text}" for text in report.advisories
        ]:
            print(line)
    raise typer.Exit(0 if report.holds else 1)


@group.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", help="A folder that holds no exercise yet.")] = Path(
        "out/exchange"
    ),
    open_pages: Annotated[bool, typer.Option("--open", help="Open the pages in the browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run an exercise between two node processes on loopback and write both displays and the after-action report."""
    from dataclasses import asdict

    from equipoise.exchange.demo import run
    from equipoise.foundation.geography import lines

    land = [line.tolist() for kind in ("coasts", "borders") for line in lines(kind)]
    report = run(folder, land=land)
    pages = [folder / name for name in ("west.html", "east.html", "after-action.html")]
    if as_json:
        print(json.dumps({"holds": report.holds, **asdict(report)}))
    else:
        print(f"{'HOLDS' if report.holds else 'BREACHED'}: {len(report.timeline)} messages. Pages:")
        for page in pages:
            print(f"  {page}")
    for page in pages if open_pages else []:
        typer.launch(page.resolve().as_uri())
    raise typer.Exit(0 if report.holds else 1)
