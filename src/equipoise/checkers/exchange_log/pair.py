"""Both logs side by side: each walked by itself, then for what it holds of the other; all of it resumable."""

from __future__ import annotations

from functools import partial
from typing import Any

from .cross import RECEIPTED, RECEIVED, Reader
from .duties import Judge
from .heard import Heard
from .kept import Kept
from .log import Log
from .own import OwnSide
from .report import Report
from .timeline import Timeline


class Pair:
    """Two logs that name each other, and where a verifier stands in both."""

    def __init__(
        self, logs: list[Log], kept: Kept, report: Report, *, secrets: dict[str, bytes | None], stride: int
    ) -> None:
        """Take up what was kept of each log; without anything, start before the first leaf."""
        self.logs, self._kept, self.report = logs, kept, report
        self.sides: dict[str, OwnSide] = {}
        self.readers: dict[str, Reader] = {}
        self._heard: dict[str, Heard] = {}
        for log, other in ((logs[0], logs[1]), (logs[1], logs[0])):
            state = kept.sides.get(log.name, {})
            counts = {"size": 0, "sent": 0, "sealed": 0, "rows": 0, "received": 0, "receipts": 0}
            counts |= state.get("counts", {})
            log.begin(
                partial(kept.column, log.name),
                size=counts["size"],
                sent=counts["sent"],
                sealed=counts["sealed"],
            )
            rows = kept.lines(log.name, "rows", counts["rows"])
            side = OwnSide(log, report, rows=rows, secret=secrets[log.party], stride=stride)
            reader = Reader(
                log,
                other,
                report,
                received=kept.column(log.name, "received", RECEIVED.size, counts["received"]),
                receipts=kept.column(log.name, "receipts", RECEIPTED.size, counts["receipts"]),
            )
            if state:
                side.take_up(state["own"])
                reader.take_up(state["reader"])
            self.sides[log.party], self.readers[log.party] = side, reader

    def walk_own(self) -> None:
        """Walk each log by itself, over what is new."""
        self._heard = {party: side.walk() for party, side in self.sides.items()}

    def compare(self, duties: dict[str, Any]) -> None:
        """Walk each log for what it holds of the other, and judge notices by their deadlines."""
        a, b = self.logs
        for log in self.logs:
            self.readers[log.party].walk(self._heard[log.party])
        for log, other in ((a, b), (b, a)):
            self.readers[log.party].walk_receipts(self.readers[other.party], self._heard[log.party])
        for log, other in ((a, b), (b, a)):
            self.readers[log.party].close()
            judge = Judge(
                origin=log.party, receiver=self.sides[other.party], duties=duties, report=self.report
            )
            judge.judge(self.readers[other.party].notices)
        self.report.timeline = Timeline(self.sides, self.readers)

    def keep(self) -> None:
        """Keep where the verifier stands, once everything holds."""
        self._kept.keep({log.name: self._state(log) for log in self.logs})

    def _state(self, log: Log) -> dict[str, Any]:
        side, reader = self.sides[log.party], self.readers[log.party]
        counts = {
            "size": log.tree.size,
            "sent": log.sent,
            "sealed": log.sealed,
            "rows": side.rows.size,
            "received": len(reader.received),
            "receipts": len(reader.receipts),
        }
        return {"counts": counts, "own": side.kept(), "reader": reader.kept()}
