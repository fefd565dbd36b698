"""Sweeps: pace on one and two local workers and on a Dask cluster, overhead of a chunk, memory, and the plan for 1e9.

Two processes do not always get twice as much done on two cores: cores share caches, memory and sometimes more. So the
same rows are also computed by bare processes that only compute, one alone and two side by side; the engine's
efficiency is its own scaling over theirs.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.forecast import Costs, forecast
from equipoise.analysis.sweeps.read import load_study
from equipoise.compute.folder import JobFolder, create
from equipoise.compute.job import Job, rows_of
from equipoise.compute.workers import THREAD_LIMITS
from equipoise.jobs.python_sweep import sweep
from equipoise.jobs.sweep import job_of

SAMPLES = int(os.environ.get("EQUIPOISE_BENCH_SAMPLES", "700"))
"""Samples for each of the 20 speeds: 14,000 scenarios, some 20 s on two cores; 5000 gives the 100,000 of the study."""

ENGAGEMENTS = 150 * 4
"""Paths times sites of one scenario of the study (15 bases, 10 aim cells, 4 sites in 2020)."""


def _sweep(out: Path, *options: str) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "equipoise", "sweep", "exposure-speed", "--set", f"study.samples={SAMPLES}",
        "--out", str(out), "--json", "--quiet", *options,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _on_cluster(folder: Path) -> dict[str, Any]:
    """Run the study on a scheduler and two workers started as docs/sweeps.md says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    processes = [
        subprocess.Popen(
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet
        )
    ]
    try:
        time.sleep(5)
        processes += [
            subprocess.Popen([*dask, "worker", address, "--nthreads", "1", "--no-dashboard"], **quiet)
            for _ in range(2)
        ]
        return _sweep(folder / "cluster", "--cluster", address)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def _side_by_side(out: Path, processes: int) -> tuple[dict[str, Any], float]:
    """Return the summary of a sweep and, measured right after it, the pace of as many bare processes."""
    summary = _sweep(out, "--workers", str(processes))
    return summary, _bare_rows_per_s(processes, summary["chunk_rows"])


