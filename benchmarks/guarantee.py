"""Certificates: how much is decided in a minute, how long the search takes, and the check by other code."""

from __future__ import annotations

import time
from typing import Any

from equipoise.analysis.guarantees.cases import question
from equipoise.analysis.guarantees.search import certify
from equipoise.checkers.certificate.verify import check
from equipoise.scenario.load import load_scenario

LIMIT_S = 60.0


def rows() -> list[dict[str, Any]]:
    """Search and check the certificates of the built-in drafts; the share proved of the one that cannot be certified."""
    found = []
    for name in ("sufficient", "needlessly-strict", "too-weak", "epaa"):
        said = question(load_scenario(name)).said
        certify(said, limit_s=0.0)  # compile
        outcome = certify(said, limit_s=LIMIT_S)
        decided = 1.0 if outcome.certificate or outcome.witness else outcome.free
        found.append(
            _row(f"{name}-decided", "question decided (proof or witness) within 60 s", decided, "1", 1.0)
        )
        found.append(
            _row(f"{name}-free", "share of the region found free within 60 s", outcome.free, "1", None)
        )
        if outcome.certificate:
            found.append(_row(f"{name}-search", "search for the certificate", outcome.seconds, "s", LIMIT_S))
            began = time.perf_counter()
            boxes = check(outcome.certificate).boxes
            took = time.perf_counter() - began
            found.append(
                _row(f"{name}-check", f"check of its {boxes} boxes in ball arithmetic", took, "s", None)
            )
    return found


def _row(name: str, what: str, value: float, unit: str, bar: float | None) -> dict[str, Any]:
    holds = None if bar is None else (value >= bar if unit == "1" else value <= bar)
    return {
        "id": f"guarantee-{name}",
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": holds,
        "source": "this run",
    }
