"""Two nodes of the exchange with fixed keys, secrets, clocks and randomness: what the test vectors are made of."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from equipoise.exchange.node.party_node import Node
from equipoise.exchange.protocol.encoding import digest
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import Party
from equipoise.exchange.protocol.keys import Ed25519Signer, approval
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.model.notices import instruments

POLICY = """@id("exercise") permit (principal, action, resource) when { resource.exercise };
@id("marked") forbid (principal, action, resource) when { resource.sensitivity == "withhold" };
@id("second-person") forbid (principal, action, resource) when { resource.sensitivity == "hold" && resource.approvals < 2 };
"""
PROFILE = """[fields]
text = ["text", "refers_to"]
track = ["track_id", "launch_id", "time_s", "position_ecef_m", "velocity_ecef_m_s", "sigma_m", "sigma_m_s"]
launch = ["launch_id", "launched_by", "launched_at_ms", "launch_point"]
heartbeat = ["status"]
key = ["old_key", "new_key", "proof"]
[coarsen]
least_error_m = 4000.0
noise_m = 500.0
sigma_step_m = 1000.0
grid_deg = 0.1
step_s = 1.0
"""
SIGNERS = {name: Ed25519Signer(name.encode() * 32) for name in "ABC"}
PEOPLE = {name: Ed25519Signer(name[0].encode() * 32) for name in ("one", "two")}
SECRETS = {name: name.encode() * 32 for name in "AB"}
Leaf = dict[str, Any]


class Memory:
    """A log in memory."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []

    def read(self, first: int = 0) -> Iterator[bytes]:
        return iter(self.leaves[first:])

    def leaf(self, number: int) -> bytes:
        return self.leaves[number]

    def append(self, leaves: Sequence[bytes]) -> None:
        self.leaves += leaves

    def sync(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing is open."""


class World:
    """Two nodes with fixed keys, secrets, clocks and randomness."""

    def __init__(self, *, log: str = "") -> None:
        self.now_ms, self.rng = 1_700_000_000_000, random.Random(f"vectors {log}")
        self.nodes = {name: self.open(name) for name in "AB"}

    def open(self, name: str) -> Node:
        peer = "B" if name == "A" else "A"
        return Node(
            Party(name, peer, SIGNERS[peer].public),
            signers=[SIGNERS[name], SIGNERS["C"]],
            gate=Gate(SECRETS[name], party=name, policy=POLICY, profile=PROFILE),
            storage=Memory(),
            instruments=instruments(),
            operators={who: signer.public for who, signer in PEOPLE.items()},
            clock_ms=self.clock,
            random_bytes=self.rng.randbytes,
        )

    def clock(self) -> int:
        self.now_ms += 10
        return self.now_ms

    def send(self, name: str, *filings: Filing) -> list[bytes]:
        """File at one node, deliver to the other, and the receipt back."""
        peer = "B" if name == "A" else "A"
        frames = self.nodes[name].ingest_many(filings).frames
        self.nodes[name].receive(self.nodes[peer].receive(frames))
        return frames

    def play(self) -> None:
        """Exchange one of each."""
        self.send(
            "A", Filing(text("hello", refers_to="x")), Filing(track("t")), Filing(text("kept", "withhold"))
        )
        self.send("A", signed(text("two of us", "hold"), "one"))
        self.send("A", signed(text("two of us", "hold"), "two"), Filing(launch("l")))
        self.send("B", Filing(text("answer")), Filing(track("u") | {"site": "north"}))
        self.send("A", Filing(text("end")))
        self.send("B", Filing(text("end too")))

    def logs(self) -> dict[str, list[bytes]]:
        return {name: list(node.storage.read()) for name, node in self.nodes.items()}


def item(stream: str, payload: Leaf, sensitivity: str = "releasable") -> Leaf:
    return {"stream": stream, "exercise": True, "sensitivity": sensitivity, "payload": payload}


def text(words: str, sensitivity: str = "releasable", **more: str) -> Leaf:
    return item("text", {"text": words, **more}, sensitivity)


def track(name: str, **more: Any) -> Leaf:
    state = {"position_ecef_m": [4.5e6, 1.0e6, 4.6e6], "velocity_ecef_m_s": [1.0e3, 3.0e3, 4.0e3]}
    return item(
        "track", {"track_id": name, "time_s": 1.7e9, **state, "sigma_m": 100.0, "sigma_m_s": 2.0, **more}
    )


def launch(name: str) -> Leaf:
    return item(
        "launch", {"launch_id": name, "launched_at_ms": 1_699_999_999_123, "launch_point": [62.9, 40.6]}
    )


def signed(what: Leaf, who: str) -> Filing:
    return Filing(what, operator=who, signature=approval(PEOPLE[who], item_hash=digest(what)))
