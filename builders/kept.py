"""What builders of kept files share: build into the tree, or build elsewhere and compare."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path


def differences(a: Path, b: Path) -> list[str]:
    """Return the names of files that are not the same in both folders."""
    names = {p.name for folder in (a, b) for p in folder.iterdir()}
    return sorted(
        n
        for n in names
        if not ((a / n).is_file() and (b / n).is_file() and (a / n).read_bytes() == (b / n).read_bytes())
    )


def keep(command: str, build: Callable[[Path], None], kept: Path, *, what: str, script: str) -> int:
    """Build into ``kept``, or with the command ``check`` elsewhere, and say whether it is the same; return the exit code."""
    if command == "build":
        build(kept)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "built"
        build(made)
        stale = differences(made, kept)
    if stale:
        print(f"stale: {', '.join(stale)}; run {script} build")
        return 1
    print(f"the kept {what} is what its sources make")
    return 0
