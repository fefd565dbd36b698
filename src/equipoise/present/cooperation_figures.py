"""Figures of the report on cooperation."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.cooperation_words import OUTAGES, SIGHTS
from equipoise.present.defended_area import map_sheet, reason_legend
from equipoise.present.figures import panels
from equipoise.present.shapes import bars

MODE_COLOURS = ("#bdbdbd", "#9ecae1", "#fdae6b", "#08306b", "#74c476", "#9e9ac8")
"""By position of a mode; light to dark in print, apart for the colour-blind."""
INK = "#333333"


def protection(share: xr.DataArray) -> Any:
    """Return a figure: share of people defended by phase and mode, a panel for each party; two shots are dark edges."""
    main = 100 * share.sel(measure=str(share.measure.values[-1]))
    parties, modes, phases = main.party.values, main["mode"].values, main.phase.values
    figure, axes = panels((5.2 * len(parties), 3.6), 1, len(parties), sharey=True)
    width = 0.8 / len(modes)
    for ax, party in zip(axes[0], parties, strict=True):
        for i, mode in enumerate(modes):
            x = np.arange(len(phases)) + (i - (len(modes) - 1) / 2) * width
            one = main.sel(party=party, mode=mode, shots=1).values
            two = main.sel(party=party, mode=mode, shots=2).values
            bars(
                ax,
                x,
                one,
                width * 0.92,
                facecolor=MODE_COLOURS[i],
                edgecolor=INK,
                linewidth=0.5,
                label=str(mode),
            )
            bars(ax, x, two, width * 0.92, facecolor="none", edgecolor="black", hatch="///", linewidth=0.0)
        ax.set_xticks(np.arange(len(phases)), phases, fontsize=8)
        ax.set_title(str(party), fontsize=10)
        ax.set_ylim(0, 100)
        ax.grid(visible=True, axis="y", color="#e5e5e5")
        ax.set_axisbelow(True)
    axes[0, 0].set_ylabel(f"{main.measure.values} defended, of those in range (%)", fontsize=8)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(modes), fontsize=8, frameon=False)
    figure.suptitle("At least one shot; hatched: two or more", fontsize=9)
    return figure


def maps(area: xr.Dataset, phase: str, threat: str) -> Any:
    """Return small maps of the defended area of one threat in one phase, a panel for each mode."""
    modes = [str(mode) for mode in area["mode"].values]
    sheet = map_sheet(area, threat, modes, [phase], title=f"Against {threat}", across=True)
    sheet.legend(reason_legend(area.sel(phase=phase, threat=threat)))
    return sheet.figure


def dependence(data: xr.Dataset, phase: str) -> Any:
    """Return a figure: share of people who lose protection by outage, a panel for each party, bars for each mode."""
    main = str(data.measure.values[-1])
    lost = (
        100
        * data.lost.sel(shots=1, measure=main, phase=phase).sum("threat")
        / data.in_range.sel(measure=main).sum("threat")
    )
    parties, modes, outages = data.party.values, data["mode"].values, data.outage.values
    figure, axes = panels((5.2 * len(parties), 3.8), 1, len(parties), sharey=True)
    height = 0.8 / len(modes)
    for ax, party in zip(axes[0], parties, strict=True):
        for i, mode in enumerate(modes):
            y = np.arange(len(outages)) + (i - (len(modes) - 1) / 2) * height
            bars(
                ax,
                y,
                lost.sel(party=party, mode=mode),
                height * 0.92,
                lying=True,
                facecolor=MODE_COLOURS[i],
                edgecolor=INK,
                linewidth=0.5,
                label=str(mode),
            )
        ax.set_yticks(np.arange(len(outages)), [OUTAGES.get(str(o), str(o)) for o in outages], fontsize=8)
        ax.set_title(str(party), fontsize=10)
        ax.set_xlabel(f"{main} who lose protection, of those in range (%)", fontsize=8)
        ax.set_xlim(left=0, right=max(1.0, 1.05 * float(lost.max())))
        ax.grid(visible=True, axis="x", color="#e5e5e5")
        ax.set_axisbelow(True)
    axes[0, 0].invert_yaxis()
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(modes), fontsize=8, frameon=False)
    return figure


def sensors(data: xr.Dataset) -> Any:
    """Return a figure: people whom each shared sensor protects for the other party, alone and on top of the others."""
    main = str(data.measure.values[-1])
    figure, axes = panels((4.8 * data.sizes["sight"], 4.2), 1, data.sizes["sight"], sharey=True, sharex=True)
    y = np.arange(data.sizes["sensor"])
    reached = data.in_range.sel(measure=main).sum("threat")
    other = [next(p for p in data.party.values if p != str(g)) for g in data.giver.values]
    scale = 100.0 / np.array([float(reached.sel(party=p)) for p in other])
    for ax, sight in zip(axes[0], data.sight.values, strict=True):
        for shift, name, colour, label in (
            (-0.2, "added_alone", "#08306b", "shared alone"),
            (0.2, "missed_without", "#9ecae1", "on top of all others"),
        ):
            values = data[name].sel(measure=main, sight=sight).values * scale
            bars(
                ax,
                y + shift,
                values,
                0.38,
                lying=True,
                facecolor=colour,
                edgecolor=INK,
                linewidth=0.5,
                label=label,
            )
        ax.set_title(SIGHTS[str(sight)], fontsize=10)
        ax.set_xlabel(f"{main} of the other party gained (% of those in range)", fontsize=8)
        ax.grid(visible=True, axis="x", color="#e5e5e5")
        ax.set_axisbelow(True)
    owners = [f"{s} ({g!s})" for s, g in zip(data.sensor.values, data.giver.values, strict=True)]
    axes[0, 0].set_yticks(y, owners, fontsize=7)
    axes[0, 0].invert_yaxis()
    axes[0, 0].set_xlim(left=0, right=max(1.0, axes[0, 0].get_xlim()[1]))
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=2,
        fontsize=8,
        frameon=False,
    )
    return figure


def terms(data: xr.Dataset) -> Any:
    """Return a figure: people defended by exchange against latency, lines by coarseness, panels by party and track rule."""
    main = str(data.measure.values[-1])
    share = 100 * data.share_by_terms.sel(measure=main)
    figure, axes = panels((9.0, 7.6), data.sizes["rule"], data.sizes["party"], sharex=True, sharey="col")
    greys = ("#08306b", "#2171b5", "#6baed6", "#fd8d3c", "#a63603")
    for i, rule in enumerate(data.rule.values):
        for j, party in enumerate(data.party.values):
            ax = axes[i, j]
            for k, coarse in enumerate(data.coarseness.values):
                line = share.sel(rule=rule, party=party, coarseness=coarse)
                ax.plot(data.latency, line, color=greys[k % len(greys)], marker="os^Dv"[k % 5], markersize=4,
                        linewidth=2.6 - 0.4 * k, label=f"{coarse:g} km")  # fmt: skip
            ax.set_title(f"{party!s}, {rule!s}", fontsize=9)
            ax.grid(visible=True, color="#e5e5e5")
            ax.set_ylim(bottom=0)
            ax.tick_params(labelsize=7)
    for ax in axes[-1]:
        ax.set_xlabel("latency of shared data (s)", fontsize=8)
    for row in axes:
        row[0].set_ylabel(f"{main} defended (%)", fontsize=8)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(
        handles, labels, title="coarseness of positions", loc="outside lower center", ncols=len(labels), fontsize=8,
        title_fontsize=8, frameon=False,
    )  # fmt: skip
    return figure


def exposed(data: xr.Dataset) -> Any:
    """Return a figure: share of each side's strategic paths engageable by phase and mode, nothing withheld."""
    modes, phases = data["mode"].values, data.phase.values
    figure, axes = panels((5.2 * data.sizes["deterrent"], 3.4), 1, data.sizes["deterrent"])
    width = 0.8 / len(modes)
    for ax, side in zip(axes[0], data.deterrent.values, strict=True):
        for i, mode in enumerate(modes):
            x = np.arange(len(phases)) + (i - (len(modes) - 1) / 2) * width
            values = 100 * data.exposed.sel(deterrent=side, mode=mode)
            bars(
                ax,
                x,
                values,
                width * 0.92,
                facecolor=MODE_COLOURS[i],
                edgecolor=INK,
                linewidth=0.5,
                label=str(mode),
            )
        free = 100 * data.exposed_unhindered.sel(deterrent=side).values
        ax.plot(
            np.arange(len(phases)), free, "D", color="#d55e00", mec="black", label="track from burnout on"
        )
        ax.set_xticks(np.arange(len(phases)), phases, fontsize=8)
        ax.set_title(f"Deterrent of {side!s}", fontsize=10)
        ax.set_ylim(0, max(1.0, 1.15 * float(100 * max(data.exposed.max(), data.exposed_unhindered.max()))))
        ax.grid(visible=True, axis="y", color="#e5e5e5")
        ax.set_axisbelow(True)
    axes[0, 0].set_ylabel("paths engageable (%)", fontsize=8)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=8, frameon=False)
    return figure
