"""``equipoise guarantee``: verdicts, the worst permitted system, certificates and the limit that would suffice."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

Draft = Annotated[str, typer.Argument(help="too-weak, sufficient, needlessly-strict, or a TOML file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

group = typer.Typer(no_args_is_help=True, help="What a clause guarantees, and the proof.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="guarantee")


@group.command()
def check(
    scenario: Annotated[str, typer.Argument(help="A built-in scenario or a TOML file.")],
    as_json: Json = False,
) -> None:
    """Verdict on every clause in every phase; exit code 1 when one is broken."""
    from equipoise.analysis.guarantees.verdicts import verdicts
    from equipoise.foundation.status import Truth
    from equipoise.scenario.load import load_scenario

    found = verdicts(load_scenario(scenario))
    if as_json:
        print(json.dumps([_verdict_row(v) for v in found], indent=1))
    else:
        for v in found:
            print(_verdict_line(v))
    if any(v.truth == Truth.BROKEN and v.counts for v in found):
        raise typer.Exit(1)


def _verdict_row(v: Any) -> dict[str, Any]:
    margins = {"margin": v.margin.nominal, "margin_low": v.margin.low, "margin_high": v.margin.high}
    return {
        "clause": v.clause.id,
        "phase": v.phase,
        "date": v.day.isoformat(),
        "status": v.status,
        "acts": v.acts,
        "counts": v.counts,
        "verdict": v.truth.name.lower(),
        **{key: value if isfinite(value) else None for key, value in margins.items()},
        "unit": v.margin.unit,
        "deciding": v.deciding,
        "counterexample": dict(v.margin.element) if v.truth.name != "KEPT" else {},
        "note": v.margin.note,
        "instrument": v.clause.instrument,
        "article": v.clause.article,
        "source": v.clause.source,
        "confidence": v.clause.confidence,
    }


def _verdict_line(v: Any) -> str:
    """Return one line: a clause that is not in force only would be kept or broken."""
    truth = v.truth.name.lower()
    said = truth if v.acts or truth == "undetermined" else f"would be {truth}"
    margin = f"margin {v.margin.nominal:.1f} {v.margin.unit}" if isfinite(v.margin.nominal) else v.margin.note
    printed = f"; {v.clause.instrument} {v.clause.article}" if v.clause.instrument else ""
    tail = f"; decided by {v.deciding}" if v.deciding else ""
    return f"{v.phase}, {v.clause.id} ({v.status.replace('_', ' ')}{printed}): {said}, {margin.rstrip('.')}{tail}"


@group.command()
def worst(draft: Draft, as_json: Json = False) -> None:
    """Largest slack of any permitted system, with a bound from above; exit code 1 unless engagement is excluded."""
    from equipoise.analysis.guarantees.statement import load_draft
    from equipoise.analysis.guarantees.worst import worst_slack

    found = worst_slack(load_draft(draft))
    _print(
        {
            "slack_attained_s": found.attained,
            "slack_bound_s": found.bound,
            "gap_s": found.gap,
            "at": found.witness,
        },
        f"Under the reach curve the worst permitted slack is between {found.attained:.0f} and {found.bound:.0f} s "
        f"(gap {found.gap:.0f} s); lower end at {found.witness}.",
        as_json,
    )
    if found.bound > 0:
        raise typer.Exit(1)


@group.command()
def certify(
    draft: Draft,
    out: Annotated[Path, typer.Option(help="The certificate file.")] = Path("certificate.json"),
    limit: Annotated[float, typer.Option(help="Seconds to search.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Search for a proof and write it; exit code 1 when there is none."""
    from equipoise.analysis.guarantees.certificate import certify as search
    from equipoise.analysis.guarantees.statement import load_draft
    from equipoise.checker.verify import Rejected
    from equipoise.checker.verify import check as accept

    outcome = search(load_draft(draft), limit_s=limit)
    row = {
        "decided": outcome.decided,
        "boxes": outcome.boxes,
        "seconds": outcome.seconds,
        "witness": outcome.witness,
    }
    reason = f"not excluded at {outcome.witness}" if outcome.witness else "undecided in the time given"
    if outcome.certificate is not None:
        try:
            accept(outcome.certificate)
        except Rejected as error:
            reason = f"the checker refuses it ({error})"
        else:
            partial = out.with_name(out.name + ".part")
            partial.write_text(json.dumps(outcome.certificate, indent=1) + "\n", encoding="utf-8")
            partial.replace(out)
            _print(
                {**row, "file": str(out)}, f"{out}: {outcome.boxes} boxes; the checker accepts it.", as_json
            )
            return
    _print(
        {**row, "file": None},
        f"No proof: {reason}. Share of the region decided: {outcome.decided:.1%}.",
        as_json,
    )
    raise typer.Exit(1)


@group.command()
def verify(file: Annotated[Path, typer.Argument(help="A certificate.")], as_json: Json = False) -> None:
    """Accept or reject a certificate and say exactly what it proves; exit code 1 when rejected."""
    from equipoise.checker.verify import Rejected, read
    from equipoise.checker.verify import check as accept

    try:
        proved = accept(read(file))
    except Rejected as error:
        _print({"accepted": False, "reason": str(error)}, f"REJECTED: {error}", as_json)
        raise typer.Exit(1) from error
    text = "\n".join(proved.sentences) + f"\nACCEPTED: {proved.boxes} boxes checked."
    _print({"accepted": True, "boxes": proved.boxes, "proved": list(proved.sentences)}, text, as_json)


@group.command()
def space(draft: Draft, as_json: Json = False) -> None:
    """Speed limit that would make the draft sufficient with its sites as they are."""
    from equipoise.analysis.guarantees.statement import load_draft
    from equipoise.analysis.guarantees.worst import sufficient_speed

    statement = load_draft(draft)
    found = sufficient_speed(statement)
    now = statement["interceptor"]["speed_m_s"]
    _print(
        {"speed_limit_m_s": float(now), "sufficient_m_s": found.bound, "not_excluded_m_s": found.attained},
        f"Limit in the draft: {now} m/s. Proved sufficient up to {found.bound:.0f} m/s; not excluded from "
        f"{found.attained:.0f} m/s on; between them undecided.",
        as_json,
    )


def _print(row: dict[str, Any], text: str, as_json: bool) -> None:
    print(json.dumps(row, indent=1) if as_json else text)
