"""The report on raids: how many missiles get through, exact and simulated side by side, by phase and mode."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import xarray as xr

from equipoise.present.chart import Chart, Mark, rows
from equipoise.present.figures import LINES, panels
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.shapes import bars
from equipoise.results.record import Result

EXACT, SIMULATED, ADAPTIVE = range(3)
METHOD = "assignment that engages most missiles, fixed beforehand; exact sum of independent trials"


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: one table of all raids, and one figure for each."""
    data = result.data
    table = _table(data)
    figures = tuple(
        Figure(
            stem=f"raid-{name}",
            draw=partial(draw, data, str(name)),
            caption=f"{data.raid_name.sel(raid=name).item()}: missiles that get through, by phase, with the nominal kill probability.",
            alt=_alt(data.sel(raid=name)),
            data=table,
            chart=_chart(data, str(name)),
        )
        for name in data.raid.values
    )
    return Section("raids", "Raids", tuple(_sentences(data)), figures, (table,), result.notes)


def _chart(data: xr.Dataset, raid: str) -> Chart:
    """Return the chance of each number that gets through in the first mode, a panel for each phase."""
    one = _nominal(data.sel(raid=raid)).isel(mode=0, drop=True)
    chance = one.chance.isel(through=slice(int(one.missiles) + 1))
    words = ("plan, exact", "plan, simulated", "looking after each shot")
    named = chance.isel(method=[EXACT, SIMULATED, ADAPTIVE]).assign_coords(method=list(words))
    made = rows({"value": named}, ("phase",), x="through", series="method")
    return Chart(Mark.LINES, made, x="missiles that get through", y="probability")


def _nominal(data: xr.Dataset) -> xr.Dataset:
    return data.isel(kill_probability=1)


def _sentences(data: xr.Dataset) -> list[Sentence]:
    """Return for each raid how many get through in the first phase and the last, in the first mode."""
    mode, said = str(data["mode"].values[0]), []
    for name in data.raid.values:
        one = data.sel(raid=name, mode=mode)
        first, last = (_through(one.isel(phase=i)) for i in (0, -1))
        said.append(
            Sentence(
                "{raid}: of {missiles} missiles, {first} get through on the mean in {early}, {last} in {late}, under the plan "
                "that engages most of them (mode {mode}).",
                {"missiles": Number(float(one.missiles)), "first": first, "last": last},
                {
                    "raid": str(one.raid_name.item()), "mode": mode,
                    "early": str(data.phase.values[0]), "late": str(data.phase.values[-1]),
                },
                figure=f"raid-{name}",
            )
        )  # fmt: skip
    return said


def _through(one: xr.Dataset) -> Number:
    expected = one.expected.isel(method=EXACT)
    low, value, high = (float(expected.isel(kill_probability=i)) for i in (2, 1, 0))
    return Number(value, low, high, digits=1, method=METHOD)


def _table(data: xr.Dataset) -> Table:
    nominal = _nominal(data)
    rows = []
    for name in data.raid.values:
        for phase in data.phase.values:
            for mode in data["mode"].values:
                one = nominal.sel(raid=name, phase=phase, mode=mode)
                expected, none = one.expected.values, one.chance.sel(through=0).values
                rows.append(
                    (
                        str(name), str(phase), str(mode), int(one.missiles), int(one.stock), int(one.engaged),
                        int(one.planned), *(float(e) for e in expected), float(one.spent),
                        float(none[EXACT]), float(none[ADAPTIVE]),
                    )
                )  # fmt: skip
    p = float(nominal.kill_probability)
    mean = "mean that gets through"
    columns = (
        Column("Raid"), Column("Phase"), Column("Mode"), Column("missiles"), Column("stock"), Column("engaged"),
        Column("shots planned"), Column(f"{mean}, exact", digits=2, method=METHOD),
        Column(f"{mean}, simulated", digits=2), Column(f"{mean}, looking", digits=2), Column("spent, looking", digits=1),
        Column("chance of none, exact", digits=3), Column("chance of none, looking", digits=3),
    )  # fmt: skip
    return Table("raids", f"Raids by phase and mode, kill probability {p:g}", columns, tuple(rows))


def _alt(one: xr.Dataset) -> str:
    nominal = one.isel(kill_probability=1, mode=0)
    parts = [
        f"{phase}: {float(nominal.expected.sel(phase=phase).isel(method=EXACT)):.1f}"
        for phase in one.phase.values
    ]
    return f"Distributions of missiles that get through in {one.raid_name.item()}, one panel per phase. Means: {'; '.join(parts)}."


def draw(data: xr.Dataset, raid: str) -> Any:
    """Return the figure of one raid in the first mode: a panel per phase, exact bars and simulated marks."""
    one = _nominal(data.sel(raid=raid)).isel(mode=0)
    n = int(one.missiles)
    n_phases = data.sizes["phase"]
    canvas, grid = panels((2.6 * n_phases + 0.6, 3.4), 1, n_phases, sharey=True)
    x = data.through.values[: n + 1]
    for axes, phase in zip(grid[0], data.phase.values, strict=True):
        chance = one.chance.sel(phase=phase).isel(through=slice(n + 1))
        bars(
            axes,
            x,
            chance.isel(method=EXACT),
            0.8,
            facecolor="#9ecae1",
            edgecolor="#3182bd",
            linewidth=0.5,
            label="plan, exact",
        )
        axes.plot(
            x, chance.isel(method=SIMULATED), "o", color=LINES[1], markersize=3, label="plan, simulated"
        )
        axes.plot(
            x,
            chance.isel(method=ADAPTIVE),
            "^",
            color=LINES[2],
            markersize=4,
            label="looking after each shot",
        )
        axes.set_title(f"{phase}, {int(one.stock.sel(phase=phase))} interceptors", fontsize=9)
        axes.set_xlabel("missiles that get through")
    grid[0, 0].set_ylabel("probability")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    canvas.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    canvas.suptitle(
        f"{one.raid_name.item()}, mode {one['mode'].item()}, kill probability {float(one.kill_probability):g}",
        fontsize=10,
    )
    return canvas
