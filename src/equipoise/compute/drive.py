"""One client at work on a job's folder: hand out chunks, make each durable, count it, until nothing is left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.compute.folder import JobFolder
from equipoise.compute.workers import Answer, Request, Workers
from equipoise.foundation import writing
from equipoise.foundation.errors import EquipoiseError

POLL_S = 0.5
"""How often a client looks whether another one has finished what it holds."""


class SweepStoppedError(EquipoiseError):
    """The work stopped before its end; what is finished is safe, and the message says how to go on."""


class RunnerError(EquipoiseError):
    """A row could not be computed because of a defect in the program."""


@dataclass(frozen=True)
class Shard:
    """Chunks ``index``, ``index + of``, ... counted from 1."""

    index: int = 1
    of: int = 1

    def holds(self, chunk: int) -> bool:
        """Return whether a chunk is this shard's."""
        return chunk % self.of == self.index - 1


@dataclass
class State:
    """How far the work is, for whoever shows it; ``finishing_s`` is what came after the last chunk."""

    rows_total: int
    rows_done: int
    rows_at_start: int
    chunks_done_here: int = 0
    rows_done_here: int = 0
    computing_s: float = 0.0
    recording_s: float = 0.0
    finishing_s: float = 0.0
    started: float = field(default_factory=time.monotonic)
    peak_mb: dict[str, float] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def elapsed_s(self) -> float:
        """Time since this client began."""
        return time.monotonic() - self.started

    @property
    def rows_per_s(self) -> float:
        """The pace since the start, of all clients together."""
        return (self.rows_done - self.rows_at_start) / max(self.elapsed_s, 1e-9)

    @property
    def left_s(self) -> float:
        """An estimate of the time that is left at this pace; infinite before the first chunk."""
        pace = self.rows_per_s
        return (self.rows_total - self.rows_done) / pace if pace > 0.0 else float("inf")


Tell = Callable[[State], None]


def drive(
    folder: JobFolder,
    workers: Workers,
    *,
    shard: Shard = Shard(),
    budget_s: float = float("inf"),
    tell: Tell = lambda state: None,
) -> State:
    """Compute what is missing of the shard's chunks; return when they are all finished and found whole.

    Damaged parts are computed again. Chunks that another client holds are left to it, and taken over when it
    dies. :class:`SweepStoppedError` when the disk is full or the time budget is used up.
    """
    state = State(folder.job.rows, folder.rows_done, folder.rows_done)
    while True:
        damaged = folder.drop_damaged()
        if damaged:
            state.said.append(
                f"{len(damaged)} damaged or missing parts are computed again: {_listed(damaged)}"
            )
        todo = deque(c for c in range(folder.job.chunks) if shard.holds(c) and c not in folder.entries)
        state.rows_done = folder.rows_done
        tell(state)
        if not todo:
            return state
        _compute(folder, workers, todo, state, budget_s=budget_s, tell=tell)


def _compute(
    folder: JobFolder, workers: Workers, todo: deque[int], state: State, *, budget_s: float, tell: Tell
) -> None:
    held: set[int] = set()
    elsewhere: deque[int] = deque()
    while todo or held or elsewhere:
        while todo and len(held) < workers.capacity and state.elapsed_s < budget_s:
            chunk = todo.popleft()
            if not folder.claim(chunk):
                elsewhere.append(chunk)
                continue
            folder.refresh()
            if chunk in folder.entries:
                folder.release(chunk)
                continue
            held.add(chunk)
            workers.submit(Request(chunk, *folder.job.bounds(chunk)))
        if not held and state.elapsed_s >= budget_s:
            raise SweepStoppedError(f"the time budget of {budget_s:g} s is used up")
        if held:
            for found in workers.wait(POLL_S):
                _record(folder, found, state)
                held.discard(found.request.name)
        elif elsewhere:
            time.sleep(POLL_S)
        if not todo and len(held) < workers.capacity:
            folder.refresh()
            todo.extend(chunk for chunk in elsewhere if chunk not in folder.entries)
            elsewhere.clear()
        state.rows_done = folder.rows_done
        tell(state)


def _record(folder: JobFolder, found: Answer, state: State) -> None:
    chunk = found.request.name
    if found.columns is None:
        raise RunnerError(
            f"rows {found.request.start} to {found.request.stop - 1} failed on {found.worker}: {found.fault}"
        )
    began = time.perf_counter()
    try:
        folder.record(chunk, found.columns, seconds=found.seconds, worker=found.worker)
    except Exception as error:
        if stop := cannot_write(error, folder.path):
            raise stop from None
        raise
    finally:
        folder.release(chunk)
    state.recording_s += time.perf_counter() - began
    state.computing_s += found.seconds
    state.chunks_done_here += 1
    state.rows_done_here += found.request.stop - found.request.start
    state.peak_mb[found.worker] = max(found.peak_mb, state.peak_mb.get(found.worker, 0.0))


def cannot_write(error: BaseException, path: Path) -> SweepStoppedError | None:
    """Return the stop for an error in writing below ``path``, None when it is of another kind."""
    if not path.is_dir():
        return SweepStoppedError(f"the folder {path} is gone")
    why = writing.cannot_write(error, path)
    return SweepStoppedError(f"{path} cannot be written: {why}") if why else None


def _listed(chunks: list[int]) -> str:
    shown = ", ".join(map(str, chunks[:5]))
    return shown + (" ..." if len(chunks) > 5 else "")
