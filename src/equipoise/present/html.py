"""From sections to the pieces of one HTML page; every text is escaped here and nowhere else."""

from __future__ import annotations

import base64
import math
import re
import zlib
from collections.abc import Sequence
from html import escape
from itertools import count

from equipoise.foundation.json_text import json_text
from equipoise.present.chart import Chart
from equipoise.present.first_screen import FirstScreen, Key
from equipoise.present.names import Names
from equipoise.present.scenes import Scene
from equipoise.present.section import (
    NOT_DEFINED,
    Cell,
    Cells,
    Column,
    Figure,
    Noted,
    Number,
    Section,
    Sentence,
    Table,
    plain,
)
from equipoise.results.record import Provenance

VIEW = "view:"
"""What an address of a view of the map begins with; ``page/src/state.svelte.ts`` reads the rest."""
SOURCE = "Source"
"""Head of what is quoted as it was printed, addresses of pages included: no name takes the place of a word there."""
VERBATIM = (SOURCE, "Computed", "Place in the source", "Computed again by")
"""Heads of what is told as it stands: quotations, names of inputs, commands."""
_BRACKET = re.compile(r"\((?:<span[^>]*>)?<button[^>]*>[^<]*</button>(?:</span>)?[,.);]*")
"""A bracket with the number that follows it: between them a browser would break the line."""
MANY = 7
"""A table of more columns keeps a width at which they can be read, and is scrolled on a narrow screen."""

EVERY = {
    "Mode": "every mode",
    "Launch policy": "every policy",
    "Variant": "every variant",
    "Defence": "with or without",
    "Alert": "every alert",
    "Phase": "every phase",
}
"""Columns whose values are tried in turn: rows that agree in all else are one on the page, with these words where all agree."""


