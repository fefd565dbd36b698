"""The report's last part: assumptions with their ranges, every input with its source, and the limits of the model."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from equipoise.present.names import Names
from equipoise.present.section import Column, Section, Table
from equipoise.present.table_rows import Columns, show, table_over
from equipoise.results.record import Result

LIMITS = (
    "Interceptors are kinematic: burnout speed, burn time and life; so are missiles, but those whose stages the scenario gives. An interceptor given by stages flies the law laid through its fly-out, and the range of its speed holds how far that errs.",
    "Flight: WGS 84, J2, rotating Earth and air (US Standard Atmosphere 1976) with drag on the re-entry body.",
    "Maps, raids and cooperation are computed at nominal values, and beside the maps stands the share over the ranges of the missiles; verdicts on exposure and clauses range over the inputs of the defence and of the missiles.",
    "Lofted and depressed paths differ from minimum energy by one fixed angle each, given with the inputs (path_family).",
    "Shares of a defended area are of people where its table says people, and of land where it says land.",
    "Slack is good to about a tenth of a second for the model as it stands; the inputs are not.",
    "Many inputs are unverified (confidence 'memory'): read the result as what follows if they hold.",
)


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section on what everything else rests on."""
    data, names = result.data, Names.of({"scenario": result})
    assumed = data.table.values == "assumption"
    varied = data.isel(input=assumed)
    fixed = data.isel(input=~assumed & (data.table.values != "scenario"))
    return Section(
        anchor="sources",
        title="Assumptions, sources and limits",
        tables=(
            input_table("assumptions", "Assumptions and their ranges", varied, names, folded=False),
            input_table("inputs", "Every other input and its source", fixed, names, folded=True),
        ),
        notes=LIMITS,
    )


def input_table(stem: str, title: str, data: xr.Dataset, names: Names, *, folded: bool) -> Table:
    """Return the inputs over ``input`` as a table: value, range, unit, source, confidence."""
    what = show(
        "table", "entry", "key", how=lambda table, entry, key: f"{_of_what(table, entry, names)}{key}"
    )
    said = ("value", "low", "high", "unit", "source", "confidence")
    columns: Columns = {Column("What"): what} | {Column(name.capitalize()): name for name in said}
    return table_over(data, ("input",), stem, title, columns, folded=folded)


def _of_what(table: str, entry: str, names: Names) -> str:
    """Return what an input belongs to, with a colon: a table of one entry by its own name; nothing for an assumption."""
    if table == "assumption":
        return ""
    word = "raid" if table == "volley" else table
    return f"{word}: " if entry == table else f"{word} {names(table, entry)}: "
