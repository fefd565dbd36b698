"""What an analysis contributes to the report: one :class:`Section` made from its saved result and nothing else.

To add a topic to the report (and to ``equipoise report OUT``, which redraws a folder without the engine):

1. Save what the analysis found as a :class:`~equipoise.results.record.Result` with its own ``kind``; everything
   that the section says must be in it, or in another saved result (``beside``).
2. Write ``present/<topic>.py`` with ``def section(result, beside) -> Section``; ``beside`` maps the kinds of all
   results of the folder to them (``beside["scenario"]`` holds title, inputs and assumptions, ``beside["places"]``
   sites, radars and launch areas). A result that is not there means: say less, never fail. Its tables are made by
   :func:`equipoise.present.table_rows.table_over`, which has what stands in a column beside its head.
3. Add one line to :data:`equipoise.present.compose.TOPICS`; its order is the report's order. A run's own analyses
   are listed in :data:`equipoise.jobs.tasks.ANALYSES`; a kind without a topic is saved and not shown, a topic
   without a result is absent.

A sentence is a template and its numbers, so that it cannot say a number that it does not carry:

>>> share = Number(value=71.2, low=64.0, high=80.1, unit="%", method="share of cells in range")
>>> said = Sentence("In {phase} the defence covers {share} of the people.", {"share": share}, {"phase": "Phase 3"})
>>> said.text
'In Phase 3 the defence covers 71 % (64 to 80 %) of the people.'
>>> Sentence("It covers 71 % of the people.")
Traceback (most recent call last):
    ...
ValueError: a sentence says 'It covers 71 % of the people.' with a number of its own; give it as a Number
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from equipoise.present.chart import Chart
from equipoise.present.names import NO_NAMES, Names

ENDS = ("against", "nominal", "favourable")
"""Ends of the ranges of all inputs together, in the order in which a number is made of them."""
NOT_DEFINED = "not defined"
"""How ``nan`` reads."""


@dataclass(frozen=True)
class Number:
    """A number that a reader can question: its range, unit, source and method; ``nan`` reads 'not defined'.

    ``low`` and ``high`` bound it over the stated assumptions; left out, no range is claimed. ``digits`` are
    decimals. ``confidence`` is a word of :class:`equipoise.foundation.provenance.Confidence`.
    """

    value: float
    low: float | None = None
    high: float | None = None
    unit: str = ""
    digits: int = 0
    source: str = ""
    method: str = ""
    confidence: str = "computed"

    def __post_init__(self) -> None:
        """Refuse half a range, and a value outside its range."""
        if (self.low is None) != (self.high is None):
            raise ValueError("a number needs both ends of its range, or neither")
        if self.low is not None and self.high is not None and not math.isnan(self.value):
            slack = 1e-9 * max(1.0, abs(self.value))
            if not self.low - slack <= self.value <= self.high + slack:
                raise ValueError(
                    f"a number of {self.value:g} lies outside its range {self.low:g} to {self.high:g}"
                )

    @classmethod
    def over(cls, ends: Iterable[float], **said: Any) -> Number:
        """Return the number that is the middle one of its values at :data:`ENDS`, (3,), with the range over them.

        ``said`` are unit, digits, method and what else belongs to it.
        """
        against, nominal, favourable = map(float, ends)
        return cls(nominal, min(against, nominal, favourable), max(against, nominal, favourable), **said)

    @property
    def text(self) -> str:
        """The number in words: value, unit, and the range in brackets when there is one."""
        unit = f" {self.unit}" if self.unit else ""
        said = self._plain(self.value) + unit if not math.isnan(self.value) else NOT_DEFINED
        if self.low is None or self.high is None:
            return said
        low, high = self._plain(self.low), self._plain(self.high)
        return said if low == high else f"{said} ({low} to {high}{unit})"

    @property
    def exact(self) -> dict[str, str]:
        """The range and the value with six significant digits, in words where they are not defined or have no limit."""
        value, low, high = (None if x is None else _digits(x) for x in (self.value, self.low, self.high))
        return {"Range": "not computed" if low is None else f"{low} to {high}", "Value": str(value)}

    def _plain(self, number: float) -> str:
        return plain(number, unit=self.unit, digits=self.digits)


def _digits(number: float) -> str:
    if math.isnan(number):
        return NOT_DEFINED
    return f"{number:.6g}" if math.isfinite(number) else plain(number, unit="", digits=0)


def plain(number: float, *, unit: str, digits: int) -> str:
    """Return rounded digits; a share that is not all and not nothing is never rounded to either."""
    if math.isinf(number):
        return "no limit" if number > 0 else "no lower limit"
    rounded = f"{number:,.{digits}f}"
    rounded = rounded.removeprefix("-") if float(rounded.replace(",", "")) == 0.0 else rounded
    step = 10.0**-digits
    if unit == "%" and number > 0.0 and float(rounded) == 0.0:
        return f"less than {step:.{digits}f}"
    if unit == "%" and number < 100.0 and float(rounded) == 100.0:
        return f"more than {100 - step:.{digits}f}"
    return rounded


@dataclass(frozen=True)
class Sentence:
    """Plain words with numbers in ``{braces}``; ``names`` are labels (a phase, a missile), which may hold digits.

    ``figure`` is the stem of the figure or table that shows it, or a view of the map (``view:`` and its choices). ``lead`` puts it on the report's first screen,
    and what ``warns`` is red there.
    """

    template: str
    numbers: Mapping[str, Number] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    figure: str = ""
    lead: bool = False
    warns: bool = False

    def __post_init__(self) -> None:
        """Refuse a number that is not a :class:`Number`, and a placeholder without a value."""
        parts = list(Formatter().parse(self.template))
        if any(re.search(r"\d", words) for words, *_ in parts):
            raise ValueError(
                f"a sentence says '{self.template}' with a number of its own; give it as a Number"
            )
        wanted = {key for _, key, *_ in parts if key is not None}
        given = {*self.numbers, *self.names}
        if wanted != given or set(self.numbers) & set(self.names):
            raise ValueError(f"a sentence needs {sorted(wanted)} and was given {sorted(given)}")

    @property
    def text(self) -> str:
        """The sentence as a reader sees it."""
        return self.template.format(**{key: n.text for key, n in self.numbers.items()}, **self.names)


@dataclass(frozen=True)
class Column:
    """One column of a table: its head, unit, decimals (None: as many as the number has), and its numbers' origin."""

    name: str
    unit: str = ""
    digits: int | None = None
    source: str = ""
    method: str = ""


