"""Build the interactive page from page/ into the package, or check that what is kept is what the sources make.

    builders/page.py build     install (npm ci), check types, build into src/equipoise/present/bundle
    builders/page.py check     build elsewhere and compare; exit 1 when it differs

Needs Node 20 or newer; users of the package need neither this nor Node.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from kept import keep

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "page"
BUNDLE = ROOT / "src/equipoise/present/bundle"
STAMP = "sources.sha256"
"""Holds the hash of the sources that the kept bundle was built from, so that a stale one shows without Node."""


def source_hash() -> str:
    """Return one hash over every file that the bundle depends on."""
    names = ["package.json", "package-lock.json", "svelte.config.js", "tsconfig.json", "vite.config.ts"]
    files = [SOURCE / name for name in names] + sorted((SOURCE / "src").rglob("*"))
    digest = hashlib.sha256()
    for path in (f for f in files if f.is_file()):
        digest.update(path.relative_to(SOURCE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build(out: Path) -> None:
    """Install, check and build into ``out``."""
    for words in (
        ["npm", "ci", "--silent"],
        ["npm", "run", "--silent", "check"],
        ["npm", "run", "--silent", "build"],
    ):
        subprocess.run(words, cwd=SOURCE, check=True, env={**os.environ, "OUT": str(out)}, stdout=sys.stderr)
    (out / STAMP).write_text(source_hash() + "\n")


def main(command: str) -> int:
    """Do as asked; return the exit code."""
    return keep(command, build, BUNDLE, what="page", script="builders/page.py")


if __name__ == "__main__":
    sys.exit(
        main(sys.argv[1] if len(sys.argv) == 2 and sys.argv[1] in ("build", "check") else sys.exit(__doc__))
    )
