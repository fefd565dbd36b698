"""One raid in words and as figures: what gets through, and each layer's stock over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.figures import LINES, panels
from equipoise.results.record import Result

EXACT, SIMULATED = range(2)
"""Places of the methods along their axis."""


def best(one: xr.Dataset) -> xr.DataArray:
    """Return the expected number that gets through: the exact one where there is one, else the simulated."""
    expected = one.expected.isel(method=EXACT)
    return expected.fillna(one.expected.isel(method=SIMULATED))


def sentences(one: xr.Dataset) -> list[str]:
    """Return what came of one raid against one command, in words."""
    missiles, middle = one.sizes["through"] - 1, one.sel(end="nominal")
    how = "no shot hangs on another's, so the numbers are exact" if bool(one.independent) else (
        f"simulated in {int(one.runs)} runs, standard error {float(middle.error):.2f}"
    )  # fmt: skip
    low, value, high = (float(v) for v in best(one).values[::-1])
    lines = [
        f"{missiles} missiles, {int(one.stock.sum())} interceptors: {value:.2f} missiles get through on average ({how}); "
        f"{low:.2f} to {high:.2f} over the kill probabilities.",
        f"No interceptor is launched at {float(middle.unengaged):.1f} of them; none gets through with probability "
        f"{float(chances(middle)[0]):.2f}.",
    ]
    return [*lines, spent_words(one)]


def spent_words(one: xr.Dataset) -> str:
    """Return what each layer spends, and when it is empty, in words."""
    parts = []
    for layer in one.layer.values:
        row = one.sel(layer=layer, end="nominal")
        if float(row.stock) > 0.0:
            ran_out = (
                f", empty after {float(row.emptied_s):.0f} s in {100.0 * float(row.emptied):.0f} % of runs"
            )
            parts.append(
                f"{layer}: {float(row.spent):.1f} of {int(row.stock)}{ran_out if float(row.emptied) > 0.0 else ''}"
            )
    return f"Interceptors launched: {'; '.join(parts) or 'none'}."


def chances(one: xr.Dataset) -> np.ndarray:
    """Return the distribution of one case at one end, exact where it can be."""
    return np.asarray(one.chance.isel(method=EXACT if bool(one.independent) else SIMULATED).values)


def draw(result: Result) -> Any:
    """Return the figure of one raid against one command: what gets through, and the stocks over time."""
    one = result.data
    canvas, grid = panels((8.4, 3.4), 1, 2)
    _draw_chance(grid[0, 0], one)
    _draw_stock(grid[0, 1], one)
    canvas.suptitle(result.title, fontsize=10)
    return canvas


def _draw_chance(axes: Any, one: xr.Dataset) -> None:
    middle = one.sel(end="nominal")
    simulated = middle.chance.isel(method=SIMULATED).values
    shown = np.flatnonzero(simulated > 0.0)
    low, high = max(int(shown[0]) - 1, 0), min(int(shown[-1]) + 1, simulated.size - 1)
    x = np.arange(low, high + 1)
    if bool(one.independent):
        exact = middle.chance.isel(method=EXACT).values[x]
        axes.bar(x, exact, 0.8, facecolor="#9ecae1", edgecolor="#3182bd", linewidth=0.5, label="exact")
    axes.plot(x, simulated[x], "o", color=LINES[1], markersize=3, label="simulated")
    axes.set_xlabel("missiles that get through")
    axes.set_ylabel("probability")


def _draw_stock(axes: Any, one: xr.Dataset) -> None:
    for i, layer in enumerate(one.layer.values):
        row = one.sel(layer=layer)
        if float(row.stock) > 0.0:
            axes.plot(
                row.time_s.values / 60.0, row.left.values, color=LINES[i % len(LINES)], label=str(layer)
            )
    axes.set_xlabel("minutes since the raid began")
    axes.set_ylabel("interceptors left")
