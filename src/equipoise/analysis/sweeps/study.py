"""Study files: which scenario, which analysis, which inputs vary and how.

An axis is a list of values, equal steps, named variants, or a range that is sampled. Listed axes are crossed with
one another; the sampled ones together make one design, the same for every cell of the cross.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from typing import Any

from equipoise.analysis.measures import TASKS, Measure, Task
from equipoise.analysis.sweeps.design import METHODS, design_size
from equipoise.scenario.library import Library, Raw
from equipoise.scenario.load import Scenario
from equipoise.scenario.schema import TEXT, Field

_WORD, _NAMES = Field("text", required=False), Field("names", required=False)
STUDY_SCHEMA: dict[str, dict[str, Field]] = {
    "study": {
        "name": TEXT,
        "title": _WORD,
        "extends": _WORD,
        "scenario": TEXT,
        "analysis": Field("text", words=tuple(TASKS)),
        "measures": _NAMES,
        "at": _WORD,
        "mode": _WORD,
        "set": _NAMES,
        "ranges": _NAMES,
        "samples": Field("number", 1, 1e12, required=False),
        "method": Field("text", required=False, words=METHODS),
        "seed": Field("number", 0, 2**63, required=False),
        "chunk_s": Field("number", 0.1, 3600, required=False),
        "chunk_rows": Field("number", 1, 1e9, required=False),
        "budget_s": Field("number", 1, 1e9, required=False),
    },
    "axis": {
        "id": _WORD,
        "key": _WORD,
        "values": Field("values", required=False),
        "range": Field("span", required=False),
        "from": Field("number", -1e12, 1e12, required=False),
        "to": Field("number", -1e12, 1e12, required=False),
        "steps": Field("number", 2, 1e6, required=False),
        "variants": Field("variants", required=False),
    },
}
"""Every table of a study file and the keys that it may hold."""

STUDIES = Library(
    what="study",
    head="study",
    folder="sweeps",
    schema=STUDY_SCHEMA,
    single=("study",),
    replaced=(),
    setting="study.samples=1000",
)
"""The studies that are built in, and how a study file is read."""

COLUMNS = ("row", "sample", "fault", "failed", "input")
"""Names in a sweep's tables and cube that no axis may have."""

SPECIAL = ("at", "mode")
"""Keys of an axis that choose the date or the mode instead of an input."""


@dataclass(frozen=True)
class Axis:
    """What varies. ``values`` are crossed; with none the axis is sampled between ``low`` and ``high``.

    ``kind``: ``number`` (put in its place), ``setting`` (text, or a number that other checks hang on),
    ``variants`` (lists of settings under names), ``at`` or ``mode``.
    """

    name: str
    kind: str
    key: str
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    unit: str = ""
    settings: tuple[tuple[str, ...], ...] = ()

    @property
    def is_sampled(self) -> bool:
        """Whether it is part of the design."""
        return not self.values


@dataclass(frozen=True)
class Study:
    """A checked study; ``raw`` are the scenario's tables as read, so that a worker needs no file."""

    name: str
    title: str
    label: str
    raw: Raw
    scenario: Scenario
    task: Task
    measures: tuple[Measure, ...]
    at: str
    mode: str
    settings: tuple[str, ...]
    axes: tuple[Axis, ...]
    samples: int
    method: str
    seed: int
    chunk_s: float
    chunk_rows: int
    budget_s: float

    @property
    def crossed(self) -> tuple[Axis, ...]:
        """The axes whose values are listed."""
        return tuple(axis for axis in self.axes if not axis.is_sampled)

    @property
    def sampled(self) -> tuple[Axis, ...]:
        """The axes of the design."""
        return tuple(axis for axis in self.axes if axis.is_sampled)

    @property
    def design_size(self) -> int:
        """Rows of the design for each cell of the cross; 1 when nothing is sampled."""
        return design_size(self.method, self.samples, len(self.sampled)) if self.sampled else 1

    @property
    def rows(self) -> int:
        """Scenarios in all."""
        return prod(len(axis.values) for axis in self.crossed) * self.design_size


def setting(key: str, value: Any) -> str:
    """Return a value at a place as a setting of the command line."""
    return f"{key}={json.dumps(value)}"
