"""The list of what the Coq files take as given is whole, and so is that of what they prove."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "checkers/coq"
SOURCE = "\n".join(path.read_text() for path in sorted(FOLDER.glob("*.v")))
TAKEN, PROVED = (FOLDER / "README.md").read_text().split("| proved |")


def names(text):
    return set(
        re.findall(
            r"`(\w+)`", "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
        )
    )


def test_every_axiom_is_listed_by_name():
    assert names(TAKEN) == set(re.findall(r"^Axiom (\w+)", SOURCE, re.MULTILINE))


def test_every_lemma_that_is_called_proved_has_a_proof():
    proofs = dict(re.findall(r"^Lemma (\w+)(.*?)\bQed\.", SOURCE, re.MULTILINE | re.DOTALL))
    helpers = {"half_angles", "in_range", "turned_bounds"}
    assert names(PROVED) == set(re.findall(r"^Lemma (\w+)", SOURCE, re.MULTILINE)) - helpers
    assert set(proofs) == names(PROVED) | helpers
    assert not re.search(r"\b(?:Admitted|admit|Abort)\b", SOURCE)
