"""Exact distributions of counts: sums of independent trials with different chances, and of independent counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Pmf = NDArray[np.float64]
"""Probabilities of 0, 1, 2 ..."""

NEGLIGIBLE = 1e-25
"""A count of less probability is not conditioned on; ten thousand of them stay below the rounding of a double."""


def poisson_binomial(chances: ArrayLike) -> Pmf:
    """Return the distribution (n + 1,) of how many of n independent trials succeed, by convolution.

    Every term is positive, so that small probabilities keep their relative accuracy.
    """
    p = np.asarray(chances, dtype=float)
    pmf = np.zeros(p.size + 1)
    pmf[0] = 1.0
    for n, chance in enumerate(p):
        # both sides of the sum are evaluated before the assignment, so one array serves
        pmf[1 : n + 2] = pmf[1 : n + 2] * (1.0 - chance) + pmf[: n + 1] * chance
        pmf[0] *= 1.0 - chance
    return pmf


def binomial(n: int, chance: float) -> Pmf:
    """Return the distribution (n + 1,) of successes in ``n`` trials of the same chance."""
    if chance <= 0.0 or chance >= 1.0:
        pmf = np.zeros(n + 1)
        pmf[n if chance >= 1.0 else 0] = 1.0
        return pmf
    k = np.arange(1, n + 1)
    ways = np.r_[0.0, np.cumsum(np.log((n - k + 1) / k))]
    fails = n - np.arange(n + 1)
    return np.asarray(np.exp(ways + np.arange(n + 1) * np.log(chance) + fails * np.log1p(-chance)))


def total(counts: list[Pmf]) -> Pmf:
    """Return the distribution of the sum of independent counts."""
    pmf = np.ones(1)
    for part in sorted(counts, key=np.size):
        pmf = np.convolve(pmf, part)
    return pmf


def in_steps(pmf: Pmf, step: int) -> Pmf:
    """Return the distribution of ``step`` times a count."""
    spread = np.zeros((pmf.size - 1) * step + 1)
    spread[::step] = pmf
    return spread


def after_removal(pmf: Pmf, *, most: int, chance: float) -> Pmf:
    """Return the distribution of a count from which each of the first ``most`` is removed with ``chance``."""
    left = np.zeros(pmf.size)
    few = pmf[: most + 1]
    for n in np.flatnonzero(few > NEGLIGIBLE):
        left[: n + 1] += few[n] * binomial(int(n), 1.0 - chance)
    if pmf.size - 1 > most:
        # beyond the limit a fixed number is at risk, and the rest is added to what is left of it
        beyond = np.convolve(pmf[most + 1 :], binomial(most, 1.0 - chance))
        left[1 : 1 + beyond.size] += beyond
    return left


def mean(pmf: Pmf) -> float:
    """Return the expected count."""
    return float(pmf @ np.arange(pmf.size))


def at_least(pmf: Pmf, count: int) -> float:
    """Return the probability of ``count`` or more."""
    return float(pmf[max(count, 0) :].sum())


def quantile(pmf: Pmf, chance: float) -> int:
    """Return the smallest count that is not exceeded with probability ``chance`` or more."""
    return int(np.searchsorted(np.cumsum(pmf), chance - 1e-12))
