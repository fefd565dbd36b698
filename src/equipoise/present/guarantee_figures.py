"""Figures of guarantees, from their results only: verdicts, lives of instruments, the worst system, the negotiation space."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.sphere import circle_deg, distance_km, width_deg
from equipoise.foundation.status import Truth
from equipoise.geography.window import Window
from equipoise.present.basemap import draw_map
from equipoise.present.figures import LINES
from equipoise.present.verdicts import verdict_words

TRUTHS = {
    Truth.KEPT: ("#9ecae1", ""),
    Truth.UNDETERMINED: ("#ffda59", "///"),
    Truth.BROKEN: ("#d55e00", "xx"),
}
"""Colour and hatching of each verdict: they stay apart without colour."""
STATUSES = {
    "drafted": ("#f1eef6", "..."),
    "approved": ("#d0d1e6", ""),
    "signed": ("#a6bddb", ""),
    "ratified": ("#74a9cf", ""),
    "in_force": ("#0570b0", ""),
    "suspended": ("#fdae6b", "///"),
    "withdrawn": ("#bdbdbd", "xxx"),
    "ended": ("#e8e8e8", "xxx"),
}
"""Colour and hatching of each status, darkest while an instrument acts."""
PERIODS = ((date(2007, 1, 1), date(2021, 12, 31)),)
MOST_LANES = 30
NEAR_MARGIN_DAYS = 21
"""Room before and after the steps of an agreement and of the laws that it waited for, which lie days apart."""


def waited_for(data: xr.Dataset) -> dict[str, list[str]]:
    """Return the laws that each agreement of a timeline waited for, by their ids."""
    found: dict[str, list[str]] = json.loads(data.attrs.get("laws", "{}"))
    return found


def verdict_grid(data: xr.Dataset) -> Any:
    """Return a figure: clauses by phases, the verdict in each field with its nominal margin."""
    from matplotlib.patches import Patch, Rectangle

    from equipoise.present.picture import Picture

    clauses, phases = data.clause.values, data.phase.values
    wide, high = 3.1 + 1.75 * len(phases), 0.62 * len(clauses) + 1.0
    figure = Picture(figsize=(wide, high))
    axes = figure.add_axes((3.0 / wide, 0.6 / high, 1.0 - 3.1 / wide, 1.0 - 1.0 / high))
    for i, clause in enumerate(clauses):
        for j, phase in enumerate(phases):
            one = data.sel(clause=clause, phase=phase)
            truth = Truth.of(one.truth)
            colour, hatch = TRUTHS[truth]
            axes.add_patch(
                Rectangle((j, i), 1, 1, facecolor=colour, edgecolor="white", hatch=hatch, linewidth=2)
            )
            axes.text(
                j + 0.5, i + 0.5, field_words(one, truth), ha="center", va="center", fontsize=7.5,
                bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.5},
            )  # fmt: skip
    axes.set_xlim(0, len(phases))
    axes.set_ylim(len(clauses), 0)
    axes.set_xticks(np.arange(len(phases)) + 0.5, phases, fontsize=8)
    axes.set_yticks(np.arange(len(clauses)) + 0.5, [_wrapped(str(n)) for n in data.name.values], fontsize=7.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    handles = [
        Patch(facecolor=c, hatch=h, edgecolor="#444444", label=truth.name.lower())
        for truth, (c, h) in TRUTHS.items()
    ]
    figure.legend(handles=handles, loc="lower center", ncols=3, fontsize=8, frameon=False)
    return figure


LARGE = 100.0
"""Margins from here on are told without decimals, and never as powers of ten."""


def field_words(one: xr.Dataset, truth: Truth) -> str:
    """Return a verdict in a word, and on the next line its margin at nominal values where there is one."""
    margin = float(one.margin)
    word = verdict_words(truth, acts=bool(one.acts))
    if np.isnan(margin):
        return word
    number = f"{margin:+,.0f}" if abs(margin) >= LARGE else f"{margin:+.3g}"
    return f"{word}\n{'out of reach' if np.isinf(margin) else f'{number} {one.unit.values}'}"


def _wrapped(text: str, width: int = 38) -> str:
    from textwrap import fill

    return fill(text, width)


def spells_of_period(data: xr.Dataset) -> list[int]:
    """Return the places of the spells that touch the years that are shown."""
    first, last = PERIODS[0]
    spells = zip(data.start.values, data.end.values, strict=True)
    return [
        i for i, (start, end) in enumerate(spells) if end > first.toordinal() and start < last.toordinal()
    ]


def timeline_figure(data: xr.Dataset, *, most: int = MOST_LANES) -> Any:
    """Return a figure: above, the steps of an agreement that waited for a law; below, a lane per instrument and party."""
    from matplotlib.patches import Patch

    from equipoise.present.picture import Picture

    shown = spells_of_period(data)
    lanes = list(dict.fromkeys((str(data.name.values[i]), str(data.party.values[i])) for i in shown))[:most]
    near = [name for agreement, laws in waited_for(data).items() for name in (agreement, *laws)]
    high = 0.27 * len(lanes) + 1.3, 0.7 * len(near) + 0.6 * bool(near)
    figure = Picture(figsize=(10.5, sum(high)))
    inch_x, inch_y = 1.0 / 10.5, 1.0 / sum(high)
    below = figure.add_axes((3.3 * inch_x, 0.75 * inch_y, 7.1 * inch_x, (high[0] - 0.9) * inch_y))
    if near:
        place = (high[0] + 0.3) * inch_y, (high[1] - 0.4) * inch_y
        _near_lanes(
            figure.add_axes((3.3 * inch_x, place[0], 3.0 * inch_x, place[1])),
            figure.add_axes((6.5 * inch_x, place[0], 3.9 * inch_x, place[1])),
            data,
            near,
        )
    _all_lanes(below, data, [i for i in shown if lane_of(data, i) in lanes], lanes)
    present = {str(data.status.values[i]) for i in shown if lane_of(data, i) in lanes}
    handles = [
        Patch(facecolor=c, hatch=h, edgecolor="#555555", label=word.replace("_", " "))
        for word, (c, h) in STATUSES.items()
        if word in present
    ]
    figure.legend(handles=handles, loc="lower center", ncols=8, fontsize=7.5, frameon=False)
    return figure


def lane_of(data: xr.Dataset, i: int) -> tuple[str, str]:
    """Return the lane in which a spell is drawn: the names of its instrument and of its party."""
    return str(data.name.values[i]), str(data.party.values[i])


def _bar(axes: Any, data: xr.Dataset, i: int, lane: int, period: tuple[date, date]) -> date:
    """Draw one spell, cut to the period, and return its first day."""
    days = [
        min(max(date.fromordinal(int(end.values[i])), period[0]), period[1]) for end in (data.start, data.end)
    ]
    colour, hatch = STATUSES[str(data.status.values[i])]
    axes.barh(
        lane, days[1] - days[0], left=days[0], height=0.72, color=colour, hatch=hatch, edgecolor="#555555", linewidth=0.5
    )  # fmt: skip
    return days[0]


def _all_lanes(axes: Any, data: xr.Dataset, spells: list[int], lanes: list[tuple[str, str]]) -> None:
    """Draw every lane over the years, the phases as dotted lines."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    first, last = PERIODS[0]
    for i in spells:
        _bar(axes, data, i, lanes.index(lane_of(data, i)), (first, last))
    for name, day in zip(data.phase.values, data.phase_date.values, strict=True):
        when = date.fromordinal(int(day))
        if first <= when <= last:
            axes.axvline(when, color="#333333", linewidth=0.8, linestyle=":")
            axes.text(when, -0.9, str(name), fontsize=6.5, ha="right", va="bottom")
    axes.set_yticks(range(len(lanes)), [_lane(lanes, k) for k in range(len(lanes))], fontsize=7)
    axes.set_ylim(len(lanes) - 0.5, -1.4)
    axes.set_xlim(first, last)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=6))
    axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))
    axes.tick_params(axis="x", labelsize=7.5)
    axes.set_xlabel("year", fontsize=8)
    axes.grid(visible=True, axis="x", color="#e5e5e5")
    axes.set_axisbelow(True)


