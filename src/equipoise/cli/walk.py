"""The walk through a run's analyses, with a second process for one family of them where the machine has the cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from equipoise.cli.analyses import DETERRENT, TERRITORY, Analysis
from equipoise.cli.second import Second
from equipoise.numerics.kernel_cache import is_warm
from equipoise.numerics.threads import thread_count, using
from equipoise.present.compose import complete, section_of
from equipoise.present.drawing import draw
from equipoise.present.section import Section
from equipoise.results.record import Result

if TYPE_CHECKING:
    from rich.progress import Progress

    from equipoise.scenario.load import Scenario


class Meter:
    """A progress bar over analyses that may run side by side, each with its number of steps."""

    def __init__(self, bar: Progress, steps: dict[str, int]) -> None:
        """Take the steps of each kind."""
        self._bar, self._steps = bar, steps
        self._made = dict.fromkeys(steps, 0)
        self._lock = Lock()
        self._task = bar.add_task("", total=sum(steps.values()))

    def say(self, label: str) -> None:
        """Show what is being done."""
        self._bar.update(self._task, description=label)

    def step(self, kind: str) -> None:
        """Count a step of one analysis; more than it announced are not counted."""
        self._set(kind, self._made[kind] + 1)

    def done(self, kind: str) -> None:
        """Count all steps of one analysis."""
        self._set(kind, self._steps[kind])

    def _set(self, kind: str, made: int) -> None:
        with self._lock:
            self._made[kind] = min(made, self._steps[kind])
            self._bar.update(self._task, completed=sum(self._made.values()))


def start_second(
    scenario: Scenario, analyses: Sequence[Analysis], meter: Meter, *, figures: Path, work: Path
) -> Second | None:
    """Start a second process, with a family of the analyses if there are two; None on a single core, or if none starts.

    Before a first run has compiled the kernels it only draws, so that nothing is compiled twice.
    """
    threads = thread_count()
    if threads < 2:
        return None
    apart = _has_both(analyses) and is_warm()
    theirs = [a for a in analyses if apart and a.family == DETERRENT]
    with suppress(OSError):  # no process, pipe or memory to be had: the first does everything
        return Second(scenario, theirs, meter, figures=figures, work=work, threads=threads // 2)
    return None


def walk(
    scenario: Scenario, analyses: Sequence[Analysis], meter: Meter, second: Second | None
) -> tuple[dict[str, Result], dict[str, Section]]:
    """Return what all analyses find, by kind in their order, and the sections of the report that were made meanwhile."""
    threads = thread_count()
    with using(threads - threads // 2 if second and second.kinds else threads):
        return _Walk(scenario, analyses, meter, second).go()


def _has_both(analyses: Sequence[Analysis]) -> bool:
    return {TERRITORY, DETERRENT} <= {a.family for a in analyses}


class _Walk:
    def __init__(
        self, scenario: Scenario, analyses: Sequence[Analysis], meter: Meter, second: Second | None
    ) -> None:
        self._scenario, self._analyses, self._meter, self._second = scenario, analyses, meter, second
        self._coming = [a.kind for a in analyses]
        self._found: dict[str, Result] = {}
        self._sections: dict[str, Section] = {}
        self._offered: set[str] = set()

    def go(self) -> tuple[dict[str, Result], dict[str, Section]]:
        theirs = self._second.kinds if self._second else ()
        for i, analysis in enumerate(self._analyses):
            if analysis.kind in theirs:
                continue
            if not analysis.family:  # it may need whatever stands before it
                self._catch_up(self._analyses[:i])
            self._run(analysis)
        if self._second:
            for _ in self._meanwhile(self._second):
                if not self._second.awaited():
                    break
        self._catch_up(self._analyses)
        order = [a.kind for a in self._analyses if a.kind in self._found]
        return {kind: self._found[kind] for kind in order}, self._sections

    def _run(self, analysis: Analysis) -> None:
        kind = analysis.kind
        self._meter.say(analysis.label)
        result = analysis.run(self._scenario, self._found, lambda: self._meter.step(kind))
        self._meter.done(kind)
        if result is not None:
            self._found[kind] = result
        self._coming.remove(kind)
        self._take()

    def _take(self) -> None:
        """Take over what the second process has found, and offer it the sections that are complete."""
        if not self._second:
            return
        for kind, result in self._second.take().items():
            if result is not None:
                self._found[kind] = result
            self._coming.remove(kind)
        for kind, shown in complete(self._found, self._coming).items():
            if kind not in self._offered:
                self._offered.add(kind)
                self._second.draw(kind, {name: self._found[name] for name in shown})

    def _catch_up(self, analyses: Sequence[Analysis]) -> None:
        """Wait for what the second process owes of these, and run what it did not deliver."""
        owed = [a for a in analyses if a.kind in self._coming]
        if not self._second or not owed:
            return
        self._second.wait([a.kind for a in owed])
        self._take()
        for analysis in owed:
            if analysis.kind in self._coming:
                self._run(analysis)

    def _meanwhile(self, second: Second) -> Iterator[None]:
        """Make sections of what is there, and draw, a piece at a time."""
        for kind in complete(self._found, self._coming):
            self._sections[kind] = section_of(kind, self._found)
            yield
        for section in reversed(self._sections.values()):
            for figure in section.figures:
                draw(figure, second.figures, second.work)
                yield
