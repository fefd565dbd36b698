"""The result folder's figures, tables and report from saved results alone: no network, no engine."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from equipoise.foundation.errors import StoredResultError
from equipoise.foundation.output_folder import additions_to
from equipoise.present.compose import compose
from equipoise.present.document import document
from equipoise.present.drawing import draw_all
from equipoise.present.evidence import EVIDENCE, kept_page
from equipoise.present.exports import export
from equipoise.present.first_screen import first_screen
from equipoise.present.html import Writer
from equipoise.present.names import Names
from equipoise.present.payload import payload
from equipoise.present.preview import still_map
from equipoise.present.scenes import scenes
from equipoise.present.section import Section, Table
from equipoise.present.what_if import engine
from equipoise.results.record import Provenance, Result, load_results
from equipoise.results.tables import write_table

REPORT, PREVIEW = "report.html", "preview.png"


def write_report(results: Mapping[str, Result], folder: Path) -> Path:
    """Write ``tables/``, ``report.html`` and the evidence page into ``folder``; return the report's path.

    >>> import equipoise as eq, tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> through = eq.raid(eq.Scenario.load("epaa").at("2018", mode="independent"))
    >>> eq.write_report({through.kind: through}, pathlib.Path(folder.name)).name
    'report.html'
    >>> folder.cleanup()
    """
    sections = compose(results)
    provenance = next((r.provenance for r in results.values()), Provenance())
    for section in sections:
        _write_tables(section, folder / "tables", provenance)
    writer = Writer({}, provenance, names=Names.of(results), tables="tables")
    still = still_map(results, _title(results), first_screen(results))
    if still:
        (folder / PREVIEW).write_bytes(still)
    text = _page(results, sections, writer, provenance, _map(results), still)
    (folder / REPORT).write_text(text, encoding="utf-8")
    (folder / EVIDENCE).write_text(kept_page(), encoding="utf-8")
    return folder / REPORT


def redraw(folder: Path, exports: Sequence[str] = (), *, figures: bool = False) -> list[Path]:
    """Write the report of a finished result folder again, and exports; nothing is changed before all of it is made.

    With ``figures`` every figure is drawn into ``figures/`` too, as SVG and PNG for print. The paths of the report, of the exports and
    of the figures are returned.
    """
    results = load_results(folder / "results.nc")
    with additions_to(folder) as made:
        written = export(results, exports, made / "exports")
        try:
            write_report(results, made)
            sections, names = (compose(results) if figures else ()), Names.of(results)
            drawn = [p for s in sections for p in draw_all(s, made / "figures", names)]
        except (AttributeError, KeyError) as error:
            made_by = next((r.provenance for r in results.values()), Provenance())
            raise StoredResultError(
                f"{folder}: saved by Equipoise {made_by.version or 'unknown'} without what this version draws ({error}); "
                f"run its command again: {made_by.command}"
            ) from error
    exported = (folder / "exports" / path.name for path in written)
    return [folder / REPORT, *exported, *(folder / "figures" / path.name for path in drawn)]


def _write_tables(section: Section, folder: Path, provenance: Provenance) -> None:
    tables = {t.stem: t for t in (*section.tables, *(f.data for f in section.figures)) if t is not None}
    for table in tables.values():
        _write_table(table, folder, provenance)


def _write_table(table: Table, folder: Path, provenance: Provenance) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{table.stem}.csv").write_text(table.csv(), encoding="utf-8")
    header = {"kind": table.stem, "title": table.title, "provenance": asdict(provenance)}
    write_table(folder / f"{table.stem}.parquet", _columns(table), header=header)


def _columns(table: Table) -> dict[str, np.ndarray]:
    """Return the table as arrays: numbers where every cell is one (a missing one is nan), else text."""
    arrays = {}
    for name, cells in table.flat().items():
        text = any(isinstance(c, str) for c in cells)
        plain = (
            ["" if c is None else str(c) for c in cells]
            if text
            else [np.nan if c is None else c for c in cells]
        )
        arrays[name] = np.array(plain, dtype=object if text else float)
    return arrays


def _page(
    results: Mapping[str, Result],
    sections: Sequence[Section],
    writer: Writer,
    provenance: Provenance,
    data: str,
    still: bytes,
) -> str:
    link = f'<p><a href="{EVIDENCE}">How far the numbers of this version lie from published ones and from real flights</a>.</p>'
    opening = first_screen(results)
    words = writer.headline(opening) or writer.leads(sections)
    told = writer.scenes(scenes(results)) if data else ""
    said = " ".join(sentence.text for sentence in opening.headline)
    head = f"{words}{writer.keys(opening)}"
    return document(
        _title(results),
        sections,
        writer,
        provenance,
        opening=head,
        first=f"{_map_place(still) if data else ''}{told}{data}",
        last=link,
        description=said,
        picture=PREVIEW if still else "",
        engine=_engine(results),
    )


def _engine(results: Mapping[str, Result]) -> str:
    """Return the engine for what-if questions about the run's map; nothing when the run has none."""
    if not {"what_if", "defended_area"} <= set(results):
        return ""
    return engine(results["what_if"], results["defended_area"].data)


def _title(results: Mapping[str, Result]) -> str:
    first = next(iter(results.values()), None)
    return results["scenario"].title if "scenario" in results else first.title if first else ""


def _map_place(still: bytes) -> str:
    """Return the place of the map on the first screen; without scripts it holds a still one."""
    image = base64.b64encode(still).decode()
    picture = (
        f'<noscript><img alt="Still map of the headline" src="data:image/png;base64,{image}"></noscript>'
    )
    return (
        f"<section id=map tabindex=-1 aria-label='Interactive map'><div id=map-page>{picture if still else ''}<noscript><p>The interactive map needs "
        "a browser with scripts switched on; the tables below hold the same results.</p></noscript></div></section>"
    )


def _map(results: Mapping[str, Result]) -> str:
    """Return the place of the page's controls and its data; nothing when the run has nothing to map."""
    data = payload(results)
    if not data:
        return ""
    return (
        "<section id=explore aria-label='Explore'><div id=explore-page></div>"
        f'<script type="application/json" id=page-data>{data}</script></section>'
    )
