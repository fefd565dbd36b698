"""How fast certificates are found and checked."""

from __future__ import annotations

import time
from typing import Any

from equipoise.analysis.guarantees.certificate import certify
from equipoise.analysis.guarantees.statement import load_draft
from equipoise.checker.verify import check


def rows() -> list[dict[str, Any]]:
    """Search and check one draft at 5 km/s, near the largest speed that can be certified."""
    statement = load_draft("sufficient")
    statement["interceptor"]["speed_m_s"] = "5000"
    outcome = certify(statement, limit_s=60.0)
    began = time.perf_counter()
    boxes = check(outcome.certificate).boxes
    checking = time.perf_counter() - began
    return [
        _row("guarantee-decided", "share of the region decided within 60 s", outcome.decided, "1", 1.0),
        _row("guarantee-search", "search for the certificate", outcome.seconds, "s", 60.0),
        _row("guarantee-check", f"check of its {boxes} boxes", checking, "s", None),
    ]


def _row(name: str, what: str, value: float, unit: str, bar: float | None) -> dict[str, Any]:
    holds = None if bar is None else (value >= bar if unit == "1" else value <= bar)
    return {
        "id": name,
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": holds,
        "source": "this run",
    }
