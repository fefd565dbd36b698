"""Rules of the house that the sources show: one way to tables, libraries by their front door, clocks and chance as arguments."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src/equipoise"
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
CLOCKS_AND_CHANCE = re.compile(
    r"\btime\.time\(|\bdatetime\.now\(|\bdate\.today\(|\bdefault_rng\(\)|\brandom\.(seed|random|randint|choice)\("
)
GIVEN = (
    "physics/",
    "numerics/",
    "engagement/",
    "flights/",
    "analysis/",
    "scenario/",
    "model/",
    "results/",
    "present/",
)
"""Rooms in which a clock and a generator of chance are arguments."""  # fmt: skip
TRICKS = re.compile(r"\bos\._exit\b|\bpthread_sigmask\b|\bos\.fork\b|\bimport pickle\b|\beval\(|\bexec\(")


def test_tables_of_a_scenario_are_read_in_its_own_room_alone():
    assert [n for n, text in SOURCES.items() if ".tables[" in text and not n.startswith("scenario/")] == []


def test_no_trick_of_processes_and_no_code_from_data():
    assert {n: found for n, text in SOURCES.items() if (found := TRICKS.findall(text))} == {}


def test_clocks_and_chance_are_arguments():
    said = {n: CLOCKS_AND_CHANCE.findall(text) for n, text in SOURCES.items() if n.startswith(GIVEN)}
    assert {n: found for n, found in said.items() if found} == {}


def is_private(name):
    return name.startswith("_") and not name.startswith("__") and name != "_typeshed"  # it is made for us


def private_parts(tree):
    """Return the private names that a module takes from the modules it imports, ours excepted."""
    others, found = set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            others |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            found += [alias.name for alias in node.names if any(map(is_private, alias.name.split(".")))]
        elif isinstance(node, ast.ImportFrom) and not node.level and not node.module.startswith("equipoise"):
            names = [*node.module.split("."), *(alias.name for alias in node.names)]
            others |= {alias.asname or alias.name for alias in node.names}
            found += [node.module for name in names if is_private(name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            base = node.value
            while isinstance(base, ast.Attribute):
                base = base.value
            found += [ast.unparse(node)] if isinstance(base, ast.Name) and base.id in others else []
    return found


@pytest.mark.parametrize(
    "source", ["import numpy as np\nnp._x", "from a import _b", "import a.b\na.b._c()", "import a._b"]
)
def test_a_private_part_is_found(source):
    assert private_parts(ast.parse(source))


def test_libraries_are_used_by_their_public_parts_alone():
    found = {name: private_parts(ast.parse(text)) for name, text in SOURCES.items()}
    assert {name: parts for name, parts in found.items() if parts} == {}
