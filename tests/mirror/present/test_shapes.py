"""Bars as one shape are the bars of matplotlib."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from equipoise.present.shapes import bars


@pytest.mark.second_method
@pytest.mark.parametrize("lying", [False, True])
def test_bars_are_where_matplotlib_draws_them(lying):
    one, other = (Figure().subplots() for _ in range(2))
    at, values = np.array([0.0, 1.0, 3.0, 4.0]), np.array([2.0, -1.0, 4.0, np.nan])
    bars(one, at, values, 0.6, start=1.0, lying=lying)
    known = np.isfinite(values)
    if lying:
        other.barh(at[known], values[known], 0.6, left=1.0)
    else:
        other.bar(at[known], values[known], 0.6, bottom=1.0)
    found = one.patches[0].get_path().to_polygons()
    expected = [p.get_path().transformed(p.get_patch_transform()).get_extents() for p in other.patches]
    for corners, box in zip(found, expected, strict=True):
        np.testing.assert_allclose([corners.min(axis=0), corners.max(axis=0)], [box.min, box.max])
    np.testing.assert_allclose(one.get_xlim(), other.get_xlim())
    np.testing.assert_allclose(one.get_ylim(), other.get_ylim())
