"""The test vectors of docs/certificate.md: what is to be accepted is, and what is to be rejected is."""

import json
from pathlib import Path

import pytest

from equipoise.checkers.certificate import statement as checked
from equipoise.checkers.certificate.verify import Rejected, check, read

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/data/certificates"
REASONS = json.loads((FOLDER / "reasons.json").read_text())


def test_there_are_32_accepted_and_71_rejected_each_with_a_reason():
    files = {f"{p.parent.name}/{p.name}" for p in FOLDER.glob("*/*.json")}
    assert files == set(REASONS)
    assert sum(name.startswith("accepted/") for name in files) == 32
    assert sum(name.startswith("rejected/") for name in files) == 71


@pytest.mark.parametrize("name", sorted(REASONS))
def test_the_verdict_on_a_vector(name):
    if name.startswith("accepted/"):
        assert check(read(FOLDER / name)).decided > 0
    else:
        with pytest.raises(Rejected):
            check(read(FOLDER / name))


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\xc2\xa0", b"[" * 100_000])
def test_what_stands_before_the_table_is_refused_but_for_white_space(before, tmp_path):
    # A byte-order mark was once read past, which another checker need not do.
    text, path = (FOLDER / "accepted/two-cells.json").read_bytes(), tmp_path / "file.json"
    path.write_bytes(b" \n\t" + text)
    assert read(path)
    path.write_bytes(before + text)
    with pytest.raises(Rejected):
        read(path)


def test_checker_and_specification_have_the_same_words():
    text = (ROOT / "docs/certificate.md").read_text()
    for sentence in (*checked.ASSUMPTIONS, *checked.NOT_COVERED):
        assert sentence in text
