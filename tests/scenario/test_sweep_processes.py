"""Sweeps as people run them: real processes that are killed, damaged and doubled leave the undisturbed cube."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xarray as xr

from command_line import invoke
from equipoise.analysis.sweeps.read import load_study
from equipoise.results.record import load_results
from equipoise.scenario.load import Scenario

STUDY = """
[study]
name = "quick"
scenario = "epaa"
analysis = "exposure"
set = ["scenario.aim_step_deg=10.0"]
at = "2020"
samples = 40
chunk_rows = 2
measures = ["largest_slack_s"]

[axis.reaction_s]
key = "assumption.reaction_s"
range = [5.0, 60.0]

[axis.decision_s]
key = "assumption.decision_s"
values = [0, 60]
"""
CHUNKS = 40
ALONE = ("--workers", "1")
"""No worker processes: each takes 4 s of the processor before it computes."""


def sweep(study, out, *options, code=0):
    done = invoke(["sweep", study, "--out", out, "--json", *options])
    assert done.exit_code == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    path = tmp_path_factory.mktemp("study with spaces") / "quick.toml"
    path.write_text(STUDY)
    return path


@pytest.fixture(scope="module")
def undisturbed(study):
    sweep(study, study.parent / "undisturbed", *ALONE)
    return study.parent / "undisturbed"


def test_a_study_gives_back_the_scenario_that_its_rows_start_from(study, undisturbed):
    assert Scenario.from_result(undisturbed) == load_study(str(study)).scenario


def assert_same(out, undisturbed):
    left, right = (load_results(folder / "results.nc")["sweep"] for folder in (out, undisturbed))
    xr.testing.assert_identical(left.data, right.data)
    assert left.provenance == right.provenance
    assert not list((out / "parts").glob(".*"))


def start(study, out, *options):
    return subprocess.Popen(
        [sys.executable, "-m", "equipoise", "sweep", str(study), "--out", str(out), "--json", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.default_int_handler
        ),  # also where tests run behind a shell
    )


def wait_for(count, out, process):
    """Until so many chunks are counted: a part on disk counts once its line is in the journal."""
    end = time.monotonic() + 200
    while len(finished(out)) < count:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.01)


def children(pid):
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def finished(out):
    return {
        json.loads(line)["chunk"]
        for path in out.glob("journal/*.jsonl")
        for line in path.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    }


def test_a_killed_worker_an_interrupt_and_a_killed_client_lose_nothing(study, undisturbed, tmp_path):
    out = tmp_path / "killed"
    with start(study, out) as client:
        wait_for(3, out, client)
        os.kill(children(client.pid)[0], signal.SIGKILL)
        wait_for(8, out, client)
        client.send_signal(signal.SIGINT)
        assert client.wait(timeout=60) == 3
    assert len(finished(out)) >= 8
    with start(study, out, "--resume") as client:
        wait_for(20, out, client)
        workers = children(client.pid)
        client.kill()
    before = finished(out)
    assert 20 <= len(before) < CHUNKS
    summary = sweep(study, out, "--resume", *ALONE)
    assert summary["chunks_computed_here"] == CHUNKS - len(before), "no finished chunk is computed again"
    assert_same(out, undisturbed)
    for pid in workers:
        assert not Path(f"/proc/{pid}").exists(), "a worker outlived its client"


def test_two_clients_share_one_folder_and_one_takes_over(study, undisturbed, tmp_path):
    out = tmp_path / "shared"
    with start(study, out, *ALONE) as first:
        wait_for(2, out, first)
        refused = sweep(study, out, code=2)
        assert "holds this sweep already" in refused
        assert len(refused.strip().splitlines()) == 1
        with start(study, out, *ALONE, "--resume") as second:
            time.sleep(1.0)
            first.kill()
            assert second.wait(timeout=120) == 0
    assert len(list((out / "parts").glob("*.parquet"))) == CHUNKS
    assert_same(out, undisturbed)


def test_a_damaged_part_of_a_finished_sweep_is_made_again(study, undisturbed, tmp_path):
    out = tmp_path / "damaged"
    shutil.copytree(undisturbed, out)
    part = sorted((out / "parts").glob("*.parquet"))[7]
    whole = part.read_bytes()
    part.write_bytes(whole[:300] + b"\0" + whole[301:])
    (out / "results.nc").write_bytes(b"")
    summary = sweep(study, out, "--resume", *ALONE)
    assert summary["chunks_computed_here"] == 1
    assert part.read_bytes() == whole
    assert_same(out, undisturbed)
    assert sweep(study, out, "--resume", *ALONE)["chunks_computed_here"] == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_stops_with_one_line_and_the_rest_follows_when_there_is_room(
    study, undisturbed, tmp_path
):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a tmpfs")
    try:
        said = sweep(study, disk / "sweep", "--quiet", code=3)
        assert "is full" in said
        assert "--resume" in said
        assert len(said.strip().splitlines()) == 1
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        before = finished(disk / "sweep")
        summary = sweep(study, disk / "sweep", "--resume", *ALONE)
        assert summary["chunks_computed_here"] == CHUNKS - len(before)
        assert_same(disk / "sweep", undisturbed)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_another_study_and_a_strange_folder_are_refused(study, undisturbed, tmp_path):
    said = sweep(study, undisturbed, "--resume", "--set", "study.samples=100", code=2)
    assert "holds another study (it differs in samples)" in said
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").touch()
    assert "exists and is not a sweep" in sweep(study, tmp_path / "other", code=2)
    assert "letter.txt is not a folder." in sweep(study, tmp_path / "other" / "letter.txt" / "new", code=3)
    assert "expected I/N" in sweep(study, tmp_path / "new", "--shard", "3/2", code=2)
