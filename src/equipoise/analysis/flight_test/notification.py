"""The notices that a planned test calls for, instrument by instrument, and what is wrong with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import degrees
from typing import Any

from equipoise.analysis.flight_test.paths import TargetPath
from equipoise.analysis.flight_test.safety import HazardArea, widened_deg
from equipoise.catalogue import load_catalogue
from equipoise.model.notices import (
    ANNOUNCING,
    FIELDS,
    Finding,
    form_faults,
    instruments,
    time_faults,
    why_not_covered,
)
from equipoise.scenario.flight_test import FlightTest

PLACES = 2
"""Decimals of a coordinate in a notice: about a kilometre, and areas are widened first."""


@dataclass(frozen=True)
class Notice:
    """A notice under one instrument, or why there is none; ``findings`` are its faults.

    ``standing`` says whether the instrument was in effect on the day.
    """

    instrument: str
    title: str
    why_none: str
    payload: dict[str, Any]
    text: str
    findings: tuple[Finding, ...]
    standing: str
    given: str

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong but advisories."""
        return all(finding.advisory for finding in self.findings)


def notices(
    test: FlightTest, target: TargetPath, areas: tuple[HazardArea, ...], *, now: datetime | None = None
) -> tuple[Notice, ...]:
    """Return one notice per named instrument, judged at ``now`` (by default when each is given)."""
    return tuple(_notice(test, target, areas, name, now) for name in test.notification.instruments)


def _notice(
    test: FlightTest, target: TargetPath, areas: tuple[HazardArea, ...], name: str, now: datetime | None
) -> Notice:
    rule = instruments()[name]
    launch = _launch_class(test, name)
    km = 1e-3
    why = why_not_covered(
        name,
        vehicle_class=launch,
        range_km=target.solution.reached_range_m * km,
        apogee_km=target.solution.apogee_m * km,
    )
    key = "range_given" if launch == "test-range" else "given"
    given = getattr(test.notification, key)
    standing = _standing(rule["instrument"], test.head.window_start.date())
    if why:
        return Notice(name, rule["title"], why, {}, "", (), standing, given.isoformat())
    payload = _payload(test, target, areas, name, launch)
    faults = form_faults(payload)
    if not faults:
        faults = time_faults(payload, given_at_ms=_ms(given), now_ms=_ms(now or given))
    text = as_text(payload, standing=standing, given=given)
    return Notice(name, rule["title"], "", payload, text, tuple(faults), standing, given.isoformat())


def _launch_class(test: FlightTest, name: str) -> str:
    """Return the class of the launch that an instrument is asked about: the range, the interceptor or the target."""
    classes = instruments()[name]["classes"]
    for own in ("test-range", "interceptor"):
        if own in classes:
            return str(own)
    return str(test.target.vehicle_class)


def _payload(
    test: FlightTest, target: TargetPath, areas: tuple[HazardArea, ...], name: str, launch: str
) -> dict[str, Any]:
    t, i, n = test.target, test.interceptor, test.notification
    where = i if launch == "interceptor" else t
    margin = test.safety.margin_km
    values: dict[str, Any] = {
        "notice_id": f"{test.name}-{name}",
        "instrument": name,
        "type": next(kind for kind in ANNOUNCING if kind in instruments()[name]["required"]),
        "vehicle": load_catalogue().interceptors[i.system].name
        if launch == "interceptor"
        else t.vehicle_class.replace("-", " "),
        "window_start_ms": _ms(test.head.window_start),
        "window_end_ms": _ms(test.head.window_end),
        "launch_area": {
            "lat_deg": round(where.lat_deg, PLACES),
            "lon_deg": round(where.lon_deg, PLACES),
            "radius_km": n.launch_radius_km,
        },
        "impact_area": [
            {
                "corners_deg": [
                    [round(float(c), PLACES) for c in corner] for corner in widened_deg(area, margin)
                ]
            }
            for area in areas
        ],
        "azimuth_deg": round(degrees(target.solution.azimuth_rad) % 360.0, 1),
        "range_name": load_catalogue().sites[test.head.range].name,
    }
    wanted = {
        "notice_id",
        "instrument",
        "type",
        "window_end_ms",
        *instruments()[name]["required"][values["type"]],
    }
    return {key: value for key, value in values.items() if key in wanted}


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000.0)


def _standing(instrument: str, day: date) -> str:
    record = load_catalogue().instruments[instrument]
    status = record.status_on(day).replace("_", " ") or record.status
    return f"{record.name}, {record.year}: {status} on {day.isoformat()}"


def as_text(payload: dict[str, Any], *, standing: str, given: datetime) -> str:
    """Return a notice as a person reads it.

    ``payload`` is the notice, ``standing`` the state of its instrument in words, ``given`` when it is given.
    """
    lines = [
        f"NOTICE {payload['notice_id']}",
        f"Under: {instruments()[payload['instrument']]['title']}",
        f"Standing of the instrument: {standing}",
        f"Given: {given:%d %B %Y, %H:%M} UTC",
    ]
    for key, value in payload.items():
        if key not in ("notice_id", "instrument"):
            lines.append(f"{str(FIELDS[key]['description']).capitalize()}: {_spoken(key, value)}")
    return "\n".join(lines) + "\n"


def _spoken(key: str, value: Any) -> str:
    if key.endswith("_ms"):
        return f"{datetime.fromtimestamp(value / 1000.0, tz=UTC):%d %B %Y, %H:%M} UTC"
    if key == "azimuth_deg":
        return f"{value:.1f} degrees"
    if isinstance(value, list):
        return "".join(f"\n  ({n}) {_spoken(key, part)}" for n, part in enumerate(value, start=1))
    if isinstance(value, dict) and "radius_km" in value:
        return f"{value['radius_km']:g} km about {_place(value['lat_deg'], value['lon_deg'])}"
    if isinstance(value, dict):
        return "; ".join(_place(lat, lon) for lat, lon in value["corners_deg"])
    return str(value)


def _place(lat: float, lon: float) -> str:
    return f"{abs(lat):.2f}{'N' if lat >= 0 else 'S'} {abs(lon):.2f}{'E' if lon >= 0 else 'W'}"
