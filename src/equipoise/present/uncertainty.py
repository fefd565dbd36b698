"""The report on what decides: verdicts over the whole box of inputs, the inputs that flip them, tornado and spread."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.foundation.units import UNITS
from equipoise.present.chart import Chart, Mark, Row, share_above
from equipoise.present.names import spoken
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table, from_memory
from equipoise.present.table_rows import Shown, show, table_over
from equipoise.results.record import Result

MOST = 5
"""Inputs that are named for each verdict."""
MOST_BARS = 12

UNOPENED = ("memory", "mixed")
"""Confidence in a range that rests on memory, in whole or in part."""
METHOD = "one input moved over its stated range with all others nominal; flips found by interpolation"


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: for every verdict a sentence, a tornado and, with samples, the spread of its measure."""
    data = result.data
    verdicts = [str(m) for m in data.measure.values if int(data.truth.sel(measure=m)) >= 0]
    return Section(
        anchor="what-decides",
        title="What decides",
        sentences=tuple(
            s for m in verdicts for s in _sentences(data.sel(measure=m), str(data.attrs["phase"]))
        ),
        figures=tuple(f for m in verdicts for f in _figures(data.sel(measure=m), m)),
        tables=(_table(data, verdicts),),
        notes=result.notes,
    )


def flips(one: xr.Dataset) -> list[str]:
    """Return the inputs that flip the verdict alone, the one that has to move least of its range first."""
    width = one.input_high - one.input_low
    distance = np.abs(one.flip - one.input_nominal) / width
    order = np.argsort(distance.values)
    return [str(one.input.values[k]) for k in order if np.isfinite(distance.values[k])]


def swings(one: xr.Dataset) -> list[str]:
    """Return the inputs by how far they move the value, the strongest first; those that do not move it are left out."""
    ends = one.at_end.values
    reach = np.nan_to_num(np.abs(ends - float(one.nominal)), nan=0.0).max(axis=1)
    appears = np.isnan(ends).any(axis=1) != np.isnan(ends).all(axis=1)  # a value that vanishes has moved
    order = np.argsort(-reach, kind="stable")
    return [str(one.input.values[k]) for k in order if reach[k] > 0.0 or appears[k]]


def _sentences(one: xr.Dataset, phase: str) -> list[Sentence]:
    names = {"phase": phase, "statement": str(one.statement.values)}
    truth = Truth.of(int(one.truth))
    figure = _stem(str(one.measure.values))
    if truth != Truth.UNDETERMINED:
        word = "holds" if truth == Truth.KEPT else "does not hold"
        return [
            Sentence(
                f"In {{phase}} '{{statement}}' {word} at every point that was computed.",
                names=names,
                figure=figure,
            )
        ]
    now = "holds" if _holds(one) else "does not hold"
    value = _value(one)
    found = [
        Sentence(
            f"In {{phase}} '{{statement}}' is undetermined: it {now} with every input nominal ({{value}}) and flips "
            "within the ranges.",
            {"value": value},
            names,
            figure=figure,
        )
    ]
    alone = flips(one)[:MOST]
    if not alone:
        return [*found, Sentence("No single input flips it; several together do.", figure=figure)]
    numbers = {f"at_{'abcde'[k]}": _flip(one, place) for k, place in enumerate(alone)}
    labels = {f"input_{'abcde'[k]}": spoken(place) for k, place in enumerate(alone)}
    said = ", ".join(f"{{input_{'abcde'[k]}}} at {{at_{'abcde'[k]}}}" for k in range(len(alone)))
    memory = ", ".join(spoken(p) for p in alone if str(one.sel(input=p).input_confidence.values) in UNOPENED)
    told = Sentence(f"What flips it alone, nearest first: {said}.", numbers, labels, figure=figure)
    return [*found, told, *from_memory(memory, figure=figure)]


def _holds(one: xr.Dataset) -> bool:
    return float(np.nan_to_num(one.nominal.values, nan=-np.inf)) > float(one.level)


def _value(one: xr.Dataset) -> Number:
    """Return the nominal value with the range of all that was computed."""
    parts = [one.at_end.values.ravel(), one.at_corner.values.ravel(), np.atleast_1d(one.nominal.values)]
    if "sampled" in one:
        parts.append(one.sampled.values.ravel())
    known = np.concatenate(parts)
    known = known[np.isfinite(known)]
    share = str(one.unit.values) == "1"
    scale, unit = (100.0, "%") if share else (1.0, str(one.unit.values))
    nominal = scale * float(one.nominal)
    if not known.size or np.isnan(nominal):
        return Number(nominal, unit=unit, method=METHOD)
    return Number(
        nominal,
        scale * float(known.min()),
        scale * float(known.max()),
        unit=unit,
        digits=1 if share else 0,
        method=METHOD,
    )


