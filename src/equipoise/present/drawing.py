"""The files of a section's figures, for print."""

from __future__ import annotations

from pathlib import Path

from equipoise.present.figures import save
from equipoise.present.names import Names
from equipoise.present.section import Section


def draw_all(section: Section, folder: Path, names: Names) -> list[Path]:
    """Draw every figure of a section into ``folder`` as SVG and PNG, for print; return the paths."""
    folder.mkdir(exist_ok=True)
    return [path for figure in section.figures for path in save(figure.draw(names), folder, figure.stem)]
