"""The report on printed statements: what was said, what we find, and why we differ where we do."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.present.section import Column, Number, Section, Sentence, Table
from equipoise.results.record import Result

VERDICTS = ("agrees", "differs", "cannot tell")


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: a table of the statements, and how many agree."""
    data = result.data
    said = [str(v) for v in data.verdict.values]
    numbers = {
        word.replace(" ", "_"): Number(said.count(word), method="number of statements") for word in VERDICTS
    }
    sentence = Sentence(
        "Of the printed statements {agrees} agree with ours, {differs} differ, and of {cannot_tell} we cannot tell.",
        numbers,
        figure="published-statements",
    )
    rows = tuple(
        tuple(str(data[key].values[i]) for key in ("what", "printed", "ours", "verdict", "why", "source"))
        for i in range(data.sizes["statement"])
    )
    heads = tuple(Column(h) for h in ("What", "Printed", "Ours", "Verdict", "Why", "Source"))
    return Section(
        anchor="published",
        title="What others printed",
        sentences=(sentence,),
        tables=(Table("published-statements", "Printed statements beside ours", heads, rows),),
        notes=(
            "Nothing was tuned to agree: every statement is evaluated with the scenario's own nominal values.",
        ),
    )
