"""Interceptors to warheads in time windows: how many warheads could a finite inventory take.

A site holds a stock and launches at most ``rate`` interceptors per ``interval_s``. A shot can be launched while its
window is open. The k-th shot at a warhead is worth p (1 - p)**(k - 1) kills, whatever its site; these worths fall with
k for every p, so that one assignment is best for every kill probability at once, and engages at least once as many
warheads as any assignment could (see :mod:`equipoise.numerics.linking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.numerics.linking import link_in_order

Rule = Literal["attainable", "bound"]


@dataclass(frozen=True)
class Windows:
    """Shots that could be launched, one row each (n,): when the window of ``shot`` (0 is the first) at ``warhead`` opens.

    Times are s of launch. The window of a later shot lies within that of the earlier one from the same site; the
    wait for an assessment moves its ``opens_s``. Shots of one salvo have the same window.
    """

    warhead: np.ndarray
    site: np.ndarray
    shot: np.ndarray
    opens_s: np.ndarray
    closes_s: np.ndarray


LEAST_INTERVAL_S = 0.01
"""A shorter interval limits nobody, and its slots would outgrow memory and whole numbers."""


@dataclass(frozen=True)
class Stock:
    """Interceptors at each site (s,), and how many of them it launches per interval (no limit below LEAST_INTERVAL_S)."""

    count: np.ndarray
    interval_s: float = 0.0
    rate: int = 1

    @property
    def paced(self) -> bool:
        """Whether a site must wait between launches."""
        return self.interval_s >= LEAST_INTERVAL_S


@dataclass(frozen=True)
class Assignment:
    """Launches of the best assignment (m,), and how many warheads get at least one, two ... shots (k,)."""

    warhead: np.ndarray
    site: np.ndarray
    shot: np.ndarray
    launch_s: np.ndarray
    rounds: np.ndarray

    @property
    def engaged(self) -> int:
        """The largest number of warheads that could be engaged at all: those taken if every shot killed."""
        return int(self.rounds[0]) if self.rounds.size else 0

    def kills(self, kill_probability: float | np.ndarray) -> float | np.ndarray:
        """Return the largest expected number of warheads taken, for one or several kill probabilities."""
        p = np.asarray(kill_probability, dtype=float)[..., None]
        worth = p * (1.0 - p) ** np.arange(self.rounds.size)
        total = (worth * self.rounds).sum(axis=-1)
        return float(total) if total.ndim == 0 else total


def assign(windows: Windows, stock: Stock, *, rule: Rule = "attainable") -> Assignment:
    """Return the best assignment of the stock to the windows.

    With a launch interval, time is cut into slots of that length. ``attainable`` launches at the start of a slot, so
    that the plan could be flown; ``bound`` lets a window use every slot that it touches, and no plan whose launches
    from a site lie an interval apart does better. Without an interval both are the same and exact.
    """
    usable = np.flatnonzero(windows.closes_s >= windows.opens_s)
    order = usable[
        np.lexsort([getattr(windows, name)[usable] for name in ("opens_s", "site", "warhead", "shot")])
    ]
    w = Windows(*(getattr(windows, name)[order] for name in Windows.__dataclass_fields__))
    origin_s = float(w.opens_s.min(initial=np.inf)) if order.size else 0.0
    low, high, per_site = _slot_range(w, stock, rule, origin_s)
    counts = np.maximum(high - low + 1, 0)
    ends = np.cumsum(counts)
    store_start = np.arange(stock.count.size + 1) * per_site
    first_slot = low + store_start[w.site]
    slots = np.arange(counts.sum()) + np.repeat(first_slot - (ends - counts), counts)
    task_row = np.flatnonzero(_changes(w.shot) | _changes(w.warhead))
    room = stock.rate if stock.paced else int(stock.count.max(initial=0))
    taken = link_in_order(
        np.r_[0, ends][np.r_[task_row, order.size]].astype(np.int64),
        slots.astype(np.int64),
        np.full(store_start[-1], room, dtype=np.int64),
        np.repeat(np.arange(stock.count.size), per_site).astype(np.int64),
        store_start.astype(np.int64),
        stock.count.astype(np.int64),
    )
    return _read(w, task_row, taken, stock, per_site, origin_s)


def _changes(values: np.ndarray) -> np.ndarray:
    """Return where a value differs from the one before; true at the start."""
    return np.r_[True, values[1:] != values[:-1]] if values.size else np.zeros(0, dtype=bool)


def _slot_range(w: Windows, stock: Stock, rule: Rule, origin_s: float) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the first and last slot of every window, and the number of slots of a site."""
    if not stock.paced or w.opens_s.size == 0:
        nothing = np.zeros(w.opens_s.size, dtype=np.int64)
        return nothing, nothing, 1
    opens, closes = ((t - origin_s) / stock.interval_s for t in (w.opens_s, w.closes_s))
    low = (np.floor(opens) if rule == "bound" else np.ceil(opens)).astype(np.int64)
    high = np.floor(closes).astype(np.int64)
    return low, high, max(int(high.max()) + 1, 1)


def _read(
    w: Windows, task_row: np.ndarray, taken: np.ndarray, stock: Stock, per_site: int, origin_s: float
) -> Assignment:
    """Return the assignment in which each task, whose windows begin at ``task_row``, has its slot in ``taken``."""
    linked = np.flatnonzero(taken >= 0)
    shot, warhead = w.shot[task_row[linked]], w.warhead[task_row[linked]]
    site, slot = np.divmod(taken[linked], per_site)
    if stock.paced:
        launch_s = origin_s + slot * stock.interval_s
    else:
        opening: dict[tuple[int, int, int], float] = {}
        for row in zip(w.warhead.tolist(), w.site.tolist(), w.shot.tolist(), w.opens_s.tolist(), strict=True):
            opening.setdefault(row[:3], row[3])
        keys = zip(warhead.tolist(), site.tolist(), shot.tolist(), strict=True)
        launch_s = np.array([opening[key] for key in keys])
    rounds = np.bincount(shot, minlength=int(w.shot.max(initial=-1)) + 1)
    return Assignment(warhead, site, shot, launch_s, rounds)