class Writer:
    """Writes sections; ``pictures`` maps the stem of a figure that the page does not draw to a PNG. Ids are unique over one writer, and over
    several in one document when each has its own ``prefix``."""

    def __init__(
        self,
        pictures: dict[str, bytes],
        provenance: Provenance,
        *,
        names: Names | None = None,
        prefix: str = "about",
        tables: str = "",
    ) -> None:
        """Keep what every figure needs, and the names that stand for identifiers in all that is read.

        ``tables`` is the folder of tables as Parquet beside the page; empty where none is written.
        """
        self._tables = tables
        self._names = names or Names()
        self._pictures = pictures
        self._provenance = provenance
        self._ids = (f"{prefix}-{n}" for n in count(1))
        self._notes: dict[str, str] = {}

    def notes(self) -> str:
        """Return what the numbers written so far say when they are asked; it stands after all text."""
        return "".join(
            f"<div popover class=about id={name}><dl>{items}</dl></div>"
            for items, name in self._notes.items()
        )

    def section(self, section: Section) -> str:
        """Return one section with its heading."""
        parts = [f'<section id="{section.anchor}"><h2>{self._said(section.title)}</h2>']
        pictured = {f.stem for f in section.figures if not f.folded and not f.view}
        parts += [
            f"<p>{self._words(s)}{_on_map(s)}</p>" for s in section.sentences if s.figure not in pictured
        ]
        parts += [_certificate(section.certificate)] if section.certificate else []
        parts += [
            self.figure(f, [s for s in section.sentences if s.figure == f.stem])
            for f in section.figures
            if not f.folded
        ]
        hidden = "".join(self.figure(f) for f in section.figures if f.folded)
        if hidden:
            parts.append(f"<details><summary>More figures</summary>{hidden}</details>")
        parts += [self._table(t) for t in section.tables]
        if section.notes:
            items = "".join(f"<li>{self._said(note)}</li>" for note in section.notes)
            parts.append(
                f"<details class=notes><summary>Method and limits</summary><ul>{items}</ul></details>"
            )
        return "".join([*parts, "</section>"])

    def leads(self, sections: Sequence[Section]) -> str:
        """Return the leading sentences of sections, for a page that has no map and no figures above everything else."""
        said = (
            f'<p class=answer>{self._words(sentence)} <a href="#{escape(sentence.figure or s.anchor)}">{self._said(s.title)}</a></p>'
            for s in sections
            for sentence in s.sentences
            if sentence.lead
        )
        return "".join(said)

    def headline(self, first: FirstScreen) -> str:
        """Return the answer in plain words, which stands above everything else."""
        return (
            f"<p class=answer>{' '.join(self._words(said) for said in first.headline)}</p>"
            if first.headline
            else ""
        )

    def keys(self, first: FirstScreen) -> str:
        """Return the figures beside the map, below the phase and the mode of which they speak."""
        chosen = f"<p class=chosen>{self._words(first.chosen, marked=True)}</p>" if first.chosen else ""
        return f"{chosen}<ul class=keys>{''.join(map(self._key, first.keys))}</ul>" if first.keys else ""

    def scenes(self, scenes: Sequence[Scene]) -> str:
        """Return the scenes that are stepped through on the map, as plain text that scripts bring to life."""
        told = "".join(
            f'<article class=scene data-scene={scene.kind} id="scene-{scene.kind}"><h2>{self._said(scene.title)}</h2>'
            f"{''.join(f'<p>{self._words(s)}{_on_map(s)}</p>' for s in scene.sentences)}<div class=stage></div></article>"
            for scene in scenes
        )
        return f"<section id=scenes aria-label='The story in scenes'>{told}</section>" if told else ""

    def _key(self, key: Key) -> str:
        if key.number is not None:
            said = f"<strong>{self._number(key.number)}</strong>"
        else:
            steps = (
                f'<li data-truth={v.truth.name.lower()} data-phases="{" ".join(map(str, v.phases))}"><span>{self._said(v.label)}</span> {v.words}</li>'
                for v in key.verdicts
            )
            said = f"<ol class=steps>{''.join(steps)}</ol>"
        return (
            f'<li data-key="{escape(key.label)}">'
            f'<h2><a href="#{key.anchor}">{self._said(key.label)}</a></h2>{said}<p>{self._words(key.words, marked=True)}</p></li>'
        )

    def glossary(self, terms: dict[str, str]) -> str:
        """Return the glossary as a folded list."""
        items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in terms.items())
        return (
            "<section id=glossary><h2>Glossary</h2><details class=glossary><summary>Words of this report</summary>"
            f"<dl>{items}</dl></details></section>"
        )

    def _said(self, text: str) -> str:
        """Return a text as it is read, escaped."""
        return escape(self._names.said(text))

    def _words(self, sentence: Sentence, *, marked: bool = False) -> str:
        """Return a sentence; ``marked`` names are found by the page, which changes them with its switches."""
        said = {key: self._number(n) for key, n in sentence.numbers.items()}
        said |= {key: self._said(name) for key, name in sentence.names.items()}
        if marked:
            said = {key: f"<span data-of={key}>{words}</span>" for key, words in said.items()}
        words = _BRACKET.sub(
            r"<span class=bound>\g<0></span>", escape(sentence.template, quote=False).format(**said)
        )
        return f"<span class=warns>{words}</span>" if sentence.warns else words

    def _number(self, number: Number) -> str:
        """Return the number as a button that opens its unit, range, source and method."""
        rows = {
            "Unit": number.unit or "none (a pure number)",
            **number.exact,
            "Method": number.method,
            SOURCE: number.source or f"computed by Equipoise {self._provenance.version}",
            "Confidence": number.confidence,
        }
        return self._popover(number.text, rows)

    def _popover(self, label: str, rows: dict[str, str]) -> str:
        items = "".join(
            f"<dt>{key}</dt><dd>{escape(text) if key in VERBATIM else self._said(text)}</dd>"
            for key, text in rows.items()
            if text
        )
        name = self._notes.get(items) or next(self._ids)
        self._notes[items] = name
        return f"<button type=button class=number popovertarget={name}>{self._said(label)}</button>"

    def figure(self, figure: Figure, found: Sequence[Sentence] = ()) -> str:
        """Return one figure: what was ``found`` and it shows as its title, then the picture with its caption, citation and data.

        A view of the page's map is a link to it.
        """
        if figure.view:
            return f'<p id="{figure.stem}"><a href="#{escape(figure.view)}">{self._said(figure.caption.removesuffix("."))}</a></p>'
        data = self._download(figure.data) if figure.data else ""
        caption = f"<figcaption>{self._said(figure.caption)}</figcaption>"
        titles = "".join(f"<p class=finding>{self._words(s)}</p>" for s in found)
        above, below = (titles, caption) if found else (caption, "")
        return (
            f'<figure id="{figure.stem}">{above}{self._shown(figure)}{below}'
            f'<p class=tools><button type=button class=cite data-cite="{escape(self._citation(figure))}">Copy citation'
            f"</button>{data}</p></figure>"
        )

    def _shown(self, figure: Figure) -> str:
        """Return what stands for the figure: its picture, or data that the page draws."""
        if figure.stem in self._pictures:
            image = base64.b64encode(self._pictures[figure.stem]).decode()
            return f'<img alt="{self._said(figure.told)}" loading=lazy decoding=async src="data:image/png;base64,{image}">'
        if figure.live is not None:
            text = json_text(figure.live).replace("<", "\\u003c")
            return f'<script type="application/json" class=live>{text}</script>'
        return "".join(map(self._chart, figure.charts))

    def _chart(self, chart: Chart) -> str:
        text = json_text(chart.named(self._names.said).plain()).replace("<", "\\u003c")
        return (
            f'<script type="application/json" class=chart data-alt="{self._said(chart.told)}">{text}</script>'
        )

    def _citation(self, figure: Figure) -> str:
        p = self._provenance
        made = f"Equipoise {p.version}, scenario {p.scenario} (sha256 {p.scenario_hash[:16]}), made by: {p.command}."
        sources = f" Sources: {'; '.join(figure.sources)}." if figure.sources else ""
        return f"{figure.caption} {made}{sources}"

    def _table(self, table: Table) -> str:
        heads = "".join(f"<th scope=col>{self._head(c)}</th>" for c in table.columns)
        rows = "".join(
            f"<tr>{''.join(self._cell(v, c) for v, c in zip(row, table.columns, strict=True))}</tr>"
            for row in self._agreeing(table)
        )
        inside = (
            f'<div class="wide{" many" if len(table.columns) > MANY else ""}" tabindex=0 role=region aria-label="{self._said(table.title)}"><table>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
            f"<p class=tools>{self._download(table)}</p>"
        )
        return f'<details class=table id="{table.stem}"><summary>{self._said(table.title)}</summary>{inside}</details>'

    def _download(self, table: Table) -> str:
        """Return links to a table's numbers: as CSV in the page itself, as Parquet in the folder that the page was written into."""
        data = base64.b64encode(table.csv().encode()).decode()
        title = f"<span class=hidden> of {self._said(table.title)}</span>"
        csv = f'<a download="{table.stem}.csv" href="data:text/csv;charset=utf-8;base64,{data}">Download data{title} (CSV)</a>'
        beside = (
            f' <a href="{self._tables}/{table.stem}.parquet">Parquet{title}, in the folder of this file</a>'
        )
        return f"{csv}{beside}" if self._tables else csv

    def _agreeing(self, table: Table) -> list[Cells]:
        """Return the rows with those made one that differ in one of :data:`EVERY` alone; the file keeps every row."""
        rows = list(table.rows)
        heads = [column.name for column in table.columns]
        for head, words in EVERY.items():
            if head in heads:
                rows = self._one_of(rows, heads.index(head), words)
        return rows

    def _one_of(self, rows: Sequence[Cells], at: int, words: str) -> list[Cells]:
        """Return the rows with those made one that differ in the cell ``at`` alone; ``words`` stand for all that it can hold."""
        merged: dict[tuple[str, ...], tuple[list[str], Cells]] = {}
        for row in rows:
            rest = tuple(c.text if isinstance(c, Number) else str(c) for c in (*row[:at], *row[at + 1 :]))
            merged.setdefault(rest, ([], row))[0].append(str(row[at]))
        every = list(dict.fromkeys(str(row[at]) for row in rows))
        return [
            (
                *row[:at],
                words if len(every) > 1 and held == every else ", ".join(map(self._names.said, held)),
                *row[at + 1 :],
            )
            for held, row in merged.values()
        ]

    def _head(self, column: Column) -> str:
        name = self._names.said(column.name)
        label = f"{name} ({column.unit})" if column.unit else name
        if not (column.source or column.method):
            return escape(label)
        return self._popover(label, {"Unit": column.unit, "Method": column.method, SOURCE: column.source})

    def _cell(self, cell: Cell, column: Column) -> str:
        if isinstance(cell, Number):
            return f"<td class=n>{self._number(cell) if cell.source or cell.method != column.method else escape(cell.text)}</td>"
        if isinstance(cell, Noted):
            return f"<td>{self._popover(cell.text, dict(cell.told))}</td>"
        if isinstance(cell, str):
            return f"<td>{escape(cell) if column.name == SOURCE else self._said(cell)}</td>"
        if math.isnan(cell):
            return f"<td class=n>{NOT_DEFINED}</td>"
        words = f"{cell:g}" if column.digits is None else plain(cell, unit=column.unit, digits=column.digits)
        return f"<td class=n>{words}</td>"


def _certificate(text: str) -> str:
    """Return a certificate, deflated, for ``page/src/Certificate.svelte``; without scripts, the way to check it."""
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    return (
        f'<div class=certificate><script type="application/json" class=certificate>"{packed}"</script><noscript><p>This report carries '
        "the certificate, and a browser with scripts can check it here.</p></noscript></div>"
    )


def _on_map(sentence: Sentence) -> str:
    """Return a link to the view of the map that a sentence is about."""
    return (
        f' <a href="#{escape(sentence.figure)}">Open on the map</a>'
        if sentence.figure.startswith(VIEW)
        else ""
    )
