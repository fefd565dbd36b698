"""Uncertain inputs as columns of numbers, for who samples them or moves one at a time; :mod:`equipoise.engagement.bounds` has the ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.measures import Task
from equipoise.foundation.units import UNITS
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import Place, uncertain_places, value_at

Model = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From points (n, inputs) to values (n, measures); nan where a value is not defined."""


@dataclass(frozen=True)
class Box:
    """Inputs by column: names, nominal values and ends (d,); ``whole`` marks those that are counted."""

    names: tuple[str, ...]
    nominal: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    whole: NDArray[np.bool_]
    units: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = field(default=())

    def __len__(self) -> int:
        """Return the number of inputs."""
        return len(self.names)

    def points(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points of the unit cube stretched to the box, counted inputs to whole numbers."""
        stretched = self.low + (self.high + self.whole - self.low) * unit
        return np.where(self.whole, np.floor(stretched), stretched)

    def with_one(self, column: int, values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return nominal points that differ in one input."""
        points = np.tile(self.nominal, (len(values), 1))
        points[:, column] = np.round(values) if self.whole[column] else values
        return points


def box_of(scenario: Scenario, places: Iterable[Place]) -> Box:
    """Return the box of the quantities at some places, one column each."""
    places = tuple(places)
    known = [value_at(scenario, where) for where in places]
    return Box(
        tuple(map(str, places)),
        np.array([q.value for q in known], dtype=float),
        np.array([q.low for q in known], dtype=float),
        np.array([q.high for q in known], dtype=float),
        np.array([where.spec.limits.whole for where in places], dtype=bool),
        tuple(UNITS[q.unit].symbol if q.unit else "1" for q in known),
        tuple((q.source, str(q.confidence)) for q in known),
    )


def places_of(scenario: Scenario, task: Task, tables: tuple[str, ...] = ()) -> tuple[Place, ...]:
    """Return the uncertain inputs, in ``tables`` only when given, that can move the task's measures."""
    used = task.in_use(scenario)
    return tuple(
        where
        for where in uncertain_places(scenario, tuple(t for t in task.reads if not tables or t in tables))
        if where.table not in used or where.id in used[where.table]
    )
