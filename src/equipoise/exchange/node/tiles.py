"""A log as the static files of C2SP tlog-tiles: what any web server serves, any reader verifies, and an archive keeps.

``checkpoint`` is a signed note; ``tile/L/N`` holds 256 hashes of level ``8 L`` (8,192 bytes); ``tile/entries/N`` holds 256
leaves, each after its length in two bytes. The rightmost files are partial, ``N.p/W``. Full files never change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from equipoise.exchange.node.files import sync_folder, write_durably
from equipoise.exchange.protocol.encoding import LEAF_BYTES
from equipoise.exchange.protocol.note import NoteError, read_checkpoint
from equipoise.exchange.protocol.tree import leaf_hash, node_hash, root_of
from equipoise.foundation.errors import misuse
from equipoise.foundation.reading import read_input, read_input_text

WIDTH, HEIGHT = 256, 8
ENTRIES = -1  # stands for a level in paths


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Return where a tile (or a bundle of entries) lies."""
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        parts.insert(0, f"x{number % 1000:03d}")
    partial = f".p/{width}" if width < WIDTH else ""
    return f"tile/{'entries' if level == ENTRIES else level}/{'/'.join(parts)}{partial}"


class TileFolder:
    """The tiles of one log, growing; every hash of the tree by a logarithm of reads, in constant memory."""

    def __init__(self, folder: Path) -> None:
        """Open the folder at the size that its checkpoint states; a new one is empty."""
        self.folder = folder
        self.size = self._size()
        self._tile = lru_cache(maxsize=64)(self._read)
        self._touched = set[Path]()

    def _size(self) -> int:
        path = self.folder / "checkpoint"
        if not path.exists():
            return 0
        try:
            return read_checkpoint(read_input_text(path).rpartition("\n\n")[0] + "\n").size
        except NoteError as error:
            raise misuse(str(path), "", f"cannot be read: {error}") from error

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a whole subtree of ``2**level`` leaves."""
        tile, height = divmod(level, HEIGHT)
        first = index << height
        data = self._tile(tile, first // WIDTH)
        at = 32 * (first % WIDTH)
        hashes = [data[at + 32 * i : at + 32 * i + 32] for i in range(1 << height)]
        while len(hashes) > 1:
            hashes = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
        if len(hashes[0]) != 32:
            raise IndexError(level, index)
        return hashes[0]

    def root(self, size: int | None = None) -> bytes:
        """Return the head of the tree, or of its first ``size`` leaves."""
        return root_of(self.node, self.size if size is None else size)

    def entry(self, index: int) -> bytes:
        """Return one leaf."""
        data, at = self._read(ENTRIES, index // WIDTH), 0
        for _ in range(index % WIDTH):
            at += 2 + int.from_bytes(data[at : at + 2])
        return data[at + 2 : at + 2 + int.from_bytes(data[at : at + 2])]

    def _read(self, level: int, number: int) -> bytes:
        """Return the widest file of one tile at the present size."""
        count = self.size >> (HEIGHT * max(level, 0))
        width = min(WIDTH, count - WIDTH * number)
        path = self.folder / tile_path(level, number, width)
        return read_input(path, most_bytes=WIDTH * (2 + LEAF_BYTES))

    def grow(self, leaves: Iterable[bytes]) -> None:
        """Add leaves behind those that are there; the files count once a checkpoint of this size is written."""
        old, size = self.size, self.size
        entries = self._read(ENTRIES, old // WIDTH) if old % WIDTH else b""
        rows = [self._open_row(level) for level in range(8)]
        for leaf in leaves:
            if len(leaf) > LEAF_BYTES:
                raise misuse("evidence log", f"leaf {size}", f"is longer than {LEAF_BYTES} bytes.")
            entries += len(leaf).to_bytes(2) + leaf
            size += 1
            self._push(rows, 0, leaf_hash(leaf), size)
            if size % WIDTH == 0:
                self._put(tile_path(ENTRIES, size // WIDTH - 1), entries)
                entries = b""
        if size % WIDTH:
            self._put(tile_path(ENTRIES, size // WIDTH, size % WIDTH), entries)
        for level, row in enumerate(rows):
            if row and (size >> (HEIGHT * level)) > 0:
                number = size >> (HEIGHT * (level + 1))
                self._put(tile_path(level, number, len(row) // 32), bytes(row))
        self.size = size
        self._tile.cache_clear()

    def _open_row(self, level: int) -> bytearray:
        count = self.size >> (HEIGHT * level)
        return bytearray(self._read(level, count // WIDTH) if count % WIDTH else b"")

    def _push(self, rows: list[bytearray], level: int, value: bytes, size: int) -> None:
        row = rows[level]
        row += value
        if len(row) < 32 * WIDTH:
            return
        self._put(tile_path(level, (size >> (HEIGHT * (level + 1))) - 1), bytes(row))
        hashes = [bytes(row[at : at + 32]) for at in range(0, len(row), 32)]
        while len(hashes) > 1:
            hashes = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
        row.clear()
        self._push(rows, level + 1, hashes[0], size)

    def _put(self, name: str, data: bytes) -> None:
        """Write one file whole or not at all; its name is synced before the checkpoint that makes it count."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        self._touched.add(path.parent)

    def keep(self, note: str) -> None:
        """Write the checkpoint that makes what was added count, after everything is on the disk."""
        for folder in self._touched:
            sync_folder(folder)
        self._touched.clear()
        write_durably(self.folder / "checkpoint", note.encode())
