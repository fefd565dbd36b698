"""Count the lines of code below a folder, without blank lines, docstrings and comments: ``python builders/code_lines.py [FOLDER]``."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src/equipoise"


def prose_lines(tree: ast.Module) -> set[int]:
    """Return the numbers of the lines that docstrings take, those that stand behind a constant or a field included."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        for line in range(statement.lineno, statement.end_lineno + 1)
    }


def code_lines(path: Path) -> int:
    """Return how many lines of code a file has."""
    text = path.read_text(encoding="utf-8")
    prose = prose_lines(ast.parse(text))
    said = (line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in prose)
    return sum(bool(line) and not line.startswith("#") for line in said)


def by_room(folder: Path = PACKAGE) -> dict[str, int]:
    """Return the lines of code of each folder of the package, largest first; ``.`` holds its own files."""
    rooms: Counter[str] = Counter()
    for path in folder.rglob("*.py"):
        inside = path.relative_to(folder).parts
        rooms[inside[0] if len(inside) > 1 else "."] += code_lines(path)
    return dict(rooms.most_common())


if __name__ == "__main__":
    counts = by_room(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE)
    for room, lines in counts.items():
        print(f"{lines:7,} {room}")
    print(f"{sum(counts.values()):7,} in all")
