"""Figures of the exposure, from its result only."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from equipoise.geography.window import Window
from equipoise.present.basemap import draw_map, height_to_width
from equipoise.present.figures import LINES, panels
from equipoise.present.shapes import bars

STYLES = ("-", "--", ":", "-.")
WIDTHS = (4.5, 3.0, 2.4, 1.6)
FAMILIES = {
    "minimum_energy": ("o", "minimum energy"),
    "lofted": ("^", "lofted"),
    "depressed": ("v", "depressed"),
}
GRID = "#e2e2e2"


def by_base(data: xr.Dataset) -> Any:
    """Return a figure: share engageable per base with the range of assumptions; one panel per phase."""
    shown = [p for p in data.phase.values if float(data.share.sel(phase=p).max()) > 0] or [
        data.phase.values[-1]
    ]
    n = data.sizes["base"]
    figure, axes = panels((3.2 + 3.6 * len(shown), 0.32 * n + 1.4), 1, len(shown), sharey=True, sharex=True)
    y = np.arange(n)
    for ax, phase in zip(axes[0], shown, strict=True):
        for family, offset, colour, dot, label in (
            ("minimum_energy", -0.18, "#9ecae1", "#08306b", "minimum energy"),
            ("any", 0.18, "#fdd0a2", "#a63603", "any family"),
        ):
            low, mid, high = (
                100 * data.share.sel(phase=phase, family=family, end=e).values
                for e in ("against", "nominal", "favourable")
            )
            bars(
                ax,
                y + offset,
                high - low,
                0.34,
                start=low,
                lying=True,
                facecolor=colour,
                edgecolor=dot,
                linewidth=0.5,
                label=f"{label}, whole range",
            )
            ax.plot(mid, y + offset, "D", color=dot, markersize=3.5, label=f"{label}, nominal")
        ax.set_title(str(phase), fontsize=9)
        ax.set_xlabel("paths that could be engaged (%)", fontsize=8)
        ax.set_xlim(0, 100)
        ax.grid(visible=True, axis="x", color=GRID)
        ax.set_axisbelow(True)
    axes[0, 0].set_yticks(y, data.base_name.values, fontsize=7)
    axes[0, 0].invert_yaxis()
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
        fontsize=8,
        frameon=False,
    )
    return figure


def against_speed(data: xr.Dataset) -> Any:
    """Return a figure: share of the most exposed base's paths against interceptor speed, any family."""
    figure, axes = panels((7, 4))
    ax = axes[0, 0]
    share = 100 * data.share_at_speed.sel(family="any").max("base")
    for i, phase in enumerate(data.phase.values):
        ax.plot(
            data.speed,
            share.sel(phase=phase),
            STYLES[i % 4],
            color=LINES[i % 4],
            linewidth=WIDTHS[i % 4],
            label=str(phase),
        )
        actual = float(data.actual_speed.sel(phase=phase))
        if np.isfinite(actual):
            ax.plot([actual], [-2], "^", color=LINES[i % 4], markersize=9 - 1.5 * i, clip_on=False)
    ax.set_xlabel("burnout speed of the interceptors (km/s); triangles: fastest in place")
    ax.set_ylabel("paths that could be engaged (%)", fontsize=9)
    ax.set_ylim(-2, 102)
    ax.grid(visible=True, color=GRID)
    ax.legend(fontsize=8)
    return figure


def against_delay(data: xr.Dataset) -> Any:
    """Return a figure: share of the most exposed base's paths, and the flip speed, against the time of launch after burnout."""
    figure, axes = panels((10, 3.9), 1, 2)
    share = 100 * data.share_at_delay.sel(family="any").max("base")
    flip = data.flip_at_delay.where(np.isfinite(data.flip_at_delay))
    for ax, values, label in (
        (axes[0, 0], share, "paths that could be engaged (%)"),
        (axes[0, 1], flip, "lowest speed that engages any path (km/s)"),
    ):
        for i, phase in enumerate(data.phase.values):
            ax.plot(
                data.delay,
                values.sel(phase=phase),
                STYLES[i % 4],
                color=LINES[i % 4],
                linewidth=WIDTHS[i % 4],
                label=str(phase),
            )
        ax.axvline(0.0, color="#555555", linewidth=0.8, label="burnout")
        ax.axvline(
            data.attrs["nominal_delay_s"], color="#000000", linestyle="--", linewidth=1, label="nominal delay"
        )
        ax.set_xlabel("launch after the missile's burnout (s)")
        ax.set_ylabel(label, fontsize=9)
        ax.grid(visible=True, color=GRID)
    axes[0, 0].set_ylim(-2, 102)
    axes[0, 1].set_ylim(float(data.speed.min()), float(data.speed.max()))
    axes[0, 0].legend(fontsize=8)
    return figure


