"""Charts of guarantees, from their results only: the worst permitted system on the map, and lives of instruments."""

from __future__ import annotations

import json
from datetime import date

import xarray as xr

from equipoise.foundation.sphere import circle_deg, width_deg
from equipoise.present.chart import Chart, Mark, Row
from equipoise.present.guarantee_figures import (
    MOST_LANES,
    PERIODS,
    along_km,
    lane_of,
    spells_of_period,
    worst_window,
)
from equipoise.present.map_chart import area, map_chart, path, place


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
            "low": _year(max(int(data.start.values[i]), first.toordinal())),
            "high": _year(min(int(data.end.values[i]), last.toordinal())),
        }
        for i in shown
        if lane_of(data, i) in lanes
    ]
    dates = (
        (_year(int(day)), str(name))
        for name, day in zip(data.phase.values, data.phase_date.values, strict=True)
    )
    return Chart(
        Mark.SPANS, tuple(made), x="year", rules=tuple(d for d in dates if d[0] <= _year(last.toordinal()))
    )


def _year(ordinal: int) -> float:
    """Return a day as a year with a fraction."""
    day = date.fromordinal(ordinal)
    return round(day.year + (day.timetuple().tm_yday - 1) / 365.25, 3)
