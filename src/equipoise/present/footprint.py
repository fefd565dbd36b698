"""A bearing footprint as a figure, drawn about the launcher."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.results.record import Result


def draw(result: Result) -> Any:
    """Return the figure: the launcher in the middle, the missile coming from the top; distances in km."""
    from matplotlib.figure import Figure

    data = result.data
    figure = Figure(figsize=(5.4, 5.6), layout="constrained")
    axes: Any = figure.add_subplot(projection="polar")
    axes.set_theta_zero_location("N")
    axes.set_theta_direction(-1)
    # seen from the launcher the impact point lies the other way
    bearing = np.radians(data.bearing.values) + (np.pi if data.attrs["about"] == "impact_point" else 0.0)
    width = 2 * np.pi / bearing.size
    for i in range(data.sizes["interval"]):
        near, far = data.distance.values[:, i, 0], data.distance.values[:, i, 1]
        known = np.isfinite(near)
        axes.bar(
            bearing[known], far[known] - near[known], width, bottom=near[known], color="#9ecae1", edgecolor="#3182bd",
            linewidth=0.4,
        )  # fmt: skip
    axes.set_title(
        f"{result.title}: {float(data.area):,.0f} km²\nthreat from the top, distances in km; no kill before {float(data.attrs['release_s']):.0f} s after launch",
        fontsize=10,
    )
    axes.plot(0.0, 0.0, "^", color="#d55e00", markersize=8)
    return figure


def alt(result: Result) -> str:
    """Return the figure's text."""
    data = result.data
    far = np.nanmax(data.distance.values, axis=(1, 2), initial=0.0, where=np.isfinite(data.distance.values))
    return (
        f"Footprint about the launcher, {float(data.area):,.0f} square km; it reaches {far.max():.0f} km at most and "
        f"{far.min():.0f} km at least."
    )
