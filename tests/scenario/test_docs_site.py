"""Tutorials and gallery run as they stand, guides link to what exists, the reference names every public function."""

import json
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = runpy.run_path(str(ROOT / "builders/docs_site.py"))
TUTORIALS = sorted((ROOT / "docs/tutorials").glob("*.py"))


def test_there_are_three_tutorials():
    assert len(TUTORIALS) == 3


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda p: p.stem)
def test_a_tutorial_runs_and_shows_something_after_every_section(path):
    page, notebook = SITE["run_tutorial"](path)
    kinds = [c["cell_type"] for c in notebook["cells"]]
    assert kinds[0] == "markdown"
    assert all(c["outputs"] for c in notebook["cells"] if c["cell_type"] == "code")
    assert json.loads(json.dumps(notebook))["nbformat"] == 4
    assert page.count("class=out") >= kinds.count("code")


def test_the_gallery_runs():
    assert SITE["gallery"]().count("<img") == len(list((ROOT / "docs/gallery").glob("*.py")))


def test_guides_link_to_what_exists():
    for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert target == SITE["EVIDENCE"] or (path.parent / target).exists(), (
                f"{path.name} links to {target}"
            )


def test_the_reference_names_what_the_package_offers():
    import equipoise

    text = SITE["reference"]()
    for name in equipoise.__all__[2:]:
        assert re.search(rf"<code>(class )?{name}\b", text), name


def test_a_cell_shows_what_it_printed_and_its_last_value():
    found = SITE["run_cell"]("print('a')\n1 + 1", {})
    assert found == [{"text/plain": "a\n"}, {"text/plain": "2"}]
    assert SITE["run_cell"]("x = 1", {}) == []
