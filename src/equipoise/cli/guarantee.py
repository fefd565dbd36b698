"""``equipoise guarantee``: verdicts, the worst permitted system, certificates and the space for a negotiation."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.app import AsJson, Quiet, Settings, app
from equipoise.cli.terminal import print_json, print_rows, say, tell
from equipoise.foundation.json_text import json_text

if TYPE_CHECKING:
    from equipoise.analysis.guarantees.verdicts import Verdict
    from equipoise.scenario.load import Scenario

Name = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="epaa, too-weak, sufficient, needlessly-strict, another built-in scenario, or a TOML file.",
    ),
]
At = Annotated[str, typer.Option(help="Only what is in force on this day (2018-12-31, or 2018).")]
Limit = Annotated[float, typer.Option(help="Seconds to search.", min=0.0, max=604_800.0)]
OutJson = Annotated[Path | None, typer.Option(help="Write the flight and the engagement as GeoJSON.")]

group = typer.Typer(
    name="guarantee", no_args_is_help=True, help="What a clause guarantees, and the certificate."
)
app.add_typer(group, name="guarantee")


@group.command(epilog="Example: equipoise guarantee check epaa")
def check(
    scenario: Name, settings: Settings = None, geojson: OutJson = None, as_json: AsJson = False
) -> None:
    """Verdict on every clause in every phase; exit code 1 when one is broken that is in force or may come into force."""
    from equipoise.analysis.guarantees.verdicts import engagements, verdicts
    from equipoise.foundation.status import Truth

    loaded = _load(scenario, settings)
    found = verdicts(loaded)
    if geojson is not None:
        _write(geojson, {"type": "FeatureCollection", "features": engagements(loaded, found)})
    if as_json:
        print_json([_verdict_row(v) for v in found])
    else:
        print_rows("", VERDICT_HEADS, [_verdict_cells(v) for v in found], telling=3)
    if any(v.truth == Truth.BROKEN and v.counts for v in found):
        raise typer.Exit(1)


@group.command(epilog="Example: equipoise guarantee worst epaa --limit 60")
def worst(
    scenario: Name,
    settings: Settings = None,
    at: At = "",
    limit: Limit = 60.0,
    geojson: OutJson = None,
    as_json: AsJson = False,
) -> None:
    """The worst system that the clauses permit: attained slack, a bound from above, the gap; exit code 1 if it engages."""
    from equipoise.analysis.guarantees.cases import worst_case

    loaded = _load(scenario, settings)
    found = worst_case(loaded, day=_day(at), limit_s=limit)
    if geojson is not None:
        _write(geojson, found.example.geojson())
    _print(found.row(), found.text(), as_json)
    if found.engages:
        raise typer.Exit(1)


@group.command(epilog="Example: equipoise guarantee certify sufficient --out promise.json")
def certify(
    scenario: Name,
    out: Annotated[Path, typer.Option(help="The certificate file.")] = Path("certificate.json"),
    settings: Settings = None,
    at: At = "",
    limit: Limit = 60.0,
    as_json: AsJson = False,
) -> None:
    """Search for a certificate that no permitted system can engage, let the checker accept it, write it; else exit code 1."""
    from equipoise.analysis.guarantees.cases import certified

    loaded = _load(scenario, settings)
    found = certified(loaded, day=_day(at), limit_s=limit)
    if found.certificate is not None:
        _write(out, found.certificate)
    _print(found.row() | {"file": str(out) if found.certificate else None}, found.text(out), as_json)
    if found.certificate is None:
        raise typer.Exit(1)


@group.command(epilog="Example: equipoise guarantee verify promise.json --scenario sufficient")
def verify(
    file: Annotated[Path, typer.Argument(help="A certificate.")],
    scenario: Annotated[
        str,
        typer.Option(help="Rebuild the statement from this scenario and refuse a certificate that differs."),
    ] = "",
    settings: Settings = None,
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Accept or reject a certificate and say exactly what it is certified for; exit code 1 when rejected."""
    from equipoise.checkers.certificate.verify import Rejected, read
    from equipoise.checkers.certificate.verify import check as accept

    try:
        asked = _question(scenario, settings, at) if scenario else None
        found = accept(read(file), asked)
    except Rejected as error:
        _print({"accepted": False, "reason": str(error)}, f"REJECTED: {error}", as_json)
        raise typer.Exit(1) from error
    text = "\n".join(found.sentences) + f"\nACCEPTED: {found.boxes} boxes checked."
    row = {
        "accepted": True,
        "boxes": found.boxes,
        "compared": asked is not None,
        "certified": list(found.sentences),
    }
    _print(row, text, as_json)


