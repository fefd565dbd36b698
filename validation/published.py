"""Every printed statement beside ours; a row fails when a statement agrees less than this version's evidence keeps."""

from __future__ import annotations

from typing import Any

from equipoise.published import STUDIES, published
from equipoise.results import evidence


def rows() -> list[dict[str, Any]]:
    """Return one row per statement."""
    found = published(list(STUDIES))
    worse = {(w.study, w.what) for w in evidence.worse(found, evidence.kept())}
    columns = ("study", "what", "printed", "ours", "verdict", "source", "label", "why")
    said = zip(*(found.data[c].values for c in columns), strict=True)
    return [
        {
            "id": f"{study} {n}",
            "what": f"{what}; printed: {printed}; ours: {ours}",
            "value": verdict,
            "unit": "",
            "bar": "agrees no less than kept",
            "holds": (study, what) not in worse,
            "source": f"{source} [{label}]{'; ' + why if why else ''}",
        }
        for n, (study, what, printed, ours, verdict, source, label, why) in enumerate(said, start=1)
    ]
