"""Which task is next: the list of a run's tasks with what is done, what is in hand and what is to come."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from equipoise.jobs.tasks import Task, Where


class Board:
    """Hands out tasks to the processes of a run, from any thread; a task is ready when what it needs is done."""

    def __init__(self, tasks: Sequence[Task], *, beside: bool) -> None:
        """Take the tasks; ``beside`` says whether there is a second process."""
        self._tasks = {task.name: task for task in tasks}
        if len(self._tasks) < len(tasks):
            raise ValueError("two tasks of a run have one name")
        self._waiting = list(tasks)
        self._values: dict[str, Any] = {}
        self._only_here: set[str] = set()
        self._beside = beside
        self._changed = threading.Condition()

    def next(self, where: Where) -> Task | None:
        """Wait for a task that ``where`` can take and return it; None when it will get no more."""
        with self._changed:
            while True:
                mine = [task for task in self._waiting if self._is_for(task, where)]
                if where is Where.BESIDE and not (self._beside and mine):
                    return None
                if where is Where.HERE and self._all_done():
                    return None
                ready = [task for task in mine if self._is_ready(task)]
                if ready:
                    task = self._first(ready, where)
                    self._waiting.remove(task)
                    return task
                self._changed.wait()

    def done(self, task: Task, value: Any) -> None:
        """Note what came of a task."""
        with self._changed:
            self._values[task.name] = value
            self._changed.notify_all()

    def give_back(self, task: Task) -> None:
        """Leave a task that failed in the second process to the first, which will say what the fault is."""
        with self._changed:
            self._only_here.add(task.name)
            self._waiting.insert(0, task)
            self._changed.notify_all()

    def close_beside(self) -> bool:
        """Leave everything to the first process: the second is gone; return whether that is news."""
        with self._changed:
            was, self._beside = self._beside, False
            self._changed.notify_all()
        return was

    def needed(self, task: Task) -> dict[str, Any]:
        """Return the values that a task needs, without those that are None."""
        with self._changed:
            found = {name: self._values[name] for name in task.needs if name in self._tasks}
        return {name: value for name, value in found.items() if value is not None}

    def values(self) -> dict[str, Any]:
        """Return what came of all tasks, in their order, without what is None."""
        with self._changed:
            return {name: self._values[name] for name in self._tasks if self._values.get(name) is not None}

    def _is_for(self, task: Task, where: Where) -> bool:
        if where is Where.HERE:
            return task.where is not Where.BESIDE or not self._beside or task.name in self._only_here
        return task.where is not Where.HERE and task.name not in self._only_here

    @staticmethod
    def _first(ready: Sequence[Task], where: Where) -> Task:
        """Return which of the tasks comes next: the two processes take what either can do from its two ends."""
        either = [task for task in ready if task.where is Where.EITHER]
        return either[-1] if where is Where.HERE and ready[0] in either else ready[0]

    def _is_ready(self, task: Task) -> bool:
        return all(name in self._values for name in task.needs if name in self._tasks)

    def _all_done(self) -> bool:
        return len(self._values) == len(self._tasks)
