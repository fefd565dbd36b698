"""What is expected of a fly-out between others is what it is where all follows the root of the reserve."""

from math import sqrt

import numpy as np
import pytest

from equipoise.physics.engagement.expectation import between, quarter_of
from equipoise.physics.engagement.launch_segments import NODE
from equipoise.physics.interceptor.flyout import DIRECT, NONE

EDGE_S = 500.0


def node(t_s):
    """Return a node of a fly-out whose reserve ends at a time, and of which everything else follows its root."""
    row = np.zeros(1, NODE)[0]
    reserve = 4e-5 * (EDGE_S - t_s)
    root = sqrt(max(reserve, 0.0))
    row.t_s, row.piece, row.reserve = t_s, DIRECT if reserve >= 0.0 else NONE, reserve
    row.arc, row.flown_s, row.x_m_s, row.w_m_s = (
        0.01 + root,
        700.0 - 1500.0 * root,
        4e3 * root,
        2e3 - 1e3 * root,
    )
    return row


def assert_expected(guess, t_s):
    true = node(t_s)
    found = (guess.time_s, guess.arc, guess.reserve, guess.launch_m_s[0], guess.arrival_m_s[2])
    assert found == pytest.approx((true.flown_s, true.arc, true.reserve, true.x_m_s, true.w_m_s), rel=1e-9)


@pytest.mark.identity
@pytest.mark.parametrize(("start_s", "end_s"), [(300.0, 420.0), (380.0, 500.0), (470.0, 510.0)])
def test_half_way_between_two_nodes_all_follows_the_root_of_the_reserve(start_s, end_s):
    assert_expected(between(node(start_s), node(end_s), 0.0), 0.5 * (start_s + end_s))


@pytest.mark.identity
@pytest.mark.parametrize(("start_s", "end_s"), [(300.0, 420.0), (380.0, 500.0)])
def test_at_the_quarters_between_three_nodes_all_follows_the_root_of_the_reserve(start_s, end_s):
    left, middle, right = node(start_s), node(0.5 * (start_s + end_s)), node(end_s)
    assert_expected(quarter_of(left, middle, right), 0.75 * start_s + 0.25 * end_s)
    assert_expected(quarter_of(right, middle, left), 0.25 * start_s + 0.75 * end_s)


@pytest.mark.identity
def test_what_was_never_searched_gives_no_start():
    unknown, known = np.zeros(1, NODE)[0], node(400.0)
    assert between(unknown, known, 0.0).time_s == known.flown_s
    assert between(known, unknown, 0.0).time_s == known.flown_s
