"""The second process of a run: one family of analyses, and figures, while the first process does the rest.

Kernels share threads well, but most of a run is Python, of which one process does one thing at a time. The two exchange
saved results in a work folder, and short messages. What the second does not deliver, because it failed or was killed,
the first makes itself: its answers, and what it says of a fault, are the same.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from equipoise.cli.analyses import Analysis
from equipoise.numerics.threads import using
from equipoise.results.record import Result, load_result

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario


class Progress(Protocol):
    """What is told of analyses, by kind, as they get on."""

    def step(self, kind: str) -> None:
        """Hear of one step."""

    def done(self, kind: str) -> None:
        """Hear that it is done."""


class Second:
    """A process that runs ``analyses`` and then draws the sections that it is offered; pictures go to ``work``."""

    def __init__(
        self,
        scenario: Scenario,
        analyses: Sequence[Analysis],
        progress: Progress,
        *,
        figures: Path,
        work: Path,
        threads: int,
    ) -> None:
        """Start it; ``progress`` is told of its analyses, from a thread of its own."""
        self.kinds = tuple(a.kind for a in analyses)
        self.figures, self.work = figures, work
        self._progress = progress
        self._awaited = list(self.kinds)
        self._delivered: dict[str, bool] = {}
        self._ended = threading.Event()
        self._changed = threading.Condition()
        context = multiprocessing.get_context("spawn")  # a fork would copy locks that threads hold
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve,
            args=(theirs, scenario if analyses else None, tuple(analyses), figures, work, threads),
            daemon=True,
        )
        with _deaf_to_interrupts():
            self._process.start()
        theirs.close()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Second:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._listener.join()
        self._pipe.close()

    def _listen(self) -> None:
        """Take messages until all is drawn, or the process is gone: a kind made a step, was saved, gave nothing, failed."""
        with suppress(EOFError, OSError):
            while True:
                said, kind = self._pipe.recv()
                if said == "step":
                    self._progress.step(kind)
                    continue
                if said == "drawn":
                    break
                with self._changed:
                    self._awaited.remove(kind)
                    if said != "failed":
                        self._progress.done(kind)
                        self._delivered[kind] = said == "saved"
                    self._changed.notify_all()
        with self._changed:
            self._awaited.clear()
            self._changed.notify_all()
        self._ended.set()

    def take(self) -> dict[str, Result | None]:
        """Return what its analyses gave since the last call, None for one that had nothing to do."""
        with self._changed:
            delivered, self._delivered = self._delivered, {}
        return {
            kind: load_result(self.work / f"{kind}.nc") if saved else None
            for kind, saved in delivered.items()
        }

    def awaited(self) -> tuple[str, ...]:
        """Return the kinds that it has still to deliver; none once it has ended."""
        with self._changed:
            return tuple(self._awaited)

    def wait(self, kinds: Collection[str]) -> None:
        """Wait until none of ``kinds`` is to come."""
        with self._changed:
            self._changed.wait_for(lambda: not set(kinds) & set(self._awaited))

    def draw(self, kind: str, results: Mapping[str, Result]) -> None:
        """Have a section drawn: its kind, and the results that it shows."""
        for name, result in results.items():
            if not (self.work / f"{name}.nc").exists():
                result.save(self.work / f"{name}.nc")
        with suppress(OSError):
            self._pipe.send((kind, tuple(results)))

    def finish(self) -> None:
        """Wait until all that was offered is drawn."""
        with suppress(OSError):
            self._pipe.send(None)
        self._ended.wait()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let a process that starts within not hear the interrupt key, which its parent answers for both.

    An interrupt meanwhile is held back and not lost. The tracker that goes with every first process unblocks it as it
    starts, so it starts before.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    pipe: Connection,
    scenario: Scenario | None,
    analyses: Sequence[Analysis],
    figures: Path,
    work: Path,
    threads: int,
) -> None:
    """Run the analyses, then draw until told that no more comes, or the other end is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        if scenario:
            with using(threads):
                _analyse(pipe, scenario, analyses, work)
        from equipoise.present.compose import section_of
        from equipoise.present.drawing import draw

        while (told := pipe.recv()) is not None:
            kind, names = told
            section = section_of(kind, {name: load_result(work / f"{name}.nc") for name in names})
            for figure in section.figures:
                draw(figure, figures, work)
        pipe.send(("drawn", ""))
    except Exception:  # noqa: BLE001 (or the other end is gone; if not, it meets the same fault and reports it)
        return


def _end_with_parent() -> None:
    """End this process, whatever it does, when the one that started it has died."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _analyse(pipe: Connection, scenario: Scenario, analyses: Sequence[Analysis], work: Path) -> None:
    """Run the analyses in order; from a fault on, they are the other process's, which will say what it was."""
    found: dict[str, Result] = {}
    failed = False
    for analysis in analyses:
        kind = analysis.kind
        try:
            result = None if failed else analysis.run(scenario, found, partial(pipe.send, ("step", kind)))
        except Exception:  # noqa: BLE001 (see above)
            failed = True
        if failed:
            pipe.send(("failed", kind))
        elif result is None:
            pipe.send(("nothing", kind))
        else:
            found[kind] = result
            result.save(work / f"{kind}.nc")
            pipe.send(("saved", kind))
