"""One flight as a figure, a table of events, and its numbers, from its saved result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.sphere import distance_km
from equipoise.geography.window import Window
from equipoise.present.chart import Chart, Mark, rows
from equipoise.present.map_chart import map_chart, path, place
from equipoise.present.section import Column, Figure, Section, Table
from equipoise.present.trajectory_files import events_of
from equipoise.results.record import Result

NUMBERS = (
    ("range_km", "range", "km", 0),
    ("time_of_flight_s", "time of flight", "s", 1),
    ("apogee_km", "apogee", "km", 1),
    ("azimuth", "launch azimuth", "°", 2),
    ("burnout_time_s", "thrust ends after", "s", 1),
    ("burnout_speed_km_s", "speed then", "km/s", 3),
    ("burnout_path_angle", "path angle then", "°", 2),
    ("burnout_altitude_km", "altitude then", "km", 1),
    ("peak_deceleration_g", "hardest braking", "g", 1),
    ("impact_speed_km_s", "speed at impact", "km/s", 2),
    ("miss_m", "miss of the aim point", "m", 1),
)
"""Variables, words, units and decimals of the short table."""


def section(result: Result, _beside: Mapping[str, Result]) -> Section:
    """Return the section that a notebook shows: the figure, the events, and the numbers of the flight."""
    heads = (
        Column("Event"), Column("Time", "s", 1), Column("Latitude", "°", 3), Column("Longitude", "°", 3),
        Column("Altitude", "km", 1), Column("Speed over ground", "km/s", 3),
    )  # fmt: skip
    listed = tuple(tuple(row.values()) for row in events(result))
    said = "Ground track, altitude and speed."
    return Section(
        anchor="flight",
        title=result.title,
        figures=(Figure("flight", said, chart=_track(result), below=(_altitude(result), _speed(result))),),
        tables=(
            Table("flight-events", "Events", heads, listed),
            Table("flight-numbers", "Numbers", (Column("Quantity"), Column("Value")), tuple(numbers(result))),
        ),
        notes=result.notes,
    )


def numbers(result: Result) -> list[tuple[str, str]]:
    """Return what the flight amounts to, as (words, value with unit)."""
    found = []
    for name, words, unit, digits in NUMBERS:
        value = float(result.data[name])
        if np.isfinite(value):
            found.append((words, f"{value:,.{digits}f} {unit}"))
    return found


def events(result: Result) -> list[dict[str, Any]]:
    """Return the events with time (s), place (deg), altitude (km) and speed over ground (km/s)."""
    d = result.data
    return [
        {
            "event": name,
            "time_s": round(float(at[0]), 2),
            "lat_deg": round(float(at[2]), 4) + 0.0,
            "lon_deg": round(float(at[1]), 4) + 0.0,
            "altitude_km": round(float(at[3]) / 1e3, 2) + 0.0,
            "speed_km_s": round(float(np.interp(at[0], d.time, d.speed_km_s)), 3) + 0.0,
        }
        for name, at in events_of(result)
    ]


def _track(result: Result) -> Chart:
    """Return the path over the ground, with its events, on a map at least twice as wide as high."""
    d = result.data
    window = Window.around(d.lat, d.lon, margin_deg=3.0)
    short = 2.0 * (window.north - window.south) - window.width
    if 0.0 < short < 360.0 - window.width:
        window = Window(window.south, window.north, window.west - 0.5 * short, window.east + 0.5 * short)
    made = path("ground track", d.lat, window.into(d.lon))
    for row in events(result):
        made += place("event", row["lat_deg"], float(window.into(row["lon_deg"])), row["event"])
    return map_chart(window, made)


def _altitude(result: Result) -> Chart:
    """Return the altitude over the great-circle distance from the launch point, on the mean sphere."""
    d = result.data
    away = distance_km(d.lat.values[0], d.lon.values[0], d.lat.values, d.lon.values)
    return _line(result, d.altitude_km, away, "distance over ground from the launch (km)", "altitude (km)")


def _speed(result: Result) -> Chart:
    d = result.data
    return _line(result, d.speed_km_s, d.time.values, "time since launch (s)", "speed over ground (km/s)")


def _line(result: Result, values: xr.DataArray, at: np.ndarray, x: str, y: str) -> Chart:
    """Return values along the path over ``at``, with the events between launch and impact marked."""
    times = result.data.time.values
    rules = tuple((float(np.interp(row["time_s"], times, at)), row["event"]) for row in events(result)[1:-1])
    made = rows({"value": values.assign_coords({values.dims[0]: at})}, x=str(values.dims[0]))
    return Chart(Mark.LINES, made, x=x, y=y, rules=rules)
