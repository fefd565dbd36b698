"""Hashes of files and of folders, by name and content, so that neither a rename nor an edit goes unnoticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

PASSING = ("__pycache__",)
"""Folders that the interpreter writes beside sources; nothing depends on what they hold."""


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def source_files(*roots: Path) -> Iterator[Path]:
    """Yield every file at or below each root, sorted, without what :data:`PASSING` names."""
    for root in roots:
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.is_file() and not any(part in PASSING for part in path.parts):
                yield path


def hash_of_files(folder: Path, paths: Iterable[Path], words: Iterable[str] = ()) -> str:
    """Return a SHA-256 of ``words`` and of each file's place below ``folder`` and its bytes, in the order given."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(f"{len(word)} {word};".encode())
    for path in paths:
        digest.update(f"{path.relative_to(folder).as_posix()} {file_hash(path)};".encode())
    return digest.hexdigest()
