"""A borrowed array is the array itself: it reads and writes the same memory, also inside tuples."""

from typing import NamedTuple

import numpy as np

from equipoise.numerics.borrowed import borrowed
from equipoise.numerics.jit import kernel


class Pair(NamedTuple):
    rows: np.ndarray
    inner: tuple[np.ndarray, float]


@kernel
def doubled(pair):
    lent = borrowed(pair)
    lent.rows[1] += lent.inner[0][:2] * lent.inner[1]
    return lent.rows[1].sum()


def test_what_is_borrowed_reads_and_writes_the_owners_memory():
    pair = Pair(np.ones((3, 2)), (np.array([1.0, 2.0, 4.0]), 2.0))
    assert doubled(pair) == 8.0
    assert pair.rows.tolist() == [[1.0, 1.0], [3.0, 5.0], [1.0, 1.0]]


def test_without_a_compiler_it_is_the_value_itself():
    pair = Pair(np.ones((3, 2)), (np.zeros(3), 2.0))
    assert borrowed(pair) is pair
