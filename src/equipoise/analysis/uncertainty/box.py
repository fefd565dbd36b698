"""The box of a model's uncertain inputs, each with its nominal value and both ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.measures import Measure, Task
from equipoise.foundation.units import UNITS
from equipoise.numerics.sampling import to_range
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import Place, uncertain_places, value_at, with_numbers

Model = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From points (n, inputs) to values (n, measures); nan where a value is not defined."""

BATCH = 32
"""Scenarios that are evaluated together."""


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
        wide = self.low + (self.high + 1.0 - self.low) * unit
        return np.where(self.whole, np.floor(wide), to_range(unit, self.low, self.high))

    def with_one(self, column: int, values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return nominal points that differ in one input."""
        points = np.tile(self.nominal, (len(values), 1))
        points[:, column] = np.round(values) if self.whole[column] else values
        return points


def box_of(scenario: Scenario, task: Task, tables: tuple[str, ...] = ()) -> tuple[Box, tuple[Place, ...]]:
    """Return the box of every uncertain input that can move the task's measures, and their places.

    With ``tables`` only inputs in these are taken.
    """
    used = task.in_use(scenario)
    places = tuple(
        where
        for where in uncertain_places(scenario, tuple(t for t in task.reads if not tables or t in tables))
        if where.table not in used or where.id in used[where.table]
    )
    known = [value_at(scenario, where) for where in places]
    box = Box(
        tuple(map(str, places)),
        np.array([q.value for q in known], dtype=float),
        np.array([q.low for q in known], dtype=float),
        np.array([q.high for q in known], dtype=float),
        np.array([where.spec.limits.whole for where in places], dtype=bool),
        tuple(UNITS[q.unit].symbol if q.unit else "1" for q in known),
        tuple((q.source, str(q.confidence)) for q in known),
    )
    return box, places


def model_of(
    scenario: Scenario,
    task: Task,
    measures: Sequence[Measure],
    places: Sequence[Place],
    *,
    tell: Callable[[int], None] = lambda done: None,
) -> Model:
    """Return the task as a function of the places; ``tell`` hears how many scenarios were just computed.

    Points that differ from the nominal one in few inputs come next to one another, so the task can share work.
    """

    def model(points: NDArray[np.float64]) -> NDArray[np.float64]:
        values = np.empty((len(points), len(measures)))
        for start in range(0, len(points), BATCH):
            rows = points[start : start + BATCH]
            scenarios = [with_numbers(scenario, _numbers(places, row)) for row in rows]
            for i, found in enumerate(task.evaluate(scenarios), start):
                values[i] = [found[measure.name] for measure in measures]
            tell(len(rows))
        return values

    return model


def _numbers(places: Sequence[Place], row: NDArray[np.float64]) -> dict[Place, Any]:
    return {where: float(value) for where, value in zip(places, row, strict=True)}
