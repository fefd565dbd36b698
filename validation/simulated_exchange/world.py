"""Both nodes in one deterministic world: crashes, full and failing disks, jumping clocks, a link that loses and reorders,
exceptions in the fold, a peer's key that signs what no stream allows, people who come and go, older copies put back,
snapshots, and with a folder inboxes and track files, whole and damaged.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from equipoise.checkers.exchange_log import Pins, verify
from equipoise.exchange.node.inbox import Inbox
from equipoise.exchange.node.link import joined, split_frames
from equipoise.exchange.node.log_state import SENT, FoldError
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.snapshot import Snapshot
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.picture.chart import Land
from equipoise.exchange.picture.display import party_body
from equipoise.exchange.protocol.encoding import digest
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import Party
from equipoise.exchange.protocol.keys import Ed25519Signer, Signer, approval, verify_ed25519
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.exchange.sources.dis7 import PduError, read_entity_state, split, write_entity_state
from equipoise.foundation.errors import InputError
from equipoise.model.notices import instruments
from validation.simulated_exchange.faults import CheapSigner, Crash, FaultyDisk, verify_cheap
from validation.simulated_exchange.feeds import Feeds
from validation.simulated_exchange.hostile import frame_for
from validation.simulated_exchange.items import ITEMS
from validation.simulated_exchange.oracle import Oracle, message_in


@dataclass
class World:
    """Two nodes and everything that can go wrong between them.

    With ``real`` signatures the logs are ones that the offline verifier can judge too (:meth:`breaches`); with a
    ``folder`` items also come by files.
    """

    seed: int
    kind: type[Node] = Node
    real: bool = False
    folder: Path | None = None

    def __post_init__(self) -> None:
        """Build both nodes on empty disks."""
        self.rng = random.Random(self.seed)
        self.now_ms, self.serial = 1_300_000_000_000, 0
        self.fold_rate = self.rollback_rate = 0.0
        self.people = {name: self._signer(f"operator {name}") for name in ("one", "two", "three")}
        self.enrolled = {name: self._some_people() for name in "AB"}
        self.disks = {name: FaultyDisk(self.rng) for name in "AB"}
        self.keys = {name: [self._signer(name)] for name in "AB"}
        self.gates = {name: Gate(name.encode() * 16, party=name) for name in "AB"}
        self.oracles = {name: Oracle(self.gates[name]) for name in "AB"}
        self.seals: dict[str, dict[str, Any] | None] = {"A": None, "B": None}
        self.feeds = {name: Feeds(self.folder, name, self.rng) for name in "AB"} if self.folder else {}
        self.inboxes: dict[str, Inbox] = {}
        self.snapshots: dict[str, Snapshot | None] = {"A": None, "B": None}
        self.nodes = {name: self._open(name) for name in "AB"}
        self.wire: list[tuple[str, bytes]] = []
        self.damaged: set[bytes] = set()
        self.acknowledged = dict.fromkeys("AB", 0)
        self.violations: list[str] = []
        self.stopped = False

    def _signer(self, name: str) -> Signer:
        return Ed25519Signer(hashlib.sha256(name.encode()).digest()) if self.real else CheapSigner(name)

    def _some_people(self) -> dict[str, str]:
        names = self.rng.sample(sorted(self.people), self.rng.choice((2, 2, 3)))
        return {name: self.people[name].public for name in names}

    def _open(self, name: str) -> Node:
        peer = "B" if name == "A" else "A"
        node = self.kind(
            Party(name, peer, self.keys[peer][0].public),
            signers=self.keys[name],
            gate=self.gates[name],
            storage=self.disks[name],
            instruments=instruments(),
            operators=self.enrolled[name],
            clock_ms=self._clock,
            random_bytes=self.rng.randbytes,
            verify=verify_ed25519 if self.real else verify_cheap,
            seal=self.seals[name],
            snapshot=self.snapshots[name],
        )
        node.line.take = self._fragile(node.line.take)  # type: ignore[method-assign]
        board = node.picture.boards[peer]
        board.take = self._fragile(board.take)  # type: ignore[method-assign]
        if self.feeds:
            self.inboxes[name] = self.feeds[name].inbox(node, lambda: self.keys[name])
        return node

    def _fragile(self, step: Callable[..., None]) -> Callable[..., None]:
        """Return a step of the fold that fails now and then."""

        def fragile(*args: Any, **how: Any) -> None:
            if self.rng.random() < self.fold_rate:
                raise RecursionError("injected into the fold")
            step(*args, **how)

        return fragile

    def _clock(self) -> int:
        jump = self.rng.choice((0, 1, 5, -3_600_000, 3_600_000)) if self.rng.random() < 0.05 else 1
        self.now_ms = max(0, self.now_ms + jump)
        return self.now_ms

    def run(self, *, steps: int = 60) -> list[str]:
        """Run one schedule of faults, heal, and return the guarantees that were violated."""
        for disk in self.disks.values():
            disk.crash_rate = self.rng.choice((0.0, 0.01, 0.05))
            disk.full_rate, disk.fail_rate = self.rng.choice((0.0, 0.05)), self.rng.choice((0.0, 0.05))
        self.fold_rate = self.rng.choice((0.0, 0.0, 0.01))
        self.rollback_rate = self.rng.choice((0.0, 0.0, 0.0, 0.5))
        for _ in range(steps):
            self._step()
            if self.stopped:  # a party that was told that its log is an older copy signs nothing more
                return self.violations
            self._check()
            if self.violations:
                return self.violations
        self._heal()
        return self.violations

    def breaches(self, folder: Path) -> list[str]:
        """Return what the offline verifier finds in both logs, and in what it takes to show them."""
        paths = []
        for name in "AB":
            paths.append(folder / f"{name}.log")
            paths[-1].write_bytes(b"".join(leaf + b"\n" for leaf in self.disks[name].durable))
            party_body(self.nodes[name].picture.copy(), now_ms=self.now_ms, land=LAND)
        pins = Pins(
            {name: key for name, node in self.nodes.items() if (key := _last_signer(node)) == node.own_key}
        )
        opened = tuple({"party": name, "secret": (name.encode() * 16).hex()} for name in "AB")
        report = verify(paths[0], paths[1], duties=instruments(), pins=pins, opened=opened)
        return [*report.unreadable, *report.breaches]

    def _step(self) -> None:
        name = self.rng.choice("AB")
        choice = self.rng.random()
        try:
            if choice < 0.3:
                self._put(name, self.nodes[name].ingest_many(self._filings(name)).frames)
            elif choice < 0.38:
                self._put(name, self.nodes[name].resend())
            elif choice < 0.4:
                raise Crash
            elif choice < 0.42:
                self._change_key(name)
            elif choice < 0.44:
                self.enrolled[name] = self._some_people()
                self.nodes[name].enrol(self.enrolled[name])
            elif choice < 0.47:
                self.wire.append((name, self._damaged()))
            elif choice < 0.5:
                self._attack(name)
            elif choice < 0.54:
                self.seals[name] = self.nodes[name].signed_head()
            elif choice < 0.56:
                self.snapshots[name] = Snapshot.of(self.nodes[name])
            elif choice < 0.57:
                party_body(self.nodes[name].picture.copy(), now_ms=self.now_ms, land=LAND)
            elif choice < 0.66 and self.feeds:
                self._by_file(name)
            elif self.wire:
                self._deliver()
        except StorageError:
            return
        except (Crash, FoldError):
            self._restart(name)

    def _by_file(self, name: str) -> None:
        """Let files come, and the node take what is there."""
        choice = self.rng.random()
        if choice < 0.3:
            self._put(
                name, self.nodes[name].ingest_many(self.feeds[name].track_file(self.now_ms / 1e3)).frames
            )
            return
        if choice < 0.8:
            self.feeds[name].drop([replace(filing, ingest_id="") for filing in self._filings(name)])
        elif held := sorted(self.nodes[name].picture.held):
            who = self.rng.choice(sorted(self.people))
            signature = approval(self.people[who], item_hash=held[0])
            self.feeds[name].order(kind="approve", item_hash=held[0], operator=who, signature=signature)
        self._take_files(name)

    def _take_files(self, name: str) -> None:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            self.inboxes[name].take()
        self._put(name, self.nodes[name].resend())

    def _attack(self, name: str) -> None:
        """Let the peer's key sign what no stream allows, in its place of the chain."""
        peer = "B" if name == "A" else "A"
        signer = next(key for key in self.keys[peer] if key.public == self.nodes[name].heard.key)
        frame = frame_for(self.nodes[name], signer, self.rng)
        self.damaged.add(frame)
        self._put(name, self.nodes[name].receive([frame]))

    def _change_key(self, name: str) -> None:
        node = self.nodes[name]
        new = self._signer(f"{name}{len(self.keys[name])}")
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
            self._put(name, self.nodes[name].receive(self._carried(batch)))
        except (Crash, FoldError):
            self._restart(name)

    def _carried(self, batch: list[bytes]) -> list[bytes]:
        """Return the frames as the link's own framing brings them, in pieces of any size."""
        data, buffer, frames = joined(batch), bytearray(), list[bytes]()
        while data:
            size = self.rng.randrange(1, len(data) + 1)
            buffer, data = buffer + data[:size], data[size:]
            frames += split_frames(buffer)
        return frames

    def _restart(self, name: str) -> None:
        self._check_silence(self.nodes[name])
        disk = self.disks[name]
        rates = disk.crash_rate, disk.full_rate, disk.fail_rate, self.fold_rate
        disk.die()
        disk.crash_rate = disk.full_rate = disk.fail_rate = self.fold_rate = 0.0
        seal = self.seals[name]
        if seal and seal["body"]["size"] > 2 and self.rng.random() < self.rollback_rate:
            del disk.durable[self.rng.randrange(2, seal["body"]["size"]) :]  # an older copy is put back
            self.oracles[name] = Oracle(self.gates[name])
        try:
            self.nodes[name] = self._open(name)
        except InputError:
            self.stopped = True
        disk.crash_rate, disk.full_rate, disk.fail_rate, self.fold_rate = rates

    def _check_silence(self, node: Node) -> None:
        """A node whose fold failed must not sign."""
        if not node.failure:
            return
        try:
            node.signed_head()
        except FoldError:
            return
        self.violations.append("signs after a fold that failed")

    def _put(self, origin: str, frames: list[bytes]) -> None:
        peer = "B" if origin == "A" else "A"
        self.oracles[origin].follow(self.disks[origin].durable)
        for frame in frames:
            body = json.loads(frame)["body"]
            self.oracles[origin].signed(body["head"])
            if "ack" in body:  # said to the peer, whether it arrives or not
                self.acknowledged[origin] = max(self.acknowledged[origin], body["ack"])
        self.wire += [(peer, frame) for frame in frames if self.rng.random() > 0.15]

    def _filings(self, name: str) -> list[Filing]:
        """Return what people and sensors hand in; in one case of twenty a datagram that may be damaged."""
        if self.rng.random() < 0.05:
            return self._datagram(name)
        return [self._filing() for _ in range(self.rng.choice((1, 1, 1, 3)))]

    def _datagram(self, name: str) -> list[Filing]:
        place: dict[str, Any] = {"position_ecef_m": (7e6, 0.0, 0.0), "velocity_ecef_m_s": (0.0, 3e3, 4e3)}
        sent = write_entity_state(exercise=7, entity=(1, 2, 3), time_s=self.now_ms / 1e3, **place)
        data = bytearray(2 * sent)
        for _ in range(self.rng.choice((0, 1, 5))):
            data[self.rng.randrange(len(data))] = self.rng.randrange(256)
        filings = []
        for pdu in split(bytes(data)):
            how: dict[str, Any] = {
                "exercise": 7,
                "now_s": self.now_ms / 1e3,
                "sigma_m": 1e3,
                "sigma_m_s": 20.0,
            }
            with suppress(PduError):
                filings.append(Filing(read_entity_state(pdu, source=name, **how)))
        return filings

    def _filing(self) -> Filing:
        self.serial += 1
        item = self.rng.choice(ITEMS)(self.serial)
        item["sensitivity"] = self.rng.choice(("releasable", "releasable", "withhold", "hold"))
        name = f"filing {self.rng.choice((self.serial, max(1, self.serial - 1)))}"
        if item["sensitivity"] != "hold":
            return Filing(item, ingest_id=name)
        item["payload"] = {"text": f"held {self.serial % 2}"}
        item["stream"] = "text"
        who = self.rng.choice(sorted(self.people))
        signature = approval(self.people[who], item_hash=digest(item))
        return Filing(item, ingest_id=name, operator=who, signature=signature)

    def _check(self) -> None:
        for name, oracle in self.oracles.items():
            oracle.follow(self.disks[name].durable)
            self.violations += oracle.violations
        for name, peer in (("A", "B"), ("B", "A")):
            sent, received = self.oracles[name].sent, self.oracles[peer].received
            if received[: len(sent)] != sent[: len(received)] or len(received) > len(sent):
                self.violations.append("recorded what was not sent, or sent before it was durable")
            if self.acknowledged[peer] > len(received):
                self.violations.append("acknowledged before it was durable")
            self._check_wire(self.oracles[name].said, to=peer)

    def _check_wire(self, said: list[bytes], *, to: str) -> None:
        """Compare the messages that a node put on the link with its log; damaged ones are the receiver's to refuse."""
        for reader, frame in self.wire:
            if reader == to and frame not in self.damaged:
                seq, body = message_in(frame)
                if seq and said[seq - 1 : seq] != [body]:
                    self.violations.append("on the wire and not in the log")

    def _heal(self) -> None:
        for disk in self.disks.values():
            disk.crash_rate = disk.full_rate = disk.fail_rate = 0.0
        self.fold_rate = self.rollback_rate = 0.0
        for name in "AB":
            self._restart(name)
            if self.feeds:
                self._empty(name)
        for _ in range(3):  # a receipt under a key that the other side has yet to hear of needs another round
            for name, peer in (("A", "B"), ("B", "A")):
                self.nodes[name].receive(self.nodes[peer].receive(self.nodes[name].resend()))
        if any(node.outbox for node in self.nodes.values()):
            self.violations.append("a released message never arrived")
        self._check()

    def _empty(self, name: str) -> None:
        for _ in range(4):
            self._take_files(name)
        self.oracles[name].follow(self.disks[name].durable)
        if self.feeds[name].waiting() or self.feeds[name].untaken(self.oracles[name].filed):
            self.violations.append("a file of the inbox was neither filed nor refused")


LAND = Land()


def _last_signer(node: Node) -> str:
    """Return the key under the last own message, by which a verifier can tell the party's log."""
    leaves = map(json.loads, node.storage.read())
    signed = [leaf["message"]["key"] for leaf in leaves if leaf["kind"] in SENT]
    return signed[-1] if signed else ""
