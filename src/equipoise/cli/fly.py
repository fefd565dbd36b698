"""``equipoise fly``: one flight with its events, numbers, figure and exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.app import app
from equipoise.cli.terminal import print_json, print_rows, say
from equipoise.foundation.errors import misuse

if TYPE_CHECKING:
    from equipoise.results.record import Result


@app.command()
def fly(
    context: typer.Context,
    missile: Annotated[
        str,
        typer.Argument(
            help="A missile or staged vehicle ('equipoise list missiles', 'vehicles'), or its TOML file."
        ),
    ],
    start: Annotated[str, typer.Option("--from", help="Launch point: latitude,longitude in degrees.")],
    to: Annotated[str, typer.Option(help="Aim point: latitude,longitude in degrees.")] = "",
    family: Annotated[str, typer.Option(help="minimum_energy, lofted or depressed.")] = "minimum_energy",
    loft: Annotated[
        float | None,
        typer.Option(
            help="Degrees above or below the path angle of minimum energy, instead of the family's own.",
            min=-90.0,
            max=90.0,
        ),
    ] = None,
    apogee: Annotated[
        float | None, typer.Option(help="Apogee in km, instead of the loft.", min=0.0, max=100_000.0)
    ] = None,
    time: Annotated[
        float | None, typer.Option(help="Time of flight in s, instead of the loft.", min=0.0, max=1e6)
    ] = None,
    azimuth: Annotated[
        float | None, typer.Option(help="Instead of --to: launch azimuth in degrees.", min=-360.0, max=360.0)
    ] = None,
    angle: Annotated[
        float | None,
        typer.Option(
            help="With --azimuth: burnout path angle, or tilt of a staged vehicle, in degrees.",
            min=-90.0,
            max=90.0,
        ),
    ] = None,
    max_range: Annotated[
        float | None, typer.Option(help="Another range than the nominal one, in km.", min=0.0, max=40_000.0)
    ] = None,
    earth: Annotated[str, typer.Option(help="wgs84, sphere or still_sphere.")] = "wgs84",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the result; out/fly-MISSILE by default.")
    ] = None,
    export: Annotated[
        list[str] | None, typer.Option(help="kml, czml, geojson, oem or csv; may be repeated.")
    ] = None,
    launch: Annotated[str, typer.Option(help="Launch time for the exports, UTC.")] = "2000-01-01T00:00:00",
    as_json: Annotated[bool, typer.Option("--json", help="Print events and numbers as JSON.")] = False,
) -> None:
    """Fly one missile: events, numbers, figure; exports for other programs. Exit code 1 when it cannot reach the place."""
    from equipoise.cli.progress import command_line
    from equipoise.flights.fly import NoFlightError, fly_as_published
    from equipoise.foundation.output_folder import new_folder
    from equipoise.scenario.vehicle_file import read_flyer

    formats, moment = _formats(export or []), _moment(launch)
    wish: dict[str, Any] = {
        "start": point(start, "--from"), "aim": point(to, "--to") if to else None, "family": family, "loft_deg": loft,
        "apogee_km": apogee, "time_s": time, "azimuth_deg": azimuth, "angle_deg": angle, "earth": earth,
        "max_range_km": max_range,
    }  # fmt: skip
    flown = read_flyer(missile) if missile.endswith(".toml") else missile
    folder = out or Path("out") / f"fly-{Path(missile).stem}"
    try:
        with new_folder(folder) as made:  # before anything is computed: it may be refused
            result = fly_as_published(flown, **wish)
            made_by = replace(result.provenance, command=command_line(context))
            result = replace(result, provenance=made_by)
            names = _write(result, made, formats, moment)
    except NoFlightError as error:
        if as_json:
            print_json({"status": error.status.name, "message": str(error)})
        else:
            print(error)
        raise typer.Exit(1) from None
    paths = [folder / name for name in names]
    if as_json:
        _print_json(result, paths)
    else:
        _print(result, paths)


def point(text: str, option: str) -> tuple[float, float]:
    """Return latitude and longitude of ``LAT,LON``; :class:`InputError` names the option."""
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise misuse(option, text, "expected latitude,longitude in degrees, such as 44.4,26.1.") from None
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise misuse(option, text, "latitude goes to 90 degrees, longitude to 180.")
    return lat, lon


def _formats(wanted: list[str]) -> list[str]:
    from equipoise.model.fields import known_names
    from equipoise.present.trajectory_files import WRITERS

    names = [name for item in wanted for name in item.split(",")]
    for name in names:
        if name not in WRITERS:
            raise misuse("--export", name, "no such format.", known_names(WRITERS, name))
    return names


def _moment(text: str) -> datetime:
    from equipoise.model.fields import FIRST_YEAR, LAST_YEAR, moment

    try:
        return moment(text)
    except ValueError:
        said = f"expected a time such as 2011-12-31T12:00:00 in the years {FIRST_YEAR} to {LAST_YEAR}."
        raise misuse("--launch", text, said) from None


def _write(result: Result, made: Path, formats: list[str], moment: datetime) -> list[str]:
    """Write result, figure, events and exports into a new folder; return their names."""
    import csv

    from equipoise import __version__
    from equipoise.foundation.output_folder import RECORD, seal
    from equipoise.present import flight
    from equipoise.present.drawing import draw_all
    from equipoise.present.names import NO_NAMES
    from equipoise.present.trajectory_files import WRITERS
    from equipoise.results.record import RESULTS, save_results

    save_results(made / RESULTS, {result.kind: result})
    draw_all(flight.section(result, {}), made, NO_NAMES)
    rows = flight.events(result)
    with (made / "events.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for name in formats:
        (made / f"flight.{name}").write_text(WRITERS[name](result, moment), encoding="utf-8")
    seal(made, {"version": __version__, "title": result.title, "command": result.provenance.command})
    return sorted(path.name for path in made.iterdir() if path.name != RECORD)


def _print_json(result: Result, paths: list[Path]) -> None:
    from equipoise.present import flight

    values = {
        name: None if v != v else v
        for name, v in ((n, float(result.data[n])) for n in result.data if result.data[n].ndim == 0)
    }
    said = {"status": "OK", "title": result.title, "notes": result.notes, "numbers": values}
    print_json(said | {"events": flight.events(result), "files": [str(p) for p in paths]})


HEADS = ("event", "time s", "latitude °", "longitude °", "altitude km", "speed km/s")
DIGITS = (None, 1, 3, 3, 1, 3)


def _print(result: Result, paths: list[Path]) -> None:
    from equipoise.present import flight

    rows = [
        [v if d is None else f"{v:,.{d}f}" for v, d in zip(row.values(), DIGITS, strict=True)]
        for row in flight.events(result)
    ]
    print_rows(result.title, HEADS, rows)
    lines = [f"{words}: {value}" for words, value in flight.numbers(result)]
    lines += [f"({note})" for note in result.notes]
    say("\n".join([*lines, f"Files: {', '.join(str(p) for p in paths)}"]))
