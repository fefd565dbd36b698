"""Coverage-guided fuzzing of every parser of the exchange: whatever bytes come, a parser answers or refuses by its own error.

``EQUIPOISE_FUZZ_S`` sets its length (default 600 s, shared by all parsers). Run as a program it prints the faults alone, and
exits with 1 when there are any.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

from equipoise.checkers.exchange_log import BadNoteError, parse_key, verify
from equipoise.checkers.exchange_log.leaves import DamagedLogError
from equipoise.checkers.exchange_log.notes import parse_note
from equipoise.checkers.exchange_log.tiles import check_proof, check_tiles
from equipoise.exchange.node.inbox import Inbox, drop_items, drop_order
from equipoise.exchange.node.keyring import new_secrets, read_opening, read_public
from equipoise.exchange.node.link import joined, split_frames
from equipoise.exchange.node.snapshot import Snapshot
from equipoise.exchange.node.tiles import TileFolder
from equipoise.exchange.node.witness import Witness
from equipoise.exchange.protocol.encoding import FrameError, canonical, read_frame
from equipoise.exchange.protocol.forms import ItemError, check_item
from equipoise.exchange.protocol.gate import packaged, read_profile
from equipoise.exchange.protocol.note import (
    Checkpoint,
    NoteError,
    NoteSigner,
    open_note,
    read_key,
    signed_note,
)
from equipoise.exchange.sources.dis7 import PduError, read_entity_state, split, write_entity_state
from equipoise.exchange.sources.track_files import Stamp, read_items
from equipoise.foundation.errors import InputError
from equipoise.model.navigational_warning import WarningTextError, read_warning
from equipoise.model.notices import instruments, packaged_text, read_instruments
from validation.simulated_exchange.world import ITEMS, World

PACKAGE = str(Path(sys.modules[InputError.__module__].__file__ or "").parents[1])
LONGEST = 20_000
TOKENS = (
    b"{", b"}", b"[" * 20, b"]" * 20, b'"', b":", b",", b"null", b"true", b"-1", b"0", b"1e999", b"1e-400", b"NaN",
    b"9" * 400, b"2.5", b"\\ud800", b"\\u0000", b"\x00", b"\xff", b"\xc3\xa9", b"\xef\xbb\xbf", b"\n", b"\r\n", b" ",
    b"+", b"/", b"=", b"\xe2\x80\x94", b"A" * 300, b"<!DOCTYPE x>", b"&a;", b"180", b"-90.0001",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One parser: what it takes, what good input looks like, and the errors by which it may refuse."""

    name: str
    run: Callable[[bytes], object]
    seeds: Sequence[bytes]
    refuses: tuple[type[Exception], ...] = ()


@dataclass(frozen=True)
class Found:
    """What fuzzing one parser showed: runs, lines reached one after the other, and the faults with their input."""

    runs: int
    arcs: int
    faults: dict[str, bytes]


def fuzz(target: Target, *, seconds: float = 0.0, runs: int = 0, seed: int = 1) -> Found:
    """Return what so many runs, or as many as the time allows, show; inputs that reach something new are kept."""
    rng, seen, faults = random.Random(seed), set[tuple[str, int, int]](), dict[str, bytes]()
    corpus, end, count = list(target.seeds), time.monotonic() + seconds, 0
    while count < runs or time.monotonic() < end:
        data = corpus[count] if count < len(target.seeds) else _mutated(rng, corpus)
        reached, fault = _traced(target, data)
        if fault:
            faults.setdefault(fault, data)
        if reached - seen:
            seen |= reached
            corpus.append(data)
        count += 1
    return Found(count, len(seen), faults)


