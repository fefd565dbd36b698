"""Every order of events of two real nodes within bounds: messages, lost, repeated and reordered frames, crashes, a new key.

The network delivers the frames that it holds in any order or never; what is resent comes twice. Of the receipts it holds
the newest of each side. A crash comes before what is written is durable, or after that and before anything is said. Clock
and randomness stand still, so that two ways to one state are one state. In every state the guarantees hold; from every
state a network that delivers again settles it.

What a node does depends on its own state and on what it is given alone, so each step of a node is taken once, by the real
node, and remembered: the states of the pair are then gone through without running a node again.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.refusals import LATE
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import Party
from equipoise.model.notices import instruments
from validation.simulated_exchange.faults import CheapSigner, Crash, verify_cheap
from validation.simulated_exchange.oracle import Oracle, message_in

START_MS = 1_300_000_000_000
GATES = {name: Gate(name.encode() * 16, party=name) for name in "AB"}
DUTIES = instruments()
PEER = {"A": "B", "B": "A"}
EXPECTED = {  # a frame before its turn; a receipt under a key whose announcement has yet to come
    "gap",
    LATE,
    "wrong key",
}
Act = tuple[str, Any]  # what a node does, and with what


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


@dataclass
class Side:
    """One party with its disk and its keys, as it stands between two events."""

    name: str
    kind: type[Node]
    keys: list[CheapSigner]
    disk: Disk = field(default_factory=Disk)
    node: Node = field(init=False)

    def __post_init__(self) -> None:
        """Start on the disk."""
        self.open()

    def open(self) -> None:
        """Start the node anew from its disk."""
        peer = PEER[self.name]
        self.node = self.kind(
            Party(self.name, peer, CheapSigner(peer).public),
            signers=self.keys,
            gate=GATES[self.name],
            storage=self.disk,
            instruments=DUTIES,
            clock_ms=_clock,
            random_bytes=bytes,
            verify=verify_cheap,
        )

    def copied(self) -> Side:
        """Return a side of its own; what is never changed in place is shared."""
        node = self.node
        shared = (*GATES.values(), DUTIES, *self.keys, node.party, node.heard, node.rules)
        known: dict[int, Any] = {id(one): one for one in shared}
        return copy.deepcopy(self, known | {id(node.picture): node.picture.copy()})

    def mark(self) -> bytes:
        """Return what two sides have in common only when they answer alike ever after."""
        node = self.node
        line = (node.peer_line.receipt, sorted(node.peer_line.pending), node.line.receipt.kept())
        rest = (line, sorted(node.refusals), len(self.keys), [leaf.hex() for leaf in self.disk.durable])
        return hashlib.sha256(json.dumps([self.name, node.kept(), rest], sort_keys=True).encode()).digest()

    def do(self, act: Act, dies: str) -> tuple[tuple[bytes, ...], bool]:
        """Act; return what is said, and whether the node died of it."""
        self.disk.dies = dies
        try:
            return tuple(self._act(*act)), False
        except Crash:
            self.disk.dies, self.disk.staged = "", []
            self.open()
            return (), True
        finally:
            self.disk.dies = ""

    def _act(self, what: str, given: Any) -> list[bytes]:
        if what == "receive":
            return self.node.receive(list(given))
        if what == "resend":
            return self.node.resend()
        if what == "rotate":
            self.keys.append(CheapSigner(f"{self.name}{given}"))
            return self.node.rotate(self.keys[-1])
        text = {"text": f"{self.name}{given}"}
        return self.node.ingest(
            {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": text}
        )


class Step(NamedTuple):
    """Where an event led one party: its state by number, what it said, whether it died."""

    after: int
    frames: tuple[bytes, ...]
    died: bool


class Sides:
    """Every state of either party that was seen, by number, with what it does and whether its guarantees hold."""

    def __init__(self, kind: type[Node]) -> None:
        """Start both on empty disks: the states 0 (A) and 1 (B)."""
        self._sides: list[Side] = []
        self._oracles: list[Oracle] = []
        self._numbers: dict[bytes, int] = {}
        for name in "AB":
            self._number(Side(name, kind, [CheapSigner(name)]))
        self.step = cache(self._step)
        self.wrong_with_frame, self.wrong_with_pair = cache(self._frame), cache(self._pair)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._sides)

    def _number(self, side: Side) -> int:
        number = self._numbers.setdefault(side.mark(), len(self._sides))
        if number == len(self._sides):
            self._sides.append(side)
            self._oracles.append(Oracle(GATES[side.name]))
            self._oracles[-1].follow(side.disk.durable)
        return number

    def waits(self, number: int) -> bool:
        """Return whether a party has something to send again."""
        return bool(self._sides[number].node.outbox)

    def _step(self, number: int, act: Act, dies: str) -> Step:
        side = self._sides[number].copied()
        frames, died = side.do(act, dies)
        return Step(self._number(side), frames, died)

    def _frame(self, number: int, frame: bytes) -> tuple[str, ...]:
        """Return what is wrong with a frame of this party on the network."""
        said, body = self._oracles[number], json.loads(frame)["body"]
        before = len(said.violations)
        said.signed(body["head"])
        found = said.violations[before:]
        del said.violations[before:]
        if "ack" in body and body["ack"] > len(said.received):
            found.append("acknowledged before it was durable")
        seq, data = message_in(frame)
        if seq and said.said[seq - 1 : seq] != [data]:
            found.append("on the network and not in the log")
        return tuple(found)

    def _pair(self, a: int, b: int) -> tuple[str, ...]:
        """Return what is wrong with two parties, whatever is on the network; from here they must come to rest."""
        found: list[str] = []
        for own, peer in ((a, b), (b, a)):
            oracle, sent = self._oracles[own], self._oracles[peer].sent
            found += oracle.violations
            if oracle.received != sent[: len(oracle.received)]:
                found.append("recorded what was not sent")
            refused = sorted(set(self._sides[own].node.refusals) - EXPECTED)
            found += [f"an honest peer is refused: {reason}" for reason in refused]
        return tuple(found) if found or self._settles(a, b) else ("a released message never arrived",)

    def _settles(self, a: int, b: int) -> bool:
        """Return whether a network that delivers again brings every message and its receipt."""
        for _ in range(4):
            for a_sends in (True, False):
                one, other = (a, b) if a_sends else (b, a)
                if not self.waits(one):
                    continue
                one, frames, _ = self.step(one, ("resend", None), "")
                other, frames, _ = self.step(other, ("receive", frames), "")
                if frames:
                    one, _, _ = self.step(one, ("receive", frames), "")
                a, b = (one, other) if a_sends else (other, one)
            if not (self.waits(a) or self.waits(b)):
                return True
        return False


class State(NamedTuple):
    """Both parties by number, the frames on the network with their reader, and what may still happen."""

    sides: tuple[int, int]
    network: frozenset[tuple[str, bytes]]
    left: tuple[int, int]
    crashes: int
    rotations: int
    resends: int


def _after(state: State, sides: Sides, place: int, act: Act) -> Iterator[State]:
    """Return where an act of one party leads, with every death that it can bring."""
    name = "AB"[place]
    network, left = state.network, list(state.left)
    rotations, resends = state.rotations - (act[0] == "rotate"), state.resends - (act[0] == "resend")
    left[place] -= act[0] == "ingest"
    if act[0] == "receive":
        network -= {(name, act[1][0])}
    for dies in ("", "before", "after") if state.crashes else ("",):
        number, frames, died = sides.step(state.sides[place], act, dies)
        if dies and not died:  # nothing was written: as without
            continue
        both = (number, state.sides[1]) if place == 0 else (state.sides[0], number)
        said = _said(network, PEER[name], frames)
        yield State(both, said, (left[0], left[1]), state.crashes - died, rotations, resends)


def _said(
    network: frozenset[tuple[str, bytes]], to: str, frames: Sequence[bytes]
) -> frozenset[tuple[str, bytes]]:
    """Return the network with what was said: a receipt takes the place of one that is on its way."""
    for frame in frames:
        if _is_receipt(frame):
            network = frozenset(key for key in network if key[0] != to or not _is_receipt(key[1]))
        network |= {(to, frame)}
    return network


def _is_receipt(frame: bytes) -> bool:
    return b'"ack":' in frame


def _acts(state: State, sides: Sides) -> Iterator[tuple[int, Act]]:
    """Return everything that can happen next: which party, and what it does."""
    for place, name in enumerate("AB"):
        if state.resends and sides.waits(state.sides[place]):
            yield place, ("resend", None)
        if state.left[place]:
            yield place, ("ingest", state.left[place] - 1)
        if state.rotations and name == "A":
            yield place, ("rotate", state.rotations - 1)
        for to, frame in state.network:
            if to == name:
                yield place, ("receive", (frame,))


def _clock() -> int:
    return START_MS


@dataclass(frozen=True)
class Explored:
    """How many states there are within bounds, of the pair and of either party, and what did not hold in the first bad one."""

    states: int
    sides: int
    found: list[str]


def explore(bounds: Bounds, *, kind: type[Node] = Node) -> Explored:
    """Visit every state within bounds, in the order of their distance from the start."""
    sides = Sides(kind)
    left = (bounds.messages["A"], bounds.messages["B"])
    start = State((0, 1), frozenset(), left, bounds.crashes, bounds.rotations, bounds.resends)
    seen, waiting = {_key(start)}, deque([start])
    while waiting:
        state = waiting.popleft()
        if found := _wrong_with(state, sides):
            return Explored(len(seen), len(sides), found)
        for place, act in _acts(state, sides):
            for after in _after(state, sides, place, act):
                if (key := _key(after)) not in seen:
                    seen.add(key)
                    waiting.append(after)
    return Explored(len(seen), len(sides), [])


def _key(state: State) -> int:
    """Return 128 bits of a state, which is what a set of millions has room for."""
    numbers = (state.sides, state.left, state.crashes, state.rotations, state.resends)
    frames = sorted(to.encode() + _digest(frame) for to, frame in state.network)
    found = hashlib.blake2b(repr(numbers).encode() + b"".join(frames), digest_size=16)
    return int.from_bytes(found.digest(), "big")


@cache
def _digest(frame: bytes) -> bytes:
    return hashlib.blake2b(frame, digest_size=16).digest()


def _wrong_with(state: State, sides: Sides) -> list[str]:
    """Return the guarantees that do not hold in a state."""
    found = list(sides.wrong_with_pair(*state.sides))
    for to, frame in state.network:
        found += sides.wrong_with_frame(state.sides["AB".index(PEER[to])], frame)
    return found


LARGE = (
    Bounds({"A": 2, "B": 1}, crashes=1, rotations=0, resends=1),
    Bounds({"A": 1, "B": 1}, crashes=1, rotations=1, resends=1),
    Bounds({"A": 2, "B": 1}, crashes=2, rotations=1, resends=0),
    Bounds({"A": 2, "B": 1}, crashes=2, rotations=1, resends=1),
)


def rows() -> list[dict[str, Any]]:
    """Return a row for each set of bounds; ``EQUIPOISE_EXPLORE`` says how many of the sets, all without it."""
    sets = LARGE[: int(os.environ.get("EQUIPOISE_EXPLORE", len(LARGE)))]
    return [_row(number, bounds, explore(bounds)) for number, bounds in enumerate(sets, start=1)]


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
