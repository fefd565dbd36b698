"""A hash of files notices every edit, rename and new file, and nothing that an interpreter leaves beside them."""

import pytest

from equipoise.foundation.hashing import hash_of_files, source_files


@pytest.fixture
def folder(tmp_path):
    for name in ("present/words.py", "geography/data/people.npz", "page.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def key(folder):
    return hash_of_files(folder, source_files(folder))


def test_every_file_counts_whatever_its_kind(folder):
    known = {key(folder)}
    for name in ("present/words.py", "geography/data/people.npz", "page.js", "new"):
        (folder / name).write_bytes(b"changed")
        known.add(key(folder))
    (folder / "new").rename(folder / "renamed")
    assert len(known | {key(folder)}) == 6


def test_compiled_sources_do_not_count(folder):
    before = key(folder)
    (folder / "present" / "__pycache__").mkdir()
    (folder / "present" / "__pycache__" / "words.pyc").write_bytes(b"x")
    assert key(folder) == before
