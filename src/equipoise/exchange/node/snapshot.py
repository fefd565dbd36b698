"""Where a party's log led to, signed and kept beside it, so that a start replays only the leaves after it.

The log stays the truth: a snapshot of another version, of other instruments or with a signature that does not hold
counts for nothing, and the whole log is replayed. One that the log contradicts ends the start, as the seal does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.exchange.protocol.encoding import SNAPSHOT_DOMAIN, digest
from equipoise.exchange.protocol.tree import leaf_hash
from equipoise.foundation.errors import InputError, misuse
from equipoise.foundation.hashing import hash_of_files, source_files

if TYPE_CHECKING:
    from equipoise.exchange.node.party_node import Node
    from equipoise.exchange.node.store import Storage

PACKAGE = Path(__file__).parents[2]
CURE = "Nothing is signed. Put the newest copy of the folder back, or start a new exchange with the peer."


@cache
def version() -> str:
    """Return a hash of all code and data that make a state of leaves."""
    folders = [PACKAGE / name for name in ("exchange", "model", "foundation")]
    return hash_of_files(PACKAGE, source_files(*folders))


@dataclass(frozen=True)
class Snapshot:
    """A state as it lies on disk: its bytes, and the party's signature over their hash."""

    state: bytes
    key: str
    sig: str

    @classmethod
    def of(cls, node: Node) -> Snapshot:
        """Return the state of a node between two batches of leaves."""
        last = leaf_hash(node.storage.leaf(node.tree.size - 1)).hex()
        kept = {
            **_question(node),
            "last_leaf": last,
            **node.kept(),
        }  # in its order: the oldest of a table go first
        state = json.dumps(kept, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
        return cls(state, node.own_key, node.keyring[node.own_key].sign(_statement(state)))

    @classmethod
    def read(cls, data: bytes) -> Snapshot | None:
        """Return the snapshot in a file; ``None`` for anything else."""
        head, _, state = data.partition(b"\n")
        key, _, sig = head.partition(b" ")
        if not (key.isalnum() and sig.isalnum() and head.isascii()):
            return None
        return cls(state, key.decode(), sig.decode())

    def written(self) -> bytes:
        """Return the bytes of a file: key and signature in its first line, then the state."""
        return f"{self.key} {self.sig}\n".encode() + self.state

    def put_back(self, node: Node, storage: Storage) -> int:
        """Let a new node go on from here and return the leaves that it need not replay: none if this counts for nothing.

        An ``InputError`` says that the log is shorter than this, or ends here in another leaf.
        """
        if self.key not in node.keyring or not node.verify(self.key, _statement(self.state), self.sig):
            return 0
        state = json.loads(self.state)
        if any(state.get(name) != value for name, value in _question(node).items()):
            return 0
        size: int = state["tree"]["size"]
        leaf = next(storage.read(size - 1), None)
        if leaf is None:
            raise _contradicted(f"is shorter than the {size} leaves that 'snapshot' is over: an older copy.")
        if leaf_hash(leaf).hex() != state["last_leaf"]:
            raise _contradicted(f"has another leaf {size - 1} than 'snapshot' was signed over.")
        node.take_up(state)
        return size


def _statement(state: bytes) -> bytes:
    return SNAPSHOT_DOMAIN + hashlib.sha256(state).digest()


def _question(node: Node) -> dict[str, Any]:
    return {
        "version": version(),
        "instruments": digest(node.picture.instruments),
        "party": [node.party.name, node.party.peer],
    }


def _contradicted(line: str) -> InputError:
    return misuse("evidence log", "", line, CURE)
