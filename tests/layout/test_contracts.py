"""Docstrings of physics are contracts: every argument of a public function has its meaning and unit stated."""

import ast
import re
from pathlib import Path

import pytest

PHYSICS = Path(__file__).parents[2] / "src/equipoise/physics"
UNIT = re.compile(r"_(m|s|rad|kg|m_s|m_s2|m2|kg_m2|kg_m3|m3_s2|rad_s|w|k|db|n)$")
"""An argument whose name ends so says its unit itself."""
RECORD = re.compile(r"[A-Z]\w+")
"""An argument that is a record is documented with the record."""


def undocumented(function):
    """Return the arguments that a function's docstring does not name, and that do not speak for themselves."""
    text = ast.get_docstring(function) or ""
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return [
        a.arg
        for a in arguments
        if not UNIT.search(a.arg)
        and not (a.annotation and RECORD.fullmatch(ast.unparse(a.annotation)))
        and not re.search(rf"\b{a.arg}\b", text)
    ]


@pytest.mark.parametrize(
    "path", sorted(PHYSICS.rglob("*.py")), ids=lambda p: p.relative_to(PHYSICS).as_posix()
)
def test_public_functions_state_their_arguments(path):
    functions = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert {f.name: undocumented(f) for f in functions if undocumented(f)} == {}
