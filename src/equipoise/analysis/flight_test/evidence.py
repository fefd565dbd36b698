"""What several tests say about a clause: the posterior that the speed keeps to a limit, and the weight between two claims.

The clause is about the system's full burnout speed V. A test shows a speed u with an error; from test to test V itself
varies by a stated share (propellant temperature, motor, path). A test can hide: with the probability q that the reader
gives it, every test is *restrained* and shows f V, with the same unknown f between the least share and 1 (throttled,
part-loaded, ballasted, or with energy wasted off the axis). Nothing measured in flight tells a restrained system from a
slower one, so q bounds what any number of tests can show. V has a flat prior over the stated range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10, sqrt

import numpy as np
from scipy.special import ndtri

COARSE, FINE = 400, 200
"""Points of the grid of mean speeds: over the whole range, and about the mean of what was shown."""
POWER = 0.9
"""Share of campaigns that must reach the stated certainty for a number of tests to count as enough."""


@dataclass(frozen=True)
class Clause:
    """The limit and what is believed before any test; speeds in m/s, shares of one."""

    limit_m_s: float
    prior_low_m_s: float
    prior_high_m_s: float
    spread_share: float
    restraint_share: float
    least_share: float


def likelihood(
    shown_m_s: np.ndarray, sigma_m_s: np.ndarray, mean_m_s: np.ndarray, spread_share: float
) -> np.ndarray:
    """Return the log-likelihood of the speeds shown in n tests, for each mean speed (m).

    ``spread_share`` is the standard deviation from missile to missile as a share of the mean speed.
    """
    mean = mean_m_s[:, None]
    variance = sigma_m_s**2 + (spread_share * mean) ** 2
    gap = shown_m_s - mean
    return np.asarray(np.sum(-0.5 * gap**2 / variance - 0.5 * np.log(2.0 * np.pi * variance), axis=1))


@dataclass(frozen=True)
class Weighed:
    """What n tests say of each speed, up to one factor: ``open`` as the full speed, ``hidden`` behind restraint.

    With L(m) the likelihood of the mean speed m that is shown, open is L(V), and hidden is L averaged over f, which is
    the integral of L from least * V to V over (1 - least) V.
    """

    speed_m_s: np.ndarray
    open: np.ndarray
    hidden: np.ndarray

    def of(self, restraint_share: float) -> np.ndarray:
        """Return the likelihood of each full speed for a probability of restraint."""
        return np.asarray((1.0 - restraint_share) * self.open + restraint_share * self.hidden)


def weigh(
    shown_m_s: np.ndarray, sigma_m_s: np.ndarray, clause: Clause, extra_m_s: Sequence[float] = ()
) -> Weighed:
    """Return what tests say of the full speed on a grid that resolves them; ``extra_m_s`` and the limit are on it.

    ``shown_m_s`` and ``sigma_m_s`` are (n,), one value a test.
    """
    least, low, high = clause.least_share, clause.prior_low_m_s, clause.prior_high_m_s
    grid = np.concatenate([np.linspace(least * low, high, COARSE), [low, clause.limit_m_s, *extra_m_s]])
    if len(shown_m_s):
        middle = float(np.mean(shown_m_s))
        width = sqrt(float(np.mean(sigma_m_s**2)) + (clause.spread_share * middle) ** 2) / sqrt(
            len(shown_m_s)
        )
        grid = np.concatenate([grid, middle + width * np.linspace(-8.0, 8.0, FINE)])
        # behind restraint the same peak shows at the full speed, where the average over f starts and ends
        grid = np.concatenate([grid, (middle + width * np.linspace(-8.0, 8.0, FINE)) / least])
    grid = np.unique(np.clip(grid, least * low, high))
    log_l = likelihood(shown_m_s, sigma_m_s, grid, clause.spread_share)
    shown = np.exp(log_l - log_l.max())
    total = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(grid) * (shown[1:] + shown[:-1]))])
    speed = grid[grid >= low]
    below = np.interp(least * speed, grid, total)
    hidden = (
        (np.interp(speed, grid, total) - below) / ((1.0 - least) * speed)
        if least < 1.0
        else shown[grid >= low]
    )
    return Weighed(speed, shown[grid >= low], hidden)


def probability_kept(weighed: Weighed, clause: Clause) -> float:
    """Return the posterior probability that the full speed is at most the limit, from a flat prior."""
    x, density = weighed.speed_m_s, weighed.of(clause.restraint_share)
    steps = 0.5 * np.diff(x) * (density[1:] + density[:-1])
    return float(steps[x[1:] <= clause.limit_m_s].sum() / steps.sum())


def log10_ratio(weighed: Weighed, clause: Clause, *, first_m_s: float, second_m_s: float) -> float:
    """Return the logarithm to base 10 of the likelihood ratio of two full speeds on the grid, first over second."""
    density = weighed.of(clause.restraint_share)
    first, second = (float(density[np.searchsorted(weighed.speed_m_s, v)]) for v in (first_m_s, second_m_s))
    least = 1e-300  # a ratio beyond this is beyond what the model's tails can carry
    return log10(max(first, least) / max(second, least))


def ceiling(clause: Clause, true_m_s: float) -> float:
    """Return the probability at which the answer settles, however many tests show ``true_m_s``.

    The speed shown is then known; it remains whether it was the full one. Open: V is the speed shown. Restrained: V is
    the speed shown over f, with f flat; the density of V there is u / V^2 over the range of f that the prior allows.
    """
    q, u = clause.restraint_share, true_m_s
    kept_if_open = float(u <= clause.limit_m_s)
    if q == 0.0:
        return kept_if_open
    width = 1.0 - clause.least_share
    # evidence of each case is a density of u: flat prior of V over its range, times 1 (open) or 1 / f (restrained)
    low_f, high_f = max(clause.least_share, u / clause.prior_high_m_s), 1.0
    hidden = np.log(high_f / low_f) / width if low_f < high_f else 0.0
    edge = min(max(u / clause.limit_m_s, low_f), high_f)
    hidden_kept = np.log(high_f / edge) / width
    return float(((1.0 - q) * kept_if_open + q * hidden_kept) / ((1.0 - q) + q * hidden))


def tests_needed(
    *, sigma_m_s: float, spread_share: float, true_m_s: float, limit_m_s: float, certainty: float
) -> float:
    """Return how many open tests reach a certainty in nine of ten campaigns; inf when the truth is over the limit.

    With a flat prior the posterior is normal about the mean shown, so n = ((z_c + z_p) s / (L - v))^2.
    ``spread_share`` is the standard deviation from missile to missile as a share of the mean speed.
    """
    if true_m_s >= limit_m_s:
        return float("inf")
    s = sqrt(sigma_m_s**2 + (spread_share * true_m_s) ** 2)
    z = float(ndtri(certainty) + ndtri(POWER))
    return float(max(np.ceil((z * s / (limit_m_s - true_m_s)) ** 2 - 1e-9), 1.0))
