"""Every order of events of two real nodes within bounds: messages, lost, repeated and reordered frames, crashes, a new key.

The network delivers the frames that it holds in any order or never; what is resent comes twice. Of the receipts it holds the newest of
each side. A crash comes before what is written is durable, or after that and before anything is said. Clock and randomness stand still, so that two ways
to one state are one state. In every state the guarantees hold; from every state a network that delivers again settles it.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from equipoise.exchange.exercise.faults import CheapSigner, Crash, verify_cheap
from equipoise.exchange.exercise.oracle import Oracle
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.protocol.encoding import canonical
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import Party
from equipoise.model.notices import instruments

START_MS = 1_300_000_000_000
GATES = {name: Gate(name.encode() * 16, party=name) for name in "AB"}
DUTIES = instruments()
PEER = {"A": "B", "B": "A"}


@dataclass
class Disk:
    """A disk in memory that dies before or after it has made something durable, when it is told to."""

    durable: list[bytes] = field(default_factory=list)
    staged: list[bytes] = field(default_factory=list)
    dies: str = ""

    def read(self, first: int = 0) -> Iterator[bytes]:
        """Return what is durable."""
        return iter(self.durable[first:])

    def leaf(self, number: int) -> bytes:
        """Return one leaf."""
        return [*self.durable, *self.staged][number]

    def append(self, leaves: Sequence[bytes]) -> None:
        """Stage."""
        self.staged += leaves

    def sync(self) -> None:
        """Make durable; die before or after."""
        if self.dies == "before":
            raise Crash
        self.durable += self.staged
        self.staged = []
        if self.dies == "after":
            raise Crash

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Bounds:
    """How many messages each party sends, how often either dies or sends again, how often A takes a new key."""

    messages: dict[str, int]
    crashes: int
    rotations: int
    resends: int


class State:
    """Both nodes, the frames on the network, and what may still happen."""

    def __init__(self, bounds: Bounds, kind: type[Node] = Node) -> None:
        """Start two nodes on empty disks."""
        self.kind, self.keys = kind, {name: [CheapSigner(name)] for name in "AB"}
        self.disks = {name: Disk() for name in "AB"}
        self.nodes = {name: self._open(name) for name in "AB"}
        self.network: dict[tuple[str, bytes], None] = {}
        self.left, self.crashes = dict(bounds.messages), bounds.crashes
        self.rotations, self.resends = bounds.rotations, bounds.resends

    def _open(self, name: str) -> Node:
        return self.kind(
            Party(name, PEER[name], self.keys[PEER[name]][0].public),
            signers=self.keys[name],
            gate=GATES[name],
            storage=self.disks[name],
            instruments=DUTIES,
            clock_ms=_clock,
            random_bytes=bytes,
            verify=verify_cheap,
        )

    def copied(self) -> State:
        """Return a state of its own; what never changes is shared."""
        shared = (*GATES.values(), DUTIES, *(key for keys in self.keys.values() for key in keys))
        return copy.deepcopy(self, {id(one): one for one in shared})

    def mark(self) -> bytes:
        """Return what two states have in common only when everything after them is the same."""
        found = hashlib.sha256(repr((self.left, self.crashes, self.rotations, self.resends)).encode())
        for name, node in self.nodes.items():
            line = (node.peer_line.receipt, sorted(node.peer_line.pending), node.line.receipt.kept())
            found.update(json.dumps([name, node.kept(), line, sorted(node.refusals)]).encode())
        for to, frame in sorted(self.network):
            found.update(to.encode() + hashlib.sha256(frame).digest())
        return found.digest()

    def moves(self) -> Iterator[Callable[[State], None]]:
        """Return everything that can happen next."""
        for name in "AB":
            acts: list[Callable[[State], list[bytes]]] = []
            if self.resends and self.nodes[name].outbox:
                acts.append(lambda s, n=name: s._resend(n))  # type: ignore[misc]
            if self.left[name]:
                acts.append(lambda s, n=name: s._ingest(n))  # type: ignore[misc]
            if self.rotations and name == "A":
                acts.append(State._rotate)
            acts += [
                lambda s, n=name, f=frame: s._deliver(n, f)  # type: ignore[misc]
                for to, frame in self.network
                if to == name
            ]
            for act in acts:
                for dies in ("", "before", "after") if self.crashes else ("",):
                    yield lambda s, n=name, a=act, d=dies: s._do(n, a, d)  # type: ignore[misc]

    def _resend(self, name: str) -> list[bytes]:
        self.resends -= 1
        return self.nodes[name].resend()

    def _deliver(self, name: str, frame: bytes) -> list[bytes]:
        del self.network[name, frame]
        return self.nodes[name].receive([frame])

    def _ingest(self, name: str) -> list[bytes]:
        self.left[name] -= 1
        text = {"text": f"{name}{self.left[name]}"}
        item = {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": text}
        return self.nodes[name].ingest(item)

    def _rotate(self) -> list[bytes]:
        self.rotations -= 1
        self.keys["A"].append(CheapSigner(f"A{self.rotations}"))
        return self.nodes["A"].rotate(self.keys["A"][-1])

    def _do(self, name: str, act: Callable[[State], list[bytes]], dies: str) -> None:
        self.disks[name].dies = dies
        try:
            frames = act(self)
        except Crash:
            self.crashes -= 1
            frames = []
            self.disks[name].dies, self.disks[name].staged = "", []
            self.nodes[name] = self._open(name)
        self.disks[name].dies = ""
        for frame in frames:
            if b'"ack":' in frame:
                old = [key for key in self.network if key[0] == PEER[name] and b'"ack":' in key[1]]
                for key in old:
                    del self.network[key]
            self.network[PEER[name], frame] = None

    def violations(self) -> list[str]:
        """Return the guarantees that do not hold."""
        oracles = {name: Oracle(GATES[name]) for name in "AB"}
        for name, oracle in oracles.items():
            oracle.follow(self.disks[name].durable)
        found = [line for oracle in oracles.values() for line in oracle.violations]
        for to, frame in self.network:
            body, said = json.loads(frame)["body"], oracles[PEER[to]]
            before = len(said.violations)
            said.signed(body["head"])
            found += said.violations[before:]
            if "ack" in body and body["ack"] > len(said.received):
                found.append("acknowledged before it was durable")
            if "seq" in body and [canonical(sent) for sent in said.sent[body["seq"] - 1 :][:1]] != [
                canonical(body)
            ]:
                found.append("on the network and not in the log")
        for name, oracle in oracles.items():
            if oracle.received != oracles[PEER[name]].sent[: len(oracle.received)]:
                found.append("recorded what was not sent")
            found += [
                f"an honest peer is refused: {reason}"
                for reason in self.nodes[name].refusals
                if reason not in EXPECTED
            ]
        return found

    def settles(self) -> bool:
        """Return whether a network that delivers again brings every message and its receipt."""
        for _ in range(4):
            for name in "AB":
                self.nodes[name].receive(self.nodes[PEER[name]].receive(self.nodes[name].resend()))
        return not any(node.outbox for node in self.nodes.values())


EXPECTED = {
    "gap",
    "wrong key",
}  # a frame before its turn; a receipt under a key whose announcement has yet to come


def _clock() -> int:
    return START_MS


@dataclass(frozen=True)
class Explored:
    """How many states there are within bounds, and what did not hold in the first that breaks a guarantee."""

    states: int
    found: list[str]


def explore(bounds: Bounds, *, kind: type[Node] = Node, at_most: int = 10**9) -> Explored:
    """Visit every state within bounds, in the order of their distance from the start."""
    start = State(bounds, kind)
    seen, waiting = {start.mark()}, [start]
    while waiting and len(seen) < at_most:
        following: list[State] = []
        for state in waiting:
            if found := state.violations():
                return Explored(len(seen), found)
            for move in state.moves():
                after = state.copied()
                move(after)
                mark = after.mark()
                if mark not in seen:
                    seen.add(mark)
                    following.append(after)
            if not state.settles():
                return Explored(len(seen), ["a released message never arrived"])
        waiting = following
    return Explored(len(seen), [])


LARGE = (
    Bounds({"A": 2, "B": 1}, crashes=1, rotations=0, resends=1),
    Bounds({"A": 1, "B": 1}, crashes=1, rotations=1, resends=1),
    Bounds({"A": 2, "B": 1}, crashes=2, rotations=1, resends=1),
)


def rows() -> list[dict[str, Any]]:
    """Return a row for each set of bounds; the last takes an hour or so."""
    return [_row(number, bounds, explore(bounds)) for number, bounds in enumerate(LARGE, start=1)]


def _row(number: int, bounds: Bounds, found: Explored) -> dict[str, Any]:
    sent = sum(bounds.messages.values())
    limits = (
        f"{sent} messages, {bounds.crashes} crashes, {bounds.rotations} new keys, {bounds.resends} resends"
    )
    what = f"guarantees broken in all {found.states} states of two nodes within {limits}"
    kept = {"value": len(found.found), "unit": "1", "bar": 0, "holds": not found.found}
    return {
        "id": f"exchange.explored.{number}",
        "what": what,
        **kept,
        "source": "validation.exchange_explore",
    }
