"""The result folder's figures, tables and report from saved results alone: no network, no engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from equipoise.present.compose import compose
from equipoise.present.figures import REASONS, SHOTS, save
from equipoise.present.html import Writer
from equipoise.present.page import payload
from equipoise.present.section import Section, Table
from equipoise.results.record import Provenance, Result, load_results
from equipoise.results.tables import write_table

LARGE_DRAWING_BYTES = 120_000
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def write_report(results: Mapping[str, Result], folder: Path) -> Path:
    """Write ``figures/``, ``tables/`` and ``report.html`` into ``folder``; return the report's path."""
    sections = compose(results)
    provenance = next((r.provenance for r in results.values()), Provenance())
    pictures = _write_figures(sections, folder / "figures")
    _write_tables(sections, folder / "tables", provenance)
    path = folder / "report.html"
    path.write_text(_page(results, sections, Writer(pictures, provenance), provenance), encoding="utf-8")
    return path


def redraw(folder: Path) -> Path:
    """Write the report of a finished result folder again; each file appears only when it is complete."""
    results = load_results(folder / "results.nc")
    with TemporaryDirectory(prefix=".report.", dir=folder) as name:
        temporary = Path(name)
        write_report(results, temporary)
        for made in sorted(path for path in temporary.rglob("*") if path.is_file()):
            target = folder / made.relative_to(temporary)
            target.parent.mkdir(exist_ok=True)
            made.replace(target)
    return folder / "report.html"


def _write_figures(sections: Sequence[Section], folder: Path) -> dict[str, Path]:
    """Save every figure as SVG and PNG; return the file of each for the page: the drawing unless it is large."""
    folder.mkdir(exist_ok=True)
    chosen = {}
    for figure in (f for s in sections for f in s.figures):
        drawing, picture = save(figure.draw(), folder, figure.stem)
        chosen[figure.stem] = drawing if drawing.stat().st_size < LARGE_DRAWING_BYTES else picture
    return chosen


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
    results: Mapping[str, Result], sections: Sequence[Section], writer: Writer, provenance: Provenance
) -> str:
    title = results["scenario"].title if "scenario" in results else provenance.scenario
    leads = "".join(writer.lead(s, said) for s in sections for said in s.sentences if said.lead)
    style = (files("equipoise.present") / "report.css").read_text()
    p = provenance
    return f"""<!doctype html>
<html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
<meta http-equiv=Content-Security-Policy content="{POLICY}">
<title>{escape(title)}</title><style>{style}</style></head><body>
<h1>{escape(title)}</h1>
{leads}
{_map(results)}
{"".join(writer.section(s) for s in sections)}
<section id=provenance><h2>Made by</h2><p>Equipoise {escape(p.version)}, scenario {escape(p.scenario)}
(sha256 {escape(p.scenario_hash[:16])}). Make it again: <code>{escape(p.command)}</code></p></section>
{writer.notes()}</body></html>"""


def _map(results: Mapping[str, Result]) -> str:
    """Return the interactive map with its switches, its key and its data; nothing without a defended area."""
    data = payload(results)
    if not data:
        return ""
    key = "".join(
        f'<span style="background:{SHOTS[n]}"></span>{n}{"+" if n == 3 else ""} shots' for n in (1, 2, 3)
    )
    present = {int(v) for v in np.unique(results["defended_area"].data.reason)}
    key += "".join(
        f'<span style="background:{c}"></span>{t}' for r, (c, t) in REASONS.items() if int(r) in present
    )
    text = json.dumps(data, separators=(",", ":")).replace("</", "<\\/")
    script = (files("equipoise.present") / "page.js").read_text()
    return f"""<p>Click a cell, or focus the map and use the arrow keys, to ask why.</p>
<div><label>Phase <select id=pick-phase></select></label><label>Mode <select id=pick-mode></select></label>
<label>Missile <select id=pick-threat></select></label></div>
<div class=map><canvas id=map tabindex=0 role=img aria-label="Map of the defended area"></canvas></div>
<p class=key>{key}</p><p id=why aria-live=polite></p>
<script type="application/json" id=map-data>{text}</script><script>{script}</script>"""
