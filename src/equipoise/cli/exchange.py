"""``equipoise exchange``: two party nodes that exchange notices and exercise tracks, and the proof afterwards."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.app import AsJson, app
from equipoise.cli.terminal import print_json, say, tell
from equipoise.foundation.printable import printable

group = typer.Typer(no_args_is_help=True, help="Notices and exercise tracks between two parties, with proof.")
app.add_typer(group, name="exchange")
FARTHEST_MS = 10**13
"""Three hundred years, in which every exercise takes place."""
Log = Annotated[Path, typer.Argument(help="A log: a file of leaves, or a folder of tiles.")]
Folder = Annotated[Path, typer.Argument(help="The party's folder.")]
KeyFile = Annotated[
    Path | None, typer.Option("--operator-key", help="The operator's key file; signs the item.")
]


@group.command(epilog="Example: equipoise exchange init west --party west")
def init(
    folder: Folder,
    party: Annotated[str, typer.Option(help="The party's name.")],
    sealed: Annotated[
        bool, typer.Option("--sealed", help="Seal the keys under a passphrase, which each start then needs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a party's folder with fresh keys and rules of release to edit; hand its public.json to the peer."""
    from equipoise.exchange.node.keyring import fingerprint, new_passphrase, read_public
    from equipoise.exchange.node.party_files import create

    path = create(folder, party=party, passphrase=new_passphrase() if sealed else "")
    digits = fingerprint(read_public(path))
    line = f"Hand {path} to the peer; keep the rest. Compare by telephone:\n{digits}"
    tell({"public": str(path), "fingerprint": digits}, line, as_json=as_json)


@group.command(
    epilog="Example: equipoise exchange serve west --peer east-public.json --listen 127.0.0.1:7400"
)
def serve(
    context: typer.Context,
    folder: Folder,
    peer: Annotated[Path, typer.Option(help="The peer's public.json.")],
    listen: Annotated[str, typer.Option(help="host:port to listen on.")] = "",
    connect: Annotated[str, typer.Option(help="host:port of the peer.")] = "",
    page: Annotated[str, typer.Option(help="host:port of this party's own display.")] = "",
    dis: Annotated[str, typer.Option(help="host:port for Entity State PDUs of DIS 6 or 7 over UDP.")] = "",
    dis_exercise: Annotated[
        int, typer.Option(help="The DIS exercise identifier; others are refused.", min=0, max=255)
    ] = 1,
    dis_releasable: Annotated[
        bool, typer.Option("--dis-releasable", help="Let DIS tracks leave; else they are withheld.")
    ] = False,
    dis_sigma_m: Annotated[
        float, typer.Option(help="Position error that DIS tracks state, in m.", min=0.001, max=1e7)
    ] = 1000.0,
    dis_sigma_m_s: Annotated[
        float, typer.Option(help="Velocity error that DIS tracks state, in m/s.", min=0.001, max=1e5)
    ] = 20.0,
    nats: Annotated[str, typer.Option(help="Take items from NATS JetStream at this address too.")] = "",
    nats_stream: Annotated[str, typer.Option(help="The JetStream stream.")] = "exercise",
    heartbeat_s: Annotated[
        float, typer.Option(help="Seconds between heartbeats; 0 sends none.", min=0.0, max=86_400.0)
    ] = 5.0,
    clock_offset_ms: Annotated[
        int, typer.Option(help="Exercise time minus machine time.", min=-FARTHEST_MS, max=FARTHEST_MS)
    ] = 0,
) -> None:
    """Run the node until it is interrupted."""
    from equipoise.exchange.node.service import Options
    from equipoise.exchange.node.service import serve as run

    given = {name: value for name, value in context.params.items() if name != "folder"}
    run(folder, Options(**given))


