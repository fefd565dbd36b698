"""Exact distributions and assignments, beside scipy's own in the same run."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import poisson_binom

from equipoise.engagement.assignment import Stock, Windows, assign
from equipoise.numerics.counting import poisson_binomial

WARHEADS, SITES, SHOTS = 1500, 3, 2


def _best_s(function, repeats: int = 5) -> float:
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def _windows(rng) -> Windows:
    """Return open windows of two shots at every warhead from every site."""
    grid = np.meshgrid(np.arange(WARHEADS), np.arange(SITES), np.arange(SHOTS), indexing="ij")
    warhead, site, shot = (axis.ravel() for axis in grid)
    opens = np.repeat(rng.uniform(0, 600, WARHEADS * SITES), SHOTS) + 30.0 * shot
    closes = np.repeat(rng.uniform(300, 900, WARHEADS * SITES), SHOTS)
    return Windows(warhead, site, shot, opens, closes)


def rows() -> list[dict[str, Any]]:
    """Return the rows of the benchmark table."""
    rng = np.random.default_rng(0)
    chances = rng.random(1500)
    ours = _best_s(lambda: poisson_binomial(chances))
    theirs = _best_s(lambda: poisson_binom(chances).pmf(np.arange(1501)))
    windows, stock = _windows(rng), np.array([24, 24, 24])
    plain = _best_s(lambda: assign(windows, Stock(stock)))
    timed = _best_s(lambda: assign(windows, Stock(stock, 10.0)))
    usable = windows.closes_s >= windows.opens_s
    # one row per interceptor, one column per warhead: the first shots alone
    cost = np.zeros((stock.sum(), WARHEADS))
    first = usable & (windows.shot == 0)
    for unit, site in enumerate(np.repeat(np.arange(SITES), stock)):
        cost[unit, windows.warhead[first & (windows.site == site)]] = -1.0
    dense = _best_s(lambda: linear_sum_assignment(cost))
    return [
        _row("balance.poisson_binomial_ms", "exact distribution of 1,500 different trials", 1e3 * ours, "ms", 50.0),
        _row("balance.poisson_against_scipy", "scipy.stats.poisson_binom over ours", theirs / ours, "ratio", None),
        _row("balance.assign_ms", "1,500 warheads, 3 sites, 2 shots, 72 interceptors", 1e3 * plain, "ms", None),
        _row("balance.assign_timed_ms", "the same with a launch every 10 s", 1e3 * timed, "ms", None),
        _row("balance.assign_against_scipy", "scipy linear_sum_assignment (first shots alone) over ours", dense / plain, "ratio", None),
    ]  # fmt: skip


def _row(name: str, what: str, value: float, unit: str, most: float | None) -> dict[str, Any]:
    bar = "" if most is None else f"under {most:g}"
    holds = None if most is None else bool(value < most)
    return {
        "id": name,
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": holds,
        "source": "same run",
    }
