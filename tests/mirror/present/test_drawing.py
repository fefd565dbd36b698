"""Figures drawn for print are files that do not change; a report carries a picture only of what its page does not draw."""

import runpy
from dataclasses import replace
from pathlib import Path

from equipoise.present.compose import compose
from equipoise.present.drawing import draw_all, pictures_of
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


def test_only_what_the_page_does_not_draw_is_a_picture(tmp_path):
    section = made()
    assert pictures_of(section, tmp_path / "none") == {}
    assert not (tmp_path / "none").exists()
    plain = replace(section, figures=tuple(replace(f, view="", chart=None) for f in section.figures))
    assert list(pictures_of(plain, tmp_path / "all")) == [f.stem for f in section.figures]
