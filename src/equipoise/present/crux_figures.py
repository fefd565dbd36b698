"""The picture of a crux: two sides, one line for each claim, as thick as its share of the disagreement."""

from __future__ import annotations

from re import sub
from textwrap import fill
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.chart import Chart, Mark, Row
from equipoise.present.figures import LINES

WIDE_IN = 4.7
"""Narrow enough that nine points are legible on a phone."""
TITLE_IN, NAME_IN, VALUE_IN, GAP_IN, EDGE_IN = 0.19, 0.17, 0.155, 0.2, 0.08
"""Heights of a line of a side's title, of a claim's name and of a value, the space above a name, and the margin."""
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


def sides(data: xr.Dataset) -> tuple[str, str]:
    """Return what the two sides are called in pictures and tables: their titles, where these tell them apart."""
    ours, theirs = str(data.attrs["ours"]), str(data.attrs["theirs"])
    return (ours, theirs) if ours != theirs else ("First side", "Second side")


def stated(words: str) -> str:
    """Return what a side states of a claim, each of several inputs on its line, without the ranges that the table has."""
    return "\n".join(sub(r" \([^()]* to [^()]*\)", "", part) for part in words.split("; "))


def chart(data: xr.Dataset) -> Chart:
    """Return the picture as the page draws it: the claims that are :func:`shown`, with what either side states of each."""
    rows: list[Row] = [
        {
            "group": str(one.name.values),
            "series": side,
            "value": 100.0 * round(float(one.carried), 4),
            "word": stated(str(words.values)),
        }
        for one in (data.sel(claim=name) for name in shown(data))
        for side, words in zip(sides(data), (one.ours, one.theirs), strict=True)
    ]
    return Chart(Mark.CLAIMS, tuple(rows))


def two_columns(data: xr.Dataset) -> Any:
    """Return the figure for print: what we state on the left, what they state on the right, the claim that carries most on top and in colour."""
    from equipoise.present.picture import Picture

    claims = [data.sel(claim=name) for name in shown(data)]
    titles = [fill(side, 26) for side in sides(data)]
    head = 2 * EDGE_IN + TITLE_IN * max(title.count("\n") + 1 for title in titles)
    rows = [_row_in(one) for one in claims]
    high = head + sum(rows) + EDGE_IN
    figure = Picture(figsize=(WIDE_IN, high))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0.0, WIDE_IN), ylim=(0.0, high))
    axes.axis("off")
    for x, title, side in zip((EDGE_IN, WIDE_IN - EDGE_IN), titles, ("left", "right"), strict=True):
        axes.text(x, high - EDGE_IN, title, ha=side, va="top", fontsize=10, fontweight="bold")
    top = high - head
    for k, (one, row) in enumerate(zip(claims, rows, strict=True)):
        _line(axes, one, top, is_crux=k == 0 and float(one.carried) > 0.0)
        top -= row
    return figure


def _name(one: xr.Dataset) -> str:
    share = round(100 * float(one.carried))
    words = f"{one.name.values}  {share}\N{NO-BREAK SPACE}%" if share else str(one.name.values)
    return fill(words.replace("-", "\N{NON-BREAKING HYPHEN}") if share < 0 else words, 44)


def _ends(one: xr.Dataset) -> tuple[str, str]:
    """Return what stands at both ends of a claim's line, folded."""
    ours, theirs = (
        "\n".join(fill(part, 34) for part in stated(str(w.values)).splitlines())
        for w in (one.ours, one.theirs)
    )
    return ours, theirs


def _width_pt(one: xr.Dataset) -> float:
    return THINNEST + (THICKEST - THINNEST) * float(np.clip(one.carried, 0.0, 1.0))


def _row_in(one: xr.Dataset) -> float:
    """Return the height of a claim's row."""
    names = _name(one).count("\n") + 1
    values = max(words.count("\n") + 1 for words in _ends(one))
    return GAP_IN + NAME_IN * names + _width_pt(one) / 72.0 + 0.1 + VALUE_IN * values


def _line(axes: Any, one: xr.Dataset, top: float, *, is_crux: bool) -> None:
    width, name = _width_pt(one), _name(one)
    weight = "bold" if is_crux else "normal"
    under = top - GAP_IN / 2
    axes.text(WIDE_IN / 2, under, name, ha="center", va="top", fontsize=9.5, fontweight=weight)
    middle = under - NAME_IN * (name.count("\n") + 1) - 0.05 - width / 144.0
    axes.plot(
        [EDGE_IN + width / 144.0, WIDE_IN - EDGE_IN - width / 144.0],
        [middle, middle],
        color=LINES[1] if is_crux else QUIET,
        linewidth=width,
        solid_capstyle="round",
        zorder=2,
    )
    for x, words, side in zip((EDGE_IN, WIDE_IN - EDGE_IN), _ends(one), ("left", "right"), strict=True):
        axes.text(x, middle - width / 144.0 - 0.05, words, ha=side, va="top", fontsize=8.5)