@group.command(epilog="Example: equipoise exchange notice west notice.json")
def notice(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="The item as JSON, or a navigational warning as text.")],
    operator_key: KeyFile = None,
    instrument: Annotated[
        str, typer.Option(help="For a navigational warning: the instrument under which it is to be given.")
    ] = "plns-2000",
    window: Annotated[
        int, typer.Option(help="For a warning with several windows: which one, from 1.", min=1, max=1000)
    ] = 1,
    sure: Annotated[
        bool, typer.Option("--sure", help="File an area although its corners are in doubt.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """File an item (notice, launch event, track, text) from a JSON file with this party's node.

    The log decides whether a notice can follow those before it; a refused item stays in the inbox with the reason. A
    navigational warning in free text is read into an item and shown back; nothing of it is filed.
    """
    from equipoise.cli.warning_text import is_text, shown_back
    from equipoise.exchange.node.files import read_json
    from equipoise.exchange.node.inbox import drop_items
    from equipoise.exchange.node.operators import read_key
    from equipoise.exchange.node.party_files import instruments_of
    from equipoise.exchange.protocol.forms import ItemError, check_item
    from equipoise.foundation.errors import InputError, Problem, misuse
    from equipoise.model.notice_areas import area_doubts
    from equipoise.model.notices import form_faults

    if is_text(file):
        print_json(shown_back(file, instrument=instrument, window=window))
        return
    item = read_json(file)
    try:
        check_item(item)
    except ItemError as error:
        raise misuse(str(file), "", str(error)) from error
    if item["stream"] == "notice":
        faults = form_faults(item["payload"], rules=instruments_of(folder))
        faults = [fault for fault in faults if fault.kind != "unknown field"]
        faults = faults or ([] if sure else area_doubts(item["payload"]))
        if faults:
            raise InputError(Problem(str(file), "payload", str(fault)) for fault in faults)
    name, signer = read_key(operator_key) if operator_key else ("", None)
    path = drop_items(folder, [item], operator=name, signer=signer)
    tell({"filed": str(path)}, f"Filed as {path.name}.", as_json=as_json)


@group.command(epilog="Example: equipoise exchange ingest west tracks.csv --releasable")
def ingest(
    folder: Folder,
    files: Annotated[list[Path], typer.Argument(help="Files of items, tracks or ephemerides.")],
    releasable: Annotated[
        bool, typer.Option("--releasable", help="Let tracks of CSV and OEM files leave; else withheld.")
    ] = False,
    sigma_m: Annotated[
        float, typer.Option(help="Position error per axis that OEM tracks state, in m.", min=0.001, max=1e7)
    ] = 1000.0,
    sigma_m_s: Annotated[
        float, typer.Option(help="Velocity error per axis that OEM tracks state, in m/s.", min=0.001, max=1e5)
    ] = 20.0,
    site: Annotated[
        str,
        typer.Option(help="The site of what the files hold: all of it is displaced alike when it leaves."),
    ] = "",
    seed: Annotated[
        int,
        typer.Option(
            help="Draws the error of OEM tracks: their file is the truth.", min=0, max=4_294_967_295
        ),
    ] = 1,
    play: Annotated[
        bool,
        typer.Option(
            "--play", help="Tracks only: move them so that the first is now, file each at its time."
        ),
    ] = False,
    clock_offset_ms: Annotated[
        int, typer.Option(help="With --play: the node's own.", min=-FARTHEST_MS, max=FARTHEST_MS)
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """File everything in files: items (.json, .jsonl), tracks (.csv), ephemerides as 'equipoise fly' writes them (.oem, .xml)."""
    from time import time

    from equipoise.exchange.node.inbox import drop_items
    from equipoise.exchange.node.keyring import read_public
    from equipoise.exchange.sources import track_files
    from equipoise.foundation.errors import misuse

    party = read_public(folder / "public.json")["party"]
    sensitivity = "releasable" if releasable else "withhold"
    stamp = track_files.Stamp(party, sensitivity, sigma_m, sigma_m_s, seed)
    read = [item for file in files for item in track_files.read_items(file, stamp=stamp, note=_note)]
    if site:
        read = [{"site": site, **item} if item["stream"] in ("track", "launch") else item for item in read]
    if play and any(item["stream"] != "track" for item in read):
        raise misuse("--play", "", "plays tracks alone.", "File the other items without it.")
    if play:
        track_files.play(
            read,
            drop=lambda item: drop_items(folder, [item]),
            clock_s=lambda: time() + clock_offset_ms / 1000.0,
        )
    for start in range(0, 0 if play else len(read), 100):
        drop_items(folder, read[start : start + 100])
    tell({"items": len(read)}, f"Filed {len(read)} {'item' if len(read) == 1 else 'items'}.", as_json=as_json)


def _note(line: str) -> None:
    """Say on standard error what a file holds that is not used."""
    print(line, file=sys.stderr)


@group.command(
    "verify",
    epilog="Example: equipoise exchange verify west.log east.log --party west/public.json --party east-public.json",
)
def verify_logs(
    log_a: Log,
    log_b: Log,
    party: Annotated[
        list[Path] | None,
        typer.Option(help="A party's public.json, received from that party itself; give one for each."),
    ] = None,
    opened: Annotated[
        list[Path] | None, typer.Option(help="What 'open-secret' printed, to check every coarsened place.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A log's checkpoint, countersigned or not.")
    ] = None,
    witness_key: Annotated[
        list[Path] | None,
        typer.Option(help="A file of a witness's verifier keys, received from the witness itself."),
    ] = None,
    quorum: Annotated[
        int | None,
        typer.Option(
            help="Witnesses that each checkpoint needs; all that are known without it.", min=0, max=1000
        ),
    ] = None,
    instruments: Annotated[
        Path | None, typer.Option(help="Notification duties, if not the packaged ones.")
    ] = None,
    report_page: Annotated[
        Path | None, typer.Option("--report", help="Write the after-action report.")
    ] = None,
    timeline: Annotated[Path | None, typer.Option(help="Write who knew what when, as JSON lines.")] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            help="A folder of your own: what was verified is kept there, and next time only new leaves are read.",
        ),
    ] = None,
    every_signature: Annotated[
        bool,
        typer.Option(
            "--every-signature", help="Check each signature, also those that a later one covers by the chain."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what two logs prove: who knew what when, forks, gaps, withheld items, late or missing notices.

    The exit code is 0 when both hold, 1 for a breach, 3 for a file that cannot be read as a log.
    """
    from dataclasses import asdict

    from equipoise.checkers.exchange_log import STRIDE, Pins, parse_key, verify
    from equipoise.exchange.node.archive import read_keys
    from equipoise.exchange.node.keyring import read_opening, read_public
    from equipoise.exchange.picture.after_action import after_action
    from equipoise.foundation.errors import misuse
    from equipoise.foundation.reading import read_input_text
    from equipoise.foundation.writing import complete_file, write_text, writing_to
    from equipoise.model.notices import packaged_text, read_instruments

    for path in (log_a, log_b, *([instruments] if instruments else []), *(checkpoint or ())):
        if not path.is_file() and not (path / "checkpoint").is_file():
            raise misuse(str(path), "", "is neither a file nor a folder of tiles.")
    text = read_input_text(instruments) if instruments else packaged_text()
    duties = read_instruments(text, file=str(instruments or "notices.toml"))
    known = [read_public(path) for path in party or ()]
    witnesses = frozenset(parse_key(one.text) for path in witness_key or () for one in read_keys(path))
    report = verify(
        log_a,
        log_b,
        duties=duties,
        checkpoints=tuple(map(read_input_text, checkpoint or ())),
        pins=Pins({one["party"]: one["key"] for one in known}, witnesses, quorum),
        opened=tuple(read_opening(path) for path in opened or ()),
        folder=keep,
        stride=1 if every_signature else STRIDE,
    )
    if report_page:
        write_text(report_page, after_action(report))
    if timeline:
        with (
            writing_to(timeline),
            complete_file(timeline) as temporary,
            temporary.open("w", encoding="utf-8") as file,
        ):
            file.writelines(json.dumps(asdict(row)) + "\n" for row in report.timeline)
    if as_json:
        print_json(report.as_dict())
    else:
        messages = f"{len(report.timeline)} messages between {' and '.join(report.parties)}"
        print(f"{report.verdict}: {messages}")
        for kept in report.witnesses:
            names = ", ".join(kept["witnesses"]) or "no witness"
            print(f"checkpoint of {kept['leaves']} leaves of {kept['party']} holds, countersigned by {names}")
        lines = [("unreadable", line) for line in report.unreadable]
        lines += [("breach", line) for line in report.breaches]
        lines += [("advisory", line) for line in report.advisories]
        for kind, line in lines:
            say(f"{kind}: {printable(line)}")
    raise typer.Exit({"HOLDS": 0, "BREACHED": 1, "UNREADABLE": 3}[report.verdict])


@group.command(epilog="Example: equipoise exchange export west west.log")
def export(
    folder: Folder, out: Annotated[Path, typer.Argument(help="The file to write.")], as_json: AsJson = False
) -> None:
    """Write a party's log as one leaf a line, for a verifier elsewhere; the node may be running."""
    from equipoise.exchange.node.party_files import LOG
    from equipoise.exchange.node.store import read_log
    from equipoise.foundation.writing import complete_file, writing_to

    count = 0
    with writing_to(out), complete_file(out) as temporary, temporary.open("wb") as file:
        for leaf in read_log(folder / LOG):
            file.write(leaf + b"\n")
            count += 1
    tell({"leaves": count, "file": str(out)}, f"{count} leaves in {out}.", as_json=as_json)


@group.command(epilog="Example: equipoise exchange demo --out out/exchange")
def demo(
    folder: Annotated[Path, typer.Option("--out", help="A folder that holds no exercise yet.")] = Path(
        "out/exchange"
    ),
    seconds: Annotated[
        float, typer.Option(help="How long the second day goes on, in seconds.", min=0.0, max=86_400.0)
    ] = 20.0,
    open_pages: Annotated[bool, typer.Option("--open", help="Open the displays in the browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run an exercise between two node processes on loopback, with both displays and an after-action report."""
    from equipoise.exchange.exercise.demo import names_of, run

    def say(line: str) -> None:
        if not as_json:
            print(line, flush=True)

    def show(ports: dict[str, int]) -> None:
        for party, port in ports.items():
            say(f"Display of {party}, while the exercise runs: http://127.0.0.1:{port}/")
            if open_pages:
                typer.launch(f"http://127.0.0.1:{port}/")

    report = run(folder, seconds=seconds, tell=say, after=show)
    pages = names_of(folder)
    if as_json:
        print_json({**report.as_dict(), "pages": [str(page) for page in pages]})
    else:
        print(f"{'HOLDS' if report.holds else 'BREACHED'}: {len(report.timeline)} messages. Pages:")
        for page in pages:
            print(f"  {page}")
    if open_pages:
        typer.launch(pages[-1].resolve().as_uri())
    raise typer.Exit(0 if report.holds else 1)
