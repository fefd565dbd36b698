"""Tornado and spread: figures from what an analysis of uncertainty saved."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from equipoise.foundation.units import UNITS
from equipoise.present.figures import panels
from equipoise.present.shapes import bars

MOST_BARS = 12
LOW, HIGH = "#56b4e9", "#d55e00"
"""Blue and vermilion: apart for every kind of colour vision, and in grey print."""


def scale(one: xr.Dataset) -> tuple[float, str]:
    """Return the factor and the label of the measure's axis; shares are shown in percent."""
    unit = str(one.unit.values)
    share = unit == "1" and float(np.nanmax(np.abs(one.at_end.values), initial=0.0)) <= 1.0
    if share:
        return 100.0, "%"
    return 1.0, UNITS[unit].symbol if unit in UNITS else unit


def tornado(one: xr.Dataset, inputs: list[str], labels: list[str]) -> Any:
    """Return a figure: for each input the value at both ends of its range, with the nominal value and the level."""
    factor, unit = scale(one)
    figure, ((axes,),) = panels((8, 1.6 + 0.38 * len(inputs)))
    nominal = factor * float(one.nominal)
    chosen = one.sel(input=inputs)
    ends = factor * chosen.at_end.values
    anchor = nominal if np.isfinite(nominal) else factor * float(one.level)
    for side, (colour, hatch) in enumerate(((LOW, ""), (HIGH, "///"))):
        bars(
            axes,
            np.arange(len(inputs)),
            ends[:, side] - anchor,
            0.7,
            start=anchor,
            lying=True,
            facecolor=colour,
            hatch=hatch,
            edgecolor="white",
            label=("input at its low end", "input at its high end")[side],
        )
    axes.set_yticks(
        np.arange(len(inputs)), [_label(chosen, k, words) for k, words in enumerate(labels)], fontsize=8
    )
    axes.invert_yaxis()
    axes.axvline(anchor, color="black", linewidth=1)
    level = factor * float(one.level)
    low, high = np.nanmin([*ends.ravel(), anchor]), np.nanmax([*ends.ravel(), anchor])
    room = 0.06 * max(high - low, 1e-9)
    axes.set_xlim(min(low, level) - room, max(high, level) + room)
    axes.axvline(level, color="black", linestyle="--", linewidth=1, label="the verdict flips here")
    axes.set_xlabel(f"{one.long_name.values} ({unit})", wrap=True, fontsize=9)
    axes.set_title(f"What moves it: {one.statement.values}", fontsize=10)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    return figure


def _label(chosen: xr.Dataset, k: int, words: str) -> str:
    unit = str(chosen.input_unit.values[k])
    ends = f"{chosen.input_low.values[k]:g} to {chosen.input_high.values[k]:g}"
    flip = chosen.flip.values[k]
    flips = f", flips at {flip:.4g}" if np.isfinite(flip) else ""
    return f"{words}\n{ends}{'' if unit == '1' else ' ' + unit}{flips}"


def spread(one: xr.Dataset) -> Any:
    """Return a figure: share of the samples in which the measure is above a value, with the level."""
    factor, unit = scale(one)
    values = factor * one.sampled.values
    known = np.sort(values[np.isfinite(values)])
    figure, ((axes,),) = panels((7, 3.8))
    above = 100 * (known.size - np.arange(known.size)) / values.size
    axes.step(known, above, where="pre", color="#0072b2", linewidth=2)
    level = factor * float(one.level)
    axes.axvline(level, color="black", linestyle="--", linewidth=1)
    axes.annotate(
        f"holds in {100 * float(one.share_holds):.0f} % of the samples",
        (level, 100 * float(one.share_holds)),
        textcoords="offset points",
        xytext=(8, 6),
        fontsize=9,
    )
    axes.set_ylim(0, 102)
    axes.set_xlabel(f"{one.long_name.values} ({unit})", wrap=True, fontsize=9)
    axes.set_ylabel("samples above (%)")
    axes.set_title(f"Over the whole box of ranges: {one.statement.values}", fontsize=10)
    axes.grid(visible=True, color="#dddddd")
    return figure
