"""The report on printed statements: what was said, what we find, and why we differ where we do."""

from __future__ import annotations

import math
from collections.abc import Mapping

import xarray as xr

from equipoise.present.section import Column, Number, Section, Sentence, Table
from equipoise.results.record import Result

VERDICTS = ("agrees", "differs", "cannot tell", "unverified")
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
        "Of the printed statements {agrees} agree with ours, {differs} differ, and of {cannot_tell} we cannot tell.",
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
    """Return a row per statement: printed, ours, difference, verdict and why, source and its confidence."""
    texts = [
        [str(v) for v in data[key].values]
        for key in ("what", "printed", "ours", "verdict", "why", "source", "label")
    ]
    differences = [
        "" if not math.isfinite(d) else f"{d:+.1f} %" for d in map(float, data.difference_percent.values)
    ]
    rows = tuple(zip(*texts[:3], differences, *texts[3:], strict=True))
    return Table(stem, title, tuple(Column(h) for h in HEADS), rows)
