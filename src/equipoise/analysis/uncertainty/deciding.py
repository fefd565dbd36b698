"""What decides: each verdict over the whole box of the inputs, the inputs that flip it, and how its measure spreads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.measures import Measure, Task
from equipoise.analysis.sweeps.design import design_rows
from equipoise.analysis.uncertainty.box import places_of
from equipoise.analysis.uncertainty.sensitivity import rank_correlation
from equipoise.analysis.uncertainty.thresholds import GRID, Model, OneAtATime, holds, one_at_a_time
from equipoise.engagement.bounds import Ranges, at_ends, coverage
from equipoise.foundation.status import Truth
from equipoise.model.fields import End
from equipoise.model.scenario import TABLES
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.correlation import copula_factor, correlated, told
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import Place, uncertain_places, value_at, with_numbers

ENDS = ("low", "high")
CORNERS: tuple[End, ...] = ("against", "favourable")
BATCH = 256
"""Scenarios that are evaluated together."""
Tell = Callable[[int], None]


QUICK = ("assumption", "interceptor")
"""Tables whose ranges cost little to look at: no trajectory has to be solved again."""


def expected_evaluations(
    scenario: Scenario, tasks: Sequence[Task], *, samples: int = 0, tables: tuple[str, ...] = ()
) -> int:
    """Return about how many scenarios :func:`what_decides` computes, for a progress bar.

    ``samples`` are drawn for each task, ``tables`` limits the inputs to those of some tables.
    """
    return sum(
        (GRID + 2) * len(places_of(scenario, task, tables))
        + sum(len(at_ends(part, end)) for part in [_read_by(scenario, task)] for end in CORNERS)
        + samples
        for task in tasks
    )


def what_decides(
    scenario: Scenario,
    tasks: Sequence[Task],
    *,
    samples: int = 0,
    seed: int = 1,
    tables: tuple[str, ...] = (),
    tell: Tell = lambda done: None,
) -> Result:
    """Return swings, flips and verdicts of the tasks' measures at the scenario's last date in its first mode.

    Every uncertain input that a task reads (of ``tables`` only, when given) is moved over its range with the others nominal;
    then all that it reads together to the ends against the defence and to those favourable to it
    (:func:`equipoise.engagement.bounds.at_ends`); with ``samples`` also evenly over the box (Sobol points), where correlated inputs
    are drawn together. ``seed`` starts the samples.
    """
    last = scenario.at(scenario.phases[-1].date, mode=scenario.head.modes[0])
    parts = [_of_task(last, task, tables, samples=samples, seed=seed, tell=tell) for task in tasks]
    data = together(parts) if len(parts) > 1 else parts[0]
    phase = scenario.phases[-1]
    data = data.assign_attrs(
        phase=phase.name, mode=last.head.modes[0], samples=samples, seed=seed,
        verdicts="; ".join(f"{int(t)} {t.name}" for t in Truth),
    )  # fmt: skip
    together_drawn = told(last, map(str, data.input.values))
    return Result(
        kind="uncertainty", title="What decides", data=data, notes=_notes(samples, tables, together_drawn)
    )


def together(parts: list[xr.Dataset]) -> xr.Dataset:
    """Return the measures of several tasks over all their inputs: what is about inputs once, the rest by measure.

    ``parts`` has one data set for each task.
    """
    about = [name for name, one in parts[0].data_vars.items() if "measure" not in one.dims]
    measured = [part.drop_vars(about) for part in parts]
    return xr.merge(
        [xr.concat(measured, dim="measure", join="outer"), *(part[about] for part in parts)],
        join="outer",
        compat="no_conflicts",
    )


def _of_task(
    scenario: Scenario, task: Task, tables: tuple[str, ...], *, samples: int, seed: int, tell: Tell
) -> xr.Dataset:
    measures = task.measures(scenario)
    places = places_of(scenario, task, tables)
    ranges, model = Ranges.of(scenario, places), _model(scenario, task, measures, places, tell)
    levels = np.array([np.nan if m.level is None else m.level for m in measures])
    moved = one_at_a_time(model, ranges, levels)
    corners = _corners(scenario, task, measures, tell)
    points = ranges.at(_shares(scenario, ranges.names, samples=samples, seed=seed))
    values = model(points)
    covered = coverage(_read_by(scenario, task)) + (f"; {samples} Sobol points" if samples else "")
    return _dataset(task, measures, ranges, moved, corners, points, values, levels, covered)


def _shares(scenario: Scenario, names: Sequence[str], *, samples: int, seed: int) -> np.ndarray:
    """Return the shares of their ranges (samples, inputs) at which the inputs are sampled."""
    if not samples:
        return np.zeros((0, len(names)))
    rows = design_rows("sobol", samples=samples, columns=len(names), seed=seed, start=0, stop=samples)
    return correlated(rows, copula_factor(scenario, names))


def _read_by(scenario: Scenario, task: Task) -> Scenario:
    """Return the scenario in which only the inputs that the task reads have ranges."""
    read = set(places_of(scenario, task))
    rest = [at for at in uncertain_places(scenario, tuple(TABLES)) if at not in read]
    return with_numbers(scenario, {at: value_at(scenario, at).value for at in rest})


def _model(
    scenario: Scenario, task: Task, measures: Sequence[Measure], places: Sequence[Place], tell: Tell
) -> Model:
    """Return the task as a function of the places; ``tell`` hears how many scenarios were just computed.

    Points that differ from the nominal one in few inputs come next to one another, so the task can share work.
    """

    def model(points: np.ndarray) -> np.ndarray:
        numbers = [{where: float(value) for where, value in zip(places, row, strict=True)} for row in points]
        return _evaluated([with_numbers(scenario, each) for each in numbers], task, measures, tell)

    return model


def _evaluated(
    scenarios: Sequence[Scenario], task: Task, measures: Sequence[Measure], tell: Tell
) -> np.ndarray:
    """Return the measures of scenarios (n, measures), some at a time."""
    values = np.empty((len(scenarios), len(measures)))
    for start in range(0, len(scenarios), BATCH):
        some = scenarios[start : start + BATCH]
        for i, found in enumerate(task.evaluate(some), start):
            values[i] = [found[measure.name] for measure in measures]
        tell(len(some))
    return values


def _corners(scenario: Scenario, task: Task, measures: Sequence[Measure], tell: Tell) -> np.ndarray:
    """Return each measure (m, 2): the least against the defence and the greatest favourable to it, over what its ranges come to."""
    read = _read_by(scenario, task)
    against, favourable = (_evaluated(at_ends(read, end), task, measures, tell) for end in CORNERS)
    return np.stack([np.fmin.reduce(against), np.fmax.reduce(favourable)], axis=1)


def _dataset(
    task: Task,
    measures: Sequence[Measure],
    ranges: Ranges,
    moved: OneAtATime,
    corners: np.ndarray,
    points: np.ndarray,
    values: np.ndarray,
    levels: np.ndarray,
    covered: str,
) -> xr.Dataset:
    ends = np.stack([moved.at_low, moved.at_high], axis=-1)
    every = np.concatenate(
        [moved.nominal[:, None], ends.reshape(len(measures), -1), corners, values.T], axis=1
    )
    data: dict[str, Any] = {
        "nominal": moved.nominal,
        "level": levels,
        "at_end": ends,
        "at_corner": corners,
        "flip": moved.flip,
        "holds_above": moved.holds_above.astype(np.int8),
        "truth": _truths(every, levels),
        "covered": [covered for _ in measures],
        "unit": [m.unit for m in measures],
        "long_name": [m.long_name for m in measures],
        "statement": [m.statement for m in measures],
        "input_nominal": ranges.nominal,
        "input_low": ranges.low,
        "input_high": ranges.high,
        "input_unit": list(ranges.units),
        "input_source": [s for s, _ in ranges.sources],
        "input_confidence": [c for _, c in ranges.sources],
    }
    if len(values):
        correlation = np.array([rank_correlation(points, column) for column in values.T])
        above = np.where(np.isnan(levels), np.nan, np.mean(holds(values, levels), axis=0))
        data |= {"sampled": values.T, "share_holds": above, "correlation": correlation}
    coords = {
        "measure": [f"{task.name}.{m.name}" for m in measures],
        "input": list(ranges.names),
        "end": list(ENDS),
        "corner": list(CORNERS),
    }
    return dataset("uncertainty", data, coords)


def _truths(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the verdict on each statement over everything that was computed; -1 where there is none."""
    held = holds(values, levels[:, None])
    truth = np.where(
        held.all(axis=1), Truth.KEPT, np.where(held.any(axis=1), Truth.UNDETERMINED, Truth.BROKEN)
    )
    return np.where(np.isnan(levels), -1, truth).astype(np.int8)


EVENLY = "spread evenly over the box of all ranges; a share of samples is a share of that box, not a probability that something is so."
TOGETHER = (
    "spread each input evenly over its range and draw the correlated ones together; a share of samples is not a probability that "
    "something is so, and each of two correlated inputs has a part of the other's rank correlation with a measure."
)


def _notes(samples: int, tables: tuple[str, ...], drawn: str) -> tuple[str, ...]:
    notes = [
        f"Each input is looked at in {GRID} values of its range with the others nominal, and a flip between two of them "
        "is closed in on; an island narrower than that can be missed.",
        "A verdict is 'undetermined' when any of the computed points differs in sign from another.",
    ]
    if tables:
        notes.append(
            f"Only inputs of {' and '.join(tables)} are moved one at a time; all are moved together, and --samples moves each."
        )
    if drawn:
        notes.append(
            f"Stated to go together: {drawn}. One at a time and at the ends each input moves over its whole range all the same: a flip "
            "may need a value that seldom goes with the nominal ones, and the ends bound what correlated inputs do."
        )
    if samples:
        notes.append(f"{samples} samples {TOGETHER if drawn else EVENLY}")
    return tuple(notes)
