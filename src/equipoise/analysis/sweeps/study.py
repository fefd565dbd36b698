"""Study files: which scenario, which analysis, which inputs vary and how.

An axis is a list of values, equal steps, named variants, or a range that is sampled. Listed axes are crossed with
one another; the sampled ones together make one design, the same for every cell of the cross.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, prod
from typing import Annotated, Any

from pydantic import Field

from equipoise.analysis.measures import TASKS, Measure, Task
from equipoise.analysis.sweeps.design import METHODS, SALTELLI, design_size
from equipoise.model.fields import Column, Name, NameList, Number, Text, Words
from equipoise.model.record import Record
from equipoise.model.scenario import Table
from equipoise.model.shapes import Range, Values, Variants
from equipoise.scenario.correlation import copula_factor, told
from equipoise.scenario.library import Library, Raw
from equipoise.scenario.load import Scenario

Analysis = Annotated[str, Words(tuple(TASKS))]
Whole = Annotated[int, Number(0, 2**63, whole=True)]
End = Annotated[float, Number(-1e12, 1e12)]


class Head(Record):
    """Which scenario, which analysis, and how the sampled inputs are spread."""

    name: Name
    """Name of the study, kebab-case."""
    title: Text = ""
    """Title for people; absent for the name."""
    extends: Text = ""
    """Study that gives everything that this file does not say."""
    remove: NameList = ()
    """Axes axis.ID of that study which this one leaves out."""
    scenario: Text
    """Scenario whose inputs vary."""
    analysis: Analysis
    """Analysis that is evaluated."""
    measures: NameList = ()
    """Measures that are kept; absent for all."""
    at: Text = ""
    """Date; absent for the last phase."""
    mode: Text = ""
    """Mode of cooperation; absent for the first."""
    set: NameList = ()
    """Settings TABLE.ID.KEY=VALUE laid over the scenario."""
    ranges: NameList = ()
    """Tables of the scenario whose ranges are all sampled."""
    samples: Annotated[float, Number(1, 1e12)] | None = None
    """Samples of the design."""
    method: Annotated[str, Words(METHODS)] = "sobol"
    """How the samples are spread."""
    seed: Whole = 1
    """Seed of the design."""
    chunk_s: Annotated[float, Number(0.1, 3600.0)] = 5.0
    """Time that a chunk of rows should take."""
    chunk_rows: Annotated[int, Number(0, 10**9, whole=True)] = 0
    """Rows of a chunk; absent for as many as take that time."""
    budget_s: Annotated[float, Number(1.0, 1e9)] = inf
    """Time after which no further chunk is begun."""


class AxisEntry(Record):
    """What varies, and how: values, equal steps, named variants, or a range."""

    id: Annotated[str, Column()] = ""
    """Name of the axis; absent for its key."""
    key: Text = ""
    """Place of the input, or 'at' or 'mode'."""
    values: Values = ()
    """Values that are listed."""
    range: Range = None
    """Ends of a range that is sampled, or 'known' for the input's own."""
    start: End | None = Field(None, alias="from")
    """First of equal steps."""
    to: End | None = None
    """Last of equal steps."""
    steps: Annotated[float, Number(2, 1e6)] | None = None
    """Number of equal steps."""
    variants: Variants | None = None
    """Lists of settings under names."""


TABLES: Mapping[str, Table] = {
    "study": Table("head", Head, single=True),
    "axis": Table("axes", AxisEntry, optional=True),
}
"""Every table of a study file, by its name there."""

STUDIES = Library(
    what="study", head="study", folder="sweeps", tables=TABLES, replaced=(), setting="study.samples=1000"
)
"""The studies that are built in, and how a study file is read."""

COLUMNS = ("row", "sample", "fault", "failed", "input")
"""Names in a sweep's tables and cube that no axis may have."""

GIVEN = "given"
"""The word for a design whose samples a person gives, from whatever distribution."""

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
    given: tuple[tuple[float, ...], ...] = ()
    """The samples themselves, one number for each sampled axis, where a person gives them; then ``method`` is :data:`GIVEN`."""

    @property
    def crossed(self) -> tuple[Axis, ...]:
        """The axes whose values are listed."""
        return tuple(axis for axis in self.axes if not axis.is_sampled)

    @property
    def sampled(self) -> tuple[Axis, ...]:
        """The axes of the design."""
        return tuple(axis for axis in self.axes if axis.is_sampled)

    @property
    def factor(self) -> list[list[float]]:
        """What ties the ranks of the sampled axes (:func:`copula_factor`): nothing where a person gives the samples, and in Saltelli's design."""
        drawn = [axis.key for axis in self.sampled] if self.method not in (GIVEN, SALTELLI) else []
        return copula_factor(self.scenario, drawn).tolist()

    @property
    def correlations(self) -> str:
        """In words, which of the sampled inputs the scenario states to go together."""
        return told(self.scenario, (axis.key for axis in self.sampled))

    @property
    def design_size(self) -> int:
        """Rows of the design for each cell of the cross; 1 when nothing is sampled."""
        return design_size(self.method, self.samples, len(self.sampled)) if self.sampled else 1

    @property
    def rows(self) -> int:
        """Scenarios in all."""
        return prod(len(axis.values) for axis in self.crossed) * self.design_size


def setting(key: str, value: Any) -> str:
    """Return a value at a place as a setting of the command line.

    ``key`` is that place, such as ``interceptor.sm3-iia.burnout_speed_km_s``.
    """
    return f"{key}={json.dumps(value)}"
