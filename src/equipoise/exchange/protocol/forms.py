"""The forms of items, payloads and heads: what is checked before anything is believed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from equipoise.exchange.protocol.encoding import canonical
from equipoise.foundation.errors import EquipoiseError, nearest
from equipoise.model.notices import FIELDS, mismatch

ITEM_BYTES = 32_768
FILED = ("notice", "launch", "track", "text")  # what a person or a sensor may hand in
STREAMS = (*FILED, "heartbeat", "key", "withheld")
SENSITIVITIES = ("releasable", "hold", "withhold")
ITEM_KEYS = {"stream", "exercise", "sensitivity", "payload", "label"}
LARGEST_MS = 2**53

Form = Callable[[Any], bool]


class ItemError(EquipoiseError, ValueError):
    """An item that the node's own side handed in and that no stream accepts."""


def is_text(value: Any, *, limit: int = 200) -> bool:
    """Return whether the value is text of a sane length."""
    return isinstance(value, str) and 0 < len(value) <= limit


def is_number(value: Any, *, low: float = -1e12, high: float = 1e12) -> bool:
    """Return whether the value is a finite number in the interval (truth values are none)."""
    return type(value) in (int, float) and low <= value <= high


def is_time_ms(value: Any) -> bool:
    """Return whether the value is a count of milliseconds since 1970."""
    return type(value) is int and 0 <= value < LARGEST_MS


def is_hex(value: Any, *, size: int) -> bool:
    """Return whether the value is lower-case hex of ``size`` digits."""
    return isinstance(value, str) and len(value) == size and not set(value) - set("0123456789abcdef")


def _is_vector(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(is_number(part) for part in value)


def is_point(value: Any) -> bool:
    """Return whether the value is a place ``[latitude, longitude]`` in degrees."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and is_number(value[0], low=-90.0, high=90.0)
        and is_number(value[1], low=-180.0, high=180.0)
    )


def _is_lineage(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 64 and all(is_text(tag) for tag in value)


def _is_azimuth(value: Any) -> bool:
    return is_number(value, low=0.0, high=360.0)


def _is_positive(value: Any) -> bool:
    return is_number(value, low=1e-3)


def _is_long_text(value: Any) -> bool:
    return is_text(value, limit=4000)


def _is_hash(value: Any) -> bool:
    return is_hex(value, size=64)


def _is_signature(value: Any) -> bool:
    return is_hex(value, size=128) or is_hex(value, size=64)


def _is_field(value: Any, *, rule: dict[str, Any]) -> bool:
    return not mismatch(value, rule)


# stream -> field -> form; a field marked in REQUIRED must be there
FORMS: dict[str, dict[str, Form]] = {
    "notice": {name: partial(_is_field, rule=rule) for name, rule in FIELDS.items()},
    "launch": {
        "launch_id": is_text,
        "launched_by": is_text,
        "launched_at_ms": is_time_ms,
        "launch_point": is_point,
        "azimuth_deg": _is_azimuth,
        "impact_point": is_point,
        "impact_at_ms": is_time_ms,
        "vehicle_class": is_text,
        "notice_id": is_text,
    },
    "track": {
        "track_id": is_text,
        "launch_id": is_text,
        "time_s": is_number,
        "position_ecef_m": _is_vector,
        "velocity_ecef_m_s": _is_vector,
        "sigma_m": _is_positive,
        "sigma_m_s": _is_positive,
        "lineage": _is_lineage,
    },
    "text": {"text": _is_long_text, "refers_to": is_text},
    "heartbeat": {"status": is_text},
    "key": {"old_key": _is_hash, "new_key": _is_hash, "proof": _is_signature},
    "withheld": {"commitment": _is_hash},
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "notice": ("notice_id", "instrument", "type"),
    "launch": ("launch_id", "launched_at_ms"),
    "track": ("track_id", "time_s", "position_ecef_m", "velocity_ecef_m_s", "sigma_m", "sigma_m_s"),
    "text": ("text",),
    "heartbeat": ("status",),
    "key": ("old_key", "new_key", "proof"),
    "withheld": ("commitment",),
}


def problem_with_payload(stream: str, payload: dict[str, Any]) -> str:
    """Return what is wrong with a payload, or an empty string; fields that no form names are left to the profile."""
    missing = [name for name in REQUIRED[stream] if name not in payload]
    if missing:
        return f"{stream}: missing {', '.join(missing)}"
    wrong = [name for name, form in FORMS[stream].items() if name in payload and not form(payload[name])]
    return f"{stream}: {', '.join(wrong)} not of the form that docs/exchange.md gives" if wrong else ""


def is_head(head: Any) -> bool:
    """Return whether the value has the form of a log head."""
    return (
        isinstance(head, dict)
        and set(head) == {"size", "root"}
        and is_time_ms(head["size"])
        and _is_hash(head["root"])
    )


def check_item(item: Any) -> None:
    """Raise ``ItemError`` unless the item is one that a person or a sensor may hand in."""
    if not isinstance(item, dict) or item.get("stream") not in FILED:
        raise ItemError(f"an item is an object with a stream out of {', '.join(FILED)}")
    for key in sorted(set(item) - ITEM_KEYS):
        guess = nearest(key, ITEM_KEYS)
        raise ItemError(f"an item has no key '{key}'" + (f"; did you mean '{guess}'?" if guess else ""))
    if not isinstance(item.get("payload"), dict):
        raise ItemError("an item needs a payload, an object")
    if type(item.get("exercise")) is not bool:
        raise ItemError("an item says 'exercise': true or false")
    if item.get("sensitivity") not in SENSITIVITIES:
        raise ItemError(f"an item's sensitivity is one of {', '.join(SENSITIVITIES)}")
    if "label" in item and not is_text(item["label"]):
        raise ItemError("an item's label is text of at most 200 characters")
    try:
        size = len(canonical(item))
    except (ValueError, TypeError, RecursionError) as error:
        raise ItemError("an item holds plain finite JSON values only") from error
    if size > ITEM_BYTES:
        raise ItemError(f"an item holds at most {ITEM_BYTES} bytes; this one has {size}")
    if problem := problem_with_payload(item["stream"], item["payload"]):
        raise ItemError(problem)
