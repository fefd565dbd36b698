"""Figures drawn in a second process while the analyses that follow still run.

A section is drawn as soon as its result and those beside it are there. It goes to the other process as a saved result, as
``equipoise report`` would read it; what comes back are the figures' files. Whatever the other process does not deliver is
drawn by :func:`pictures_of` in this one, so that it can be absent or fail without harm.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from equipoise.present.compose import TOPICS, section_of
from equipoise.present.figures import for_page, save
from equipoise.present.section import Figure, Section
from equipoise.results.record import Result, load_results

Pictures = dict[str, tuple[str, bytes]]
"""Type and bytes of the picture that the page carries, by the figure's stem."""


class Helper:
    """A process that draws into ``figures``; ``work`` holds what goes between the two, and is its user's to remove."""

    def __init__(self, figures: Path, work: Path) -> None:
        """Take the folders; nothing starts before the first section is there."""
        self._figures, self._work = figures, work
        self._sent: set[str] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Helper:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self.finish()

    def offer(self, found: Mapping[str, Result], coming: Collection[str]) -> None:
        """Have every section drawn that is complete: no result that it shows or looks at is still to come."""
        for kind, _, beside in TOPICS:
            if kind in found and kind not in self._sent and not set(beside) & set(coming):
                self._sent.add(kind)
                for needed in (kind, *(k for k in beside if k in found)):
                    found[needed].save(self._work / f"{kind}.nc", group=needed)
                self._tell(kind)

    def finish(self) -> Path:
        """Wait until everything that was offered is drawn; return where the page's pictures are."""
        if self._process is not None:
            with suppress(OSError):
                self._process.communicate()
        return self._work

    def _tell(self, kind: str) -> None:
        with suppress(OSError):
            if self._process is None:
                self._figures.mkdir(exist_ok=True)
                words = [sys.executable, "-m", __name__, str(self._figures), str(self._work)]
                self._process = subprocess.Popen(  # noqa: S603 (this module itself)
                    words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            assert self._process.stdin is not None
            self._process.stdin.write(f"{kind}\n".encode())
            self._process.stdin.flush()


def pictures_of(sections: Sequence[Section], figures: Path, work: Path | None = None) -> Pictures:
    """Return the page's picture of every figure, drawn into ``figures`` where ``work`` does not hold it yet."""
    figures.mkdir(exist_ok=True)
    found = {}
    with _rare_collections():
        for figure in (f for s in sections for f in s.figures):
            drawn = None if work is None else _drawn(work, figure)
            found[figure.stem] = drawn or for_page(*save(figure.draw(), figures, figure.stem))
    return found


def _drawn(work: Path, figure: Figure) -> tuple[str, bytes] | None:
    for kind in ("svg+xml", "png", "webp"):
        path = work / f"{figure.stem}.{kind}"
        if path.is_file():
            return f"image/{kind}", path.read_bytes()
    return None


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage less often: a figure's thousands of parts all live until it is saved (8 % of the time)."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _serve(figures: Path, work: Path) -> None:
    """Draw the sections named on standard input, one to a line."""
    for line in sys.stdin:
        kind = line.strip()
        for figure in section_of(kind, load_results(work / f"{kind}.nc")).figures:
            media, content = for_page(*save(figure.draw(), figures, figure.stem))
            part = work / f"{figure.stem}.part"
            part.write_bytes(content)
            os.replace(part, work / f"{figure.stem}.{media.removeprefix('image/')}")


if __name__ == "__main__":
    with _rare_collections():
        _serve(*map(Path, sys.argv[1:]))
