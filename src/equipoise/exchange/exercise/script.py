"""The script of the built-in exercise, in the manner of the computer-assisted one of March 2012: two days, two parties."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from equipoise.exchange.sources.simulator import Flight, Sensor, fly, item, track
from equipoise.model.notices import HOUR_MS

WEST, EAST = "west", "east"
SECOND_DAY_MS = 26 * HOUR_MS
STEP_S = 5.0
SEEN_S = 480.0  # how far the flights have gone when the second day is joined
# Radars of the catalogue (tpy2-kurecik, armavir): place to 0.1 degree, range as the catalogue's nominal value; the
# errors are the exercise's own.
KURECIK = Sensor("kurecik", 38.3, 37.8, 2.0e6, 3.0, 800.0, 15.0)
ARMAVIR = Sensor("armavir", 44.9, 41.0, 6.0e6, 2.0, 2_500.0, 30.0)
# Notional flights. Third party: from the catalogue's area ir-nw to the Adriatic Sea. East's own: between two test
# ranges known from space-launch history, Kapustin Yar and Sary Shagan.
THIRD_PARTY = {"start": (38.0, 46.5), "aim": (42.5, 15.5), "range_m": 3.2e6}
EAST_TEST = {"start": (48.6, 45.8), "aim": (46.0, 73.6), "range_m": 2.6e6}

DRILL_SITE = "drill"

Event = tuple[float, str, dict[str, Any], str]
"""Seconds on the exercise's clock after its day begins, party, item, and the operator who signs for it, if any."""


@dataclass
class Day:
    """What is filed on one day: at once, then later as the flights go on; when it begins on the exercise's clock."""

    begins_ms: int
    events: list[Event] = field(default_factory=list)

    def add(self, at_s: float, party: str, what: dict[str, Any], *, operator: str = "") -> None:
        """Add one event."""
        self.events.append((at_s, party, what, operator))


def script(*, start_ms: int, seconds: float) -> list[Day]:
    """Return both days for an exercise that starts at ``start_ms``; the second goes on for ``seconds``."""
    return [_first_day(start_ms), _second_day(start_ms, seconds)]


def _area(lat_deg: float, lon_deg: float, radius_km: float) -> dict[str, float]:
    return {"lat_deg": lat_deg, "lon_deg": lon_deg, "radius_km": radius_km}


def _notice(
    name: str, *, opens_ms: int, instrument: str = "plns-2000", more: dict[str, Any] | None = None
) -> dict[str, Any]:
    payload = {
        "notice_id": name,
        "instrument": instrument,
        "type": "pre-launch",
        "vehicle": "ballistic missile",
        "window_start_ms": opens_ms,
        "window_end_ms": opens_ms + 4 * HOUR_MS,
        "launch_area": _area(48.6, 45.8, 60.0),
        "impact_area": _area(46.0, 73.6, 120.0),
        "azimuth_deg": 93.0,
    }
    return item("notice", {**payload, **(more or {})})


def _first_day(start_ms: int) -> Day:
    day = Day(start_ms)
    day.add(0.0, EAST, _notice("east-1", opens_ms=start_ms + 25 * HOUR_MS))
    at_sea = {"launch_area": _area(72.0, 40.0, 300.0), "impact_area": _area(57.0, 162.0, 100.0)}
    agreement = "launch-notification-1988"
    opens_ms = start_ms + 22 * HOUR_MS  # two hours late
    day.add(0.0, EAST, _notice("east-2", opens_ms=opens_ms, instrument=agreement, more=at_sea))
    sea = {
        "vehicle": "target missile",
        "launch_area": _area(34.5, 24.0, 80.0),
        "impact_area": _area(33.0, 30.0, 80.0),
        "azimuth_deg": 105.0,
    }
    day.add(0.0, WEST, _notice("west-1", opens_ms=start_ms + 30 * HOUR_MS, more=sea))
    day.add(0.5, WEST, item("notice", {"notice_id": "west-1", "instrument": "plns-2000", "type": "cancel"}))
    day.add(0.5, WEST, item("text", {"text": "Exercise begins. Notices east-1 and east-2 are read back."}))
    day.add(1.0, EAST, item("text", {"text": "Cancellation of west-1 is read back."}))
    return day


def _second_day(start_ms: int, seconds: float) -> Day:
    now_s = (start_ms + SECOND_DAY_MS) / 1000.0
    day, rng, launched_s = Day(start_ms + SECOND_DAY_MS), np.random.default_rng(2012), now_s - SEEN_S
    launched_ms = round(launched_s * 1000.0)
    third, own = (_flight(which) for which in (THIRD_PARTY, EAST_TEST))
    seen = {"launch_id": "drill-1", "launched_at_ms": launched_ms, "vehicle_class": "ballistic missile"}
    for party in (WEST, EAST):
        drill = item("launch", {**seen, "launched_by": "third party", "launch_point": [38.0, 46.5]})
        day.add(0.0, party, drill | {"site": DRILL_SITE})
    test = {**seen, "launch_id": "seen-1", "launched_by": EAST, "launch_point": [48.6, 45.8]}
    day.add(0.0, WEST, item("launch", test))
    unannounced = {
        "launch_id": "seen-2",
        "launched_at_ms": launched_ms - HOUR_MS,
        "launch_point": [62.9, 40.6],
    }
    day.add(0.0, WEST, item("launch", {**test, **unannounced}))
    done = {"notice_id": "east-1", "instrument": "plns-2000", "type": "post-launch"}
    day.add(0.5, EAST, item("notice", {**done, "launched_at_ms": launched_ms}))
    answer = "Asking about launch seen-2: not ours by notice, under review."
    day.add(1.0, EAST, item("text", {"text": answer, "refers_to": "seen-2"}))
    for flight, sensor, party, name, launch, site in (
        (third, KURECIK, WEST, "w-101", "drill-1", DRILL_SITE),
        (third, ARMAVIR, EAST, "e-201", "drill-1", DRILL_SITE),
        (own, ARMAVIR, EAST, "e-202", "seen-1", "kapustin-yar"),
    ):
        names: dict[str, Any] = {"party": party, "track_id": name, "launch_id": launch, "site": site}
        for update in track(flight, sensor, **names, launched_at_s=launched_s, rng=rng):
            at_s = update["payload"]["time_s"] - now_s
            if at_s <= seconds:
                day.add(max(0.0, at_s), party, update)
    _withheld_and_held(day, now_s)
    return day


def _withheld_and_held(day: Day, now_s: float) -> None:
    """Add what the west keeps: a track of its own ship, and two texts that need two people, one of which gets them."""
    place = {"position_ecef_m": [4.7e6, 2.1e6, 3.7e6], "velocity_ecef_m_s": [0.0, 0.0, 0.0]}
    ship = {"track_id": "own-ship", "time_s": now_s, **place, "sigma_m": 50.0, "sigma_m_s": 1.0}
    day.add(0.0, WEST, item("track", ship, sensitivity="withhold"))
    for words, people in (
        ("Radar kurecik is down for 20 minutes.", ("ann", "ben")),
        ("Next exercise: proposal.", ("ann",)),
    ):
        for who in people:
            day.add(1.0, WEST, item("text", {"text": words}, sensitivity="hold"), operator=who)


def _flight(which: dict[str, Any]) -> Flight:
    return fly(**which, step_s=STEP_S)
