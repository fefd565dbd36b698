"""Fusion of own and received tracks by covariance intersection (Julier and Uhlmann 1997), lineage first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

Lineage = Mapping[str, int]


@dataclass(frozen=True)
class Estimate:
    """A state with covariance and its lineage: sensor ``party/sensor`` -> number of the last report that went in."""

    state: np.ndarray
    covariance: np.ndarray
    lineage: Lineage


def lineage_of(tags: Iterable[str]) -> dict[str, int]:
    """Return the lineage that tags ``party/sensor/number`` give; a tag of another form counts as a sensor of its own."""
    lineage: dict[str, int] = {}
    for tag in tags:
        sensor, _, number = tag.rpartition("/")
        known = sensor and number.isascii() and number.isdigit() and len(number) < 16
        name, value = (sensor, int(number)) if known else (tag, 0)
        lineage[name] = max(value, lineage.get(name, 0))
    return lineage


def joined(a: Lineage, b: Lineage) -> dict[str, int]:
    """Return the lineage of an estimate that both went into."""
    return {sensor: max(a.get(sensor, -1), b.get(sensor, -1)) for sensor in {*a, *b}}


def covariance_intersection(a: Estimate, b: Estimate) -> Estimate:
    """Return the intersection with the weight that makes the scaled trace least; consistent for any correlation.

    The trace is taken over the state scaled by the standard deviations of ``a``, so that metres and metres per second
    weigh alike; the weight is free in [0, 1], so the consistency does not depend on it.
    """
    inverse_a, inverse_b = np.linalg.inv(a.covariance), np.linalg.inv(b.covariance)
    scale = 1.0 / np.diag(a.covariance)

    def fused(weight: float) -> np.ndarray:
        return np.asarray(np.linalg.inv(weight * inverse_a + (1.0 - weight) * inverse_b))

    def size(weight: float) -> float:
        return float(scale @ np.diag(fused(weight)))

    found = minimize_scalar(size, bounds=(0.0, 1.0), method="bounded")
    weight = min((0.0, 1.0, float(found.x)), key=size)
    covariance = fused(weight)
    state = covariance @ (weight * inverse_a @ a.state + (1.0 - weight) * inverse_b @ b.state)
    return Estimate(state, covariance, joined(a.lineage, b.lineage))


def fuse(own: Estimate, received: Estimate, *, party: str) -> Estimate:
    """Return the own estimate joined with the peer's, unless the peer's says nothing new (an own echo)."""
    return covariance_intersection(own, received) if says_more(received, than=own, party=party) else own


def says_more(received: Estimate, *, than: Estimate, party: str) -> bool:
    """Return whether another party's report went into the received estimate and not yet into the own one.

    An estimate without lineage is taken to be all new: covariance intersection bears any correlation.
    """
    foreign = {
        sensor: number for sensor, number in received.lineage.items() if not sensor.startswith(f"{party}/")
    }
    if not received.lineage:
        return True
    return any(number > than.lineage.get(sensor, -1) for sensor, number in foreign.items())


def nees(estimate: Estimate, truth: np.ndarray) -> float:
    """Return the normalised estimation error squared."""
    error = estimate.state - truth
    return float(error @ np.linalg.solve(estimate.covariance, error))
