"""Launch notices as a state machine, and which notice covers a launch; instruments, fields and deadlines are data."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, replace
from typing import Any

from equipoise.exchange.forms import FORMS, is_number, is_point
from equipoise.foundation.errors import InputError, Problem

# state -> type of notice -> next state
TRANSITIONS: dict[str, dict[str, str]] = {
    "none": {"pre-launch": "announced", "other": "recorded", "post-launch": "launched"},
    "announced": {"window-extension": "announced", "post-launch": "launched", "cancel": "cancelled"},
    "recorded": {"cancel": "cancelled"},
}
NEEDED = {"window-extension": ["window_end_ms"], "post-launch": ["launched_at_ms"]}
DUTY_KEYS = {"title", "types", "required", "before_h", "earliest_h", "after_h", "validity_h"}
KEPT = 5_000  # notices of one origin that a board holds
MEAN_RADIUS_KM = 6_371.0
HOUR_MS = 3_600_000


def read_instruments(text: str, *, file: str) -> dict[str, Any]:
    """Return the instruments by name: types, required fields, deadlines with confidence and source."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError([Problem(file, "", f"is not TOML: {error}")]) from error
    types = {kind for follows in TRANSITIONS.values() for kind in follows}
    problems = []
    for name, duty in found.items():
        if not isinstance(duty, dict) or not {"title", "types", "required"} <= set(duty) <= DUTY_KEYS:
            problems.append(Problem(file, name, f"needs title, types, required; may have {', '.join(sorted(DUTY_KEYS))}."))
            continue
        problems += [Problem(file, f"{name}.types", f"'{kind}' is not one of {', '.join(sorted(types))}.") for kind in duty["types"] if kind not in types]
        problems += [Problem(file, f"{name}.required", f"'{key}' is no field of a notice.") for key in duty["required"] if key not in FORMS["notice"]]
        for key in (key for key in duty if key.endswith("_h")):
            deadline = duty[key]
            if not (isinstance(deadline, dict) and set(deadline) == {"value", "confidence", "source"} and is_number(deadline["value"], low=0.0)):
                problems.append(Problem(file, f"{name}.{key}", "needs value (hours), confidence and source."))
    if problems:
        raise InputError(problems)
    return found


def problem_with(notice: dict[str, Any], *, state: str, instruments: dict[str, Any]) -> str:
    """Return why the notice cannot follow ``state``, or an empty string."""
    instrument = instruments.get(notice["instrument"])
    if instrument is None:
        return f"instrument '{notice['instrument']}' is not one of {', '.join(sorted(instruments))}"
    kind = notice["type"]
    if kind not in instrument["types"]:
        return f"type '{kind}' is not one of {', '.join(instrument['types'])}"
    if kind not in TRANSITIONS.get(state, {}):
        return f"a notice of type '{kind}' cannot follow state '{state}'"
    needed = instrument["required"] if kind == "pre-launch" else NEEDED.get(kind, [])
    missing = [key for key in needed if key not in notice]
    return f"missing field {', '.join(missing)}" if missing else ""


@dataclass(frozen=True)
class Entry:
    """One notice as it stands: state, the latest value of each field, the launch that it covered."""

    state: str
    fields: dict[str, Any]
    at_ms: int
    launch_id: str = ""


class Board:
    """The notices of one origin by notice id; the oldest go when it is full."""

    def __init__(self, instruments: dict[str, Any], entries: dict[str, Entry] | None = None) -> None:
        """Start with the entries given."""
        self.instruments, self.entries = instruments, dict(entries or {})

    def copy(self) -> Board:
        """Return an independent copy, to try notices that are not in the log yet."""
        return Board(self.instruments, self.entries)

    def problem(self, notice: dict[str, Any]) -> str:
        """Return why the notice cannot go on the board, or an empty string."""
        entry = self.entries.get(notice["notice_id"])
        if entry and entry.fields["instrument"] != notice["instrument"]:
            return f"notice {notice['notice_id']} was given under {entry.fields['instrument']}"
        return problem_with(notice, state=entry.state if entry else "none", instruments=self.instruments)

    def take(self, notice: dict[str, Any], *, at_ms: int) -> None:
        """Put a valid notice on the board; any other is a ``ValueError``."""
        if problem := self.problem(notice):
            raise ValueError(problem)
        name = notice["notice_id"]
        old = self.entries.pop(name, None)
        state = TRANSITIONS[old.state if old else "none"][notice["type"]]
        fields = {**(old.fields if old else {}), **notice}
        self.entries[name] = Entry(state, fields, at_ms, old.launch_id if old else "")
        if len(self.entries) > KEPT:
            del self.entries[next(iter(self.entries))]

    def claim(self, notice_id: str, launch_id: str) -> None:
        """Remember which launch a notice covered."""
        if notice_id in self.entries:
            self.entries[notice_id] = replace(self.entries[notice_id], launch_id=launch_id)

    def covering(self, launch: dict[str, Any]) -> str:
        """Return the notice that covers a launch: announced, not used up, in window and area; else an empty string.

        Among several the one whose window closes first. A notice without a window's end stays good for the validity
        of its instrument; a place known on both sides must agree, a place known by name alone decides nothing.
        """
        found = [
            (end_ms, name)
            for name, entry in self.entries.items()
            if entry.launch_id in ("", launch["launch_id"])
            and (end_ms := self._window_end_ms(entry)) is not None
            and entry.fields["window_start_ms"] <= launch["launched_at_ms"] <= end_ms
            and in_area(launch.get("launch_point"), entry.fields.get("launch_area")) is not False
        ]
        return min(found)[1] if found else ""

    def _window_end_ms(self, entry: Entry) -> int | None:
        start = entry.fields.get("window_start_ms")
        if entry.state not in ("announced", "launched") or start is None:
            return None
        validity = self.instruments[entry.fields["instrument"]].get("validity_h")
        default = start + validity["value"] * HOUR_MS if validity else start
        return int(entry.fields.get("window_end_ms", default))


def in_area(point: Any, area: Any) -> bool | None:
    """Return whether the place lies in the area; ``None`` when either is not known by coordinates."""
    if not is_point(point) or not isinstance(area, dict):
        return None
    if "centre" in area:
        return _distance_km(point, area["centre"]) <= area["radius_km"]
    return _inside(point, area["corners"])


def _inside(point: list[float], corners: list[list[float]]) -> bool:
    """Return whether the place lies within the corners, joined on the map; the area may cross the date line."""
    lons = [corners[0][1]]
    for corner in corners[1:]:
        lons.append(lons[-1] + _wrapped(corner[1] - lons[-1]))
    middle = (min(lons) + max(lons)) / 2.0
    east = middle + _wrapped(point[1] - middle)
    inside, lats = False, [corner[0] for corner in corners]
    for number in range(len(corners)):
        lat_a, lat_b, lon_a, lon_b = lats[number - 1], lats[number], lons[number - 1], lons[number]
        if (lat_a > point[0]) != (lat_b > point[0]):
            inside ^= lon_a + (point[0] - lat_a) / (lat_b - lat_a) * (lon_b - lon_a) > east
    return inside


def _wrapped(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0


def _distance_km(a: list[float], b: list[float]) -> float:
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2.0 * MEAN_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
