"""The forms of items, tracks and heads: what is checked before anything is believed."""

from __future__ import annotations

from typing import Any

from equipoise.exchange.encoding import canonical
from equipoise.foundation.errors import EquipoiseError

STREAMS = ("notice", "launch", "track", "text", "heartbeat", "key", "withheld")
ITEM_BYTES = 32_768
TRACK_KEYS = {"track_id", "time_s", "position_ecef_m", "velocity_ecef_m_s", "sigma_m"}


class ItemError(EquipoiseError, ValueError):
    """An item that the node's own side handed in and that no stream accepts."""


def is_head(head: Any) -> bool:
    """Return whether the value has the form of a log head."""
    return (
        isinstance(head, dict)
        and set(head) == {"size", "root"}
        and type(head["size"]) is int
        and 0 <= head["size"] < 2**53
        and isinstance(head["root"], str)
        and len(head["root"]) == 64
    )


def is_track(payload: dict[str, Any]) -> bool:
    """Return whether the payload is a track update of finite numbers."""
    if not set(payload) >= TRACK_KEYS:
        return False
    vectors = [
        payload["position_ecef_m"],
        payload["velocity_ecef_m_s"],
        [payload["time_s"], payload["sigma_m"]],
    ]
    sizes = [len(vector) if isinstance(vector, list) else 0 for vector in vectors]
    if sizes != [3, 3, 2]:
        return False
    return all(type(value) in (int, float) and abs(value) < 1e12 for vector in vectors for value in vector)


def check_item(item: dict[str, Any]) -> None:
    """Raise ``ItemError`` unless the item is one that a stream accepts."""
    if item.get("stream") not in STREAMS[:-1] or not isinstance(item.get("payload"), dict):
        raise ItemError(f"an item needs a payload and a stream out of {', '.join(STREAMS[:-1])}")
    try:
        size = len(canonical(item))
    except ValueError as error:
        raise ItemError("an item holds plain finite JSON values only") from error
    if size > ITEM_BYTES:
        raise ItemError(f"an item holds at most {ITEM_BYTES} bytes; this one has {size}")
    if item["stream"] == "track" and not is_track(item["payload"]):
        raise ItemError(f"a track needs finite {', '.join(sorted(TRACK_KEYS))}")
