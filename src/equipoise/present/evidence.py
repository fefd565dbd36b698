"""The evidence page: every printed number beside ours, study by study, and how the differences moved by version."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from statistics import median
from typing import Any

import numpy as np

from equipoise.present import disputed_numbers
from equipoise.present.chart import Chart, Mark, Row
from equipoise.present.document import document
from equipoise.present.html import Writer
from equipoise.present.published import VERDICTS, statement_table
from equipoise.present.section import Cells, Column, Figure, Number, Section, Sentence, Table
from equipoise.results import evidence
from equipoise.results.record import Provenance, Result

EVIDENCE = "evidence.html"
TITLE = "Evidence: published numbers and real flights beside ours"
COMMAND = "equipoise replicate --all"
COUNTED = ("Agree", "Differ", "Cannot tell", "Unverified", "Not read yet")
"""Heads of the counts, in the order of the verdicts."""
FAR = 5.0
"""A difference above this, in per cent, is explained in its row."""
WIDEST = 60.0
"""What lies farther off, in per cent, is drawn at the end of the axis."""
AXIS = "ours less printed (% of printed)"
_SAID = "{what}. What lies more than 60 % off stands at the end of the axis, its number beside its name."
MOVED = 0.5
"""A difference that moved by more than this, in points, between two versions is listed."""


@cache
def kept_page() -> str:
    """Return the page of the evidence that this version keeps."""
    found = evidence.kept()
    past = evidence.history()
    return page(found, past, Provenance(version=past[-1]["version"] if past else "", command=COMMAND))


def page(found: Result, past: Sequence[Mapping[str, str]], provenance: Provenance) -> str:
    """Return the page."""
    sections = _sections(found.data, past)
    writer = Writer({}, provenance)
    return document(TITLE, sections, writer, provenance, opening=writer.leads(sections))


def _sections(data: Any, past: Sequence[Mapping[str, str]]) -> list[Section]:
    parts = _by_study(data)
    sections = [_overview(data, parts)]
    of_dispute: dict[str, list[Any]] = {}
    for part in parts.values():
        of_dispute.setdefault(_about(part, "dispute"), []).append(part)
    for name, part in parts.items():
        dispute = _about(part, "dispute")
        if dispute and part is of_dispute[dispute][0]:
            sections.append(_dispute(dispute, of_dispute[dispute]))
        sections.append(
            Section(
                anchor=name, title=_title(part), figures=_figures(name, part),
                tables=(statement_table(part, f"statements-{name}", f"Printed beside ours: {_title(part)}"),),
                notes=(_about(part, "choices"),),
            )
        )  # fmt: skip
    return [*sections, *disputed_numbers.sections(data), _history(past)]


def _dispute(title: str, parts: Sequence[Any]) -> Section:
    """Return the head of a dispute: what its studies say together."""
    anchor = "dispute-" + "-".join("".join(c for c in word.lower() if c.isalnum()) for word in title.split())
    method = "counted over the studies below"
    counts = {
        v.replace(" ", "_"): Number(sum(_count(part, v) for part in parts), method=method)
        for v in VERDICTS[:3]
    }
    said = Sentence(
        "{all} statements: {agrees} agree with ours, {differs} differ, of {cannot_tell} we cannot tell.",
        {"all": Number(sum(part.sizes["statement"] for part in parts), method=method), **counts},
        figure=f"{anchor}-studies",
    )
    table = Table(
        f"{anchor}-studies", "Studies of this dispute", _study_columns(), tuple(_study_row(p) for p in parts)
    )
    return Section(anchor=anchor, title=title, sentences=(said,), tables=(table,))


def _title(part: Any) -> str:
    return _about(part, "title")


def _about(part: Any, key: str) -> str:
    """Return what is said of the study to which these statements belong."""
    ids = [str(name) for name in part.id.values]
    return str(part[key].values[ids.index(str(part.study.values[0]))])


def _figures(name: str, part: Any) -> tuple[Figure, ...]:
    """Return the numbers of a study in per cent of the nearest printed value, if it has any."""
    said = _SAID.format(
        what="our number less the printed one, with our range over what the source leaves open, and the printed range"
    )
    columns = (
        "what",
        "verdict",
        "printed_low",
        "printed_high",
        "ours_low",
        "ours_value",
        "ours_high",
        "difference_percent",
    )
    found: list[Row] = []
    for what, verdict, *numbers in zip(*(part[c].values for c in columns), strict=True):
        low, high, least, value, most, difference = map(float, numbers)
        nearest = min(max(value, low), high)
        if np.isfinite(difference) and nearest:
            ends = [100.0 * (x - nearest) / abs(nearest) for x in (least, most, low, high)]
            least, most = (x if np.isfinite(x) else difference for x in ends[:2])
            own = _row(f"{what} ({verdict})", difference, least, most)
            found.append({**own, "series": "ours"})
            if high > low:
                found.append({**_row("", 0.0, *ends[2:]), "group": own["group"], "series": "printed range"})
    chart = Chart(Mark.RANGES, tuple(found), AXIS)
    return (Figure(f"differences-{name}", f"{_title(part)}: {said}", chart=chart),) if found else ()


def _row(group: str, value: float, low: float, high: float) -> Row:
    """Return the row of a chart; what lies beyond its axis is drawn at its end, and the name says how far it is."""
    named = group if abs(value) <= WIDEST else f"{group}: {value:+.0f} %"
    low, value, high = (round(float(np.clip(x, -WIDEST, WIDEST)), 3) for x in (low, value, high))
    return {"group": named, "value": value, "low": low, "high": high}


def _strips(parts: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the median difference of every study, from the least to the greatest."""
    for part in parts.values():
        off = part.difference_percent.values.astype(float)
        off = off[np.isfinite(off)]
        if off.size:
            yield _row(_title(part), *map(float, (np.median(off), off.min(), off.max())))


