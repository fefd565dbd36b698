"""Printed statements of the debate beside ours, as rows; a statement that we contradict does not fail, it is shown."""

from __future__ import annotations

from typing import Any

from equipoise.published import phase_four, site_ranking, speed_dispute


def rows() -> list[dict[str, Any]]:
    """Return one row per statement."""
    found = [s for study in (speed_dispute, phase_four, site_ranking) for s in study.statements()]
    return [
        {
            "id": f"{s.study} {n}",
            "what": f"{s.what}; printed: {s.printed}; ours: {s.ours}",
            "value": s.verdict,
            "unit": "",
            "bar": "",
            "holds": None,
            "source": f"{s.source} [{s.label}]{'; ' + s.why if s.why else ''}",
        }
        for n, s in enumerate(found, start=1)
    ]
