"""The curve through five fly-outs is the latest launch, also beside the edge of the reach, and parabolas cover it."""

from math import inf, sqrt

import numpy as np
import pytest

from equipoise.physics.engagement.latest_curve import FIT_S, add_curve, curve_of, latest_at, outlasts
from equipoise.physics.engagement.launch_segments import NODE, SEGMENT, value
from equipoise.physics.interceptor.flyout import DIRECT

EDGE_S, SCALE = 500.0, 1.03


def fly_out(t):
    """Return reserve, swing and time of flight to where a missile is at ``t``: smooth but for the root of the reserve."""
    reserve = 4e-5 * (EDGE_S - t) * (1.0 + 4e-4 * (EDGE_S - t))
    swing = -1500.0 - 2.0 * (EDGE_S - t)
    return reserve, swing, 700.0 + 1e-3 * (t - 450.0) ** 2 + SCALE * swing * sqrt(reserve)


def nodes(start_s, end_s):
    rows = np.zeros(5, NODE).view(np.recarray)
    for row, t in zip(rows, np.linspace(start_s, end_s, 5), strict=True):
        row.t_s, row.piece = t, DIRECT
        row.reserve, row.swing_s, row.flown_s = fly_out(t)
        row.arc, row.latest_s = 0.01 + 1e-5 * t + SCALE * sqrt(row.reserve), t - row.flown_s
    return rows


@pytest.mark.identity
@pytest.mark.parametrize(("start_s", "end_s"), [(250.0, 400.0), (445.0, 500.0), (480.0, 499.99)])
def test_the_curve_through_five_fly_outs_is_the_law_between_them(start_s, end_s):
    curve = curve_of(*nodes(start_s, end_s))
    assert curve.error_s < FIT_S
    for t in np.linspace(start_s, end_s, 23):
        assert latest_at(curve, t) == pytest.approx(t - fly_out(t)[2], abs=1e-3)


@pytest.mark.identity
@pytest.mark.parametrize(("start_s", "end_s"), [(250.0, 400.0), (445.0, 500.0), (480.0, 499.99)])
def test_parabolas_cover_a_curve_without_gaps_and_miss_it_by_little(start_s, end_s):
    rows = np.zeros(64, SEGMENT).view(np.recarray)
    filled = add_curve(rows, 0, curve_of(*nodes(start_s, end_s)), start_s, end_s)
    assert 1 <= filled <= 14
    assert (rows[0].start_s, rows[filled - 1].end_s) == (start_s, end_s)
    assert np.array_equal(rows[1:filled].start_s, rows[: filled - 1].end_s)
    for row in rows[:filled]:
        steep = max(1.0, abs(value(row, row.end_s) - row.latest_s) / (row.end_s - row.start_s))
        for t in np.linspace(row.start_s, row.end_s, 9):
            short = row.end_s - row.start_s < 0.5
            assert value(row, t) == pytest.approx(
                t - fly_out(t)[2], abs=(4.0 if short else 2.0) * FIT_S * steep
            )


@pytest.mark.identity
def test_five_fly_outs_that_are_no_curve_are_told_by_its_error():
    rows = nodes(300.0, 400.0)
    rows[3].flown_s += 1.0
    assert curve_of(*rows).error_s == pytest.approx(1.0, rel=1e-2)


@pytest.mark.identity
def test_no_curve_is_believed_over_two_minutes_beside_the_edge():
    assert curve_of(*nodes(380.0, 500.0)).error_s == inf


@pytest.mark.identity
def test_a_flight_too_long_between_two_nodes_is_told():
    rows = nodes(300.0, 400.0)
    rows.swing_s, rows.flown_s = 0.0, 690.1 - 1e-3 * (rows.t_s - 387.0) ** 2  # at the nodes at most 689.96
    curve = curve_of(*rows)
    assert outlasts(curve, 690.0)
    assert not outlasts(curve, 690.2)
