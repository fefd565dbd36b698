"""Charts of guarantees, from their results only: the worst permitted system on the map, and lives of instruments."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import xarray as xr

from equipoise.foundation.sphere import circle_deg, distance_km, width_deg
from equipoise.geography.window import Window
from equipoise.present.chart import Chart, Mark, Row, year_of
from equipoise.present.map_chart import area, map_chart, path, place

PERIODS = ((date(2007, 1, 1), date(2021, 12, 31)),)
MOST_LANES = 30


def worst_map(data: xr.Dataset) -> Chart:
    """Return the permitted zones, the circles in which no site may stand, the worst site found, the flight and the meeting."""
    window = worst_window(data)
    made: list[Row] = []
    for n, (south, west, north, east) in enumerate(json.loads(data.attrs["zones"])):
        left = float(window.into(west))
        right = left + width_deg(west, east)
        made += area(
            "sites permitted",
            [south, south, north, north, south],
            [left, right, right, left, left],
            f"zone {n}",
        )
    for n, (lat, lon, radius) in enumerate(json.loads(data.attrs["discs"])):
        made += area("no site permitted", *circle_deg(lat, float(window.into(lon)), radius), f"circle {n}")
    made += path("missile over the ground", data.lat, window.into(data.lon.values))
    site, meeting = (
        (float(data[f"{what}_lat"]), float(window.into(float(data[f"{what}_lon"]))))
        for what in ("site", "meeting")
    )
    made += path("from the site to the meeting", [site[0], meeting[0]], [site[1], meeting[1]])
    made += place("worst site found", *site, "worst site found")
    word = "intercept" if data.attrs["engaged"] else "nearest approach"
    return map_chart(window, [*made, *place(word, *meeting, word)])


def worst_height(data: xr.Dataset) -> Chart:
    """Return the height of the flight over its distance on the ground."""
    along = along_km(data.lat.values, data.lon.values)
    made = (
        {"x": round(float(x), 1), "value": round(float(h) / 1e3, 2)}
        for x, h in zip(along, data.height.values, strict=True)
    )
    return Chart(Mark.LINES, tuple(made), x="distance over the ground (km)", y="height (km)")


def timeline(data: xr.Dataset) -> Chart:
    """Return each instrument's status for each of its parties as spans over the years."""
    first, last = PERIODS[0]
    shown = spells_of_period(data)
    lanes = list(dict.fromkeys(lane_of(data, i) for i in shown))[:MOST_LANES]
    made: list[Row] = [
        {
            "group": ": ".join(lane_of(data, i)),
            "series": str(data.status.values[i]).replace("_", " "),
            "low": year_of(max(date.fromordinal(int(data.start.values[i])), first)),
            "high": year_of(min(date.fromordinal(int(data.end.values[i])), last)),
        }
        for i in shown
        if lane_of(data, i) in lanes
    ]
    dates = (
        (year_of(date.fromordinal(int(day))), str(name))
        for name, day in zip(data.phase.values, data.phase_date.values, strict=True)
    )
    return Chart(Mark.SPANS, tuple(made), x="year", rules=tuple(d for d in dates if d[0] <= year_of(last)))


def spells_of_period(data: xr.Dataset) -> list[int]:
    """Return the places of the spells that touch the years that are shown."""
    first, last = PERIODS[0]
    spells = zip(data.start.values, data.end.values, strict=True)
    return [
        i for i, (start, end) in enumerate(spells) if end > first.toordinal() and start < last.toordinal()
    ]


def lane_of(data: xr.Dataset, i: int) -> tuple[str, str]:
    """Return the lane in which a spell is drawn: the names of its instrument and of its party."""
    return str(data.name.values[i]), str(data.party.values[i])


def worst_window(data: xr.Dataset) -> Window:
    """Return the window that holds the flight, the site and the meeting, with a margin."""
    lat = [*data.lat.values, float(data.site_lat), float(data.meeting_lat)]
    return Window.around(
        lat, [*data.lon.values, float(data.site_lon), float(data.meeting_lon)], margin_deg=4.0
    )


def along_km(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return the distance over the ground (n,) from the first of points (n,) in degrees."""
    return np.concatenate([[0.0], np.cumsum(distance_km(lat[:-1], lon[:-1], lat[1:], lon[1:]))])
