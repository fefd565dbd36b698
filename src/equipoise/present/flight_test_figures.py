"""Figures of a flight test, from its results only: map, sight, places of an observer, estimates, evidence."""

from __future__ import annotations

from math import cos, radians
from textwrap import fill
from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.sphere import circle_deg
from equipoise.geography.window import Window
from equipoise.present.basemap import draw_map, height_to_width
from equipoise.present.figures import LINES

AREAS = {
    "stage": ("#56b4e9", "//", "drop zone of a spent stage"),
    "debris": ("#e69f00", "\\\\", "debris of the intercept"),
    "miss": ("#999999", "..", "bodies if the intercept fails"),
}
"""Colour, hatch and words of each kind of hazard area."""
TARGET, INTERCEPTOR, OBSERVER = "#d55e00", "#0072b2", "#009e73"
STYLES = ("-", "--", ":", "-.")
MARKS = ("o", "s", "D", "^", "v")
UNSEEN_M_S = 300.0
"""An expected error above this says that next to nothing is learnt; maps end their scale there."""


def _figure(size: tuple[float, float]) -> Any:
    from equipoise.present.picture import Picture

    return Picture(figsize=size, layout="constrained")


def plan_window(data: xr.Dataset, margin_deg: float = 1.2) -> Window:
    """Return the window that holds paths, hazard areas and observers, with a margin."""
    lat = np.concatenate([data.target_lat, data.area_lat.values.ravel(), data.observer_lat])
    lon = np.concatenate([data.target_lon, data.area_lon.values.ravel(), data.observer_lon])
    return Window.around(lat, lon, margin_deg)


def kept_clear(data: xr.Dataset, place: int) -> tuple[float, float, float]:
    """Return latitude, longitude (degrees) and radius (km), its margin included, of a circle to be kept clear."""
    radius = float(data.keep_radius[place]) + float(data.attrs["margin_km"])
    return float(data.keep_lat[place]), float(data.keep_lon[place]), radius


LONGITUDES = ("target_lon", "interceptor_lon", "area_lon", "observer_lon", "keep_lon", "best_lon")


def into_window(window: Window, data: xr.Dataset) -> xr.Dataset:
    """Return the plan with its longitudes as the numbers that lie in the window, which may cross 180 degrees."""
    moved = {
        name: data[name].copy(data=window.into(data[name].values)) for name in LONGITUDES if name in data
    }
    points = {key: float(window.into(data.attrs[key])) for key in ("intercept_lon_deg", "burnout_lon_deg")}
    return data.assign(moved).assign_attrs(points)


