"""Random changes of bytes in certificates, logs and sweeps: each is one line on reading, or changes nothing that is read.

``EQUIPOISE_DAMAGES`` is the number of changes of each kind of file, ``EQUIPOISE_DAMAGE_SEED`` the seed.
"""

import json
import os
import random
from pathlib import Path

import numpy as np
import pytest

from equipoise.checkers.certificate.verify import Rejected, check, read
from equipoise.checkers.exchange_log import verify
from equipoise.compute.folder import JobFolder, create, finished_parts, read_job, whole_parts
from equipoise.compute.job import Job
from equipoise.foundation.errors import StoredResultError
from equipoise.model.notices import instruments
from equipoise.results.tables import read_table

COUNT = int(os.environ.get("EQUIPOISE_DAMAGES", "150"))
SEED = int(os.environ.get("EQUIPOISE_DAMAGE_SEED", "1"))
DATA = Path(__file__).parents[1] / "data"
SMALL = ("plain", "short", "two-cells", "no-margin")
"""Certificates that the checker judges within a tenth of a second."""


def damaged(whole, draw):
    """Return the bytes with one change: a bit, a byte, a cut, a gap, something more, or two stretches exchanged."""
    place, other = draw.randrange(len(whole)), draw.randrange(len(whole))
    first, last = sorted((place, other))
    return draw.choice(
        (
            lambda: whole[:place] + bytes([whole[place] ^ 1 << draw.randrange(8)]) + whole[place + 1 :],
            lambda: whole[:place] + bytes([draw.randrange(256)]) + whole[place + 1 :],
            lambda: whole[:place] + draw.choice(b"0123456789").to_bytes(1) + whole[place + 1 :],
            lambda: whole[:place],
            lambda: whole[:place] + whole[place + draw.randrange(1, 9) :],
            lambda: whole[:place] + draw.randbytes(draw.randrange(1, 9)) + whole[place:],
            lambda: whole[last:] + whole[first:last] + whole[:first],
        )
    )()


def accepted(refusal, made):
    """Return what a reader makes of a file; None when it refuses it, which takes one line."""
    try:
        return made()
    except refusal as error:
        said = str(error)
    assert len(said.splitlines()) == 1
    return None


def test_no_change_of_a_certificate_is_accepted_in_silence(tmp_path):
    draw, path = random.Random(SEED), tmp_path / "certificate.json"
    texts = [(DATA / "certificates" / "accepted" / f"{name}.json").read_bytes() for name in SMALL]
    for _ in range(COUNT):
        whole = draw.choice(texts)
        path.write_bytes(damaged(whole, draw))
        if accepted(Rejected, lambda: check(read(path))):
            assert json.loads(path.read_bytes()) == json.loads(whole)


def test_no_change_of_a_log_holds_in_silence(tmp_path):
    draw = random.Random(SEED)
    logs = {party: DATA / "exchange_logs" / "logs" / f"holds-{party}.jsonl" for party in "ab"}
    sealed = {
        row["party"]: row["leaves"] - row["unsealed_leaves"]
        for row in verify(logs["a"], logs["b"], duties=instruments()).logs
    }
    parties = dict(zip("ab", sealed, strict=True))
    for _ in range(COUNT):
        party = draw.choice("ab")
        whole = logs[party].read_bytes()
        changed = tmp_path / logs[party].name
        changed.write_bytes(damaged(whole, draw))
        report = verify(*(changed if p == party else logs[p] for p in "ab"), duties=instruments())
        assert all(
            len(line.splitlines()) == 1 for line in (*report.breaches, *report.unreadable, *report.advisories)
        )
        if report.holds:  # only what no head vouches for yet, as the report itself says
            kept = sealed[parties[party]]
            assert changed.read_bytes().splitlines()[:kept] == whole.splitlines()[:kept]


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweep") / "folder"
    job = Job("sweep", "toy", "none:none", {"scale": 1.0}, 40, 4, {"version": "9.9", "command": "made"}, "")
    create(path, job)
    folder = JobFolder(path, job)
    for chunk in range(job.chunks):
        rows = np.arange(*job.bounds(chunk))
        folder.record(chunk, {"row": rows, "half": rows / 2.0}, seconds=0.5, worker="here")
    folder.close()
    return path


def values(path):
    """Return what a sweep says: its description and the rows of its parts, in their order."""
    columns = [read_table(part) for part in whole_parts(path)]
    return read_job(path), [
        row for column in columns for row in zip(column["row"], column["half"], strict=True)
    ]


def test_no_change_of_a_sweep_is_read_in_silence(sweep):
    draw, (job, rows) = random.Random(SEED), values(sweep)
    files = sorted(path for path in sweep.rglob("*") if path.is_file() and path.stat().st_size)
    assert {path.suffix for path in files} == {".json", ".jsonl", ".parquet"}
    for _ in range(COUNT):
        path = draw.choice(files)
        whole = path.read_bytes()
        path.write_bytes(damaged(whole, draw))
        if found := accepted(StoredResultError, lambda: values(sweep)):
            assert found[0] == job
            chunks = [rows[at : at + 4] for at in range(0, 40, 4)]
            left = [found[1][at : at + 4] for at in range(0, len(found[1]), 4)]
            assert left == [
                chunk for chunk in chunks if chunk in left
            ]  # a line that does not fit counts for nothing
            assert len(left) == len(finished_parts(sweep))
        path.write_bytes(whole)
    assert values(sweep) == (job, rows)
