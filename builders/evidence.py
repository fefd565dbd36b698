"""Compute every published number again and keep the result with the package: ``python builders/evidence.py DATE``.

Writes ``evidence.csv`` and ``evidence_studies.csv`` in ``src/equipoise/results/data`` and puts this version, with DATE (YYYY-MM-DD), into
``evidence_history.csv``. Run it before a release, and after a change that moves numbers for a reason that can be said.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from equipoise import __version__
from equipoise.published import STUDIES, published
from equipoise.results import evidence

FOLDER = Path(__file__).resolve().parent.parent / "src/equipoise/results/data"


def main(day: str) -> None:
    """Write the tables."""
    found = published(list(STUDIES), lambda title: print(title, file=sys.stderr))
    for w in evidence.worse(found, evidence.kept()):
        print(f"{w.study}: {w.what}: {w.was} ({w.ours[0]}) -> {w.now} ({w.ours[1]})")
    evidence.write(found, FOLDER, version=__version__, day=date.fromisoformat(day).isoformat())


if __name__ == "__main__":
    main(sys.argv[1])
