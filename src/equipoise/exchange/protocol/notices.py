"""The life of a launch notice as a state machine, and which notice covers a launch.

What an instrument asks of a notice (fields, deadlines) is data: ``equipoise.model.notices`` and a party's own file.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from equipoise.exchange.protocol.forms import is_point
from equipoise.model.notices import FIELDS, HOUR_MS, Instruments, form_faults

# state -> type of notice -> next state
TRANSITIONS: dict[str, dict[str, str]] = {
    "none": {
        "pre-launch": "announced",
        "test-range": "announced",
        "other": "recorded",
        "post-launch": "launched-unannounced",
    },
    "announced": {"window-extension": "announced", "post-launch": "launched", "cancel": "cancelled"},
    "recorded": {"cancel": "cancelled"},
}
KEPT = 1_000  # notices of one origin that a board holds
MEAN_RADIUS_KM = 6_371.0


def problem_with(notice: dict[str, Any], *, state: str, instruments: Instruments) -> str:
    """Return why the notice cannot follow ``state``, or an empty string.

    A field that no instrument knows is no fault here: the release gate keeps it in, and a party may note more for itself.
    """
    faults = [fault for fault in form_faults(notice, rules=instruments) if fault.kind != "unknown field"]
    if any(fault.kind.startswith("unknown") for fault in faults) or notice["type"] in TRANSITIONS.get(
        state, {}
    ):
        return "; ".join(map(str, faults))
    return f"a notice of type '{notice['type']}' cannot follow state '{state}'"


@dataclass(frozen=True)
class Entry:
    """One notice as it stands: state, latest value of each field, how and when it began, the launch that it covered."""

    state: str
    fields: dict[str, Any]
    first_type: str
    first_at_ms: int
    launch_id: str = ""


class Board:
    """The notices of one origin by notice id; the oldest go when it is full."""

    def __init__(self, instruments: Instruments, entries: dict[str, Entry] | None = None) -> None:
        """Start with the entries given."""
        self.instruments, self.entries = instruments, dict(entries or {})

    def copy(self) -> Board:
        """Return an independent copy, to try notices that are not in the log yet."""
        return Board(self.instruments, self.entries)

    def kept(self) -> dict[str, dict[str, Any]]:
        """Return the entries as plain data, the oldest first."""
        return {name: asdict(entry) for name, entry in self.entries.items()}

    def take_up(self, kept: dict[str, dict[str, Any]]) -> None:
        """Go on from what :meth:`kept` gave."""
        self.entries = {name: Entry(**entry) for name, entry in kept.items()}

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
        known = {name: value for name, value in notice.items() if name in FIELDS}  # notices merge without end
        new = Entry(state, known, notice["type"], at_ms)
        if old:
            new = replace(old, state=state, fields={**old.fields, **new.fields})
        self.entries[name] = new
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
    if not is_point(point) or not isinstance(area, dict | list):
        return None
    if isinstance(area, list):
        return any(in_area(point, part) for part in area)
    if "radius_km" in area:
        return bool(_distance_km(point, [area["lat_deg"], area["lon_deg"]]) <= area["radius_km"])
    return bool(_inside(point, area["corners_deg"]))


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
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2.0 * MEAN_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
