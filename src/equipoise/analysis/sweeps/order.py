"""The order of a sweep's rows: neighbours share as much work as they can.

Rows that differ only in a few listed numbers have every other battery, delay and path in common, and the engine
computes what is common once for all rows that it is given together. So those numbers run fastest, then the samples,
then everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Final

import numpy as np

from equipoise.analysis.sweeps.study import Axis

SAMPLE: Final = "sample"
"""The dimension of the design; it has one entry where nothing is sampled."""

MOST_BEFORE_SAMPLES: Final = 32
"""Combinations of listed numbers that may come before the next sample: what each of them needs is kept in memory."""


def dimensions(crossed: Sequence[Axis], design_size: int) -> dict[str, int]:
    """Return the length of each dimension of the rows, slowest first.

    The last listed numbers run fastest, as many as multiply to at most :data:`MOST_BEFORE_SAMPLES`.
    ``design_size`` is the length of the sampled dimension.
    """
    fast: list[Axis] = []
    for axis in reversed([axis for axis in crossed if axis.kind == "number"]):
        if prod(len(one.values) for one in (axis, *fast)) > MOST_BEFORE_SAMPLES:
            break
        fast.insert(0, axis)
    slow = [axis for axis in crossed if axis not in fast]
    lengths = {axis.name: len(axis.values) for axis in slow} | {SAMPLE: design_size}
    return lengths | {axis.name: len(axis.values) for axis in fast}


def places(lengths: dict[str, int], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the index of each row on each dimension.

    ``lengths`` are those of the dimensions, slowest first; ``rows`` (n,) are numbers of rows, each answer is (n,).
    """
    return dict(zip(lengths, np.unravel_index(rows, tuple(lengths.values())), strict=True))


def as_cube(lengths: dict[str, int], flat: np.ndarray, wanted: Sequence[str]) -> np.ndarray:
    """Return one number for each row as an array with the ``wanted`` dimensions; any other has one entry.

    ``lengths`` are those of the dimensions, slowest first; ``flat`` (rows,) is in their order.
    """
    whole = flat.reshape(tuple(lengths.values()))
    left_out = [name for name in lengths if name not in wanted]
    names = list(lengths)
    turned = whole.transpose([names.index(name) for name in (*wanted, *left_out)])
    return np.ascontiguousarray(turned).reshape([lengths[name] for name in wanted])
