"""What does the work of a job: a few processes here, or the workers of a cluster, behind one small interface."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from typing import Protocol

from equipoise.compute.job import rows_of
from equipoise.results.tables import Columns

THREAD_LIMITS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Environment that keeps a worker to one thread, so that as many workers as cores fill a machine."""


@dataclass(frozen=True)
class Request:
    """Rows to compute under a name that comes back with them."""

    name: int
    start: int
    stop: int


@dataclass(frozen=True)
class Answer:
    """What became of a request: columns, or ``fault`` when the runner failed; time, memory and who did it."""

    request: Request
    columns: Columns | None
    seconds: float = 0.0
    peak_mb: float = 0.0
    worker: str = ""
    fault: str = ""


class Workers(Protocol):
    """Anything that computes rows. ``capacity`` is how many requests it likes to hold."""

    capacity: int

    def submit(self, request: Request) -> None:
        """Take a request; it comes back from :meth:`wait` sooner or later, or :class:`WorkersLostError` does."""

    def wait(self, timeout_s: float) -> list[Answer]:
        """Return what has been answered, waiting for the first answer at most this long."""

    def close(self) -> None:
        """End the work, whatever is still in hand."""


class WorkersLostError(RuntimeError):
    """No worker is left that could do the work, or the cluster's scheduler is gone; says what to do."""


def answer(payload: bytes, request: Request, worker: str) -> Answer:
    """Compute a request in this process."""
    start = time.perf_counter()
    try:
        columns = rows_of(payload)(request.start, request.stop)
    except Exception as error:  # noqa: BLE001 (any defect must reach the client in words)
        import traceback

        place = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno} of {place.filename})"
        return Answer(request, None, worker=worker, fault=fault)
    return Answer(request, columns, time.perf_counter() - start, peak_memory_mb(), worker)


def peak_memory_mb() -> float:
    """Return the largest resident memory that this process has had."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
