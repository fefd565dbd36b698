"""What several tests say about a clause: the posterior that the speed keeps to a limit, and the weight between two claims.

The clause is about the system's full burnout speed V. A test shows a speed u with an error; from test to test V itself
varies by a stated share (propellant temperature, motor, path). A test can hide: with the probability q that the reader
gives it, every test is *restrained* and shows f V, with the same unknown f between the least share and 1 (throttled,
part-loaded, ballasted, or with energy wasted off the axis). Nothing measured in flight tells a restrained system from a
slower one, so q bounds what any number of tests can show. V has a flat prior over the stated range.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10, sqrt

import numpy as np
from scipy.special import ndtri

GRID = 401
SHARES = 61
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


def speed_grid(clause: Clause) -> np.ndarray:
    """Return the full speeds (n) at which densities are taken."""
    return np.linspace(clause.prior_low_m_s, clause.prior_high_m_s, GRID)


def restraint_grid(clause: Clause) -> np.ndarray:
    """Return the shares shown (m) at which a restrained system is taken, each equally likely."""
    return clause.least_share + (1.0 - clause.least_share) * (np.arange(SHARES) + 0.5) / SHARES


def log_likelihood(
    shown_m_s: np.ndarray, sigma_m_s: np.ndarray, mean_m_s: np.ndarray, spread_share: float
) -> np.ndarray:
    """Return the log-likelihood of the speeds shown in n tests, for each mean speed (any shape)."""
    mean = np.asarray(mean_m_s)[..., None]
    variance = np.asarray(sigma_m_s) ** 2 + (spread_share * mean) ** 2
    gap = np.asarray(shown_m_s) - mean
    return np.asarray(np.sum(-0.5 * gap**2 / variance - 0.5 * np.log(2.0 * np.pi * variance), axis=-1))


def marginal(
    shown_m_s: np.ndarray, sigma_m_s: np.ndarray, clause: Clause, speeds_m_s: np.ndarray
) -> np.ndarray:
    """Return the log-likelihood of each full speed, restraint included with its probability."""
    q = clause.restraint_share
    open_ = log_likelihood(shown_m_s, sigma_m_s, speeds_m_s, clause.spread_share)
    if q == 0.0:
        return open_
    hidden = np.asarray(speeds_m_s)[:, None] * restraint_grid(clause)
    each = log_likelihood(shown_m_s, sigma_m_s, hidden, clause.spread_share)
    top = np.maximum(open_, each.max(axis=1))
    mixed = (1.0 - q) * np.exp(open_ - top) + q * np.exp(each - top[:, None]).mean(axis=1)
    return np.asarray(top + np.log(np.maximum(mixed, 1e-300)))


def probability_kept(shown_m_s: np.ndarray, sigma_m_s: np.ndarray, clause: Clause) -> float:
    """Return the posterior probability that the full speed is at most the limit."""
    speeds = speed_grid(clause)
    if len(np.atleast_1d(shown_m_s)) == 0:
        density = np.ones_like(speeds)
    else:
        log_density = marginal(shown_m_s, sigma_m_s, clause, speeds)
        density = np.exp(log_density - log_density.max())
    return _share_below(speeds, density, clause.limit_m_s)


def _share_below(x: np.ndarray, density: np.ndarray, limit: float) -> float:
    """Return the share of a density, linear between its points, below ``limit``."""
    steps = 0.5 * np.diff(x) * (density[1:] + density[:-1])
    total = np.concatenate([[0.0], np.cumsum(steps)])
    inside = np.searchsorted(x, limit) - 1
    part = (limit - x[inside]) / (x[inside + 1] - x[inside])
    here = density[inside] + part * (density[inside + 1] - density[inside])
    below = total[inside] + 0.5 * (density[inside] + here) * (limit - x[inside])
    return float(below / total[-1])


def log10_ratio(
    shown_m_s: np.ndarray, sigma_m_s: np.ndarray, clause: Clause, *, first_m_s: float, second_m_s: float
) -> float:
    """Return the logarithm to base 10 of the likelihood ratio of two claimed full speeds, first over second."""
    both = marginal(shown_m_s, sigma_m_s, clause, np.array([first_m_s, second_m_s]))
    return float((both[0] - both[1]) * log10(np.e))


def ceiling(clause: Clause, true_m_s: float) -> float:
    """Return the probability that no number of tests can exceed when the system shows ``true_m_s`` each time.

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
    """
    if true_m_s >= limit_m_s:
        return float("inf")
    s = sqrt(sigma_m_s**2 + (spread_share * true_m_s) ** 2)
    z = float(ndtri(certainty) + ndtri(POWER))
    return float(max(np.ceil((z * s / (limit_m_s - true_m_s)) ** 2 - 1e-9), 1.0))


def campaigns(
    *, true_m_s: float, sigma_m_s: float, clause: Clause, tests: int, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return speeds shown (count, tests) and their errors in simulated campaigns of an open system."""
    rng = np.random.default_rng(seed)
    speeds = true_m_s * (1.0 + clause.spread_share * rng.standard_normal((count, tests)))
    return speeds + sigma_m_s * rng.standard_normal((count, tests)), np.full((count, tests), sigma_m_s)


def curve(shown_m_s: np.ndarray, sigma_m_s: np.ndarray, clause: Clause) -> np.ndarray:
    """Return the posterior (tests + 1) after none, one, two ... tests of one campaign."""
    return np.array(
        [probability_kept(shown_m_s[:n], sigma_m_s[:n], clause) for n in range(len(shown_m_s) + 1)]
    )
