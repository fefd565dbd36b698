"""Commands of ``equipoise exchange`` for open formats: tiles, checkpoints, proofs, and witnesses that countersign."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.app import AsJson
from equipoise.cli.exchange import Folder, group
from equipoise.cli.terminal import tell

witness_group = typer.Typer(
    no_args_is_help=True,
    help="A third party that countersigns checkpoints (C2SP tlog-witness).",
    epilog="Example: equipoise exchange witness serve w --listen 127.0.0.1:7500",
)
group.add_typer(witness_group, name="witness")
Witness = Annotated[Path, typer.Argument(help="The witness's folder.")]
Keys = Annotated[
    list[Path], typer.Option("--key", help="A file of verifier keys; give one for each witness or log.")
]


def _now_s() -> int:
    return int(time.time())


def _note(text: str, *, as_json: bool) -> None:
    """Print a text of a format that ends its own lines, or JSON that holds it."""
    tell({"text": text}, text.removesuffix("\n"), as_json=as_json)


@group.command(epilog="Example: equipoise exchange vkey west")
def vkey(folder: Folder, as_json: AsJson = False) -> None:
    """Print the verifier keys of this party's log, one a line, for witnesses and verifiers."""
    from equipoise.exchange.node.archive import verifier_keys

    _note(verifier_keys(folder), as_json=as_json)


@group.command(epilog="Example: equipoise exchange tiles west")
def tiles(
    folder: Folder,
    cold: Annotated[
        Path | None,
        typer.Option(
            "--to", help="Move full bundles of leaves to this folder, which is a whole log by itself."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring FOLDER/tiles up to the log (C2SP tlog-tiles) and sign a checkpoint; the node may be running.

    Any web server can serve the folder. It holds what was withheld too: keep tile/entries for those who may read it.
    """
    from equipoise.exchange.node.archive import TILES, archive, to_cold

    grown = archive(folder, time_s=_now_s())
    answer = {"leaves": grown.size, "root": grown.root().hex(), "folder": str(folder / TILES)}
    said = f"{grown.size} leaves in {folder / TILES}."
    if cold:
        answer["moved"] = to_cold(folder, grown, cold)
        said += f" {answer['moved']} full bundles moved to {cold}, which was checked and is a log by itself."
    tell(answer, said, as_json=as_json)


@group.command(epilog="Example: equipoise exchange request west")
def request(
    folder: Folder,
    since: Annotated[
        int, typer.Option(help="Leaves that the witness saw last time; 0 the first time.", min=0, max=2**53)
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Print what a witness asks for (tlog-witness): old size, consistency proof, checkpoint."""
    from equipoise.exchange.node.archive import archive, request_of

    _note(request_of(archive(folder, time_s=_now_s()), since=since), as_json=as_json)


@group.command(epilog="Example: equipoise exchange cosign west --witness http://127.0.0.1:7500 --key w.vkey")
def cosign(
    folder: Folder,
    key: Keys,
    witness: Annotated[
        str, typer.Option(help="The witness's address, for instance http://127.0.0.1:7500.")
    ] = "",
    lines: Annotated[
        Path | None, typer.Option(help="What 'witness sign' printed, if it is not asked by HTTP.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Have the checkpoint in FOLDER/tiles countersigned and put the witness's signatures on it."""
    from equipoise.exchange.node.archive import TILES, archive, ask_witness, countersigned, read_keys
    from equipoise.exchange.node.tiles import TileFolder
    from equipoise.foundation.errors import misuse
    from equipoise.foundation.reading import read_input_text

    if bool(witness) == bool(lines):
        raise misuse("command line", "--witness/--lines", "give exactly one.")
    keys = [one for path in key for one in read_keys(path)]
    grown = TileFolder(folder / TILES) if lines else archive(folder, time_s=_now_s())
    said = read_input_text(lines) if lines else ask_witness(grown, witness)
    names = countersigned(grown, said, keys=keys)
    line = f"{', '.join(names)} countersigned {grown.size} leaves."
    tell({"leaves": grown.size, "witnesses": names}, line, as_json=as_json)


@group.command(epilog="Example: equipoise exchange proof west 0")
def proof(
    folder: Folder,
    index: Annotated[int, typer.Argument(help="The leaf's number, from 0.", min=0, max=2**53)],
    as_json: AsJson = False,
) -> None:
    """Print a proof that one leaf is in the log of the checkpoint (C2SP tlog-proof), with its cosignatures."""
    from equipoise.exchange.node.archive import TILES, archive, proof_of
    from equipoise.exchange.node.tiles import TileFolder

    there = TileFolder(folder / TILES)
    grown = there if index < there.size else archive(folder, time_s=_now_s())
    _note(proof_of(grown, index), as_json=as_json)


@witness_group.command(
    "init", epilog="Example: equipoise exchange witness init w --name w.example --key west.vkey"
)
def witness_init(
    folder: Witness,
    name: Annotated[str, typer.Option(help="The witness's name, like a web address without https://.")],
    key: Keys,
    as_json: AsJson = False,
) -> None:
    """Make a witness that knows these logs ('vkey' prints their keys); print its own verifier keys."""
    from equipoise.exchange.node.archive import read_keys
    from equipoise.exchange.node.witness import create_witness

    keys = [one for path in key for one in read_keys(path)]
    _note(create_witness(folder, name=name, keys=keys), as_json=as_json)


@witness_group.command("trust", epilog="Example: equipoise exchange witness trust w --key east.vkey")
def witness_trust(folder: Witness, key: Keys, as_json: AsJson = False) -> None:
    """Let the witness know further logs, or the new key of a party that rotated."""
    from equipoise.exchange.node.archive import read_keys
    from equipoise.exchange.node.witness import trust

    known = [one for path in key for one in read_keys(path)]
    trust(folder, known)
    tell({"keys": len(known)}, f"{len(known)} keys are trusted.", as_json=as_json)


@witness_group.command("sign", epilog="Example: equipoise exchange witness sign w request.txt")
def witness_sign(
    folder: Witness,
    asked: Annotated[Path, typer.Argument(help="What 'request' printed.")],
    as_json: AsJson = False,
) -> None:
    """Print signature lines over a checkpoint that extends the last one; exit code 1 and the reason when it does not."""
    from equipoise.exchange.node.witness import open_witness
    from equipoise.foundation.reading import read_input_text

    answer = open_witness(folder, time_s=_now_s).add_checkpoint(read_input_text(asked))
    good = answer.status == 200
    _note(answer.text if good else f"refused ({answer.status}): {answer.text}", as_json=as_json)
    raise typer.Exit(0 if good else 1)


@witness_group.command("serve", epilog="Example: equipoise exchange witness serve w --listen 127.0.0.1:7500")
def witness_serve(
    folder: Witness, listen: Annotated[str, typer.Option(help="host:port to listen on.")]
) -> None:
    """Answer POST /add-checkpoint of tlog-witness until it is interrupted."""
    from equipoise.exchange.node.service import place
    from equipoise.exchange.node.witness import open_witness, serve_witness

    host, port = place("--listen", listen)
    serve_witness(open_witness(folder, time_s=_now_s), host=host, port=port)
