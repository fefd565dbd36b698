"""Certificates with question files, of which one was changed and both were sealed anew: one verdict from Python and Rust."""

from __future__ import annotations

import contextlib
import io
import json
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from equipoise.checkers.certificate.reading import seal
from equipoise.checkers.command import main
from validation.second_checker import ROOT, build, decimals, places

FOLDER = ROOT / "tests/data/questions"
NAMES = ("plain", "disc", "suspended", "out-of-reach")
PAIRS = 1000


def rows() -> list[dict[str, Any]]:
    """Return how many pairs get one verdict from both; without cargo, one row that says so."""
    checker = build()
    if checker is None:
        return [_row("cargo", "cargo is not installed: nothing was compared", 0, None, None)]
    verdicts = list(compare(checker, PAIRS))
    alike = sum(ours == theirs for _, ours, theirs in verdicts)
    accepted = sum(ours == theirs == 0 for _, ours, theirs in verdicts)
    what = f"of {PAIRS} certificates with a question, one of them changed, one verdict"
    return [
        _row("alike", what, alike, PAIRS, alike == PAIRS),
        _row("accepted", "of these, accepted by both", accepted, None, None),
    ]


def _row(name: str, what: str, value: float, bar: float | None, holds: bool | None) -> dict[str, Any]:
    source = "checkers/rust, changed pairs of tests/data/questions, seeds from 0"
    kept = {"value": value, "unit": "1", "bar": bar, "holds": holds, "source": source}
    return {"id": f"question_pairs.{name}", "what": what, **kept}


def compare(checker: Path, count: int) -> Iterator[tuple[str, int, int]]:
    """Yield for each of ``count`` pairs what it was made of, and the exit codes of both checkers."""
    for seed in range(count):
        dice = random.Random(seed)
        name = dice.choice(NAMES)
        yield f"{seed} {name}", *judged(checker, *changed(name, dice))


def judged(checker: Path, certificate: dict[str, Any], question: dict[str, Any]) -> tuple[int, int]:
    """Return the exit codes of both checkers, that in Python first, on a certificate as the answer to a question."""
    with tempfile.TemporaryDirectory() as folder:
        proof, asked = Path(folder) / "proof.json", Path(folder) / "asked.json"
        proof.write_text(json.dumps(certificate))
        asked.write_text(json.dumps(question))
        words = [str(proof), "--question", str(asked)]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            ours = main(["certificate", *words])
        return ours, subprocess.run([checker, *words], capture_output=True, check=False).returncode


def changed(name: str, dice: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a certificate and its question, one value of the statement or of the question changed, both sealed anew."""
    certificate, question = (
        json.loads((FOLDER / f"{name}.{kind}.json").read_text()) for kind in ("certificate", "question")
    )
    statement = certificate["statement"]
    _change(question if dice.random() < 0.7 else statement, dice)
    seal_both(certificate, question)
    return certificate, question


def seal_both(certificate: dict[str, Any], question: dict[str, Any]) -> None:
    """Write the hashes of both anew."""
    statement = certificate["statement"]
    if isinstance(statement.get("question"), dict):
        statement["question"]["sha256"] = seal(question)
    certificate["sha256"] = seal({key: certificate[key] for key in ("format", "statement", "trees")})


def _change(document: dict[str, Any], dice: random.Random) -> None:
    if dice.random() < 0.6:
        owner, key = dice.choice(list(decimals(document)))
        value = float(owner[key])
        written = (
            f"{value * dice.uniform(0.97, 1.03):.6f}",
            f"{value + dice.gauss(0, 0.05):.4f}",
            f"{value:.1f}",
            f"{-value:g}",
        )
        owner[key] = dice.choice((*written, f"{value + 1e-7:.9f}", "0" + owner[key], "-0", "nan", "1e3", ""))
        return
    owner, key = dice.choice(list(places(document)))
    odd = dice.choice(("", "x", [], {}, None, True, 5, ["1", "2"], "\u00e9"))
    act = dice.randrange(3)
    if act == 0:
        del owner[key]
    elif act == 1:
        owner[key] = odd
    elif isinstance(owner, list):
        owner.insert(key, owner[dice.randrange(len(owner))])
    else:
        owner["note"] = odd
