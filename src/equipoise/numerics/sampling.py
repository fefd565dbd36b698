"""Seeded designs on the unit cube: row ``i`` depends on the seed and on ``i``, never on who asks for it.

A worker asks for the rows of its chunk alone, so any number of workers in any order see the same design.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from equipoise.foundation.errors import DomainError, unknown_name

if TYPE_CHECKING:
    from scipy.stats.qmc import Sobol

METHODS: Final = ("latin_hypercube", "sobol", "sobol_shifted", "random")
"""Latin hypercube (up to a size), Sobol points scrambled or shifted (best at powers of two), independent uniforms."""

LATIN_HYPERCUBE_LIMIT: Final = 20_000_000
"""Largest Latin hypercube, in numbers (rows times columns): each worker must build the whole of it."""

SOBOL_BITS: Final = 32
"""Resolution of the Sobol points; 2**32 rows exist (scipy cannot skip rows at more than 32 bits)."""


def sample_rows(
    method: str, *, total: int, dimensions: int, seed: int, start: int = 0, stop: int | None = None
) -> NDArray[np.float64]:
    """Return rows ``start`` to ``stop`` of a design of ``total`` rows, shape (stop - start, dimensions).

    Values lie in [0, 1). Latin hypercube: McKay, Beckman and Conover (1979), one point in each of ``total``
    equal strata of every axis. Sobol: Joe and Kuo (2008) directions, scrambled (Owen) or under one random digital
    shift; balanced only when ``total`` is a power of two. Random: Philox counters, independent.
    """
    stop = total if stop is None else stop
    if method not in METHODS:
        raise unknown_name("sampling method", method, METHODS)
    if not 0 <= start <= stop <= total:
        raise DomainError(f"rows {start} to {stop} lie outside a design of {total} rows")
    if dimensions == 0 or start == stop:
        return np.zeros((stop - start, dimensions))
    if method == "sobol":
        return _sobol_rows(_sobol_engine(dimensions, seed), start, stop)
    if method == "sobol_shifted":
        return _shifted(_sobol_rows(_sobol_engine(dimensions), start, stop), seed)
    if method == "latin_hypercube":
        return _latin_hypercube(total, dimensions, seed)[start:stop].copy()
    return _random_rows(dimensions, seed, start, stop)


def to_range(unit: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Return unit-cube values stretched to the range from ``low`` to ``high``."""
    return low + (high - low) * unit


@lru_cache(maxsize=2)
def _latin_hypercube(total: int, dimensions: int, seed: int) -> NDArray[np.float64]:
    if total * dimensions > LATIN_HYPERCUBE_LIMIT:
        raise DomainError(
            f"a Latin hypercube of {total} x {dimensions} numbers is over {LATIN_HYPERCUBE_LIMIT}; "
            "use method 'sobol' or 'random', which need no memory for rows that nobody asks for"
        )
    from scipy.stats import qmc

    engine: Any = qmc.LatinHypercube(d=dimensions, rng=np.random.default_rng(seed))
    return np.asarray(engine.random(total))


@lru_cache(maxsize=2)
def _sobol_engine(dimensions: int, seed: int | None = None) -> Sobol:
    """Return the sequence, scrambled with a seed, as it is without one."""
    from scipy.stats import qmc

    scramble = seed is not None
    rng = np.random.default_rng(seed)
    return qmc.Sobol(d=dimensions, scramble=scramble, bits=SOBOL_BITS, rng=rng)


def _shifted(rows: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return points whose binary digits are turned by one random number for each column."""
    scale = 1 << SOBOL_BITS
    shift = np.random.default_rng(seed).integers(0, scale, size=rows.shape[1], dtype=np.uint64)
    return ((rows * scale).astype(np.uint64) ^ shift) / scale


def _sobol_rows(engine: Sobol, start: int, stop: int) -> NDArray[np.float64]:
    # Skipping 1e8 rows of six columns takes 0.24 s, so the engine is kept and only ever moved forward.
    if engine.num_generated > start:
        engine.reset()
    if engine.num_generated < start:
        engine.fast_forward(start - engine.num_generated)
    return np.asarray(_without_balance_warning(engine, stop - start))


def _without_balance_warning(engine: Sobol, count: int) -> NDArray[np.float64]:
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The balance properties", category=UserWarning)
        return np.asarray(engine.random(count))


def _random_rows(dimensions: int, seed: int, start: int, stop: int) -> NDArray[np.float64]:
    # Philox yields four 64-bit words a counter step and a double takes one, so whole steps are skipped.
    first = start * dimensions
    bits = np.random.Philox(key=seed)
    bits.advance(first // 4)
    skip = first % 4
    values = np.random.Generator(bits).random(skip + (stop - start) * dimensions)
    return values[skip:].reshape(stop - start, dimensions)
