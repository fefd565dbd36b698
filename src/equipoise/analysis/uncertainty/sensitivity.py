"""How a value spreads over the box of the inputs, and which inputs the spread comes from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.sweeps.design import SALTELLI, check_design, design_rows, design_size
from equipoise.foundation.errors import misuse

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Indices:
    """Sobol indices of one measure with the half width of their 95 % confidence interval, (d,).

    ``first`` is the share of the variance that an input moves alone, ``total`` the share that would be left if only
    it were unknown, interactions included.
    """

    first: NDArray[np.float64]
    first_half_width: NDArray[np.float64]
    total: NDArray[np.float64]
    total_half_width: NDArray[np.float64]


def require_salib() -> None:
    """Raise :class:`InputError` with the cure when SALib is not installed."""
    if find_spec("SALib") is None:
        cure = "Install the extra: pip install 'equipoise[sensitivity]'."
        raise misuse("Sobol indices", "", "need SALib.", cure)


def saltelli_design(samples: int, columns: int, *, seed: int) -> NDArray[np.float64]:
    """Return the points (samples * (columns + 2), columns) of the unit cube that :func:`sobol_indices` needs.

    ``seed`` starts the design.
    """
    check_design(SALTELLI, samples=samples, columns=columns)
    size = design_size(SALTELLI, samples, columns)
    return design_rows(SALTELLI, samples=samples, columns=columns, seed=seed, start=0, stop=size)


def sobol_indices(values: NDArray[np.float64], columns: int, *, seed: int = 1) -> Indices:
    """Return the indices from the values of a model on :func:`saltelli_design`, by SALib (extra ``sensitivity``).

    Saltelli et al. (2010) for the first order, Jansen (1999) for the total. A value that is nowhere different has
    indices of nan: there is no variance to share out.
    ``columns`` is the number of inputs; ``seed`` starts the bootstrap of the intervals.
    """
    require_salib()
    from SALib.analyze import sobol

    if np.ptp(values) == 0.0 or not np.isfinite(values).all():
        return Indices(*np.full((4, columns), np.nan))
    problem: dict[str, Any] = {"num_vars": columns, "names": [str(k) for k in range(columns)]}
    found = sobol.analyze(problem, values, calc_second_order=False, num_resamples=200, seed=seed)
    return Indices(*(np.asarray(found[key]) for key in ("S1", "S1_conf", "ST", "ST_conf")))


def rank_correlation(points: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Spearman's rank correlation of every input (n, d) with a value (n,); nan where either is constant.

    Samples where the value is not defined are left out.
    ``points`` (n, d) holds the inputs, ``values`` (n,) what came of them.
    """
    from scipy.stats import rankdata

    known = np.isfinite(values)
    if known.sum() < 3 or np.ptp(values[known]) == 0.0:
        return np.full(points.shape[1], np.nan)
    ranks = np.apply_along_axis(rankdata, 0, np.column_stack([points[known], values[known]]))
    ranks -= ranks.mean(axis=0)
    spread = np.sqrt((ranks**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(ranks[:, :-1].T @ ranks[:, -1] / (spread[:-1] * spread[-1]))
