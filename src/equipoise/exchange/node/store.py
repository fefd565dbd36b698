"""The evidence log on disk: SQLite in WAL mode, full sync, one table of leaves that only grows."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from equipoise.foundation.errors import EquipoiseError

ROOM_BYTES = 4_100_000  # 1,000 pages of 4,096 bytes, after which SQLite writes the write-ahead log from its start again
SPARE_BYTES = (
    16 * ROOM_BYTES
)  # what a disk must have free for that; on a fuller one commits make room as they come


class StorageError(EquipoiseError):
    """The log could not be made durable; nothing was acknowledged or sent."""


class Storage(Protocol):
    """What a node needs from its disk."""

    def read(self, first: int = 0) -> Iterator[bytes]:
        """Return every durable leaf from ``first`` on in order."""
        ...

    def leaf(self, number: int) -> bytes:
        """Return one leaf by its number, from 0."""
        ...

    def append(self, leaves: Sequence[bytes]) -> None:
        """Stage leaves behind the durable ones; all or none."""
        ...

    def sync(self) -> None:
        """Make every staged leaf durable, or raise ``StorageError`` and drop them."""
        ...

    def close(self) -> None:
        """Let go of the disk."""
        ...


class SqliteStorage:
    """A log file that survives kill -9 and power loss at any point."""

    def __init__(self, path: Path) -> None:
        """Open or create the file."""
        try:
            os.close(
                os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            )  # SQLite's own files beside it get the same mode
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            mode = self._db.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA fullfsync=ON")  # macOS: through the drive's cache too
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS leaf (number INTEGER PRIMARY KEY, data BLOB NOT NULL)"
            )
            self._size = self._db.execute("SELECT coalesce(max(number) + 1, 0) FROM leaf").fetchone()[0]
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"{path}: the log cannot be opened: {error}") from error
        if mode != "wal":
            raise StorageError(f"{path}: this file system keeps no write-ahead log (mode {mode})")
        self._staged = 0
        if shutil.disk_usage(path.parent).free > SPARE_BYTES:
            self._make_room()

    def _make_room(self) -> None:
        """Let the write-ahead log grow at once to where SQLite begins it anew, by a transaction that is rolled back.

        A sync of a file that grows waits for the file system's own journal too, one of a file that is written over for
        its data alone.
        """
        pages = self._db.execute("PRAGMA cache_size").fetchone()[0]
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA cache_size=16")  # pages; what does not fit goes to the write-ahead log
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT INTO leaf VALUES (?, zeroblob(?))", (self._size, ROOM_BYTES))
        self._roll_back()
        self._db.execute(f"PRAGMA cache_size={pages}")

    def read(self, first: int = 0) -> Iterator[bytes]:
        """Return every leaf from ``first`` on in order."""
        ask = "SELECT number, data FROM leaf WHERE number >= ? ORDER BY number"
        yield from map(_leaf, self._db.execute(ask, (first,)))

    def leaf(self, number: int) -> bytes:
        """Return one leaf."""
        try:
            row = self._db.execute("SELECT data FROM leaf WHERE number = ?", (number,)).fetchone()
        except sqlite3.Error as error:
            raise StorageError(f"the log cannot be read: {error}") from error
        if row is None:
            raise StorageError(f"the log holds no leaf {number} any more")
        data: bytes = row[0]
        return data

    def append(self, leaves: Sequence[bytes]) -> None:
        """Stage the leaves in an open transaction."""
        try:
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            first = self._size + self._staged
            self._db.executemany("INSERT INTO leaf VALUES (?, ?)", enumerate(leaves, start=first))
        except sqlite3.Error as error:
            self._roll_back()
            raise StorageError(f"the log cannot be written: {error}") from error
        self._staged += len(leaves)

    def sync(self) -> None:
        """Commit; SQLite syncs the write-ahead log before it returns."""
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise StorageError(f"the log cannot be synced: {error}") from error
        self._size += self._staged
        self._staged = 0

    def _roll_back(self) -> None:
        self._staged = 0
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def read_log(path: Path, *, first: int = 0) -> Iterator[bytes]:
    """Return the leaves from ``first`` on of a log that another process may be writing, without touching it."""
    yield from _read(path, "ASC", first)


def read_backwards(path: Path) -> Iterator[dict[str, Any]]:
    """Return the leaves of such a log as objects, the last one first."""
    yield from map(json.loads, _read(path, "DESC", 0))


def _leaf(row: tuple[int, object]) -> bytes:
    number, data = row
    if not isinstance(data, bytes):
        raise StorageError(f"the log: leaf {number} is not a leaf that a node wrote: the file was changed")
    return data


def _read(path: Path, order: str, first: int) -> Iterator[bytes]:
    if not path.is_file():
        raise StorageError(f"{path}: there is no log yet; 'equipoise exchange serve' makes it")
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise StorageError(f"{path}: cannot be read: {error}") from error
    try:
        ask = f"SELECT number, data FROM leaf WHERE number >= ? ORDER BY number {order}"  # noqa: S608 - one of two words
        yield from map(_leaf, db.execute(ask, (first,)))
    except sqlite3.Error as error:
        raise StorageError(f"{path}: cannot be read: {error}") from error
    finally:
        db.close()
