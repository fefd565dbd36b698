"""Shares of a batch on the machine's threads: kernels release the interpreter, so plain threads run side by side.

Every item is computed by one thread alone and written to its own place; the number of threads cannot change a bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar

_chosen: ContextVar[int] = ContextVar("threads", default=0)


@contextmanager
def using(threads: int) -> Iterator[None]:
    """Let batches that are started within use this many threads."""
    before = _chosen.set(threads)
    try:
        yield
    finally:
        _chosen.reset(before)


def thread_count() -> int:
    """Return how many threads a batch uses: those of :func:`using`, ``NUMBA_NUM_THREADS``, or the cores it may use."""
    if _chosen.get() > 0:
        return _chosen.get()
    wanted = os.environ.get("NUMBA_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_shares(
    work: Callable[[int, int], object], count: int, *, share: int, threads: int | None = None
) -> None:
    """Call ``work(start, stop)`` for consecutive shares of ``range(count)``, on several threads when there are several."""
    starts = range(0, count, share)
    used = min(threads if threads is not None else thread_count(), len(starts))
    if used <= 1:
        for start in starts:
            work(start, min(start + share, count))
        return
    with ThreadPoolExecutor(used) as pool:
        for done in [pool.submit(work, start, min(start + share, count)) for start in starts]:
            done.result()
