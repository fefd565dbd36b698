"""Disputed numbers: for each, who said what and when, what ours is, and why it differs; on the evidence page and as a page of the site."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.present.published import texts, told_of
from equipoise.present.section import Cells, Column, Noted, Section, Sentence, Table

HEADS = ("Said by", "When", "What", "Said", "Ours", "Verdict", "Why", "Source")


def sections(data: Any) -> list[Section]:
    """Return a section for each disputed number of which a statement speaks."""
    return [_section(data, i) for i in range(data.sizes["of_number"])]


def pages(data: Any) -> dict[str, str]:
    """Return the pages of the site, in Markdown, by their address: one for each disputed number, and a list of them."""
    count = range(data.sizes["of_number"])
    lines = [f"- [{_said(data, 'title', i)}]({_name(data, i)}.md)" for i in count]
    head = "# Disputed numbers\n\nFor each number of the debate: who said what and when, what ours is, and why it differs.\n\n"
    return {"numbers/index.md": head + "\n".join(lines) + "\n"} | {
        f"numbers/{_name(data, i)}.md": _page(data, i) for i in count
    }


def _section(data: Any, number: int) -> Section:
    name = _name(data, number)
    rows: tuple[Cells, ...] = tuple(
        (*row[:4], Noted(row[4], told), *row[5:]) for row, told in _in_time(data, name)
    )
    table = Table(f"number-{name}-said", "Who said what, and when", tuple(Column(h) for h in HEADS), rows)
    return Section(
        anchor=f"number-{name}",
        title=_said(data, "title", number),
        sentences=tuple(
            Sentence(f"{word}: {{said}}", {}, {"said": _said(data, key, number)}, figure=table.stem)
            for word, key in (("Ours", "ours"), ("Why it differs", "differs"))
        ),
        tables=(table,),
    )


def _page(data: Any, number: int) -> str:
    stated = _in_time(data, _name(data, number))
    rows = [("Said by", "What", "Said", "Ours", "Verdict", "Why, and source"), ("---",) * 6]
    for (by, on, what, said, ours, verdict, why, source), _ in stated:
        who = ", ".join(part for part in (by, on) if part)
        rows.append((who, what, said, ours, verdict, f"{why} *{source}*".strip()))
    behind = [f"- {row[2]}: `{told['Computed']}`" for row, told in stated]
    parts = [
        f"# {_said(data, 'title', number)}",
        f"**Ours.** {_said(data, 'ours', number)}",
        f"**Why it differs.** {_said(data, 'differs', number)}",
        "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows),
        '<details markdown="1"><summary>What ours was computed from</summary>',
        "\n".join(dict.fromkeys(behind)),
        "</details>",
        "[The evidence page](../evidence-page.html) has every row with its place in the source.",
    ]
    return "\n\n".join(parts) + "\n"


def _in_time(data: Any, name: str) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """Return the cells of the statements on one number and what stands behind each, oldest first, those without a date last."""
    part = data.isel(statement=np.flatnonzero(data.number.values == name))
    columns = texts(part, "by", "on", "what", "printed", "ours", "verdict", "why", "source")
    rows = zip(zip(*columns, strict=True), told_of(part), strict=True)
    return sorted(rows, key=lambda row: row[0][1] or "9999")


def _name(data: Any, number: int) -> str:
    return str(data.of_number.values[number])


def _said(data: Any, key: str, number: int) -> str:
    return str(data[f"number_{key}"].values[number])
