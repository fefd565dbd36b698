"""Remembered stages: the same content is looked up, other content is computed, and memory is bounded."""

from dataclasses import dataclass
from struct import unpack
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.foundation.remember import fingerprint, nbytes, remember


class Point(NamedTuple):
    x: float
    y: float


def counted(limit_mb=1.0):
    calls = []

    @remember(limit_mb=limit_mb)
    def stage(*args, **kwargs):
        calls.append(args)
        return np.full(10_000, args[0] if args else 0.0)

    return stage, calls


def test_equal_content_is_computed_once():
    stage, calls = counted()
    first = stage(1.5, Point(1.0, 2.0), grid=np.arange(4))
    again = stage(1.5, Point(1.0, 2.0), grid=np.arange(4))
    assert first is again
    assert len(calls) == 1


@pytest.mark.parametrize(
    "other",
    [
        (1.5, Point(1.0, 2.0), np.arange(5)),
        (1.5, Point(1.0, 2.0), np.arange(4.0)),
        (1.5, Point(2.0, 1.0), np.arange(4)),
        (1.5, (1.0, 2.0), np.arange(4)),
        (np.nextafter(1.5, 2.0), Point(1.0, 2.0), np.arange(4)),
    ],
)
def test_any_difference_in_content_is_another_key(other):
    assert fingerprint(other) != fingerprint((1.5, Point(1.0, 2.0), np.arange(4)))


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_lists_of_texts_run_together_only_when_equal(left, right):
    assert (fingerprint(left) == fingerprint(right)) == (left == right)


@dataclass(frozen=True)
class Record:
    pass


def test_a_number_whose_bytes_spell_a_record_is_another_key():
    (number,) = unpack("d", b"6;Record")  # what stood behind the tag of a record of this name
    assert fingerprint(number) != fingerprint(Record())


def test_the_least_recently_used_goes_first_and_a_giant_is_never_kept():
    stage, calls = counted(limit_mb=0.17)  # two results of 80 kB
    for value in (1.0, 2.0, 1.0, 3.0):  # 2.0 is dropped for 3.0
        stage(value)
    assert len(calls) == 3
    stage(1.0)
    assert len(calls) == 3
    stage(2.0)
    assert len(calls) == 4
    small, seen = counted(limit_mb=0.01)
    small(1.0)
    small(1.0)
    assert len(seen) == 2


def test_an_object_without_plain_content_is_refused():
    with pytest.raises(TypeError, match="no plain content"):
        fingerprint(object())


def test_sizes_count_arrays_in_records():
    assert nbytes({"a": (np.zeros(10), [np.zeros(5)])}) == 120


def test_room_is_counted_anew_after_forgetting_and_dropping():
    stage, calls = counted(limit_mb=0.2)  # room for two
    for value in (1.0, 2.0, 3.0, 2.0, 3.0):
        stage(value)
    assert [c for (c,) in calls] == [1.0, 2.0, 3.0]
    stage.forget()
    for value in (4.0, 5.0, 4.0, 5.0):
        stage(value)
    assert [c for (c,) in calls] == [1.0, 2.0, 3.0, 4.0, 5.0]
