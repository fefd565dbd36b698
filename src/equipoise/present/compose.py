"""From saved results to the report's sections: which topic reads which result, and in what order."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from equipoise.present.section import Section
from equipoise.results.record import Result

TOPICS: tuple[tuple[str, str], ...] = (
    ("defended_area", "equipoise.present.defended_area"),
    ("exposure", "equipoise.present.exposure"),
    ("guarantee", "equipoise.present.guarantee"),
    ("balance", "equipoise.present.balance"),
    ("scenario", "equipoise.present.inputs"),
)
"""Kind of result and the module whose ``section(result, beside)`` shows it, in the order of the report."""


def compose(results: Mapping[str, Result]) -> tuple[Section, ...]:
    """Return the sections of the results that are there; stems are unique over the whole report."""
    sections = tuple(
        import_module(module).section(results[kind], results) for kind, module in TOPICS if kind in results
    )
    stems = [part.stem for s in sections for part in (*s.figures, *s.tables)]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise ValueError(f"two sections write {', '.join(twice)}")
    return sections
