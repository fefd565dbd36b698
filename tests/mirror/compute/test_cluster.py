"""The distributed engine as real processes, started as the documentation says: rows, and what survives a kill."""

import gc
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

pytest.importorskip("distributed")

from equipoise.compute.cluster import ClusterWorkers
from equipoise.compute.drive import drive
from equipoise.compute.workers import WorkersLostError
from equipoise.foundation.errors import InputError
from equipoise.results import tables

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


class Cluster:
    """A scheduler and workers of the command line, which can be killed and started again."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.folder, self.processes = folder, []

    def start(self, *words):
        command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:], "--no-dashboard"]
        log = (self.folder / f"{words[0]}.log").open("a")
        with log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )
        self.processes.append(process)
        return process

    def scheduler(self):
        process = self.start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            time.sleep(0.05)
        raise TimeoutError("the scheduler did not start")

    def worker(self):
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny")

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    found = Cluster(tmp_path)
    yield found
    found.stop()
    gc.collect()  # the engine leaves sockets to the collector, whose warning would end a later test


def assert_right(folder):
    parts = [tables.read_table(folder.part(chunk)) for chunk in range(folder.job.chunks)]
    np.testing.assert_array_equal(
        np.concatenate([p["y"] for p in parts]), np.sin(np.arange(folder.job.rows) * 0.37)
    )


def test_a_dead_worker_and_a_scheduler_that_comes_back_lose_nothing(cluster, make_job, open_folder):
    folder = open_folder(make_job(rows=120, chunk_rows=3, sleep_s=0.05))
    scheduler, doomed = cluster.scheduler(), cluster.worker()
    cluster.worker()
    workers = ClusterWorkers(folder.job, cluster.address)
    events = []

    def disturb(state):
        if not events and state.chunks_done_here >= 4:
            os.kill(doomed.pid, signal.SIGKILL)
            events.append("worker")
        if len(events) == 1 and state.chunks_done_here >= 12:
            os.kill(scheduler.pid, signal.SIGKILL)
            scheduler.wait()
            cluster.scheduler()
            cluster.worker()
            events.append("scheduler")

    try:
        state = drive(folder, workers, tell=disturb)
    finally:
        workers.close()
    assert events == ["worker", "scheduler"]
    assert state.chunks_done_here == folder.job.chunks
    assert_right(folder)


def test_a_scheduler_that_stays_away_stops_the_client_with_its_work_kept(cluster, make_job, open_folder):
    folder = open_folder(make_job(rows=60, chunk_rows=3, sleep_s=0.05))
    scheduler, _ = cluster.scheduler(), cluster.worker()
    workers = ClusterWorkers(folder.job, cluster.address)
    workers._patience_s = 3.0
    killed = []

    def kill(state):
        if not killed and state.chunks_done_here >= 4:
            killed.append(time.monotonic())
            scheduler.kill()

    try:
        with pytest.raises(WorkersLostError, match=r"is gone and did not come back within 3 s"):
            drive(folder, workers, tell=kill)
    finally:
        workers.close()
    assert time.monotonic() - killed[0] < 30
    assert 4 <= len(folder.entries) < folder.job.chunks


@pytest.mark.parametrize("gone", ["result", "nthreads"])
def test_what_a_scheduler_does_not_hand_over_is_computed_again(
    cluster, make_job, open_folder, monkeypatch, gone
):
    # one that died just then ended the client with an error of the connection
    from distributed import Client, Future

    folder = open_folder(make_job(rows=12, chunk_rows=3))
    cluster.scheduler(), cluster.worker()
    workers = ClusterWorkers(folder.job, cluster.address)
    owner = Future if gone == "result" else Client
    kept, asked = getattr(owner, gone), []

    def interrupted(self, *words, **named):
        asked.append(gone)
        if len(asked) == 1:
            raise ConnectionResetError(104, "Connection reset by peer")
        return kept(self, *words, **named)

    monkeypatch.setattr(owner, gone, interrupted)
    try:
        state = drive(folder, workers, tell=lambda state: None)
    finally:
        workers.close()
    assert len(asked) > 1
    assert state.chunks_done_here == folder.job.chunks
    assert_right(folder)


def test_no_cluster_at_the_address_is_one_line_with_the_command_that_starts_one(make_job):
    with pytest.raises(InputError, match="Start one: dask scheduler") as caught:
        ClusterWorkers(make_job(), "tcp://127.0.0.1:9", patience_s=1.0)
    assert "\n" not in str(caught.value)
