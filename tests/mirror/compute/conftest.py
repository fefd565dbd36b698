"""Jobs of the toy runner, which worker processes must be able to import."""

import os
import sys
from pathlib import Path

import pytest

from equipoise.compute.folder import JobFolder, create
from equipoise.compute.job import Job, code_hash

HERE = str(Path(__file__).parent)


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", HERE + os.pathsep + os.environ.get("PYTHONPATH", ""))
    monkeypatch.syspath_prepend(HERE)
    yield
    sys.modules.pop("toy_runner", None)


@pytest.fixture
def make_job():
    def make(rows=100, chunk_rows=7, **spec):
        return Job(
            kind="toy",
            title="A toy",
            runner="toy_runner:prepare",
            spec={"scale": 0.37, **spec},
            rows=rows,
            chunk_rows=chunk_rows,
            provenance={"version": "9.9", "command": "toy"},
            code=code_hash(),
        )

    return make


@pytest.fixture
def open_folder(tmp_path):
    opened = []

    def open_it(job, name="sweep"):
        create(tmp_path / name, job)
        opened.append(JobFolder(tmp_path / name, job))
        return opened[-1]

    yield open_it
    for folder in opened:
        folder.close()
