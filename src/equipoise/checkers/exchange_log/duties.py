"""Notices against deadlines and detections, by the clock of the party that received or detected: it trusts no other."""

from __future__ import annotations

import math
from typing import Any

from .own import OwnSide
from .report import Report

HOUR_MS = 3_600_000
FOLLOWS = {
    "": ("pre-launch", "test-range", "post-launch", "other"),
    "announced": ("window-extension", "post-launch", "cancel"),
    "recorded": ("cancel",),
}
BECOMES = {
    "pre-launch": "announced",
    "test-range": "announced",
    "window-extension": "announced",
    "post-launch": "launched",
    "cancel": "cancelled",
    "other": "recorded",
}


class Judge:
    """Judges what one party notified, as the other received it, and what the other detected of its launches."""

    def __init__(self, *, origin: str, receiver: OwnSide, duties: dict[str, Any], report: Report) -> None:
        """Start with no notice; ``receiver`` has walked its log."""
        self.origin, self.receiver, self.duties, self.report = origin, receiver, duties, report
        self.rows: dict[str, dict[str, Any]] = {}

    def judge(self, notices: list[tuple[int, dict[str, Any]]]) -> None:
        """Add the notices and the launches to the report, late and missing ones to its advisories."""
        for at_ms, payload in notices:
            self._notice(at_ms, payload)
        for launch in sorted(self.receiver.launches.values(), key=lambda launch: launch["launched_at_ms"]):
            self._launch(launch)
        for row in self.rows.values():
            self._after_launch(row, self.receiver.last_ms)
        self.report.notices += self.rows.values()

    def _advise(
        self, row: dict[str, Any], verdict: str, line: str, duty: dict[str, Any] | None = None
    ) -> None:
        row["verdicts"].append(verdict)
        basis = (
            "" if duty is None or duty["confidence"] == "sourced" else " (the deadline itself is unverified)"
        )
        self.report.advisories.append(f"{self.origin} notice {row['notice_id']}: {line}{basis}")

    def _notice(self, at_ms: int, payload: dict[str, Any]) -> None:
        name, kind = payload["notice_id"], payload["type"]
        row = self.rows.setdefault(
            name,
            {
                "origin": self.origin,
                "notice_id": name,
                "instrument": payload["instrument"],
                "state": "",
                "steps": [],
                "fields": {},
                "verdicts": [],
                "launches": [],
            },
        )
        row["steps"].append({"type": kind, "received_at_ms": at_ms})
        duty = self.duties.get(payload["instrument"])
        if duty is None or kind not in duty["required"] or kind not in FOLLOWS.get(row["state"], ()):
            self._advise(row, "irregular", f"a notice of type '{kind}' has no place there")
            return
        row["state"] = BECOMES[kind]
        row["fields"] |= payload
        missing = [key for key in duty["required"][kind] if key not in payload]
        if missing:
            self._advise(row, "incomplete", f"lacks {', '.join(missing)}")
        if kind in ("pre-launch", "test-range") and "window_start_ms" in payload:
            self._before_launch(row, duty, (payload["window_start_ms"] - at_ms) / HOUR_MS)
        if kind == "post-launch" and "launched_at_ms" in payload and "after_h" in duty:
            delay_h, due = (at_ms - payload["launched_at_ms"]) / HOUR_MS, duty["after_h"]
            if delay_h > due["value"]:
                self._advise(
                    row, "late", f"{delay_h:.1f} h after the launch: late, {due['value']} h is due", due
                )
            else:
                row["verdicts"].append("post-launch in time")

    def _before_launch(self, row: dict[str, Any], duty: dict[str, Any], lead_h: float) -> None:
        before, earliest = duty.get("before_h"), duty.get("earliest_h")
        if before and lead_h < before["value"]:
            self._advise(
                row, "late", f"{lead_h:.1f} h before the window: late, {before['value']} h is due", before
            )
        elif earliest and lead_h > earliest["value"]:
            line = f"{lead_h:.1f} h before the window: early, at most {earliest['value']} h is meant"
            self._advise(row, "early", line, earliest)
        else:
            row["verdicts"].append("in time" if before else "no deadline known")

    def _launch(self, launch: dict[str, Any]) -> None:
        cover = self._covering(launch)
        row = {
            "detected_by": self.receiver.log.party,
            "launched_by": self.origin,
            "launch_id": launch["launch_id"],
            "launched_at_ms": launch["launched_at_ms"],
            "notice_id": cover["notice_id"] if cover else None,
        }
        self.report.launches.append(row)
        if cover:
            cover["launches"].append(launch["launch_id"])
            return
        near = [row for row in self.rows.values() if self._in_window(row, launch)]
        why = self._why_not(near[0], launch) if near else "no notice covers it"
        self.report.advisories.append(
            f"{self.receiver.log.party} detected launch {launch['launch_id']} of {self.origin}: {why} (missing notice)"
        )

    def _why_not(self, row: dict[str, Any], launch: dict[str, Any]) -> str:
        if row["launches"]:
            return f"notice {row['notice_id']} covers launch {row['launches'][0]} already"
        if _outside(launch.get("launch_point"), row["fields"].get("launch_area")):
            return f"it lies outside the area of notice {row['notice_id']}"
        return f"notice {row['notice_id']} is {row['state']}"

    def _covering(self, launch: dict[str, Any]) -> dict[str, Any] | None:
        fits = [
            row
            for row in self.rows.values()
            if row["state"] in ("announced", "launched")
            and not row["launches"]
            and self._in_window(row, launch)
            and _outside(launch.get("launch_point"), row["fields"].get("launch_area")) is not True
        ]
        return min(fits, key=lambda row: (self._window_end_ms(row), row["notice_id"]), default=None)

    def _window_end_ms(self, row: dict[str, Any]) -> float:
        start = row["fields"]["window_start_ms"]
        validity = self.duties[row["instrument"]].get("validity_h", {"value": 0})
        return float(row["fields"].get("window_end_ms", start + validity["value"] * HOUR_MS))

    def _in_window(self, row: dict[str, Any], launch: dict[str, Any]) -> bool:
        start = row["fields"].get("window_start_ms")
        return start is not None and start <= launch["launched_at_ms"] <= self._window_end_ms(row)

    def _after_launch(self, row: dict[str, Any], end_ms: int) -> None:
        """List a post-launch notice that is due and did not come while the receiver's log still ran."""
        due = self.duties.get(row["instrument"], {}).get("after_h")
        if not row["launches"] or due is None or row["state"] == "launched":
            return
        launched = [
            seen["launched_at_ms"] for seen in self.report.launches if seen["launch_id"] == row["launches"][0]
        ]
        if end_ms > launched[0] + due["value"] * HOUR_MS:
            self._advise(row, "no post-launch notice", f"no post-launch notice within {due['value']} h", due)
        else:
            row["verdicts"].append("post-launch notice pending")


