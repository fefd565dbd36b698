"""``equipoise list`` and ``equipoise show``: what the catalogue holds, with source and range."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from equipoise.foundation.provenance import Quantity


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("list")(list_entries)
    app.command("show")(show_entry)
    app.command("cite")(cite)


def list_entries(
    kind: Annotated[
        str,
        typer.Argument(help="missiles, interceptors, sensors, sites, forces, instruments ... or scenarios."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what is built in."""
    rows = _rows(kind)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    _table(kind, rows)


def show_entry(
    name: Annotated[str, typer.Argument(help="An id that `equipoise list` prints.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show one entry: each value with its range, source and confidence."""
    from equipoise.catalogue import load_catalogue
    from equipoise.foundation.errors import UnknownNameError

    try:
        _, entry = load_catalogue().find(name)
    except UnknownNameError as error:
        _refuse(str(error))
    if as_json:
        typer.echo(entry.model_dump_json())
        return
    _table(entry.name or entry.id, _values(entry))


def cite(
    name: Annotated[str, typer.Argument(help="A result folder, or an id of the catalogue.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Cite a result or a catalogue entry: how to make it again, and every source that it rests on."""
    folder = Path(name)
    if (folder / "results.nc").is_file():
        rows = _sources_of_result(folder)
    elif folder.exists():
        _refuse(f"{name}: not a result folder (no results.nc). Run 'equipoise run epaa' first.")
    else:
        rows = _sources_of_entry(name)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(
            f"{row['source']} [{row['confidence']}]: {row['used_for']}" if row["used_for"] else row["source"]
        )


def _sources_of_result(folder: Path) -> list[dict[str, str]]:
    from equipoise.results.record import load_result

    found = load_result(folder / "results.nc", group="defended_area")
    p = found.provenance
    head = f"Equipoise {p.version}, {found.title}, scenario {p.scenario} (sha256 {p.scenario_hash[:16]}): {p.command}"
    rows = [{"source": head, "confidence": "", "used_for": ""}]
    rows += [{"source": s.text, "confidence": s.confidence, "used_for": s.used_for} for s in found.sources]
    return rows


def _sources_of_entry(name: str) -> list[dict[str, str]]:
    from equipoise.catalogue import load_catalogue
    from equipoise.foundation.errors import UnknownNameError

    try:
        _, entry = load_catalogue().find(name)
    except UnknownNameError as error:
        _refuse(str(error))
    used: dict[tuple[str, str], list[str]] = {}
    for row in _values(entry):
        used.setdefault((row["source"], row["confidence"]), []).append(row["key"])
    return [
        {"source": source, "confidence": confidence, "used_for": ", ".join(keys)}
        for (source, confidence), keys in used.items()
    ]


def _rows(kind: str) -> list[dict[str, str]]:
    from equipoise.catalogue import KINDS, load_catalogue
    from equipoise.foundation.errors import unknown_name
    from equipoise.scenario.load import builtin_names

    if kind == "scenarios":
        return [{"id": name} for name in builtin_names()]
    folder = kind.replace("-", "_")
    if folder not in KINDS:
        _refuse(str(unknown_name("list", kind, (*KINDS, "scenarios"))))
    entries = getattr(load_catalogue(), folder).values()
    return [
        {"id": e.id, "name": e.name, "confidence": str(e.confidence), "source": e.source} for e in entries
    ]


def _values(entry: Any) -> list[dict[str, str]]:
    from equipoise.foundation.provenance import Quantity

    rows = []
    for key in type(entry).model_fields:
        value = getattr(entry, key)
        if isinstance(value, Quantity):
            rows.append(_quantity_row(key, value))
        elif value not in (None, "", ()) and key not in ("source", "confidence", "id"):
            rows.append(
                {
                    "key": key,
                    "value": str(value),
                    "range": "",
                    "source": entry.source,
                    "confidence": str(entry.confidence),
                }
            )
    return rows


def _quantity_row(key: str, value: Quantity) -> dict[str, str]:
    span = "" if value.is_certain else f"{value.low:g} to {value.high:g}"
    return {
        "key": key,
        "value": f"{value.value:g}",
        "range": span,
        "source": value.source,
        "confidence": str(value.confidence),
    }


def _table(title: str, rows: list[dict[str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title)
    for column in rows[0] if rows else ():
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)


def _refuse(message: str) -> Any:
    typer.echo(message, err=True)
    raise typer.Exit(2)
