"""Sweeps: pace on one and two local workers and on a Dask cluster, overhead of a chunk, memory, and the plan for 1e9."""

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

from equipoise.compute.folder import JobFolder, create
from equipoise.compute.job import Job
from equipoise.compute.plan import Costs, forecast

SAMPLES = int(os.environ.get("EQUIPOISE_BENCH_SAMPLES", "100"))
"""Samples for each of the 20 speeds; 5000 gives the 100,000 scenarios of the study."""

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
        one, two = (_sweep(folder / f"local{n}", "--workers", str(n)) for n in (1, 2))
        cluster = _on_cluster(folder)
        record_s = _record_s(folder)
    row_s = two["computing_s"] / two["rows"]
    idle_s = 2 * two["wall_time_s"] - two["computing_s"]
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
            "pace of 2 local workers over 1",
            two["rows_per_s"] / one["rows_per_s"],
            "ratio",
            1.8,
        ),
        _row(
            "sweep.cluster_ratio",
            "pace through Dask with 2 workers over 2 local workers",
            cluster["rows_per_s"] / two["rows_per_s"],
            "ratio",
        ),
        _row(
            "sweep.overhead_s",
            "workers' time that is not rows, per chunk, 2 local workers",
            idle_s / two["chunks"],
            "s",
        ),
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
