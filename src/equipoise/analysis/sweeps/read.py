"""Reading a study file and checking it against its scenario; every fault is one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.analysis.measures import TASKS, Measure
from equipoise.analysis.sweeps.design import check_design
from equipoise.analysis.sweeps.study import (
    COLUMNS,
    GIVEN,
    SPECIAL,
    STUDIES,
    TABLES,
    Axis,
    AxisEntry,
    Head,
    Study,
    setting,
)
from equipoise.foundation.errors import DomainError, EquipoiseError, InputError, Problem, misuse
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.units import unit_of_key
from equipoise.model import scenario as model
from equipoise.model.fields import known_names
from equipoise.scenario.library import Raw
from equipoise.scenario.load import Scenario, builtin_names, resolve
from equipoise.scenario.read import SCENARIOS, read_files
from equipoise.scenario.records import read_tables
from equipoise.scenario.vary import Place, place, uncertain_places, value_at, with_numbers

_WAYS = ("values", "range", "steps", "variants")
"""Keys of an axis of which it has one."""
MOST_ROWS = 10**12
"""Scenarios in one study; a slip of the pen asks for more than a cluster does in a year."""


def load_study(name_or_path: str, settings: tuple[str, ...] = ()) -> Study:
    """Return a built-in study by name or one from a file; :class:`InputError` lists every fault.

    ``name_or_path`` says which; each of ``settings`` is ``table.key=value`` and overrides the file.
    """
    raw, label = STUDIES.read(name_or_path, settings)
    head, entries = _tables(raw, label)
    beside = Path(name_or_path).parent / head.scenario
    name = str(beside) if head.scenario not in builtin_names() and beside.is_file() else head.scenario
    return _Reader(label, head, entries, *read_files(name)).study()


def study_of(
    scenario: Scenario,
    axes: Mapping[str, Any],
    *,
    analysis: str,
    measures: Sequence[str] = (),
    samples: int = 0,
    method: str = "sobol",
    seed: int = 1,
) -> Study:
    """Return the study of a scenario at its last date in its first mode.

    ``axes`` maps a place such as ``interceptor.sm3-iia.burnout_speed_km_s`` to a list of values, which are crossed, to a pair
    ``(low, high)`` or the word ``known``, of which ``samples`` are drawn together, or to an array of samples, which all
    have the same length and are taken as they are. :class:`InputError` lists every fault.
    ``analysis`` and ``measures`` name what is computed, ``method`` and ``seed`` the design of what is sampled.
    """
    drawn = {key: np.asarray(v, dtype=float) for key, v in axes.items() if isinstance(v, np.ndarray)}
    entries = [
        {"key": key, "range": _span(key, drawn[key])} if key in drawn
        else {"key": key, "values" if isinstance(value, list) else "range": value}
        for key, value in axes.items()
    ]  # fmt: skip
    rows = {len(values) for values in drawn.values()}
    if drawn and (samples or len(rows) > 1 or any(isinstance(v, tuple | str) for v in axes.values())):
        raise misuse("axes", "", "arrays of samples need one length, and no range beside them.")
    head: dict[str, Any] = {"name": "python", "title": f"{scenario.title}: sweep", "scenario": scenario.name}
    head |= {"analysis": analysis, "measures": list(measures), "method": method, "seed": seed}
    head |= {"samples": samples or max(rows)} if samples or rows else {}
    read = _tables({"study": head, "axis": entries}, "sweep")
    found = _Reader("sweep", *read, SCENARIOS.parse(scenario.to_toml(), scenario.name), scenario.name).study()
    if not drawn:
        return found
    order = [drawn[axis.key] for axis in found.sampled]
    return replace(found, method=GIVEN, given=tuple(map(tuple, np.column_stack(order).tolist())))


def _span(key: str, values: np.ndarray) -> list[float]:
    """Return the ends of given samples, whose limits are checked there."""
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise misuse("axes", key, "expected an array of numbers, one for each scenario.")
    low, high = float(values.min()), float(values.max())
    return [low, high if high > low else float(np.nextafter(low, np.inf))]


def _tables(raw: Raw, label: str) -> tuple[Head, tuple[AxisEntry, ...]]:
    problems: list[Problem] = []
    tables = read_tables(raw, TABLES, label, problems, model="exposure")
    if problems:
        raise InputError(problems)
    return tables["head"], tables["axes"]


class _Reader:
    """Turns checked tables into a study and gathers what is wrong between them."""

    def __init__(
        self, label: str, head: Head, entries: tuple[AxisEntry, ...], raw: Raw, scenario_label: str
    ) -> None:
        self.label, self.head, self.entries = label, head, entries
        self.raw, self.scenario_label = raw, scenario_label
        self.problems: list[Problem] = []
        self.task = TASKS[head.analysis]

    def study(self) -> Study:
        """Return the study, or raise with every problem."""
        base = self._resolve(())
        axes = list(self._axes(base))
        axes += self._ranges(base, {axis.key for axis in axes})
        self._refuse_repeated([axis.name for axis in axes], "this name of an axis")
        self._refuse_repeated([axis.key for axis in axes if axis.key], "an axis for")
        head = self.head
        at = head.at or base.phases[-1].date.isoformat()
        mode = head.mode or base.head.modes[0]
        with self._gathering("study.at"):
            base = base.at(at, mode=mode)
        samples = self._samples(axes)
        measures = self._measures(base)
        self._refuse_taken([axis.name for axis in axes], {*COLUMNS, *(measure.name for measure in measures)})
        if self.problems:
            raise InputError(self.problems)
        found = Study(
            name=head.name,
            title=head.title or head.name,
            label=self.label,
            raw=self.raw,
            scenario=base,
            task=self.task,
            measures=measures,
            at=at,
            mode=mode,
            settings=head.set,
            axes=tuple(axes),
            samples=samples,
            method=head.method,
            seed=head.seed,
            chunk_s=head.chunk_s,
            chunk_rows=head.chunk_rows,
            budget_s=head.budget_s,
        )
        if found.rows > MOST_ROWS:
            self._fault("axis", f"{found.rows:.3g} scenarios; at most {MOST_ROWS:.0e}.")
            raise InputError(self.problems)
        return found

    def _fault(self, key: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.label, key, message, hint))

    @contextmanager
    def _gathering(self, key: str) -> Iterator[None]:
        """Keep what goes wrong inside as problems of the study."""
        try:
            yield
        except InputError as error:
            for p in error.problems:
                self._fault(key, f"{p.key}: {p.message}", p.cure)
        except EquipoiseError as error:
            self._fault(key, f"{error}.")

    def _refuse_repeated(self, names: list[str], what: str) -> None:
        for name in sorted({n for n in names if names.count(n) > 1}):
            self._fault("axis", f"{what} '{name}' stands there twice.")

    def _refuse_taken(self, names: list[str], taken: set[str]) -> None:
        for name in sorted(taken & set(names)):
            said = f"the result has a column '{name}' of its own."
            self._fault(f"axis.{name}", said, "Give the axis another name.")

    def _axes(self, base: Scenario) -> Iterator[Axis]:
        for index, entry in enumerate(self.entries):
            where = f"axis.{entry.id or entry.key or index}"
            axis = self._axis(entry, where, base)
            if axis is not None:
                yield axis

    def _axis(self, entry: AxisEntry, where: str, base: Scenario) -> Axis | None:
        ways = [way for way in _WAYS if getattr(entry, way)]
        if len(ways) != 1:
            self._fault(where, "needs exactly one of values, range, from/to/steps, variants.")
            return None
        if (entry.start is not None, entry.to is not None) != (ways == ["steps"],) * 2:
            self._fault(where, "from, to and steps go together.")
            return None
        if ways == ["variants"]:
            return self._variants(entry, where)
        key = entry.key
        if not key:
            self._fault(f"{where}.key", "this key is missing.")
            return None
        if key in SPECIAL:
            return self._special(entry, key, where, base)
        with self._gathering(where):
            return self._input(entry, place(key, base, label=self.label), where, base)
        return None

    def _variants(self, entry: AxisEntry, where: str) -> Axis | None:
        variants = entry.variants or {}
        if entry.key or not entry.id:
            self._fault(where, "variants need an id and no key.", "Write [axis.plan].")
            return None
        for name, settings in variants.items():
            with self._gathering(f"{where}.variants.{name}"):
                self._resolve(settings)
        return Axis(
            entry.id, "variants", "", tuple(variants), settings=tuple(tuple(v) for v in variants.values())
        )

    def _resolve(self, settings: tuple[str, ...]) -> Scenario:
        return resolve(self.raw, self.scenario_label, (*self.head.set, *settings))

    def _special(self, entry: AxisEntry, key: str, where: str, base: Scenario) -> Axis | None:
        values = entry.values
        if not values or not all(isinstance(v, str) for v in values):
            self._fault(where, f'an axis of {key} needs values = ["...", ...].')
            return None
        for value in values:
            with self._gathering(f"{where}.values"):
                base.at(value) if key == "at" else base.in_mode(value)
        return Axis(entry.id or key, key, key, tuple(values))

    def _input(self, entry: AxisEntry, at: Place, where: str, base: Scenario) -> Axis:
        if at.table == "correlation":
            raise DomainError(f"{at} says how all rows are drawn; make a study for each value")
        name = entry.id or str(at).replace(".", "_").replace("-", "_")
        if not at.spec.is_number:
            if not entry.values or not all(isinstance(v, str) for v in entry.values):
                raise DomainError(f"{at} is a text: give values in quotes")
            for value in entry.values:
                self._resolve((setting(str(at), value),))
            return Axis(name, "setting", str(at), entry.values)
        unit = unit_of_key(at.key)
        axis = Axis(
            name,
            "setting" if at.table == "scenario" else "number",
            str(at),
            whole=at.spec.limits.whole,
            unit=unit.symbol if unit else "1",
        )
        if entry.range:
            if axis.kind == "setting":
                raise DomainError(f"{at} cannot be sampled; list its values")
            axis = _ranged(axis, entry.range, at, base)
            ends: tuple[Any, ...] = (axis.low, axis.high)
        elif entry.start is not None and entry.to is not None and entry.steps is not None:
            ends = tuple(float(v) for v in np.linspace(entry.start, entry.to, _whole(entry.steps, "steps")))
            axis = replace(axis, values=ends)
        else:
            ends = entry.values
            if not all(isinstance(v, int | float) for v in ends):
                raise DomainError(f"{at} is a number: give values without quotes")
            axis = replace(
                axis, values=tuple(int(v) if axis.whole and v == int(v) else float(v) for v in ends)
            )
        for value in axis.values or ends:
            if axis.kind == "setting":
                self._resolve((setting(str(at), value),))
            else:
                with_numbers(base, {at: value})
        return axis

    def _ranges(self, base: Scenario, taken: set[str]) -> list[Axis]:
        found: list[Axis] = []
        for table in self.head.ranges:
            if table not in model.TABLES:
                self._fault("study.ranges", f"no table '{table}'.", known_names(model.TABLES, table))
                continue
            for at in uncertain_places(base, (table,)):
                if str(at) not in taken:
                    found.append(self._input(AxisEntry(range="known"), at, "study.ranges", base))
        return found

    def _samples(self, axes: list[Axis]) -> int:
        """Return how many samples of the sampled axes are drawn."""
        columns = sum(axis.is_sampled for axis in axes)
        if not axes:
            self._fault("axis", "nothing varies.", "Add an [[axis]], or study.ranges.")
        if columns and self.head.samples is None:
            self._fault("study.samples", "this key is missing; an axis has a range.", "Write samples = 1000.")
        if not columns and self.head.samples is not None:
            self._fault("study.samples", "nothing is sampled.", "Give an axis a range, or leave it out.")
        if self.head.samples is None or not columns:
            return 0
        with self._gathering("study.samples"):
            samples = _whole(self.head.samples, "samples")
            check_design(self.head.method, samples=samples, columns=columns)
            return samples
        return 0

    def _measures(self, base: Scenario) -> tuple[Measure, ...]:
        known = {measure.name: measure for measure in self.task.measures(base)}
        wanted = self.head.measures or tuple(known)
        for name in wanted:
            if name not in known:
                self._fault(
                    "study.measures", f"{self.task.name} has no measure '{name}'.", known_names(known, name)
                )
        return tuple(known[name] for name in wanted if name in known)


def _ranged(axis: Axis, span: Any, at: Place, base: Scenario) -> Axis:
    if span != "known":
        return replace(axis, low=span[0], high=span[1])
    known = value_at(base, at)
    if not isinstance(known, Quantity) or known.is_certain:
        raise DomainError(f"{at} has no range in the scenario; write range = [low, high]")
    return replace(axis, low=known.low, high=known.high)


def _whole(number: float, what: str) -> int:
    if number != int(number):
        raise DomainError(f"{what} is {number}; give a whole number")
    return int(number)
