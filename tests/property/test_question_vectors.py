"""Certificates and the question files that they answer, and pairs of which one lies: one verdict from both checkers."""

import contextlib
import io
import json
import subprocess
from pathlib import Path

import pytest
from validation.question_pairs import compare
from validation.second_checker import build

from equipoise.checkers.command import main

FOLDER = Path(__file__).parents[2] / "tests/data/questions"
REASONS = json.loads((FOLDER / "reasons.json").read_text())
ALONE_ACCEPTED = 30
"""More of the certificates than this are accepted without a question: only the comparison shows the lie."""


def asked(name):
    own = FOLDER / f"{name}.question.json"
    return own if own.exists() else FOLDER / "plain.question.json"


def accepted_by_ours(*words):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main(["certificate", *map(str, words)])


@pytest.mark.parametrize("name", sorted(REASONS))
def test_a_pair_is_accepted_or_rejected_as_listed(name):
    certificate = FOLDER / f"{name}.certificate.json"
    expected = 0 if REASONS[name]["accepted"] else 1
    assert accepted_by_ours(certificate, "--question", asked(name)) == expected


def test_the_checker_in_rust_gives_the_same_verdicts():
    checker = build()
    if checker is None:
        pytest.skip(
            "cargo is not installed: the checker in Rust was not built, and nothing was compared with it"
        )
    wrong = {}
    for name in REASONS:
        certificate = FOLDER / f"{name}.certificate.json"
        command = [checker, certificate, "--question", asked(name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != (0 if REASONS[name]["accepted"] else 1):
            wrong[name] = done.stdout + done.stderr
    assert wrong == {}


def test_one_verdict_on_60_changed_pairs():
    checker = build()
    if checker is None:
        pytest.skip(
            "cargo is not installed: the checker in Rust was not built, and nothing was compared with it"
        )
    verdicts = list(compare(checker, 60))
    assert [(what, ours, theirs) for what, ours, theirs in verdicts if ours != theirs] == []
    assert 3 < sum(ours == 0 for _, ours, _ in verdicts) < 57


def test_most_lies_are_true_of_the_statement_and_false_of_the_question():
    names = [name for name, reason in REASONS.items() if not reason["accepted"]]
    alone = [name for name in names if accepted_by_ours(FOLDER / f"{name}.certificate.json") == 0]
    assert len(names) >= 40
    assert len(alone) >= ALONE_ACCEPTED