def _bare_rows_per_s(processes: int, chunk_rows: int) -> float:
    """Return the pace of processes that compute the study's chunks in turn and do nothing else, once all are warm."""
    job = job_of(load_study("exposure-speed", (f"study.samples={SAMPLES}",)), "bench")
    payload = job.payload().hex()
    environment = os.environ | dict.fromkeys(THREAD_LIMITS, "1")
    words = [str(number) for number in (job.rows, chunk_rows, processes)]
    started = [
        subprocess.Popen(
            [sys.executable, __file__, *words, str(k)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )
        for k in range(processes)
    ]  # fmt: skip
    for process in started:
        print(payload, file=process.stdin, flush=True)
    for process in started:
        _await(process, "warm")
    begin = time.perf_counter()
    for process in started:
        print("go", file=process.stdin, flush=True)
    for process in started:
        _await(process, "done")
    seconds = time.perf_counter() - begin
    for process in started:
        process.communicate()
    return job.rows / seconds


def _await(process: subprocess.Popen[str], word: str) -> None:
    said = process.stdout.readline().strip() if process.stdout else ""
    if said != word:
        raise RuntimeError(f"a bare process said '{said}' instead of '{word}'")


def _compute_bare(rows: int, chunk_rows: int, processes: int, mine: int) -> None:
    """Compute every ``processes``-th chunk when told to."""
    compute = rows_of(bytes.fromhex(input()))
    compute(0, 1)
    print("warm", flush=True)
    input()
    for start in range(mine * chunk_rows, rows, processes * chunk_rows):
        compute(start, min(start + chunk_rows, rows))
    print("done", flush=True)


def _from_python_over_bare() -> float:
    """Return the pace of ``eq.sweep`` over that of the command's worker, both alone in this process and by its own clock."""
    study = load_study("exposure-speed", (f"study.samples={SAMPLES}",))
    axes = {axis.key: list(axis.values) for axis in study.crossed}
    axes |= {axis.key: (axis.low, axis.high) for axis in study.sampled}
    compute, names = rows_of(job_of(study, "bench").payload()), [measure.name for measure in study.measures]
    compute(0, 1)
    start = time.process_time()
    compute(0, study.rows)
    between = time.process_time()
    sweep(study.scenario, axes, study.task.name, names, samples=SAMPLES)
    return (between - start) / (time.process_time() - between)


def _record_s(folder: Path) -> float:
    """Return the time to make a chunk of 500 rows durable."""
    job = Job("sweep", "bench", "none:none", {}, rows=20 * 500, chunk_rows=500)
    create(folder / "record", job)
    open_one = JobFolder(folder / "record", job)
    times = []
    for chunk in range(20):
        row = np.arange(*job.bounds(chunk))
        columns = {"row": row} | {f"c{k}": np.sin(row + k) for k in range(10)}
        start = time.perf_counter()
        open_one.record(chunk, columns, seconds=0.0, worker="bench")
        times.append(time.perf_counter() - start)
    open_one.close()
    return median(times)


def rows() -> list[dict[str, Any]]:
    """Return the rows of the benchmark table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _sweep(
            folder / "warm", "--workers", "1", "--set", "study.chunk_rows=100000", "--set", "study.samples=1"
        )
        (one, bare_one), (two, bare_two) = (_side_by_side(folder / f"local{n}", n) for n in (1, 2))
        cluster = _on_cluster(folder)
        record_s = _record_s(folder)
    row_s = two["computing_s"] / two["rows"]
    idle_s = 2 * (two["wall_time_s"] - two["finishing_s"]) - two["computing_s"]
    scaling, possible = two["rows_per_s"] / one["rows_per_s"], bare_two / bare_one
    costs = Costs(row_s=row_s, dispatch_s=0.002, record_s=record_s, failures_per_hour=0.01)
    billion = round(1e9 / ENGAGEMENTS)
    found = [
        _row(
            "sweep.rows_per_s",
            f"exposure scenarios per second, 2 local workers, {two['rows']} rows",
            two["rows_per_s"],
            "1/s",
        ),
        _row(
            "sweep.scaling_2",
            f"pace of 2 local workers over 1, from the first chunk to the finished cube, {two['rows']} rows",
            scaling,
            "ratio",
            1.8,
        ),
        _row(
            "sweep.bare_scaling_2",
            "pace of 2 bare processes over 1 on the same rows: what this machine allows",
            possible,
            "ratio",
        ),
        _row(
            "sweep.efficiency_2",
            "scaling of the sweep over that of bare processes",
            scaling / possible,
            "ratio",
            0.95,
        ),
        _row(
            "sweep.cluster_ratio",
            "pace through Dask with 2 workers over 2 local workers",
            cluster["rows_per_s"] / two["rows_per_s"],
            "ratio",
        ),
        _row(
            "sweep.overhead_s",
            f"workers' time that is not rows, per chunk of {two['chunk_rows']} rows, 2 local workers",
            idle_s / two["chunks"],
            "s",
        ),
        _row(
            "sweep.python_ratio",
            f"pace of eq.sweep over that of the command's worker, {two['rows']} rows",
            _from_python_over_bare(),
            "ratio",
            0.5,
        ),
        _row("sweep.finish_s", "cube, report and manifest after the last chunk", two["finishing_s"], "s"),
        _row("sweep.record_s", "making a chunk of 500 rows durable", record_s, "s"),
        _row(
            "sweep.worker_mb",
            "largest resident memory of a worker",
            max(two["peak_worker_mb"].values()),
            "MB",
        ),
        _row(
            "sweep.cpu_h_per_million",
            "worker hours for a million engagements",
            row_s / ENGAGEMENTS * 1e6 / 3600,
            "h",
        ),
    ]
    for workers, clients in ((2, 1), (100, 1), (1000, 1), (1000, 10)):
        plan = forecast(costs, rows=billion, workers=workers, clients=clients, chunk_s=30.0)
        what = f"1e9 engagements, {workers} workers, {clients} clients, chunks of 30 s: share of time that is rows"
        found.append(
            _row(f"sweep.plan_{workers}_{clients}", f"{what}; {plan.wall_s / 3600:.2f} h", plan.useful, "1")
        )
    return found


def _row(name: str, what: str, value: float, unit: str, bar: float | None = None) -> dict[str, Any]:
    return {
        "id": name,
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": None if bar is None else value >= bar,
        "source": "this run; the plans are simulated with its costs",
    }


if __name__ == "__main__":  # one of the bare processes
    _compute_bare(*map(int, sys.argv[1:]))