def _traced(target: Target, data: bytes) -> tuple[set[tuple[str, int, int]], str]:
    """Run once; return each step from line to line within this package, and the fault if there was one."""
    reached, fault = set[tuple[str, int, int]](), ""

    def call(frame: FrameType, event: str, arg: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(PACKAGE):
            return None
        last = frame.f_lineno

        def line(inner: FrameType, event: str, arg: Any) -> Any:
            nonlocal last
            if event == "line":
                reached.add((name, last, inner.f_lineno))
                last = inner.f_lineno
            return line

        return line

    before = sys.gettrace()
    sys.settrace(call)
    try:
        target.run(data)
    except target.refuses:
        pass
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
        fault = f"{target.name}: {type(error).__name__} at {where}: {error}"[:300]
    finally:
        sys.settrace(before)
    return reached, fault


def _mutated(rng: random.Random, corpus: Sequence[bytes]) -> bytes:
    data = bytearray(rng.choice(corpus))
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 2:
            del data[at : at + rng.choice((1, 2, 8, 64))]
        elif kind == 3:
            data[at : at + rng.randrange(1, 12)] = rng.choice(TOKENS)
        elif kind == 4:
            other = rng.choice(corpus)
            data[at:] = other[rng.randrange(len(other) + 1) :]
        else:
            data[at:at] = data[at : at + rng.choice((1, 8, 64))]
    return bytes(data[:LONGEST])


def targets(folder: Path) -> list[Target]:
    """Return every parser that takes bytes from somebody else; ``folder`` takes the files of those that read files."""
    return [*_link(), *_items(folder), *_notes(folder), *_logs(folder), *_settings(folder)]


def _filed(serial: int) -> dict[str, Any]:
    return ITEMS[serial % len(ITEMS)](serial) | {"sensitivity": "releasable"}


def _link() -> list[Target]:
    world = World(3)
    frames = [frame for number in range(6) for frame in world.nodes["A"].ingest(_filed(number))]
    receipts = world.nodes["B"].receive(frames)

    def stream(data: bytes) -> None:
        world.nodes["B"].receive(split_frames(bytearray(data)))

    return [
        Target("frame", read_frame, [*frames, *receipts], (FrameError,)),
        Target("message", lambda data: world.nodes["B"].receive([data]), frames),
        Target("receipt", lambda data: world.nodes["A"].receive([data]), receipts),
        Target("stream", stream, [joined(frames[:2]), joined(receipts)], (ValueError,)),
    ]


def _items(folder: Path) -> list[Target]:
    for name in ("inbox", "drops/inbox"):
        (folder / name).mkdir(parents=True)
    drops = [drop_items(folder / "drops", [_filed(number)]) for number in range(3)]
    orders = ({"kind": "rotate", "key": "ab" * 32}, {"kind": "revoke-peer", "revoked": "ab" * 32, "key": ""})
    drops += [drop_order(folder / "drops", **order) for order in orders]
    node = World(4).nodes["A"]
    inbox = Inbox(folder / "inbox", node, signers=list)

    def take(data: bytes) -> None:
        (folder / "inbox" / "1.json").write_bytes(data)
        with redirect_stderr(StringIO()):  # each refusal is said
            inbox.take()

    def pdu(data: bytes) -> None:
        for one in split(data):
            read_entity_state(one, source="a", exercise=7, now_s=1.3e9, sigma_m=1e3, sigma_m_s=20.0)

    place: dict[str, Any] = {"position_ecef_m": (7e6, 0.0, 0.0), "velocity_ecef_m_s": (0.0, 3e3, 4e3)}
    sent = write_entity_state(exercise=7, entity=(1, 2, 3), time_s=1.3e9, **place)
    stamp = Stamp(party="a", sensitivity="releasable", sigma_m=100.0, sigma_m_s=1.0)

    def read(ending: str) -> Callable[[bytes], object]:
        def run(data: bytes) -> None:
            path = folder / f"items{ending}"
            path.write_bytes(data)
            read_items(path, stamp=stamp, note=lambda _: None)

        return run

    found = [
        Target(f"items{ending}", read(ending), seeds, (InputError,)) for ending, seeds in _files().items()
    ]
    return [
        *found,
        Target("inbox", take, [path.read_bytes() for path in drops]),
        Target(
            "item",
            lambda data: check_item(json.loads(data)),
            list(map(canonical, map(_filed, range(4)))),
            (ItemError, json.JSONDecodeError, UnicodeDecodeError, RecursionError),
        ),
        Target("dis", pdu, [sent, sent + sent], (PduError,)),
        Target(
            "warning",
            lambda data: read_warning(data.decode("utf-8", "replace")),
            [WARNING],
            (WarningTextError,),
        ),
    ]


WARNING = (
    b"NAVAREA XII 123/26\nEASTERN NORTH PACIFIC.\n1. HAZARDOUS OPERATIONS 010200Z TO 010600Z MAR\nIN AREA BOUND BY\n"
    b"34-30.0N 120-30.0W, 34-30.0N 121-00.0W, 34-00.0N 121-00.0W.\n2. CANCEL THIS MSG 010700Z MAR 26.\n"
)
OEM = (
    b"CCSDS_OEM_VERS = 2.0\nCREATION_DATE = 2026-01-01T00:00:00\nORIGINATOR = TEST\nMETA_START\nOBJECT_NAME = T\n"
    b"OBJECT_ID = 0000-000A\nCENTER_NAME = EARTH\nREF_FRAME = ITRF-97\nTIME_SYSTEM = UTC\nSTART_TIME = 2026-03-01T00:00:00\n"
    b"STOP_TIME = 2026-03-01T00:02:00\nMETA_STOP\n2026-03-01T00:00:00.000 6500.0 100.0 200.0 1.0 7.0 0.5\n"
)
XML = (
    b'<?xml version="1.0"?><oem id="CCSDS_OEM_VERS" version="2.0"><header><CREATION_DATE>2026-01-01T00:00:00</CREATION_DATE>'
    b"<ORIGINATOR>T</ORIGINATOR></header><body><segment><metadata><OBJECT_NAME>T</OBJECT_NAME><OBJECT_ID>1</OBJECT_ID>"
    b"<CENTER_NAME>EARTH</CENTER_NAME><REF_FRAME>ITRF-97</REF_FRAME><TIME_SYSTEM>UTC</TIME_SYSTEM>"
    b"<START_TIME>2026-060T00:00:00</START_TIME><STOP_TIME>2026-060T00:01:00</STOP_TIME></metadata><data><stateVector>"
    b"<EPOCH>2026-060T00:00:00</EPOCH><X>6500</X><Y>100</Y><Z>200</Z><X_DOT>1</X_DOT><Y_DOT>7</Y_DOT><Z_DOT>0.5</Z_DOT>"
    b"</stateVector></data></segment></body></oem>"
)


def _files() -> dict[str, list[bytes]]:
    items = list(map(canonical, map(_filed, range(4))))
    csv = b"track_id,time_s,x_m,y_m,z_m,vx_m_s,vy_m_s,vz_m_s,sigma_m,sigma_m_s\nt1,1000,7000000,0,0,0,3000,4000,50,1\n"
    return {".json": items, ".jsonl": [b"\n".join(items)], ".csv": [csv], ".oem": [OEM], ".xml": [XML]}


def _notes(folder: Path) -> list[Target]:
    signer = NoteSigner("equipoise-exchange/a/00", b"s" * 32, witness=False)
    keys = "".join(key.text + "\n" for key in signer.keys)
    checkpoint = Checkpoint("equipoise-exchange/a/00", 1, b"r" * 32)
    note = signed_note(checkpoint, signer.lines(checkpoint, time_s=1))
    logs = {"equipoise-exchange/a/00": {"keys": keys.split(), "size": 0, "root": "", "note": ""}}
    witness = Witness(
        NoteSigner("w", b"w" * 32, witness=True), logs=logs, keep=lambda _: None, time_s=lambda: 1
    )
    request = f"old 0\n\n{note}".encode()
    proof = f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}".encode()

    def text(run: Callable[[str], object]) -> Callable[[bytes], object]:
        return lambda data: run(data.decode("utf-8", "replace"))

    one = keys.split()[0].encode()
    return [
        Target("note", text(lambda data: open_note(data, signer.keys)), [note.encode()], (NoteError,)),
        Target(
            "note.verifier",
            text(lambda data: parse_note(data).signed_by(parse_key(one.decode()))),
            [note.encode()],
            (BadNoteError,),
        ),
        Target("key", text(read_key), [one], (NoteError,)),
        Target("key.verifier", text(parse_key), [one], (BadNoteError,)),
        Target("witness", text(witness.add_checkpoint), [request]),
        Target("proof", text(lambda data: check_proof(data, b"leaf", [])), [proof], (BadNoteError,)),
    ]


