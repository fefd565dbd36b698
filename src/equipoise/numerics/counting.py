"""Exact distributions of counts: sums of independent trials with different chances, and of independent counts."""

from __future__ import annotations

from functools import lru_cache

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


@lru_cache(maxsize=8192)
def binomial(n: int, chance: float) -> Pmf:
    """Return the distribution (n + 1,) of successes in ``n`` trials of the same chance; not to be written on."""
    if chance <= 0.0 or chance >= 1.0:
        pmf = np.zeros(n + 1)
        pmf[n if chance >= 1.0 else 0] = 1.0
    else:
        k = np.arange(n + 1)
        ways = np.zeros(n + 1)
        np.cumsum(np.log((n - k[1:] + 1) / k[1:]), out=ways[1:])
        pmf = np.exp(ways + k * np.log(chance) + (n - k) * np.log1p(-chance))
    pmf.flags.writeable = False
    return pmf


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
