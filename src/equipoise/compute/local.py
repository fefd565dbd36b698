"""Worker processes on this machine. One that dies is replaced and its rows are given to another."""

from __future__ import annotations

import os
import socket
from collections import deque
from multiprocessing.connection import Connection, wait

from equipoise.compute.job import Job
from equipoise.compute.process import WorkerProcess, connected
from equipoise.compute.workers import THREAD_LIMITS, Answer, Request, WorkersLostError, answer

DEPTH = 2
"""Requests that a worker holds: one that it computes and one that waits, so that it is never idle."""

PATIENCE = 3
"""How many workers a request may cost before it is given up."""


class _Worker(WorkerProcess):
    """One process and the requests that it holds, the first being computed."""

    def __init__(self, payload: bytes) -> None:
        super().__init__("equipoise.compute.local", dict.fromkeys(THREAD_LIMITS, "1"))
        self.held: deque[Request] = deque()
        self.send(payload)

    def send(self, message: object) -> bool:
        """Send, or return False when the process is gone."""
        try:
            self.connection.send(message)
        except OSError:
            return False
        return True


class LocalWorkers:
    """As many processes as asked for, each on one thread."""

    def __init__(self, job: Job, count: int) -> None:
        """Start the processes."""
        self.capacity = DEPTH * count
        self._payload = job.payload()
        self._cost: dict[int, int] = {}
        self._waiting: deque[Request] = deque()
        self._workers = [_Worker(self._payload) for _ in range(count)]
        self.replaced = 0

    def submit(self, request: Request) -> None:
        """Take a request."""
        self._waiting.append(request)
        self._hand_out()

    def wait(self, timeout_s: float) -> list[Answer]:
        """Return what has been answered; replace the workers that have died."""
        answers = []
        ready = wait([worker.connection for worker in self._workers], timeout_s)
        for worker in [w for w in self._workers if w.connection in ready]:
            try:
                found: Answer = worker.connection.recv()
            except (EOFError, OSError):
                self._replace(worker)
                continue
            worker.held.popleft()
            answers.append(found)
        self._hand_out()
        return answers

    def close(self) -> None:
        """End every process at once."""
        for worker in self._workers:
            worker.end()

    @property
    def pids(self) -> list[int]:
        """The processes at work."""
        return [worker.process.pid for worker in self._workers]

    def _hand_out(self) -> None:
        for depth in range(1, DEPTH + 1):
            for worker in self._workers:
                if self._waiting and len(worker.held) < depth:
                    worker.held.append(self._waiting.popleft())
                    worker.send(worker.held[-1])  # when it fails, wait() finds the worker dead

    def _replace(self, worker: _Worker) -> None:
        worker.end()
        code = worker.process.returncode
        self._workers.remove(worker)
        self.replaced += 1
        if not worker.held:  # it died before it had work: another would do the same
            raise WorkersLostError(f"a worker process ended with code {code} as it started")
        cost = self._cost[worker.held[0].name] = self._cost.get(worker.held[0].name, 0) + 1
        if cost >= PATIENCE:
            rows = f"{worker.held[0].start} to {worker.held[0].stop - 1}"
            said = f"signal {-code}" if code < 0 else f"code {code}"
            raise WorkersLostError(
                f"rows {rows} ended {cost} worker processes (the last by {said}); if memory is short, "
                "use fewer --workers"
            )
        self._waiting.extendleft(reversed(worker.held))
        self._workers.append(_Worker(self._payload))


def _serve(connection: Connection) -> None:
    """Answer requests until the client closes the connection or is gone."""
    try:
        payload: bytes = connection.recv()
        while True:
            request: Request = connection.recv()
            connection.send(answer(payload, request, f"{socket.gethostname()}-{os.getpid()}"))
    except (EOFError, OSError):
        return


if __name__ == "__main__":
    _serve(connected())
