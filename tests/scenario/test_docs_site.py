"""Tutorials and gallery run as they stand, guides link to what exists, the reference names every public function."""

import json
import re
import runpy
from pathlib import Path

import pytest

from equipoise.present.disputed_numbers import pages
from equipoise.results.evidence import kept

ROOT = Path(__file__).parents[2]
SITE = runpy.run_path(str(ROOT / "builders/docs_site.py"))
TUTORIALS = sorted((ROOT / "docs/tutorials").glob("*.py"))


def test_every_tutorial_and_guide_stands_in_the_navigation():
    said = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r": ([\w/-]+\.md)$", said, flags=re.MULTILINE))
    made = {"gallery.md", "api.md", "commands.md", *(f"tutorials/{path.stem}.md" for path in TUTORIALS)}
    made |= {*pages(kept().data)}
    docs = ROOT / "docs"
    assert listed == made | {str(path.relative_to(docs)) for path in docs.rglob("*.md")}


def test_the_navigation_calls_a_disputed_number_what_its_page_does():
    said = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    called = {
        path: title for title, path in re.findall(r'- "?(.*?)"?: (numbers/.+\.md)$', said, flags=re.MULTILINE)
    }
    assert called == {
        path: text.splitlines()[0].removeprefix("# ") for path, text in pages(kept().data).items()
    }


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda p: p.stem)
def test_a_tutorial_runs_and_shows_something_after_every_section(path):
    page, notebook = SITE["run_tutorial"](path)
    kinds = [c["cell_type"] for c in notebook["cells"]]
    assert kinds[0] == "markdown"
    assert all(c["outputs"] for c in notebook["cells"] if c["cell_type"] == "code")
    assert json.loads(json.dumps(notebook))["nbformat"] == 4
    assert page.count('class="out"') >= kinds.count("code")


def test_the_tutorial_of_sixty_lines_has_no_more():
    text = next(path for path in TUTORIALS if path.stem == "7-your-own-region").read_text(encoding="utf-8")
    code = [body for kind, body in SITE["cells"](text) if kind == "code"]
    assert sum(bool(line.strip()) for body in code for line in body.splitlines()) <= 60


def test_the_gallery_runs():
    assert SITE["gallery"]().count("<img") == len(list((ROOT / "docs/gallery").glob("*.py")))


def test_guides_link_to_what_exists():
    made = {f"tutorials/{path.stem}.md" for path in TUTORIALS} | {SITE["EVIDENCE"], *pages(kept().data)}
    for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert target in made or (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_reference_names_every_public_name():
    import equipoise

    text = SITE["python_reference"](lambda _thing: [])
    assert set(re.findall(r"^::: [\w.]+\.(\w+)$", text, flags=re.MULTILINE)) == set(equipoise.__all__) - {
        "__version__"
    }


def test_the_reference_shows_what_an_example_draws():
    import equipoise

    (shown,) = SITE["example_pictures"](equipoise.fly)
    assert 'alt="What the example of fly draws. Return one flight' in shown
    assert "data:image/png" in shown
    assert SITE["example_pictures"](equipoise.Quantity) == []


def test_the_commands_page_has_every_command_with_its_options():
    text = SITE["commands"]()
    assert "#### guarantee certify" in text
    assert "| `--burnout` |" not in text
    assert "`--explain`" in text


def test_a_cell_shows_what_it_printed_and_its_last_value():
    found = SITE["run_cell"]("print('a')\n1 + 1", {})
    assert found == [{"text/plain": "a\n"}, {"text/plain": "2"}]
    assert SITE["run_cell"]("x = 1", {}) == []