def _near_lanes(axes: Any, side: Any, data: xr.Dataset, names: list[str]) -> None:
    """Draw the lanes of some instruments over a few months, their steps by number, in words beside them."""
    from matplotlib.dates import DateFormatter, MonthLocator

    labels: list[str] = []
    steps: list[str] = []
    begun = [
        int(data.start.values[i])
        for i in range(data.sizes["spell"])
        if str(data.instrument.values[i]) in names
    ]
    period = (
        date.fromordinal(min(begun) - NEAR_MARGIN_DAYS),
        date.fromordinal(max(begun) + NEAR_MARGIN_DAYS),
    )
    for lane, instrument in enumerate(names):
        spells = [i for i, name in enumerate(data.instrument.values) if str(name) == instrument]
        parties = list(dict.fromkeys(str(data.party.values[i]) for i in spells))
        labels.append(f"{_short(str(data.name.values[spells[0]]))}\n{', '.join(parties)}")
        for i in (i for i in spells if str(data.party.values[i]) == parties[0]):
            start = _bar(axes, data, i, lane, period)
            note = str(data.note.values[i])
            words = str(data.status.values[i]).replace("_", " ")
            steps.append(
                f"{len(steps) + 1}  {start:%d %b %Y}: {words}{f', {note}' if note and note != words else ''}"
            )
            axes.text(start, lane - 0.42, str(len(steps)), fontsize=7, ha="center", va="bottom")
    axes.set_yticks(range(len(names)), labels, fontsize=7)
    axes.set_ylim(len(names) - 0.4, -0.75)
    axes.set_xlim(*period)
    axes.xaxis.set_major_locator(MonthLocator(interval=2))
    axes.xaxis.set_major_formatter(DateFormatter("%b %Y"))
    axes.tick_params(axis="x", labelsize=7)
    side.axis("off")
    side.text(0.0, 1.0, "\n".join(steps), fontsize=6.8, va="top", linespacing=1.5, transform=side.transAxes)


