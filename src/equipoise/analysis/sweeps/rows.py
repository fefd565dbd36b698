"""The rows of a study: row ``i`` is one scenario, the same whoever computes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from equipoise.analysis.measures import task
from equipoise.analysis.sweeps.design import design_rows, design_size
from equipoise.analysis.sweeps.order import SAMPLE, dimensions, places
from equipoise.analysis.sweeps.study import Axis, Study, setting
from equipoise.foundation.errors import EquipoiseError
from equipoise.numerics.sampling import to_range
from equipoise.scenario.correlation import correlated
from equipoise.scenario.load import Scenario, resolve
from equipoise.scenario.vary import Place, place, with_numbers

RUNNER = "equipoise.analysis.sweeps.rows:Rows"
"""How a job names :class:`Rows`."""

BATCH = 256
"""Scenarios that are evaluated together; what they share is then a few percent of the cost of each."""


def spec_of(study: Study) -> dict[str, Any]:
    """Return all that the rows depend on as plain JSON data."""
    plain = {
        "label": study.scenario.name,
        "raw": study.raw,
        "analysis": study.task.name,
        "measures": [measure.name for measure in study.measures],
        "at": study.at,
        "mode": study.mode,
        "settings": study.settings,
        "axes": [asdict(axis) for axis in study.axes],
        "samples": study.samples,
        "method": study.method,
        "seed": study.seed,
        "given": study.given,
        "factor": study.factor,
    }
    found: dict[str, Any] = json.loads(json.dumps(plain, default=_day))
    return found


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} in a study")


class Rows:
    """Computes rows of a study from its description, with what does not change kept between rows."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        """Take what :func:`spec_of` gave."""
        self.spec = spec
        self.task = task(spec["analysis"])
        axes = [Axis(**entry | {"values": tuple(entry["values"])}) for entry in spec["axes"]]
        self.crossed = [axis for axis in axes if not axis.is_sampled]
        self.sampled = [axis for axis in axes if axis.is_sampled]
        self.size = design_size(spec["method"], spec["samples"], len(self.sampled)) if self.sampled else 1
        self.factor = np.array(spec["factor"])
        self.lengths = dimensions(self.crossed, self.size)
        self._base = lru_cache(maxsize=64)(self._build)

    def __call__(self, start: int, stop: int) -> dict[str, np.ndarray]:
        """Return the columns of rows ``start`` to ``stop``: row, axes, measures, and why a row has none."""
        place_of = places(self.lengths, np.arange(start, stop))
        numbers = self._samples(place_of[SAMPLE])
        names = self.spec["measures"]
        measured = np.full((stop - start, len(names)), np.nan)
        faults = np.full(stop - start, "", dtype=object)
        indices = [place_of[axis.name].tolist() for axis in self.crossed]
        empty: list[tuple[int, ...]] = [()] * (stop - start)
        chosen = list(zip(*indices, strict=True)) if indices else empty
        for first in range(0, stop - start, BATCH):
            self._evaluate(range(first, min(first + BATCH, stop - start)), chosen, numbers, measured, faults)
        columns: dict[str, np.ndarray] = {"row": np.arange(start, stop)}
        for k, axis in enumerate(self.crossed):
            values = [axis.values[picks[k]] for picks in chosen]
            columns[axis.name] = np.array(values, dtype=object if isinstance(values[0], str) else float)
        columns |= {axis.name: numbers[:, k] for k, axis in enumerate(self.sampled)}
        columns |= {name: measured[:, k] for k, name in enumerate(names)}
        return columns | {"fault": faults}

    def _evaluate(
        self,
        batch: range,
        chosen: list[tuple[int, ...]],
        numbers: np.ndarray,
        measured: np.ndarray,
        faults: np.ndarray,
    ) -> None:
        """Fill the measures of a batch; where a scenario fails, halve the batch until it is found."""
        try:
            scenarios = [self._scenario(chosen[i], numbers[i]) for i in batch]
            found = self.task.evaluate(scenarios)
        except EquipoiseError as error:
            if len(batch) == 1:
                faults[batch[0]] = " ".join(str(error).split())
                return
            middle = len(batch) // 2
            for half in (batch[:middle], batch[middle:]):
                self._evaluate(half, chosen, numbers, measured, faults)
            return
        for i, values in zip(batch, found, strict=True):
            measured[i] = [values[name] for name in self.spec["measures"]]

    def _samples(self, sample: np.ndarray) -> np.ndarray:
        """Return the sampled inputs of the rows with these indices in the design, in the units of their keys."""
        if not self.sampled:
            return np.empty((sample.size, 0))
        if self.spec["given"]:
            return np.array(self.spec["given"])[sample]
        turns = np.flatnonzero(np.diff(sample) < 0) + 1  # the design begins again in the next cell
        stretches = np.split(sample, turns)
        unit = np.concatenate([self._design(int(s[0]), int(s[-1]) + 1)[s - s[0]] for s in stretches])
        for k, axis in enumerate(self.sampled):
            unit[:, k] = (
                np.floor(to_range(unit[:, k], axis.low, axis.high + 1.0))
                if axis.whole
                else to_range(unit[:, k], axis.low, axis.high)
            )
        return unit

    def _design(self, start: int, stop: int) -> np.ndarray:
        s = self.spec
        rows = design_rows(
            s["method"],
            samples=s["samples"],
            columns=len(self.sampled),
            seed=s["seed"],
            start=start,
            stop=stop,
        )
        return correlated(rows, self.factor) if self.factor.size else rows

    def _scenario(self, picks: tuple[int, ...], sampled: np.ndarray) -> Scenario:
        numbers = [
            axis.values[pick] for axis, pick in zip(self.crossed, picks, strict=True) if axis.kind == "number"
        ]
        numbers += map(float, sampled)
        fixed = tuple(
            pick if axis.kind != "number" else -1 for axis, pick in zip(self.crossed, picks, strict=True)
        )
        base, places = self._base(fixed)
        return with_numbers(base, dict(zip(places, numbers, strict=True)))

    def _build(self, picks: tuple[int, ...]) -> tuple[Scenario, list[Place]]:
        """Return the scenario of one choice of texts, variants, date and mode, and where its numbers go."""
        settings = list(self.spec["settings"])
        at, mode = self.spec["at"], self.spec["mode"]
        for axis, pick in zip(self.crossed, picks, strict=True):
            if axis.kind == "setting":
                settings.append(setting(axis.key, axis.values[pick]))
            elif axis.kind == "variants":
                settings += axis.settings[pick]
            elif axis.kind == "at":
                at = axis.values[pick]
            elif axis.kind == "mode":
                mode = axis.values[pick]
        base = resolve(dict(self.spec["raw"]), self.spec["label"], settings).at(at, mode=mode)
        moved = [*(axis for axis in self.crossed if axis.kind == "number"), *self.sampled]
        return base, [place(axis.key, base, label="study") for axis in moved]
