"""Restart, verification and memory of the exchange against the length of its logs, filled synthetically and validly signed."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from equipoise.checkers.exchange_log import verify
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.service import SNAPSHOT_LEAVES
from equipoise.exchange.node.snapshot import Snapshot
from equipoise.exchange.node.store import SqliteStorage
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, RECEIPT_DOMAIN, canonical, digest
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import NO_HEAD, Party
from equipoise.exchange.protocol.keys import Ed25519Signer
from equipoise.exchange.protocol.tree import Frontier, leaf_hash
from equipoise.model.notices import instruments

BATCH = 50
SEAL_LEAVES = 5_000
"""How far the kept head lies behind at a start: more than a node appends in the second between two of them."""
START_MS = 1_300_000_000_000
LEAVES = (30_000, 100_000, 300_000, 1_000_000, 3_000_000)


@dataclass
class Side:
    """One party of a synthetic exchange: key, gate, log."""

    name: str
    peer: str
    storage: SqliteStorage
    signer: Ed25519Signer = field(init=False)
    gate: Gate = field(init=False)
    tree: Frontier = field(default_factory=Frontier)
    waiting: list[bytes] = field(default_factory=list)
    log: str = ""

    def __post_init__(self) -> None:
        """Draw the key from the name: these logs are nobody's."""
        self.signer = Ed25519Signer(self.name.encode() * 32)
        self.gate = Gate(self.name.encode() * 32, party=self.name)

    def add(self, leaf: dict[str, Any]) -> None:
        """Append one leaf."""
        data = canonical(leaf)
        self.tree.append(data)
        self.waiting.append(data)
        if len(self.waiting) >= 5_000:
            self.flush()

    def flush(self) -> None:
        """Make what waits durable."""
        self.storage.append(self.waiting)
        self.storage.sync()
        self.waiting = []

    def head(self) -> dict[str, Any]:
        """Return the head as it stands."""
        return {"size": self.tree.size, "root": self.tree.root().hex()}

    def signed(self, body: dict[str, Any], domain: bytes) -> dict[str, Any]:
        """Return a frame."""
        return {"body": body, "key": self.signer.public, "sig": self.signer.sign(domain + canonical(body))}

    def node(self, **how: Any) -> Node:
        """Open a node on the log, as a start does."""
        other = Ed25519Signer(self.peer.encode() * 32)
        return Node(
            Party(self.name, self.peer, other.public),
            signers=[self.signer],
            gate=self.gate,
            storage=self.storage,
            instruments=instruments(),
            clock_ms=lambda: START_MS,
            random_bytes=os.urandom,
            **how,
        )


def _begin(side: Side, other: Side) -> None:
    keys = {"key": side.signer.public, "peer_key": other.signer.public, "gate": side.gate.commitment}
    names = {"party": side.name, "peer": side.peer, "nonce": "0" * 32}
    side.add({"kind": "genesis", "at_ms": START_MS, **names, **keys})
    side.log = leaf_hash(side.waiting[0]).hex()
    rules = {"policy": side.gate.policy, "profile": side.gate.profile, "operators": {}}
    side.add({"kind": "rules", "at_ms": START_MS, **rules})


def _item(number: int, *, tracks: bool) -> dict[str, Any]:
    rest = {"exercise": True, "sensitivity": "releasable"}
    if not tracks:
        return {
            "stream": "text",
            **rest,
            "payload": {"text": f"report {number} of the exercise's second day"},
        }
    place = {"position_ecef_m": [7e6 + number % 1000, 1e5, 2e5], "velocity_ecef_m_s": [1e3, 3e3, 4e3]}
    track = {"track_id": f"t{number % 40}", "time_s": START_MS / 1e3 + number / 100, **place}
    return {"stream": "track", **rest, "payload": {**track, "sigma_m": 500.0, "sigma_m_s": 10.0}}