def _outside(point: Any, area: Any) -> bool | None:
    """Return whether a place lies outside an area; ``None`` when either is not given by coordinates."""
    if not isinstance(point, list) or not isinstance(area, dict | list):
        return None
    if isinstance(area, list):
        return all(_outside(point, part) for part in area)
    if "radius_km" in area:
        centre = _unit([area["lat_deg"], area["lon_deg"]])
        cosine = sum(a * b for a, b in zip(_unit(point), centre, strict=True))
        return bool(6_371.0 * math.acos(max(-1.0, min(1.0, cosine))) > area["radius_km"])
    bearings = [_bearing(point, corner) for corner in area["corners_deg"]]
    turns = zip(bearings, [*bearings[1:], bearings[0]], strict=True)
    return abs(sum((b - a + math.pi) % math.tau - math.pi for a, b in turns)) < math.pi


def _unit(point: list[float]) -> tuple[float, float, float]:
    lat, lon = math.radians(point[0]), math.radians(point[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _bearing(origin: list[float], point: list[float]) -> float:
    """Return the direction of a corner as seen from a place, on the globe: the date line is no edge there."""
    (x, y, z), (lat, lon) = _unit(point), (math.radians(origin[0]), math.radians(origin[1]))
    east = y * math.cos(lon) - x * math.sin(lon)
    return math.atan2(east, z * math.cos(lat) - math.sin(lat) * (x * math.cos(lon) + y * math.sin(lon)))
