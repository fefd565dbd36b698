"""A folder in which a verifier keeps what it has verified, so that the next time it reads only what is new.

The folder is the verifier's own and is believed: who can write there can hide what was in the part that is not read
again. It holds the hash of every leaf that was verified, so a log that was changed since contradicts it as soon as
its party signs a head over the change.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from .columns import Column, Lines

STATE = "verified.json"


class Kept:
    """Records on disk by log and name, and the state that says how many of each count."""

    def __init__(self, folder: Path | None, question: dict[str, Any]) -> None:
        """Open the folder; what it holds counts only for the same ``question`` and the same verifier."""
        self.folder, self.columns = folder, list[Column | Lines]()
        self.question = {**question, "verifier": _sources()}
        self.sides: dict[str, dict[str, Any]] = {}
        if folder is None:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / STATE
        found = json.loads(path.read_text("utf-8")) if path.exists() else {}
        if found.get("question") == self.question:
            self.sides = found["sides"]

    def column(self, log: str, name: str, width: int, count: int) -> Column:
        """Return the records of one kind of one log."""
        column = Column(width, self._path(log, name), count=count)
        self.columns.append(column)
        return column

    def lines(self, log: str, name: str, size: int) -> Lines:
        """Return the lines of one kind of one log."""
        lines = Lines(self._path(log, name), size=size)
        self.columns.append(lines)
        return lines

    def _path(self, log: str, name: str) -> Path | None:
        return self.folder / f"{log[:32]}.{name}" if self.folder else None

    def keep(self, sides: dict[str, dict[str, Any]]) -> None:
        """Make everything durable, the records before the state that says how many of them count."""
        if self.folder is None:
            return
        for column in self.columns:
            column.sync()
        fresh = self.folder / f".{STATE}.new"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"question": self.question, "sides": sides}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / STATE)


def _sources() -> str:
    """Return a hash of this verifier: what another version accepted is read again."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
