"""The full exposure sweep: 20 bases x 400 aim cells x 3 families x 4 phases x 12 speeds, beside its parts."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from equipoise.analysis.exposure import defender
from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import engage
from equipoise.numerics.threads import thread_count
from equipoise.scenario.load import load_scenario

BASES, AIMS_A_SIDE, SPEEDS_KM_S = 20, 20, np.linspace(3.5, 9.0, 12)


def rows() -> list[dict[str, Any]]:
    """Return the rows of the benchmark table; all paths are solved afresh."""
    scenario = load_scenario("epaa")
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    lat, lon = np.linspace(26.0, 49.0, AIMS_A_SIDE), np.linspace(-123.0, -68.0, AIMS_A_SIDE)
    aim = np.radians([(x, y) for x in lat for y in lon])
    commands = [
        defender(scenario, phase.date, speed_m_s=1e3 * v) for phase in scenario.phases for v in SPEEDS_KM_S
    ]
    bases = [scenario.bases[i % len(scenario.bases)] for i in range(BASES)]

    def solve(shift_deg: float) -> list:
        return [
            kernel_inputs.solve(
                scenario.find("missile", base.missile),
                # a base that comes twice stands a little elsewhere the second time
                np.radians([base.lat_deg + shift_deg + 0.3 * (i // len(scenario.bases)), base.lon_deg]),
                aim,
                family,
                earth,
            )
            for family in FAMILIES
            for i, base in enumerate(bases)
        ]  # fmt: skip

    engage(solve(0.011)[:2], commands[:2])  # compiles
    start = time.perf_counter()
    paths = solve(0.0)
    solved = time.perf_counter()
    found = engage(paths, commands)
    done = time.perf_counter()
    count = found.reason.size
    again = time.perf_counter()
    engage(paths, commands[-len(SPEEDS_KM_S) :])
    one_phase = time.perf_counter() - again
    threads = thread_count()
    return [
        _row("exposure.sweep_s", f"{count:,} engagements, paths solved, {threads} threads", done - start, "s", 60.0),
        _row("exposure.paths_s", f"of which {len(found.reason):,} paths solved", solved - start, "s", None),
        _row("exposure.engagements_per_s", "engagements per second after that", count / (done - solved), "1/s", None),
        _row("exposure.phase_ratio", "all four phases over the last alone: less than 4 is what they share", (done - solved) / one_phase, "ratio", None),
    ]  # fmt: skip


def _row(name: str, what: str, value: float, unit: str, most: float | None) -> dict[str, Any]:
    bar = "" if most is None else f"under {most:g}"
    holds = None if most is None else bool(value < most)
    return {
        "id": name,
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": holds,
        "source": "same run",
    }
