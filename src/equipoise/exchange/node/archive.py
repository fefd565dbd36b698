"""A party's log as tiles with a signed checkpoint: grown from the evidence log, countersigned by witnesses, proven by item."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from equipoise.checkers.exchange_log.leaves import DamagedLogError
from equipoise.checkers.exchange_log.tiles import check_tiles
from equipoise.exchange.node.files import private_folder, write_durably
from equipoise.exchange.node.keyring import signers
from equipoise.exchange.node.party_files import LOG
from equipoise.exchange.node.store import read_log
from equipoise.exchange.node.tiles import ENTRIES, WIDTH, TileFolder, tile_path
from equipoise.exchange.protocol.note import (
    Checkpoint,
    NoteError,
    NoteSigner,
    VerifierKey,
    lines_of,
    open_note,
    read_key,
    signed_note,
)
from equipoise.exchange.protocol.tree import consistency_proof, inclusion_proof, leaf_hash
from equipoise.foundation.errors import misuse
from equipoise.foundation.reading import read_input_text
from equipoise.foundation.text import whole_number

TILES = "tiles"
ANSWER_BYTES, ANSWER_S = 65_536, 30.0


def origin_of(first: bytes) -> str:
    """Return the origin of the log that begins with this leaf: its party, and the hash that names the log."""
    return f"equipoise-exchange/{json.loads(first)['party']}/{leaf_hash(first).hex()[:32]}"


def first_leaf(folder: Path) -> bytes:
    """Return the leaf that names the log of a party's folder."""
    first = next(read_log(folder / LOG), None)
    if first is None:
        raise misuse(str(folder / LOG), "", "holds no leaf yet.", "Run 'equipoise exchange serve'.")
    return first


def note_signers(folder: Path) -> dict[str, NoteSigner]:
    """Return what signs checkpoints of the party's log, by public key (hex), the founding key first."""
    origin = origin_of(first_leaf(folder))
    return {signer.public: NoteSigner(origin, signer.seed, witness=False) for signer in signers(folder)}


def archive(folder: Path, *, time_s: int) -> TileFolder:
    """Bring the tiles of a party's folder up to its log, and sign a checkpoint over them.

    Only what is new is read. Tiles that do not continue into the log are an ``InputError``: one of both is an older
    copy.
    """
    tiles, able = TileFolder(folder / TILES), note_signers(folder)
    old = tiles.size
    leaves = read_log(folder / LOG, first=max(0, old - 1))
    if old:
        last = next(leaves, b"")
        if leaf_hash(last) != tiles.node(0, old - 1):
            cure = (
                "Put the newest copy of the folder back; a checkpoint over another history would be a fork."
            )
            raise misuse(str(folder / TILES), "", f"do not continue into {LOG}.", cure)
    key = [_key_of(tiles, able) if old else ""]
    first = next(leaves, None)
    if first is not None:
        tiles.grow(_followed(chain([first], leaves), key))
        signer = able[key[0]]
        checkpoint = Checkpoint(signer.keys[0].name, tiles.size, tiles.root())
        tiles.keep(signed_note(checkpoint, signer.lines(checkpoint, time_s=time_s)))
    return tiles


def to_cold(folder: Path, tiles: TileFolder, cold: Path) -> int:
    """Bring a folder elsewhere up to the tiles, check it there, then drop the full bundles of leaves here; return how many.

    The hashes stay: checkpoints, requests of witnesses and proofs go on without the cold folder. It is a whole log of
    tiles by itself; an empty one gets everything, from the log. One that holds another log is an ``InputError``.
    """
    _check_continues(tiles, cold)
    full = tiles.size // WIDTH
    for path in sorted((tiles.folder / "tile").rglob("*")):
        there = cold / path.relative_to(tiles.folder)
        if path.is_file() and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            write_durably(there, path.read_bytes())
    for number in range(full):
        there = cold / tile_path(ENTRIES, number)
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            leaves = islice(read_log(folder / LOG, first=WIDTH * number), WIDTH)
            write_durably(there, b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves))
    write_durably(cold / "checkpoint", note_of(tiles).encode())
    try:
        check_tiles(cold, [])
    except DamagedLogError as error:
        raise misuse(str(cold), "", f"does not hold what was signed: {error}.") from error
    here = [tiles.folder / tile_path(ENTRIES, number) for number in range(full)]
    dropped = [path for path in here if path.exists()]
    for path in dropped:
        path.unlink()
    return len(dropped)


def _check_continues(tiles: TileFolder, cold: Path) -> None:
    private_folder(cold)
    old = TileFolder(cold)
    if old.size and (old.size > tiles.size or old.root() != tiles.root(old.size)):
        cure = "Give a folder of its own to each log."
        raise misuse(str(cold), "", "holds tiles that this log does not continue.", cure)


