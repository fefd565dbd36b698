"""Figures drawn for print are files that do not change."""

import runpy
from pathlib import Path

from equipoise.present.compose import compose
from equipoise.present.drawing import draw_all
from equipoise.present.names import NO_NAMES

SYNTHETIC = Path(__file__).parents[2] / "page/synthetic.py"


def made():
    results = runpy.run_path(str(SYNTHETIC))["results"](rows=8, columns=8, paths=2, threats=("ghadr-1",))
    return next(s for s in compose(results) if s.figures)


def test_every_figure_has_its_files_and_drawn_again_they_are_the_same(tmp_path):
    first, again = (draw_all(made(), tmp_path / name, NO_NAMES) for name in ("first", "again"))
    assert {p.name for p in first} == {
        f"{f.stem}{suffix}" for f in made().figures for suffix in (".svg", ".png")
    }
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
