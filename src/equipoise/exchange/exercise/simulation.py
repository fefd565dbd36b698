"""Both nodes in one deterministic world: crashes, full and failing disks, jumping clocks, a link that loses and reorders."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from equipoise.exchange.exercise.faults import CheapSigner, Crash, FaultyDisk, verify_cheap
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.protocol.encoding import canonical, digest
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import Party
from equipoise.exchange.protocol.keys import approval
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.model.notices import instruments

OPERATORS = {name: CheapSigner(f"operator {name}") for name in ("one", "two")}


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
        self.keys = {name: [CheapSigner(name)] for name in "AB"}
        self.gates = {name: Gate(name.encode() * 16, party=name) for name in "AB"}
        self.nodes = {name: self._open(name) for name in "AB"}
        self.wire: list[tuple[str, bytes]] = []
        self.damaged: set[bytes] = set()
        self._logs: dict[str, list[dict[str, Any]]] = {"A": [], "B": []}
        self.acknowledged = dict.fromkeys("AB", 0)
        self.violations: list[str] = []

    def _open(self, name: str) -> Node:
        peer = "B" if name == "A" else "A"
        return self.kind(
            Party(name, peer, self.keys[peer][0].public),
            signers=self.keys[name],
            gate=self.gates[name],
            storage=self.disks[name],
            instruments=instruments(),
            operators={who: signer.public for who, signer in OPERATORS.items()},
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
            disk.crash_rate = self.rng.choice((0.0, 0.01, 0.05))
            disk.full_rate, disk.fail_rate = self.rng.choice((0.0, 0.05)), self.rng.choice((0.0, 0.05))
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
                self._put(name, self.nodes[name].ingest_many(self._filings()).frames)
            elif choice < 0.4:
                self._put(name, self.nodes[name].resend())
            elif choice < 0.42:
                raise Crash
            elif choice < 0.44:
                self._change_key(name)
            elif choice < 0.47:
                self.wire.append((name, self._damaged()))
            elif self.wire:
                self._deliver()
        except StorageError:
            return
        except Crash:
            self._restart(name)

    def _change_key(self, name: str) -> None:
        node = self.nodes[name]
        new = CheapSigner(f"{name}{len(self.keys[name])}")
        self.keys[name].append(new)  # the keyring is on disk before the log names the key
        self._put(name, node.rotate(new))

    def _damaged(self) -> bytes:
        """Return what a hostile or broken link makes of a frame."""
        frame = bytearray(self.rng.choice(self.wire)[1] if self.wire else b"{}")
        frame[self.rng.randrange(len(frame))] ^= 1 << self.rng.randrange(8)
        damaged = bytes(frame[: self.rng.randrange(1, len(frame) + 1)] if self.rng.random() < 0.3 else frame)
        self.damaged.add(damaged)
        return damaged

    def _deliver(self) -> None:
        name = self.rng.choice("AB")
        here = [index for index, (to, _) in enumerate(self.wire) if to == name][:4]
        batch = []
        for index in sorted(self.rng.sample(here, self.rng.randrange(len(here) + 1)), reverse=True):
            batch.append(self.wire[index][1] if self.rng.random() < 0.15 else self.wire.pop(index)[1])
        if self.rng.random() < 0.5:
            batch.reverse()  # back in the order in which they were sent
        batch = [frame for frame in batch if self.rng.random() > 0.1]
        try:
            self._put(name, self.nodes[name].receive(batch))
        except Crash:
            self._restart(name)

    def _restart(self, name: str) -> None:
        disk = self.disks[name]
        rates = disk.crash_rate, disk.full_rate, disk.fail_rate
        disk.die()
        disk.crash_rate = disk.full_rate = disk.fail_rate = 0.0
        self.nodes[name] = self._open(name)
        disk.crash_rate, disk.full_rate, disk.fail_rate = rates

    def _put(self, origin: str, frames: list[bytes]) -> None:
        peer = "B" if origin == "A" else "A"
        for frame in frames:
            body = json.loads(frame)["body"]
            if "ack" in body:  # said to the peer, whether it arrives or not
                self.acknowledged[origin] = max(self.acknowledged[origin], body["ack"])
        self.wire += [(peer, frame) for frame in frames if self.rng.random() > 0.15]

    def _filings(self) -> list[Filing]:
        return [self._filing() for _ in range(self.rng.choice((1, 1, 1, 3)))]

    def _filing(self) -> Filing:
        self.serial += 1
        item = self.rng.choice(ITEMS)(self.serial)
        item["sensitivity"] = self.rng.choice(("releasable", "releasable", "withhold", "hold"))
        name = f"filing {self.rng.choice((self.serial, max(1, self.serial - 1)))}"
        if item["sensitivity"] != "hold":
            return Filing(item, ingest_id=name)
        item["payload"] = {"text": f"held {self.serial % 2}"}
        item["stream"] = "text"
        who = self.rng.choice(tuple(OPERATORS))
        signature = approval(OPERATORS[who], item_hash=digest(item))
        return Filing(item, ingest_id=name, operator=who, signature=signature)

    def _check(self) -> None:
        logs = self._logs
        for name, disk in self.disks.items():
            logs[name] += map(json.loads, disk.durable[len(logs[name]) :])
        for name, peer in (("A", "B"), ("B", "A")):
            sent = [leaf["message"]["body"] for leaf in logs[name] if leaf["kind"] in ("release", "withheld")]
            received = [leaf["message"]["body"] for leaf in logs[peer] if leaf["kind"] == "received"]
            self._check_sequences(sent, received, acknowledged=self.acknowledged[peer])
            self._check_releases(logs[name])
            for body in (body for to, body in self._on_wire() if to == peer):
                if body["seq"] > len(sent) or canonical(sent[body["seq"] - 1]) != canonical(body):
                    self.violations.append("on the wire and not in the log")

    def _check_sequences(
        self, sent: list[dict[str, Any]], received: list[dict[str, Any]], *, acknowledged: int
    ) -> None:
        if [body["seq"] for body in sent] != list(range(1, len(sent) + 1)):
            self.violations.append("own sequence has a gap")
        if [body["seq"] for body in received] != list(range(1, len(received) + 1)):
            self.violations.append("not recorded exactly once and in order")
        if received[: len(sent)] != sent[: len(received)] or len(received) > len(sent):
            self.violations.append("sent before it was durable")
        if acknowledged > len(received):
            self.violations.append("acknowledged before it was durable")

    def _check_releases(self, log: list[dict[str, Any]]) -> None:
        names = [leaf["ingest_id"] for leaf in log if leaf.get("ingest_id")]
        if len(set(names)) != len(names):
            self.violations.append("a filing was recorded twice")
        for leaf in log:
            if leaf["kind"] == "release" and not self._released_rightly(leaf):
                self.violations.append("left without a permitting decision")

    def _released_rightly(self, leaf: dict[str, Any]) -> bool:
        body = leaf["message"]["body"]
        fields = self.gates["A"].profile["fields"].get(body["stream"], [])
        if leaf["item"]["sensitivity"] == "hold" and len(leaf["approvals"]) < 2:
            return False
        permitted = leaf["decision"]["allowed"] and bool(leaf["decision"]["rule"])
        return bool(permitted and set(body["payload"]) <= set(fields))

    def _on_wire(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the messages that a node put on the link; damaged ones are the receiver's to refuse."""
        bodies = [(to, json.loads(frame)["body"]) for to, frame in self.wire if frame not in self.damaged]
        return [(to, body) for to, body in bodies if "seq" in body]

    def _heal(self) -> None:
        for disk in self.disks.values():
            disk.crash_rate = disk.full_rate = disk.fail_rate = 0.0
        for name in "AB":
            self._restart(name)
        for _ in range(3):  # a receipt under a key that the other side has yet to hear of needs another round
            for name, peer in (("A", "B"), ("B", "A")):
                self.nodes[name].receive(self.nodes[peer].receive(self.nodes[name].resend()))
        if any(node.outbox for node in self.nodes.values()):
            self.violations.append("a released message never arrived")
        self._check()


