"""``equipoise results``: list, show, compare and query what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.app import AsJson, app
from equipoise.cli.terminal import print_json, print_rows, say

if TYPE_CHECKING:
    from equipoise.results.record import Result

Place = Annotated[Path, typer.Argument(help="A result folder, a results.nc or a .parquet file.")]
DEPTH = 4
"""How deep below the given folder results are looked for."""
SHOWN = 40
"""Rows of a query that are printed; --json and --csv print all."""

group = typer.Typer(
    name="results", no_args_is_help=True, help="List, show, compare and query stored results."
)
app.add_typer(group, name="results")


@group.command("list", epilog="Example: equipoise results list out")
def list_results(
    folder: Annotated[Path, typer.Argument(help="Where to look.")] = Path("out"), as_json: AsJson = False
) -> None:
    """List the results below a folder, with what made them."""
    rows = [_row(path) for path in _found(folder)]
    if as_json:
        print_json(rows)
        return
    if not rows:
        print(f"No results below {folder}.")
    for row in rows:
        say(f"{row['path']}: {row['title'] or row['problem']}"
              f"{' [' + ', '.join(row['kinds']) + ']' if row['kinds'] else ''}{row['state']}")  # fmt: skip
        if row["command"]:
            print(f"    {row['command']} (Equipoise {row['version']})")


def _found(folder: Path) -> list[Path]:
    """Return the folders that hold a result or a sweep."""
    names = ("results.nc", "job.json")
    paths = {p.parent for depth in range(DEPTH) for name in names for p in folder.glob("*/" * depth + name)}
    return sorted(path for path in paths if not any(part.startswith(".") for part in path.parts[1:]))


def _row(path: Path) -> dict[str, Any]:
    from equipoise.foundation.errors import StoredResultError

    row = {
        "path": str(path),
        "title": "",
        "kinds": [],
        "version": "",
        "command": "",
        "state": "",
        "problem": "",
    }
    try:
        row["state"] = _state(path)
        found = _results(path) if (path / "results.nc").exists() else {}
    except StoredResultError as error:
        return row | {"problem": str(error)}
    if found:
        first = found.get("scenario") or next(iter(found.values()))
        made = first.provenance
        row |= {"title": first.title, "kinds": list(found), "version": made.version, "command": made.command}
    elif (path / "job.json").exists():
        from equipoise.compute.folder import read_job

        job = read_job(path)
        made_by = job.provenance
        row |= {
            "title": job.title,
            "kinds": [job.kind],
            "version": made_by["version"],
            "command": made_by["command"],
        }
    return row


def _state(path: Path) -> str:
    """Return how far a sweep is, in words; nothing for other results."""
    if not (path / "job.json").exists():
        return ""
    from equipoise.compute.folder import finished_parts, read_job

    job = read_job(path)
    done = len(finished_parts(path))
    return f", {job.rows:,} scenarios" if done == job.chunks else f", {done} of {job.chunks} chunks finished"


def _results(path: Path) -> dict[str, Result]:
    from equipoise.foundation.errors import StoredResultError
    from equipoise.results.record import load_result, load_results

    file = path / "results.nc" if path.is_dir() else path
    if path.is_dir() and not file.exists():
        raise StoredResultError(f"{path}: holds no results.nc")
    found = load_results(file)
    if not found:
        single = load_result(file)
        found = {single.kind: single}
    return found


@group.command(epilog="Example: equipoise results show out/epaa")
def show(path: Place, as_json: AsJson = False) -> None:
    """Say what a result holds: variables with axes, units and range, where it comes from, its limits; check a sweep's parts."""
    if path.suffix == ".parquet":
        _show_table(path, as_json=as_json)
        return
    found = {} if (path / "job.json").exists() and not (path / "results.nc").exists() else _results(path)
    damaged = _damaged(path)
    if as_json:
        plain = {kind: _plain(result) for kind, result in found.items()}
        print_json({"results": plain, "damaged_parts": damaged})
    else:
        for result in found.values():
            _print_result(result)
        if state := _state(path) if path.is_dir() else "":
            say(
                f"Sweep{state}; {'every part is whole' if not damaged else 'damaged: ' + ', '.join(damaged)}."
            )
    if damaged:
        raise typer.Exit(1)


@group.command(epilog="Example: equipoise results verify out/epaa")
def verify(
    path: Annotated[Path, typer.Argument(help="A result folder, or a sweep's.")], as_json: AsJson = False
) -> None:
    """Compare every file of a folder, figures and pages too, with the hash under which it was written; exit code 1 when one differs."""
    from equipoise.foundation.output_folder import changes_in

    lines = [f"parts/{name}: is damaged or gone" for name in _damaged(path)]
    if not (path / "job.json").exists():
        lines = changes_in(path)
    elif (path / "results.nc").exists():
        _results(path)  # a sweep's cube has its hash in itself
    if as_json:
        print_json({"whole": not lines, "changes": lines})
    else:
        print("\n".join(lines) or f"Every file of {path} is as it was written.")
    if lines:
        raise typer.Exit(1)


