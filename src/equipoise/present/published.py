"""The report on printed statements: what was said, what we find, and why we differ where we do."""

from __future__ import annotations

import math
from collections.abc import Mapping

import xarray as xr

from equipoise.present.section import Column, Noted, Number, Section, Sentence, Table
from equipoise.results.record import Result

VERDICTS = ("agrees", "differs", "cannot tell", "unverified", "not read yet")
HEADS = ("What", "Printed", "Ours", "Difference", "Verdict", "Why", "Source", "Confidence")


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: a table of the statements, and how many agree."""
    data = result.data
    said = [str(v) for v in data.verdict.values]
    numbers = {
        word.replace(" ", "_"): Number(said.count(word), method="number of statements")
        for word in VERDICTS[:3]
    }
    sentence = Sentence(
        f"Of the printed statements {{agrees}} {'agrees' if said.count('agrees') == 1 else 'agree'} with ours, "
        f"{{differs}} {'differs' if said.count('differs') == 1 else 'differ'}, and of {{cannot_tell}} we cannot tell.",
        numbers,
        figure="published-statements",
    )
    return Section(
        anchor="published",
        title="What others printed",
        sentences=(sentence,),
        tables=(statement_table(data, "published-statements", "Printed statements beside ours"),),
        notes=("Nothing was tuned to agree: every statement is evaluated with nominal values.",),
    )


def statement_table(data: xr.Dataset, stem: str, title: str) -> Table:
    """Return a row per statement: printed, ours, difference, verdict and why, source and its confidence.

    A click on our value tells what was computed from which inputs, and where in the source the printed one stands.
    """
    what, printed, *rest = texts(data, "what", "printed", "verdict", "why", "source", "label")
    differences = [
        "" if not math.isfinite(d) else f"{d:+.1f} %" for d in map(float, data.difference_percent.values)
    ]
    ours = [Noted(str(said), told) for said, told in zip(data.ours.values, told_of(data), strict=True)]
    rows = tuple(zip(what, printed, ours, differences, *rest, strict=True))
    return Table(stem, title, tuple(Column(h) for h in HEADS), rows)


def texts(data: xr.Dataset, *names: str) -> list[list[str]]:
    """Return variables of text over the statements, a list each."""
    return [[str(v) for v in data[name].values] for name in names]


def told_of(data: xr.Dataset) -> list[dict[str, str]]:
    """Return what stands behind each statement, by head."""
    columns = texts(data, "inputs", "source", "place", "read_by", "by", "on", "study")
    return [
        {
            "Computed": inputs, "Source": source, "Place in the source": place, "Read by": reader,
            "Said by": ", ".join(part for part in (by, on) if part), "Computed again by": f"equipoise replicate {study}",
        }
        for inputs, source, place, reader, by, on, study in zip(*columns, strict=True)
    ]  # fmt: skip
