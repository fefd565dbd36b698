"""An exercise of two node processes on loopback, in the manner of the computer-assisted one of March 2012."""

from __future__ import annotations

import contextlib
import json
import math
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.exchange.display import after_action, party_page
from equipoise.exchange.party_files import create, drop_item
from equipoise.exchange.store import SqliteStorage
from equipoise.exchange.verify import Report, verify
from equipoise.foundation.errors import EquipoiseError
from equipoise.model.notices import instruments

HOUR_MS = 3_600_000
GM_M3_S2 = 3.986004418e14
EARTH_RADIUS_M = 6_371_000.0
PARTIES = ("west", "east")


class DemoError(EquipoiseError):
    """The exercise did not settle."""


def _unit(lon_deg: float, lat_deg: float) -> np.ndarray:
    lon, lat = math.radians(lon_deg), math.radians(lat_deg)
    return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])


def ballistic_track(
    name: str, *, start: tuple[float, float], end: tuple[float, float], step_s: float, lineage: str
) -> list[dict[str, Any]]:
    """Return updates along the least-energy arc between two places over a spherical Earth that stands still."""
    a, b = _unit(*start), _unit(*end)
    span = math.acos(float(a @ b))
    side = (b - a * math.cos(span)) / math.sin(span)
    climb = (math.pi - span) / 4.0
    speed = math.sqrt(GM_M3_S2 / EARTH_RADIUS_M * 2.0 * math.sin(span / 2) / (1.0 + math.sin(span / 2)))
    position, velocity = EARTH_RADIUS_M * a, speed * (math.sin(climb) * a + math.cos(climb) * side)
    updates: list[dict[str, Any]] = []
    time_s = 0.0
    while float(np.linalg.norm(position)) >= EARTH_RADIUS_M - 1.0:
        updates.append(_update(f"{lineage}/{len(updates)}", name, time_s, position, velocity))
        for _ in range(100):
            position, velocity = _advance(position, velocity, step_s / 100)
        time_s += step_s
    return updates


def _advance(position: np.ndarray, velocity: np.ndarray, step_s: float) -> tuple[np.ndarray, np.ndarray]:
    half = position + 0.5 * step_s * velocity
    velocity = velocity - step_s * GM_M3_S2 * half / np.linalg.norm(half) ** 3
    return half + 0.5 * step_s * velocity, velocity


def _update(tag: str, name: str, time_s: float, position: np.ndarray, velocity: np.ndarray) -> dict[str, Any]:
    state = {
        "position_ecef_m": [float(v) for v in position],
        "velocity_ecef_m_s": [float(v) for v in velocity],
    }
    return {"track_id": name, "time_s": time_s, "sigma_m": 500.0, "lineage": [tag], **state}


def _item(stream: str, payload: dict[str, Any], *, sensitivity: str = "releasable") -> dict[str, Any]:
    return {"stream": stream, "exercise": True, "sensitivity": sensitivity, "payload": payload}


def _notice(name: str, *, start_ms: int) -> dict[str, Any]:
    window = {"window_start_ms": start_ms, "window_end_ms": start_ms + 4 * HOUR_MS}
    places = {"launch_area": "exercise area north", "impact_area": "exercise area east"}
    kind = {
        "notice_id": name,
        "instrument": "launch-notification-1988",
        "type": "pre-launch",
        "vehicle": "ballistic missile",
    }
    return _item("notice", {**kind, **window, **places})


def script(now_ms: int) -> list[list[tuple[str, dict[str, Any]]]]:
    """Return both phases: the notices, and one exercise day later the launches, tracks and consultation."""
    announced_ms, late_ms = now_ms + 25 * HOUR_MS, now_ms + 22 * HOUR_MS
    south = ballistic_track(
        "south-1", start=(48.0, 34.0), end=(21.0, 52.0), step_s=60.0, lineage="west/radar"
    )
    north = ballistic_track(
        "north-1", start=(44.0, 36.0), end=(16.0, 48.0), step_s=60.0, lineage="east/radar"
    )
    launch = {"launched_by": "east", "vehicle_class": "ballistic missile"}
    first = [
        ("east", _notice("east-1", start_ms=announced_ms)),
        ("east", _notice("east-2", start_ms=late_ms)),
        ("west", _item("text", {"text": "Exercise begins. Notices received are read back."})),
    ]
    second = [
        (
            "west",
            _item("launch", {"launch_id": "seen-1", "launched_at_ms": announced_ms + HOUR_MS, **launch}),
        ),
        (
            "west",
            _item("launch", {"launch_id": "seen-2", "launched_at_ms": announced_ms + 9 * HOUR_MS, **launch}),
        ),
        *(("west", _item("track", update)) for update in south),
        *(("east", _item("track", update)) for update in north),
        ("west", _item("track", {**south[0], "track_id": "own-asset"}, sensitivity="withhold")),
        ("east", _item("text", {"text": "Asking about launch seen-2: not ours by notice, under review."})),
    ]
    return [first, second]


@contextlib.contextmanager
def _running(folder: Path, *, offset_ms: int) -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    west, east = folder / "west", folder / "east"
    processes = []
    for own, peer, role in ((west, east, "--listen"), (east, west, "--connect")):
        command = [
            sys.executable,
            "-m",
            "equipoise.exchange.process",
            str(own),
            "--peer",
            str(peer / "public.json"),
        ]
        command += [role, f"127.0.0.1:{port}", "--clock-offset-ms", str(offset_ms)]
        processes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))  # noqa: S603 - our own module
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.wait()


def _report(folder: Path) -> Report:
    return verify(folder / "west/evidence.log", folder / "east/evidence.log", duties=instruments())


def _settle(folder: Path, count: int) -> None:
    end = time.monotonic() + 60.0
    while time.monotonic() < end:
        if all((folder / name / "evidence.log").exists() for name in PARTIES):
            report = _report(folder)
            if len(report.timeline) == count and all(row["receipted"] for row in report.timeline):
                return
        time.sleep(0.2)
    raise DemoError(f"the exercise in {folder} did not settle within 60 s; the logs so far are there")


def run(folder: Path, *, land: Sequence[Sequence[Sequence[float]]] = ()) -> Report:
    """Run the exercise in ``folder``; leave both logs, both displays and the after-action report there."""
    for name in PARTIES:
        create(folder / name, party=name)
    count = 0
    for offset_ms, phase in zip((0, 26 * HOUR_MS), script(time.time_ns() // 1_000_000), strict=True):
        for party, item in phase:
            drop_item(folder / party, item)
        count += len(phase)
        with _running(folder, offset_ms=offset_ms):
            _settle(folder, count)
    report = _report(folder)
    now_ms = time.time_ns() // 1_000_000 + 26 * HOUR_MS
    for name in PARTIES:
        storage = SqliteStorage(folder / name / "evidence.log")
        leaves = [json.loads(data) for data in storage.read()]
        storage.close()
        (folder / f"{name}.html").write_text(party_page(name, leaves, now_ms=now_ms, land=land), "utf-8")
    (folder / "after-action.html").write_text(after_action(report), "utf-8")
    return report
