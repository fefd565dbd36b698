"""The house as the architecture draws it: no import cycles, short files, tests that mirror the sources."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/equipoise"
LONGEST = 400
"""Lines of a file."""


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph("equipoise", cache_dir=None, exclude_type_checking_imports=True)
    imports = {m: graph.find_modules_directly_imported_by(m) - {"equipoise"} for m in graph.modules}
    del imports["equipoise"]  # its names are loaded when they are first asked for
    TopologicalSorter(imports).prepare()


def test_no_source_of_the_page_imports_itself_by_way_of_others():
    folder = ROOT / "page/src"
    sources = [path for kind in ("ts", "svelte") for path in folder.rglob(f"*.{kind}")]
    imports = {path: set(imported_by(path)) for path in sources}
    assert sum(map(len, imports.values())) > len(sources)
    TopologicalSorter(imports).prepare()


def imported_by(path):
    """Yield the sources that a source of the page imports, but for types alone."""
    said = re.findall(
        r'^\s*import\s+(?!type\b)[^;"\']*["\'](\.[^"\']+)["\']', path.read_text("utf-8"), re.MULTILINE
    )
    for name in said:
        found = (path.parent / name).resolve()
        yield found if found.is_file() else found.with_name(f"{found.name}.ts")


@pytest.mark.parametrize("folder", ["src", "page/src", "tests", "validation", "benchmarks", "builders"])
def test_no_file_is_long(folder):
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for kind in ("py", "ts", "svelte", "css")
        for path in (ROOT / folder).rglob(f"*.{kind}")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_the_folders_of_tests_mirror_rooms():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert {path.name for path in (ROOT / "tests/mirror").iterdir() if path.is_dir()} <= rooms


def imported_by_tests():
    """Return the modules that test modules import by name."""
    names = set()
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_every_module_of_physics_has_a_test_module_or_is_imported_by_one():
    modules = {
        "equipoise." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in (PACKAGE / "physics").rglob("*.py")
        if path.name != "__init__.py" and not (ROOT / f"tests/mirror/physics/test_{path.stem}.py").exists()
    }
    assert modules - imported_by_tests() == set()
