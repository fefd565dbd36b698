"""What decides: each verdict over the whole box of the inputs, the inputs that flip it, and how its measure spreads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.measures import Measure, Task
from equipoise.analysis.sweeps.design import design_rows
from equipoise.analysis.uncertainty.box import Box, Model, box_of, model_of
from equipoise.analysis.uncertainty.sensitivity import rank_correlation
from equipoise.analysis.uncertainty.thresholds import GRID, STEPS, OneAtATime, holds, one_at_a_time
from equipoise.foundation.status import Truth
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

ENDS = ("low", "high")
CORNERS = ("against", "favourable")
Tell = Callable[[int], None]


QUICK = ("assumption", "interceptor")
"""Tables whose ranges cost little to look at: no trajectory has to be solved again."""


def expected_evaluations(
    scenario: Scenario, tasks: Sequence[Task], *, samples: int = 0, tables: tuple[str, ...] = ()
) -> int:
    """Return about how many scenarios :func:`what_decides` computes, for a progress bar."""
    return sum(
        (GRID + STEPS // 2) * len(box_of(scenario, task, tables)[0])
        + 2 * len(task.measures(scenario))
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

    Every uncertain input that a task reads (of ``tables`` only, when given) is moved over its range with the others nominal; then all together to the
    ends that lower and that raise each measure; with ``samples`` also evenly over the box (Sobol points).
    """
    last = scenario.at(scenario.phases[-1].date, mode=scenario.head.modes[0])
    parts = [_of_task(last, task, tables, samples=samples, seed=seed, tell=tell) for task in tasks]
    data = xr.concat(parts, dim="measure", join="outer") if len(parts) > 1 else parts[0]
    phase = scenario.phases[-1]
    data = data.assign_attrs(
        phase=phase.name, mode=last.head.modes[0], samples=samples, seed=seed,
        verdicts="; ".join(f"{int(t)} {t.name}" for t in Truth),
    )  # fmt: skip
    return Result(kind="uncertainty", title="What decides", data=data, notes=_notes(samples, tables))


def _of_task(
    scenario: Scenario, task: Task, tables: tuple[str, ...], *, samples: int, seed: int, tell: Tell
) -> xr.Dataset:
    measures = task.measures(scenario)
    box, places = box_of(scenario, task, tables)
    model = model_of(scenario, task, measures, places, tell=tell)
    levels = np.array([np.nan if m.level is None else m.level for m in measures])
    moved = one_at_a_time(model, box, levels)
    corners = _corners(model, box, moved)
    points = box.points(
        design_rows("sobol", samples=samples, columns=len(box), seed=seed, start=0, stop=samples)
        if samples
        else np.zeros((0, len(box)))
    )
    values = model(points)
    return _dataset(task, measures, box, moved, corners, points, values, levels)


def _corners(model: Model, box: Box, moved: OneAtATime) -> np.ndarray:
    """Return each measure (m, 2) with every input at the end that lowers it, and at the end that raises it."""
    found = np.empty((moved.nominal.size, 2))
    for m, swing in enumerate(np.nan_to_num(moved.swing)):
        down = np.where(swing > 0, box.low, np.where(swing < 0, box.high, box.nominal))
        up = np.where(swing > 0, box.high, np.where(swing < 0, box.low, box.nominal))
        found[m] = model(np.array([down, up]))[:, m]
    return found


def _dataset(
    task: Task,
    measures: Sequence[Measure],
    box: Box,
    moved: OneAtATime,
    corners: np.ndarray,
    points: np.ndarray,
    values: np.ndarray,
    levels: np.ndarray,
) -> xr.Dataset:
    ends = np.stack([moved.at_low, moved.at_high], axis=-1)
    every = np.concatenate(
        [moved.nominal[:, None], ends.reshape(len(measures), -1), corners, values.T], axis=1
    )
    per_measure, by_input = ("measure",), ("measure", "input")
    data: dict[str, Any] = {
        "nominal": (per_measure, moved.nominal, _said("see unit", "value with every input nominal")),
        "level": (per_measure, levels, _said("see unit", "the statement holds above this value")),
        "at_end": (
            (*by_input, "end"),
            ends,
            _said("see unit", "value with one input at this end and the others nominal"),
        ),
        "at_corner": (
            (*per_measure, "corner"),
            corners,
            _said("see unit", "value with every input at the end that lowers it, and that raises it"),
        ),
        "flip": (
            by_input,
            moved.flip,
            _said("see input_unit", "value of the input at which the verdict flips, the others nominal"),
        ),
        "holds_above": (
            by_input,
            moved.holds_above.astype(np.int8),
            _said("1", "whether the statement holds above the flip"),
        ),
        "truth": (per_measure, _truths(every, levels), _said("1", "verdict over all that was computed")),
        "unit": (per_measure, _texts(m.unit for m in measures), _said("", "unit of the measure")),
        "long_name": (per_measure, _texts(m.long_name for m in measures), _said("", "what the measure is")),
        "statement": (
            per_measure,
            _texts(m.statement for m in measures),
            _said("", "what the verdict is on"),
        ),
        "input_nominal": ("input", box.nominal, _said("see input_unit", "nominal value of the input")),
        "input_low": ("input", box.low, _said("see input_unit", "low end of the input")),
        "input_high": ("input", box.high, _said("see input_unit", "high end of the input")),
        "input_unit": ("input", _texts(box.units), _said("", "unit of the input")),
        "input_source": ("input", _texts(s for s, _ in box.sources), _said("", "source of the range")),
        "input_confidence": (
            "input",
            _texts(c for _, c in box.sources),
            _said("", "confidence in the range"),
        ),
    }
    if len(values):
        correlation = np.array([rank_correlation(points, column) for column in values.T])
        above = np.where(np.isnan(levels), np.nan, np.mean(holds(values, levels), axis=0))
        data |= {
            "sampled": (("measure", "sample"), values.T, _said("see unit", "value in one sample of the box")),
            "share_holds": (
                per_measure,
                above,
                _said("1", "share of the samples in which the statement holds"),
            ),
            "correlation": (
                by_input,
                correlation,
                _said("1", "Spearman's rank correlation of the input with the measure over the samples"),
            ),
        }
    coords = {
        "measure": [f"{task.name}.{m.name}" for m in measures],
        "input": list(box.names),
        "end": list(ENDS),
        "corner": list(CORNERS),
    }
    return xr.Dataset(data, coords=coords)


def _truths(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Return the verdict on each statement over everything that was computed; -1 where there is none."""
    held = holds(values, levels[:, None])
    truth = np.where(
        held.all(axis=1), Truth.KEPT, np.where(held.any(axis=1), Truth.UNDETERMINED, Truth.BROKEN)
    )
    return np.where(np.isnan(levels), -1, truth).astype(np.int8)


def _texts(words: Any) -> np.ndarray:
    return np.array(list(words), dtype=object)


def _said(units: str, name: str) -> dict[str, str]:
    return {"units": units, "long_name": name}


def _notes(samples: int, tables: tuple[str, ...]) -> tuple[str, ...]:
    notes = (
        f"Each input is looked at in {GRID} values of its range with the others nominal, and a flip between two of them "
        "is found by halving; an island narrower than that can be missed.",
        "A verdict is 'undetermined' when any of the computed points differs in sign from another.",
    )
    spread = (
        f"{samples} samples spread evenly over the box of all ranges; a share of samples is a share of that box, not a "
        "probability that something is so.",
    )
    kept = (f"Only ranges in {' and '.join(tables)} are moved; --samples moves all.",) if tables else ()
    return notes + kept + (spread if samples else ())
