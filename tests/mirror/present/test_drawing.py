"""Figures drawn in another process are those drawn in this one, and are not needed from there."""

import runpy
from pathlib import Path

from equipoise.cli.second import Second
from equipoise.present.compose import complete, compose
from equipoise.present.drawing import Shared, draw, pictures_of

SYNTHETIC = Path(__file__).parents[2] / "page/synthetic.py"


def small_results():
    return runpy.run_path(str(SYNTHETIC))["results"](rows=8, columns=8, paths=2, threats=("ghadr-1",))


def test_another_process_draws_the_same(tmp_path):
    results = small_results()
    sections = compose(results)
    work, there, here = tmp_path / "work", tmp_path / "there", tmp_path / "here"
    work.mkdir()
    with Second(None, (), None, figures=there, work=work, threads=1) as second:
        for kind, shown in complete(results, ()).items():
            second.draw(kind, {name: results[name] for name in shown})
        second.finish()
    drawn = {p.stem for p in work.iterdir() if p.suffix not in (".nc", ".claim")}
    assert drawn == {f.stem for s in sections for f in s.figures}
    taken = pictures_of(sections, there, Shared(work, {}, lambda: None))
    assert taken == pictures_of(sections, here)
    files = sorted(p.name for p in here.iterdir())
    assert files == sorted(p.name for p in there.iterdir())
    for name in files:
        assert (here / name).read_bytes() == (there / name).read_bytes()


def test_a_section_waits_for_what_it_shows():
    kinds = set(small_results())
    assert "defended_area" not in complete(kinds - {"places"}, {"places"})  # the maps mark places
    assert complete(kinds, ())["defended_area"] == ("defended_area", "places")


def test_each_figure_is_drawn_once_and_one_that_was_claimed_in_vain_is_drawn_after_all(tmp_path):
    section = next(s for s in compose(small_results()) if s.figures)
    figure = section.figures[0]
    assert draw(figure, tmp_path, tmp_path)
    assert not draw(figure, tmp_path, tmp_path)
    for path in tmp_path.glob(f"{figure.stem}.*"):
        path.unlink()
    (tmp_path / f"{figure.stem}.claim").touch()
    waited = []
    shared = Shared(tmp_path, {}, lambda: waited.append(True))
    assert pictures_of([section], tmp_path, shared) == pictures_of([section], tmp_path)
    assert waited == [True]
