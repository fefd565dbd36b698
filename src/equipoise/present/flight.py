"""One flight as a figure, a table of events, and its numbers, from its saved result."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from equipoise.foundation.sphere import continuous_deg, distance_km, wrapped_deg
from equipoise.geography.window import Window
from equipoise.present.basemap import draw_map
from equipoise.present.figures import LINES
from equipoise.present.section import Column, Figure, Section, Table
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
    rows = tuple(tuple(row.values()) for row in events(result))
    return Section(
        anchor="flight",
        title=result.title,
        figures=(
            Figure(
                "flight", "Ground track, altitude and speed.", alt=alt(result), picture=partial(draw, result)
            ),
        ),
        tables=(
            Table("flight-events", "Events", heads, rows),
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
    times = d.time.values
    lon = continuous_deg(d.lon.values)
    rows = []
    for name, t in zip(d.event.values, d.event_time_s.values, strict=True):
        row: dict[str, Any] = {"event": str(name), "time_s": round(float(t), 2)}
        for key, column, digits in (
            ("lat_deg", d.lat.values, 4),
            ("lon_deg", lon, 4),
            ("altitude_km", d.altitude_km.values, 2),
            ("speed_km_s", d.speed_km_s.values, 3),
        ):
            row[key] = round(float(np.interp(t, times, column)), digits) + 0.0
        row["lon_deg"] = round(float(wrapped_deg(row["lon_deg"])), 4)
        rows.append(row)
    return rows


def alt(result: Result) -> str:
    """Return what the figure shows, for who cannot see it."""
    d = result.data
    return (
        f"{result.title}: ground track on a map, altitude over ground distance up to {float(d.apogee_km):.0f} km with the "
        f"events marked, and speed over time, over {float(d.range_km):.0f} km and {float(d.time_of_flight_s):.0f} s."
    )


def draw(result: Result) -> Any:
    """Return the figure: ground track, altitude over ground distance, speed over time."""
    from equipoise.present.picture import Picture

    figure = Picture(figsize=(8.4, 6.4), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=(1.15, 1.0))
    _track(result, figure.add_subplot(grid[0, :]))
    _profile(result, figure.add_subplot(grid[1, 0]))
    _speed(result, figure.add_subplot(grid[1, 1]))
    figure.suptitle(result.title, fontsize=11)
    return figure


def _distance_km(result: Result) -> np.ndarray:
    """Return the great-circle distance from the launch point, on the mean sphere."""
    d = result.data
    return distance_km(d.lat.values[0], d.lon.values[0], d.lat.values, d.lon.values)


def _track(result: Result, axes: Any) -> None:
    d = result.data
    lon = continuous_deg(d.lon.values)
    lat = d.lat.values
    tall = max(np.ptp(lat), 0.45 * np.ptp(lon), 6.0)
    wide = max(np.ptp(lon), 2.0 * tall)
    mid_lon, mid_lat = (lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2
    wide = min(wide, 310.0)
    window = Window(
        max(mid_lat - 0.62 * tall, -89.0),
        min(mid_lat + 0.62 * tall, 89.0),
        mid_lon - 0.58 * wide,
        mid_lon + 0.58 * wide,
    )
    lon = lon + (window.middle[1] - mid_lon)
    draw_map(axes, window, width_in=8.0)
    axes.plot(lon, lat, color=LINES[1], linewidth=1.8)
    for row in events(result):
        near = int(np.argmin(np.abs(d.time.values - row["time_s"])))
        axes.plot(lon[near], row["lat_deg"], "o", color="white", mec=LINES[1], markersize=4)
    ends = (("launch", 0), ("impact", -1))
    for name, i in ends:
        left = lon[i] > (window.west + window.east) / 2
        axes.annotate(
            name, (lon[i], lat[i]), xytext=(-5 if left else 5, 6),
            ha="right" if left else "left", textcoords="offset points", fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1},
        )  # fmt: skip
    axes.set_xlabel("longitude", fontsize=8)
    axes.set_ylabel("latitude", fontsize=8)


def _profile(result: Result, axes: Any) -> None:
    d = result.data
    distance = _distance_km(result)
    axes.plot(distance, d.altitude_km, color=LINES[0])
    axes.axhline(100.0, color="#999999", linewidth=0.7, linestyle=":")
    for row in events(result):
        at = float(np.interp(row["time_s"], d.time.values, distance))
        axes.plot(at, row["altitude_km"], "o", color="white", mec=LINES[0], markersize=4)
        if row["event"] in ("thrust ends", "apogee", "hardest braking"):
            side = "right" if row["event"] == "hardest braking" else "left"
            axes.annotate(
                row["event"], (at, row["altitude_km"]), xytext=(-6 if side == "right" else 6, 4),
                textcoords="offset points", fontsize=7, ha=side,
            )  # fmt: skip
    axes.set_xlabel("distance over ground from the launch (km)", fontsize=8)
    axes.set_ylabel("altitude (km)", fontsize=8)
    axes.set_ylim(0, 1.12 * float(d.altitude_km.max()))
    axes.tick_params(labelsize=7)


def _speed(result: Result, axes: Any) -> None:
    d = result.data
    axes.plot(d.time, d.speed_km_s, color=LINES[2])
    cut = float(d.burnout_time_s)
    axes.axvline(cut, color="#999999", linewidth=0.7, linestyle=":")
    axes.annotate("thrust ends", (cut, 0.02), xycoords=("data", "axes fraction"), xytext=(4, 0),
                  textcoords="offset points", fontsize=7)  # fmt: skip
    axes.set_xlabel("time since launch (s)", fontsize=8)
    axes.set_ylabel("speed over ground (km/s)", fontsize=8)
    axes.set_ylim(bottom=0)
    axes.tick_params(labelsize=7)