def _lane(lanes: list[tuple[str, str]], k: int) -> str:
    """Return the label of a lane: the instrument's name on its first lane, then the parties alone."""
    name, party = lanes[k]
    first = k == 0 or lanes[k - 1][0] != name
    return f"{_short(name)}: {party}" if first else party


def _short(name: str) -> str:
    return name if len(name) <= 52 else name[:50].rsplit(" ", 1)[0] + " ..."


def worst_window(data: xr.Dataset) -> Window:
    """Return the window that holds the flight, the site and the meeting, with a margin."""
    lat = [*data.lat.values, float(data.site_lat), float(data.meeting_lat)]
    return Window.around(
        lat, [*data.lon.values, float(data.site_lon), float(data.meeting_lon)], margin_deg=4.0
    )


def worst_map(data: xr.Dataset) -> Any:
    """Return a figure: the permitted zone, the site found, and the flight over the ground."""
    from matplotlib.patches import Rectangle

    from equipoise.present.picture import Picture

    zones = json.loads(data.attrs["zones"])
    lat, lon = data.lat.values, data.lon.values
    window = worst_window(data)
    lon = window.into(lon)
    site_lon, meeting_lon = (float(window.into(float(x))) for x in (data.site_lon, data.meeting_lon))
    figure = Picture(figsize=(9.5, 6.4), layout="constrained")
    above = figure.subplots()
    draw_map(above, window, width_in=9.0)
    for s, w, n, e in zones:
        above.add_patch(
            Rectangle(
                (float(window.into(w)), s),
                width_deg(w, e),
                n - s,
                facecolor="#9ecae1",
                alpha=0.35,
                edgecolor="#0570b0",
                linewidth=1.2,
            )
        )
    for disc in json.loads(data.attrs["discs"]):  # in which no site may stand
        lats, lons = circle_deg(*disc)
        above.plot(lons, lats, color="#888888", linewidth=0.7, linestyle="-.")
    above.plot(lon, lat, color=LINES[1], linewidth=2.0, label="missile over the ground")
    above.plot(
        [site_lon, meeting_lon], [float(data.site_lat), float(data.meeting_lat)],
        "--", color=LINES[0], linewidth=1.4, label="from the site to the meeting place",
    )  # fmt: skip
    above.plot(
        site_lon,
        float(data.site_lat),
        "^",
        color=LINES[0],
        markersize=10,
        mec="black",
        label="worst site found",
    )
    word = "intercept" if data.attrs["engaged"] else "nearest approach"
    above.plot(
        meeting_lon,
        float(data.meeting_lat),
        "*",
        color="#ffda59",
        mec="black",
        markersize=14,
        label=word,
    )
    above.legend(loc="lower right", fontsize=7.5)
    return figure


