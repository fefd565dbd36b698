"""The picture of a crux: two sides, one line for each claim, as thick as its share of the disagreement."""

from __future__ import annotations

from re import sub

import xarray as xr

from equipoise.present.chart import Chart, Mark, Row

MOST_LINES = 7
"""Claims that are drawn; the others stand in the table."""


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
