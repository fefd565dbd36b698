"""The report on a sweep: how often each statement holds, and how the measures spread, by cell of the crossed axes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.chart import Chart, Mark, Row, rows, share_above
from equipoise.present.section import Cells, Column, Figure, Number, Section, Sentence, Table
from equipoise.results.record import Result

QUANTILES = (0.05, 0.5, 0.95)
MOST_CURVES = 6


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: a sentence and a figure for every measure that decides a statement, quantiles by cell.

    Where none decides a statement, each measure has a figure of how it spreads.
    """
    data = result.data
    deciding = [name for name in _measures(data) if "level" in data[name].attrs]
    return Section(
        anchor="sweep",
        title=result.title,
        sentences=tuple(_sentence(data, name) for name in deciding),
        figures=tuple(_figure(data, name) for name in deciding)
        or tuple(_spread_figure(data, name) for name in _measures(data)),
        tables=(_table(data), *_indices(data)),
        notes=result.notes,
    )


def _indices(data: xr.Dataset) -> tuple[Table, ...]:
    """Return the Sobol indices as a table, where the sweep's design gives them."""
    if "input" not in data.coords:
        return ()
    lines: list[Cells] = []
    names = [str(name).removesuffix("_first") for name in data.data_vars if str(name).endswith("_first")]
    for name in names:
        first, total = data[f"{name}_first"], data[f"{name}_total"]
        half = data[f"{name}_first_half_width"], data[f"{name}_total_half_width"]
        for k, place in enumerate(data.input.values):
            parts = [_cells(data, one.isel(input=k)) for one in (first, half[0], total, half[1])]
            for i, (label, _) in enumerate(parts[0]):
                numbers = [float(part[i][1][0]) for part in parts]
                lines.append(
                    (
                        label or "all",
                        str(data[name].attrs["long_name"]),
                        str(data[place].attrs["long_name"]),
                        *numbers,
                    )
                )
    heads = (
        Column("Choice"), Column("Measure"), Column("Input"), Column("First order", digits=3), Column("+/-", digits=3),
        Column("Total", digits=3), Column("+/- of the total", digits=3),
    )  # fmt: skip
    return (
        Table(
            "sweep-sobol",
            "Shares of the variance (Sobol indices)",
            heads,
            tuple(lines),
            folded=len(lines) > 24,
        ),
    )


def _measures(data: xr.Dataset) -> list[str]:
    """Return the names of the measures; an input that was sampled tells its range and is none."""
    shaped = {str(n): v for n, v in data.data_vars.items() if v.dims == data.failed.dims and n != "failed"}
    return [name for name, values in shaped.items() if "low" not in values.attrs]


def crossed(data: xr.Dataset) -> tuple[str, ...]:
    """Return the names of the crossed axes."""
    return tuple(str(axis) for axis in data.failed.dims if axis != "sample")


def _holds(values: xr.DataArray) -> xr.DataArray:
    return values.fillna(-np.inf) > float(values.attrs["level"])


def _sentence(data: xr.Dataset, name: str) -> Sentence:
    values = data[name]
    share = 100 * float(_holds(values).mean())
    return Sentence(
        "'{statement}' holds in {share} of {count} scenarios.",
        {
            "share": Number(
                share, unit="%", digits=1, method="share of the scenarios of the sweep, all alike"
            ),
            "count": Number(values.size),
        },
        {"statement": str(values.attrs["statement"])},
        figure=_stem(name),
    )


def _stem(name: str) -> str:
    return f"sweep-{name.replace('_', '-')}"


def _figure(data: xr.Dataset, name: str) -> Figure:
    values = data[name]
    axes = crossed(data)
    numeric = [axis for axis in axes if data[axis].dtype.kind == "f"]
    statement = values.attrs["statement"]
    if numeric:
        others = "" if len(axes) == 1 else f" Averaged over {', '.join(a for a in axes if a != numeric[0])}."
        return Figure(
            _stem(name),
            f"Share of the scenarios in which '{statement}' holds, against {data[numeric[0]].attrs['long_name']}.{others}",
            chart=_share_chart(data, name, numeric[0]),
        )
    return _spread_figure(data, name)


def _spread_figure(data: xr.Dataset, name: str) -> Figure:
    """Return the figure of how a measure spreads, with where its statement flips if it decides one."""
    values = data[name]
    said = f"Share of the scenarios in which the {values.attrs['long_name']} is above a value"
    if "level" in values.attrs:
        said += f"; '{values.attrs['statement']}' flips at the dashed line"
    return Figure(_stem(name), f"{said}.", chart=_spread_chart(data, name))


def _share_chart(data: xr.Dataset, name: str, axis: str) -> Chart:
    """Return the share of the scenarios in which the statement holds over one crossed axis."""
    share = 100 * _holds(data[name]).mean([d for d in data[name].dims if d != axis])
    words = f"{data[axis].attrs['long_name']} ({data[axis].attrs['units']})"
    return Chart(Mark.LINES, rows({"value": share}, x=axis), x=words, y="scenarios in which it holds (%)")


def _curves(data: xr.Dataset, name: str) -> list[tuple[str, np.ndarray]]:
    """Return what has a curve of its own: the cells of the crossed axes, or all scenarios as one where a cell holds but one."""
    values = data[name]
    cells = _cells(data, values) if "sample" in values.dims else [("", values.values.ravel())]
    return cells[:MOST_CURVES]


def _spread_chart(data: xr.Dataset, name: str) -> Chart:
    """Return the share of the scenarios above a value, one line for each cell of the crossed axes."""
    values = data[name]
    made: list[Row] = []
    for label, one in _curves(data, name):
        made += share_above(one, series=label or "all")
    rules = ((float(values.attrs["level"]), "where it flips"),) if "level" in values.attrs else ()
    words = f"{values.attrs['long_name']} ({values.attrs['units']})"
    return Chart(Mark.LINES, tuple(made), x=words, y="scenarios above (%)", rules=rules)


def _cells(data: xr.Dataset, values: xr.DataArray) -> list[tuple[str, np.ndarray]]:
    """Return the samples of every cell of the crossed axes, with the cell in words."""
    axes = crossed(data)
    found = []
    for picks in product(*(range(data.sizes[axis]) for axis in axes)):
        one = values.isel(dict(zip(axes, picks, strict=True)))
        words = [_label(data[axis].values[pick], axis) for axis, pick in zip(axes, picks, strict=True)]
        found.append((", ".join(words), np.atleast_1d(one.values)))
    return found


def _label(value: Any, axis: str) -> str:
    return str(value) if isinstance(value, str) else f"{axis} {float(value):g}"


def _table(data: xr.Dataset) -> Table:
    lines: list[Cells] = []
    for name in _measures(data):
        values = data[name]
        for label, one in _cells(data, values):
            known = one[np.isfinite(one)]
            spread_ = [float(v) for v in np.quantile(known, QUANTILES)] if known.size else [float("nan")] * 3
            holds = (
                100 * float(np.mean(np.nan_to_num(one, nan=-np.inf) > values.attrs["level"]))
                if "level" in values.attrs
                else float("nan")
            )
            lines.append(
                (label or "all", str(values.attrs["long_name"]), *spread_, str(values.attrs["units"]), holds)
            )
    heads = (
        Column("Choice"), Column("Measure"), *(Column(f"{q:.0%} of samples below") for q in QUANTILES), Column("Unit"),
        Column("Statement holds", "%", 1),
    )  # fmt: skip
    return Table("sweep-quantiles", "Measures by choice", heads, tuple(lines), folded=len(lines) > 24)
