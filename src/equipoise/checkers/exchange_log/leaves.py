"""The leaves of a log as found on disk, one by one: a node's own file, one leaf a line, or a folder of tiles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ..files import open_regular, read_bytes, read_text
from .notes import BadNoteError, parse_note

SQLITE = b"SQLite format 3\x00"
WIDTH = 256  # entries of a full bundle
LEAF_BYTES = 65_535
ROW_BYTES = LEAF_BYTES + 100  # of a leaf and its number in SQLite
ROW_STEPS = 1_000_000  # of SQLite's machine; a row of a log takes some ten


class DamagedLogError(ValueError):
    """A file that is no log of this protocol."""


def leaves_of(path: Path, *, first: int = 0) -> Iterator[bytes]:
    """Return the leaves from ``first`` on; whatever cannot be read is a ``DamagedLogError``."""
    try:
        if path.is_dir():
            yield from _entries(path, first)
        elif _is_sqlite(path):
            yield from _rows(path, first)
        else:
            with open_regular(path) as file:
                yield from islice(_lines(file), first, None)
    except OSError as error:
        raise DamagedLogError(str(error)) from error


def _is_sqlite(path: Path) -> bool:
    with open_regular(path) as file:
        return file.read(len(SQLITE)) == SQLITE


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LEAF_BYTES + 1):
        if not line.endswith(b"\n"):
            cut = len(line) <= LEAF_BYTES
            raise DamagedLogError("the last line is cut" if cut else "a line is longer than any leaf")
        yield line[:-1]


def _rows(path: Path, first: int) -> Iterator[bytes]:
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, ROW_BYTES)
    steps = Steps()
    db.set_progress_handler(steps.too_many, ROW_STEPS // 10)
    try:
        _check_table(db)
        found = db.execute("SELECT number, data FROM leaf WHERE number >= ? ORDER BY number", (first,))
        for expected, (number, data) in enumerate(found, start=first):
            if number != expected:
                raise DamagedLogError(f"leaf {expected} is missing")
            if not isinstance(data, bytes):
                raise DamagedLogError(f"leaf {expected} is not bytes")
            yield data
            steps.taken = 0
    except sqlite3.Error as error:
        raise DamagedLogError(str(error)) from error
    finally:
        db.close()


class Steps:
    """Counts what SQLite does for one row, in tenths of what it may."""

    taken = 0

    def too_many(self) -> bool:
        """Return whether it is to stop."""
        self.taken += 1
        return self.taken > 10


def _check_table(db: sqlite3.Connection) -> None:
    """Raise ``DamagedLogError`` unless the leaves lie in a plain table: a view may compute rows without end."""
    rows = db.execute("SELECT sql FROM sqlite_master WHERE name = 'leaf' AND type = 'table'").fetchall()
    if not any(str(sql).startswith("CREATE TABLE ") for (sql,) in rows):
        raise DamagedLogError("its leaves are in no plain table 'leaf'")


def _entries(folder: Path, first: int) -> Iterator[bytes]:
    """Return the entries of C2SP tlog-tiles, as many as the checkpoint says."""
    try:
        size = parse_note(read_text(folder / "checkpoint")).size
    except (UnicodeDecodeError, BadNoteError) as error:
        raise DamagedLogError(f"{folder.name}/checkpoint: {error}") from error
    for number in range(first // WIDTH, (size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - WIDTH * number)
        name = tile_name("entries", number, width)
        yield from islice(_bundle(folder, name, width), max(0, first - WIDTH * number), None)


def _bundle(folder: Path, name: str, width: int) -> Iterator[bytes]:
    data, at = read_bytes(folder / name), 0
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
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")
