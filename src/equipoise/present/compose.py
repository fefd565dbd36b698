"""From saved results to the report's sections: which topic reads which result, and in what order."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from equipoise.present.section import Section
from equipoise.results.record import Result

TOPICS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("crux", "equipoise.present.crux", ()),
    ("defended_area", "equipoise.present.defended_area", ("places",)),
    ("launch_policies", "equipoise.present.launch_policies", ()),
    ("raids", "equipoise.present.raids", ()),
    ("exposure", "equipoise.present.exposure", ("places",)),
    ("radar_exposure", "equipoise.present.radar_exposure", ()),
    ("cooperation", "equipoise.present.cooperation", ("defended_area",)),
    ("guarantee", "equipoise.present.guarantee", ()),
    ("certificate", "equipoise.present.certificate", ()),
    ("worst", "equipoise.present.worst", ()),
    ("negotiation", "equipoise.present.negotiation", ()),
    ("timeline", "equipoise.present.timeline", ()),
    ("balance", "equipoise.present.balance", ()),
    ("published", "equipoise.present.published", ()),
    ("flight_test_plan", "equipoise.present.flight_test", ()),
    ("flight_test_campaign", "equipoise.present.flight_test", ()),
    ("flight_test_evidence", "equipoise.present.flight_test", ()),
    ("flight_test_inputs", "equipoise.present.flight_test", ()),
    ("uncertainty", "equipoise.present.uncertainty", ()),
    ("sweep", "equipoise.present.sweep", ()),
    ("flight", "equipoise.present.flight", ()),
    ("scenario", "equipoise.present.inputs", ()),
)
"""Kind of result, the module whose ``section(result, beside)`` shows it, and the kinds that it may look at beside it.

In the order of the report.
"""


def compose(results: Mapping[str, Result]) -> tuple[Section, ...]:
    """Return the sections of the results that are there; stems are unique over the whole report."""
    sections = tuple(section_of(kind, results) for kind, _, _ in TOPICS if kind in results)
    stems = [stem for s in sections for stem in (*(f.stem for f in s.figures), *(t.stem for t in s.tables))]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise ValueError(f"two sections write {', '.join(twice)}")
    return sections


def section_of(kind: str, results: Mapping[str, Result]) -> Section:
    """Return the section of one kind of result, which may look at the scenario and at the results that its topic names."""
    module, names = next((module, names) for name, module, names in TOPICS if name == kind)
    beside = {name: results[name] for name in (*names, "scenario") if name in results}
    section: Section = import_module(module).section(results[kind], beside)
    return section
