"""``equipoise run``: the main job, from a scenario to a folder with report, results, tables and figures."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shlex
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise import __version__
from equipoise.foundation.errors import InputError, Problem
from equipoise.foundation.units import UNITS

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario

LIMITS = (
    "Missiles and interceptors are kinematic: burnout speed, burn time and place of burnout; no staging.",
    "Flight: WGS 84, J2, rotating Earth and air (US Standard Atmosphere 1976) with drag on the re-entry body.",
    "Missile ranges, burn times and launch areas are taken at their nominal values; only the defence's inputs vary.",
    "Strategic missiles fly minimum-energy paths; lofted and depressed paths are not in this report.",
    "Shares are of area, not of people.",
    "Interceptor fly-out tables step by 20 km and paths by 5 s: slack is good to some seconds.",
    "Many inputs are unverified (confidence 'memory'): read the result as what follows if they hold.",
)


def command_line(scenario: str, settings: list[str], at: str, mode: str) -> str:
    """Return the command that makes a run again."""
    words = ["equipoise", "run", scenario]
    for text in settings:
        words += ["--set", text]
    words += ["--at", at] if at else []
    words += ["--mode", mode] if mode else []
    return shlex.join(words)


def run(scenario: Scenario, out: Path, *, command: str, quiet: bool = False) -> Path:
    """Run the scenario, write the folder under a temporary name, rename it; return the report's path."""
    from equipoise.numerics.jit import CompileNotice

    if out.exists() and not (out / "run.json").is_file():
        raise InputError(
            [Problem(str(out), "", "exists and is not a result folder.", "Choose another --out.")]
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.parent / f".{out.name}.{secrets.token_hex(4)}.part"
    temporary.mkdir()
    try:
        with CompileNotice():
            _fill(scenario, command, temporary, quiet=quiet)
        if out.exists():
            old = out.parent / f".{out.name}.{secrets.token_hex(4)}.old"
            os.replace(out, old)
            os.replace(temporary, out)
            shutil.rmtree(old)
        else:
            os.replace(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return out / "report.html"


def _fill(scenario: Scenario, command: str, folder: Path, *, quiet: bool) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from equipoise.analysis.defended_area import defended_area, shares
    from equipoise.analysis.exposure import exposure, verdicts
    from equipoise.present import figures
    from equipoise.present.report import Picture, Report, write_report
    from equipoise.results.record import Provenance
    from equipoise.scenario.bibliography import bibliography

    start = time.time()
    t = scenario.tables
    maps = len(t["threat"]) * len(t["phase"]) * len(t["scenario"]["modes"])
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet, transient=True) as bar:
        task = bar.add_task("Defended area", total=maps + 20 + 5 * (len(t["threat"]) + 2))
        area = defended_area(scenario, tell=lambda: bar.advance(task))
        bar.update(task, description="Exposure")
        exposed = exposure(scenario)
        found = verdicts(scenario, exposed)
        bar.advance(task, 20)
        provenance = Provenance(
            version=__version__,
            scenario=scenario.name,
            scenario_hash=scenario.hash,
            command=command,
        )
        sources = bibliography(scenario)
        for result in (area, exposed):
            full = replace(result, provenance=provenance, sources=sources)
            full.save(folder / "results.nc", group=result.kind)
        (folder / "tables").mkdir()
        (folder / "figures").mkdir()
        share = shares(area)
        share.rename("share_defended").to_dataframe().to_csv(folder / "tables/defended_share.csv")
        exposed.data.share.to_dataframe().to_csv(folder / "tables/exposure.csv")
        exposed.data.share_at_speed.to_dataframe().to_csv(folder / "tables/exposure_by_speed.csv")
        bar.update(task, description="Figures")
        places = _places(scenario)
        area_pictures, exposure_pictures = [], []
        for threat in area.data.threat.values:
            _, png = figures.save(
                figures.defended_maps(area, str(threat), places), folder / "figures", f"defended-{threat}"
            )
            caption = f"Cells defended against {threat}, by phase (columns) and mode (rows), worst over path families."
            area_pictures.append(
                Picture(png, caption, "tables/defended_share.csv and results.nc, group defended_area")
            )
            bar.advance(task, 5)
        last = str(exposed.data.phase.values[-1])
        for figure, stem, caption, table in (
            (
                figures.exposure_by_base(exposed, last),
                "exposure-by-base",
                f"Share of the paths of each base that could be engaged in {last}.",
                "tables/exposure.csv",
            ),
            (
                figures.exposure_against_speed(exposed),
                "exposure-by-speed",
                "Share of all paths that could be engaged against interceptor speed.",
                "tables/exposure_by_speed.csv",
            ),
        ):
            _, png = figures.save(figure, folder / "figures", stem)
            exposure_pictures.append(Picture(png, caption, table))
            bar.advance(task, 5)
    rows = tuple(
        (
            v.name,
            v.phase,
            f"{v.truth.name.lower()}: {v.truth.sentence}",
            f"{v.margin:.1f} {v.unit}",
            v.deciding,
        )
        for v in found
    )
    _write_verdicts(folder, rows, found)
    report = Report(
        title=scenario.title,
        sentences=_sentences(scenario, share, exposed, found),
        area=area,
        places=tuple(places),
        area_pictures=tuple(area_pictures),
        exposure_pictures=tuple(exposure_pictures),
        verdict_rows=rows,
        assumption_rows=_assumption_rows(scenario),
        input_rows=_input_rows(scenario),
        notes=tuple(dict.fromkeys((*area.notes, *exposed.notes, *LIMITS))),
        provenance=provenance,
    )
    write_report(report, folder / "report.html")
    record = {
        "version": __version__,
        "scenario": scenario.name,
        "scenario_hash": scenario.hash,
        "command": provenance.command,
        "seed": 0,
        "wall_time_s": round(time.time() - start, 2),
        "python": sys.version.split()[0],
        "machine": platform.machine(),
    }
    (folder / "run.json").write_text(json.dumps(record, indent=2) + "\n")


def _write_verdicts(folder: Path, rows: tuple[tuple[str, ...], ...], found: list[Any]) -> None:
    import csv

    entries = [
        {
            "clause": v.clause,
            "phase": v.phase,
            "verdict": v.truth.name.lower(),
            "margin_at_nominal": v.margin,
            "unit": v.unit,
            "what_decides": v.deciding,
        }
        for v in found
    ]
    (folder / "verdicts.json").write_text(json.dumps(entries, indent=2) + "\n")

    with (folder / "tables/verdicts.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("clause", "phase", "verdict", "margin_at_nominal", "what_decides"))
        writer.writerows(rows)


def _places(scenario: Scenario) -> list[dict[str, Any]]:
    """Return sites, radars and launch areas with the phases in which they act."""
    places = []
    for kind, table in (("site", "site"), ("radar", "radar")):
        for e in scenario.tables[table]:
            phases = [p["name"] for p in scenario.tables["phase"] if e in scenario.active(table, p["date"])]
            name = e["name"].split(",")[0] if kind == "site" else e["name"].split(",")[-1].strip()
            places.append(
                {"kind": kind, "name": name, "lat": e["lat_deg"], "lon": e["lon_deg"], "phases": phases}
            )
    return places


def _sentences(scenario: Scenario, share: Any, exposed: Any, found: list[Any]) -> tuple[tuple[str, str], ...]:
    """Return the verdict in plain words, each with the anchor of its figure."""
    import numpy as np

    last = share.isel(phase=-1).sel(mode="independent") * 100
    phase = str(share.phase.values[-1])
    low, high = int(np.argmin(last.values)), int(np.argmax(last.values))
    range_text = (
        f"In {phase}, with nominal assumptions, from {float(last[low]):.0f} % (against {last.threat.values[low]}) to "
        f"{float(last[high]):.0f} % (against {last.threat.values[high]}) of the mapped area in range gets at least one shot."
    )
    ends = [
        100 * float(exposed.data.share.sel(end=e).isel(phase=-1).max())
        for e in ("against", "nominal", "favourable")
    ]
    if ends[0] > 0:
        head = "could be engaged under every assumption"
    else:
        head = (
            "could be engaged under some assumptions and not under others"
            if ends[2] > 0
            else "could not be engaged"
        )
    exposed_text = (
        f"In {phase} strategic paths from the mapped bases {head}: at the most exposed base {ends[1]:.0f} % of the paths at "
        f"nominal values ({ends[0]:.0f} to {ends[2]:.0f} % over the whole range)."
    )
    function = [v for v in found if v.clause == "no-engagement"] or found[-1:]
    states = "; ".join(f"{v.phase} {v.truth.name.lower()}" for v in function)
    out = [
        (range_text, "area"),
        (exposed_text, "exposure"),
        (f"Clause '{function[0].name}': {states}.", "guarantee"),
    ]
    if "joint" in scenario.tables["scenario"]["modes"]:
        gain = 100 * float((share.sel(mode="joint") - share.sel(mode="independent")).max())
        out.append(
            (
                f"Using Russian radars as well adds at most {gain:.1f} percentage points of area in any phase.",
                "area",
            )
        )
    return tuple(out)


def _assumption_rows(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    rows = []
    for key, q in scenario.tables["assumption"].items():
        symbol = UNITS[q.unit].symbol if q.unit else ""
        rows.append((key, f"{q.value:g}", f"{q.low:g}", f"{q.high:g}", symbol, q.source, str(q.confidence)))
    return tuple(rows)


def _input_rows(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    from equipoise.foundation.provenance import Quantity

    rows = []
    for table in ("missile", "interceptor", "site", "radar", "base", "launch_area", "clause"):
        for e in scenario.tables[table]:
            for key, value in e.items():
                if isinstance(value, Quantity):
                    text = f"{key} = {value.value:g} ({value.low:g} to {value.high:g})"
                    rows.append((f"{e['name']}", text, value.source, str(value.confidence)))
            if "source" in e:
                words = ", ".join(f"{k} = {v}" for k, v in e.items() if isinstance(v, int | float))
                rows.append((e["name"], words, e["source"], e["confidence"]))
    return tuple(rows)
