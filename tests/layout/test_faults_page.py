"""The page on faults names a test for every line, and every test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")


def test_every_named_test_is_there():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"^def (test_\w+)\(", sources, flags=re.M))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named - known == set()
    assert len(named) > 30


def test_every_letter_of_the_table_stands_for_a_test():
    cells = [
        cell.strip() for line in PAGE.splitlines() if line.startswith("| `") for cell in line.split("|")[2:-1]
    ]
    used = {letter for cell in cells for letter in re.findall(r"\b[A-Z]\b", cell)}
    explained = set(re.findall(r"^\| ([A-Z]) \| `test_", PAGE, flags=re.M))
    assert used == explained
