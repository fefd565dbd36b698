"""The forms of items, payloads and heads: what is checked before anything is believed.

Every field has a range. A form is a function that returns what it expects instead of a value, or an empty string.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from equipoise.exchange.protocol.encoding import LARGEST, PART_DEPTH, Written, why_not_plain, written
from equipoise.foundation.errors import EquipoiseError, nearest
from equipoise.model.notices import FIELDS, HIDDEN, LATEST_MS, mismatch

ITEM_BYTES = 24_576  # a leaf holds an item twice, as filed and as released, and the approvals
FILED = ("notice", "launch", "track", "text")  # what a person or a sensor may hand in
STREAMS = (*FILED, "heartbeat", "key", "withheld")
SENSITIVITIES = ("releasable", "hold", "withhold")
ITEM_KEYS = {"stream", "exercise", "sensitivity", "payload", "site"}
NAME_LETTERS, TEXT_LETTERS, RULE_LETTERS = 200, 4_000, 4_000
LINEAGE_TAGS = 64
# A position from the centre of the Earth: from 27 km below the sea level of the poles (coarsening adds noise to what
# stands on the ground) to a little over the geostationary orbit.
LEAST_RADIUS_M, GREATEST_RADIUS_M = 6.33e6, 5.0e7
GREATEST_SPEED_M_S = 2.0e4
GREATEST_SIGMA_M, GREATEST_SIGMA_M_S, LEAST_SIGMA = 1.0e7, 1.0e4, 1e-3

Form = Callable[[Any], str]
_HEX = re.compile("[0-9a-f]*")
_HIDDEN = re.compile(f"[{HIDDEN}]")


class ItemError(EquipoiseError, ValueError):
    """An item that the node's own side handed in and that no stream accepts."""


def is_text(value: Any, *, limit: int = NAME_LETTERS) -> bool:
    """Return whether the value is text of a sane length."""
    return isinstance(value, str) and 0 < len(value) <= limit


def is_name(value: Any) -> bool:
    """Return whether the value is a name: short text in which nothing hides, so that two names never look alike by that."""
    return is_text(value) and _HIDDEN.search(value) is None


def is_number(value: Any, *, low: float, high: float) -> bool:
    """Return whether the value is a finite number in the interval (truth values are none)."""
    return type(value) in (int, float) and low <= value <= high


def is_count(value: Any) -> bool:
    """Return whether the value is a count: of messages, of leaves."""
    return type(value) is int and 0 <= value <= LARGEST


def is_time_ms(value: Any) -> bool:
    """Return whether the value is a count of milliseconds since 1970, up to the year 9999."""
    return type(value) is int and 0 <= value <= LATEST_MS


def is_hex(value: Any, *, size: int) -> bool:
    """Return whether the value is lower-case hex of ``size`` digits."""
    return isinstance(value, str) and len(value) == size and _HEX.fullmatch(value) is not None


def is_point(value: Any) -> bool:
    """Return whether the value is a place ``[latitude, longitude]`` in degrees."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and is_number(value[0], low=-90.0, high=90.0)
        and is_number(value[1], low=-180.0, high=180.0)
    )


def _text(value: Any, *, limit: int) -> str:
    return "" if is_text(value, limit=limit) else f"text of 1 to {limit} characters"


def _name(value: Any) -> str:
    return "" if is_name(value) else f"text of 1 to {NAME_LETTERS} characters, none of them hidden"


def _number(value: Any, *, low: float, high: float) -> str:
    return "" if is_number(value, low=low, high=high) else f"a number from {low:g} to {high:g}"


def _time_ms(value: Any) -> str:
    return "" if is_time_ms(value) else "a whole number of ms since 1970"


def _point(value: Any) -> str:
    return "" if is_point(value) else "[latitude, longitude] in degrees"


def _length_of(value: Any) -> float | None:
    """Return the length of a vector of three numbers; ``None`` when it is none."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    for part in value:
        if not is_number(part, low=-1e12, high=1e12):
            return None
    return math.hypot(*value)


def _position(value: Any) -> str:
    radius_m = _length_of(value)
    if radius_m is None:
        return "three numbers in m from the centre of the Earth"
    if LEAST_RADIUS_M <= radius_m <= GREATEST_RADIUS_M:
        return ""
    if radius_m == 0.0:
        what = "this is the centre of the Earth"
    elif radius_m < 600.0:
        what = "this looks like degrees"
    elif LEAST_RADIUS_M <= 1e3 * radius_m <= GREATEST_RADIUS_M:
        what = "this looks like km"
    elif radius_m < LEAST_RADIUS_M:
        what = "this lies inside the Earth"
    else:
        what = "this lies beyond every orbit of the exchange"
    return f"m from the centre of the Earth, {LEAST_RADIUS_M:g} to {GREATEST_RADIUS_M:g} in all; {what}"


def _velocity(value: Any) -> str:
    speed_m_s = _length_of(value)
    good = speed_m_s is not None and speed_m_s <= GREATEST_SPEED_M_S
    return "" if good else f"three numbers in m/s, at most {GREATEST_SPEED_M_S:g} in all"