def _damaged(path: Path) -> list[str]:
    """Return the parts of a sweep that do not fit their hash."""
    if not (path / "job.json").exists():
        return []
    from contextlib import closing

    from equipoise.compute.folder import JobFolder, read_job

    with closing(JobFolder(path, read_job(path))) as folder:
        names = {chunk: entry.part for chunk, entry in folder.entries.items()}
        return [names[chunk] for chunk in folder.drop_damaged()]


def _plain(result: Result) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "title": result.title,
        "provenance": asdict(result.provenance),
        "variables": {name: _variable(variable) for name, variable in result.data.data_vars.items()},
        "notes": list(result.notes),
        "sources": len(result.sources),
    }


def _variable(variable: Any) -> dict[str, Any]:
    row = {"axes": dict(variable.sizes), "unit": variable.attrs["units"], "what": variable.attrs["long_name"]}
    if variable.dtype.kind in "fiu" and variable.size:
        low, high = float(variable.min()), float(variable.max())
        row |= {"least": low if low == low else None, "most": high if high == high else None}
    return row


def _print_result(result: Result) -> None:
    say(f"{result.title} [{result.kind}]")
    made = result.provenance
    say(f"  made by Equipoise {made.version}: {made.command or made.call}")
    inputs = (
        f"scenario {made.scenario} ({made.scenario_hash[:16]}), catalogue {made.catalogue_hash[:16] or '-'}, seed {made.seed}, "
        if made.scenario
        else ""
    )
    say(f"  {inputs}{len(result.sources)} sources")
    for name, variable in result.data.data_vars.items():
        row = _variable(variable)
        axes = " x ".join(f"{axis} {size}" for axis, size in row["axes"].items()) or "one value"
        span = "" if row.get("least") is None else f", {row['least']:g} to {row['most']:g}"
        say(f"  {name} ({axes}): {row['what']} [{row['unit']}]{span}")
    for note in result.notes:
        say(f"  note: {note}")


def _show_table(path: Path, *, as_json: bool) -> None:
    from equipoise.foundation.output_folder import verify
    from equipoise.results.tables import read_header, read_table

    verify(path)
    header, columns = read_header(path), read_table(path)
    rows = len(next(iter(columns.values()))) if columns else 0
    if as_json:
        print_json({"header": header, "columns": list(columns), "rows": rows})
        return
    made = header.get("provenance", {})
    say(f"{header.get('title', path.name)} [{header['kind']}], {rows} rows")
    say(f"  made by Equipoise {made.get('version', 'unknown')}: {made.get('command', '')}")
    say(f"  columns: {', '.join(columns)}")


@group.command(epilog="Example: equipoise results diff out/epaa out/epaa-faster")
def diff(
    first: Place,
    second: Place,
    tolerance: Annotated[float, typer.Option(min=0.0, help="Numbers closer than this count as equal.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Compare the numbers of two results; exit code 1 when they differ."""
    from equipoise.results.compare import differences, origins

    left, right = _results(first), _results(second)
    lines, made = differences(left, right, tolerance=tolerance), origins(left, right)
    if as_json:
        print_json({"differences": lines, "origins": made})
    else:
        say("\n".join(lines) or f"The same numbers in {', '.join(left)}.")
        for line in made:
            say(f"made differently: {line}")
    if lines:
        raise typer.Exit(1)


@group.command(epilog="Example: equipoise results query out/epaa 'select * from verdicts'")
def query(
    path: Place,
    sql: Annotated[
        str, typer.Argument(help="One SELECT; without it the tables and their columns are listed.")
    ] = "",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask the tables of a result in SQL (DuckDB), read-only; a sweep is the table `sweep`."""
    import csv
    import sys

    from equipoise.results.query import query as ask

    views = _views(path)
    if not sql:
        sql = 'SELECT table_name AS "table", column_name AS "column", data_type AS type FROM information_schema.columns'
    columns, rows = ask(views, sql)
    if as_json:
        print_json([dict(zip(columns, map(_json, row), strict=True)) for row in rows])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        _print_rows(columns, list(rows))


def _views(path: Path) -> dict[str, tuple[Path, ...]]:
    from equipoise.compute.folder import whole_parts
    from equipoise.foundation.errors import misuse
    from equipoise.foundation.output_folder import verify
    from equipoise.results.query import view_name, views_in

    if path.suffix in (".parquet", ".csv") and path.is_file():
        verify(path)
        return {view_name(path.stem): (path,)}
    views = views_in(path)
    if parts := whole_parts(path):
        views["sweep"] = parts
    if not views:
        raise misuse(str(path), "", "holds no tables.", "Give a result folder, or a .parquet file.")
    return views


def _json(value: Any) -> Any:
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return value if isinstance(value, int | str | bool | None) else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print_rows(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    cells = [[_cell(v) for v in row] for row in rows[:SHOWN]]
    print_rows("", columns, cells)
    if len(rows) > SHOWN:
        print(f"... and {len(rows) - SHOWN:,} more rows; --csv or --json prints all.")
