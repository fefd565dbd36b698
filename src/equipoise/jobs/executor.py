"""The one executor of every run: this process, and where the machine has the cores a second one beside it.

What the second process does not deliver, because a task failed there or it was killed, this one does itself: the answers,
and what is said of a fault, are the same.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from equipoise.compute.process import CopiedProcess, WorkerProcess, may_copy
from equipoise.jobs.beside import serve
from equipoise.jobs.board import Board
from equipoise.jobs.tasks import Task, Where, after_compiling, load
from equipoise.numerics.kernel_cache import is_warm, kernel_folder
from equipoise.numerics.threads import thread_count, using

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario

SERVER = "equipoise.jobs.beside"
ROOT = "batch.engage_share"
"""The kernel that engages, module and function, as its file in the folder of compiled kernels is called."""


class Progress(Protocol):
    """What is told of tasks, by name, as they get on; from any thread."""

    def begin(self, steps: Mapping[str, int], step_s: Mapping[str, float]) -> None:
        """Hear of all tasks before the first: how many steps each announces, and how long one takes about."""

    def say(self, label: str) -> None:
        """Hear what is being done."""

    def step(self, name: str) -> None:
        """Hear of one step."""

    def done(self, name: str) -> None:
        """Hear that a task is done."""


class Silence:
    """Progress that nobody hears."""

    def begin(self, steps: Mapping[str, int], step_s: Mapping[str, float]) -> None:
        """Do nothing."""

    def say(self, label: str) -> None:
        """Do nothing."""

    def step(self, name: str) -> None:
        """Do nothing."""

    def done(self, name: str) -> None:
        """Do nothing."""


Finish = Callable[[Any], Any]


def execute(
    tasks: Sequence[Task],
    scenario: Scenario,
    *,
    progress: Progress | None = None,
    finish: Finish = lambda value: value,
) -> dict[str, Any]:
    """Return what came of the tasks, by name in their order, without those that had nothing to do.

    ``finish`` is applied to every value before others see it.
    """
    told = progress or Silence()
    threads = thread_count()
    shared = threads > 1 and any(task.where is not Where.HERE for task in tasks)
    if shared and not is_compiled():
        tasks = after_compiling(tasks)
    steps, step_s = {t.name: t.steps(scenario) for t in tasks}, {t.name: t.step_s for t in tasks}
    with _second_process(scenario) if shared else nullcontext() as process:
        told.begin(steps, step_s)  # a bar brings a thread, after which no process is copied
        board = Board(tasks, beside=process is not None)
        beside = threads // 2 if process is not None else 0
        with (
            nullcontext() if process is None else _served(process, board, scenario, told, finish, beside),
            using(threads - beside),
        ):
            while task := board.next(Where.HERE):
                told.say(task.label)
                value = task.run(scenario, board.needed(task), partial(told.step, task.name))
                told.done(task.name)
                board.done(task, finish(value))
    return board.values()


def is_compiled() -> bool:
    """Return whether an earlier process has left the kernel that engages, and so all that :data:`equipoise.jobs.tasks.COMPILING` makes."""
    folder = kernel_folder()
    return folder is not None and is_warm() and any(folder.rglob(f"{ROOT}-*.nbi"))


@contextmanager
def _second_process(scenario: Scenario) -> Iterator[WorkerProcess | None]:
    """Have a second process, a copy of this one where that may be made; None where there is none to be had.

    A copy has loaded packages and kernels already, which take a new process 2.5 s of processor time.
    """
    try:
        if may_copy():
            load(scenario, kernels=is_compiled())
            process: WorkerProcess = CopiedProcess(serve)
        else:
            process = WorkerProcess(SERVER)
    except OSError:
        yield None
        return
    with process:
        yield process


@contextmanager
def _served(
    process: WorkerProcess, board: Board, scenario: Scenario, progress: Progress, finish: Finish, threads: int
) -> Iterator[None]:
    """Have a second process at work on the board meanwhile."""
    given = (process, board, scenario, progress, finish, threads)
    served = threading.Thread(target=_serve, args=given, daemon=True)
    served.start()
    try:
        yield
    finally:
        board.close_beside()
        process.kill()
        served.join()


def _serve(
    process: WorkerProcess, board: Board, scenario: Scenario, progress: Progress, finish: Finish, threads: int
) -> None:
    """Hand out tasks to the process until there are none for it, or it is gone."""
    task, sent = None, set[str]()
    try:
        process.connection.send((scenario, threads))
        while task := board.next(Where.BESIDE):
            needed = board.needed(task)
            process.connection.send((task, {k: v for k, v in needed.items() if k not in sent}))
            sent |= set(needed)
            while (said := process.connection.recv())[0] == "step":
                progress.step(task.name)
            if said[0] == "failed":
                board.give_back(task)
            else:
                progress.done(task.name)
                board.done(task, finish(said[1]))
            task = None
    except Exception:  # noqa: BLE001 (whatever ended the conversation, the first process does the rest)
        if board.close_beside():
            sys.stderr.write("A worker process was lost; its work is done again here.\n")
        if task is not None:
            board.give_back(task)
