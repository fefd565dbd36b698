"""Count the lines of code of the package, without blank lines, docstrings and comments: ``python builders/code_lines.py``.

With a commit, such as ``3e522a8``, it prints what each commit since then has added or taken away, room by room.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
INSIDE = "src/equipoise"
PACKAGE = ROOT / INSIDE
CODE = (".py", ".pyi")


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


def code_lines(text: str) -> int:
    """Return how many lines of code a source has."""
    prose = prose_lines(ast.parse(text))
    said = (line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in prose)
    return sum(bool(line) and not line.startswith("#") for line in said)


def room_of(inside: Path) -> str:
    """Return the folder of the package in which a file lies; ``.`` for those in none."""
    return inside.parts[0] if len(inside.parts) > 1 else "."


def by_room(folder: Path = PACKAGE) -> dict[str, int]:
    """Return the lines of code of each folder of the package, largest first."""
    rooms: Counter[str] = Counter()
    for path in (each for each in folder.rglob("*") if each.suffix in CODE):
        rooms[room_of(path.relative_to(folder))] += code_lines(path.read_text(encoding="utf-8"))
    return dict(rooms.most_common())


def git(*words: str) -> str:
    """Return what git says; nothing where it fails, as for a file that a commit lacks."""
    return subprocess.run(("git", *words), cwd=ROOT, capture_output=True, text=True, check=False).stdout


def changes(since: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield each commit after ``since`` with its subject, and by how many lines of code it changed each room."""
    for commit in git("rev-list", "--reverse", "--first-parent", f"{since}..HEAD").split():
        rooms: Counter[str] = Counter()
        for name in git("diff", "--name-only", "--no-renames", f"{commit}^", commit, "--", INSIDE).split():
            if name.endswith(CODE):
                after, before = (code_lines(git("show", f"{one}:{name}")) for one in (commit, f"{commit}^"))
                rooms[room_of(Path(name).relative_to(INSIDE))] += after - before
        yield git("log", "-1", "--format=%h %s", commit).strip(), {k: n for k, n in rooms.items() if n}


def main(since: str = "") -> None:
    """Print the lines of each room, or the changes since a commit."""
    if since:
        for commit, rooms in changes(since):
            print(f"{sum(rooms.values()):+6,}  {commit}  {' '.join(f'{k}{n:+}' for k, n in rooms.items())}")
        return
    counts = by_room()
    for room, lines in counts.items():
        print(f"{lines:7,} {room}")
    print(f"{sum(counts.values()):7,} in all")


if __name__ == "__main__":
    main(*sys.argv[1:2])
