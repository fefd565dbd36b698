"""One log as C2SP tlog-tiles by itself: entries against hashes, hashes against the root that known keys signed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path

from ..files import read_bytes, read_text
from .leaves import DamagedLogError, leaves_of, tile_name
from .notes import BadNoteError, Key, Note, parse_note


def check_tiles(folder: Path, keys: Iterable[Key]) -> Note:
    """Return the checkpoint of a folder of tiles; a ``DamagedLogError`` says what contradicts it.

    All ``keys`` must have signed. The memory that it takes does not grow with the log.
    """
    try:
        note = parse_note(read_text(folder / "checkpoint"))
        missing = [key.name for key in keys if not note.signed_by(key)]
    except (BadNoteError, OSError, UnicodeDecodeError) as error:
        raise DamagedLogError(f"checkpoint: {error}") from error
    if missing:
        raise DamagedLogError(f"checkpoint: not signed by {', '.join(missing)}")
    try:
        root = _grown(folder)
    except OSError as error:
        raise DamagedLogError(str(error)) from error
    if root.hex() != note.root:
        raise DamagedLogError("the entries do not give the root that was signed")
    return note


def _grown(folder: Path) -> bytes:
    """Return the root over the entries, after comparing every hash tile with them."""
    rows: list[bytearray] = []
    size = 0
    for leaf in leaves_of(folder):
        value = hashlib.sha256(b"\x00" + leaf).digest()
        size += 1
        level = 0
        while True:
            if level == len(rows):
                rows.append(bytearray())
            rows[level] += value
            if len(rows[level]) < 32 * 256:
                break
            number = size // 256 ** (level + 1) - 1
            _same(folder, level, number, rows[level])
            value = _top(bytes(rows[level]))
            rows[level].clear()
            level += 1
    for level, row in enumerate(rows):
        if row:
            _same(folder, level, size // 256 ** (level + 1), row)
    return _root(rows)


def _same(folder: Path, level: int, number: int, row: bytearray) -> None:
    name = tile_name(str(level), number, len(row) // 32)
    if read_bytes(folder / name) != row:
        raise DamagedLogError(f"{name} is not what the entries give")


def _top(hashes: bytes) -> bytes:
    while len(hashes) > 32:
        hashes = b"".join(
            hashlib.sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)
        )
    return hashes


def _root(rows: list[bytearray]) -> bytes:
    """Return the root: the whole subtrees of each row, joined from the smallest up."""
    root = b""
    for row in rows:
        count, end = len(row) // 32, len(row)
        for bit in range(8):
            if count >> bit & 1:
                peak = _top(bytes(row[end - (32 << bit) : end]))
                root = hashlib.sha256(b"\x01" + peak + root).digest() if root else peak
                end -= 32 << bit
    return root or hashlib.sha256(b"").digest()


def check_proof(text: str, leaf: bytes, keys: Iterable[Key]) -> Note:
    """Return the checkpoint of a C2SP tlog-proof that the leaf is in; a ``BadNoteError`` says what is wrong."""
    head, gap, rest = text.partition("\n\n")
    first, index, *lines = [*head.split("\n"), ""]
    if (
        first != "c2sp.org/tlog-proof@v1"
        or not gap
        or not index.startswith("index ")
        or not index[6:].isdigit()
    ):
        raise BadNoteError("not a tlog-proof")
    note, steps = parse_note(rest), [base64.b64decode(line, validate=True) for line in lines if line]
    missing = [key.name for key in keys if not note.signed_by(key)]
    if missing:
        raise BadNoteError(f"not signed by {', '.join(missing)}")
    at = int(index[6:])
    if at >= note.size or _path(hashlib.sha256(b"\x00" + leaf).digest(), at, note.size, steps) != note.root:
        raise BadNoteError("the leaf is not in the log of the checkpoint")
    return note


def _path(value: bytes, index: int, size: int, steps: list[bytes]) -> str:
    """Return the root that a leaf and its path give, from the top down: which side each step stands on is fixed."""
    sides: list[bool] = []
    while size > 1:
        cut = 1 << ((size - 1).bit_length() - 1)
        sides.append(index < cut)
        index, size = (index, cut) if index < cut else (index - cut, size - cut)
    if len(sides) != len(steps):
        return ""
    for on_left, step in zip(reversed(sides), steps, strict=True):
        value = hashlib.sha256(b"\x01" + (value + step if on_left else step + value)).digest()
    return value.hex()
