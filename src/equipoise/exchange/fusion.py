"""Fusion of own and received tracks by covariance intersection (Julier and Uhlmann 1997), lineage first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar


@dataclass(frozen=True)
class Estimate:
    """A state with covariance and the set of sensor reports ``party/sensor/number`` that went into it."""

    state: np.ndarray
    covariance: np.ndarray
    lineage: frozenset[str]


def covariance_intersection(a: Estimate, b: Estimate) -> Estimate:
    """Return the intersection with the weight that makes the trace least; consistent for any correlation."""
    inverse_a, inverse_b = np.linalg.inv(a.covariance), np.linalg.inv(b.covariance)

    def fused(weight: float) -> np.ndarray:
        return np.asarray(np.linalg.inv(weight * inverse_a + (1.0 - weight) * inverse_b))

    found = minimize_scalar(lambda w: float(np.trace(fused(w))), bounds=(0.0, 1.0), method="bounded")
    weight = min((0.0, 1.0, float(found.x)), key=lambda w: float(np.trace(fused(w))))
    covariance = fused(weight)
    state = covariance @ (weight * inverse_a @ a.state + (1.0 - weight) * inverse_b @ b.state)
    return Estimate(state, covariance, a.lineage | b.lineage)


def fuse(own: Estimate, received: Estimate, *, party: str) -> Estimate:
    """Return the own estimate joined with the peer's, unless the peer's says nothing new (an own echo)."""
    if not foreign(received, party=party) - own.lineage:
        return own
    return covariance_intersection(own, received)


def foreign(estimate: Estimate, *, party: str) -> frozenset[str]:
    """Return the reports in the lineage that are not the party's own."""
    return frozenset(tag for tag in estimate.lineage if not tag.startswith(f"{party}/"))


def nees(estimate: Estimate, truth: np.ndarray) -> float:
    """Return the normalised estimation error squared."""
    error = estimate.state - truth
    return float(error @ np.linalg.solve(estimate.covariance, error))
