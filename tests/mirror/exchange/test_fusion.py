import numpy as np
import pytest

from equipoise.exchange.fusion import Estimate, covariance_intersection, fuse, nees


def estimate(state, covariance, *tags):
    return Estimate(np.asarray(state, dtype=float), np.asarray(covariance, dtype=float), frozenset(tags))


def test_an_own_echo_changes_nothing():
    own = estimate([0.0, 0.0], np.eye(2), "A/radar/1")
    echo = estimate([5.0, 5.0], np.eye(2) * 0.1, "A/radar/1")
    assert fuse(own, echo, party="A") is own
    new = fuse(own, estimate([1.0, 0.0], np.eye(2) * 0.5, "B/radar/1"), party="A")
    assert fuse(new, estimate([1.0, 0.0], np.eye(2) * 0.5, "B/radar/1", "A/radar/1"), party="A") is new


@pytest.mark.textbook
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_consistent_for_any_correlation(correlation):
    # Julier and Uhlmann 1997: the fused covariance bounds the true error, so the mean NEES is at most the dimension
    rng = np.random.default_rng(3)
    pa, pb = np.diag([4.0, 1.0, 2.0]), np.diag([1.0, 3.0, 2.5])
    root_a, root_b = np.linalg.cholesky(pa), np.linalg.cholesky(pb)
    values = []
    for _ in range(300):
        common, own, other = rng.standard_normal((3, 3))
        mix = np.sqrt(correlation), np.sqrt(1.0 - correlation)
        a = estimate(root_a @ (mix[0] * common + mix[1] * own), pa, "A/x/1")
        b = estimate(root_b @ (mix[0] * common + mix[1] * other), pb, "B/x/1")
        values.append(nees(covariance_intersection(a, b), np.zeros(3)))
    assert np.mean(values) < 3.0 + 3.0 * np.sqrt(6.0 / 300)


def test_better_than_either_alone():
    a, b = (
        estimate([0.0, 0.0], np.diag([1.0, 9.0]), "A/x/1"),
        estimate([0.0, 0.0], np.diag([9.0, 1.0]), "B/x/1"),
    )
    assert np.trace(covariance_intersection(a, b).covariance) < 10.0 * 0.4
