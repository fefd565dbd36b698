"""The picture of a crux: two sides, one line for each claim, as thick as its share of the disagreement."""

from __future__ import annotations

from re import sub
from textwrap import fill
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.figures import LINES

WIDE_IN = 4.7
"""Narrow enough that nine points are legible on a phone."""
ROW_IN, HEAD_IN, EDGE_IN = 1.15, 0.55, 0.08
MOST_LINES = 7
"""Claims that are drawn; the others stand in the table."""
THICKEST, THINNEST = 22.0, 1.5
"""Points of the line of a claim that carries all, and of one that carries nothing."""
QUIET = "#9aa3ab"


def shown(data: xr.Dataset) -> list[str]:
    """Return the claims in the order of their shares, the crux first; those of no share last, by their names."""
    carried = data.carried.values
    order = sorted(range(data.sizes["claim"]), key=lambda k: (-carried[k], str(data.claim.values[k])))
    return [str(data.claim.values[k]) for k in order][:MOST_LINES]


def two_columns(data: xr.Dataset) -> Any:
    """Return the figure: what we state on the left, what they state on the right, the claim that carries most on top and in colour."""
    from matplotlib.figure import Figure

    names = shown(data)
    high = HEAD_IN + ROW_IN * max(len(names), 1)
    figure = Figure(figsize=(WIDE_IN, high))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0.0, WIDE_IN), ylim=(0.0, high))
    axes.axis("off")
    for x, title, side in (
        (EDGE_IN, data.attrs["ours"], "left"),
        (WIDE_IN - EDGE_IN, data.attrs["theirs"], "right"),
    ):
        axes.text(x, high - EDGE_IN, fill(title, 26), ha=side, va="top", fontsize=10, fontweight="bold")
    for row, name in enumerate(names):
        _line(
            axes,
            data.sel(claim=name),
            high - HEAD_IN - ROW_IN * row,
            is_crux=row == 0 and float(data.carried.sel(claim=name)) > 0.0,
        )
    return figure


def _line(axes: Any, one: xr.Dataset, top: float, *, is_crux: bool) -> None:
    share = float(np.clip(one.carried, 0.0, 1.0))
    colour = LINES[1] if is_crux else QUIET
    width = THINNEST + (THICKEST - THINNEST) * share
    percent = (
        f"\N{NO-BREAK SPACE}· {100 * share:.0f} %".replace(" ", "\N{NO-BREAK SPACE}")
        if share >= 0.005
        else ""
    )
    said = fill(f"{one.name.values}{percent}", 44)
    weight = "bold" if is_crux else "normal"
    axes.text(WIDE_IN / 2, top - 0.1, said, ha="center", va="top", fontsize=9.5, fontweight=weight)
    middle = top - 0.18 - 0.16 * (said.count("\n") + 1) - 0.1
    axes.plot(
        [EDGE_IN + width / 144.0, WIDE_IN - EDGE_IN - width / 144.0],
        [middle, middle],
        color=colour,
        linewidth=width,
        solid_capstyle="round",
        zorder=2 + share,
    )
    for x, words, side in ((EDGE_IN, one.ours, "left"), (WIDE_IN - EDGE_IN, one.theirs, "right")):
        axes.text(
            x, middle - 0.5 * width / 72.0 - 0.04, _short(str(words.values)), ha=side, va="top", fontsize=8.5
        )


def _short(words: str) -> str:
    """Return at most three lines of a value, without the ranges that the table has; of several inputs each has its line."""
    plain = [fill(sub(r" \([^()]* to [^()]*\)", "", part), 34) for part in words.split("; ")]
    lines = "\n".join(plain).splitlines()
    return "\n".join(lines[:3]) + ("" if len(lines) <= 3 else "\N{HORIZONTAL ELLIPSIS}")
