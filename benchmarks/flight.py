"""Speed of flight per core, of targeting and of free flight, how two threads scale, and what a first use costs.

Rates per core are over the processor time of one thread, so that other work on the machine does not count.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from math import pi
from statistics import median
from typing import Any

import numpy as np
from validation.full_flight import PLACE, STEERING, vehicle
from validation.mechanics import burnout_states

from equipoise.physics.environment.earth import WGS84, destination
from equipoise.physics.flight import targeting
from equipoise.physics.flight.coast import coast
from equipoise.physics.flight.flight import fly_staged

COUNT = 10_000
FLY = ("fly", "ghadr-1", "--from", "38,46.5", "--to", "44.4,26.1", "--max-range", "2000")


def seconds(function: Callable[[], object], clock: Callable[[], float], repeats: int = 7) -> float:
    """Return the median time of a call by a clock, the first call left out."""
    function()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    return median(times)


def row(name: str, what: str, value: float, unit: str, least: float | None, source: str) -> dict[str, Any]:
    """Return one row whose value must reach ``least``, or only informs."""
    return {
        "id": f"flight.{name}", "what": what, "value": value, "unit": unit, "bar": "" if least is None else f"{least:,.0f}",
        "holds": None if least is None else bool(value >= least), "source": source,
    }  # fmt: skip


def _flights() -> Callable[[int], object]:
    """Return a batch of full flights: every azimuth, kicks and cut-offs that end at about 200 to 13,000 km."""
    rng = np.random.default_rng(1)
    kick, cutoff = np.radians(rng.uniform(3.0, 12.0, COUNT)), rng.uniform(45.0, 187.0, COUNT)
    azimuth, missile = rng.uniform(-pi, pi, COUNT), vehicle()
    return lambda threads: fly_staged(
        missile, STEERING, lat_rad=PLACE[0], lon_rad=PLACE[1], azimuth_rad=azimuth, kick_rad=kick, cutoff_s=cutoff, earth=WGS84,
        threads=threads,
    )  # fmt: skip


def _targets(what: Any, steering: Any) -> Callable[[int], object]:
    """Return a batch of targeted flights from one place to aims 500 to 8,000 km away in every direction."""
    rng = np.random.default_rng(2)
    ways = zip(rng.uniform(-pi, pi, COUNT), rng.uniform(0.08, 1.25, COUNT), strict=True)
    aims = np.array([destination(*PLACE, bearing, angle) for bearing, angle in ways])
    lon = (aims[:, 1] + pi) % (2.0 * pi) - pi
    return lambda threads: targeting.solve_batch(
        what, start_lat_rad=PLACE[0], start_lon_rad=PLACE[1], aim_lat_rad=aims[:, 0], aim_lon_rad=lon,
        family=targeting.Family.MINIMUM_ENERGY, earth=WGS84, steering=steering, threads=threads,
    )  # fmt: skip


def _speed_rows() -> list[dict[str, Any]]:
    kinematic = targeting.kinematic_for_range(
        max_range_m=1.0e7, burn_time_s=180.0, burnout_altitude_m=250e3, burnout_downrange_m=400e3,
        ballistic_coefficient_kg_m2=3000.0,
    )  # fmt: skip
    states = burnout_states(COUNT, 4)
    batches: list[tuple[str, str, Callable[[int], object], float]] = [
        ("full_per_s", "full flights per second per core: three stages, drag, rotating oblate Earth, re-entry", _flights(), 5e4),
        ("targeted_per_s", "targeted flights of it per second per core, the search included", _targets(vehicle(), STEERING), 1e4),
        ("targeted_kinematic_per_s", "the same of a kinematic missile", _targets(kinematic, None), 1e4),
        ("free_per_s", "free flights of 1800 s with J2 per second per core, good to a millimetre",
         lambda threads: coast(states, 1800.0, WGS84, threads=threads), 4e5),
    ]  # fmt: skip
    found = []
    for name, what, batch, least in batches:
        spent = seconds(lambda batch=batch: batch(1), time.thread_time)  # type: ignore[misc]
        found.append(
            row(name, what, COUNT / spent, "1/s", least, f"batch of {COUNT:,}, processor time of one thread")
        )
        one, two = (seconds(lambda n=n, batch=batch: batch(n), time.perf_counter) for n in (1, 2))  # type: ignore[misc]
        found.append(
            row(f"{name.removesuffix('_per_s')}_on_two", f"one thread's time over that of two ({name})", one / two, "ratio", None,
                "wall clock; other work on the machine counts")
        )  # fmt: skip
    return found


def _spent(cache: str, out: str) -> tuple[float, float, str]:
    """Return wall clock and processor time of ``equipoise fly`` with a cache folder, and what it said about compiling."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "equipoise", *FLY, "--out", out], env=os.environ | {"EQUIPOISE_CACHE_DIR": cache}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = run.stderr.strip().splitlines()
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said[-1] if said else ""


def _first_use_rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        cold, warm = (_spent(f"{folder}/cache", f"{folder}/out") for _ in range(2))
    return [
        {"id": "flight.first_use_s", "what": f"the first 'equipoise fly' on a machine, figure and all ({cold[2]})", "value": cold[1],
         "unit": "s", "bar": "under 20", "holds": cold[1] < 20.0 and cold[2] != "", "source": "processor time; empty cache folder"},
        {"id": "flight.first_use_wall_s", "what": "the same by the clock", "value": cold[0], "unit": "s", "bar": "", "holds": None,
         "source": "other work on the machine counts"},
        {"id": "flight.later_use_s", "what": "the next 'equipoise fly', from the cache", "value": warm[1], "unit": "s", "bar": "",
         "holds": None, "source": "processor time"},
    ]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return the rows of the benchmark table."""
    return _speed_rows() + _first_use_rows()


if __name__ == "__main__":
    for line in rows():
        print(f"{line['id']:34} {line['value']:>12.6g} {line['unit']:6} {line['bar']:10} {line['what']}")
