"""Records of one width on disk, appended at the end and read by number: what a long log needs at hand and no memory holds."""

from __future__ import annotations

import json
import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FLUSH = 1 << 16
BLOCK = 1 << 12  # bytes read at once: what follows is asked for next, as a rule


class Column:
    """Binary records of ``width`` bytes; the newest ones, under 64 KiB, wait in memory."""

    def __init__(self, width: int, path: Path | None = None, *, count: int = 0) -> None:
        """Open ``path`` at its first ``count`` records, which must be there; without a path, in a file that goes with it."""
        self.width, self._on_disk, self._new = width, count * width, bytearray()
        if path is None:
            handle, name = tempfile.mkstemp()
            os.unlink(name)
        else:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._handle, self._block, self._block_at = handle, b"", 0
        weakref.finalize(self, os.close, handle)
        if os.fstat(handle).st_size < self._on_disk:
            raise ValueError(f"{'' if path is None else path.name} holds fewer than {count} records")
        os.ftruncate(handle, self._on_disk)

    def __len__(self) -> int:
        """Return how many records there are."""
        return (self._on_disk + len(self._new)) // self.width

    def append(self, record: bytes) -> None:
        """Add one record, or several in a row."""
        self._new += record
        if len(self._new) >= FLUSH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        at = self._on_disk
        while self._new:
            written = os.pwrite(self._handle, self._new, at)
            at += written
            del self._new[:written]
        self._on_disk = at

    def sync(self) -> None:
        """Write what waits and wait for the disk."""
        self.flush()
        os.fsync(self._handle)

    def __getitem__(self, number: int) -> bytes:
        """Return one record; there is none before the first or after the last."""
        at = number * self.width
        if not 0 <= at < self._on_disk:
            at -= self._on_disk
            if number < 0 or at >= len(self._new):
                raise IndexError(number)
            return bytes(self._new[at : at + self.width])
        within = at - self._block_at
        if not 0 <= within <= len(self._block) - self.width:
            self._block, self._block_at, within = os.pread(self._handle, BLOCK, at), at, 0
        return self._block[within : within + self.width]

    def pieces(self) -> Iterator[bytes]:
        """Return everything in order, whole records, at most 64 KiB at a time."""
        self.flush()
        at, most = 0, FLUSH // self.width * self.width
        while piece := os.pread(self._handle, min(most, self._on_disk - at), at):
            at += len(piece)
            yield piece


class Lines:
    """JSON values on disk, one a line, appended at the end and read in order."""

    def __init__(self, path: Path | None = None, *, size: int = 0) -> None:
        """Open ``path`` at its first ``size`` bytes; without a path, in a file that goes with it."""
        self._column = Column(1, path, count=size)

    @property
    def size(self) -> int:
        """Return how many bytes there are."""
        return len(self._column)

    def append(self, line: str) -> None:
        """Add one value by its JSON, on one line."""
        self._column.append(line.encode() + b"\n")

    def sync(self) -> None:
        """Write what waits and wait for the disk."""
        self._column.sync()

    def __iter__(self) -> Iterator[Any]:
        """Return the values in order."""
        rest = b""
        for piece in self._column.pieces():
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(json.loads, lines)


class Pile:
    """Numbered bytes of any length on disk, appended at the end and read in order."""

    def __init__(self) -> None:
        """Start empty, in a file that goes with it."""
        self._column = Column(1)

    def append(self, number: int, data: bytes) -> None:
        """Add one piece."""
        self._column.append(number.to_bytes(8, "big") + len(data).to_bytes(8, "big") + data)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Return the numbers with their bytes in order."""
        rest = b""
        for piece in self._column.pieces():
            rest, at = rest + piece, 0
            while len(rest) >= at + 16:
                end = at + 16 + int.from_bytes(rest[at + 8 : at + 16], "big")
                if end > len(rest):
                    break
                yield int.from_bytes(rest[at : at + 8], "big"), rest[at + 16 : end]
                at = end
            rest = rest[at:]
