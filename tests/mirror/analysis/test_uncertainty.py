"""Thresholds, swings and Sobol indices against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analysis.uncertainty.sensitivity import rank_correlation, saltelli_design, sobol_indices
from equipoise.analysis.uncertainty.thresholds import one_at_a_time
from equipoise.engagement.bounds import Ranges

A, B = 7.0, 0.1


def ranges(nominal, low, high, whole=None):
    n = len(nominal)
    flags = np.zeros(n, dtype=bool) if whole is None else np.array(whole)
    return Ranges(
        tuple("abcdef"[:n]), np.array(nominal, float), np.array(low, float), np.array(high, float), flags
    )


def ishigami_variances():
    """Ishigami and Homma (1990): variances of the parts of sin x1 + a sin^2 x2 + b x3^4 sin x1 on [-pi, pi]^3."""
    v1 = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    v2 = A**2 / 8
    v13 = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    return v1, v2, v13


@pytest.mark.textbook  # Ishigami and Homma (1990); Saltelli et al., Global Sensitivity Analysis (2008)
@pytest.mark.parametrize("seed", range(1, 9))
def test_indices_of_ishigami_s_function_within_two_percent_at_4096_samples(seed):
    x = 2 * np.pi * saltelli_design(4096, 3, seed=seed) - np.pi
    found = sobol_indices(np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0]), 3)
    v1, v2, v13 = ishigami_variances()
    total = v1 + v2 + v13
    np.testing.assert_allclose(found.first[:2], [v1 / total, v2 / total], rtol=0.02)
    assert abs(found.first[2]) < 0.02
    np.testing.assert_allclose(found.total, [(v1 + v13) / total, v2 / total, v13 / total], rtol=0.02)


def test_a_constant_has_no_variance_to_share_out():
    assert np.isnan(sobol_indices(np.full(40, 3.0), 3).total).all()


@pytest.mark.identity  # slack falls one for one with a delay, so the flip is nominal delay plus nominal slack
@settings(max_examples=50)
@given(slack_s=st.floats(-50, 50), delay_s=st.floats(5, 55), slope=st.sampled_from([-1.0, 2.5]))
def test_a_linear_threshold_is_found_where_the_closed_form_puts_it(slack_s, delay_s, slope):
    b = ranges([delay_s, 1.0], [0.0, 0.0], [60.0, 2.0])
    found = one_at_a_time(
        lambda p: (slack_s + slope * (p[:, :1] - delay_s)) + 0.0 * p[:, 1:], b, np.array([0.0])
    )
    expected = delay_s - slack_s / slope
    if 0.0 < expected < 60.0 and abs(expected - delay_s) > 0.1:
        assert found.flip[0, 0] == pytest.approx(expected, abs=60.0 / 4000)
        assert found.holds_above[0, 0] == (slope > 0)
    elif not 0.0 <= expected <= 60.0:
        assert np.isnan(found.flip[0, 0])
    assert np.isnan(found.flip[0, 1])
    assert found.swing[0, 0] == pytest.approx(60 * slope)


@pytest.mark.identity
def test_the_nearest_of_two_flips_is_reported_and_its_side():
    b = ranges([0.5], [-2.0], [3.0])
    found = one_at_a_time(lambda p: 1.0 - p**2, b, np.array([0.0]))  # holds between -1 and 1
    assert found.flip[0, 0] == pytest.approx(1.0, abs=5 / 4000)
    assert not found.holds_above[0, 0]


def test_a_count_flips_at_the_first_whole_number_on_the_other_side():
    b = ranges([12.0], [0.0], [24.0], whole=[True])
    found = one_at_a_time(lambda p: 17.5 - p, b, np.array([0.0]))
    assert found.flip[0, 0] == 18.0


def test_a_value_that_is_not_defined_does_not_hold_and_can_be_where_a_verdict_flips():
    b = ranges([0.5], [0.0], [1.0])
    found = one_at_a_time(lambda p: np.where(p < 0.3, np.nan, 1.0), b, np.array([0.0]))
    assert found.flip[0, 0] == pytest.approx(0.3, abs=1 / 4000)
    assert found.holds_above[0, 0]


def test_a_measure_without_a_level_has_no_flip():
    found = one_at_a_time(lambda p: p, ranges([0.0], [-1.0], [1.0]), np.array([np.nan]))
    assert np.isnan(found.flip).all()


@pytest.mark.second_method  # scipy's own implementation, one pair at a time
def test_rank_correlation_equals_scipy_s():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(3)
    x = rng.random((200, 3))
    y = x[:, 0] ** 3 - x[:, 1] + 0.1 * rng.random(200)
    y[::17] = np.nan
    known = np.isfinite(y)
    expected = [spearmanr(x[known, k], y[known]).statistic for k in range(3)]
    np.testing.assert_allclose(rank_correlation(x, y), expected, atol=1e-12)
