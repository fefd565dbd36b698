"""The soak: two node processes at ten times the nominal rate, killed, paused, cut off and starved while it runs.

``EQUIPOISE_SOAK_S`` sets its length (default 3600 s), ``EQUIPOISE_SOAK_RATE`` the messages a second for a machine that has other
work beside it; the processes that it kills replay their logs and catch up.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from equipoise.exchange.node.inbox import drop_items
from equipoise.exchange.node.processes import Processes, wait_until
from validation.exchange import resident_mb
from validation.simulated_exchange.wire import Wire

RATE_PER_S = 1_000.0  # ten times the 100 messages/s of the timings; one in eleven comes from the second party
BATCH = 50
EVERY_S = 20.0  # between two faults
CALM = 0.75  # of the time has faults; the rest shows that it settles
GROWTH_MB = 200.0
QUIET = ("--heartbeat-s", "2")


def rows() -> list[dict[str, Any]]:
    """Return what a soak of the length asked for shows."""
    seconds = float(os.environ.get("EQUIPOISE_SOAK_S", "3600"))
    rate_per_s = float(os.environ.get("EQUIPOISE_SOAK_RATE", RATE_PER_S))
    with tempfile.TemporaryDirectory() as folder:
        return soak(Path(folder), seconds=seconds, rate_per_s=rate_per_s)


def _item(number: int) -> dict[str, Any]:
    place = {"position_ecef_m": [7e6 + number % 1000, 1e5, 2e5], "velocity_ecef_m_s": [1e3, 3e3, 4e3]}
    payload = {
        "track_id": f"t{number % 40}",
        "time_s": time.time(),
        **place,
        "sigma_m": 500.0,
        "sigma_m_s": 10.0,
    }
    return {"stream": "track", "exercise": True, "sensitivity": "releasable", "payload": payload}


class Soak:
    """Two processes with a bad wire between them, a feeder, and a schedule of faults."""

    def __init__(self, folder: Path, *, every_s: float, rate_per_s: float) -> None:
        """Start both; a fault comes every ``every_s`` seconds."""
        self.every_s, self.rate_per_s = every_s, rate_per_s
        self.pair = Processes(folder, names=("a", "b"))
        self.wire, self.rng, self.faults = Wire(self.pair.port), random.Random(7), dict[str, int]()
        self.pair.start("a", *QUIET)
        self.pair.start("b", *QUIET, port=self.wire.port)
        self.sent = 0

    def feed(self, *, seconds: float) -> float:
        """File items at the rate for so long, with a fault now and then; return the items a second that were filed."""
        start, next_fault = time.monotonic(), self.every_s / 2.0
        while (passed := time.monotonic() - start) < seconds:
            due = int(passed * self.rate_per_s)
            if self.sent * 10 / 11 < due:
                drop_items(self.pair.folders["a"], [_item(self.sent + i) for i in range(BATCH)])
                self.sent += BATCH
                if self.sent // 55 % 10 == 0:
                    drop_items(self.pair.folders["b"], [_item(self.sent + i) for i in range(BATCH)])
                    self.sent += BATCH
            else:
                time.sleep(0.005)
            if passed > next_fault and passed < CALM * seconds:
                self._fault()
                next_fault += self.every_s
        return self.sent / seconds

    def _fault(self) -> None:
        kinds: dict[str, Callable[[], None]] = {
            "kill": self._kill,
            "pause": self._pause,
            "cut": self._cut,
            "hang": self._hang,
        }
        kind = self.rng.choice(sorted(kinds))
        self.faults[kind] = self.faults.get(kind, 0) + 1
        kinds[kind]()

    def _kill(self) -> None:
        name = self.rng.choice("ab")
        self.pair.kill(name)
        self.pair.start(name, *QUIET, port=self.wire.port if name == "b" else None)

    def _pause(self) -> None:
        name = self.rng.choice("ab")
        self.pair.pause(name)
        time.sleep(self.rng.uniform(0.2, 3.0))
        self.pair.go_on(name)

    def _cut(self) -> None:
        self.wire.cut()
        time.sleep(self.rng.uniform(0.1, 2.0))
        self.wire.mend()

    def _hang(self) -> None:
        self.wire.hanging = True
        time.sleep(self.rng.uniform(0.5, 4.0))
        self.wire.mend()

    def memory_mb(self) -> float:
        """Return what the larger of the two processes holds."""
        return max(resident_mb(str(process.pid)) for process in self.pair.running.values())

    def end(self) -> None:
        """Stop everything."""
        self.wire.close()
        self.pair.end()


def soak(
    folder: Path, *, seconds: float, every_s: float = EVERY_S, rate_per_s: float = RATE_PER_S
) -> list[dict[str, Any]]:
    """Return the rows of one soak."""
    trial = Soak(folder, every_s=every_s, rate_per_s=rate_per_s)
    try:
        rate = trial.feed(seconds=seconds)
        before_mb = trial.memory_mb()
        start = time.monotonic()
        wait_until(trial.pair.settled, seconds=120.0 + seconds, what="both logs settled", every_s=1.0)
        lag_s = time.monotonic() - start
        memory = max(before_mb, trial.memory_mb())
    finally:
        trial.end()
    report = trial.pair.report()
    told = [row for row in report.timeline if row.stream != "heartbeat"]
    lost = trial.sent - len(told) + sum(row.receipted_at_ms is None for row in told)
    faults = ", ".join(f"{count} {kind}" for kind, count in sorted(trial.faults.items()))
    source = f"two processes for {seconds:.0f} s at {rate:.0f}/s; faults: {faults or 'none'}"
    return [
        _row("messages", "messages released and receipted", len(told), None, None, "1", source),
        _row("lost", "filed and not recorded once and receipted", lost, 0, lost == 0, "1", source),
        _row(
            "breaches",
            "breaches that the verifier finds in both logs",
            len(report.breaches),
            0,
            report.holds,
            "1",
            source,
        ),
        _row("rate", "items filed a second", rate, 0.9 * rate_per_s, rate >= 0.9 * rate_per_s, "1/s", source),
        _row(
            "lag",
            "until everything was settled after the last item",
            lag_s,
            None,
            None,
            "s",
            source,
        ),
        _row(
            "memory",
            "memory of the larger node process",
            memory,
            GROWTH_MB,
            not memory > GROWTH_MB,
            "MB",
            source,
        ),
    ]


def _row(
    name: str, what: str, value: float, bar: float | None, holds: bool | None, unit: str, source: str
) -> dict[str, Any]:
    kept = {"value": value, "unit": unit, "bar": bar, "holds": holds, "source": source}
    return {"id": f"exchange.soak.{name}", "what": what, **kept}
