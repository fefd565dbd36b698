"""Reading estimates of burnout speeds from a person's CSV file."""

from __future__ import annotations

import csv
from pathlib import Path

from equipoise.foundation.errors import InputError, Problem, misuse
from equipoise.foundation.reading import read_input_text

COLUMNS = ("speed_m_s", "error_m_s")
LIMITS = {"speed_m_s": (100.0, 12_000.0), "error_m_s": (1e-3, 5_000.0)}
MOST = 200
"""Rows that are read at most: more tests than any campaign has."""


def read_estimates(path: Path) -> list[tuple[float, float]]:
    """Return speed and standard deviation (m/s) of each row; :class:`InputError` lists every fault."""
    reader = csv.DictReader(read_input_text(path).splitlines())
    try:
        table, heads = list(reader), reader.fieldnames or []
    except csv.Error as error:
        raise misuse(str(path), "", f"not a CSV file: {error}.") from None
    problems = [
        Problem(str(path), name, "this column is missing.", f"The first line names {' and '.join(COLUMNS)}.")
        for name in COLUMNS
        if name not in heads
    ]
    if not problems and not 1 <= len(table) <= MOST:
        problems = [Problem(str(path), "", f"holds {len(table)} estimates; give 1 to {MOST}.")]
    if problems:
        raise InputError(problems)
    found = [
        tuple(_number(path, n, name, row[name], problems) for name in COLUMNS)
        for n, row in enumerate(table, 2)
    ]
    if problems:
        raise InputError(problems)
    return [(speed, error) for speed, error in found]


def _number(path: Path, line: int, name: str, text: str | None, problems: list[Problem]) -> float:
    low, high = LIMITS[name]
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        problems.append(
            Problem(
                str(path),
                f"line {line}, {name}",
                f"expected a number from {low:g} to {high:g}, got '{text}'.",
            )
        )
    return value
