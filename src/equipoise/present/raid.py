"""A raid's leakage in words and as a figure."""

from __future__ import annotations

from typing import Any

from equipoise.present.figures import LINES
from equipoise.results.record import Result


def sentences(result: Result) -> list[str]:
    """Return what came of it, in words."""
    data, a = result.data, result.data.attrs
    lines = [
        f"{a['missiles']} missiles, {a['stock']} interceptors: {a['engaged']} missiles can be engaged at all, with "
        f"{int(data.planned_shots.sum())} shots in the plan that engages most."
    ]
    for i, p in enumerate(data.kill_probability.values):
        one = data.isel(kill_probability=i)
        lines.append(
            f"Kill probability {p:g}: {float(one.expected[0]):.2f} get through on the mean under the plan, "
            f"{float(one.expected[2]):.2f} when each shot is looked at ({float(one.spent):.1f} interceptors spent); none "
            f"gets through with probability {float(one.chance[0, 0]):.2f} and {float(one.chance[2, 0]):.2f}."
        )
    return lines


def draw(result: Result) -> Any:
    """Return the figure: one panel per kill probability, exact bars and simulated marks."""
    from matplotlib.figure import Figure

    data = result.data
    figure = Figure(figsize=(8.4, 3.2), layout="constrained")
    panels = figure.subplots(1, data.sizes["kill_probability"], sharey=True)
    for axes, p in zip(panels, data.kill_probability.values, strict=True):
        one = data.sel(kill_probability=p)
        x = data.through.values
        axes.bar(x, one.chance.isel(method=0), color="#9ecae1", edgecolor="#3182bd", label="plan, exact")
        axes.plot(x, one.chance.isel(method=1), "o", color=LINES[1], markersize=4, label="plan, simulated")
        axes.plot(
            x, one.chance.isel(method=2), "^", color=LINES[2], markersize=5, label="looking after each shot"
        )
        axes.set_title(f"kill probability {p:g}", fontsize=9)
        axes.set_xlabel("missiles that get through")
    panels[0].set_ylabel("probability")
    panels[-1].legend(fontsize=7, frameon=False)
    figure.suptitle(result.title, fontsize=10)
    return figure


def alt(result: Result) -> str:
    """Return the figure's text."""
    return " ".join([result.title + ".", *sentences(result)])
