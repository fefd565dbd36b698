"""How long and how dear a sweep will be: a simulation of clients, their workers and what stands between them.

Each client hands chunks to its workers through one dispatcher, keeps two in each worker's hand, and writes what comes
back one chunk after the other. So a client can serve only so many workers, and small chunks are all overhead.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np

from equipoise.compute.local import DEPTH


@dataclass(frozen=True)
class Costs:
    """What was measured: seconds for a row, for handing out a chunk, for making one durable, for starting a worker.

    ``spread`` is the standard deviation of a chunk's time over its mean; ``failures_per_hour`` end a worker each,
    which loses the chunk in its hand and starts a new one.
    """

    row_s: float
    dispatch_s: float
    record_s: float
    start_s: float = 5.0
    spread: float = 0.1
    failures_per_hour: float = 0.0


@dataclass(frozen=True)
class Forecast:
    """What comes out: wall time, share of the workers' time that went into rows, chunks."""

    wall_s: float
    useful: float
    chunks: int


def forecast(
    costs: Costs, *, rows: int, workers: int, clients: int = 1, chunk_s: float = 5.0, seed: int = 1
) -> Forecast:
    """Return the forecast for ``clients`` (shards) of equal size, each with its part of the workers.

    One client is simulated chunk by chunk and stands for all of them.
    """
    each_rows, each_workers = math.ceil(rows / clients), max(workers // clients, 1)
    chunk_rows = max(round(chunk_s / costs.row_s), 1)
    chunks = math.ceil(each_rows / chunk_rows)
    wall_s, useful_s = _client(costs, chunks, each_workers, chunk_rows * costs.row_s, seed)
    return Forecast(wall_s, useful_s / (wall_s * each_workers), chunks * clients)


def _client(costs: Costs, chunks: int, workers: int, chunk_s: float, seed: int) -> tuple[float, float]:
    """Return the wall time of one client and the worker time that became rows."""
    rng = np.random.default_rng(seed)
    free = [(costs.start_s, w) for w in range(workers)]
    heapq.heapify(free)
    in_hand: list[float] = []
    dispatcher = recorder = useful = 0.0
    for _ in range(chunks):
        if len(in_hand) == DEPTH * workers:  # room comes when what ended first is on the disk
            recorder = max(recorder, heapq.heappop(in_hand)) + costs.record_s
            dispatcher = max(dispatcher, recorder)
        dispatcher += costs.dispatch_s
        at, worker = heapq.heappop(free)
        seconds = max(chunk_s * (1.0 + costs.spread * rng.standard_normal()), 0.1 * chunk_s)
        end = max(at, dispatcher) + _lost(rng, seconds, costs) + seconds
        heapq.heappush(free, (end, worker))
        heapq.heappush(in_hand, end)
        useful += seconds
    while in_hand:
        recorder = max(recorder, heapq.heappop(in_hand)) + costs.record_s
    return recorder, useful


def _lost(rng: np.random.Generator, seconds: float, costs: Costs) -> float:
    """Return the time that failures take from a worker before it completes a chunk."""
    lost = 0.0
    rate = costs.failures_per_hour / 3600.0
    while rate > 0.0 and (until := rng.exponential(1.0 / rate)) < seconds:
        lost += until + costs.start_s
    return lost
