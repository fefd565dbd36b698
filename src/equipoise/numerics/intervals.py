"""Small sorted sets of time intervals: arrays (n, 2) of starts and ends with a count, ends included."""

from __future__ import annotations

from equipoise.numerics.jit import kernel

ROOM = 64
"""Intervals that one set may hold; further ones are dropped, which only takes time away from the defence."""


@kernel
def insert(intervals, count: int, start: float, end: float) -> int:
    """Add one interval, kept in order of starts; empty ones are left out. Return the new count."""
    if not start <= end or count >= intervals.shape[0]:
        return count
    i = count
    while i > 0 and intervals[i - 1, 0] > start:
        intervals[i, 0], intervals[i, 1] = intervals[i - 1, 0], intervals[i - 1, 1]
        i -= 1
    intervals[i, 0], intervals[i, 1] = start, end
    return count + 1


@kernel
def merge(intervals, count: int) -> int:
    """Join intervals that touch or overlap, in place; return how many are left."""
    if count == 0:
        return 0
    last = 0
    for i in range(1, count):
        if intervals[i, 0] <= intervals[last, 1]:
            intervals[last, 1] = max(intervals[last, 1], intervals[i, 1])
        else:
            last += 1
            intervals[last, 0], intervals[last, 1] = intervals[i, 0], intervals[i, 1]
    return last + 1


@kernel
def intersect(a, count_a: int, b, count_b: int, out) -> int:
    """Fill ``out`` with what two merged sets share; return its count. ``out`` is neither of them."""
    i = j = n = 0
    while i < count_a and j < count_b and n < out.shape[0]:
        start, end = max(a[i, 0], b[j, 0]), min(a[i, 1], b[j, 1])
        if start <= end:
            out[n, 0], out[n, 1] = start, end
            n += 1
        if a[i, 1] < b[j, 1]:
            i += 1
        else:
            j += 1
    return n


@kernel
def subtract(a, count_a: int, b, count_b: int, out) -> int:
    """Fill ``out`` with what is in merged set ``a`` and not inside merged set ``b``; return its count."""
    n = 0
    for i in range(count_a):
        start, end = a[i, 0], a[i, 1]
        for j in range(count_b):
            if b[j, 1] <= start or b[j, 0] >= end or n >= out.shape[0]:
                continue
            if b[j, 0] > start:
                out[n, 0], out[n, 1] = start, b[j, 0]
                n += 1
            start = max(start, b[j, 1])
        if start < end and n < out.shape[0]:
            out[n, 0], out[n, 1] = start, end
            n += 1
    return n