def _logs(folder: Path) -> list[Target]:
    world = World(5, real=True)
    for number in range(8):
        world.nodes["A"].receive(world.nodes["B"].receive(world.nodes["A"].ingest(_filed(number))))
        world.nodes["B"].receive(world.nodes["A"].receive(world.nodes["B"].ingest(_filed(number))))
    logs = [b"".join(leaf + b"\n" for leaf in world.disks[name].durable) for name in "AB"]
    (folder / "b.jsonl").write_bytes(logs[1])
    tiles = TileFolder(folder / "tiles")
    tiles.grow(world.disks["A"].durable)
    signer = NoteSigner("o", b"s" * 32, witness=False)
    checkpoint = Checkpoint("o", tiles.size, tiles.root())
    tiles.keep(signed_note(checkpoint, signer.lines(checkpoint, time_s=1)))
    bundle = next((folder / "tiles" / "tile" / "entries").rglob("[0-9]*.p/*"))
    whole = bundle.read_bytes()

    def judged(data: bytes) -> None:
        (folder / "a.jsonl").write_bytes(data)
        report = verify(folder / "a.jsonl", folder / "b.jsonl", duties=instruments())
        if data != logs[0] and report.holds and not logs[0].startswith(data):
            raise AssertionError("a changed log holds")

    def tiled(data: bytes) -> None:
        bundle.write_bytes(data)
        check_tiles(folder / "tiles", [])
        if data != whole:
            raise AssertionError("changed tiles hold")

    shot = Snapshot.of(world.nodes["A"])

    def snapshot(data: bytes) -> None:
        if found := Snapshot.read(data):
            found.put_back(world.nodes["A"], world.disks["A"])

    return [
        Target("log", judged, [logs[0]]),
        Target("tiles", tiled, [whole], (DamagedLogError,)),
        Target("snapshot", snapshot, [shot.written()]),
    ]


