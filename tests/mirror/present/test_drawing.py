"""Figures drawn in another process are those drawn in this one, and are not needed from there."""

import runpy
from pathlib import Path

from equipoise.present.compose import compose
from equipoise.present.drawing import Helper, pictures_of

SYNTHETIC = Path(__file__).parents[2] / "page/synthetic.py"


def test_another_process_draws_the_same(tmp_path):
    results = runpy.run_path(str(SYNTHETIC))["results"](rows=8, columns=8, paths=2, threats=("ghadr-1",))
    sections = compose(results)
    work = tmp_path / "work"
    work.mkdir()
    with Helper(tmp_path / "there", work) as helper:
        helper.offer(results, coming={"places"})
        assert not (work / "defended_area.nc").exists()  # the maps mark places that are still to come
        helper.offer(results, coming=())
        helper.finish()
        drawn = {p.stem for p in work.iterdir() if p.suffix != ".nc"}
        assert drawn == {f.stem for s in sections for f in s.figures}
        there = pictures_of(sections, tmp_path / "there", work)
    here = pictures_of(sections, tmp_path / "here")
    assert there == here
    files = sorted(p.name for p in (tmp_path / "here").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "there").iterdir())
    for name in files:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
