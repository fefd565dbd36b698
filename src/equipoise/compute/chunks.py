"""How many rows make a chunk: enough for some seconds, measured on a few rows before the work begins."""

from __future__ import annotations

import math

from equipoise.compute.drive import RunnerError
from equipoise.compute.workers import Request, Workers

PROBE_S = 0.3
"""A probe at least this long is believed; shorter ones are repeated with more rows."""

SETTLED = 0.7
"""A probe is believed when the same rows once more take more than this share of its time: nothing was new to them."""

FEWEST_CHUNKS = 10
"""Chunks for each request that the workers hold, so that none is idle long at the end."""


def chunk_rows_for(rows: int, workers: Workers, *, target_s: float) -> int:
    """Return the rows of a chunk that takes about ``target_s``, rounded to 1, 2 or 5 times a power of ten.

    First every worker gets a row that is not counted: it compiles, reads and fills what is remembered, in all of
    them at the same time.
    """
    _time(workers, [rows * k // workers.capacity for k in range(workers.capacity)], 1, rows)
    count, before_s = 1, math.inf
    while True:
        seconds = _time(workers, _places(rows, count), count, rows)
        each_s, settled = sum(seconds) / (count * len(seconds)), sum(seconds) >= SETTLED * before_s
        if settled and (sum(seconds) >= PROBE_S or count * len(seconds) >= rows):
            break
        before_s = math.inf if settled else sum(seconds)
        count = min(count * 8, rows) if settled else count
    wanted = target_s / max(each_s, 1e-9)
    fewest = rows / (FEWEST_CHUNKS * workers.capacity)
    return round_down(max(min(wanted, fewest), 1.0))


def round_down(number: float) -> int:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above ``number`` (at least 1)."""
    power = 10 ** math.floor(math.log10(number))
    return int(next(step for step in (5, 2, 1) if step * power <= number) * power)


def _places(rows: int, count: int) -> list[int]:
    """Return rows at the beginning, the middle and the end, where costs can differ."""
    return sorted({min(place, rows - count) for place in (0, rows // 2, rows - 1)})


def _time(workers: Workers, starts: list[int], count: int, rows: int) -> list[float]:
    """Return the seconds that ``count`` rows from each start took, computed side by side."""
    for k, start in enumerate(starts):
        workers.submit(Request(-1 - k, start, min(start + count, rows)))  # chunks count from 0
    seconds: list[float] = []
    while len(seconds) < len(starts):
        for found in workers.wait(1.0):
            if found.columns is None:
                raise RunnerError(f"row {found.request.start} failed on {found.worker}: {found.fault}")
            seconds.append(found.seconds)
    return seconds