def worst_height(data: xr.Dataset) -> Any:
    """Return a figure: the height of the flight over its distance on the ground, with the meeting."""
    from equipoise.present.picture import Picture

    figure = Picture(figsize=(9.5, 2.4), layout="constrained")
    below, lat, lon = figure.subplots(), data.lat.values, data.lon.values
    along = along_km(lat, lon)
    below.plot(along, data.height.values / 1e3, color=LINES[1], linewidth=2.0)
    near = int(np.argmin(distance_km(lat, lon, float(data.meeting_lat), float(data.meeting_lon))))
    below.plot(
        along[near], float(data.meeting_height) / 1e3, "*", color="#ffda59", mec="black", markersize=14
    )
    below.set_xlabel("distance over the ground (km)", fontsize=8)
    below.set_ylabel("height (km)", fontsize=8)
    below.grid(visible=True, color="#e5e5e5")
    below.tick_params(labelsize=7)
    return figure


def along_km(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return the distance over the ground (n,) from the first of points (n,) in degrees."""
    return np.concatenate([[0.0], np.cumsum(distance_km(lat[:-1], lon[:-1], lat[1:], lon[1:]))])


def pareto(data: xr.Dataset) -> Any:
    """Return a figure: people defended over warheads within reach of the worst permitted system, proposals by number."""
    from equipoise.present.picture import Picture

    figure = Picture(figsize=(9.5, 6.4), layout="constrained")
    axes, side = figure.subplots(1, 2, width_ratios=(2.3, 1.0))
    grid = data.isel(point=np.flatnonzero(data.proposal.values == 0))
    colours = axes.scatter(
        grid.exposed_bound, grid.people, c=grid.speed, s=16 + grid.number / 8, cmap="cividis_r", edgecolor="#555555", linewidth=0.4,
        label="limits on speed (colour), number (size) and place",
    )  # fmt: skip
    best = data.isel(point=np.flatnonzero(data.frontier.values > 0)).sortby("exposed_bound")
    ends = (
        [*best.exposed_bound.values, float(data.exposed_bound.max())],
        [*best.people.values, best.people.values[-1]],
    )
    axes.step(*ends, where="post", color=LINES[0], linewidth=5.0, alpha=0.45, zorder=0, label="frontier")
    known = data.isel(point=np.flatnonzero(data.proposal.values > 0))
    lines: list[str] = []
    marks: dict[tuple[int, int], list[tuple[int, float, float]]] = {}
    for k in range(known.sizes["point"]):
        one = known.isel(point=k)
        found, bound, people = (float(one[name]) for name in ("exposed_found", "exposed_bound", "people"))
        axes.plot([found, bound], [people] * 2, color=LINES[1], linewidth=1.5, alpha=0.7)
        axes.plot(bound, people, "D", color=LINES[1], mec="black", markersize=7, zorder=5)
        marks.setdefault((round(bound), round(people / 4.0)), []).append((k + 1, bound, people))
        lines.append(
            f"{k + 1}  {one.place.values}:\n     {float(one.speed):g} km/s, {float(one.number):g} interceptors"
        )
    for together in marks.values():
        said = ", ".join(str(k) for k, *_ in together)
        axes.annotate(
            said,
            together[0][1:],
            xytext=(7, 5),
            textcoords="offset points",
            fontsize=8,
            weight="bold",
            zorder=6,
        )
    axes.set_xlim(right=1.08 * float(data.exposed_bound.max()) + 1.0)
    axes.set_xlabel("warheads within reach of the worst permitted system (not excluded)", fontsize=8.5)
    axes.set_ylabel(
        f"people of the alliance with a shot, raid of {data.attrs['raid']} (million)", fontsize=8.5
    )
    axes.grid(visible=True, color="#e5e5e5")
    axes.set_axisbelow(True)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right", fontsize=7.5)
    figure.colorbar(colours, ax=axes, label="greatest burnout speed (km/s)", location="top", shrink=0.7)
    side.axis("off")
    side.text(0.0, 1.0, "Proposals\n\n" + "\n".join(lines), fontsize=7.5, va="top", transform=side.transAxes)
    return figure
