"""Sampling designs: rows do not depend on who asks, and each design has its defining property."""

import numpy as np
import pytest

from equipoise.foundation.errors import DomainError
from equipoise.numerics.sampling import METHODS, sample_rows


@pytest.mark.identity
@pytest.mark.parametrize("method", METHODS)
def test_blocks_in_any_order_are_the_rows_of_the_whole(method):
    whole = sample_rows(method, total=1000, dimensions=3, seed=7)
    edges = [(600, 1000), (0, 13), (13, 600)]
    for start, stop in edges:
        block = sample_rows(method, total=1000, dimensions=3, seed=7, start=start, stop=stop)
        np.testing.assert_array_equal(block, whole[start:stop])
    assert not np.array_equal(whole, sample_rows(method, total=1000, dimensions=3, seed=8))


@pytest.mark.identity  # one point in each of n equal strata is what makes a Latin hypercube
@pytest.mark.parametrize("method", ["latin_hypercube", "sobol", "sobol_shifted"])
def test_every_stratum_of_every_axis_holds_one_point(method):
    rows = sample_rows(method, total=256, dimensions=4, seed=1)
    for column in rows.T:
        np.testing.assert_array_equal(np.sort(np.floor(column * 256)), np.arange(256))


def test_rows_outside_the_design_are_refused():
    with pytest.raises(DomainError, match="rows 5 to 11"):
        sample_rows("sobol", total=10, dimensions=1, seed=1, start=5, stop=11)