def _count(data: Any, verdict: str) -> int:
    return int((data.verdict.values == verdict).sum())


def _overview(data: Any, parts: Mapping[str, Any]) -> Section:
    off = np.abs(data.difference_percent.values.astype(float))
    printed = ~np.isin(data.label.values.astype(str), ("computed", "memory"))
    numbers = np.isfinite(off)
    method = "counted over the tables below"
    counts = {v.replace(" ", "_"): Number(_count(data, v), method=method) for v in VERDICTS}
    said = Sentence(
        "{all} statements of {studies} studies, flights and tests stand beside ours; {numbers} are published numbers. "
        "{agrees} agree, {differs} differ, of {cannot_tell} we cannot tell, {unverified} rest on memory and are not asserted, and of {not_read_yet} "
        "the printed value waits for whoever holds the report.",
        {
            "all": Number(data.sizes["statement"], method=method),
            "studies": Number(len(parts), method=method),
            "numbers": Number(
                int((numbers & printed).sum()), method=f"{method}; numbers that a source prints"
            ),
            **counts,
        },
        figure="evidence-studies",
        lead=True,
    )
    return Section(
        anchor="overview",
        title="All in one view",
        sentences=(said, *_spread(off[numbers & printed])),
        figures=(
            Figure(
                "evidence-overview", f"Every study: {_SAID.format(what='median of our numbers less the printed ones, and the least and the greatest')}",
                chart=Chart(Mark.RANGES, tuple(_strips(parts)), AXIS),
            ),
        ),
        tables=(study_table(data), far_table(data)),
        notes=(
            "Nothing was tuned to a printed number. What a source leaves open is varied, and our range is shown with our value.",
            "agrees: our value is within the rounding of the printed one, or our range reaches it and our value lies within 5 %; "
            "cannot tell: only our range reaches it, or the source does not say what is meant; differs: neither.",
            "Confidence: sourced, read in a copy of the source or an official or press text that prints it; secondary, read in "
            "somebody else's transcription; computed, kept from an independent computation and printed by nobody; memory, "
            "unverified: shown, never asserted. A source that nobody has opened has no printed value: not read yet.",
            "A click on our value tells what was computed from which inputs, and the place of the printed one in its source.",
        ),
    )  # fmt: skip