def _key_of(tiles: TileFolder, able: dict[str, NoteSigner]) -> str:
    """Return the key that signed the checkpoint, which was the party's own at its end."""
    note = note_of(tiles)
    known = {signer.keys[0]: public for public, signer in able.items()}
    try:
        signed = open_note(note, known)[1]
    except NoteError as error:
        raise misuse(str(tiles.folder / "checkpoint"), "", f"{error}.") from error
    return known[next(iter(signed))]


def _followed(leaves: Iterator[bytes], key: list[str]) -> Iterator[bytes]:
    """Pass leaves on and keep the party's key as they change it."""
    for data in leaves:
        if any(word in data for word in (b'"kind":"genesis"', b'"kind":"own-key"', b'"stream":"key"')):
            key[0] = _key_after(json.loads(data), key[0])
        yield data


def _key_after(leaf: dict[str, Any], key: str) -> str:
    if leaf["kind"] in ("genesis", "own-key"):
        return str(leaf["key"])
    if leaf["kind"] == "release" and leaf["message"]["body"]["stream"] == "key":
        return str(leaf["message"]["body"]["payload"]["new_key"])
    return key


def verifier_keys(folder: Path) -> str:
    """Return the keys by which others verify checkpoints of this log, one a line."""
    return "".join(key.text + "\n" for signer in note_signers(folder).values() for key in signer.keys)


def read_keys(path: Path) -> list[VerifierKey]:
    """Return the verifier keys in a file, one a line; anything else is an ``InputError``."""
    try:
        keys = [read_key(line) for line in read_input_text(path).splitlines() if line.strip()]
    except NoteError as error:
        raise misuse(str(path), "", f"holds no verifier keys: {error}.") from error
    if not keys:
        raise misuse(str(path), "", "holds no verifier key (name+id+key, one a line).")
    return keys


def note_of(tiles: TileFolder) -> str:
    """Return the checkpoint as it stands, with its signatures."""
    return read_input_text(tiles.folder / "checkpoint")


def request_of(tiles: TileFolder, *, since: int) -> str:
    """Return what tlog-witness asks of a log: the size that the witness saw last, the proof from there, the checkpoint."""
    if not 0 <= since <= tiles.size:
        raise misuse("--since", str(since), f"the log has {tiles.size} leaves.")
    steps = consistency_proof(tiles.node, since, tiles.size)
    return f"old {since}\n{_hashes(steps)}\n{note_of(tiles)}"


def proof_of(tiles: TileFolder, index: int) -> str:
    """Return a tlog-proof: that the leaf ``index`` is in the log of the checkpoint, for a reader without the log."""
    if not 0 <= index < tiles.size:
        raise misuse("index", str(index), f"the log has {tiles.size} leaves, from 0.")
    steps = inclusion_proof(tiles.node, index, tiles.size)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{_hashes(steps)}\n{note_of(tiles)}"


def _hashes(steps: list[bytes]) -> str:
    return "".join(base64.b64encode(step).decode() + "\n" for step in steps)


def countersigned(tiles: TileFolder, lines: str, *, keys: list[VerifierKey]) -> list[str]:
    """Put a witness's signature lines on the checkpoint; return the names of the witnesses that signed it.

    ``keys`` are those witnesses that are known; lines of others are left out, a wrong one is an ``InputError``.
    """
    note = note_of(tiles)
    try:
        fresh = [line for line in lines_of(keys, lines).splitlines() if line not in note]
        whole = note + "".join(line + "\n" for line in fresh)
        signed = open_note(whole, keys)[1]
    except NoteError as error:
        raise misuse("witness", "", f"its answer does not hold: {error}.") from error
    tiles.keep(whole)
    return sorted({key.name for key in signed})


def ask_witness(tiles: TileFolder, url: str) -> str:
    """Return the signature lines of a witness over HTTP (tlog-witness); it says itself which size it saw last."""
    status, text = _post(url, request_of(tiles, since=0))
    since = whole_number(text.strip(), most=tiles.size) if status == 409 else None
    if since is not None:
        status, text = _post(url, request_of(tiles, since=since))
    if status != 200:
        raise misuse(url, "", f"the witness refuses ({status}): {text.strip()[:200]}")
    return text


def _post(url: str, body: str) -> tuple[int, str]:
    if not url.startswith(("http://", "https://")):
        raise misuse("--witness", url, "is not an address that begins with http:// or https://.")
    request = urllib.request.Request(f"{url.rstrip('/')}/add-checkpoint", body.encode(), method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310 - checked above
            return answer.status, answer.read(ANSWER_BYTES).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(ANSWER_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise misuse(url, "", f"cannot be reached: {error}.") from error