def _flip(one: xr.Dataset, place: str) -> Number:
    chosen = one.sel(input=place)
    low, high = float(chosen.input_low), float(chosen.input_high)
    digits = max(0, 2 - int(np.floor(np.log10(max(high - low, 1e-12)))) - 1)
    unit = str(chosen.input_unit.values)
    return Number(
        float(chosen.flip),
        unit="" if unit == "1" else unit,
        digits=digits,
        source=str(chosen.input_source.values),
        method=METHOD,
        confidence=str(chosen.input_confidence.values),
    )


def _stem(measure: str) -> str:
    return f"tornado-{measure.replace('.', '-').replace('_', '-')}"


def _figures(one: xr.Dataset, measure: str) -> list[Figure]:
    inputs = swings(one)
    title = str(one.statement.values)
    found = []
    if inputs:
        shown = inputs[:MOST_BARS]
        found.append(
            Figure(
                _stem(measure),
                f"How far each input moves the {one.long_name.values} over its stated range, the others nominal; the dashed "
                f"line is where '{title}' flips.",
                chart=_tornado(one, shown),
            )
        )
    if "sampled" in one and np.isfinite(one.sampled.values).any():
        found.append(
            Figure(
                _stem(measure).replace("tornado", "spread"),
                f"Share of {one.sizes['sample']} samples of the box in which the {one.long_name.values} is above a value.",
                chart=_spread(one),
            )
        )
    return found


def _tornado(one: xr.Dataset, inputs: list[str]) -> Chart:
    """Return for each input the value at both ends of its range, on a bar between them, with where the verdict flips."""
    scale, unit = _scale(one)
    nominal = scale * float(one.nominal)
    found: list[Row] = []
    for place in inputs:
        chosen = one.sel(input=place)
        ends = [scale * float(v) for v in chosen.at_end.values]
        known = [v for v in (*ends, nominal) if np.isfinite(v)]
        low, high = float(chosen.input_low), float(chosen.input_high)
        group = f"{place} ({low:g} to {high:g})"
        found.append(
            {
                "group": group,
                "value": nominal if np.isfinite(nominal) else None,
                "low": min(known),
                "high": max(known),
            }
        )
    words = f"{one.long_name.values} ({unit})"
    return Chart(
        Mark.RANGES, tuple(found), x=words, rules=((scale * float(one.level), "the verdict flips here"),)
    )


def _spread(one: xr.Dataset) -> Chart:
    """Return the share of the samples above a value, with where the verdict flips."""
    scale, unit = _scale(one)
    points = share_above(scale * one.sampled.values)
    rules = ((scale * float(one.level), "the verdict flips here"),)
    return Chart(
        Mark.LINES, tuple(points), x=f"{one.long_name.values} ({unit})", y="samples above (%)", rules=rules
    )


def _table(data: xr.Dataset, verdicts: list[str]) -> Table:
    """Return one row for every verdict and input that moves it."""
    pairs = [(measure, place) for measure in verdicts for place in swings(data.sel(measure=measure))]
    measure, place = (
        xr.DataArray(np.array([pair[k] for pair in pairs], dtype=object), dims="row") for k in (0, 1)
    )
    columns: dict[str, Shown | str] = {
        "Statement": "statement",
        "Input": "input",
        "Low": "input_low",
        "Nominal": "input_nominal",
        "High": "input_high",
        "Unit of the input": "input_unit",
        "Flips at": show("flip", how=lambda value: float(value) if np.isfinite(value) else "at no value"),
        "Measure at low": show("at_end", end="low"),
        "Measure at high": show("at_end", end="high"),
        "Measure at nominal": "nominal",
        "Unit of the measure": "unit",
        "Confidence in the range": "input_confidence",
    }
    heads = {Column(head, method=METHOD): shown for head, shown in columns.items()}
    found = data.sel(measure=measure, input=place)
    return table_over(found, ("row",), "what-decides", "Inputs that move a verdict", heads, folded=True)


def _scale(one: xr.Dataset) -> tuple[float, str]:
    """Return the factor and the label of the measure's axis; shares are shown in percent."""
    unit = str(one.unit.values)
    share = unit == "1" and float(np.nanmax(np.abs(one.at_end.values), initial=0.0)) <= 1.0
    if share:
        return 100.0, "%"
    return 1.0, UNITS[unit].symbol if unit in UNITS else unit
