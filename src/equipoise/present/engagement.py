"""One engagement in words and as a figure: altitude with sensor bars, and the latest launch against the intercept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.status import Reason
from equipoise.present.figures import LINES
from equipoise.present.section import Column, Figure, Section, Table
from equipoise.results.record import Result


def section(result: Result, _beside: Mapping[str, Result]) -> Section:
    """Return the section that a notebook shows: the figure, what happens when, and what comes of it."""
    heads = (Column("Time since launch", "s", 1), Column("What happens"))
    said = (
        "Altitude, what sees the missile and what can meet it; below, the latest launch that still meets it."
    )
    return Section(
        anchor="engagement",
        title=result.title,
        figures=(Figure("engagement", said, alt=alt(result), picture=partial(draw, result)),),
        tables=(Table("engagement-timeline", "Timeline", heads, tuple(timeline(result))),),
        notes=(*conclusion(result), *result.notes),
    )


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
    rows = []
    for name in data.sensor.values:
        for start, end in data.spells.sel(sensor=name).values:
            if np.isfinite(start):
                rows.append((float(start), f"{name} sees the missile, until {end:.0f} s."))
    return rows


def _shots(data: xr.Dataset) -> list[tuple[float, str]]:
    rows = []
    for i, name in enumerate(data.battery.values):
        one = data.isel(battery=i)
        if int(one.shots) > 0:
            first, last = float(one.first_intercept), float(one.last_intercept)
            altitude = float(np.interp(first, data.path_time.values, data.altitude.values))
            met = f", closing at {float(one.closing_speed):.1f} km/s, {float(one.crossing_angle):.0f} degrees off head on"
            met = met if np.isfinite(float(one.closing_speed)) else ""
            rows.append((first, f"First intercept from {name} possible, at {altitude:.0f} km{met}."))
            if last > first:
                rows.append((last, f"Last of {int(one.shots)} intercepts in turn from {name}."))
        if np.isfinite(float(one.latest)):
            rows.append((float(one.latest), f"Latest launch from {name} that still meets the missile."))
    return rows


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


def draw(result: Result) -> Any:
    """Return the figure: altitude and sensor bars above, latest launch of each battery below."""
    from equipoise.present.picture import Picture

    data, a = result.data, result.data.attrs
    seen = [str(n) for n in data.sensor.values if np.isfinite(data.spells.sel(sensor=n).values).any()]
    lines = len(seen) + data.sizes["battery"]
    figure = Picture(figsize=(7.6, 5.8 + 0.2 * lines), layout="constrained")
    tall = (3.0, max(0.22 * lines, 0.4), 2.0)
    top, bars, low = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": tall})
    top.plot(data.path_time, data.altitude, color="#222222")
    top.set_ylabel("altitude (km)")
    top.set_ylim(bottom=0)
    top.set_title(result.title, fontsize=10)
    for row, name in enumerate(seen):
        for start, end in data.spells.sel(sensor=name).values:
            if np.isfinite(start):
                bars.barh(row, end - start, left=start, color="#9ecae1", edgecolor="#3182bd", height=0.7)
    shooters = _open_windows(data, a)
    for row, (_, windows) in enumerate(shooters, start=len(seen)):
        for start, end in windows:
            bars.barh(
                row, end - start, left=start, color="#fdae6b", edgecolor="#e6550d", height=0.7, hatch="//"
            )
    rows = [*(f"{n} sees" for n in seen), *(f"{n} can meet it" for n, _ in shooters)]
    bars.set_yticks(range(len(rows)), rows, fontsize=7)
    bars.set_ylim(-0.6, max(len(rows), 1) - 0.4)
    bars.invert_yaxis()
    ready = a["track_s"] + a["decision_s"] + a["reaction_s"]
    for at, words, style in (
        (a["burnout_s"], "burnout", ":"),
        (a["track_s"], "track good enough to shoot on", "-."),
        (ready, "earliest launch", "--"),
    ):
        if np.isfinite(at):
            for axes in (top, bars, low):
                axes.axvline(
                    at, color="#777777", linestyle=style, linewidth=1, label=words if axes is top else ""
                )
    top.legend(fontsize=7, frameon=False, loc="lower center")
    _latest(data, a, low)
    low.set_xlabel("time since the missile's launch (s)")
    low.set_ylabel("latest launch (s)")
    low.legend(fontsize=7, frameon=False, loc="lower right")
    return figure


def _open_windows(data: xr.Dataset, a: dict[str, Any]) -> list[tuple[str, list[tuple[float, float]]]]:
    """Return for each battery that can meet the missile the times between which it can."""
    ready = a["track_s"] + a["decision_s"] + a["reaction_s"]
    times, found = data.intercept_time.values, []
    for i, name in enumerate(data.battery.values):
        able = np.r_[False, data.latest_launch.isel(battery=i).values >= ready, False]
        edges = np.flatnonzero(np.diff(able.astype(int)))
        if edges.size:
            found.append((str(name), [(times[s], times[e - 1]) for s, e in edges.reshape(-1, 2)]))
    return found


def _latest(data: xr.Dataset, a: dict[str, Any], axes: Any) -> None:
    """Draw the latest launch that meets the missile at each instant, and the earliest launch allowed."""
    for i, name in enumerate(data.battery.values):
        latest = data.latest_launch.isel(battery=i).values
        if np.isfinite(latest).any():
            style = ("-", "--", "-.", ":")[i % 4]
            axes.plot(
                data.intercept_time, latest, color=LINES[i % len(LINES)], linestyle=style, label=str(name)
            )
    ready = a["track_s"] + a["decision_s"] + a["reaction_s"]
    if np.isfinite(ready):
        axes.axhline(ready, color="#777777", linestyle="--", linewidth=1, label="earliest launch")


def alt(result: Result) -> str:
    """Return the figure's text for a reader who does not see it."""
    return f"{result.title}. " + " ".join(f"{t:.0f} s: {words}" for t, words in timeline(result))
