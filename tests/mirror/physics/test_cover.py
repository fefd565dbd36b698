"""The covering of permitted sites by boxes: shares add up, marks rebuild the tree, a point that fails is shown."""

import numpy as np
import pytest

from equipoise.physics.permitted.box import AXES
from equipoise.physics.permitted.cover import DONE, LEAF, MORE, WITNESS, cover, excluded, probe, refine
from equipoise.physics.permitted.reach_curve import Permitted

LATE = Permitted(3000.0, 40.0, 60.0, 0.6, 1e6, 1e3, 0.0, 6.371e6, 3.986004418e14, 0.0)
"""No interceptor leaves while the threat flies, so that every box is free."""
SOON = LATE._replace(start_s=0.0, speed_m_s=9000.0)
NO_AREAS, NO_DISCS = np.empty((0, 4)), np.empty((0, 3))
BOX = np.array([
    (0.70, 0.74), (0.40, 0.44), (0.2, 0.3), (1.0, 1.2), (0.0, 0.02), (0.3, 0.5), (2e5, 3e5), (1e5, 2e5), (0.6, 0.62), (0.5, 0.52),
])  # fmt: skip


def run(p, *, areas=NO_AREAS, discs=NO_DISCS, room=1000, smallest=1e-4):
    stack, shares, marks = np.zeros((200, AXES, 2)), np.zeros(200), np.zeros(room, dtype=np.uint8)
    stack[0], shares[0] = BOX, 1.0
    state, top, used, proved = cover(p, areas, discs, stack, shares, 1, marks, smallest)
    return state, top, marks[:used], proved


@pytest.mark.identity
def test_a_box_that_nobody_can_reach_in_time_is_one_leaf():
    state, top, marks, proved = run(LATE)
    assert (state, top, marks.tolist(), proved) == (DONE, 0, [LEAF], 1.0)
    # what reaches the box at once reaches it no more when it may leave only after the threat has come down
    assert run(SOON._replace(start_s=1e6))[0] == DONE


@pytest.mark.identity
def test_a_box_that_can_be_reached_ends_with_a_point_that_is_not_excluded():
    state, top, _, proved = run(SOON)
    assert (state, top, proved) == (WITNESS, 1, 0.0)


@pytest.mark.identity  # a binary tree has one leaf more than it has forks, and its leaves share out the whole
def test_halving_towards_an_excluded_area_keeps_leaves_and_shares_in_step():
    areas = np.array([(0.0, 0.0, 0.72, 1.0)])  # the southern half
    state, top, marks, proved = run(SOON, areas=areas)
    leaves = int((marks == LEAF).sum())
    assert state == WITNESS
    assert proved <= 1.0 - 0.5
    assert leaves <= marks.size - leaves + 1
    assert top == marks.size - 2 * leaves + 1
    assert run(SOON, areas=np.array([(0.0, 0.0, 0.75, 1.0)]))[3] == 1.0


@pytest.mark.identity
def test_a_full_list_of_marks_is_said():
    assert run(LATE, room=0)[0] == MORE


@pytest.mark.identity
@pytest.mark.parametrize(("radius", "inside"), [(0.03, False), (0.06, True)])
def test_a_disc_excludes_a_box_when_its_far_corner_lies_within(radius, inside):
    assert excluded(NO_AREAS, np.array([(0.72, 0.42, radius)]), BOX) == inside


@pytest.mark.identity
def test_refining_keeps_the_whole():
    boxes, shares = BOX[None], np.array([1.0])
    halves, half_shares = np.zeros((2, AXES, 2)), np.zeros(2)
    assert refine(LATE, NO_AREAS, NO_DISCS, boxes, shares, halves, half_shares) == (0, 1.0)
    assert refine(SOON, NO_AREAS, NO_DISCS, boxes, shares, halves, half_shares) == (2, 0.0)
    assert half_shares.tolist() == [0.5, 0.5]
    assert np.allclose((halves[:, :, 1] - halves[:, :, 0]).prod(axis=1).sum(), (BOX[:, 1] - BOX[:, 0]).prod())
    np.testing.assert_array_equal(halves[:, :, 0].min(axis=0), BOX[:, 0])
    np.testing.assert_array_equal(halves[:, :, 1].max(axis=0), BOX[:, 1])


@pytest.mark.identity
def test_a_probe_finds_the_first_point_that_can_be_reached():
    unit, point = np.full((1, AXES), 0.5), np.zeros((AXES, 2))
    assert not probe(LATE, NO_AREAS, NO_DISCS, BOX, unit, point)
    assert probe(SOON, NO_AREAS, NO_DISCS, BOX, unit, point)
    assert np.allclose(point[:, 0], BOX.mean(axis=1))
