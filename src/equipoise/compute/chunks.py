"""How many rows make a chunk: enough for some seconds, measured on a few rows before the work begins."""

from __future__ import annotations

import math

from equipoise.compute.drive import RunnerError
from equipoise.compute.workers import Request, Workers

PROBE_S = 0.3
"""A probe at least this long is believed; shorter ones are repeated with more rows."""

FEWEST_CHUNKS = 4
"""Chunks for each request that the workers hold, so that none is idle long at the end."""


def chunk_rows_for(rows: int, workers: Workers, *, target_s: float) -> int:
    """Return the rows of a chunk that takes about ``target_s``, rounded to 1, 2 or 5 times a power of ten.

    The first row of each worker's probe is not counted: it compiles, reads and fills what is remembered.
    """
    for place in _places(rows, 1):
        _time(workers, place, 1, rows)
    count = 1
    while True:
        seconds = [_time(workers, place, count, rows) for place in _places(rows, count)]
        if sum(seconds) >= PROBE_S or count * len(seconds) >= rows:
            break
        count = min(count * 4, rows)
    each_s = sum(seconds) / (count * len(seconds))
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


def _time(workers: Workers, start: int, count: int, rows: int) -> float:
    workers.submit(Request(-1, start, min(start + count, rows)))
    while True:
        for found in workers.wait(1.0):
            if found.columns is None:
                raise RunnerError(f"row {start} failed on {found.worker}: {found.fault}")
            return found.seconds