def _settings(folder: Path) -> list[Target]:
    party = folder / "party"
    party.mkdir()
    public = new_secrets(party, party="a")

    def file(run: Callable[[Path], object]) -> Callable[[bytes], object]:
        def read(data: bytes) -> None:
            (folder / "setting").write_bytes(data)
            run(folder / "setting")

        return read

    opening = canonical({"party": "a", "log": "ab" * 32, "secret": "cd" * 32})
    profile, duties = packaged("profile.toml").encode(), packaged_text().encode()
    return [
        Target("public", file(read_public), [public.read_bytes()], (InputError,)),
        Target("opening", file(read_opening), [opening], (InputError,)),
        Target(
            "profile",
            lambda data: read_profile(data.decode("utf-8", "replace"), file="p"),
            [profile],
            (InputError,),
        ),
        Target(
            "instruments",
            lambda data: read_instruments(data.decode("utf-8", "replace"), file="i"),
            [duties],
            (InputError,),
        ),
    ]


def rows() -> list[dict[str, Any]]:
    """Return a row for each parser: faults found, with the runs and the steps reached."""
    return [_row(target, found) for target, found in _fuzzed()]


def _fuzzed() -> list[tuple[Target, Found]]:
    seconds = float(os.environ.get("EQUIPOISE_FUZZ_S", "600"))
    with tempfile.TemporaryDirectory() as folder:
        known = targets(Path(folder))
        return [(target, fuzz(target, seconds=seconds / len(known))) for target in known]


def _row(target: Target, found: Found) -> dict[str, Any]:
    what = f"faults in {found.runs} guided runs of the parser '{target.name}' ({found.arcs} steps from line to line reached)"
    kept = {"value": len(found.faults), "unit": "1", "bar": 0, "holds": not found.faults}
    return {
        "id": f"exchange.fuzz.{target.name}",
        "what": what,
        **kept,
        "source": "validation.exchange_fuzz, seed 1",
    }


def main() -> int:
    """Fuzz every parser; print what was run, and each fault with the input that brings it about."""
    found = [one for _, one in _fuzzed()]
    faults = [(fault, data) for one in found for fault, data in one.faults.items()]
    for fault, data in faults:
        print(f"{fault}\n  {data!r}")
    print(f"{sum(one.runs for one in found)} guided runs of {len(found)} parsers: {len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