@group.command(epilog="Example: equipoise guarantee question epaa --out question.json")
def question(
    scenario: Name,
    out: Annotated[Path, typer.Option(help="The question file.")] = Path("question.json"),
    settings: Settings = None,
    at: At = "",
    as_json: AsJson = False,
) -> None:
    """Write the parts of a scenario on which a certificate depends, for a checker that stands alone (equipoise-verify)."""
    _write(out, _question(scenario, settings, at))
    tell({"file": str(out)}, str(out), as_json=as_json)


def _question(name: str, settings: list[str] | None, at: str) -> dict[str, Any]:
    from equipoise.analysis.guarantees.question_file import question_file

    return question_file(_load(name, settings), day=_day(at))


@group.command(epilog="Example: equipoise guarantee classify")
def classify(as_json: AsJson = False) -> None:
    """Every interceptor of the catalogue against the demarcation of 1997."""
    from dataclasses import asdict

    from equipoise.analysis.guarantees.demarcation import DECLARE
    from equipoise.analysis.guarantees.demarcation import classify as sort

    found = sort()
    rows = [asdict(c) | {"declare": {k: DECLARE[v] for k, v in c.declare.items()}} for c in found]
    _print(rows, "\n".join(c.text() for c in found), as_json)


@group.command(epilog="Example: equipoise guarantee timeline epaa")
def timeline(
    scenario: Name,
    out: Annotated[Path | None, typer.Option(help="Write the figure: a .svg or .png file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who is bound by what and when: the life of the instruments that a scenario needs and quotes."""
    from datetime import date

    from equipoise.analysis.guarantees.timeline import timeline as lives

    data = lives(_load(scenario, None)).data
    rows = []
    for i in range(data.sizes["spell"]):
        one = {str(k): v.item() for k, v in data.isel(spell=i).data_vars.items() if k != "phase_date"}
        rows.append(one | {k: date.fromordinal(one[k]).isoformat() for k in ("start", "end")})
    lines = [
        f"{r['start']} to {r['end']}  {r['instrument']}, {r['party']}: {r['status'].replace('_', ' ')}"
        + (f" ({r['note']})" if r["note"] else "")
        for r in rows
    ]
    if out is not None:
        from equipoise.present.figures import save_picture
        from equipoise.present.guarantee_charts import timeline as chart
        from equipoise.present.print_chart import draw

        save_picture(draw(chart(data)), out)
    _print(rows, "\n".join(lines), as_json)


@group.command(epilog="Example: equipoise guarantee watch epaa")
def watch(scenario: Name, settings: Settings = None, as_json: AsJson = False) -> None:
    """Breakout and verification: ways to break each clause, how long they take, and which observation bears on it."""
    from dataclasses import asdict

    from equipoise.analysis.guarantees.watch import bearing, ways_against
    from equipoise.scenario.clauses import clauses_of

    rows, lines = [], []
    for clause in clauses_of(_load(scenario, settings)):
        found, seen = ways_against(clause), bearing(clause)
        rows.append(
            {
                "clause": clause.id,
                "ways": [
                    {
                        "way": w.name,
                        "days": w.days(),
                        "warning_days": w.warning_days(),
                        "steps": [asdict(s) for s in w.steps],
                    }
                    for w in found
                ],
                "means": [{"means": m.name, "bears": how, "why": why} for m, how, why in seen],
            }
        )
        lines.append(f"{clause.id}: {clause.name}")
        for way in found:
            low, nominal, high = way.days()
            lines.append(
                f"  breakout: {way.name}: {nominal:g} days ({low:g} to {high:g}), warning {way.warning_days()[1]:g} days"
            )
            lines.append(f"    {way.text()}")
        lines += [f"  {m.name}: {how}{', ' + why if why else ''}" for m, how, why in seen]
    _print(rows, "\n".join(lines), as_json)


@group.command(epilog="Example: equipoise guarantee space epaa")
def space(scenario: Name, settings: Settings = None, as_json: AsJson = False) -> None:
    """The frontier of people defended against worst-case exposure, known proposals on it, the cheapest sufficient change."""
    from equipoise.analysis.guarantees.negotiation import negotiation

    loaded = _load(scenario, settings)
    data = negotiation(loaded).data
    rows = [_point_row(data, i) for i in range(data.sizes["point"])]
    chosen = [r for r in rows if r["frontier"]], [r for r in rows if r["proposal"]]
    found = [str(text) for text in data.change.values]
    row = {
        "frontier": chosen[0],
        "proposals": chosen[1],
        "changes": found,
        "sufficient": bool(data.attrs["already"]),
        "cheapest": found[0] if found and not data.attrs["already"] else None,
    }
    last = (
        "Sufficient as it stands; how far each clause may be loosened alone:"
        if data.attrs["already"]
        else "What would make it sufficient, cheapest first:"
    )
    heads = ("Frontier:", "Proposals:", last)
    parts = [*([_point_line(r) for r in part] for part in chosen), found]
    text = "\n".join(f"{head}\n  " + "\n  ".join(lines) for head, lines in zip(heads, parts, strict=True))
    _print(row, text, as_json)


def _point_row(data: Any, i: int) -> dict[str, Any]:
    one = data.isel(point=i)
    return {
        "name": str(one.place.values),
        "speed_km_s": float(one.speed),
        "number": float(one.number),
        "people_million": round(float(one.people), 2),
        "warheads_reached": float(one.exposed_found),
        "warheads_not_excluded": float(one.exposed_bound),
        "proposal": bool(one.proposal),
        "frontier": bool(one.frontier),
        "source": str(one.source.values),
    }


def _point_line(r: dict[str, Any]) -> str:
    return (
        f"{r['name']}, {r['speed_km_s']:g} km/s, {r['number']:g} interceptors: {r['people_million']:.0f} million people, "
        f"{r['warheads_reached']:.0f} to {r['warheads_not_excluded']:.0f} warheads within reach"
    )


@group.command(epilog="Example: equipoise guarantee report epaa --out out/guarantee")
def report(
    context: typer.Context,
    scenario: Name,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the result; out/SCENARIO-guarantee by default.")
    ] = None,
    settings: Settings = None,
    limit: Limit = 60.0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Everything about a guarantee in one folder with a report: verdicts, worst system, negotiation space, timeline."""
    from equipoise.cli.progress import command_line, run_with_progress
    from equipoise.jobs.tasks import guarantee_tasks

    loaded = _load(scenario, settings)
    command = command_line(context)
    folder = out or Path("out") / f"{Path(scenario).stem}-guarantee"
    path = run_with_progress(loaded, folder, command=command, quiet=quiet, tasks=guarantee_tasks(limit))
    tell({"report": str(path.resolve())}, f"Report: {path.resolve()}", as_json=as_json)


def _load(name: str, settings: list[str] | None) -> Scenario:
    from equipoise.scenario.load import load_scenario

    return load_scenario(name, settings or (), keep_ranges=True)


def _day(at: str) -> Any:
    from equipoise.scenario.load import day_of

    return day_of(at) if at else None


def _write(path: Path, content: Any) -> None:
    """Write JSON; the name appears only when the file is complete."""
    from equipoise.foundation.writing import write_text

    write_text(path, json_text(content, indent=1) + "\n")


def _verdict_row(v: Verdict) -> dict[str, Any]:
    margins = {"margin": v.margin.nominal, "margin_low": v.margin.low, "margin_high": v.margin.high}
    return {
        "clause": v.clause.id,
        "kind": v.clause.kind,
        "phase": v.phase,
        "date": v.day.isoformat(),
        "status": v.status,
        "acts": v.acts,
        "counts": v.counts,
        "verdict": v.truth.name.lower(),
        **{key: value if isfinite(value) else None for key, value in margins.items()},
        "unit": v.margin.unit,
        "covered": v.margin.covered,
        "deciding": v.deciding,
        "counterexample": dict(v.margin.element) if v.truth.name != "KEPT" else {},
        "note": v.margin.note,
        "instrument": v.clause.instrument,
        "article": v.clause.article,
        "source": v.clause.source,
        "confidence": v.clause.confidence,
    }


VERDICT_HEADS = ("phase", "clause", "verdict", "margin", "decided by", "status", "printed in")
"""What is printed of each verdict; the first three tell rows apart and answer."""


def _verdict_cells(v: Verdict) -> list[str]:
    """Return one row: a clause that is not in force only would be kept or broken."""
    from equipoise.present.verdicts import verdict_words

    said = verdict_words(v.truth, acts=v.acts)
    nominal, low = v.margin.nominal, v.margin.low
    margin = f"{nominal:.1f} {v.margin.unit}" if isfinite(nominal) else v.margin.note
    if not margin and isfinite(low):  # reached only at the end of the ranges that helps the interceptors most
        margin = f"{low:.1f} {v.margin.unit} or more"
    printed = f"{v.clause.instrument} {v.clause.article}".strip()
    return [v.phase, v.clause.id, said, margin, v.deciding, v.status.replace("_", " "), printed]


def _print(row: Any, text: str, as_json: bool) -> None:
    if as_json:
        print_json(row)
    else:
        say(text)
