"""Restart, verification and memory of the exchange against the length of its logs, filled synthetically and validly signed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.store import SqliteStorage
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, RECEIPT_DOMAIN, canonical, digest
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import NO_HEAD, Party
from equipoise.exchange.protocol.keys import Ed25519Signer
from equipoise.exchange.protocol.tree import Frontier
from equipoise.model.notices import instruments

BATCH = 50
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
    from equipoise.exchange.protocol.tree import leaf_hash

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
