"""Printed costs, and long comparisons of the exact distributions and assignments."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog

from equipoise.analysis.balance import leakage
from equipoise.analysis.balance.arrivals import Defence, Group, arrivals
from equipoise.catalogue import load_catalogue
from equipoise.engagement.assignment import Stock, Windows, assign
from equipoise.numerics import counting


def rows() -> list[dict[str, Any]]:
    """Return the rows of the validation table."""
    return [*_costs(), _simulated(), _programmed()]


def _costs() -> list[dict[str, Any]]:
    """CBO 2009: option 2 is almost twice option 1 at both ends."""
    first, second = (load_catalogue().prices[f"price-cbo-option-{n}"].amount_usd_m for n in (1, 2))
    return [
        _row(f"balance cbo {end}", f"cost of option 2 over option 1, {end} end", getattr(second, end) / getattr(first, end),
             "ratio", f"{ratio} (almost twice)", abs(getattr(second, end) / getattr(first, end) - ratio) < 0.005,
             "CBO, 27 Feb 2009")
        for end, ratio in (("low", 2.0), ("high", 1.86))
    ]  # fmt: skip


def _simulated() -> dict[str, Any]:
    """Return how far a million simulated strikes lie from the exact mean, in standard errors."""
    groups = [Group("a", 120, 1, 0.2, 0.3), Group("b", 58, 10, 0.1, 0.1), Group("c", 96, 4, 0.25, 0.0)]
    defence = Defence(72, 0.7)
    rng = np.random.default_rng(11)
    n = 1_000_000
    exposed = rng.binomial(36, 0.2, n) + 10 * rng.binomial(6, 0.1, n)
    free = rng.binomial(84, 0.2, n) + 10 * rng.binomial(52, 0.1, n) + 4 * rng.binomial(96, 0.25, n)
    shots = min(range(1, 5), key=lambda k: _mean_left(exposed, defence, k))
    left = exposed - rng.binomial(
        np.minimum(exposed, defence.engaged(shots)), leakage.kill_by(shots, defence.kill_probability)
    )
    drawn = free + left
    error = abs(drawn.mean() - counting.mean(arrivals(groups, defence))) / (drawn.std() / np.sqrt(n))
    return _row("balance arrivals", "exact mean of arrivals against a million simulated strikes", error,
                "standard errors", "below 4", error < 4.0, "simulation with seed 11")  # fmt: skip


def _mean_left(exposed: np.ndarray, defence: Defence, shots: int) -> float:
    taken = leakage.kill_by(shots, defence.kill_probability) * np.minimum(exposed, defence.engaged(shots))
    return float((exposed - taken).mean())


def _programmed() -> dict[str, Any]:
    """Return the largest difference between the assignment and HiGHS over twenty cases of 60 warheads."""
    rng = np.random.default_rng(4)
    worst = 0.0
    for _ in range(20):
        grid = np.meshgrid(np.arange(60), np.arange(3), np.arange(2), indexing="ij")
        warhead, site, shot = (axis.ravel() for axis in grid)
        opens = np.repeat(rng.integers(0, 20, 180), 2) + 2.0 * shot
        closes = np.repeat(rng.integers(0, 30, 180), 2).astype(float)
        windows = Windows(warhead, site, shot, opens, closes)
        stock = Stock(rng.integers(1, 12, 3), 1.0)
        for p in (0.3, 0.8):
            worst = max(worst, abs(float(assign(windows, stock).kills(p)) - _program(windows, stock, p)))
    return _row("balance assignment", "expected kills, ours against a linear program (HiGHS), 40 cases", worst,
                "warheads", "below 1e-6", worst < 1e-6, "scipy.optimize.linprog, same cases")  # fmt: skip


def _program(windows: Windows, stock: Stock, p: float) -> float:
    from scipy.sparse import coo_matrix

    launches = [
        (w, k, s, t)
        for w, s, k, a, b in zip(
            windows.warhead, windows.site, windows.shot, windows.opens_s, windows.closes_s, strict=True
        )
        for t in range(int(a), int(b) + 1)
    ]
    keys = [[("task", w, k), ("slot", s, t), ("site", s)] for w, k, s, t in launches]
    index = {key: i for i, key in enumerate(dict.fromkeys(k for row in keys for k in row))}
    entries = [(index[key], j) for j, row in enumerate(keys) for key in row]
    room = np.ones(len(index))
    for s, count in enumerate(stock.count):
        if ("site", s) in index:
            room[index["site", s]] = count
    matrix = coo_matrix((np.ones(len(entries)), np.array(entries).T), shape=(len(index), len(launches)))
    worth = np.array([p * (1 - p) ** k for _, k, _, _ in launches])
    return -float(linprog(-worth, A_ub=matrix.tocsr(), b_ub=room, bounds=(0, 1)).fun)


def _row(name: str, what: str, value: float, unit: str, bar: str, holds: bool, source: str) -> dict[str, Any]:
    return {
        "id": name,
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": bool(holds),
        "source": source,
    }
