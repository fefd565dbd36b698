"""A single result in a notebook: its sentences, its first figure, its tables; and its figures one by one."""

from __future__ import annotations

import hashlib
from html import escape
from typing import Any

from equipoise.foundation.errors import unknown_name
from equipoise.present import engagement
from equipoise.present.compose import TOPICS, section_of
from equipoise.present.html import Writer
from equipoise.present.section import Section
from equipoise.results.record import Result

ALONE = {"engagement": engagement.section}
"""Kinds that have no place in a report, and what shows them."""


def section(result: Result) -> Section | None:
    """Return what the report would say of ``result`` alone; None when its kind is only a table of numbers."""
    if result.kind in ALONE:
        return ALONE[result.kind](result, {})
    if all(result.kind != kind for kind, _, _ in TOPICS):
        return None
    return section_of(result.kind, {result.kind: result})


def html(result: Result) -> str:
    """Return the section as HTML with its first figure; a result without a section shows its summary and its data."""
    shown = section(result)
    if shown is None:
        return f"<p>{escape(result.summary())}</p>{result.data._repr_html_()}"
    first = shown.figures[:1]
    brief = Section(shown.anchor, shown.title, shown.sentences, (), shown.tables, shown.notes)
    prefix = hashlib.sha256(f"{result.title}{result.provenance}".encode()).hexdigest()[:8]
    pictures = {f.stem: f.draw()._repr_png_() for f in first}
    writer = Writer(pictures, result.provenance, prefix=prefix)
    return "".join([writer.section(brief), *(writer.figure(f) for f in first), writer.notes()])


def plot(result: Result, stem: str = "") -> Any:
    """Return one figure of the result as a matplotlib figure: the first, or the one called ``stem``."""
    shown = section(result)
    figures = {f.stem: f for f in (shown.figures if shown else ())}
    if not figures or (stem and stem not in figures):
        raise unknown_name("figure", stem or result.kind, figures)
    return figures[stem or next(iter(figures))].draw()
