"""The box over which a task's measures are looked at: the inputs that can move them; their ranges are those of bounds."""

from __future__ import annotations

from equipoise.analysis.measures import Task
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import Place, uncertain_places


def places_of(scenario: Scenario, task: Task, tables: tuple[str, ...] = ()) -> tuple[Place, ...]:
    """Return the uncertain inputs, in ``tables`` only when given, that can move the task's measures."""
    used = task.in_use(scenario)
    return tuple(
        where
        for where in uncertain_places(scenario, tuple(t for t in task.reads if not tables or t in tables))
        if where.table not in used or where.id in used[where.table]
    )
