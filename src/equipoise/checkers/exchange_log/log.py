"""One party's log while it is read: the RFC 6962 head of every prefix, and what its own messages were."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .columns import Column
from .leaves import DamagedLogError, leaves_of

NAMED = ("party", "key", "peer", "peer_key", "gate")  # what the first leaf states
MESSAGE, RECEIPT = b"equipoise exchange message 1\n", b"equipoise exchange receipt 1\n"
_P = 2**255 - 19
_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
# y of the points of Ed25519 whose order divides 8, in every encoding
SMALL_ORDER = {0, 1, _P - 1, _P, _P + 1, _ORDER_8, _P - _ORDER_8}
_sha256 = hashlib.sha256
_SENT = struct.Struct(">32s32sQ?")
_NONE = b"", b"", 0, False
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def to_bytes(value: Any) -> bytes:
    """Return the byte form that is hashed and signed."""
    return _ENCODER.encode(value).encode()


def sha(value: Any) -> bytes:
    """Return the SHA-256 of the byte form."""
    return hashlib.sha256(to_bytes(value)).digest()


class Signed:
    """What a signature is over: the bytes of a frame's body, with its key; the frame itself may go."""

    __slots__ = ("_domain", "_signature", "body", "hash", "key")

    def __init__(self, frame: dict[str, Any], domain: bytes, *, body: bytes | None = None) -> None:
        """Take a frame that was signed under :data:`MESSAGE` or :data:`RECEIPT`; ``body`` are its bytes, where at hand."""
        self.key, self._signature, self._domain = frame["key"], frame["sig"], domain
        self.body = to_bytes(frame["body"]) if body is None else body
        self.hash = _sha256(self.body).digest()

    def holds(self) -> bool:
        """Return whether the frame's key signed its body."""
        return signed_bytes(self.key, self._domain + self.body, self._signature)


def signed_bytes(key: str, data: bytes, signature: str) -> bool:
    """Return whether the Ed25519 key signed the data; a key under which anybody can sign never did."""
    try:
        point, mark = bytes.fromhex(key), bytes.fromhex(signature)
        if point.hex() != key or mark.hex() != signature or _y(point) in SMALL_ORDER:
            return False
        Ed25519PublicKey.from_public_bytes(point).verify(mark, data)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _y(point: bytes) -> int:
    """Return the y of an encoded point, without the sign of its x."""
    return int.from_bytes(point, "little") & (2**255 - 1)


class Tree:
    """Every node of the hash tree on disk, so that the head of any prefix takes a logarithm of steps and no memory.

    Nodes lie in the order in which they are completed: leaf ``m``, then its ancestors of which it is the last leaf.
    """

    def __init__(self, nodes: Column, size: int = 0) -> None:
        """Take up a tree of ``size`` leaves whose nodes are there."""
        self.size, self._nodes = size, nodes
        self.node = lru_cache(maxsize=1024)(self._node)  # successive heads share nearly all of theirs
        self._peaks = [self.node(level, (size >> level) - 1) for level in _levels(size)][::-1]
        self._root = lru_cache(maxsize=256)(self._rooted)

    def _node(self, level: int, index: int) -> bytes:
        """Return the hash of a whole subtree of ``2**level`` leaves."""
        last = ((index + 1) << level) - 1
        return self._nodes[2 * last - last.bit_count() + level]

    def append(self, leaf: bytes) -> None:
        """Add a leaf and every inner node that it completes."""
        value, count, peaks = _sha256(b"\x00" + leaf).digest(), self.size, self._peaks
        new = value
        while count & 1:
            value = _sha256(b"\x01" + peaks.pop() + value).digest()
            new += value
            count >>= 1
        self._nodes.append(new)
        peaks.append(value)
        self.size += 1

    def root(self, size: int) -> str:
        """Return the head over the first ``size`` leaves, in hex."""
        return self._root(size)

    def _rooted(self, size: int) -> str:
        root = b""
        for level in _levels(size):
            peak = self.node(level, (size >> level) - 1)
            root = hashlib.sha256(b"\x01" + peak + root).digest() if root else peak
        return (root or hashlib.sha256(b"").digest()).hex()