def _lineage(value: Any) -> str:
    good = isinstance(value, list) and len(value) <= LINEAGE_TAGS and all(is_name(tag) for tag in value)
    return "" if good else f"at most {LINEAGE_TAGS} tags party/sensor/number"


def _hex(value: Any, *, sizes: tuple[int, ...]) -> str:
    return "" if any(is_hex(value, size=size) for size in sizes) else f"{sizes[0]} hex digits"


def _field(value: Any, *, rule: dict[str, Any]) -> str:
    return mismatch(value, rule)


_AZIMUTH = partial(_number, low=0.0, high=360.0)
_HASH = partial(_hex, sizes=(64,))
# stream -> field -> form; a field that is listed in REQUIRED must be there
FORMS: dict[str, dict[str, Form]] = {
    "notice": {name: partial(_field, rule=rule) for name, rule in FIELDS.items()},
    "launch": {
        "launch_id": _name,
        "launched_by": _name,
        "launched_at_ms": _time_ms,
        "launch_point": _point,
        "azimuth_deg": _AZIMUTH,
        "impact_point": _point,
        "impact_at_ms": _time_ms,
        "vehicle_class": _name,
        "notice_id": _name,
    },
    "track": {
        "track_id": _name,
        "launch_id": _name,
        "time_s": partial(_number, low=0.0, high=LATEST_MS / 1000.0),
        "position_ecef_m": _position,
        "velocity_ecef_m_s": _velocity,
        "sigma_m": partial(_number, low=LEAST_SIGMA, high=GREATEST_SIGMA_M),
        "sigma_m_s": partial(_number, low=LEAST_SIGMA, high=GREATEST_SIGMA_M_S),
        "lineage": _lineage,
    },
    "text": {"text": partial(_text, limit=TEXT_LETTERS), "refers_to": _name},
    "heartbeat": {"status": _name},
    "key": {"old_key": _HASH, "new_key": _HASH, "proof": partial(_hex, sizes=(128, 64))},
    "withheld": {"commitment": _HASH},
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
    """Return what is wrong with a payload, or an empty string; fields that no form names are left to the caller.

    The own side may note more for itself (the profile keeps it in); what comes from the peer is held to
    :func:`problem_with_message` instead.
    """
    missing = [name for name in REQUIRED[stream] if name not in payload]
    if missing:
        return f"{stream}: missing {', '.join(missing)}"
    wrong = [
        f"{name}: expected {expected}"
        for name, form in FORMS[stream].items()
        if name in payload and (expected := form(payload[name]))
    ]
    return f"{stream}: {'; '.join(wrong)}" if wrong else ""


def problem_with_message(body: dict[str, Any]) -> str:
    """Return what is wrong with stream, payload and rule of a message, or an empty string: no field but the known."""
    stream, payload = body["stream"], body["payload"]
    if not isinstance(stream, str) or stream not in STREAMS or not isinstance(payload, dict):
        return "unknown stream"
    if not is_text(body["rule"], limit=RULE_LETTERS):
        return "no name of a rule"
    if set(payload) - set(FORMS[stream]):
        return "unknown field in the payload"
    return "ill-formed payload" if problem_with_payload(stream, payload) else ""


def is_head(head: Any) -> bool:
    """Return whether the value has the form of a log head."""
    return (
        isinstance(head, dict)
        and set(head) == {"size", "root"}
        and is_count(head["size"])
        and is_hex(head["root"], size=64)
    )


def check_item(item: Any) -> Written:
    """Return an item that a person or a sensor may hand in, with its byte form; any other is an ``ItemError``."""
    if not isinstance(item, dict) or item.get("stream") not in FILED:
        raise ItemError(f"an item is an object with a stream out of {', '.join(FILED)}")
    if problem := why_not_plain(item, most=PART_DEPTH):
        raise ItemError(f"an item holds plain finite JSON values only; this one has {problem}")
    for key in sorted(set(item) - ITEM_KEYS):
        guess = nearest(key, ITEM_KEYS)
        raise ItemError(f"an item has no key '{key}'" + (f"; did you mean '{guess}'?" if guess else ""))
    if not isinstance(item.get("payload"), dict):
        raise ItemError("an item needs a payload, an object")
    if type(item.get("exercise")) is not bool:
        raise ItemError("an item says 'exercise': true or false")
    if item.get("sensitivity") not in SENSITIVITIES:
        raise ItemError(f"an item's sensitivity is one of {', '.join(SENSITIVITIES)}")
    if "site" in item and (expected := _name(item["site"])):
        raise ItemError(f"an item's site is {expected}")
    whole = written(item)
    if (size := len(whole.data)) > ITEM_BYTES:
        raise ItemError(f"an item holds at most {ITEM_BYTES} bytes; this one has {size}")
    if problem := problem_with_payload(item["stream"], item["payload"]):
        raise ItemError(problem)
    return whole
