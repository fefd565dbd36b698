"""What a picture knows and when, on spells written by hand."""

from math import inf

import numpy as np
import pytest

from equipoise.physics.sensing.track_picture import NOBODY, PICTURE, USE, Known, known
from equipoise.physics.sensing.visibility import ARCS, INFRARED, SENSOR

BURNOUT_S = 80.0
NEVER = (20.0, inf, inf, inf)
"""A track after 20 s of holding, no early launch, no given cue, no accuracy asked for."""


def sees(*spells, kind=0, delay=0.0, report=0.0):
    """Return a sensor's row and the times in which it sees the missile."""
    row = np.zeros(1, SENSOR)
    row["kind"], row["delay_s"], row["report_s"] = kind, delay, report
    return row, spells


def use(sensor, *, latency=0.0, tracks=True, cued=False):
    return (sensor, latency, tracks, cued, 0.0, 0.0)


def ask(uses, *sensors, needs=NEVER) -> Known:
    spells, counts = np.zeros((len(sensors), ARCS, 2)), np.zeros(len(sensors), dtype=np.int64)
    for i, (_, seen) in enumerate(sensors):
        counts[i] = len(seen)
        spells[i, : len(seen)] = np.reshape(seen, (-1, 2))
    rows = np.concatenate([row for row, _ in sensors])
    return known(
        np.array([needs], PICTURE)[0], np.array(uses, USE), rows, spells, counts, BURNOUT_S, np.zeros((64, 2))
    )


@pytest.mark.identity
def test_a_track_needs_the_missile_held_after_burnout():
    assert ask([use(0)], sees((10.0, 200.0))) == Known(10.0, BURNOUT_S + 20.0, 0, 0)
    assert ask([use(0)], sees((120.0, 200.0))) == Known(120.0, 140.0, 0, 0)
    assert ask([use(0)], sees((120.0, 139.0))) == Known(120.0, inf, 0, NOBODY)


@pytest.mark.identity
def test_delay_and_latency_put_everything_off_second_by_second():
    assert ask([use(0, latency=7.0)], sees((120.0, 200.0), delay=5.0)) == Known(132.0, 152.0, 0, 0)
    assert ask([use(0)], sees((120.0, 200.0), report=130.0)).detect_s == 130.0


@pytest.mark.identity
def test_sensors_take_over_from_each_other_but_not_over_a_gap():
    assert ask([use(0), use(1)], sees((100.0, 112.0)), sees((110.0, 130.0))).track_s == 120.0
    assert ask([use(0), use(1)], sees((100.0, 110.0)), sees((112.0, 140.0))).track_s == 132.0


@pytest.mark.identity
def test_a_cued_sensor_waits_for_the_first_report_and_gives_none():
    assert ask([use(0, cued=True)], sees((100.0, 200.0))).track_s == inf
    both = ask([use(0, cued=True), use(1, tracks=False)], sees((100.0, 200.0)), sees((110.0, 115.0)))
    assert (both.detect_s, both.detected_by, both.track_s, both.tracked_by) == (110.0, 1, 130.0, 0)


@pytest.mark.identity
def test_what_is_seen_of_the_burning_missile_counts_for_an_early_launch_alone():
    satellite = sees((30.0, 75.0), kind=float(INFRARED))
    assert ask([use(0)], satellite).track_s == inf
    assert ask([use(0)], satellite, needs=(20.0, 15.0, inf, inf)).track_s == 45.0


@pytest.mark.identity
def test_a_given_cue_is_there_whatever_the_sensors_see():
    assert ask([use(0)], sees(), needs=(20.0, inf, 30.0, inf)) == Known(110.0, 110.0, NOBODY, NOBODY)
    assert ask([use(0)], sees((10.0, 200.0)), needs=(20.0, inf, 30.0, inf)).tracked_by == 0
