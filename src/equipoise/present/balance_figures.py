"""Figures of the strategic balance, from its result only."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.balance_tables import COUNTED, counted
from equipoise.present.figures import LINES, panels
from equipoise.present.shapes import bars

INK, DEFENDED, BOUND = "#222222", "#0072b2", "#d55e00"
STYLES = ("-", "--", ":", "-.")
ALERTS = {"day_to_day": "strike without warning", "generated": "dispersed in a crisis", "launch_under_attack": "launch under attack"}  # fmt: skip


def drawdown(data: xr.Dataset) -> Any:
    """Return a figure: expected arrivals over total warheads; rows are alerts, columns phases."""
    phases, alerts, total = data.phase.values, data.alert.values, data.total.values
    shown = data[["defended", "undefended"]]
    figure, axes = panels(
        (2.7 * len(phases), 2.3 * len(alerts) + 0.8), len(alerts), len(phases), sharex=True, sharey="row"
    )
    for i, alert in enumerate(alerts):
        for j, phase in enumerate(phases):
            one, ax = shown.sel(phase=phase, alert=alert), axes[i, j]
            low, high = one.defended.sel(end="favourable"), one.defended.sel(end="against")
            ax.fill_between(total, np.minimum(low, high), np.maximum(low, high), color=DEFENDED, alpha=0.2)
            ax.plot(total, one.undefended.sel(end="nominal"), color=INK, linewidth=2.2)
            ax.plot(total, one.defended.sel(end="nominal"), "--", color=DEFENDED, linewidth=1.6)
            ax.plot(total, one.defended.sel(end="all exposed"), ":", color=BOUND, linewidth=1.8)
            ax.grid(visible=True, color="#e5e5e5")
            ax.set_ylim(bottom=0)
            ax.set_title(f"{phase}, {ALERTS[str(alert)]}", fontsize=8)
            if j == 0:
                ax.set_ylabel("expected arrivals (warheads)", fontsize=8)
            if i == len(alerts) - 1:
                ax.set_xlabel("deployed warheads in all", fontsize=8)
            ax.tick_params(labelsize=7)
    axes[0, 0].invert_xaxis()
    handles = [
        *axes[0, 0].lines,
        axes[0, 0].collections[0],
    ]
    labels = ["no defence", "defence, nominal", "every path exposed", "defence, whole range of assumptions"]
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    return figure


def lost(data: xr.Dataset) -> Any:
    """Return a figure: share of the arrivals that the defence takes over total warheads, by alert; lines are phases."""
    figure, axes = panels((4.2 * data.sizes["alert"], 4.0), 1, data.sizes["alert"], sharey=True)
    total, shares = data.total.values, 100 * (1.0 - data.defended / data.undefended)
    for ax, alert in zip(axes[0], data.alert.values, strict=True):
        for i, phase in enumerate(data.phase.values):
            share = shares.sel(phase=phase, alert=alert)
            low, high = share.sel(end="against"), share.sel(end="favourable")
            colour = LINES[i % len(LINES)]
            ax.fill_between(total, np.minimum(low, high), np.maximum(low, high), color=colour, alpha=0.15)
            ax.plot(
                total,
                share.sel(end="nominal"),
                STYLES[i % 4],
                color=colour,
                linewidth=2.2,
                label=str(phase),
            )
            ax.plot(
                total,
                share.sel(end="all exposed"),
                color=colour,
                linewidth=0.8,
                marker=".",
                markersize=4,
            )
        ax.set_title(ALERTS[str(alert)], fontsize=9)
        ax.set_xlabel("deployed warheads in all", fontsize=8)
        ax.invert_xaxis()
        ax.grid(visible=True, color="#e5e5e5")
        ax.tick_params(labelsize=7)
    axes[0, 0].set_ylabel("arrivals that the defence takes (%)", fontsize=8)
    axes[0, 0].set_ylim(bottom=0)
    figure.suptitle(
        "Bands: whole range of assumptions. Thin lines with dots: every path exposed, all else nominal",
        fontsize=9,
    )
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    return figure


def distributions(data: xr.Dataset, phase: str) -> Any:
    """Return a figure: probability of at least so many arrivals, without and with the defence, by alert."""
    figure, axes = panels((7, 4))
    ax = axes[0, 0]
    for i, alert in enumerate(data.alert.values):
        for defence, style in zip(data.defence.values, ("-", "--"), strict=True):
            pmf = data.arrivals.sel(phase=phase, alert=alert, defence=defence).values
            beyond = np.cumsum(pmf[::-1])[::-1]
            label = (
                f"{ALERTS[str(alert)]}, {'no defence' if defence == 'none' else 'defence ' + str(defence)}"
            )
            ax.plot(
                data.arriving,
                beyond,
                style,
                color=LINES[i],
                linewidth=2.4 if style == "-" else 1.4,
                label=label,
            )
    ax.set_xlabel("arriving warheads")
    ax.set_ylabel("probability of at least so many")
    ax.set_title(f"Retaliation in {phase}, forces by base, nominal assumptions", fontsize=10)
    ax.grid(visible=True, color="#e5e5e5")
    ax.legend(fontsize=7)
    return figure


def swings(data: xr.Dataset, phase: str) -> Any:
    """Return a figure: share of the arrivals taken when one input moves, by alert."""
    figure, axes = panels(
        (3.4 * data.sizes["alert"] + 1.5, 3.4), 1, data.sizes["alert"], sharey=True, sharex=True
    )
    y = np.arange(data.sizes["parameter"])
    for ax, alert in zip(axes[0], data.alert.values, strict=True):
        low, high = (100 * data.swing.sel(phase=phase, alert=alert).isel(moved=k).values for k in (0, 1))
        bars(ax, y, high - low, 0.8, start=low, lying=True, facecolor="#9ecae1", edgecolor="#3182bd")
        nominal = 100 * float(data.lost.sel(phase=phase, alert=alert, end="nominal"))
        ax.axvline(nominal, color="#08306b", linewidth=1.5)
        ax.set_yticks(y, data.parameter.values, fontsize=8)
        ax.set_title(ALERTS[str(alert)], fontsize=9)
        ax.set_xlabel("arrivals taken (%)", fontsize=8)
        ax.tick_params(axis="x", labelsize=7)
    axes[0, 0].invert_yaxis()
    axes[0, 0].set_xlim(left=0)
    figure.suptitle(f"What moves the share in {phase} (line: nominal)", fontsize=10)
    return figure


def race(data: xr.Dataset) -> Any:
    """Return a figure: warheads, interceptors and yearly spending over twenty years, three cases."""
    figure, axes = panels((11, 3.6), 1, 3)
    spent = data.deterrer_usd_m + data.defender_usd_m
    shown = (
        (data.warheads_series, 1.0, "deterrer's deployed warheads"),
        (data.interceptors, 1.0, "defender's interceptors"),
        (spent, 1e-3, "both sides' spending (billion US dollars a year)"),
    )
    for ax, (values, scale, label) in zip(axes[0], shown, strict=True):
        for i, case in enumerate(data["case"].values):
            low, mid, high = (scale * values.sel(case=case).isel(band=b).values for b in range(3))
            ax.fill_between(data.year, low, high, color=LINES[i], alpha=0.13)
            ax.plot(data.year, mid, STYLES[i], color=LINES[i], linewidth=3.2 - 0.8 * i, label=str(case))
        ax.set_xlabel("year")
        ax.set_ylabel(label, fontsize=8)
        ax.set_xticks([2012, 2016, 2020, 2024, 2028])
        ax.grid(visible=True, color="#e5e5e5")
        ax.tick_params(labelsize=7)
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=3,
        fontsize=8,
        frameon=False,
    )
    return figure


def ratio(data: xr.Dataset) -> Any:
    """Return a figure: the cost-exchange ratio with its band and extremes, logarithmic."""
    figure, axes = panels((7, 2.6))
    ax = axes[0, 0]
    for y, offset in enumerate(data.offset.values):
        low, mid, high = data.ratio.sel(offset=offset).values
        least, most = data.ratio_extremes.sel(offset=offset).values
        ax.plot([least, most], [y, y], color="#3182bd", linewidth=1)
        ax.plot([low, high], [y, y], color="#9ecae1", linewidth=12, solid_capstyle="butt")
        ax.plot(mid, y, "D", color="#08306b", markersize=6)
    ax.axvline(1.0, color=INK, linestyle="--", linewidth=1)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(
        "{x:g}"
    )  # plain numbers: powers of ten need a parser that takes a tenth of a second
    ax.xaxis.set_minor_formatter("")
    ax.set_ylim(-0.6, len(data.offset) - 0.4)
    ax.set_yticks(range(len(data.offset)), [f"warheads {o}" for o in data.offset.values], fontsize=8)
    ax.set_xlabel(
        "cost to offset one interceptor / cost of the interceptor\n(left of the line the offset is cheaper)",
        fontsize=8,
    )
    ax.tick_params(axis="x", labelsize=8)
    return figure


def counts(data: xr.Dataset) -> Any:
    """Return a figure: declared warheads by date with both published counts of the forces behind the bases."""
    figure, axes = panels((7, 3.8))
    ax = axes[0, 0]
    days = [date.fromisoformat(str(d)) for d in data.declaration.values]
    names = json.loads(data.attrs.get("parties", "{}"))
    for i, party in enumerate(data.party.values):
        ax.plot(
            days,
            data.declared.sel(party=party),
            STYLES[i],
            color=LINES[i],
            drawstyle="steps-post",
            label=f"declared, {names.get(str(party), party)}",
        )
    phases = [date.fromisoformat(str(d)) for d in data.date.values]
    markers = dict(zip(COUNTED, "os", strict=True))
    for method, words in counted(data).items():
        low, mid, high = (
            data.warheads.sel(counted=method, count_end=e).sum("base").values
            for e in ("low", "nominal", "high")
        )
        ax.errorbar(
            phases, mid, yerr=[mid - low, high - mid], fmt=markers[method], color=LINES[0], markerfacecolor="white", capsize=3,
            label=f"{data.attrs['adjective']} missiles counted {words}, with range",
        )  # fmt: skip
    if data.attrs["declarer"]:
        ax.axhline(1550, color=INK, linewidth=0.8, linestyle=":", label="limit of New START")
    ax.set_ylabel("deployed warheads")
    ax.set_ylim(bottom=0)
    ax.grid(visible=True, color="#e5e5e5")
    ax.legend(fontsize=7)
    return figure
