"""The kept evidence: every printed statement beside ours as of this version, and our numbers by version.

Four plain tables in ``results/data``; ``builders/evidence.py`` writes them, and nothing else does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from math import isnan, nan
from pathlib import Path
from typing import Any

from equipoise.results.record import Result
from equipoise.results.schema import dataset

STATEMENTS, STUDIES, HISTORY = "evidence.csv", "evidence_studies.csv", "evidence_history.csv"
OF_NUMBERS = "evidence_numbers.csv"
OF_STUDY = ("id", "title", "choices", "dispute")
OF_NUMBER = ("id", "title", "ours", "differs")
TEXTS = (
    "study", "what", "printed", "ours", "verdict", "why", "source", "label", "unit", "place", "read_by", "inputs", "number", "by", "on",
)  # fmt: skip
NUMBERS = (
    "printed_low", "printed_high", "ours_low", "ours_value", "ours_high", "difference_percent",
)  # fmt: skip
PAST = ("version", "date", "study", "what", "ours_value", "difference_percent", "verdict")
GROWN = 1.0
"""Points, in per cent, by which a difference may grow before it is told."""
SETTLED = {"agrees": 0, "cannot tell": 1, "differs": 2, "unverified": 3, "not read yet": 4}


@dataclass(frozen=True)
class Worse:
    """A statement that the kept evidence shows as ``was`` and that now is ``now``; ``ours`` are our words then and now."""

    study: str
    what: str
    was: str
    now: str
    ours: tuple[str, str]


def kept() -> Result:
    """Return the kept statements as one result of kind ``published``."""
    rows, studies, numbers = list(_rows(STATEMENTS)), list(_rows(STUDIES)), list(_rows(OF_NUMBERS))
    columns: dict[str, Any] = {name: [r[name] for r in rows] for name in TEXTS}
    columns |= {name: [_number(r[name]) for r in rows] for name in NUMBERS}
    columns |= {name: [r[name] for r in studies] for name in OF_STUDY}
    columns |= {f"number_{name}": [r[name] for r in numbers] for name in OF_NUMBER[1:]}
    data = dataset("published", columns, {"of_number": [r["id"] for r in numbers]})
    return Result(kind="published", title="Published statements", data=data)


def history() -> list[dict[str, str]]:
    """Return a row per version and statement, oldest version first."""
    return list(_rows(HISTORY))


def worse(now: Result, before: Result) -> list[Worse]:
    """Return the statements whose verdict is farther from agreement than ``before``, or whose difference has grown.

    A difference has grown when its size is more than :data:`GROWN` per cent above the earlier one, or is no longer there.
    """
    past = {key: (verdict, ours, difference) for key, verdict, ours, difference in _said(before)}
    found = []
    for key, verdict, ours, difference in _said(now):
        if key not in past:
            continue
        was, then, earlier = past[key]
        grown = not isnan(earlier) and not abs(difference) <= abs(earlier) + GROWN
        if SETTLED[verdict] > SETTLED[was] or grown:
            found.append(Worse(*key, was, verdict, (then, ours)))
    return found


def write(now: Result, folder: Path, *, version: str, day: str) -> None:
    """Write the statements into ``folder`` and put ``version`` at the end of the history, in place of what it had."""
    data = now.data
    statements = [
        {name: str(data[name].values[i]) for name in TEXTS}
        | {name: _plain(float(data[name].values[i])) for name in NUMBERS}
        for i in range(data.sizes["statement"])
    ]
    studies = [{name: str(data[name].values[i]) for name in OF_STUDY} for i in range(data.sizes["of_study"])]
    numbers = [
        {"id": str(data.of_number.values[i])}
        | {name: str(data[f"number_{name}"].values[i]) for name in OF_NUMBER[1:]}
        for i in range(data.sizes["of_number"])
    ]
    past = [row for row in history() if row["version"] != version] if (folder / HISTORY).exists() else []
    past += [{name: row[name] for name in PAST[2:]} | {"version": version, "date": day} for row in statements]
    for name, heads, rows in (
        (STATEMENTS, (*TEXTS, *NUMBERS), statements),
        (STUDIES, OF_STUDY, studies),
        (OF_NUMBERS, OF_NUMBER, numbers),
        (HISTORY, PAST, past),
    ):
        with (folder / name).open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, heads, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("equipoise.results") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _said(result: Result) -> Iterator[tuple[tuple[str, str], str, str, float]]:
    """Yield (study, what), verdict, our words, difference of every statement."""
    columns = (
        result.data[name].values for name in ("study", "what", "verdict", "ours", "difference_percent")
    )
    for study, what, verdict, ours, difference in zip(*columns, strict=True):
        yield (str(study), str(what)), str(verdict), str(ours), float(difference)


def _number(text: str) -> float:
    return float(text) if text else nan


def _plain(number: float) -> str:
    return "" if isnan(number) else f"{number:.6g}"
