"""One engagement in words and as a figure: altitude with sensor bars, and the latest launch against the intercept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.status import Reason
from equipoise.present.chart import Chart, Mark, Row, rows
from equipoise.present.section import Column, Figure, Section, Table
from equipoise.results.record import Result

SINCE = "time since the missile's launch (s)"


def section(result: Result, _beside: Mapping[str, Result]) -> Section:
    """Return the section that a notebook shows: the figure, what happens when, and what comes of it."""
    heads = (Column("Time since launch", "s", 1), Column("What happens"))
    return Section(
        anchor="engagement",
        title=result.title,
        figures=(figure(result),),
        tables=(Table("engagement-timeline", "Timeline", heads, tuple(timeline(result))),),
        notes=(*conclusion(result), *result.notes),
    )


def figure(result: Result) -> Figure:
    """Return the figure: altitude, what sees the missile and what can meet it, and the latest launch of each battery."""
    data, a = result.data, result.data.attrs
    ready = a["track_s"] + a["decision_s"] + a["reaction_s"]
    marked = (
        (a["burnout_s"], "burnout"),
        (a["track_s"], "track good enough to shoot on"),
        (ready, "earliest launch"),
    )
    rules = tuple((float(at), words) for at, words in marked if np.isfinite(at))
    altitude = rows(
        {"value": data.altitude.clip(min=0.0).assign_coords(time=data.path_time.values)}, x="time"
    )
    latest = data.latest_launch.assign_coords(instant=data.intercept_time.values)
    known = latest.isel(battery=np.isfinite(latest).any("instant").values)
    allowed = xr.full_like(latest.isel(battery=[0]), ready).assign_coords(battery=["earliest launch"])
    held = rows({"value": xr.concat([known, allowed], "battery")}, x="instant", series="battery")
    return Figure(
        "engagement",
        "Altitude, what sees the missile and what can meet it; below, the latest launch that still meets it.",
        chart=Chart(Mark.LINES, altitude, x=SINCE, y="altitude (km)", rules=rules),
        below=(
            Chart(Mark.SPANS, tuple(_spans(data, ready)), x=SINCE, rules=rules),
            Chart(Mark.LINES, held, x=SINCE, y="latest launch (s)"),
        ),
    )


def _spans(data: xr.Dataset, ready_s: float) -> Iterator[Row]:
    """Yield when each sensor sees the missile, and between which times each battery can meet it."""
    for name in data.sensor.values:
        for start, end in data.spells.sel(sensor=name).values:
            if np.isfinite(start):
                yield {"group": f"{name} sees", "series": "sees", "low": float(start), "high": float(end)}
    times = data.intercept_time.values
    for i, name in enumerate(data.battery.values):
        able = np.r_[False, data.latest_launch.isel(battery=i).values >= ready_s, False]
        for start, end in np.flatnonzero(np.diff(able.astype(int))).reshape(-1, 2):
            low, high = float(times[start]), float(times[end - 1])
            yield {"group": f"{name} can meet it", "series": "can meet it", "low": low, "high": high}


def timeline(result: Result) -> list[tuple[float, str]]:
    """Return what happens when, as (time in s since launch, words), in order of time."""
    data, a = result.data, result.data.attrs
    times, altitude = data.path_time.values, data.altitude.values
    top = int(np.argmax(altitude))
    found = [
        (0.0, "The missile is launched."),
        (a["burnout_s"], f"Burnout at {float(np.interp(a['burnout_s'], times, altitude)):.0f} km."),
        (float(times[top]), f"Highest point of the path, {altitude[top]:.0f} km."),
        (float(times[-1]), f"Impact, {float(data.distance[-1]):.0f} km from the launch."),
    ]
    found += _sightings(data)
    if np.isfinite(a["detect_s"]):
        who = f" ({a['detected_by']})" if a["detected_by"] else ""
        found.append((a["detect_s"], f"First report reaches the {a['command']} command{who}."))
    if np.isfinite(a["track_s"]):
        who = f", held by {a['tracked_by']}" if a["tracked_by"] else ""
        found.append((a["track_s"], f"The track is good enough to shoot on{who}."))
        ready = a["track_s"] + a["decision_s"]
        found.append((ready, f"Decision taken ({a['decision_s']:.0f} s)."))
        found.append((ready + a["reaction_s"], f"Earliest launch (reaction {a['reaction_s']:.0f} s)."))
    found += _shots(data)
    return sorted(found, key=lambda row: row[0])


def _sightings(data: xr.Dataset) -> list[tuple[float, str]]:
    found = []
    for name in data.sensor.values:
        for start, end in data.spells.sel(sensor=name).values:
            if np.isfinite(start):
                found.append((float(start), f"{name} sees the missile, until {end:.0f} s."))
    return found


def _shots(data: xr.Dataset) -> list[tuple[float, str]]:
    found = []
    for i, name in enumerate(data.battery.values):
        one = data.isel(battery=i)
        if int(one.shots) > 0:
            first, last = float(one.first_intercept), float(one.last_intercept)
            altitude = float(np.interp(first, data.path_time.values, data.altitude.values))
            met = f", closing at {float(one.closing_speed):.1f} km/s, {float(one.crossing_angle):.0f} degrees off head on"
            met = met if np.isfinite(float(one.closing_speed)) else ""
            found.append((first, f"First intercept from {name} possible, at {altitude:.0f} km{met}."))
            if last > first:
                found.append((last, f"Last of {int(one.shots)} intercepts in turn from {name}."))
        if np.isfinite(float(one.latest)):
            found.append((float(one.latest), f"Latest launch from {name} that still meets the missile."))
    return found


def conclusion(result: Result) -> list[str]:
    """Return the outcome in sentences: of the command, then of each battery."""
    a = result.data.attrs
    head = f"{Reason(a['reason']).sentence} Shots in turn: {a['shots']} (required: {a['wanted_shots']})."
    if np.isfinite(a["slack_s"]):
        spare = f"{a['slack_s']:.1f} s to spare" if a["slack_s"] >= 0 else f"{-a['slack_s']:.1f} s too late"
        head += f" At best {spare}."
    return [head, *_speed_margin(a), *_batteries(result)]


def _batteries(result: Result) -> list[str]:
    """Return what comes of each battery in a sentence; those of which the same is to say stand in one line."""
    alike: dict[str, list[str]] = {}
    for i, name in enumerate(result.data.battery.values):
        one = result.data.isel(battery=i)
        slack = float(one.slack)
        spare = "" if not np.isfinite(slack) else f" ({slack:+.1f} s)"
        said = f"({one.policy.item()}): {Reason(int(one.reason)).sentence}{spare}"
        alike.setdefault(said, []).append(str(name))
    return [f"{', '.join(names)} {said}" for said, names in alike.items()]


def _speed_margin(a: dict[str, Any]) -> list[str]:
    """Return by how much all interceptors could be slower, or would have to be faster, in a sentence."""
    share = a["speed_share"]
    if share == 0.0:
        return ["Interceptors of 40 % of their burnout speed would still do."]
    if not np.isfinite(share):
        return ["No burnout speed up to 2.5 times the actual one would do."]
    if share < 1.0:
        return [
            f"Speed margin: interceptors with burnout speeds down to {100 * share:.0f} % of the actual ones would do."
        ]
    return [f"Speed margin: burnout speeds of {100 * share:.0f} % of the actual ones would do."]
