"""The files of a section's figures, and the picture of each that the page carries."""

from __future__ import annotations

from pathlib import Path

from equipoise.foundation.garbage import collected_seldom
from equipoise.present.figures import for_page, save
from equipoise.present.names import Names
from equipoise.present.section import Figure, Section

Pictures = dict[str, tuple[str, bytes]]
"""Type and bytes of the picture that the page carries, by the figure's stem."""


def pictures_of(section: Section, folder: Path) -> Pictures:
    """Draw the figures that the page does not draw itself into ``folder`` and return the page's picture of each."""
    drawn = [figure for figure in section.figures if figure.as_picture]
    if drawn:
        folder.mkdir(exist_ok=True)
    return {figure.stem: _made(figure, folder) for figure in drawn}


def draw_all(section: Section, folder: Path, names: Names) -> list[Path]:
    """Draw every figure of a section into ``folder`` as SVG and PNG, for print; return the paths."""
    folder.mkdir(exist_ok=True)
    return [path for figure in section.figures for path in save(figure.draw(names), folder, figure.stem)]


def _made(figure: Figure, folder: Path) -> tuple[str, bytes]:
    with collected_seldom():
        return for_page(*save(figure.draw(), folder, figure.stem))
