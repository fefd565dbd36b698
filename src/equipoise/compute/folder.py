"""The folder of a job: what is finished is on the disk, hashed, and survives the end of any process.

::

    job.json               what is computed and how it is cut, written once
    parts/00000012-<hash>.parquet   one finished chunk, named by its own content
    journal/<client>.jsonl one line per finished chunk; each client appends to its own file alone
    claims                 byte k is locked while a client works on chunk k; the lock dies with the client
    manifest.json          every part with its hash, written when all are there

A chunk counts once its part is on the disk under its final name *and* its journal line is on the disk. A line
that a crash cut short is ignored. Folders of several machines are joined by copying them over each other.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from equipoise.compute.job import JOB_FORMAT, Job, values_hash
from equipoise.foundation.errors import StoredResultError
from equipoise.foundation.hashing import file_hash
from equipoise.foundation.writing import settle, settle_folder, write_text
from equipoise.results import tables
from equipoise.results.tables import Columns


@dataclass(frozen=True)
class Entry:
    """One finished chunk: its file, the hashes of the file and of the values, and what it cost."""

    chunk: int
    part: str
    sha256: str
    values: str
    rows: int
    seconds: float
    worker: str


class DisagreementError(StoredResultError):
    """One chunk was computed twice with different results, so the computation is not a pure function."""


class JobFolder:
    """A job on the disk, open in one client; any number of clients may have it open at the same time."""

    def __init__(self, path: Path, job: Job) -> None:
        """Hold the folder of a job that :func:`create` or :func:`read_job` has shown to be there."""
        self.path, self.job = path, job
        self.entries: dict[int, Entry] = {}
        self._offsets: dict[str, int] = {}
        self._journal = (
            path / "journal" / f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}.jsonl"
        )
        # One descriptor for the life of the client: POSIX drops a process's locks when it closes any of them.
        self._claims = os.open(path / "claims", os.O_RDWR | os.O_CREAT, 0o644)
        self.refresh()

    def close(self) -> None:
        """Let go of every claim."""
        os.close(self._claims)

    def refresh(self) -> None:
        """Read what any client has finished since the last look."""
        for journal in sorted((self.path / "journal").glob("*.jsonl")):
            for line in self._new_lines(journal):
                if entry := _entry_of(line):
                    self._compare(entry)
                    self.entries[entry.chunk] = entry

    def _new_lines(self, journal: Path) -> Iterator[bytes]:
        start = self._offsets.get(journal.name, 0)
        with journal.open("rb") as stream:
            stream.seek(start)
            data = stream.read()
        whole = data.rfind(b"\n") + 1
        self._offsets[journal.name] = start + whole
        yield from data[:whole].splitlines()

    def _compare(self, entry: Entry) -> None:
        known = self.entries.get(entry.chunk)
        if known and known.values != entry.values:
            raise DisagreementError(
                f"{self.path}: chunk {entry.chunk} was computed twice with different results ({known.part}, "
                f"{entry.part}); these machines or versions must not share a folder"
            )

    def claim(self, chunk: int) -> bool:
        """Take a chunk for this client; False while another live client holds it."""
        try:
            fcntl.lockf(self._claims, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, chunk)
        except OSError:
            return False
        for left in (self.path / "parts").glob(f".{_stem(chunk)}.*.part"):
            left.unlink(missing_ok=True)  # of a client that was killed: nobody else can be writing this chunk
        return True

    def release(self, chunk: int) -> None:
        """Give a chunk back."""
        fcntl.lockf(self._claims, fcntl.LOCK_UN, 1, chunk)

    @contextlib.contextmanager
    def finishing(self) -> Iterator[None]:
        """Hold the right to write the files about the whole, waiting for it."""
        fcntl.lockf(self._claims, fcntl.LOCK_EX, 1, self.job.chunks)
        try:
            yield
        finally:
            fcntl.lockf(self._claims, fcntl.LOCK_UN, 1, self.job.chunks)

    def record(self, chunk: int, columns: Columns, *, seconds: float, worker: str) -> Entry:
        """Make a finished chunk durable: first its part, then its line in the journal; return the entry."""
        start, stop = self.job.bounds(chunk)
        header = {
            "kind": self.job.kind,
            "title": self.job.title,
            "job": self.job.identity,
            "first_row": start,
            "provenance": dict(self.job.provenance),
        }
        part, sha256 = tables.write_addressed_table(self.path / "parts", _stem(chunk), columns, header=header)
        entry = Entry(chunk, part, sha256, values_hash(columns), stop - start, round(seconds, 6), worker)
        self._compare(entry)
        self._append(json.dumps(asdict(entry), sort_keys=True).encode() + b"\n")
        self.entries[chunk] = entry
        return entry

    def _append(self, line: bytes) -> None:
        whole = self._journal.stat().st_size if self._journal.exists() else 0
        descriptor = os.open(self._journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            if os.write(descriptor, line) != len(line):
                os.ftruncate(descriptor, whole)
                raise OSError(28, "No space left on device", str(self._journal))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self._offsets[self._journal.name] = whole + len(line)
        if whole == 0:
            settle_folder(self._journal.parent)

    def part(self, chunk: int) -> Path:
        """Return the file of a finished chunk."""
        return self.path / "parts" / self.entries[chunk].part

    def drop_damaged(self) -> list[int]:
        """Compare every part with its hash; forget those that differ or are gone, and return their chunks."""
        damaged = [chunk for chunk in sorted(self.entries) if not self._is_whole(chunk)]
        for chunk in damaged:
            del self.entries[chunk]  # its file is left: another client may have just put a whole one there
        return damaged

    def _is_whole(self, chunk: int) -> bool:
        try:
            return file_hash(self.part(chunk)) == self.entries[chunk].sha256
        except OSError:
            return False

    @property
    def is_complete(self) -> bool:
        """Whether every chunk is finished."""
        return len(self.entries) == self.job.chunks

    @property
    def rows_done(self) -> int:
        """The number of rows in finished chunks."""
        return sum(entry.rows for entry in self.entries.values())

    def write_manifest(self, files: Mapping[str, str]) -> None:
        """Write the list of all parts, and the hashes of the ``files`` made from them."""
        parts = [
            {
                key: value
                for key, value in asdict(self.entries[chunk]).items()
                if key not in ("seconds", "worker")
            }
            for chunk in range(self.job.chunks)
        ]
        found = {"format": JOB_FORMAT, "job": self.job.identity, "files": dict(files), "parts": parts}
        write_text(self.path / "manifest.json", json.dumps(found, indent=1, sort_keys=True) + "\n")


def _stem(chunk: int) -> str:
    return f"{chunk:08d}"


def create(path: Path, job: Job) -> bool:
    """Write the job into a new folder; False when another client has just put one there."""
    for folder in (path, path / "parts", path / "journal"):
        folder.mkdir(parents=True, exist_ok=True)
    temporary = path / f".job.{secrets.token_hex(4)}.part"
    record = {"format": JOB_FORMAT, **asdict(job)}
    sealed = {**record, "sha256": _hash_of(record)}
    try:
        temporary.write_text(json.dumps(sealed, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        settle(temporary)
        os.link(temporary, path / "job.json")  # fails when the name is taken, as a rename would not
        settle_folder(path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _entry_of(line: bytes) -> Entry | None:
    """Return what a whole line of a journal says; None where a crash cut it short or it was changed: its chunk does not count.

    The name of a part is made of its chunk and its hash, so that a line that names another of them is found out.
    """
    try:
        entry = Entry(**json.loads(line))
        fits = entry.part == f"{_stem(entry.chunk)}-{entry.sha256[:16]}.parquet"
    except (ValueError, TypeError, RecursionError):
        return None
    return entry if fits else None


def _finished(path: Path) -> list[Entry]:
    """Return the entries of the finished chunks in the order of their rows."""
    lines = (
        line
        for journal in sorted((path / "journal").glob("*.jsonl"))
        for line in journal.read_bytes().splitlines(keepends=True)
        if line.endswith(b"\n")
    )
    entries = {entry.chunk: entry for line in lines if (entry := _entry_of(line))}
    return [entries[chunk] for chunk in sorted(entries)]


def finished_parts(path: Path) -> tuple[Path, ...]:
    """Return the parts of the finished chunks in the order of their rows, without taking part in the work."""
    return tuple(path / "parts" / entry.part for entry in _finished(path))


def whole_parts(path: Path) -> tuple[Path, ...]:
    """Return what :func:`finished_parts` does, each compared with its hash; :class:`StoredResultError` names one that differs."""
    entries = _finished(path)
    for entry in entries:
        part = path / "parts" / entry.part
        if not part.is_file() or file_hash(part) != entry.sha256:
            raise StoredResultError(
                f"{part}: is damaged or gone; go on with the sweep (--resume) to compute it again"
            )
    return tuple(path / "parts" / entry.part for entry in entries)


def read_job(path: Path) -> Job:
    """Return the job of a folder; :class:`StoredResultError` says why it cannot be read."""
    file = path / "job.json"
    if file.exists() and not file.is_file():
        raise StoredResultError(f"{file}: is not a file")
    try:
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        tables.check_format(file, record, expected=JOB_FORMAT, what="sweep folder")
        seal = record.pop("sha256")
        changed = seal != _hash_of(record)
        record.pop("format")
        job = Job(**record)
    except OSError as error:
        raise StoredResultError(f"{file}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoredResultError(f"{file}: the description of the sweep is damaged ({error!r:.80})") from None
    if changed:
        raise StoredResultError(f"{file}: was changed by hand; its hash does not fit")
    return job


def _hash_of(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
