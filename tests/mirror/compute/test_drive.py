"""One client at work: every row once, whatever dies on the way, and the same rows for any number of workers."""

import os
import shutil
import signal
import threading
import time

import numpy as np
import pytest

from equipoise.compute.drive import RunnerError, Shard, SweepStoppedError, drive
from equipoise.compute.local import LocalWorkers
from equipoise.compute.workers import WorkersLostError
from equipoise.results import tables


def run(folder, count=2, **options):
    workers = LocalWorkers(folder.job, count)
    try:
        return drive(folder, workers, **options), workers
    finally:
        workers.close()


def values(folder):
    parts = [tables.read_table(folder.part(chunk)) for chunk in range(folder.job.chunks)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def assert_right(folder):
    found = values(folder)
    np.testing.assert_array_equal(found["row"], np.arange(folder.job.rows))
    np.testing.assert_array_equal(found["y"], np.sin(np.arange(folder.job.rows) * 0.37))


@pytest.mark.parametrize("count", [1, 3])
def test_every_row_is_computed_once(make_job, open_folder, count):
    folder = open_folder(make_job())
    state, _ = run(folder, count)
    assert_right(folder)
    assert (state.rows_done, state.chunks_done_here) == (100, 15)
    again, _ = run(folder, count)
    assert again.chunks_done_here == 0


def test_a_worker_that_dies_on_a_row_is_replaced(make_job, open_folder, tmp_path):
    folder = open_folder(make_job(deadly_row=40, once=str(tmp_path / "died")))
    _, workers = run(folder)
    assert workers.replaced == 1
    assert_right(folder)


def test_workers_killed_from_outside_are_replaced(make_job, open_folder):
    folder = open_folder(make_job(rows=60, chunk_rows=3, sleep_s=0.01))
    workers = LocalWorkers(folder.job, 2)
    killed = []

    def kill(state):
        if state.chunks_done_here >= (3, 9, 99)[len(killed)]:
            killed.append(workers.pids[0])
            os.kill(workers.pids[0], signal.SIGKILL)

    try:
        drive(folder, workers, tell=kill)
    finally:
        workers.close()
    assert len(set(killed)) == 2
    assert workers.replaced == 2
    assert_right(folder)


def test_a_row_that_kills_every_worker_is_given_up_and_the_rest_is_kept(make_job, open_folder):
    folder = open_folder(make_job(deadly_row=40))
    with pytest.raises(
        WorkersLostError, match=r"rows 35 to 41 ended 3 worker processes \(the last by signal 9\)"
    ):
        run(folder)
    assert 0 < folder.rows_done < 100


def test_a_defect_in_a_row_is_told_with_its_place(make_job, open_folder):
    folder = open_folder(make_job(defect_row=40))
    with pytest.raises(
        RunnerError, match=r"rows 35 to 41 failed on .*ZeroDivisionError: a defect \(rows, line"
    ):
        run(folder)


def test_shards_share_the_work_and_make_the_whole(make_job, open_folder):
    first, second = open_folder(make_job()), open_folder(make_job())
    state, _ = run(first, shard=Shard(1, 2))
    assert state.chunks_done_here == 8
    second.refresh()
    state, _ = run(second, shard=Shard(2, 2))
    assert state.chunks_done_here == 7
    assert_right(second)


def test_a_used_up_budget_keeps_what_is_finished(make_job, open_folder):
    folder = open_folder(make_job(rows=40, chunk_rows=2, sleep_s=0.05))
    with pytest.raises(SweepStoppedError, match=r"time budget of 0\.5 s"):
        run(folder, budget_s=0.5)
    assert 0 < folder.rows_done < 40
    state, _ = run(folder)
    assert state.chunks_done_here < 20
    assert_right(folder)


def test_damage_that_happens_during_the_work_is_found_before_the_end(make_job, open_folder):
    folder = open_folder(make_job())
    harmed = []

    def harm(state):
        if 0 in folder.entries and not harmed:
            harmed.append(folder.part(0))
            harmed[0].write_bytes(b"x")

    state, _ = run(folder, tell=harm)
    assert any("damaged or missing parts are computed again: 0" in said for said in state.said)
    assert state.chunks_done_here == 16
    assert_right(folder)


def test_a_full_disk_stops_with_its_reason_and_the_work_goes_on_later(make_job, open_folder, monkeypatch):
    folder = open_folder(make_job())
    written = tables.settle
    count = []

    def full(path):
        count.append(path)
        if len(count) > 6:
            raise OSError(28, "No space left on device")
        return written(path)

    monkeypatch.setattr(shutil, "disk_usage", lambda path: _Usage)
    with monkeypatch.context() as patch:
        patch.setattr(tables, "settle", full)
        with pytest.raises(SweepStoppedError, match="is full"):
            run(folder)
    assert not list((folder.path / "parts").glob(".*"))
    assert len(list((folder.path / "parts").glob("*.parquet"))) == len(folder.entries)
    run(folder)
    assert_right(folder)


def test_a_folder_that_vanishes_stops_the_work_with_one_line(make_job, open_folder):
    folder = open_folder(make_job(rows=60, chunk_rows=3, sleep_s=0.01))

    def remove(state):
        if state.chunks_done_here:
            shutil.rmtree(folder.path, ignore_errors=True)

    with pytest.raises(SweepStoppedError, match=r"is gone|cannot be written"):
        run(folder, tell=remove)


class _Usage:
    free = 10**9


def test_a_client_takes_over_when_the_other_dies(make_job, open_folder):
    """The other holds a claim for a while and lets go without recording, as a killed one does."""
    import fcntl

    folder = open_folder(make_job(rows=14))
    pid = os.fork()
    if pid == 0:
        handle = os.open(folder.path / "claims", os.O_RDWR)
        fcntl.lockf(handle, fcntl.LOCK_EX, 1, 1)
        time.sleep(1.5)
        os._exit(0)
    time.sleep(0.3)
    try:
        run(folder)
    finally:
        os.waitpid(pid, 0)
    assert_right(folder)


def test_workers_end_when_their_client_is_gone(make_job, open_folder):
    workers = LocalWorkers(open_folder(make_job()).job, 1)
    process = workers._workers[0].process
    workers._workers[0].connection.close()
    waiter = threading.Thread(target=process.wait)
    waiter.start()
    waiter.join(timeout=20)
    assert process.returncode == 0