def _item(stream: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"stream": stream, "exercise": True, "payload": payload}


def _text(serial: int) -> dict[str, Any]:
    return _item("text", {"text": f"message {serial}", "serial": serial, "secret": "x"})


def _track(serial: int) -> dict[str, Any]:
    place = {"position_ecef_m": [7e6, 1e3 * serial, 0.0], "velocity_ecef_m_s": [0.0, 3e3, 4e3]}
    error = {"sigma_m": 300.0, "sigma_m_s": 5.0}
    return _item(
        "track", {"track_id": f"t{serial % 3}", "time_s": float(serial), "serial": serial, **place, **error}
    )


def _notice(serial: int) -> dict[str, Any]:
    window = {"window_start_ms": serial, "launch_area": "north", "impact_area": "east"}
    kind = {"notice_id": f"n{serial}", "instrument": "launch-notification-1988", "type": "pre-launch"}
    return _item("notice", {**kind, **window, "serial": serial})


def _launch(serial: int) -> dict[str, Any]:
    return _item(
        "launch", {"launch_id": f"l{serial}", "launched_at_ms": serial, "launched_by": "B", "serial": serial}
    )


ITEMS: tuple[Callable[[int], dict[str, Any]], ...] = (_text, _text, _track, _track, _notice, _launch)