def flip_speed(data: xr.Dataset, phase: str) -> Any:
    """Return a figure: by base and family, the lowest and the median speed at which a path becomes engageable."""
    n = data.sizes["base"]
    figure, axes = panels((7.5, 0.32 * n + 1.4))
    ax = axes[0, 0]
    y = np.arange(n)
    for i, (family, (marker, label)) in enumerate(FAMILIES.items()):
        each = data.flip_speed.sel(phase=phase, path_family=family).values
        finite = np.where(np.isfinite(each), each, np.nan)
        known = np.isfinite(finite).any(axis=1)
        low = np.full(n, np.nan)
        middle = np.full(n, np.nan)
        low[known] = np.nanmin(finite[known], axis=1)
        middle[known] = np.nanmedian(finite[known], axis=1)
        at = y + 0.22 * (i - 1)
        ax.hlines(at, low, middle, color=LINES[i], linewidth=1.5)
        ax.plot(low, at, marker, color=LINES[i], markersize=6, label=f"{label}: lowest (line to the median)")
    ax.axvline(
        float(data.actual_speed.sel(phase=phase)),
        color="#000000",
        linestyle="--",
        linewidth=1,
        label="fastest in place",
    )
    ax.set_yticks(y, data.base_name.values, fontsize=7)
    ax.set_ylim(n - 0.5, -0.5)
    ax.set_xlim(float(data.speed.min()), float(data.speed.max()))
    ax.set_xlabel(
        "burnout speed at which a path can be engaged (km/s); no mark: none",
        fontsize=8,
    )
    ax.set_title(f"Sites and delays of {phase}", fontsize=9)
    ax.grid(visible=True, axis="x", color=GRID)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    return figure


def site_map(data: xr.Dataset, places: xr.Dataset | None) -> Any:
    """Return a figure: for each interceptor, how many bases a site at each place on land would expose."""
    from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap

    # nothing exposed is pale grey, and blue begins well apart from it
    shades = LinearSegmentedColormap.from_list(
        "bases", ["#efefef", "#c6dbef", "#6baed6", "#2171b5", "#08306b"]
    )
    n = data.sizes["interceptor"]
    window = Window.of_cells(data.site_lat, data.site_lon)
    size = (4.6 * n + 0.6, 4.1 * height_to_width(window) + 1.1)
    figure, axes = panels(size, 1, n + 1, width_ratios=(*[1.0] * n, 0.04))
    levels = np.arange(0, data.sizes["base"] + 2) - 0.5
    for ax, name in zip(axes[0, :-1], data.interceptor.values, strict=True):
        slack = data.slack_at_site.sel(interceptor=name)
        count = (slack >= 0).sum("base").where(slack.notnull().any("base"))
        picture = ax.imshow(
            count.values, extent=(window.west, window.east, window.south, window.north), origin="lower", aspect="auto",
            cmap=shades, norm=BoundaryNorm(levels, 256), interpolation="nearest",
        )  # fmt: skip
        draw_map(ax, window, width_in=4.6)
        ax.plot(
            window.into(data.base_lon),
            data.base_lat,
            "s",
            color="#d55e00",
            markersize=4,
            mec="black",
            mew=0.5,
            label="base",
        )
        if places is not None:
            sites = places.where((places.place_kind == "site") & (places.defends > 0), drop=True)
            ax.plot(
                window.into(sites.lon),
                sites.lat,
                "^",
                color="#ffffff",
                markersize=7,
                mec="black",
                mew=0.9,
                label="site as planned",
            )
        ax.set_title(f"site with {name}, nominal delays", fontsize=9)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    bar = figure.colorbar(picture, cax=axes[0, -1])
    bar.set_ticks(range(0, data.sizes["base"] + 1, 3))
    bar.set_label("bases exposed from here", fontsize=8)
    return figure


def limits(data: xr.Dataset) -> Any:
    """Return a figure: the most warheads taken against the interceptors at every site."""
    n = data.sizes["phase"]
    figure, axes = panels((3.2 * n, 3.4), 1, n, sharey=True)
    for ax, phase in zip(axes[0], data.phase.values, strict=True):
        for i, end in enumerate(data.end.values):
            one = data.most_at_number.sel(phase=phase, end=end)
            ax.plot(data.number, one, STYLES[i], color=LINES[i], linewidth=WIDTHS[i + 1], label=f"{end}")
        taken = ", ".join(f"{float(data.most_taken.sel(phase=phase, end=e)):.0f}" for e in data.end.values)
        ax.set_title(f"{phase} (as planned: {taken})", fontsize=9)
        ax.set_xlabel("interceptors at every site", fontsize=8)
        ax.grid(visible=True, color=GRID)
        ax.tick_params(labelsize=7)
    axes[0, 0].set_ylabel("most warheads taken", fontsize=8)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    return figure
