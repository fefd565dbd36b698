"""Docstrings are contracts: every argument of a public function has its meaning and unit stated, every array its shape."""

import ast
import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src/equipoise"
ROOMS = ("physics", "engagement", "analysis")
UNIT = re.compile(
    r"_(m|s|rad|deg|kg|km|km2|m_s|km_s|m_s2|m2|kg_m2|kg_m3|m3_s2|rad_s|w|k|db|n)$",
)
"""An argument whose name ends so says its unit itself."""
SHAPE = re.compile(r"\((\.{3}, ?)?(\w+[ *+\d]*(, ?|\)))+|:(func|mod|class):`")
"""A shape such as (n, 3), or whose contract holds it."""
PLAIN = {"date", "tuple", "list", "dict"}
ARRAY = re.compile(r"ndarray|NDArray")


def is_record(annotation):
    """Return whether an argument is a record, or several: it is documented with the record."""
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)} if annotation else set()
    return (
        bool(names) and all(n in PLAIN or n[0].isupper() for n in names) and not {"Any", "Callable"} & names
    )


def undocumented(function):
    """Return the arguments that a function's docstring does not name, and that do not speak for themselves."""
    text = ast.get_docstring(function) or ""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return [
        a.arg
        for a in arguments
        if not UNIT.search(a.arg) and not is_record(a.annotation) and not re.search(rf"\b{a.arg}\b", text)
    ]


def arrays_without_shape(function):
    """Return whether a function takes or gives arrays and its docstring states no shape."""
    stated = [function.returns, *(a.annotation for a in (*function.args.args, *function.args.kwonlyargs))]
    has_arrays = any(node is not None and ARRAY.search(ast.unparse(node)) for node in stated)
    return has_arrays and not SHAPE.search(ast.get_docstring(function) or "")


@pytest.mark.parametrize(
    "path",
    sorted(path for room in ROOMS for path in (SOURCES / room).rglob("*.py")),
    ids=lambda p: p.relative_to(SOURCES).as_posix(),
)
def test_public_functions_state_their_arguments_and_shapes(path):
    functions = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert {f.name: undocumented(f) for f in functions if undocumented(f)} == {}
    assert [f.name for f in functions if arrays_without_shape(f)] == []
