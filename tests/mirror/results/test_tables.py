"""Tables on disk: what is written comes back, damage and other formats are named."""

import os
import signal
import threading

import numpy as np
import pytest

from equipoise.foundation.errors import StoredResultError
from equipoise.foundation.hashing import file_hash
from equipoise.results import tables

COLUMNS = {"scenario": np.arange(5), "slack_s": np.array([1.0, np.nan, -2.5, 0.1, 3.0])}
HEADER = {"kind": "demo", "provenance": {"version": "9.9", "command": "equipoise demo"}}


def test_a_table_comes_back_as_written_with_its_header(tmp_path):
    path = tmp_path / "it's.parquet"
    tables.write_table(path, COLUMNS, header=HEADER)
    for name, column in tables.read_table(path).items():
        np.testing.assert_array_equal(column, COLUMNS[name])
    assert tables.read_header(path)["provenance"]["version"] == "9.9"
    assert [entry.name for entry in tmp_path.iterdir()] == ["it's.parquet"]


def test_the_same_table_has_the_same_bytes_and_so_the_same_name(tmp_path):
    first = tables.write_addressed_table(tmp_path, "0001", COLUMNS, header=HEADER)
    assert first == tables.write_addressed_table(tmp_path, "0001", COLUMNS, header=HEADER)
    assert file_hash(tmp_path / first[0]) == first[1]


@pytest.mark.parametrize(("found", "cure"), [(0, "make it again"), (2, "that version or a later one")])
def test_another_format_is_refused_with_the_program_that_wrote_it(tmp_path, monkeypatch, found, cure):
    path = tmp_path / "t.parquet"
    with monkeypatch.context() as patch:
        patch.setattr(tables, "TABLE_FORMAT", found)
        tables.write_table(path, COLUMNS, header=HEADER)
    with pytest.raises(StoredResultError, match=f"format {found}, written by Equipoise 9.9.*{cure}"):
        tables.read_table(path)


def test_damage_is_an_error_with_the_file_name(tmp_path):
    path = tmp_path / "t.parquet"
    tables.write_table(path, COLUMNS, header=HEADER)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoredResultError, match=r"t\.parquet"):
        tables.read_header(path)


def test_an_interrupt_during_a_query_ends_it_as_an_interrupt():
    long = "SELECT count(*) FROM range(1000000000) a, range(1000) b"
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # where tests run behind a shell it is ignored
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt), tables.interruptible():
            tables.engine().execute(long).fetchall()
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_another_error_within_stays_what_it_is():
    with pytest.raises(RuntimeError, match="else"), tables.interruptible():
        raise RuntimeError("something else")
