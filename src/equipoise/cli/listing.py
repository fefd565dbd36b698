"""``equipoise list``, ``show`` and ``cite``: what is built in, each value with its range, source and confidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from equipoise.cli.app import AsJson, app
from equipoise.cli.terminal import print_json, print_rows, say
from equipoise.foundation.provenance import Quantity, by_source
from equipoise.foundation.text import printable
from equipoise.foundation.units import UNITS

Rows = list[dict[str, str]]

COLUMNS: dict[str, tuple[str, ...]] = {
    "missiles": ("kind", "propellant", "max_range_km", "burn_time_s"),
    "vehicles": ("burn_time_s", "payload_kg", "ends_thrust"),
    "interceptors": ("owner", "burnout_speed_km_s", "burn_time_s", "kill_region"),
    "sensors": ("party", "kind", "range_max_km"),
    "sites": ("party", "role", "interceptor", "count"),
    "forces": ("party", "leg", "system", "launchers", "warheads"),
    "launch_areas": ("lat_deg", "lon_deg"),
    "instruments": ("year", "parties", "status"),
    "parties": ("includes", "countries"),
    "modes": ("command", "engages", "sectors"),
    "sectors": ("party",),
    "prices": ("per", "amount_usd_m"),
    "postures": ("basing", "ready", "survives_day_to_day", "survives_generated"),
}
"""What ``list`` prints of each kind, besides name and confidence."""


@app.command("list")
def list_entries(
    kind: Annotated[
        str,
        typer.Argument(
            help="missiles, vehicles, interceptors, sensors, sites, forces, launch-areas, instruments, parties, modes, sectors, prices, postures, scenarios, flight-tests or studies."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """List what is built in."""
    rows = _rows(kind)
    if as_json:
        print_json(rows)
        return
    _print_table(kind.replace("_", " "), rows)


@app.command("show")
def show_entry(
    name: Annotated[str, typer.Argument(help="An id that `equipoise list` prints.")],
    as_json: AsJson = False,
) -> None:
    """Show one entry: each value with its range, source and confidence."""
    entry = _find(name)
    if as_json:
        print_json(entry.model_dump(mode="json"))
        return
    sources: dict[str, int] = {}
    rows = [
        row | {"source": row["source"] and f"[{sources.setdefault(row['source'], len(sources) + 1)}]"}
        for row in _values(entry)
    ]
    _print_table(entry.name or entry.id, rows)
    for text, number in sources.items():
        say(f"[{number}] {text}", under=4)


@app.command()
def cite(
    name: Annotated[str, typer.Argument(help="A result folder, or an id of the catalogue.")],
    as_json: AsJson = False,
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
        print_json(rows)
        return
    for row in rows:
        say(f"{row['source']} [{row['confidence']}]: {row['used_for']}" if row["used_for"] else row["source"])


def _find(name: str) -> Any:
    from equipoise.catalogue import load_catalogue
    from equipoise.foundation.errors import UnknownNameError

    try:
        return load_catalogue().find(name)[1]
    except UnknownNameError as error:
        _refuse(str(error))


def _sources_of_result(folder: Path) -> Rows:
    from equipoise.results.record import load_results

    found = next(iter(load_results(folder / "results.nc").values()))
    p = found.provenance
    inputs = f", scenario {p.scenario} (sha256 {p.scenario_hash[:16]})" if p.scenario else ""
    head = f"Equipoise {p.version}, {found.title}{inputs}: {p.command}"
    rows = [{"source": head, "confidence": "", "used_for": ""}]
    rows += [{"source": s.text, "confidence": s.confidence, "used_for": s.used_for} for s in found.sources]
    return rows


def _sources_of_entry(name: str) -> Rows:
    said = ((row["source"], row["confidence"], row["key"]) for row in _values(_find(name)))
    return [dict(zip(("source", "confidence", "used_for"), found, strict=True)) for found in by_source(said)]


def _rows(kind: str) -> Rows:
    from equipoise.catalogue import KINDS, load_catalogue
    from equipoise.foundation.errors import unknown_name

    folder = kind.replace("-", "_")
    others = {"scenarios": _scenario_rows, "flight_tests": _flight_test_rows, "studies": _study_rows}
    if folder in others:
        return others[folder]()
    if folder not in KINDS:
        _refuse(str(unknown_name("list", kind, (*KINDS, "scenarios", "flight-tests", "studies"))))
    return [
        {
            "id": entry.id,
            "name": entry.name,
            **{column: _brief(getattr(entry, column)) for column in COLUMNS[folder]},
            "confidence": str(entry.confidence),
        }
        for entry in getattr(load_catalogue(), folder).values()
    ]


def _flight_test_rows() -> Rows:
    from equipoise.scenario.flight_test import FLIGHT_TESTS, load_flight_test

    loaded = [load_flight_test(name) for name in FLIGHT_TESTS.names()]
    return [{"id": t.name, "title": t.title, "note": t.head.note} for t in loaded]


def _study_rows() -> Rows:
    from equipoise.published import titles

    return [{"id": name, "title": title} for name, title in titles().items()]


def _scenario_rows() -> Rows:
    from equipoise.scenario.load import builtin_names, load_scenario

    loaded = [load_scenario(name) for name in builtin_names()]
    return [
        {
            "id": scenario.name,
            "name": scenario.title,
            "dates": ", ".join(str(phase.date) for phase in scenario.phases),
            "threats": ", ".join(threat.id for threat in scenario.threats),
        }
        for scenario in loaded
    ]


def _brief(value: Any) -> str:
    """Return a value in a few words: number and range with the unit."""
    if isinstance(value, Quantity):
        unit = f" {UNITS[value.unit].symbol}" if value.unit else ""
        span = "" if value.is_certain else f" ({value.low:g} to {value.high:g})"
        return f"{value.value:g}{span}{unit}"
    if isinstance(value, tuple):
        return ", ".join(map(_brief, value))
    return "" if value is None else str(value)


def _values(entry: Any) -> Rows:
    """Return every value that a record holds; the parts of a list (events, provisions, claims) one to a row."""
    from equipoise.model.record import Record

    rows: Rows = []
    for key in type(entry).model_fields:
        value = getattr(entry, key)
        if isinstance(value, Quantity):
            rows.append(_quantity_row(key, value))
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            rows += [_part_row(key, part, entry) for part in value]
        elif value not in (None, "", ()) and key not in ("source", "confidence", "id"):
            rows.append(_row(key, _brief(value), "", entry.source, str(entry.confidence)))
    return rows


def _row(key: str, value: str, span: str, source: str, confidence: str) -> dict[str, str]:
    return {"key": key, "value": value, "range": span, "confidence": confidence, "source": source}


def _quantity_row(key: str, value: Quantity) -> dict[str, str]:
    unit = f" {UNITS[value.unit].symbol}" if value.unit else ""
    span = "" if value.is_certain else f"{value.low:g} to {value.high:g}"
    return _row(key, f"{value.value:g}{unit}", span, value.source, str(value.confidence))


def _part_row(key: str, part: Any, entry: Any) -> dict[str, str]:
    words, source, confidence = [], "", ""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Quantity):
            words.append(_brief(value))
            source, confidence = value.source, str(value.confidence)
        elif isinstance(value, date):
            words.append(value.isoformat())
        elif name in ("source", "confidence"):
            source, confidence = (str(value), confidence) if name == "source" else (source, str(value))
        elif value not in (None, "", ()):
            words.append(_brief(value))
    return _row(key, " · ".join(words), "", source or entry.source, confidence or str(entry.confidence))


def _print_table(title: str, rows: Rows) -> None:
    heads = list(rows[0]) if rows else []
    print_rows(title, heads, [list(row.values()) for row in rows])


def _refuse(message: str) -> Any:
    typer.echo(printable(message, kept=""), err=True)
    raise typer.Exit(2)