def plan_map(data: xr.Dataset) -> Any:
    """Return the map: both paths, hazard areas, places kept clear, observers with what they see and how far."""
    window = plan_window(data)
    data = into_window(window, data)
    height = 8.2 * height_to_width(window)
    figure = _figure((8.2, min(max(height, 4.0), 9.0) + 1.0))
    axes = figure.subplots()
    draw_map(axes, window, width_in=8.2)
    for i in range(data.sizes["area"]):
        colour, hatch, _ = AREAS[str(data.area_kind.values[i])]
        axes.fill(
            data.area_lon.values[i],
            data.area_lat.values[i],
            fc="none",
            ec=colour,
            hatch=hatch,
            lw=1.2,
            zorder=2,
        )
    for k in np.flatnonzero(np.isfinite(data.keep_lat.values)):
        if (
            window.west < data.keep_lon[k] < window.east - 1
            and window.south < data.keep_lat[k] < window.north
        ):
            axes.annotate(
                str(data.place.values[k]),
                (float(data.keep_lon[k]), float(data.keep_lat[k])),
                (0, 11),
                textcoords="offset points",
                fontsize=6,
                ha="center",
            )
        lats, lons = circle_deg(*kept_clear(data, int(k)))
        axes.plot(lons, lats, color="#444444", lw=0.8, zorder=4)
    delay = float(data.interceptor_time[0])
    for i in range(data.sizes["observer"]):
        _fan(axes, data, i, delay)
    axes.plot(data.target_lon, data.target_lat, "--", color=TARGET, lw=1.8, zorder=5)
    axes.plot(data.interceptor_lon, data.interceptor_lat, "-", color=INTERCEPTOR, lw=2.4, zorder=6)
    axes.plot(
        data.attrs["intercept_lon_deg"], data.attrs["intercept_lat_deg"], "*", color="black", ms=11, zorder=7
    )
    axes.plot(
        data.attrs["burnout_lon_deg"],
        data.attrs["burnout_lat_deg"],
        "P",
        color=INTERCEPTOR,
        mec="black",
        ms=8,
        zorder=7,
    )
    figure.legend(handles=_map_legend(data), loc="outside lower center", ncols=3, fontsize=7.5, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title("Paths, hazard areas, observers", fontsize=10, loc="left")
    return figure


def _fan(axes: Any, data: xr.Dataset, i: int, delay_s: float) -> None:
    """Draw an observer, the part of the path that it sees as a fan, and its reach at the altitude of burnout."""
    lat, lon = float(data.observer_lat[i]), float(data.observer_lon[i])
    since = data.interceptor_time - delay_s
    seen = (since >= data.seen_from[i]) & (since <= data.seen_to[i])
    if bool(seen.any()):
        axes.fill(
            [lon, *data.interceptor_lon[seen]],
            [lat, *data.interceptor_lat[seen]],
            fc=OBSERVER,
            alpha=0.12,
            ec=OBSERVER,
            lw=0.8,
            zorder=3,
        )
    lats, lons = circle_deg(lat, lon, float(data.observer_reach[i]))
    axes.plot(lons, lats, color=OBSERVER, lw=0.9, ls=(0, (5, 3)), zorder=4)
    optical = bool(data.observer_optical[i])
    axes.plot(
        lon,
        lat,
        "o" if optical else "s",
        color=OBSERVER,
        mec="black",
        ms=5 if optical else 7,
        zorder=8 if optical else 7,
    )


def _map_legend(data: xr.Dataset) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    kinds = [k for k in AREAS if k in set(data.area_kind.values)]
    return [
        Line2D([], [], ls="--", color=TARGET, lw=1.8, label="target"),
        Line2D([], [], color=INTERCEPTOR, lw=2.4, label="interceptor"),
        Line2D([], [], ls="", marker="P", color=INTERCEPTOR, mec="black", label="burnout"),
        Line2D([], [], ls="", marker="*", color="black", ms=10, label="intercept"),
        *(Patch(fc="none", ec=AREAS[k][0], hatch=AREAS[k][1], label=AREAS[k][2]) for k in kinds),
        Line2D([], [], color="#444444", lw=0.8, label="kept clear, with margin"),
        Line2D([], [], ls="", marker="s", color=OBSERVER, mec="black", label="observer, radar"),
        Line2D([], [], ls="", marker="o", color=OBSERVER, mec="black", ms=5, label="observer, optical"),
        Patch(fc=OBSERVER, alpha=0.2, label="fan: what it sees of the flight"),
        Line2D([], [], color=OBSERVER, ls=(0, (5, 3)), lw=0.9, label="its reach at burnout altitude"),
    ]


def flight(data: xr.Dataset) -> Any:
    """Return altitude and speed of the interceptor over time."""
    figure = _figure((7.6, 3.6))
    axes = figure.subplots()
    since = data.interceptor_time - float(data.interceptor_time[0])
    axes.plot(since, data.interceptor_altitude, "-", color=INTERCEPTOR, lw=2, label="altitude (km, left)")
    axes.set_ylabel("altitude (km)")
    right = axes.twinx()
    right.plot(
        since,
        data.interceptor_speed,
        "--",
        color=TARGET,
        lw=1.8,
        label="speed relative to the Earth (km/s, right)",
    )
    right.set_ylabel("speed (km/s)")
    axes.axvline(data.attrs["burnout_s"], color="black", lw=0.9, ls=":")
    top = 0.93 * float(data.interceptor_altitude.max())
    axes.text(data.attrs["burnout_s"] + 1, top, "burnout", fontsize=8)
    axes.legend(handles=[*axes.lines[:1], *right.lines], fontsize=8, loc="center right")
    axes.set_xlabel("time after the interceptor's launch (s)")
    return figure


def sight(data: xr.Dataset) -> Any:
    """Return when each observer sees the interceptor."""
    names = [fill(str(n), 20) for n in data.observer.values]
    figure = _figure((7.6, 1.2 + 0.4 * len(names)))
    axes = figure.subplots()
    for i, first in enumerate(data.seen_from.values):
        if np.isfinite(first):
            wide = max(float(data.seen_to[i] - first), 0.5)
            axes.barh(i, wide, left=float(first), color=OBSERVER, alpha=0.75, edgecolor="black", lw=0.5)
    axes.axvline(data.attrs["burnout_s"], color="black", lw=0.9, ls=":")
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel("time after the interceptor's launch (s); dotted: burnout")
    return figure


def place_maps(data: xr.Dataset) -> Any:
    """Return the maps of the expected error of the burnout speed by place of the observer, best places starred."""
    from matplotlib.colors import LogNorm

    count = data.sizes["option"]
    window = Window.of_cells(data.grid_lat, data.grid_lon)
    data = into_window(window, data)
    columns = 2 if count > 1 else 1
    rows = -(-count // columns)
    shape = height_to_width(window)
    figure = _figure((4.3 * columns, 4.1 * shape * rows + 0.9))
    grid = figure.subplots(rows, columns, squeeze=False)
    values = data.map_speed_error.values
    low = max(float(np.nanmin(values)), 0.1)
    image = None
    for k, axes in enumerate(grid.ravel()):
        if k >= count:
            axes.set_axis_off()
            continue
        draw_map(axes, window, width_in=4.3)
        axes.set_facecolor("#d9d9d9")
        shown = np.clip(values[k], low, UNSEEN_M_S)
        edges = (window.west, window.east, window.south, window.north)
        image = axes.imshow(
            shown,
            extent=edges,
            origin="lower",
            aspect="auto",
            cmap="viridis_r",
            norm=LogNorm(low, UNSEEN_M_S),
            zorder=0,
        )
        axes.set_aspect(1.0 / cos(radians(0.5 * (window.south + window.north))))
        axes.plot(data.interceptor_lon, data.interceptor_lat, "-", color="white", lw=3)
        axes.plot(data.interceptor_lon, data.interceptor_lat, "-", color=INTERCEPTOR, lw=1.6)
        axes.plot(
            data.attrs["burnout_lon_deg"],
            data.attrs["burnout_lat_deg"],
            "P",
            color=INTERCEPTOR,
            mec="white",
            ms=8,
        )
        axes.plot(data.best_lon[k], data.best_lat[k], "*", color="#d55e00", mec="black", ms=14)
        axes.set_title(str(data.option.values[k]), fontsize=8.5)
    bar = figure.colorbar(image, ax=grid, location="bottom", shrink=0.6, extend="max", format="{x:g}")
    bar.set_label("expected error of burnout speed, one standard deviation (m/s)", fontsize=8)
    return figure


def estimates(data: xr.Dataset) -> Any:
    """Return each test's estimate less the truth, with its 95 % interval, by set-up."""
    count = data.sizes["setup"]
    figure = _figure((7.8, 1.75 * count + 0.7))
    grid = figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
    for k, axes in enumerate(grid):
        one = data.isel(setup=k)
        error, half = one.speed - one.true_speed, 1.96 * one.speed_error
        good = np.isfinite(error.values)
        axes.axhline(0.0, color="black", lw=0.8)
        axes.errorbar(
            one.test[good],
            error[good],
            yerr=half[good],
            fmt=MARKS[k % 5],
            color=LINES[k % 4],
            capsize=3,
            ms=4,
            lw=1.3,
        )
        for test in one.test.values[~good]:
            axes.text(
                test,
                0.0,
                "nothing\nseen",
                ha="center",
                va="center",
                fontsize=6.5,
                bbox={"fc": "white", "ec": "#999999"},
            )
        reach = float(np.nanmax(np.abs(error.values) + half.values)) if good.any() else 1.0
        axes.set_ylim(-1.15 * reach, 1.15 * reach)
        axes.set_title(str(one.setup.values), fontsize=8.5, loc="left")
        axes.grid(visible=True, axis="y", color="#e5e5e5")
        axes.tick_params(labelsize=7.5)
    grid[-1].set_xlabel("test")
    grid[-1].set_xticks(data.test.values)
    figure.supylabel("estimated less true burnout speed (m/s)", fontsize=8.5)
    return figure


def evidence(data: xr.Dataset) -> Any:
    """Return the posterior that the limit is kept over tests, by belief in restraint; lines are set-ups."""
    beliefs = data.restraint.values
    figure = _figure((3.0 * len(beliefs) + 0.4, 4.4))
    grid = figure.subplots(1, len(beliefs), sharey=True, squeeze=False)[0]
    for b, axes in enumerate(grid):
        one = data.isel(restraint=b)
        band = one.posterior_band.isel(setup=0)
        axes.fill_between(data.tests, band[0], band[-1], color=LINES[0], alpha=0.18, lw=0)
        for k in range(data.sizes["setup"]):
            axes.plot(
                data.tests,
                one.posterior.isel(setup=k),
                STYLES[k % 4],
                color=LINES[k % 4],
                marker=MARKS[k % 5],
                ms=4,
                lw=1.6,
            )
        axes.axhline(data.attrs["certainty_share"], color="black", lw=0.9, ls=":")
        axes.axhline(float(one.ceiling), color="#d55e00", lw=1.4, ls=(0, (1, 1)))
        axes.set_title(f"belief in restraint {float(beliefs[b]):.0%}", fontsize=9)
        axes.set_ylim(0, 1.03)
        axes.set_xlabel("tests observed", fontsize=8.5)
        axes.grid(visible=True, color="#eeeeee")
    grid[0].set_ylabel(f"probability that full speed ≤ {data.attrs['limit_km_s']:g} km/s", fontsize=8.5)
    figure.legend(
        handles=_evidence_legend(data), loc="outside lower center", ncols=2, fontsize=7.5, frameon=False
    )
    return figure


def _evidence_legend(data: xr.Dataset) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lines = [
        Line2D([], [], ls=STYLES[k % 4], color=LINES[k % 4], marker=MARKS[k % 5], ms=4, label=str(name))
        for k, name in enumerate(data.setup.values)
    ]
    return [
        *lines,
        Patch(fc=LINES[0], alpha=0.2, label="first set-up: 5 to 95 % of simulated campaigns"),
        Line2D([], [], color="black", lw=0.9, ls=":", label=f"{data.attrs['certainty_share']:.0%} certainty"),
        Line2D([], [], color="#d55e00", lw=1.4, ls=(0, (1, 1)), label="where it settles, however many tests"),
    ]


def ratio(data: xr.Dataset) -> Any:
    """Return the likelihood ratio of the two claimed speeds over tests, by belief in restraint, first set-up."""
    figure = _figure((6.6, 4.0))
    axes = figure.subplots()
    for b, belief in enumerate(data.restraint.values):
        label = f"belief in restraint {float(belief):.0%}"
        axes.plot(
            data.tests,
            data.log10_ratio.isel(restraint=b, setup=0),
            STYLES[b % 4],
            color=LINES[b % 4],
            marker=MARKS[b],
            ms=4,
            label=label,
        )
    axes.set_yscale("symlog", linthresh=1.0)
    axes.set_yticks([0, 1, 2, 5, 10, 20, 50, 100], ["1", "10", "100", "10⁵", "10¹⁰", "10²⁰", "10⁵⁰", "10¹⁰⁰"])
    axes.set_ylim(bottom=0.0)
    axes.grid(visible=True, color="#eeeeee")
    axes.set_xlabel("tests observed")
    axes.set_ylabel(
        f"weight for {data.attrs['first_km_s']:g} over {data.attrs['second_km_s']:g} km/s", fontsize=9
    )
    axes.legend(fontsize=8)
    axes.set_title(str(data.setup.values[0]), fontsize=9)
    return figure
