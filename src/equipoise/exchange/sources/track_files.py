"""Files as a source: items as JSON or JSON lines, tracks as CSV, orbits and flights as a CCSDS ephemeris (OEM, KVN)."""

from __future__ import annotations

import csv
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from equipoise.exchange.protocol.forms import ItemError, check_item
from equipoise.foundation.errors import InputError, Problem

COLUMNS = ("track_id", "time_s", "x_m", "y_m", "z_m", "vx_m_s", "vy_m_s", "vz_m_s", "sigma_m", "sigma_m_s")
EARTH_FIXED = ("ITRF", "WGS84", "ECEF")


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


def read_items(path: Path, *, stamp: Stamp) -> list[dict[str, Any]]:
    """Return the items of a file; the first fault is an ``InputError`` that names file and line."""
    readers = {".json": _json, ".jsonl": _json_lines, ".csv": _csv, ".oem": _oem}
    if path.suffix not in readers:
        known = ", ".join(sorted(readers))
        raise InputError(
            [Problem(str(path), "", f"is not one of {known}.", "The name's ending says the form.")]
        )
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(path), "", f"cannot be read: {error}")]) from error
    items = []
    for line, item in readers[path.suffix](text, path, stamp):
        try:
            check_item(item)
        except ItemError as error:
            raise InputError([Problem(str(path), f"line {line}", str(error))]) from error
        items.append(item)
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


Numbered = list[tuple[int, dict[str, Any]]]


def _fault(path: Path, line: int, what: str) -> InputError:
    return InputError([Problem(str(path), f"line {line}", what)])


def _json(text: str, path: Path, _: Stamp) -> Numbered:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _fault(path, getattr(error, "lineno", 1), f"is not JSON: {error}") from error
    return [(1, item) for item in (content if isinstance(content, list) else [content])]


def _json_lines(text: str, path: Path, _: Stamp) -> Numbered:
    items = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            items += [(number, json.loads(line))] if line.strip() else []
        except ValueError as error:
            raise _fault(path, number, f"is not JSON: {error}") from error
    return items


def _csv(text: str, path: Path, stamp: Stamp) -> Numbered:
    reader = csv.DictReader(text.splitlines())
    if set(reader.fieldnames or ()) != set(COLUMNS):
        raise _fault(path, 1, f"must name the columns {', '.join(COLUMNS)}")
    items = []
    for row in reader:
        try:
            numbers = {key: float(row[key]) for key in COLUMNS[1:]}
        except (TypeError, ValueError) as error:
            raise _fault(path, reader.line_num, f"is not a row of numbers: {error}") from error
        place = [numbers[key] for key in ("x_m", "y_m", "z_m")]
        velocity = [numbers[key] for key in ("vx_m_s", "vy_m_s", "vz_m_s")]
        sigma = numbers["sigma_m"], numbers["sigma_m_s"]
        items.append(
            (reader.line_num, _track(row["track_id"], numbers["time_s"], place, velocity, sigma, stamp))
        )
    return items


def _oem(text: str, path: Path, stamp: Stamp) -> Numbered:
    """Read the ephemeris lines of each segment (CCSDS 502.0-B): epoch, position in km, velocity in km/s."""
    meta: dict[str, str] = {}
    items, inside, rng = [], False, random.Random(stamp.seed)  # noqa: S311 - an exercise's error, not a secret
    sigma = stamp.sigma_m, stamp.sigma_m_s
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0] == "COMMENT":
            continue
        if words[0].startswith("COVARIANCE"):
            inside = words[0] == "COVARIANCE_START"
        elif "=" in line:
            key, _, value = line.partition("=")
            meta[key.strip()] = value.strip()
        elif words[0] == "META_STOP":
            if not meta.get("REF_FRAME", "").upper().startswith(EARTH_FIXED):
                raise _fault(path, number, f"REF_FRAME must be Earth-fixed ({', '.join(EARTH_FIXED)})")
            if meta.get("TIME_SYSTEM") != "UTC":
                raise _fault(path, number, "TIME_SYSTEM must be UTC")
        elif len(words) in (7, 10) and not inside:
            try:
                state = [1e3 * float(word) for word in words[1:7]]
                time_s = datetime.fromisoformat(words[0].rstrip("Z")).replace(tzinfo=UTC).timestamp()
            except ValueError as error:
                raise _fault(path, number, f"is no ephemeris line: {error}") from error
            seen = [round(rng.gauss(value, sigma[axis // 3]), 3) for axis, value in enumerate(state)]
            name = meta.get("OBJECT_NAME", path.stem)
            items.append((number, _track(name, time_s, seen[:3], seen[3:], sigma, stamp)))
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