def _levels(size: int) -> list[int]:
    """Return the levels of the whole subtrees that a tree is made of, the smallest first."""
    return [level for level in range(size.bit_length()) if size >> level & 1]


class Log:
    """One party's log: who it says the parties are, its tree, and what its own messages were.

    ``name`` is the hash of the first leaf, by which every message and receipt names the log that it comes from;
    ``sealed`` is the length of the longest prefix that another party's copy of a signed head vouches for, ``keys`` are all that the
    log itself names as its party's.
    """

    def __init__(self, path: Path, first: bytes) -> None:
        """Take the first leaf; what the other leaves say comes with :meth:`begin`."""
        leaf = json.loads(first)
        self.path, self.sealed = path, 0
        self.party, self.key, self.peer, self.peer_key, self.gate = (leaf[name] for name in NAMED)
        self.name, self.keys = hashlib.sha256(b"\x00" + first).hexdigest(), {self.key}

    def begin(
        self, column: Callable[[str, int, int], Column], *, size: int = 0, sent: int = 0, sealed: int = 0
    ) -> None:
        """Take up what was read before: ``column(name, width, count)`` gives the records."""
        self.tree = Tree(column("tree", 32, 2 * size - size.bit_count()), size)
        self._messages, self.sealed = column("messages", _SENT.size, sent), sealed

    @property
    def origin(self) -> str:
        """Return the name that the log has in checkpoints."""
        return f"equipoise-exchange/{self.party}/{self.name[:32]}"

    @property
    def sent(self) -> int:
        """Return how many messages the party sent."""
        return len(self._messages)

    def add_message(self, body_hash: bytes, frame: bytes, head_size: int, *, tells: bool) -> None:
        """Take the next own message; two logs show the same bytes of a ``frame`` when its hash, its mark, is one.

        ``tells`` is whether what it says changes how the verifier reads on: a new key, a notice.
        """
        self._messages.append(_SENT.pack(body_hash, _sha256(frame).digest(), head_size, tells))

    def message(self, seq: int) -> tuple[bytes, bytes, int, bool]:
        """Return of one sent message its body's hash, its frame's mark, the size that it signs, whether it tells; or nothing."""
        try:
            found: tuple[bytes, bytes, int, bool] = _SENT.unpack(self._messages[seq - 1])
        except IndexError:
            return _NONE
        return found

    def body_hash(self, seq: int) -> bytes:
        """Return the hash of the body of one sent message; empty when there is none."""
        return self.message(seq)[0]

    def problem_with_head(self, head: dict[str, Any]) -> str:
        """Return what a head that this party signed proves against its log, or an empty string."""
        if head["size"] > self.tree.size:
            return f"{self.party} signed a log of {head['size']} leaves; {self.path.name} is truncated to {self.tree.size}"
        if self.tree.root(head["size"]) != head["root"]:
            return f"fork: {self.party} signed another history of {head['size']} leaves than {self.path.name} shows"
        return ""

    def seal(self, head: dict[str, Any]) -> str:
        """Take note of a head that another party holds; return what it proves against the log, or an empty string."""
        problem = self.problem_with_head(head)
        if not problem:
            self.sealed = max(self.sealed, head["size"])
        return problem


def open_log(path: Path) -> Log:
    """Read the first leaf; anything else than a log is a ``DamagedLogError``."""
    try:
        first = next(leaves_of(path), b"null")
        leaf = json.loads(first)
        if not isinstance(leaf, dict) or leaf.get("kind") != "genesis":
            raise DamagedLogError("no first leaf that names the parties")
        if not all(isinstance(leaf[name], str) for name in NAMED):
            raise DamagedLogError("the first leaf does not name the parties")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedLogError(str(error)) from error
    return Log(path, first)