def fill(a: Side, b: Side, *, leaves: int, tracks: bool = False) -> None:
    """Fill both logs until the first holds so many leaves: batches of messages from A to B, each with its receipt."""
    _begin(a, b)
    _begin(b, a)
    seq, previous, sites, since = 0, "", Sites(), 0
    while a.tree.size < leaves:
        head, at_ms, frames = a.head(), START_MS + 10 * seq, []
        for _ in range(BATCH):
            seq += 1
            item = _item(seq, tracks=tracks)
            decision = a.gate.decide(item, approvals=0, sites=sites)
            sites.take(item)
            names = {"from": a.name, "to": b.name, "log": a.log, "seq": seq, "prev": previous, "head": head}
            rest = {"proof": [], "at_ms": at_ms, "stream": item["stream"], "rule": decision.rule}
            body = {**names, **rest, "payload": decision.payload}
            previous, frame = digest(body), a.signed(body, MESSAGE_DOMAIN)
            frames.append(frame)
            leaf = {"item": item, "item_hash": digest(item), "approvals": {}, "ingest_id": ""}
            a.add(
                {"kind": "release", "at_ms": at_ms, **leaf, "decision": decision.record(), "message": frame}
            )
        for frame in frames:
            b.add({"kind": "received", "at_ms": at_ms, "message": frame})
        names = {"from": b.name, "to": a.name, "log": b.log, "ack": seq, "message_hash": previous, "since": 0}
        rest = {"head": b.head(), "proof": [], "last": since, "last_proof": [], "peer_head": head or NO_HEAD}
        a.add(
            {
                "kind": "receipt",
                "at_ms": at_ms,
                "receipt": b.signed({**names, **rest, "at_ms": at_ms}, RECEIPT_DOMAIN),
            }
        )
        since = b.tree.size
    for side in (a, b):
        side.flush()


def cut(source: Path, folder: Path, *, leaves: int) -> None:
    """Copy both logs up to the last whole batch within so many leaves of the first."""
    batches = (leaves - 2) // (BATCH + 1)
    for name, count in (("a", 2 + batches * (BATCH + 1)), ("b", 2 + batches * BATCH)):
        with sqlite3.connect(folder / f"{name}.log") as db:
            db.execute("CREATE TABLE leaf (number INTEGER PRIMARY KEY, data BLOB NOT NULL)")
            db.execute("ATTACH ? AS whole", (str(source / f"{name}.log"),))
            db.execute("INSERT INTO leaf SELECT number, data FROM whole.leaf WHERE number < ?", (count,))
        db.close()


class Shorter(SqliteStorage):
    """A log without its newest leaves, to make a snapshot that lies behind."""

    def __init__(self, path: Path, behind: int) -> None:
        """Open the log and leave ``behind`` leaves out, to the last whole batch: a node keeps none within one."""
        super().__init__(path)
        self.end = 2 + max(0, self._size - 2 - behind) // (BATCH + 1) * (BATCH + 1)

    def read(self, first: int = 0) -> Iterator[bytes]:
        """Return the leaves before the end."""
        return islice(super().read(first), self.end - first)


def snapshot(folder: Path) -> None:
    """Keep a snapshot of the first party as it stood as many leaves ago as it may lie behind at a start, and a later seal."""
    node = Side("a", "b", Shorter(folder / "a.log", SNAPSHOT_LEAVES)).node()
    shot = Snapshot.of(node)
    (folder / "snapshot").write_bytes(shot.written())
    node.storage.close()
    node = Side("a", "b", Shorter(folder / "a.log", SEAL_LEAVES)).node(snapshot=shot)
    (folder / "seal.json").write_text(json.dumps(node.signed_head()), encoding="utf-8")
    node.storage.close()


def start(folder: Path) -> dict[str, float]:
    """Start the first party from its snapshot and the last head that it kept."""
    shot = Snapshot.read((folder / "snapshot").read_bytes())
    seal = json.loads((folder / "seal.json").read_text(encoding="utf-8"))
    node = Side("a", "b", SqliteStorage(folder / "a.log")).node(snapshot=shot, seal=seal)
    return {"leaves": node.tree.size, "replayed": node.tree.size - node.replayed_from}


def judge(folder: Path) -> dict[str, float]:
    """Verify both logs, and keep what holds."""
    report = verify(folder / "a.log", folder / "b.log", duties=instruments(), folder=folder / "kept")
    return {"holds": report.holds, "messages": len(report.timeline)}


