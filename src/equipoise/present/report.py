"""One self-contained HTML file from finished results: no network, no engine."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.foundation.status import Reason
from equipoise.present.figures import REASONS, SHOTS, borders
from equipoise.results.record import Provenance, Result

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#f2f2ee;--line:#ccc;--link:#0b5394}
@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#161616;--soft:#242424;--line:#555;--link:#8ec1ff}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1080px;padding:1rem;font:16px/1.5 system-ui,sans-serif;
color:var(--ink);background:var(--paper);overflow-wrap:anywhere}a{color:var(--link)}h1{line-height:1.2}
.verdict{background:var(--soft);border-left:5px solid #08306b;padding:.6rem 1rem;margin:.5rem 0}
figure{margin:1rem 0}figure img{width:100%;height:auto;background:#fff}figcaption{font-size:.9rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;width:100%;overflow-wrap:normal}
th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
.map{width:100%}canvas{width:100%;display:block;border:1px solid var(--line);background:#fff}
label{display:inline-block;margin:.2rem .8rem .2rem 0}select{font:inherit;max-width:100%}
#why{min-height:3em;background:var(--soft);padding:.5rem}.key span{display:inline-block;width:1em;height:1em;
border:1px solid #444;vertical-align:-2px;margin:0 .3em 0 .8em}
@media print{details{display:block}.map,select,label{display:none}}
"""


@dataclass(frozen=True)
class Picture:
    """A saved figure: its PNG, what it shows in words, and the table or file that holds its data."""

    png: Path
    caption: str
    data_file: str


@dataclass(frozen=True)
class Report:
    """All that the page needs; sections without content are left out."""

    title: str
    sentences: tuple[tuple[str, str], ...]
    area: Result
    places: tuple[dict[str, Any], ...]
    area_pictures: tuple[Picture, ...]
    exposure_pictures: tuple[Picture, ...]
    verdict_rows: tuple[tuple[str, ...], ...]
    assumption_rows: tuple[tuple[str, ...], ...]
    input_rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    provenance: Provenance


def _b64(values: np.ndarray, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values.astype(dtype)).tobytes()).decode()


def map_payload(area: Result, places: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Return what the interactive map reads; slack is whole seconds, -32768 where there is none."""
    d = area.data
    step = float(d.lat[1] - d.lat[0])
    west, south = float(d.lon[0]) - step / 2, float(d.lat[0]) - step / 2
    east, north = float(d.lon[-1]) + step / 2, float(d.lat[-1]) + step / 2
    layers = {}
    for p in d.phase.values:
        for m in d["mode"].values:
            for t in d.threat.values:
                c = d.sel(phase=p, mode=m, threat=t)
                slack = np.nan_to_num(np.clip(np.round(c.slack.values), -32767, 32767), nan=-32768)
                layers[f"{p}|{m}|{t}"] = {
                    "shots": _b64(c.shots.values, "u1"),
                    "reason": _b64(c.reason.values, "u1"),
                    "site": _b64(c.site.values, "u1"),
                    "slack": _b64(slack, "<i2"),
                }
    near = [
        line
        for line in borders()
        if any(west - 20 < x < east + 20 and south - 20 < y < north + 20 for x, y in line)
    ]
    return {
        "phase": [str(v) for v in d.phase.values],
        "mode": [str(v) for v in d["mode"].values],
        "threat": [str(v) for v in d.threat.values],
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "step": step,
        "nx": d.sizes["lon"],
        "ny": d.sizes["lat"],
        "layers": layers,
        "borders": near,
        "places": list(places),
        "sites": d.attrs["sites"].split("; "),
        "sentences": [r.sentence for r in Reason],
        "shotColours": [SHOTS[n] for n in range(4)],
        "reasonColours": {int(r): colour for r, (colour, _) in REASONS.items()},
    }


def _table(head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    top = "".join(f"<th scope=col>{html.escape(h)}</th>" for h in head)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f"<div class=wide><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"


def _figure(picture: Picture) -> str:
    image = base64.b64encode(picture.png.read_bytes()).decode()
    words = html.escape(picture.caption)
    return (
        f'<figure><img alt="{words}" src="data:image/png;base64,{image}"><figcaption>{words} '
        f"Data: {html.escape(picture.data_file)}.</figcaption></figure>"
    )


def write_report(report: Report, path: Path) -> None:
    """Write the page; scripts and styles are inline and nothing is fetched."""
    key = "".join(
        f'<span style="background:{SHOTS[n]}"></span>{n}{"+" if n == 3 else ""} shots' for n in (1, 2, 3)
    )
    present = {int(v) for v in np.unique(report.area.data.reason)}
    key += "".join(
        f'<span style="background:{c}"></span>{t}' for r, (c, t) in REASONS.items() if int(r) in present
    )
    payload = json.dumps(map_payload(report.area, report.places), separators=(",", ":")).replace("</", "<\\/")
    script = (files("equipoise.present") / "page.js").read_text()
    p = report.provenance
    verdicts = "".join(
        f'<p class=verdict>{html.escape(text)} <a href="#{anchor}">Figure and table</a></p>'
        for text, anchor in report.sentences
    )
    page = f"""<!doctype html>
<html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
<meta http-equiv=Content-Security-Policy content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{html.escape(report.title)}</title><style>{_STYLE}</style></head><body>
<h1>{html.escape(report.title)}</h1>
{verdicts}
<h2 id=area>Who is defended</h2>
<p>Click a cell, or focus the map and use the arrow keys, to ask why.</p>
<div><label>Phase <select id=pick-phase></select></label><label>Mode <select id=pick-mode></select></label>
<label>Missile <select id=pick-threat></select></label></div>
<div class=map><canvas id=map tabindex=0 role=img aria-label="Map of the defended area"></canvas></div>
<p class=key>{key}</p><p id=why aria-live=polite></p>
<details><summary>All maps as figures</summary>{"".join(map(_figure, report.area_pictures))}</details>
<h2 id=exposure>Whose deterrent is exposed</h2>{"".join(map(_figure, report.exposure_pictures))}
<h2 id=guarantee>Which guarantee holds</h2>
{_table(("Clause", "Phase", "Verdict", "Margin at nominal values", "What decides"), report.verdict_rows)}
<h2 id=assumptions>Assumptions and their ranges</h2>
{_table(("What", "Value", "Low", "High", "Unit", "Source", "Confidence"), report.assumption_rows)}
<h2 id=sources>Inputs and sources</h2>
{_table(("What", "Values", "Source", "Confidence"), report.input_rows)}
<h2 id=limits>Method and limits</h2><ul>{"".join(f"<li>{html.escape(n)}</li>" for n in report.notes)}</ul>
<h2 id=provenance>Made by</h2><p>Equipoise {html.escape(p.version)}, scenario {html.escape(p.scenario)}
(sha256 {html.escape(p.scenario_hash[:16])}). Make it again: <code>{html.escape(p.command)}</code></p>
<script type="application/json" id=map-data>{payload}</script><script>{script}</script></body></html>"""
    path.write_text(page, encoding="utf-8")
