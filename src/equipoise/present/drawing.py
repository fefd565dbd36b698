"""Figures' files, drawn once by whichever of several processes comes first.

They share a work folder. A process claims a figure there before it draws it and leaves the page's picture when it is done;
whatever a process claimed and did not deliver is drawn again by :func:`pictures_of`, so that it can fail without harm.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from equipoise.present.figures import for_page, save
from equipoise.present.section import Figure, Section

Pictures = dict[str, tuple[str, bytes]]
"""Type and bytes of the picture that the page carries, by the figure's stem."""


def draw(figure: Figure, figures: Path, work: Path) -> bool:
    """Draw a figure into ``figures`` and its page's picture into ``work``, unless another process does; return whether."""
    try:
        (work / f"{figure.stem}.claim").open("x").close()
    except FileExistsError:
        return False
    figures.mkdir(exist_ok=True)
    media, content = _made(figure, figures)
    part = work / f"{figure.stem}.part"
    part.write_bytes(content)
    os.replace(part, work / f"{figure.stem}.{media.removeprefix('image/')}")
    return True


@dataclass(frozen=True)
class Shared:
    """What several processes make of the same results: pictures in ``work``, and sections, by kind.

    ``wait`` returns when the others draw no more.
    """

    work: Path
    sections: Mapping[str, Section]
    wait: Callable[[], None]


def pictures_of(sections: Sequence[Section], figures: Path, shared: Shared | None = None) -> Pictures:
    """Return the page's picture of every figure; those that nobody has drawn are drawn into ``figures``."""
    figures.mkdir(exist_ok=True)
    wanted = [f for s in sections for f in s.figures]
    if shared:
        for figure in reversed(wanted):  # the others begin at the front
            draw(figure, figures, shared.work)
        shared.wait()
    found = {}
    for figure in wanted:
        drawn = _drawn(shared.work, figure) if shared else None
        found[figure.stem] = drawn or _made(figure, figures)
    return found


def _made(figure: Figure, figures: Path) -> tuple[str, bytes]:
    """Draw a figure, looking for garbage less often: its thousands of parts all live until it is saved."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        return for_page(*save(figure.draw(), figures, figure.stem))
    finally:
        gc.set_threshold(*before)


def _drawn(work: Path, figure: Figure) -> tuple[str, bytes] | None:
    for kind in ("svg+xml", "png", "webp"):
        path = work / f"{figure.stem}.{kind}"
        if path.is_file():
            return f"image/{kind}", path.read_bytes()
    return None
