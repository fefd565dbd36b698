"""What one battery can do, on stretches of launch windows written by hand."""

from math import inf, isnan

import numpy as np
import pytest

from equipoise.numerics.intervals import ROOM
from equipoise.physics.engagement.battery import judged, out_of_play
from equipoise.physics.engagement.launch_segments import SEGMENT, Segments, add_segment
from equipoise.physics.engagement.tables import (
    CASE,
    CLOSING_GEOMETRY,
    ENGAGED,
    NO_INTERCEPTORS,
    NO_TIME,
    NO_TRACK,
    NOT_SEEN,
    OUT_OF_REACH,
    OUTCOME,
)
from equipoise.physics.sensing.track_picture import Known

SEEN = Known(100.0, 130.0, 0, 0)


def case(**values):
    row = np.zeros(1, CASE)
    for name, value in ({"delay_s": 20.0, "assess_s": 30.0, "guide_s": -1.0, "salvo": 1, "looks": 9, "stock": 9} | values).items():  # fmt: skip
        row[name] = value
    return row[0]


def line(stretch):
    """Return stretches of which the only one is a line from (start, latest) to (end, latest), or none."""
    rows = np.zeros(4, SEGMENT).view(np.recarray)
    return Segments(rows, add_segment(rows, 0, *stretch, 0.0, stretch[0], stretch[2]) if stretch else 0)


def judge(one, *, seen=SEEN, stretch=(300.0, 100.0, 400.0, 220.0), free=None, spells=()):
    """Return the battery's row; ``free`` is the line without limits to the geometry, if there are any."""
    held, row = np.zeros((1, 8, 2)), np.zeros(1, OUTCOME)[0]
    held[0, : len(spells)] = np.reshape(spells, (-1, 2))
    n = judged(
        one, np.zeros(1, dtype=np.int64), seen, line(stretch), line(free or stretch), 80.0,
        np.zeros((0, 8, 2)), np.zeros(0, dtype=np.int64), held,
        np.array([len(spells)]), np.zeros((ROOM, 2)), np.zeros((3, ROOM, 2)), row,
    )  # fmt: skip
    return row, n


@pytest.mark.identity  # latest launch 100 s at 300 s, 220 s at 400 s: 150 s, which is ready, at 341.67 s
def test_slack_is_the_latest_launch_less_the_first_one_allowed():
    row, _ = judge(case())
    assert (row.reason, row.ready_s, row.latest_s, row.slack_s) == (ENGAGED, 150.0, 220.0, 70.0)
    assert row.first_intercept_s == pytest.approx(300.0 + 50.0 / 1.2)


@pytest.mark.identity
def test_a_second_look_waits_for_the_assessment_and_the_stock_ends_it():
    row, _ = judge(case(assess_s=0.0, looks=2))
    # launched at the first intercept (341.7 s) at the earliest: no window is left that late
    assert (row.shots, row.last_intercept_s) == (1, row.first_intercept_s)
    late = judge(case(assess_s=0.0), stretch=(300.0, 100.0, 500.0, 480.0))[0]
    assert (
        late.shots == 4
    )  # launched at 150.0, 326.3, 419.1 and 467.9 s: the latest launch rises by 1.9 s a second
    waits = judge(case(assess_s=30.0), stretch=(300.0, 100.0, 500.0, 480.0))[0]
    assert (waits.shots, waits.last_intercept_s) == (
        3,
        pytest.approx(492.06, abs=0.01),
    )  # at 150.0, 356.3, 464.9 s
    assert judge(case(assess_s=0.0, stock=1), stretch=(300.0, 100.0, 500.0, 480.0))[0].shots == 1
    assert judge(case(salvo=3, looks=1))[0].shots == 3
    assert judge(case(salvo=3, looks=1, stock=2))[0].shots == 2


@pytest.mark.identity
@pytest.mark.parametrize(
    ("changes", "seen", "reason"),
    [
        ({"stock": 0}, SEEN, NO_INTERCEPTORS),
        ({}, Known(inf, inf, -1, -1), NOT_SEEN),
        ({}, Known(100.0, inf, 0, -1), NO_TRACK),
        ({"delay_s": 120.0}, SEEN, NO_TIME),
        ({"clear_s": 400.0}, SEEN, -1),
    ],
)
def test_each_reason(changes, seen, reason):
    assert judge(case(**changes), seen=seen)[0].reason == reason


@pytest.mark.identity
def test_limits_to_the_geometry_cut_the_window_or_are_the_reason():
    whole = (300.0, 100.0, 400.0, 220.0)
    cut = judge(case(), stretch=(300.0, 100.0, 360.0, 172.0), free=whole)[0]
    assert (cut.reason, cut.slack_s) == (ENGAGED, pytest.approx(22.0))
    late = judge(case(), stretch=(300.0, 100.0, 330.0, 136.0), free=whole)[0]
    assert (late.reason, late.slack_s) == (CLOSING_GEOMETRY, pytest.approx(-14.0))
    assert judge(case(), stretch=(), free=whole)[0].reason == CLOSING_GEOMETRY
    never = judge(case(delay_s=120.0), stretch=(300.0, 100.0, 330.0, 136.0), free=whole)[0]
    assert never.reason == NO_TIME


@pytest.mark.identity
def test_a_guiding_sensor_must_have_held_the_missile():
    assert judge(case(guide_s=10.0), spells=[(370.0, 500.0)])[0].first_intercept_s == 380.0
    assert judge(case(guide_s=50.0), spells=[(370.0, 500.0)])[0].reason == 13


@pytest.mark.identity
def test_a_battery_out_of_play_keeps_the_times_of_its_picture_and_has_no_others():
    out = np.zeros(1, OUTCOME)[0]
    out_of_play(case(), 3, OUT_OF_REACH, SEEN, out)
    assert (out.reason, out.ready_s, out.shots, out.case) == (OUT_OF_REACH, 150.0, 0, 3)
    assert isnan(out.slack_s)
    out_of_play(case(stock=0), 1, OUT_OF_REACH, SEEN, out)
    assert out.reason == NO_INTERCEPTORS
