"""From the finished parts of a sweep to one result: measures over the crossed axes and the samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import xarray as xr

from equipoise.analysis.sweeps.design import SALTELLI
from equipoise.analysis.sweeps.order import SAMPLE, as_cube, dimensions, places
from equipoise.analysis.sweeps.study import Axis, Study
from equipoise.analysis.uncertainty.sensitivity import sobol_indices
from equipoise.results.record import Provenance, Result
from equipoise.scenario.bibliography import bibliography

CUBE_LIMIT: Final = 50_000_000
"""Largest cube, in numbers; a larger sweep stays in its parts, which SQL reads without loading them."""

Part = Callable[[int], Mapping[str, np.ndarray]]


def fits(study: Study) -> bool:
    """Return whether the whole sweep is small enough for one cube in memory."""
    return study.rows * (len(study.measures) + 1) <= CUBE_LIMIT


def cube(study: Study, part: Part, chunks: int, provenance: Provenance) -> Result:
    """Return the whole sweep; ``part`` gives the columns of a chunk, and chunks come in the order of their rows."""
    names = [measure.name for measure in study.measures]
    flat = {name: np.empty(study.rows) for name in names}
    failed = np.zeros(study.rows, dtype=np.int8)
    drawn = {axis.name: np.empty(study.design_size) for axis in study.sampled}
    lengths = dimensions(study.crossed, study.design_size)
    reasons: dict[str, int] = {}
    for chunk in range(chunks):
        columns = part(chunk)
        rows = columns["row"]
        for name in names:
            flat[name][rows] = columns[name]
        failed[rows] = columns["fault"] != ""
        for name, values in drawn.items():
            values[places(lengths, rows)[SAMPLE]] = columns[name]
        for fault in columns["fault"][columns["fault"] != ""]:
            reasons[str(fault)] = reasons.get(str(fault), 0) + 1
    axes = tuple(axis.name for axis in study.crossed) + ((SAMPLE,) if study.sampled else ())
    data: dict[str, Any] = {
        m.name: (
            axes,
            as_cube(lengths, flat[m.name], axes),
            {"units": m.unit, "long_name": m.long_name} | _decides(m),
        )
        for m in study.measures
    }
    data["failed"] = (
        axes,
        as_cube(lengths, failed, axes),
        {"units": "1", "long_name": "whether the scenario could not be computed"},
    )
    for axis in study.sampled:
        said = {"units": axis.unit, "long_name": axis.key, "low": axis.low, "high": axis.high}
        data[axis.name] = ((SAMPLE,), drawn[axis.name], said)
    coords = {axis.name: _coordinate(axis) for axis in study.crossed}
    if study.sampled and study.method == SALTELLI:
        coords["input"] = np.array([axis.name for axis in study.sampled], dtype=object)
        data |= _indices(study, data, axes[:-1])
    return Result(
        kind="sweep",
        title=study.title,
        data=xr.Dataset(data, coords=coords, attrs=_about(study)),
        provenance=provenance,
        sources=bibliography(study.scenario),
        notes=_notes(study, reasons),
    )


def _indices(study: Study, data: Mapping[str, Any], crossed: tuple[str, ...]) -> dict[str, Any]:
    """Return the Sobol indices of every measure in every cell of the crossed axes."""
    found: dict[str, Any] = {}
    columns = len(study.sampled)
    for measure in study.measures:
        values = data[measure.name][1]
        cells = values.reshape(-1, values.shape[-1])
        indices = [sobol_indices(cell, columns, seed=study.seed) for cell in cells]
        for order in ("first", "total"):
            for part, word in (
                ("", "Sobol index"),
                ("_half_width", "half width of its 95 % interval, Sobol index"),
            ):
                table = np.array([getattr(one, order + part) for one in indices])
                found[f"{measure.name}_{order}{part}"] = (
                    (*crossed, "input"),
                    table.reshape(*values.shape[:-1], columns),
                    {"units": "1", "long_name": f"{word} ({order}) of the {measure.long_name}"},
                )
    return found


def _decides(measure: Any) -> dict[str, Any]:
    return {} if measure.level is None else {"level": measure.level, "statement": measure.statement}


def _coordinate(axis: Axis) -> Any:
    if isinstance(axis.values[0], str):
        return np.array(axis.values, dtype=object)
    return (axis.name, np.array(axis.values, dtype=float), {"units": axis.unit, "long_name": axis.key})


def _about(study: Study) -> dict[str, Any]:
    about = {"analysis": study.task.name, "at": study.at, "mode": study.mode}
    return about | ({"method": study.method, "samples": study.samples} if study.sampled else {})


def _notes(study: Study, reasons: Mapping[str, int]) -> tuple[str, ...]:
    notes = []
    if study.sampled and not study.given:
        notes.append(_how_drawn(study))
    if reasons:
        worst = max(reasons, key=lambda reason: reasons[reason])
        notes.append(f"{sum(reasons.values())} scenarios could not be computed, most often because: {worst}")
    return tuple(notes)


def _how_drawn(study: Study) -> str:
    """Return what a share of the samples is a share of."""
    if study.correlations and study.method != SALTELLI:
        return (
            f"Sampled inputs are drawn each evenly over its stated range, and together: {study.correlations}; a share of samples is "
            "not a probability that something is so."
        )
    apart = f" Sobol indices take inputs to be independent, and are so drawn although the scenario states: {study.correlations}."
    return (
        "Sampled inputs are drawn evenly over their stated ranges; a share of samples is a share of that box, "
        f"not a probability that something is so.{apart if study.correlations else ''}"
    )
