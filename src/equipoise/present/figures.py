"""Figures from results only: maps with borders, exposure by base, exposure against interceptor speed."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.foundation.status import Reason

if TYPE_CHECKING:
    import xarray as xr

SHOTS = {0: "#f4f1ea", 1: "#9ecae1", 2: "#3182bd", 3: "#08306b"}
"""Sequential blues: they stay apart in grey print and for colour-blind readers."""
REASONS = {
    Reason.OUT_OF_RANGE: ("#ffffff", "missile cannot reach"),
    Reason.NO_TIME: ("#fdae6b", "too late"),
    Reason.OUT_OF_REACH: ("#d9d9d9", "out of the interceptor's reach"),
    Reason.BELOW_FLOOR: ("#c7e9c0", "below the kill floor"),
    Reason.NOT_SEEN: ("#bcbddc", "not seen"),
    Reason.NO_TRACK: ("#756bb1", "no track in time"),
    Reason.NO_INTERCEPTORS: ("#969696", "no interceptors"),
}
MARKERS = {"site": "^", "radar": "s", "launch_area": "X"}
LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")


@lru_cache(maxsize=1)
def borders() -> list[list[list[float]]]:
    """Return coast and border lines as lists of [lon, lat] in degrees (Natural Earth 110m, public domain)."""
    text = (files("equipoise.present") / "data" / "borders-110m.json").read_text()
    lines: list[list[list[float]]] = json.loads(text)
    return lines


def _image(shots: np.ndarray, reason: np.ndarray) -> np.ndarray:
    from matplotlib.colors import to_rgb

    picture = np.ones((*shots.shape, 3))
    for code, (colour, _) in REASONS.items():
        picture[reason == int(code)] = to_rgb(colour)
    for n, colour in SHOTS.items():
        if n > 0:
            picture[(shots == n) if n < 3 else (shots >= 3)] = to_rgb(colour)
    return picture


def _draw_borders(axes: Any, edges: tuple[float, float, float, float]) -> None:
    from matplotlib.collections import LineCollection

    west, east, south, north = edges
    axes.add_collection(LineCollection(borders(), colors="#444444", linewidths=0.5))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1.0 / cos(radians((south + north) / 2)))
    axes.set_xticks(np.arange(-10, east, 20))
    axes.set_yticks(np.arange(40, north, 10))
    axes.tick_params(labelsize=7, length=2)


def _scale(axes: Any, edges: tuple[float, float, float, float]) -> None:
    west, _, south, north = edges
    length = 500.0 / (111.19 * cos(radians(south + 0.06 * (north - south))))
    y = south + 0.05 * (north - south)
    axes.plot([west + 2, west + 2 + length], [y, y], color="black", linewidth=2)
    axes.text(west + 2 + length / 2, y + 0.6, "500 km", ha="center", fontsize=6)


def defended_maps(data: xr.Dataset, threat: str, places: xr.Dataset | None) -> Any:
    """Return a figure: rows are modes, columns phases; ``places`` marks sites, radars and launch areas."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    half = float(data.lat[1] - data.lat[0]) / 2
    edges = (
        float(data.lon[0]) - half,
        float(data.lon[-1]) + half,
        float(data.lat[0]) - half,
        float(data.lat[-1]) + half,
    )
    rows, columns = data.sizes["mode"], data.sizes["phase"]
    figure = Figure(figsize=(3.0 * columns, 3.1 * rows + 0.9), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    for i, mode in enumerate(data["mode"].values):
        for j, phase in enumerate(data["phase"].values):
            axes = grid[i, j]
            cell = data.sel(mode=mode, phase=phase, threat=threat)
            axes.imshow(
                _image(cell.shots.values, cell.reason.values), extent=edges, origin="lower", aspect="auto"
            )
            _draw_borders(axes, edges)
            _scale(axes, edges)
            if places is not None:
                _mark_places(axes, edges, places.sel(phase=phase))
            axes.set_title(f"{phase}, {mode}", fontsize=9)
    legend = [Patch(fc=SHOTS[n], ec="#444444", label=f"{n}{'+' if n == 3 else ''} shots") for n in (1, 2, 3)]
    seen = set(np.unique(data.reason.sel(threat=threat).values))
    legend += [Patch(fc=c, ec="#444444", label=t) for code, (c, t) in REASONS.items() if int(code) in seen]
    figure.legend(handles=legend, loc="outside lower center", ncols=5, fontsize=8, frameon=False)
    figure.suptitle(f"Defended area against {threat} (triangles: sites, squares: radars)", fontsize=11)
    return figure


def _mark_places(axes: Any, edges: tuple[float, float, float, float], places: xr.Dataset) -> None:
    west, east, south, north = edges
    inside = (places.lon > west) & (places.lon < east) & (places.lat > south) & (places.lat < north)
    for kind, marker in MARKERS.items():
        shown = places.where(inside & (places.active > 0) & (places.place_kind == kind), drop=True)
        axes.plot(shown.lon, shown.lat, marker, color="#d55e00", markersize=5, mec="black", mew=0.5)


def exposure_by_base(data: xr.Dataset, phase: str) -> Any:
    """Return a figure: share of paths engageable per base, nominal with the whole range of assumptions."""
    from matplotlib.figure import Figure

    share = data.share.sel(phase=phase) * 100
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    y = np.arange(share.sizes["base"])
    low, mid, high = (share.sel(end=e).values for e in ("against", "nominal", "favourable"))
    axes.barh(
        y, high - low, left=low, color="#9ecae1", edgecolor="#3182bd", label="whole range of assumptions"
    )
    axes.plot(mid, y, "D", color="#08306b", markersize=5, label="nominal")
    axes.set_yticks(y, share.base.values, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("paths to North America that could be engaged (%)")
    axes.set_title(f"Exposure by base, {phase}")
    axes.legend(loc="lower right", fontsize=8)
    return figure


def exposure_against_speed(data: xr.Dataset) -> Any:
    """Return a figure: share of all paths engageable if every interceptor had a given burnout speed."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    styles = ("-", "--", ":", "-.")
    widths = (4.5, 3.0, 2.4, 1.4)
    for i, phase in enumerate(data.phase.values):
        values = 100 * data.share_at_speed.sel(phase=phase)
        axes.plot(data.speed, values, styles[i % 4], color=LINES[i % 4], linewidth=widths[i % 4], label=phase)
    axes.set_xlabel("burnout speed of every interceptor (km/s)")
    axes.set_ylabel("paths that could be engaged (%)")
    axes.set_title("At which speed would the deterrent be exposed? (nominal delays)")
    axes.grid(visible=True, color="#dddddd")
    axes.legend()
    return figure


def save(figure: Any, folder: Path, name: str) -> tuple[Path, Path]:
    """Write SVG and PNG; return both paths. The same figure gives the same bytes."""
    from matplotlib import rc_context

    paths = folder / f"{name}.svg", folder / f"{name}.png"
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(paths[0], metadata={"Date": None})
    figure.savefig(paths[1], dpi=130)
    return paths
