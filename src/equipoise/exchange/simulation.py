"""Both nodes in one deterministic world of crashes, full disks, jumping clocks and a link that loses, doubles and reorders."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from equipoise.exchange.gate import Decision, Gate, default_profile
from equipoise.exchange.node import Node, Party
from equipoise.exchange.store import StorageError


class Crash(Exception):  # noqa: N818 - an event of the simulated world, not an error
    """The simulated process died at this point."""


class CheapSigner:
    """A keyed hash in the place of a signature: the simulation tests the protocol, not the curve."""

    def __init__(self, name: str) -> None:
        """Derive the key from the name."""
        self.public = hashlib.blake2b(name.encode(), digest_size=32).hexdigest()

    def sign(self, data: bytes) -> str:
        """Return the keyed hash."""
        return hashlib.blake2b(data, key=bytes.fromhex(self.public), digest_size=32).hexdigest()


def verify_cheap(public: str, data: bytes, signature: str) -> bool:
    """Return whether the keyed hash fits."""
    try:
        return hashlib.blake2b(data, key=bytes.fromhex(public), digest_size=32).hexdigest() == signature
    except ValueError:
        return False


class FaultyDisk:
    """A disk that forgets what was not synced when its process dies."""

    def __init__(self, rng: random.Random) -> None:
        """Start empty and healthy."""
        self.rng, self.durable, self.staged = rng, list[bytes](), list[bytes]()
        self.crash_rate = self.full_rate = 0.0

    def read(self) -> list[bytes]:
        """Return what survived."""
        return list(self.durable)

    def append(self, leaves: Sequence[bytes]) -> None:
        """Stage, or die, or be full."""
        self._maybe_die()
        if self.rng.random() < self.full_rate:
            self.staged.clear()
            raise StorageError("the simulated disk is full")
        self.staged.extend(leaves)
        self._maybe_die()

    def sync(self) -> None:
        """Make durable, or die before or after."""
        self._maybe_die()
        self.durable += self.staged
        self.staged.clear()
        self._maybe_die()

    def _maybe_die(self) -> None:
        if self.rng.random() < self.crash_rate:
            raise Crash


class AckBeforeSync(Node):
    """Planted bug: acknowledges what is not yet durable."""

    def receive(self, frames: Sequence[bytes]) -> list[bytes]:
        """Receive with syncing left for later."""
        with _Unsynced(self):
            return super().receive(frames)


class SendBeforeSync(Node):
    """Planted bug: sends what is not yet durable."""

    def ingest_many(self, items: Sequence[dict[str, Any]], *, operator: str = "auto") -> list[bytes]:
        """Ingest with syncing left for later."""
        with _Unsynced(self):
            return super().ingest_many(items, operator=operator)


class _Unsynced:
    def __init__(self, node: Node) -> None:
        self.storage: Any = node.storage

    def __enter__(self) -> None:
        self.storage.sync = lambda: None

    def __exit__(self, *_: object) -> None:
        del self.storage.sync


class DedupOff(Node):
    """Planted bug: records a message as often as it arrives."""

    @staticmethod
    def _is_duplicate(body: dict[str, Any], seq: int) -> bool:
        return False

    def _check_message(self, body: dict[str, Any], **_: Any) -> None:
        return


class GateBypass(Node):
    """Planted bug: one item in ten leaves as it came, without asking."""

    def _decide(self, item: dict[str, Any], *, approvals: int) -> Decision:
        if int(item["payload"]["serial"]) % 10 == 0:
            return Decision(allowed=True, rule="", reason="", dropped=(), payload=item["payload"])
        return super()._decide(item, approvals=approvals)


PLANTED: dict[str, type[Node]] = {
    "ack-before-sync": AckBeforeSync,
    "send-before-sync": SendBeforeSync,
    "dedup-off": DedupOff,
    "gate-bypass": GateBypass,
}


@dataclass
class World:
    """Two nodes and everything that can go wrong between them."""

    seed: int
    kind: type[Node] = Node

    def __post_init__(self) -> None:
        """Build both nodes on empty disks."""
        self.rng = random.Random(self.seed)  # noqa: S311 - a fault schedule, not a secret
        self.now_ms, self.serial = 1_300_000_000_000, 0
        self.disks = {name: FaultyDisk(self.rng) for name in "AB"}
        self.nodes = {name: self._open(name) for name in "AB"}
        self.wire: list[tuple[str, bytes]] = []
        self.violations: list[str] = []

    def _open(self, name: str) -> Node:
        peer = "B" if name == "A" else "A"
        return self.kind(
            Party(name, peer, CheapSigner(peer).public),
            signers=[CheapSigner(name)],
            gate=Gate(name.encode() * 16),
            storage=self.disks[name],
            clock_ms=self._clock,
            random_bytes=self.rng.randbytes,
            verify=verify_cheap,
        )

    def _clock(self) -> int:
        jump = self.rng.choice((0, 1, 5, -3_600_000, 3_600_000)) if self.rng.random() < 0.05 else 1
        self.now_ms = max(0, self.now_ms + jump)
        return self.now_ms

    def run(self, *, steps: int = 60) -> list[str]:
        """Run one schedule of faults, heal, and return the guarantees that were violated."""
        for disk in self.disks.values():
            disk.crash_rate, disk.full_rate = self.rng.choice((0.0, 0.01, 0.05)), self.rng.choice((0.0, 0.05))
        for _ in range(steps):
            self._step()
            self._check()
            if self.violations:
                return self.violations
        self._heal()
        return self.violations

    def _step(self) -> None:
        name = self.rng.choice("AB")
        choice = self.rng.random()
        try:
            if choice < 0.3:
                self._put(name, self.nodes[name].ingest(self._item()))
            elif choice < 0.4:
                self._put(name, self.nodes[name].resend())
            elif choice < 0.43:
                raise Crash
            elif self.wire:
                self._deliver()
        except StorageError:
            return
        except Crash:
            self._restart(name)

    def _deliver(self) -> None:
        index = self.rng.randrange(min(len(self.wire), 4))
        name, frame = self.wire[index] if self.rng.random() < 0.15 else self.wire.pop(index)
        if self.rng.random() < 0.1:
            return
        try:
            self._put(name, self.nodes[name].receive([frame]))
        except Crash:
            self._restart(name)

    def _restart(self, name: str) -> None:
        rates = self.disks[name].crash_rate, self.disks[name].full_rate
        self.disks[name].staged.clear()
        self.disks[name].crash_rate = self.disks[name].full_rate = 0.0
        self.nodes[name] = self._open(name)
        self.disks[name].crash_rate, self.disks[name].full_rate = rates

    def _put(self, origin: str, frames: list[bytes]) -> None:
        peer = "B" if origin == "A" else "A"
        self.wire += [(peer, frame) for frame in frames if self.rng.random() > 0.15]

    def _item(self) -> dict[str, Any]:
        self.serial += 1
        sensitivity = self.rng.choice(("releasable", "withhold"))
        if self.rng.random() < 0.5:
            return _text(self.serial)
        return {
            "stream": "track",
            "exercise": True,
            "sensitivity": sensitivity,
            "payload": _track(self.serial),
        }

    def _check(self) -> None:
        logs = {name: [json.loads(leaf) for leaf in disk.durable] for name, disk in self.disks.items()}
        for name, peer in (("A", "B"), ("B", "A")):
            sent = [leaf["message"]["body"] for leaf in logs[name] if leaf["kind"] in ("release", "withheld")]
            received = [leaf["message"]["body"] for leaf in logs[peer] if leaf["kind"] == "received"]
            acked = max(
                (leaf["receipt"]["body"]["ack"] for leaf in logs[name] if leaf["kind"] == "receipt"),
                default=0,
            )
            if [body["seq"] for body in sent] != list(range(1, len(sent) + 1)):
                self.violations.append("own sequence has a gap")
            if [body["seq"] for body in received] != list(range(1, len(received) + 1)):
                self.violations.append("not recorded exactly once and in order")
            if received[: len(sent)] != sent[: len(received)] or len(received) > len(sent):
                self.violations.append("sent before it was durable")
            if acked > len(received):
                self.violations.append("acknowledged before it was durable")
            for leaf in logs[name]:
                if leaf["kind"] == "release" and not _released_rightly(leaf):
                    self.violations.append("left without a permitting decision")
            for seq, body in ((body["seq"], body) for at, body in self._on_wire() if at == peer):
                if seq > len(sent) or sent[seq - 1] != body:
                    self.violations.append("on the wire and not in the log")

    def _on_wire(self) -> list[tuple[str, dict[str, Any]]]:
        bodies = [(name, json.loads(frame)["body"]) for name, frame in self.wire]
        return [(name, body) for name, body in bodies if "seq" in body]

    def _heal(self) -> None:
        for disk in self.disks.values():
            disk.crash_rate = disk.full_rate = 0.0
        for name in "AB":
            self._restart(name)
        for name, peer in (("A", "B"), ("B", "A")):
            self.nodes[name].receive(self.nodes[peer].receive(self.nodes[name].resend()))
            if self.nodes[name].outbox:
                self.violations.append("a released message never arrived")
        self._check()


def _text(serial: int) -> dict[str, Any]:
    payload = {"text": f"message {serial}", "serial": serial, "secret": "x"}
    return {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": payload}


def _track(serial: int) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "track_id": f"t{serial % 3}",
        "time_s": float(serial),
        "sigma_m": 300.0,
        "serial": serial,
    }
    return payload | {"position_ecef_m": [7e6, 1e3 * serial, 0.0], "velocity_ecef_m_s": [0.0, 3e3, 4e3]}


def _released_rightly(leaf: dict[str, Any]) -> bool:
    body = leaf["message"]["body"]
    fields = default_profile()["fields"].get(body["stream"], [])
    permitted = leaf["decision"]["allowed"] and bool(leaf["decision"]["rule"])
    return bool(permitted and set(body["payload"]) <= set(fields))
