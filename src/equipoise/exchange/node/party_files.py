"""A party's folder: secrets that never leave it, rules of release to edit, and one public file for the peer."""

from __future__ import annotations

import fcntl
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from equipoise.exchange.node.files import private_folder, read_json, write_durably
from equipoise.exchange.node.keyring import NAME, gate_secret, new_secrets, read_public, signers
from equipoise.exchange.node.log_state import FoldError
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.snapshot import Snapshot
from equipoise.exchange.node.store import SqliteStorage, read_log
from equipoise.exchange.picture.board import Picture
from equipoise.exchange.protocol.forms import is_hex
from equipoise.exchange.protocol.gate import Gate, packaged
from equipoise.exchange.protocol.incoming import Party
from equipoise.exchange.protocol.tree import Frontier
from equipoise.foundation.errors import misuse
from equipoise.foundation.reading import read_input_text
from equipoise.model.notices import packaged_text, read_instruments

LOG, SEAL, SNAPSHOT = "evidence.log", "seal.json", "snapshot"


def create(folder: Path, *, party: str, passphrase: str = "") -> Path:
    """Make the folder with fresh keys and the packaged rules; return the public file to hand to the peer."""
    if not NAME.fullmatch(party):
        cure = "Give 1 to 32 lower-case letters, digits and hyphens."
        raise misuse("--party", party, "is no name for a party.", cure)
    if (folder / "public.json").exists():  # the last file: what was stopped before it is begun again
        raise misuse(str(folder), "", "holds a party already.", "Choose another folder.")
    for place in (folder, folder / "inbox"):
        private_folder(place)
    rules = {name: packaged(name) for name in ("release.cedar", "profile.toml")}
    for name, text in {**rules, "instruments.toml": packaged_text()}.items():
        write_durably(folder / name, text.encode())
    write_durably(folder / "operators.json", b"{}")
    return new_secrets(folder, party=party, passphrase=passphrase)


def instruments_of(folder: Path) -> dict[str, Any]:
    """Return the notification duties that this party goes by."""
    return read_instruments(
        read_input_text(folder / "instruments.toml"), file=str(folder / "instruments.toml")
    )


def operators_of(folder: Path) -> dict[str, str]:
    """Return the enrolled operators: name -> public key; a key under two names would count as two people."""
    path = folder / "operators.json"
    operators = read_json(path)
    for name, key in operators.items():
        if not NAME.fullmatch(name) or not is_hex(key, size=64):
            raise misuse(str(path), name, "is not a name with an Ed25519 key of 64 hex digits.")
        if others := [other for other in operators if other != name and operators[other] == key]:
            raise misuse(str(path), name, f"has the key of '{others[0]}': one person, one name.")
    return operators


def seal_of(folder: Path) -> dict[str, Any] | None:
    """Return the last signed head that was kept beside the log, if any."""
    path = folder / SEAL
    return read_json(path) if path.exists() else None


def seal(folder: Path, node: Node) -> Callable[[], None]:
    """Sign the head of the log as it stands; return what keeps it, to compare with at the next start."""
    return partial(write_durably, folder / SEAL, json.dumps(node.signed_head()).encode())


def snapshot_of(folder: Path) -> Snapshot | None:
    """Return where the log led to when that was kept last, if it was."""
    path = folder / SNAPSHOT
    try:
        return Snapshot.read(path.read_bytes()) if path.exists() else None
    except OSError as error:
        raise misuse(str(path), "", f"cannot be read: {error.strerror}.") from error


def snapshot(folder: Path, node: Node) -> Callable[[], None]:
    """Sign where the log leads to as it stands; return what keeps it, so that a start replays only what comes after."""
    return partial(write_durably, folder / SNAPSHOT, Snapshot.of(node).written())


def replayed(folder: Path, node: Node, *, stopped: Callable[[], bool]) -> None:
    """Read the leaves that the node's start did not replay; a ``FoldError`` says that they are not what was signed.

    It reads beside the node and takes seconds for each million leaves; it gives up when ``stopped`` says so.
    """
    tree = Frontier()
    for data in islice(read_log(folder / LOG), node.replayed_from):
        tree.append(data)
        if not tree.size % 4_096 and stopped():
            return
    if (tree.size, tree.root()) != (node.replayed_from, node.replayed_root):
        raise FoldError(
            f"the first {node.replayed_from} leaves of the log are not those over which 'snapshot' was signed: "
            "one was changed. Keep the folder as it is and have the log looked at."
        )


def open_node(folder: Path, *, peer: dict[str, Any], clock_offset_ms: int = 0) -> Node:
    """Open the party's node on its log; the clock may be an exercise's, offset from the machine's."""
    own = read_public(folder / "public.json")
    if peer["party"] == own["party"]:
        cure = "Give the peer's public.json, not your own; parties of one name cannot exchange: one of them begins anew."
        raise misuse("--peer", peer["party"], "is the name of this party itself.", cure)
    gate = Gate(
        gate_secret(folder),
        party=own["party"],
        policy=read_input_text(folder / "release.cedar"),
        profile=read_input_text(folder / "profile.toml"),
        folder=str(folder),
    )
    return Node(
        Party(own["party"], peer["party"], peer["key"]),
        signers=signers(folder),
        gate=gate,
        storage=SqliteStorage(folder / LOG),
        instruments=instruments_of(folder),
        operators=operators_of(folder),
        clock_ms=lambda: time.time_ns() // 1_000_000 + clock_offset_ms,
        random_bytes=secrets.token_bytes,
        seal=seal_of(folder),
        snapshot=snapshot_of(folder),
    )


@contextmanager
def sole_owner(folder: Path) -> Iterator[None]:
    """Hold the folder for one node process; a second one is an ``InputError``."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise misuse(str(folder), "", "is served by another process already.") from error
        yield


def peer_named_by(folder: Path) -> str:
    """Return the name of the peer with which the party's log began; an empty string before there is one."""
    first = next(read_log(folder / LOG), None) if (folder / LOG).exists() else None
    return "" if first is None else str(json.loads(first)["peer"])


def picture_of(folder: Path) -> Picture:
    """Return the picture that the party's log gives, read beside a node that may be running."""
    leaves = (json.loads(data) for data in read_log(folder / LOG))
    first = next(leaves, None)
    if first is None:
        raise misuse(str(folder / LOG), "", "holds no leaf yet.", "Run 'equipoise exchange serve'.")
    picture = Picture(party=first["party"], peer=first["peer"], instruments=instruments_of(folder))
    for leaf in leaves:
        picture.show(leaf)
    return picture
