"""The files of numbers of a run: ``results.nc`` and the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from equipoise.foundation.json_text import json_text
from equipoise.foundation.status import Truth
from equipoise.results.record import Result, save_results


def write_results(folder: Path, _scenario: Any, found: Mapping[str, Result], _tell: Any) -> None:
    """Write what was found into ``folder``; it is called as a task."""
    save_results(folder / "results.nc", found)
    if "guarantee" in found or "defended_area" in found:
        told = _verdicts(found["guarantee"]) if "guarantee" in found else []
        text = json_text(told, indent=2)
        (folder / "verdicts.json").write_text(text + "\n", encoding="utf-8")


def _verdicts(guarantee: Result) -> list[dict[str, Any]]:
    """Return what ``--json`` prints: one object per clause and phase; a margin that is null has its reason in ``note``."""
    data = guarantee.data
    return [
        {
            "clause": str(clause),
            "phase": str(phase),
            "verdict": Truth.of(data.truth.sel(clause=clause, phase=phase)).name.lower(),
            "margin_at_nominal": float(data.margin.sel(clause=clause, phase=phase)),
            "note": str(data.note.sel(clause=clause, phase=phase).values),
            "unit": str(data.unit.sel(clause=clause, phase=phase).values),
            "covered": str(data.covered.sel(clause=clause, phase=phase).values),
            "what_decides": str(data.deciding.sel(clause=clause, phase=phase).values),
        }
        for clause in data.clause.values
        for phase in data.phase.values
    ]
