"""The checker in Rust: the vectors of docs/certificate.md, and one verdict with the checker in Python on mutants."""

import json
import subprocess
from pathlib import Path

from validation.second_checker import compare

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/data/certificates"
REASONS = json.loads((FOLDER / "reasons.json").read_text())


def test_the_verdicts_on_the_vectors(rust_checker):
    files = [str(FOLDER / name) for name in sorted(REASONS)]
    done = subprocess.run([rust_checker, *files], capture_output=True, text=True, check=False)
    verdicts = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert len(verdicts) == len(REASONS) == 103
    for file, verdict in verdicts.items():
        assert verdict.startswith("accepted" if "/accepted/" in file else "rejected: "), (file, verdict)


def test_an_accepted_file_is_put_in_words(rust_checker):
    done = subprocess.run(
        [rust_checker, FOLDER / "accepted/disc.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    # Everything that the claim depends on; a reader of the page once did not see the areas, the assumptions or the question.
    for said in (
        "at most 5500 m/s",
        "Sites in geocentric degrees: 45 to 52 N, 20 to 30 E",
        "1000000 m of 54, 40",
        'party "blue"',
    ):
        assert said in done.stdout
    assert done.stdout.count("Assumed: ") == done.stdout.count("Not covered: ") == 6
    assert "The question was NOT compared" in done.stdout


def test_a_file_that_is_not_there_is_no_verdict(rust_checker, tmp_path):
    done = subprocess.run([rust_checker, tmp_path / "none.json"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "none.json" in done.stderr


def test_one_verdict_on_300_mutants(rust_checker):
    verdicts = list(compare(rust_checker, 300, small_only=True))
    assert [(what, ours, theirs) for what, ours, theirs in verdicts if ours != theirs] == []
    assert 40 < sum(ours for _, ours, _ in verdicts) < 260
