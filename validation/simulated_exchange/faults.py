"""What the simulated world breaks: a disk that forgets, cheap signatures, and nodes with a planted bug."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from equipoise.exchange.node.log_state import FoldError
from equipoise.exchange.node.party_node import Node, Taken
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.encoding import FrameError
from equipoise.exchange.protocol.forms import FORMS
from equipoise.exchange.protocol.gate import Decision, Gate
from equipoise.exchange.protocol.incoming import Heard, check_message
from equipoise.exchange.protocol.outgoing import Filing


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
    """A disk that forgets what was not synced when its process dies.

    A sync that fails leaves its data in limbo: they are gone for the process that lives on, and may all the same be
    on the disk when it dies before it writes again (what SQLite's log does after a failed sync).
    """

    def __init__(self, rng: random.Random) -> None:
        """Start empty and healthy."""
        self.rng, self.durable, self.staged = rng, list[bytes](), list[bytes]()
        self.limbo: list[bytes] = []
        self.crash_rate = self.full_rate = self.fail_rate = 0.0

    def read(self, first: int = 0) -> Iterator[bytes]:
        """Return what survived."""
        return iter(self.durable[first:])

    def leaf(self, number: int) -> bytes:
        """Return one leaf as the process sees it."""
        return [*self.durable, *self.staged][number]

    def append(self, leaves: Sequence[bytes]) -> None:
        """Stage, or die, or be full."""
        self._maybe_die()
        if self.rng.random() < self.full_rate:
            self.staged.clear()
            raise StorageError("the simulated disk is full")
        self.staged.extend(leaves)
        self._maybe_die()

    def sync(self) -> None:
        """Make durable, or fail, or die before or after."""
        self._maybe_die()
        self.limbo.clear()
        if self.rng.random() < self.fail_rate:
            self.limbo, self.staged = self.staged, []
            raise StorageError("the simulated disk does not sync")
        self.durable += self.staged
        self.staged.clear()
        self._maybe_die()

    def die(self) -> None:
        """Lose what was staged; what is in limbo turns out to be there or not."""
        self.staged.clear()
        if self.rng.random() < 0.5:
            self.durable += self.limbo
        self.limbo.clear()

    def close(self) -> None:
        """Nothing is open."""

    def _maybe_die(self) -> None:
        if self.rng.random() < self.crash_rate:
            raise Crash


class _Unsynced:
    def __init__(self, node: Node) -> None:
        self.storage: Any = node.storage

    def __enter__(self) -> None:
        self.storage.sync = lambda: None

    def __exit__(self, *_: object) -> None:
        del self.storage.sync


class AckBeforeSync(Node):
    """Planted bug: acknowledges what is not yet durable."""

    def receive(self, frames: Sequence[bytes]) -> list[bytes]:
        """Receive with syncing left for later."""
        with _Unsynced(self):
            return super().receive(frames)


class SendBeforeSync(Node):
    """Planted bug: sends what is not yet durable."""

    def ingest_many(self, filings: Sequence[Filing]) -> Taken:
        """Ingest with syncing left for later."""
        with _Unsynced(self):
            return super().ingest_many(filings)


class DedupOff(Node):
    """Planted bug: records a message as often as it arrives."""

    @staticmethod
    def _is_duplicate(body: dict[str, Any], seq: int) -> bool:
        return False

    def _check_message(self, frame: dict[str, Any], heard: Heard) -> None:
        return


class GateBypass(Node):
    """Planted bug: one item in ten leaves as it came, without asking."""

    def _decide(self, item: dict[str, Any], *, approvals: int, sites: Sites) -> Decision:
        if int(item["payload"].get("serial", 1)) % 10 == 0:
            return Decision(allowed=True, rule="", reason="", dropped=(), payload=item["payload"])
        return super()._decide(item, approvals=approvals, sites=sites)


class OnePersonHold(Node):
    """Planted bug: one person's word is counted twice."""

    def _decide(self, item: dict[str, Any], *, approvals: int, sites: Sites) -> Decision:
        return super()._decide(item, approvals=2 * approvals, sites=sites)


class FoldOrder(Node):
    """Planted bug: a leaf that cannot be folded is passed over, and the tree is never told of it."""

    def fold(self, data: bytes, known: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fold, or go on as if nothing had been."""
        before = self.tree.copy()
        try:
            return super().fold(data, known)
        except FoldError:
            self.tree, self.failure = before, ""
            leaf: dict[str, Any] = json.loads(data)
            return leaf


class DepthOff(Node):
    """Planted bug: any JSON is a frame, and any payload that has what it must is recorded."""

    @staticmethod
    def _read(data: bytes) -> dict[str, Any]:
        try:
            frame = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise FrameError("not JSON") from error
        if not isinstance(frame, dict):
            raise FrameError("not an object")
        return frame

    def _check_message(self, frame: dict[str, Any], heard: Heard) -> None:
        body = frame["body"]
        known = {
            name: value for name, value in body["payload"].items() if name in FORMS.get(body["stream"], {})
        }
        check_message({**body, "payload": known}, heard=heard, signed_by=frame["key"], verify=self.verify)


class StruckStillCounts(Node):
    """Planted bug: the approval of a person who was struck from the list goes on counting."""

    def _standing(self, approvals: Mapping[str, str], item_hash: str) -> dict[str, str]:
        fresh = super()._standing(approvals, item_hash)
        return {**{name: approvals[name] for name in approvals if name not in self.operators}, **fresh}


class SealOff(Node):
    """Planted bug: the log is not compared with what was kept beside it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Open without seal and snapshot."""
        super().__init__(*args, **{**more, "seal": None, "snapshot": None})


class OtherCoarsening(Node):
    """Planted bug: each process draws displacements of its own."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Open, then draw from another secret than the log committed to."""
        super().__init__(*args, **more)
        self.gate = Gate(self.random_bytes(32), party=self.party.name)


PLANTED: dict[str, type[Node]] = {
    "ack-before-sync": AckBeforeSync,
    "send-before-sync": SendBeforeSync,
    "dedup-off": DedupOff,
    "gate-bypass": GateBypass,
    "one-person-hold": OnePersonHold,
    "fold-order": FoldOrder,
    "depth": DepthOff,
    "scope-of-approvals": StruckStillCounts,
    "rollback": SealOff,
    "coarsening-key": OtherCoarsening,
}
