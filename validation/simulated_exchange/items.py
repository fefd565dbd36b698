"""What people and sensors of the simulated world hand in: one item of each stream by its serial number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _item(stream: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"stream": stream, "exercise": True, "payload": payload}


def _text(serial: int) -> dict[str, Any]:
    return _item("text", {"text": f"message {serial}", "serial": serial, "secret": "x"})


def _track(serial: int) -> dict[str, Any]:
    place = {"position_ecef_m": [7e6, 1e3 * serial, 0.0], "velocity_ecef_m_s": [0.0, 3e3, 4e3]}
    error = {"sigma_m": 300.0, "sigma_m_s": 5.0}
    return _item(
        "track", {"track_id": f"t{serial % 3}", "time_s": float(serial), "serial": serial, **place, **error}
    )


def _notice(serial: int) -> dict[str, Any]:
    window = {"window_start_ms": serial, "launch_area": "north", "impact_area": "east"}
    kind = {"notice_id": f"n{serial}", "instrument": "launch-notification-1988", "type": "pre-launch"}
    return _item("notice", {**kind, **window, "serial": serial})


def _launch(serial: int) -> dict[str, Any]:
    return _item(
        "launch", {"launch_id": f"l{serial}", "launched_at_ms": serial, "launched_by": "B", "serial": serial}
    )


ITEMS: tuple[Callable[[int], dict[str, Any]], ...] = (_text, _text, _track, _track, _notice, _launch)