TASKS: dict[str, Callable[[Path], Any]] = {"snapshot": snapshot, "start": start, "judge": judge}


def alone(task: str, folder: Path) -> dict[str, float]:
    """Run one task in a process of its own; return its answer, its processor time in s and its memory in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "validation.exchange_growth", task, str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(task: str, folder: Path) -> None:
    """Run one task and print what it took."""
    before, begun = time.process_time(), time.perf_counter()
    answer = TASKS[task](folder) or {}
    took = {"cpu_s": time.process_time() - before, "wall_s": time.perf_counter() - begun}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({**answer, **took, "memory_mb": memory}))


def signature_s() -> float:
    """Return the processor time of one Ed25519 check here: what every rate is to be held against."""
    key, data = Ed25519PrivateKey.generate(), b"x" * 800
    public, signed, before = key.public_key(), key.sign(data), time.process_time()
    for _ in range(2_000):
        public.verify(signed, data)
    return (time.process_time() - before) / 2_000


def measured(source: Path, leaves: int) -> dict[str, Any]:
    """Return what logs of one length take: a start, a whole verification, and one of what is new since then."""
    with tempfile.TemporaryDirectory(dir=source) as name:
        folder, tenth = Path(name), leaves - min(leaves // 10, 30_000)
        cut(source, folder, leaves=leaves)
        alone("snapshot", folder)
        found = {"leaves": leaves, "start": alone("start", folder), "whole": alone("judge", folder)}
        for path in (folder / "kept").iterdir():
            path.unlink()
        (folder / "earlier").mkdir()
        cut(source, folder / "earlier", leaves=tenth)
        alone("judge", folder / "earlier")
        (folder / "earlier" / "kept").replace(folder / "kept")
        return {**found, "new": alone("judge", folder), "new_leaves": leaves - tenth}


def rows() -> list[dict[str, Any]]:
    """Return the rows of every length."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name)
        a, b = (
            Side(one, other, SqliteStorage(source / f"{one}.log")) for one, other in (("a", "b"), ("b", "a"))
        )
        fill(a, b, leaves=max(LEAVES))
        for side in (a, b):
            side.storage.close()
        return [row for leaves in LEAVES for row in _rows(measured(source, leaves), signature_s())]


def _rows(found: dict[str, Any], check_s: float) -> list[dict[str, Any]]:
    size, start_, whole, new = found["leaves"], found["start"], found["whole"], found["new"]
    rate = whole["messages"] / whole["cpu_s"]
    words = f"logs of {size:,} leaves"
    source = f"synthetic texts in batches of {BATCH}; one Ed25519 check took {check_s * 1e3:.3f} ms of processor time"
    table: tuple[tuple[str, str, float, str, float | None, bool | None], ...] = (
        (
            "start",
            f"start from a snapshot {SNAPSHOT_LEAVES:,} leaves old and a head {SEAL_LEAVES:,} old, {words}",
            start_["cpu_s"],
            "s",
            5.0,
            start_["cpu_s"] < 5.0,
        ),
        ("start.memory", f"memory of that start, {words}", start_["memory_mb"], "MB", None, None),
        ("verify", f"whole verification, {words}", whole["cpu_s"], "s", None, bool(whole["holds"])),
        (
            "verify.rate",
            f"messages verified a second of processor time, {words}",
            rate,
            "1/s",
            20_000.0,
            rate > 20_000.0,
        ),
        (
            "verify.memory",
            f"memory of that verification, {words}",
            whole["memory_mb"],
            "MB",
            150.0,
            whole["memory_mb"] < 150.0,
        ),
        (
            "verify.new",
            f"verification of the last {found['new_leaves']:,} of them alone, {words}",
            new["cpu_s"],
            "s",
            None,
            bool(new["holds"]),
        ),
    )
    return [
        {
            "id": f"exchange.growth.{name}.{size}",
            "what": what,
            "value": value,
            "unit": unit,
            "bar": bar,
            "holds": holds,
            "source": source,
        }
        for name, what, value, unit, bar, holds in table
    ]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