@dataclass(frozen=True)
class Noted:
    """Words that a reader can question as a :class:`Number`: ``told`` says under each head what stands behind them."""

    text: str
    told: Mapping[str, str]

    def __str__(self) -> str:
        """Return the words alone."""
        return self.text


def from_memory(inputs: str, *, figure: str = "", lead: bool = False) -> tuple[Sentence, ...]:
    """Return the warning that ranges which decide are from memory; none where ``inputs``, their names in words, is empty.

    ``figure`` and ``lead`` are those of the sentence.
    """
    words = "From memory, no source opened: the range of {inputs}."
    return (Sentence(words, names={"inputs": inputs}, figure=figure, lead=lead, warns=True),) * bool(inputs)


Cell = str | float | int | Number | Noted
"""A cell is text, a number in its column's unit, a :class:`Number` with a source of its own, or :class:`Noted` words."""

Cells = tuple[Cell, ...]
"""One row of a table."""


@dataclass(frozen=True)
class Table:
    """Rows under columns; ``stem`` names the files ``tables/<stem>.csv`` and ``.parquet``.

    A table in ``folded`` is too long for a terminal; pages fold every table away until a reader opens it.
    """

    stem: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Cells, ...]
    folded: bool = False

    def __post_init__(self) -> None:
        """Refuse rows of another length than the head's."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table '{self.stem}': a row of {len(row)} cells under {len(self.columns)} columns"
                )

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads as they stand in files and pages: name and unit."""
        return tuple(f"{c.name} ({c.unit})" if c.unit else c.name for c in self.columns)

    def flat(self) -> dict[str, list[str | float | int | None]]:
        """Return plain columns at full precision; a :class:`Number` with a range takes two more: low and high."""
        flat: dict[str, list[str | float | int | None]] = {}
        for i, head in enumerate(self.heads):
            cells = [row[i] for row in self.rows]
            flat[head] = [
                c.value if isinstance(c, Number) else c.text if isinstance(c, Noted) else c for c in cells
            ]
            if any(isinstance(c, Number) and c.low is not None for c in cells):
                flat[f"{head}, low"] = [c.low if isinstance(c, Number) else None for c in cells]
                flat[f"{head}, high"] = [c.high if isinstance(c, Number) else None for c in cells]
        return flat

    def csv(self) -> str:
        """Return :meth:`flat` as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        flat = self.flat()
        writer.writerow(flat)
        writer.writerows(zip(*flat.values(), strict=True))
        return out.getvalue()


@dataclass(frozen=True)
class Figure:
    """A picture with its words: the page draws it from ``chart`` and the charts ``below`` it, or shows the picture that ``picture`` returns as a
    matplotlib figure.

    ``caption`` stands under it, ``alt`` says what it shows to who cannot see it where it has no chart, which tells itself; ``data`` are its
    numbers for download, ``sources`` are named in "copy citation". A figure in ``folded`` stands under a summary line. ``live`` is
    what ``page/src/Space.svelte`` draws, and ``view``
    the view of the page's map that shows what the figure shows; a picture is for paper and for notebooks.
    """

    stem: str
    caption: str
    data: Table | None = None
    alt: str = ""
    sources: tuple[str, ...] = ()
    folded: bool = False
    live: Mapping[str, Any] | None = None
    chart: Chart | None = None
    below: tuple[Chart, ...] = ()
    view: str = ""
    picture: Callable[[], Any] | None = None

    def draw(self, names: Names = NO_NAMES) -> Any:
        """Return the figure for paper, a matplotlib figure: its picture, or else its charts with identifiers named by ``names``."""
        from equipoise.present.print_chart import draw, draw_together

        if self.picture is not None:
            return self.picture()
        first, *below = (chart.named(names.said) for chart in self.charts)
        return draw_together([first, *below]) if below else draw(first)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The charts that it is drawn from, from the top down."""
        return () if self.chart is None else (self.chart, *self.below)

    @property
    def told(self) -> str:
        """What the figure shows, in words."""
        return " ".join(chart.told for chart in self.charts) or self.alt


@dataclass(frozen=True)
class Section:
    """One topic of the report: what it found in plain words, figures, tables, and the limits of its method.

    ``certificate`` is the text of one that the page can check by itself; empty where there is none.
    """

    anchor: str
    title: str
    sentences: tuple[Sentence, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    certificate: str = ""

    def __post_init__(self) -> None:
        """Refuse an anchor that a link cannot name and stems that occur twice."""
        stems = [*(f.stem for f in self.figures), *(t.stem for t in self.tables)]
        for name in (self.anchor, *stems):
            if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name):
                raise ValueError(f"'{name}' is not an anchor: use small letters, digits, dots and hyphens")
        if len({*stems}) != len(stems):
            raise ValueError(f"section '{self.anchor}': a stem occurs twice among {', '.join(stems)}")
