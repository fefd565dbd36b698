"""Files as a source: items as JSON or JSON lines, tracks as CSV, orbits and flights as a CCSDS ephemeris (OEM)."""

from __future__ import annotations

import csv
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equipoise.exchange.protocol.encoding import read_once
from equipoise.exchange.protocol.forms import ItemError, check_item
from equipoise.exchange.sources.oem import read_oem
from equipoise.foundation.errors import InputError, misuse
from equipoise.foundation.reading import DATA_BYTES, read_input_text

COLUMNS = ("track_id", "time_s", "x_m", "y_m", "z_m", "vx_m_s", "vy_m_s", "vz_m_s", "sigma_m", "sigma_m_s")


@dataclass(frozen=True)
class Stamp:
    """What the operator says about tracks whose file does not: who saw them, how well, and whether they may leave.

    An ephemeris is the truth of a simulation: its tracks get an error of the size that they state, drawn from ``seed``.
    """

    party: str
    sensitivity: str
    sigma_m: float
    sigma_m_s: float
    seed: int = 1


def read_items(path: Path, *, stamp: Stamp, note: Callable[[str], object] = print) -> list[dict[str, Any]]:
    """Return the items of a file; the first fault is an ``InputError`` that names file and line.

    ``note`` hears what the file holds that is not used.
    """
    readers = {".json": _json, ".jsonl": _json_lines, ".csv": _csv, ".oem": _oem, ".xml": _oem}
    if path.suffix not in readers:
        known = ", ".join(sorted(readers))
        raise misuse(str(path), "", f"is not one of {known}.", "The name's ending says the form.")
    text = read_input_text(path, most_bytes=DATA_BYTES)
    items = []
    for place, item in readers[path.suffix](text, path, stamp, note):
        try:
            check_item(item)
        except ItemError as error:
            raise misuse(str(path), place, str(error)) from error
        items.append(item)
    if not items:
        raise misuse(str(path), "", "holds nothing to file.")
    return items


def play(
    items: list[dict[str, Any]], *, drop: Callable[[dict[str, Any]], object], clock_s: Callable[[], float]
) -> None:
    """Hand over track items as if they were seen now: moved so that the first is now, each when its time comes."""
    items = sorted(items, key=lambda item: float(item["payload"]["time_s"]))
    later_s = clock_s() - items[0]["payload"]["time_s"] if items else 0.0
    for item in items:
        moved_s = round(item["payload"]["time_s"] + later_s, 3)
        time.sleep(max(0.0, moved_s - clock_s()))
        drop({**item, "payload": {**item["payload"], "time_s": moved_s}})


Placed = list[tuple[str, dict[str, Any]]]
Note = Callable[[str], object]


def _fault(path: Path, line: int, what: str) -> InputError:
    return misuse(str(path), f"line {line}", what)


def _parsed(text: str, path: Path, line: int) -> Any:
    try:
        return read_once(text)
    except ValueError as error:
        raise _fault(path, getattr(error, "lineno", 1) + line - 1, f"is not JSON: {error}") from error
    except RecursionError as error:
        raise _fault(path, line, "is nested too deep") from error


def _json(text: str, path: Path, _: Stamp, __: Note) -> Placed:
    content = _parsed(text, path, 1)
    if not isinstance(content, list):
        return [("item", content)]
    return [(f"item {number}", item) for number, item in enumerate(content, start=1)]


def _json_lines(text: str, path: Path, _: Stamp, __: Note) -> Placed:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return [(f"line {number}", _parsed(line, path, number)) for number, line in lines]


def _csv(text: str, path: Path, stamp: Stamp, _: Note) -> Placed:
    rows = csv.reader(text.splitlines(), strict=True)
    try:
        names = next(rows, [])
        if sorted(names) != sorted(COLUMNS):
            raise _fault(
                path, 1, f"must name the columns {', '.join(COLUMNS)}, each once, with commas between"
            )
        return [
            (f"line {rows.line_num}", _csv_item(dict(zip(names, row, strict=True)), stamp))
            for row in rows
            if row
        ]
    except (csv.Error, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise _fault(path, rows.line_num, f"is not a row of {len(COLUMNS)} values: {error}") from error


def _csv_item(row: dict[str, str], stamp: Stamp) -> dict[str, Any]:
    numbers = {key: float(row[key]) for key in COLUMNS[1:]}
    place = [numbers[key] for key in ("x_m", "y_m", "z_m")]
    velocity = [numbers[key] for key in ("vx_m_s", "vy_m_s", "vz_m_s")]
    sigma = numbers["sigma_m"], numbers["sigma_m_s"]
    if not math.isfinite(numbers["time_s"]):
        raise ValueError("time_s is not finite")
    return _track(row["track_id"], numbers["time_s"], place, velocity, sigma, stamp)


def _oem(text: str, path: Path, stamp: Stamp, note: Note) -> Placed:
    """Give each state of an ephemeris, which is the truth, an error of the size that its track states."""
    rng = random.Random(stamp.seed)  # noqa: S311 - an exercise's error, not a secret
    sigma = stamp.sigma_m, stamp.sigma_m_s
    states, notes = read_oem(text, path)
    for line in notes:
        note(line)
    items = []
    for one in states:
        seen = [round(rng.gauss(value, sigma[axis // 3]), 3) for axis, value in enumerate(one.state)]
        items.append((f"line {one.line}", _track(one.name, one.time_s, seen[:3], seen[3:], sigma, stamp)))
    return items


def _track(
    name: str,
    time_s: float,
    place: list[float],
    velocity: list[float],
    sigma: tuple[float, float],
    stamp: Stamp,
) -> dict[str, Any]:
    payload = {
        "track_id": name,
        "time_s": round(time_s, 3),
        "position_ecef_m": place,
        "velocity_ecef_m_s": velocity,
        "sigma_m": sigma[0],
        "sigma_m_s": sigma[1],
        "lineage": [f"{stamp.party}/file-{name}/{round(1000.0 * time_s)}"],
    }
    return {"stream": "track", "exercise": True, "sensitivity": stamp.sensitivity, "payload": payload}
