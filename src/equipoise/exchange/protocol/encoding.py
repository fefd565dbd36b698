"""One byte form for everything that is hashed or signed, and strict reading of what a peer sends.

The form is JSON with keys sorted by code point, no spaces, and each float as the shortest decimal that reads back to
the same double (Python's ``repr``). A reader accepts a frame only when it is in this form already, so two different
byte strings never carry the same message. Values nest at most ``MAX_DEPTH`` deep and whole numbers stay within
``LARGEST``, so that what one side can write every side can read.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

MESSAGE_DOMAIN = b"equipoise exchange message 1\n"
RECEIPT_DOMAIN = b"equipoise exchange receipt 1\n"
HEAD_DOMAIN = b"equipoise exchange head 1\n"
SNAPSHOT_DOMAIN = b"equipoise exchange snapshot 1\n"
KEY_DOMAIN = b"equipoise exchange key 1\n"
APPROVAL_DOMAIN = b"equipoise exchange approval 1\n"
LEAF_BYTES = 65_535  # what an entry of tlog-tiles holds
MAX_FRAME_BYTES = 65_000  # a leaf holds a frame and a few words beside it
MAX_DEPTH = 16  # a signed track is 4 deep in its leaf, a notice with several areas 8
LARGEST = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_SURROGATE = re.compile("[\ud800-\udfff]")


class FrameError(ValueError):
    """Bytes from the link that are no frame of this protocol."""


def canonical(value: Any) -> bytes:
    """Return the only byte form of a JSON value: sorted keys, no spaces, no NaN."""
    return _ENCODER.encode(value).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def why_not_plain(value: Any) -> str:
    """Return why a JSON value has no place in a frame or a leaf (depth, numbers, text), or an empty string."""
    waiting = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return f"nested more than {MAX_DEPTH} deep"
        if isinstance(part, dict):
            if not all(isinstance(key, str) for key in part):
                return "a key that is no text"
            waiting += [(inner, depth + 1) for pair in part.items() for inner in pair]
        elif isinstance(part, list):
            waiting += [(inner, depth + 1) for inner in part]
        elif problem := _why_not_plain_scalar(part):
            return problem
    return ""


def _why_not_plain_scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return "" if abs(value) <= LARGEST else "a whole number over 2^53 - 1"
    if isinstance(value, float):
        return "" if math.isfinite(value) else "a number that is not finite"
    if not isinstance(value, str):
        return f"a value of type {type(value).__name__}"
    return "text with half of a surrogate pair" if _SURROGATE.search(value) else ""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise FrameError("a key appears twice")
    return dict(pairs)


def _no_constant(_: str) -> Any:
    raise FrameError("not a number of this protocol")


def read_frame(data: bytes) -> dict[str, Any]:
    """Return the object in ``data``; whatever is oversize, ill-formed or ambiguous is a ``FrameError``."""
    if len(data) > MAX_FRAME_BYTES:
        raise FrameError("oversize")
    try:
        value = json.loads(data.decode(), object_pairs_hook=_pairs, parse_constant=_no_constant)
    except FrameError:
        raise
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(value, dict):
        raise FrameError("not an object")
    if problem := why_not_plain(value):
        raise FrameError(problem)
    if canonical(value) != data:
        raise FrameError("not in canonical form")
    return value
