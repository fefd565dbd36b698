"""Inputs of a scenario that go together: its rank correlations as one Gaussian copula, checked and ready to draw from.

A copula leaves each input spread over its range as it is and ties their ranks. In the Gaussian one, standard normal scores of the
inputs have Pearson's correlation 2 sin(pi r / 6) where the ranks have Spearman's r (Kruskal 1958, "Ordinal Measures of
Association"); a pair of which nothing is stated has none. Whatever the ranks are, every draw lies in the box of all ranges, so that
bounds over the box hold for correlated inputs too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from equipoise.foundation.errors import InputError
from equipoise.model.scenario import TABLES
from equipoise.scenario.faults import Fault
from equipoise.scenario.vary import place, uncertain_places

if TYPE_CHECKING:
    from equipoise.model.scenario import Correlation
    from equipoise.scenario.load import Scenario

ROUNDING = 1e-9
"""How far below 0 an eigenvalue, or above it a pivot, is rounding of a correlation of 1 or -1."""
SMALLEST = 2.0**-33
"""Shares are kept so far from 0 and 1, where the normal score is infinite: half a step of a Sobol sequence here."""


def with_correlations(scenario: Scenario) -> tuple[Scenario, list[Fault]]:
    """Return the scenario with those of its correlations whose inputs both have ranges: others have nothing to tie.

    With it comes what is wrong with any: each is of two different inputs that can have ranges, no pair is stated twice, and
    all of them can hold together.
    """
    found = list(_faults(scenario))
    if found or not scenario.correlations:
        return scenario, found
    ranged = {str(at) for at in uncertain_places(scenario, tuple(TABLES))}
    tied = tuple(each for each in scenario.correlations if ranged.issuperset(each.inputs))
    return replace(scenario, correlations=tied), list(_impossible(tied))


def _faults(scenario: Scenario) -> Iterator[Fault]:
    stated: dict[frozenset[str], str] = {}
    for each in scenario.correlations:
        where, pair = f"correlation.{each.id}.inputs", frozenset(each.inputs)
        if len(each.inputs) != 2:
            yield Fault(where, f"expected two inputs, got {len(each.inputs)}.")
        for text in each.inputs:
            yield from _unknown(scenario, text, where)
        if pair in stated:
            yield Fault(where, f"'{stated[pair]}' is of the same inputs.")
        stated.setdefault(pair, each.id)


def _unknown(scenario: Scenario, text: str, where: str) -> Iterator[Fault]:
    """Give why ``text`` names no input that can have a range, if it does not."""
    try:
        if not place(text, scenario, label=where).spec.is_quantity:
            yield Fault(where, f"{text} has no range.")
    except InputError as error:
        yield from (Fault(where, f"{p.key}: {p.message}", p.cure) for p in error.problems)


def _impossible(correlations: Sequence[Correlation]) -> Iterator[Fault]:
    """Give the fault of ranks that no distribution has together, with those that clash."""
    names = list(dict.fromkeys(name for each in correlations for name in each.inputs))
    if not names:
        return
    values, vectors = np.linalg.eigh(normal_correlation(correlations, names))
    if values[0] < -ROUNDING:
        clash = {name for name, part in zip(names, vectors[:, 0], strict=True) if abs(part) > 1e-6}
        ids = [each.id for each in correlations if clash.issuperset(each.inputs)]
        said = f"{', '.join(ids)} cannot hold together (least eigenvalue {values[0]:.3f}; a pair that is not stated counts as 0)."
        yield Fault("correlation", said, "Bring ranks nearer to 0, or state those of the other pairs.")


def normal_correlation(correlations: Sequence[Correlation], names: Sequence[str]) -> NDArray[np.float64]:
    """Return Pearson's correlations (d, d) of the normal scores of the inputs ``names``, those of others left out."""
    at = {name: k for k, name in enumerate(names)}
    found = np.eye(len(names))
    for each in correlations:
        if at.keys() >= set(each.inputs):
            i, j = (at[name] for name in each.inputs)
            found[i, j] = found[j, i] = 2.0 * np.sin(np.pi * each.rank / 6.0)
    return found


def copula_factor(scenario: Scenario, names: Sequence[str]) -> NDArray[np.float64]:
    """Return the lower triangle L (d, d) whose product L z with independent normal scores z are those of the inputs ``names``.

    ``names`` are places as they are written. L is Cholesky's factor of the correlations, which may be singular: of two inputs whose ranks
    have a correlation of 1 the second row is the first. Without correlations among ``names`` it is the identity.
    """
    left = normal_correlation(scenario.correlations, names)
    factor = np.zeros_like(left)
    for k in range(len(names)):
        if left[k, k] > ROUNDING:
            factor[k:, k] = left[k:, k] / np.sqrt(left[k, k])
            left -= np.outer(factor[:, k], factor[:, k])
    return factor


def correlated(shares: NDArray[np.float64], factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares (n, d) of the ranges, each still evenly spread over 0 to 1, with the ranks tied by :func:`copula_factor`.

    ``shares`` are independent. A column that goes with none before it stays as it is, to the last bit.
    """
    moved = np.flatnonzero((factor != np.eye(len(factor))).any(axis=1))
    if not moved.size:
        return shares
    from scipy.special import ndtr, ndtri

    scores = ndtri(np.clip(shares, SMALLEST, 1.0 - SMALLEST))
    found = shares.copy()
    found[:, moved] = np.clip(ndtr(scores @ factor[moved].T), SMALLEST, 1.0 - SMALLEST)
    return found


def told(scenario: Scenario, names: Iterable[str]) -> str:
    """Return in words which of the inputs ``names`` are drawn together, such as "A with B (rank correlation 0.5)"; empty for none."""
    drawn = set(names)
    return "; ".join(
        f"{each.inputs[0]} with {each.inputs[1]} (rank correlation {each.rank:g})"
        for each in scenario.correlations
        if drawn.issuperset(each.inputs)
    )