def _spread(off: np.ndarray) -> Iterator[Sentence]:
    """Yield how far the published numbers lie from ours, ``off`` (n) in per cent; nothing where none is printed."""
    if not off.size:
        return
    yield Sentence(
        "Half of the published numbers lie within {median} of ours; {far} lie farther off than {limit}, each with its reason.",
        {
            "median": Number(
                float(np.median(off)), unit="%", digits=1, method="median of absolute differences"
            ),
            "far": Number(int((off > FAR).sum()), method="counted over the tables below"),
            "limit": Number(FAR, unit="%", method="set for this page"),
        },
        figure="evidence-overview",
        lead=True,
    )


def study_table(data: Any) -> Table:
    """Return verdicts and the median difference by study."""
    rows = tuple(_study_row(part) for part in _by_study(data).values())
    return Table("evidence-studies", "Studies and verdicts", _study_columns(), rows)


def _study_columns() -> tuple[Column, ...]:
    heads = ("Study", "Statements", *COUNTED)
    return (*(Column(h, digits=0) for h in heads), Column("Median difference", method="of absolute values"))


def _study_row(part: Any) -> Cells:
    counts = (_count(part, v) for v in VERDICTS)
    return (_title(part), part.sizes["statement"], *counts, _middle(part.difference_percent.values))


def far_table(data: Any) -> Table:
    """Return the numbers that differ by more than 5 %, farthest first."""
    off = np.abs(data.difference_percent.values.astype(float))
    order = [int(i) for i in np.argsort(-np.nan_to_num(off)) if off[i] > FAR]
    return statement_table(
        data.isel(statement=order), "evidence-far", "Differences above five per cent, and why"
    )


def _by_study(data: Any) -> dict[str, Any]:
    names = list(dict.fromkeys(str(s) for s in data.study.values))
    return {name: data.isel(statement=np.flatnonzero(data.study.values == name)) for name in names}


def _middle(differences: Any) -> str:
    off = [abs(float(d)) for d in differences if np.isfinite(float(d))]
    return f"{median(off):.1f} %" if off else "no numbers"


def _history(past: Sequence[Mapping[str, str]]) -> Section:
    """Return counts and median difference by version, and what moved since the version before."""
    versions = list(dict.fromkeys(row["version"] for row in past))
    by_version = {v: {(r["study"], r["what"]): r for r in past if r["version"] == v} for v in versions}
    rows: list[Cells] = []
    for version, found in by_version.items():
        verdicts = [r["verdict"] for r in found.values()]
        rows.append((
            version, next(iter(found.values()))["date"], len(found), *(verdicts.count(v) for v in VERDICTS),
            _middle([float(r["difference_percent"] or "nan") for r in found.values()]),
        ))  # fmt: skip
    heads = ("Version", "Date", "Statements", *COUNTED)
    tables = [
        Table(
            "evidence-history", "Differences by version",
            (*(Column(h, digits=0) for h in heads), Column("Median difference")), tuple(rows),
        )
    ]  # fmt: skip
    moved = []
    for before, after in itertools.pairwise(versions):
        for key, row in by_version[after].items():
            old = by_version[before].get(key)
            if old is None:
                continue
            shift = float(row["difference_percent"] or "nan") - float(old["difference_percent"] or "nan")
            if abs(shift) > MOVED or row["verdict"] != old["verdict"]:
                words = [
                    f"{float(r['difference_percent']):+.1f} %" if r["difference_percent"] else "no number"
                    for r in (old, row)
                ]
                moved.append((f"{before} to {after}", *key, *words, old["verdict"], row["verdict"]))  # fmt: skip
    if moved:
        moves = (
            "Versions",
            "Study",
            "What",
            "Difference before",
            "Difference after",
            "Verdict before",
            "Verdict after",
        )
        tables.append(Table("evidence-moved", "What moved", tuple(Column(h) for h in moves), tuple(moved)))
    return Section(
        anchor="history",
        title="Differences by version",
        sentences=(Sentence("A version that moves a number, or a verdict, is shown here with what it was before.", figure="evidence-history"),),
        tables=tuple(tables),
    )  # fmt: skip
