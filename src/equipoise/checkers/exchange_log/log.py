"""A log as found on disk: its leaves one by one, and the RFC 6962 head of every prefix."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .notes import BadNoteError, parse_note

NAMED = ("party", "key", "peer", "peer_key", "gate")  # what the first leaf states
SQLITE = b"SQLite format 3\x00"


class DamagedLogError(ValueError):
    """A file that is no log of this protocol."""


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def to_bytes(value: Any) -> bytes:
    """Return the byte form that is hashed and signed."""
    return _ENCODER.encode(value).encode()


def sha(value: Any) -> bytes:
    """Return the SHA-256 of the byte form."""
    return hashlib.sha256(to_bytes(value)).digest()


class Signed:
    """A signed frame with its body in bytes, which takes longer to make than any hash of it."""

    def __init__(self, frame: dict[str, Any], kind: str) -> None:
        """Take a frame ``{body, key, sig}`` of a ``message`` or a ``receipt``."""
        self.frame, self.body, self._kind = frame, to_bytes(frame["body"]), kind
        self.hash = hashlib.sha256(self.body).digest()

    @property
    def mark(self) -> bytes:
        """Return what two frames have in common only when body, key and signature are the same."""
        return hashlib.sha256(self.hash + f"{self.frame['key']}/{self.frame['sig']}".encode()).digest()

    def holds(self) -> bool:
        """Return whether the frame's key signed its body."""
        data = b"equipoise exchange " + self._kind.encode() + b" 1\n" + self.body
        return signed_bytes(self.frame["key"], data, self.frame["sig"])


def signed_bytes(key: str, data: bytes, signature: str) -> bool:
    """Return whether the Ed25519 key signed the data."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def leaves_of(path: Path) -> Iterator[bytes]:
    """Return the leaves of a log file, of an exported one with a leaf on each line, or of a folder of tiles."""
    if path.is_dir():
        yield from _bundles(path)
        return
    with path.open("rb") as file:
        if file.read(len(SQLITE)) != SQLITE:
            file.seek(0)
            for line in file:
                if not line.endswith(b"\n"):
                    raise DamagedLogError("the last line is cut")
                yield line[:-1]
            return
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        for expected, (number, data) in enumerate(
            db.execute("SELECT number, data FROM leaf ORDER BY number")
        ):
            if number != expected:
                raise DamagedLogError(f"leaf {expected} is missing")
            yield data
    except sqlite3.Error as error:
        raise DamagedLogError(str(error)) from error
    finally:
        db.close()


def _bundles(folder: Path) -> Iterator[bytes]:
    """Return the entries of C2SP tlog-tiles, as many as the checkpoint says."""
    try:
        size = parse_note((folder / "checkpoint").read_text("utf-8")).size
    except (UnicodeDecodeError, BadNoteError) as error:
        raise DamagedLogError(f"{folder.name}/checkpoint: {error}") from error
    for number in range((size + 255) // 256):
        width = min(256, size - 256 * number)
        name = tile_name("entries", number, width)
        data = (folder / name).read_bytes()
        at = 0
        for _ in range(width):
            length = int.from_bytes(data[at : at + 2], "big")
            if at + 2 + length > len(data):
                raise DamagedLogError(f"{name} is cut")
            yield data[at + 2 : at + 2 + length]
            at += 2 + length
        if at != len(data):
            raise DamagedLogError(f"{name} holds more than its entries")


def tile_name(level: str, number: int, width: int) -> str:
    """Return where C2SP tlog-tiles puts a tile, or with level ``entries`` a bundle."""
    digits = str(number)
    digits = digits.zfill(len(digits) + -len(digits) % 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")


class Tree:
    """Every inner node of the hash tree, so that the head of any prefix takes a logarithm of steps."""

    def __init__(self) -> None:
        """Start empty."""
        self.size = 0
        self._levels: list[bytearray] = [bytearray()]

    def append(self, leaf: bytes) -> None:
        """Add a leaf and every inner node that it completes."""
        value, level, count = hashlib.sha256(b"\x00" + leaf).digest(), 0, self.size
        self._levels[0] += value
        while count & 1:
            value = hashlib.sha256(b"\x01" + bytes(self._levels[level][-64:-32]) + value).digest()
            level, count = level + 1, count >> 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += value
        self.size += 1

    def root(self, size: int) -> str:
        """Return the head over the first ``size`` leaves, in hex."""
        root = b""
        for level in range(size.bit_length()):
            if size >> level & 1:
                at = 32 * ((size >> level) - 1)
                peak = bytes(self._levels[level][at : at + 32])
                root = hashlib.sha256(b"\x01" + peak + root).digest() if root else peak
        return (root or hashlib.sha256(b"").digest()).hex()


@dataclass
class Log:
    """One party's log: who it says the parties are, its tree, and what its own messages were.

    ``bodies`` are the hashes of the messages that the party sent, ``frames`` the marks of their frames, 32 bytes each;
    ``name`` is the hash of the first leaf, by which every message and receipt names the log that it comes from;
    ``sealed`` is the length of the longest prefix that another party's copy of a signed head vouches for.
    """

    path: Path
    party: str
    key: str
    peer: str
    peer_key: str
    gate: str
    name: str
    tree: Tree = field(default_factory=Tree)
    bodies: bytearray = field(default_factory=bytearray)
    frames: bytearray = field(default_factory=bytearray)
    sealed: int = 0

    def leaves(self) -> Iterator[bytes]:
        """Return the leaves that the tree is over: what a running node adds after that is another day's question."""
        return islice(leaves_of(self.path), self.tree.size)

    @property
    def origin(self) -> str:
        """Return the name that the log has in checkpoints."""
        return f"equipoise-exchange/{self.party}/{self.name[:32]}"

    @property
    def sent(self) -> int:
        """Return how many messages the party sent."""
        return len(self.bodies) // 32

    def body_hash(self, seq: int) -> bytes:
        """Return the hash of the body of one sent message; empty when there is none."""
        return bytes(self.bodies[32 * (seq - 1) : 32 * seq]) if seq > 0 else b""

    def frame_mark(self, seq: int) -> bytes:
        """Return the mark of the frame of one sent message; empty when there is none."""
        return bytes(self.frames[32 * (seq - 1) : 32 * seq]) if seq > 0 else b""

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
    """Read the whole file once: its tree and its first leaf; anything else than a log is a ``DamagedLogError``."""
    try:
        tree, first = Tree(), None
        for data in leaves_of(path):
            tree.append(data)
            first = data if first is None else first
        leaf = json.loads(first or b"null")
        if not isinstance(leaf, dict) or leaf.get("kind") != "genesis":
            raise DamagedLogError("no first leaf that names the parties")
        party, key, peer, peer_key, gate = (leaf[name] for name in NAMED)
        if not all(isinstance(leaf[name], str) for name in NAMED):
            raise DamagedLogError("the first leaf does not name the parties")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedLogError(str(error)) from error
    return Log(path, party, key, peer, peer_key, gate, tree.root(1), tree)
