"""A section's figures are files, and pictures for the page; drawn twice they are the same."""

import runpy
from pathlib import Path

from equipoise.present.compose import compose
from equipoise.present.drawing import pictures_of

SYNTHETIC = Path(__file__).parents[2] / "page/synthetic.py"


def test_every_figure_has_its_files_and_one_picture_and_drawn_again_is_the_same(tmp_path):
    results = runpy.run_path(str(SYNTHETIC))["results"](rows=8, columns=8, paths=2, threats=("ghadr-1",))
    section = next(s for s in compose(results) if s.figures)
    first, again = (pictures_of(section, tmp_path / name) for name in ("first", "again"))
    assert first == again
    assert list(first) == [f.stem for f in section.figures]
    for stem in first:
        for suffix in (".svg", ".png"):
            name = f"{stem}{suffix}"
            assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
