"""Distributions of counts against every outcome, a simulation and closed forms."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.numerics import counting

CHANCES = st.lists(st.floats(0.0, 1.0), min_size=0, max_size=10)


@pytest.mark.second_method  # all 4,096 outcomes
def test_twelve_trials_against_every_outcome():
    p = np.random.default_rng(12).random(12)
    brute = np.zeros(13)
    for outcome in itertools.product((0, 1), repeat=12):
        brute[sum(outcome)] += np.prod(np.where(outcome, p, 1 - p))
    np.testing.assert_allclose(counting.poisson_binomial(p), brute, rtol=1e-12, atol=0)


@pytest.mark.second_method  # 20,000 simulated salvoes; 5 standard errors
def test_fifteen_hundred_trials_against_a_simulation():
    rng = np.random.default_rng(1500)
    p = rng.random(1500)
    pmf = counting.poisson_binomial(p)
    runs = 20_000
    drawn = np.concatenate([(rng.random((500, 1500)) < p).sum(axis=1) for _ in range(runs // 500)])
    deviation = np.sqrt((p * (1 - p)).sum())
    assert abs(counting.mean(pmf) - p.sum()) < 1e-9
    assert abs(drawn.mean() - counting.mean(pmf)) < 5 * deviation / np.sqrt(runs)
    for k in np.quantile(drawn, [0.05, 0.5, 0.95]).astype(int):
        exact = counting.at_least(pmf, k)
        assert abs((drawn >= k).mean() - exact) < 5 * np.sqrt(exact * (1 - exact) / runs)


@pytest.mark.outside  # scipy.stats.poisson_binom, which goes through a Fourier transform
def test_fifteen_hundred_trials_against_scipy():
    from scipy.stats import poisson_binom

    p = np.random.default_rng(7).random(1500)
    theirs = poisson_binom(p).pmf(np.arange(1501))
    np.testing.assert_allclose(counting.poisson_binomial(p), theirs, rtol=0, atol=1e-14)


@pytest.mark.textbook  # Pascal's triangle
def test_a_binomial_has_the_coefficients_of_pascal():
    np.testing.assert_allclose(counting.binomial(6, 0.5) * 64, [1, 6, 15, 20, 15, 6, 1], rtol=1e-13)
    large = counting.poisson_binomial(np.full(400, 0.3))
    np.testing.assert_allclose(counting.binomial(400, 0.3), large, rtol=1e-10, atol=0)


@pytest.mark.identity
@given(CHANCES)
def test_a_distribution_sums_to_one_and_keeps_the_mean(p):
    pmf = counting.poisson_binomial(p)
    assert pmf.sum() == pytest.approx(1.0, abs=1e-12)
    assert counting.mean(pmf) == pytest.approx(sum(p), abs=1e-12)


@pytest.mark.identity
@given(CHANCES, CHANCES)
def test_the_total_of_two_is_the_distribution_of_all(p, q):
    parts = counting.total([counting.poisson_binomial(p), counting.poisson_binomial(q)])
    np.testing.assert_allclose(parts, counting.poisson_binomial([*p, *q]), atol=1e-13)


@pytest.mark.second_method
@given(st.integers(0, 8), st.integers(0, 10), st.floats(0, 1), st.floats(0, 1))
def test_removal_against_conditioning_on_each_count(n, most, chance, kill):
    before = counting.binomial(n, chance)
    brute = np.zeros(n + 1)
    for count in range(n + 1):
        at_risk = min(count, most)
        for killed, weight in enumerate(counting.binomial(at_risk, kill)):
            brute[count - killed] += before[count] * weight
    after = counting.after_removal(before, most=most, chance=kill)
    np.testing.assert_allclose(after, brute, atol=1e-13)


def test_steps_and_quantiles():
    pmf = counting.in_steps(counting.binomial(2, 0.5), 3)
    np.testing.assert_allclose(pmf, [0.25, 0, 0, 0.5, 0, 0, 0.25])
    assert [counting.quantile(pmf, q) for q in (0.1, 0.25, 0.5, 1.0)] == [0, 0, 3, 6]
    assert counting.at_least(pmf, -1) == pytest.approx(1.0)
    assert counting.at_least(pmf, 7) == 0.0
