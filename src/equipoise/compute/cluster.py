"""The workers of a Dask cluster. The scheduler only passes chunks on; the client makes them durable.

A dead worker is Dask's to replace. When the scheduler dies, what it held is lost and is handed in again to the one
that comes back under the same address; finished chunks are on the client's disk and are not repeated.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

from equipoise.compute.job import Job
from equipoise.compute.workers import THREAD_LIMITS, Answer, Request, WorkersLostError, answer
from equipoise.foundation.errors import misuse

DEPTH = 2
"""Requests for each thread of the cluster: one that it computes and one that waits there."""

PATIENCE_S = 60.0
"""How long a scheduler that is gone, or a cluster without workers, is waited for."""

_ONE_AT_A_TIME = threading.Lock()


def compute_on_worker(payload: bytes, request: Request) -> Answer:
    """Compute a request in a worker of the cluster, one at a time: the kernels' thread pool is not shared."""
    for name in THREAD_LIMITS:
        os.environ.setdefault(name, "1")  # before the kernels are first imported in this process
    from distributed import get_worker

    with _ONE_AT_A_TIME:
        return answer(payload, request, str(get_worker().name))


class ClusterWorkers:
    """All workers that a scheduler has, those that come later included."""

    def __init__(self, job: Job, address: str, *, patience_s: float = PATIENCE_S) -> None:
        """Connect to the scheduler and wait for its first worker."""
        self._payload, self._address, self._patience_s = job.payload(), address, patience_s
        self._held: dict[int, Request] = {}
        self._futures: dict[int, Any] = {}
        self._done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._client = self._connect(first=True)
        self.capacity = DEPTH * self._threads()

    def submit(self, request: Request) -> None:
        """Take a request."""
        self._held[request.name] = request
        self._hand_in(request)

    def wait(self, timeout_s: float) -> list[Answer]:
        """Return what has been answered; come back to a scheduler that was gone."""
        answers, lost = [], []
        try:
            found: list[tuple[int, Any]] = [self._done.get(timeout=timeout_s)]
            while not self._done.empty():
                found.append(self._done.get())
        except queue.Empty:
            found = []
        for name, future in found:
            if name not in self._futures or self._futures[name] is not future:
                continue  # of before the scheduler died
            if future.status == "finished":
                try:
                    answers.append(future.result())
                except (OSError, CancelledError):  # the scheduler went away while it handed the answer over
                    lost.append(self._held[name])
                else:
                    del self._held[name], self._futures[name]
            elif future.status == "error":
                raise WorkersLostError(f"the cluster gave chunk {name} up: {future.exception()}")
            else:
                lost.append(self._held[name])  # the scheduler that held it is gone
        if not self._is_alive():
            self._come_back()
        else:
            for request in lost:
                self._hand_in(request)
        self.capacity = max(DEPTH * self._threads(), 1)
        return answers

    def close(self) -> None:
        """Let go of the cluster; what is in hand is cancelled."""
        self._client.close(timeout=5)

    def _hand_in(self, request: Request) -> None:
        future = self._client.submit(compute_on_worker, self._payload, request, pure=False)
        self._futures[request.name] = future
        future.add_done_callback(lambda ended: self._done.put((request.name, ended)))

    def _threads(self) -> int:
        if self._is_alive():
            with suppress(OSError):  # it may go away while it is asked
                return sum(self._client.nthreads().values())
        return 0

    def _is_alive(self) -> bool:
        return self._client.status == "running" and self._client.scheduler.comm is not None

    def _connect(self, *, first: bool) -> Any:
        import logging

        logging.getLogger("distributed").setLevel(
            logging.CRITICAL
        )  # this class says what went wrong, in one line
        try:
            from distributed import Client
        except ImportError:
            cure = "Install the extra: pip install 'equipoise[cluster]'."
            raise misuse("--cluster", self._address, "needs Dask.", cure) from None
        try:
            client = Client(  # type: ignore[no-untyped-call]
                self._address,
                timeout=min(10.0, self._patience_s) if first else self._patience_s,
                set_as_default=False,
                direct_to_workers=False,
            )
            client.wait_for_workers(1, timeout=self._patience_s)
        except (OSError, ValueError, TimeoutError) as error:
            reason = str(error).splitlines()[0] or type(error).__name__
            if first:
                cure = "Start one: dask scheduler --port 8786, and workers: dask worker ADDRESS --nthreads 1."
                raise misuse("--cluster", self._address, f"no cluster ({reason}).", cure) from None
            raise WorkersLostError(
                f"the scheduler at {self._address} is gone and did not come back within {self._patience_s:g} s"
            ) from None
        return client

    def _come_back(self) -> None:
        """Connect to whoever answers under the address now, and hand everything in again."""
        time.sleep(0.5)
        self._client.close(timeout=5)
        self._client = self._connect(first=False)
        self._futures.clear()
        for request in self._held.values():
            self._hand_in(request)
