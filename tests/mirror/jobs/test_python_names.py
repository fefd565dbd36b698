"""The names that the documentation gives are the public ones."""

import ast
import doctest
import io
import pkgutil
import re
from pathlib import Path

import pytest

import equipoise as eq

PAGE = Path(__file__).resolve().parents[3] / "docs" / "python.md"


def test_the_page_on_python_names_every_public_name():
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:eq\.)?(\w+)", text))
    missing = set(eq.__all__) - named - {"__version__"}
    assert not missing


def test_every_name_of_the_page_is_there():
    rows = re.findall(r"^\| (`.+?) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    names = {name for row in rows for name in re.findall(r"`(\w+)(?:`|\()", row)}
    assert names <= set(eq.__all__), names - set(eq.__all__)
    methods = {name for row in rows for name in re.findall(r"`\.(\w+)", row)}
    methods |= {name for row in rows for name in re.findall(r"`(?:Scenario|Result)\.(\w+)", row)}
    assert all(hasattr(eq.Scenario, name) or hasattr(eq.Result, name) or name == "data" for name in methods)


def test_editors_and_type_checkers_see_the_names_that_are_imported_when_used():
    home = Path(eq.__file__)
    assert (home.parent / "py.typed").exists()
    body = ast.parse(home.with_suffix(".pyi").read_text(encoding="utf-8")).body
    told = [
        (one.name, one.asname, node.module)
        for node in body
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    ]
    assert told == [(name, name, place) for name, place in eq.HOMES.items()]


def test_no_name_is_hidden_by_a_room_that_is_imported():
    rooms = {module.name for module in pkgutil.iter_modules(eq.__path__)}
    assert not rooms & set(eq.__all__)
    assert callable(eq.run)


@pytest.mark.parametrize("name", sorted({*eq.__all__} - {"__version__"}))
def test_every_public_name_has_an_example_that_runs(name):
    # Only the examples of two modules were run; that of flight_test named a test that does not exist.
    (found,) = doctest.DocTestFinder(recurse=False).find(getattr(eq, name), name, globs={})
    said = io.StringIO()
    assert found.examples
    assert doctest.DocTestRunner(verbose=False).run(found, out=said.write).failed == 0, said.getvalue()
