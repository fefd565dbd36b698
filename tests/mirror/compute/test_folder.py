"""A job's folder: what counts is durable and whole, what is damaged is found, clients do not disturb each other."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from equipoise.compute.folder import DisagreementError, JobFolder, create, read_job
from equipoise.compute.job import Job
from equipoise.foundation.errors import StoredResultError


def columns(job, chunk):
    row = np.arange(*job.bounds(chunk))
    return {"row": row, "y": np.sin(row * 0.37), "fault": np.array(["", "é"] * 10, dtype=object)[: row.size]}


def fill(folder, chunks=None):
    for chunk in range(folder.job.chunks) if chunks is None else chunks:
        folder.record(chunk, columns(folder.job, chunk), seconds=0.1, worker="w")


def test_chunks_cover_every_row_once(make_job):
    job = make_job(rows=100, chunk_rows=7)
    rows = [row for chunk in range(job.chunks) for row in range(*job.bounds(chunk))]
    assert rows == list(range(100))


def test_another_client_sees_what_one_has_recorded(make_job, open_folder):
    mine, yours = open_folder(make_job()), open_folder(make_job())
    fill(mine, [3, 5])
    assert not yours.entries
    yours.refresh()
    assert sorted(yours.entries) == [3, 5]
    fill(mine, [4])
    yours.refresh()
    assert sorted(yours.entries) == [3, 4, 5]
    assert yours.rows_done == 21


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "empty"])
def test_a_damaged_part_is_found_and_computed_again_with_the_same_bytes(make_job, open_folder, harm):
    folder = open_folder(make_job())
    fill(folder)
    part = folder.part(6)
    whole = part.read_bytes()
    if harm == "flip":
        part.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    elif harm == "cut":
        part.write_bytes(whole[:-9])
    elif harm == "empty":
        part.write_bytes(b"")
    else:
        part.unlink()
    assert folder.drop_damaged() == [6]
    assert not folder.is_complete
    fill(folder, [6])
    assert folder.is_complete
    assert part.read_bytes() == whole
    assert folder.drop_damaged() == []


def test_a_journal_line_cut_short_was_never_counted(make_job, open_folder):
    folder = open_folder(make_job())
    fill(folder, [0, 1, 2])
    (journal,) = (folder.path / "journal").glob("*.jsonl")
    journal.write_bytes(journal.read_bytes()[:-20])
    later = JobFolder(folder.path, folder.job)
    assert sorted(later.entries) == [0, 1]
    later.close()


def test_the_same_chunk_with_other_values_is_an_alarm(make_job, open_folder):
    folder = open_folder(make_job())
    fill(folder, [2])
    other = columns(folder.job, 2)
    other["y"] = other["y"] + 1e-15
    with pytest.raises(DisagreementError, match="chunk 2 was computed twice with different results"):
        folder.record(2, other, seconds=0.1, worker="w")


def test_a_claim_holds_against_other_processes_and_dies_with_its_owner(make_job, open_folder):
    folder = open_folder(make_job())
    script = (
        "import sys; from pathlib import Path; from equipoise.compute.folder import JobFolder, read_job\n"
        "p = Path(sys.argv[1]); f = JobFolder(p, read_job(p)); print(f.claim(4), f.claim(5), flush=True); input()"
    )
    command = [sys.executable, "-c", script, str(folder.path)]
    assert folder.claim(4)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "False True\n"
        assert not folder.claim(5)
        (folder.path / "parts" / ".00000005.abcd.part").touch()
        other.kill()
        other.wait()
        assert folder.claim(5)
    assert not list((folder.path / "parts").glob(".*")), "what the dead client left is swept away"


def test_of_two_creators_one_wins_and_the_job_stays(make_job, tmp_path):
    first, second = make_job(rows=10), make_job(rows=20)
    assert create(tmp_path / "s", first)
    assert not create(tmp_path / "s", second)
    assert read_job(tmp_path / "s") == first
    assert sorted(os.listdir(tmp_path / "s")) == ["job.json", "journal", "parts"]


def test_the_identity_ignores_how_rows_are_cut_and_nothing_else(make_job):
    job = make_job()
    assert replace(job, chunk_rows=50).identity == job.identity
    assert replace(job, provenance={}).identity == job.identity
    changes = [{"rows": 101}, {"spec": {"scale": 0.38}}, {"code": "x"}, {"runner": "a:b"}]
    assert len({replace(job, **change).identity for change in changes} | {job.identity}) == 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 0}, "format 0, written by Equipoise 9.9.*make it again"),
        ({"format": 2}, "format 2, written by Equipoise 9.9.*that version or a later one"),
        ({"rows": 101}, "changed by hand"),
        ({"rows": None, "extra": 1}, "damaged"),
    ],
)
def test_a_job_that_cannot_be_gone_on_with_says_why(make_job, tmp_path, change, words):
    create(tmp_path, make_job())
    file = tmp_path / "job.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(StoredResultError, match=words):
        read_job(tmp_path)


def test_a_folder_without_a_job_is_named(tmp_path):
    with pytest.raises(StoredResultError, match=r"job\.json: cannot be read"):
        read_job(tmp_path)


def test_a_job_comes_back_from_its_file_as_it_was(make_job, tmp_path):
    job = make_job(grid=[1, 2.5, "é"])
    create(tmp_path, job)
    back = read_job(tmp_path)
    assert isinstance(back, Job)
    assert back.identity == job.identity
