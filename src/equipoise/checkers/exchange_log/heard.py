"""What a log holds of the other party, set aside on disk while the log is walked: no leaf is read from the log twice."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from itertools import islice

from .columns import Column, Pile
from .leaves import DamagedLogError, leaves_of
from .log import Log

_RECORD = struct.Struct(">Q32s66sQ")
_KEY_END = len(',"sig":""}}') + 128  # bytes of a leaf with a frame that stand behind its key
_KEY_AT = _KEY_END + 66
_FRAME = b'"message":'
FAR = 10_000  # leaves, from which on it is quicker to look a leaf up than to read those before it
_LAST = 2**64, b""  # stands behind all leaves
# One leaf of the other party's words: its number; a frame's mark, its quoted key and the moment, or nothing, nothing, 0 and
# all bytes of the leaf.
Word = tuple[int, bytes, bytes, int, bytes]


class Heard:
    """The words of the other party in one log, and apart from them its receipts; a struck key is among both."""

    def __init__(self) -> None:
        """Start with none."""
        self._frames, self._leaves, self.answers = Column(_RECORD.size), Pile(), Pile()

    def word(self, number: int, data: bytes, *, at_ms: int, at: int, kind: bytes) -> None:
        """Take a leaf of the kind ``received`` or ``receipt`` whose bytes from ``at`` on say the word itself."""
        if kind == b"receipt":
            self.answers.append(number, data)
        elif not data.startswith(_FRAME, at):
            self._leaves.append(number, data)
        else:
            self._frame(number, data, at_ms=at_ms, at=at + len(_FRAME))

    def _frame(self, number: int, data: bytes, *, at_ms: int, at: int) -> None:
        """Keep of a message what says whether the other log shows the same frame, byte for byte."""
        key = data[-_KEY_AT:-_KEY_END]
        if key[:1] + key[-1:] != b'""' or not data.endswith(b"}}"):
            self._leaves.append(number, data)
            return
        mark = hashlib.sha256(data[at:-1]).digest()
        self._frames.append(_RECORD.pack(number, mark, key, at_ms))

    def leaf(self, number: int, data: bytes, kind: str) -> None:
        """Take a leaf of another form or kind."""
        if kind in ("received", "peer-key", "refused", "fork"):
            self._leaves.append(number, data)
        if kind in ("receipt", "peer-key"):
            self.answers.append(number, data)

    def __iter__(self) -> Iterator[Word]:
        """Return everything but the receipts in the order of the log."""
        leaves = iter(self._leaves)
        next_leaf, data = next(leaves, _LAST)
        for piece in self._frames.pieces():
            for number, mark, key, at_ms in _RECORD.iter_unpack(piece):
                while next_leaf < number:
                    yield next_leaf, b"", b"", 0, data
                    next_leaf, data = next(leaves, _LAST)
                yield number, mark, key, at_ms, b""
        while next_leaf < _LAST[0]:
            yield next_leaf, b"", b"", 0, data
            next_leaf, data = next(leaves, _LAST)


class Again:
    """Reads leaves of a log a second time, in their order: those about which the first reading left something open."""

    def __init__(self, log: Log, *, first: int = 0) -> None:
        """Start at a leaf before those to be read."""
        self._log, self._leaves, self._next = log, leaves_of(log.path, first=first), first

    def leaf(self, number: int) -> bytes:
        """Return a leaf; another than the tree was grown with is a ``DamagedLogError``."""
        if number - self._next > FAR:
            self._leaves, self._next = leaves_of(self._log.path, first=number), number
        data = next(islice(self._leaves, number - self._next, None), b"")
        self._next = number + 1
        if hashlib.sha256(b"\x00" + data).digest() != self._log.tree.node(0, number):
            raise DamagedLogError(f"{self._log.path.name}: leaf {number} changed while it was read")
        return data
