"""The result folder's figures, tables and report from saved results alone: no network, no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from equipoise.foundation.errors import StoredResultError
from equipoise.present.compose import compose
from equipoise.present.document import document
from equipoise.present.drawing import Shared, pictures_of
from equipoise.present.evidence import EVIDENCE, kept_page
from equipoise.present.first_screen import first_screen
from equipoise.present.html import Writer
from equipoise.present.payload import payload
from equipoise.present.section import Section, Table
from equipoise.results.record import Provenance, Result, load_results
from equipoise.results.tables import write_table


def write_report(results: Mapping[str, Result], folder: Path, shared: Shared | None = None) -> Path:
    """Write ``figures/``, ``tables/``, ``report.html`` and the evidence page into ``folder``; return the report's path.

    ``shared`` is what has been made of these results before, in whichever process.
    """
    sections = compose(results, shared.sections if shared else None)
    provenance = next((r.provenance for r in results.values()), Provenance())
    _write_tables(sections, folder / "tables", provenance)
    data = _map(results)
    pictures = pictures_of(sections, folder / "figures", shared)
    path = folder / "report.html"
    path.write_text(
        _page(results, sections, Writer(pictures, provenance), provenance, data), encoding="utf-8"
    )
    (folder / EVIDENCE).write_text(kept_page(), encoding="utf-8")
    return path


def redraw(folder: Path) -> Path:
    """Write the report of a finished result folder again; each file appears only when it is complete."""
    results = load_results(folder / "results.nc")
    with TemporaryDirectory(prefix=".report.", dir=folder) as name:
        temporary = Path(name)
        try:
            write_report(results, temporary)
        except (AttributeError, KeyError) as error:
            made_by = next((r.provenance for r in results.values()), Provenance())
            raise StoredResultError(
                f"{folder}: saved by Equipoise {made_by.version or 'unknown'} without what this version draws ({error}); "
                f"run its command again: {made_by.command}"
            ) from error
        for made in sorted(path for path in temporary.rglob("*") if path.is_file()):
            target = folder / made.relative_to(temporary)
            target.parent.mkdir(exist_ok=True)
            made.replace(target)
    return folder / "report.html"


def _write_tables(sections: Sequence[Section], folder: Path, provenance: Provenance) -> None:
    folder.mkdir(exist_ok=True)
    tables = {t.stem: t for s in sections for t in (*s.tables, *(f.data for f in s.figures)) if t is not None}
    for table in tables.values():
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
) -> str:
    first = next(iter(results.values()), None)
    title = results["scenario"].title if "scenario" in results else first.title if first else ""
    link = f'<p><a href="{EVIDENCE}">How far the numbers of this version lie from published ones and from real flights</a>.</p>'
    opening = first_screen(results)
    words = writer.headline(opening) or writer.leads(sections)
    above = f"{words}{MAP if data else ''}{writer.keys(opening)}"
    return document(title, sections, writer, provenance, first=above, explore=data, last=link)


MAP = (
    "<section id=map aria-label='Interactive map'><div id=map-page><p>The interactive map needs a browser with scripts switched on; "
    "the figures and tables below hold the same results.</p></div></section>"
)
"""The place of the map on the first screen."""


def _map(results: Mapping[str, Result]) -> str:
    """Return the place of the page's controls and its data; nothing when the run has nothing to map."""
    data = payload(results)
    if not data:
        return ""
    return (
        "<section id=explore aria-label='Explore'><div id=explore-page></div>"
        f'<script type="application/json" id=page-data>{data}</script></section>'
    )
