"""Published studies: each a fixed set of choices under its name, with its printed numbers beside ours."""

from __future__ import annotations

from importlib import import_module

from equipoise.foundation.errors import unknown_name
from equipoise.results.record import Result

STUDIES = {
    "speed-dispute": "equipoise.published.speed_dispute",
    "phase-four": "equipoise.published.phase_four",
    "site-ranking": "equipoise.published.site_ranking",
    "exercise-2012": "equipoise.published.exercise_2012",
}
"""Name of a study and its module, whose ``statements()`` compares."""


def published(names: tuple[str, ...]) -> Result:
    """Return the statements of the named studies as one result."""
    from equipoise.published.statement import as_result

    unknown = [name for name in names if name not in STUDIES]
    if unknown:
        raise unknown_name("study", unknown[0], STUDIES)
    return as_result([s for name in names for s in import_module(STUDIES[name]).statements()])
