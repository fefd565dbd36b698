"""The page on faults names a test for every line, and every test that it names is there."""

import re
from pathlib import Path

from command_line import tree

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


def leaves(group, before=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, (*before, name))
        else:
            yield " ".join((*before, name))


def test_every_command_stands_in_the_table():
    # A name alone goes on with the group of the one before it.
    told = set()
    for row in (
        line.split("|")[1] for line in PAGE.split("## By command")[1].splitlines() if line.startswith("| `")
    ):
        group = ""
        for name in re.findall(r"`([^`]+)`", row):
            words = name.split(" --")[0].split()
            group = words[0] if len(words) > 1 and words[0] in GROUPS else group
            told |= {" ".join(words), " ".join((group, *words)).strip()}
    assert set(leaves(tree())) - told == set()


GROUPS = {name for name, command in tree().commands.items() if hasattr(command, "commands")}
