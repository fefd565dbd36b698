"""What is expected of a fly-out between others is what it is where all follows the root of the reserve."""

from math import sqrt

import numpy as np
import pytest

from equipoise.physics.engagement.expectation import between, edge_share, quarter_of
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
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_between_two_nodes_all_follows_the_root_of_the_reserve(start_s, end_s, share):
    there_s = start_s + share * (end_s - start_s)
    assert_expected(between(node(start_s), node(end_s), share, 0.0), there_s)


@pytest.mark.identity
@pytest.mark.parametrize(("start_s", "end_s"), [(300.0, 520.0), (499.0, 700.0), (495.0, 501.0)])
def test_an_edge_of_the_reach_is_looked_for_just_past_where_the_reserve_ends(start_s, end_s):
    least = 0.05 / (end_s - start_s)
    there_s = start_s + edge_share(node(start_s), node(end_s), 900.0, least) * (end_s - start_s)
    nearer_s = min(EDGE_S - start_s, end_s - EDGE_S)
    past_s = there_s - EDGE_S if EDGE_S - start_s <= end_s - EDGE_S else EDGE_S - there_s
    assert past_s == pytest.approx(max(0.02, 0.05 * nearer_s))
    turned = edge_share(node(end_s), node(start_s), 900.0, least)  # seen from the other end
    assert start_s + (1.0 - turned) * (end_s - start_s) == pytest.approx(there_s)


@pytest.mark.identity
def test_the_end_of_a_life_is_looked_for_by_the_time_of_flight_and_other_edges_half_way():
    low, high = node(300.0), node(400.0)
    high.piece = NONE
    until_s = 0.75 * low.flown_s + 0.25 * high.flown_s
    assert edge_share(low, high, until_s, 0.0) == pytest.approx(0.25 + 0.05 * 0.25)
    assert edge_share(low, high, high.flown_s + 1.0, 0.0) == 0.5


@pytest.mark.identity
@pytest.mark.parametrize(("start_s", "end_s"), [(300.0, 420.0), (380.0, 500.0)])
def test_at_the_quarters_between_three_nodes_all_follows_the_root_of_the_reserve(start_s, end_s):
    left, middle, right = node(start_s), node(0.5 * (start_s + end_s)), node(end_s)
    assert_expected(quarter_of(left, middle, right), 0.75 * start_s + 0.25 * end_s)
    assert_expected(quarter_of(right, middle, left), 0.25 * start_s + 0.75 * end_s)


@pytest.mark.identity
def test_what_was_never_searched_gives_no_start():
    unknown, known = np.zeros(1, NODE)[0], node(400.0)
    assert between(unknown, known, 0.5, 0.0).time_s == known.flown_s
    assert between(known, unknown, 0.5, 0.0).time_s == known.flown_s
