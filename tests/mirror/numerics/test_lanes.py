"""Lanes against the same kernel on plain floats, and no lane touches another."""

import math

import numpy as np
import pytest

from equipoise.numerics.jit import kernel
from equipoise.numerics.lanes import (
    WIDTH,
    any_lane,
    holds,
    lane,
    larger,
    load,
    put,
    rough_power,
    rows,
    smaller,
    spread,
    store,
    where,
)  # fmt: skip


@kernel
def mixture(x, y):
    z = where((x < y) & (x > -2.0), math.sqrt(abs(x)), -y / 2.0)
    return z + 3 * smaller(x, y) - math.floor(larger(x, 1.0)) + where(~(x <= 0.5) | (y >= 1), x * y, 0.0)


@kernel
def apply_both(a, b, out):
    store(out, 0, mixture(load(a, 0), load(b, 0)))
    for i in range(WIDTH):
        out[WIDTH + i] = mixture(a[i], b[i])


@kernel
def look(a, table, out):
    x = load(a, 0)
    store(out, 0, rows(table, math.floor(abs(x)))[2])
    store(out, WIDTH, rough_power(abs(x), 0.2))
    positive = x > 0.0
    return any_lane(positive), holds(positive, 1), lane(put(spread(4.0), 2, 9.0), 2), any_lane(x > 99.0)


def numbers(seed):
    return np.random.default_rng(seed).normal(size=WIDTH) * 3.0


@pytest.mark.second_method
def test_lanes_equal_plain_floats():
    out = np.empty(2 * WIDTH)
    for seed in range(50):
        apply_both(numbers(seed), numbers(1000 + seed), out)
        assert np.allclose(out[:WIDTH], out[WIDTH:], rtol=1e-15, atol=1e-15)


@pytest.mark.identity
def test_a_lane_has_the_same_bits_whatever_its_neighbours_hold():
    a, b, out = numbers(1), numbers(2), np.empty(2 * WIDTH)
    apply_both(a, b, out)
    alone = out[3]
    for seed in range(5):
        others_a, others_b = numbers(seed + 10), numbers(seed + 20)
        others_a[3], others_b[3] = a[3], b[3]
        apply_both(others_a, others_b, out)
        assert out[3] == alone


@pytest.mark.identity
def test_rows_masks_and_rough_powers():
    a, out = numbers(5), np.empty(2 * WIDTH)
    table = np.arange(80.0).reshape(20, 4)
    some, second, put_there, none = look(a, table, out)
    assert np.array_equal(out[:WIDTH], 4 * np.floor(np.abs(a)) + 2)
    assert np.allclose(out[WIDTH:], np.abs(a) ** 0.2, rtol=0.07)
    assert (some, second, put_there, none) == (bool(np.any(a > 0)), bool(a[1] > 0), 9.0, False)
