"""The documentation's pages: grade of reading, pictures in words, links with their anchors, examples as written."""

import math
import re
import runpy
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GRADE = runpy.run_path(str(ROOT / "builders/reading_grade.py"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONCEPTS = ("flight", "engagement", "exposure", "balance", "cooperation", "guarantees", "flight-test")
"""Pages that explain a model."""


def slug(heading: str) -> str:
    """Return the anchor of a heading, as MkDocs makes it."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", re.sub(r"[`*]", "", heading)).strip().lower())


def headings(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {slug(line) for line in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}


@pytest.mark.outside
def test_the_grade_of_a_known_sentence():
    # 13 words of 24 syllables, a worked example of the formula in the encyclopaedia's article on it: 11.3
    said = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    assert GRADE["grade"](said) == pytest.approx(11.3, abs=0.05)
    assert math.isnan(GRADE["grade"]("# A heading\n```\ncode\n```\n"))


@pytest.mark.parametrize("page", GRADE["BEGINNERS"])
def test_a_newcomer_s_page_is_easy_to_read(page):
    assert GRADE["grade"]((ROOT / page).read_text(encoding="utf-8")) <= GRADE["MOST"]


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_picture_is_told_in_words(page):
    text = page.read_text(encoding="utf-8")
    assert all(len(words.split()) >= 4 for words in re.findall(r"!\[([^\]]*)\]\(", text))
    assert all(re.search(r'alt="[^"]{20,}"', tag) for tag in re.findall(r"<img[^>]*>", text))


@pytest.mark.parametrize("name", CONCEPTS)
def test_every_model_has_a_picture(name):
    assert re.search(r"!\[[^\]]+\]\(figures/", (ROOT / f"docs/{name}.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CONCEPTS)
def test_every_model_says_its_limits(name):
    assert "limits" in headings(ROOT / f"docs/{name}.md")


def test_links_lead_to_headings_that_are_there():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", text):
            there = (page.parent / target) if target else page
            if there.suffix == ".md" and there.exists():  # pages that the builder makes are MkDocs' to check
                assert anchor in headings(there), f"{page.name} links to {target}#{anchor}"


def commands() -> list[tuple[str, str]]:
    """Return every command that a page shows, with the name of the page."""
    found = []
    for page in PAGES:
        for block in re.findall(
            r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        ):
            lines = [line.strip() for line in block.replace("\\\n", " ").splitlines()]
            found += [
                (page.name, line.split("equipoise ", 1)[1])
                for line in lines
                if re.match(r"(\.venv/bin/)?equipoise ", line)
            ]
    return found


def test_the_program_takes_every_command_that_a_page_shows():
    from command_line import tree

    root = tree()
    for page, line in commands():
        typed = shlex.split(re.split(r" (?:\d?>|&)", line)[0], comments=True)
        command, at = root, 0
        while hasattr(command, "commands"):
            assert typed[at] in command.commands, f"{page}: {line}"
            command, at = command.commands[typed[at]], at + 1
        command.make_context(line, typed[at:])  # raises what a person would be told


def test_start_compares_folders_that_its_commands_made():
    typed = [line for page, line in commands() if page == "start.md"]
    made = {"out/epaa", *re.findall(r"--out (\S+)", " ".join(typed))}  # the first is that of `make run`
    (compared,) = [line for line in typed if line.startswith("results diff")]
    assert set(compared.split()[2:]) <= made


def test_the_readme_s_python_runs():
    (code,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )
    names: dict[str, object] = {}
    exec(code, names)
    assert names["flight"].title.startswith("Ghadr-1")


def test_what_the_readme_tries_is_installed_by_make_run():
    # "guarantee certify" ended with the name of an extra that `make run` did not install.
    shown = " ".join(line for page, line in commands() if page == "README.md")
    assert "guarantee certify" in shown
    assert re.search(
        r"^python-flint==", (ROOT / "requirements/run.txt").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
