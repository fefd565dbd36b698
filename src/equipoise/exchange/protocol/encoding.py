"""One byte form for everything that is hashed or signed, and strict reading of what a peer sends.

The form is JSON with keys sorted by code point, no spaces, and each float as the shortest decimal that reads back to
the same double (Python's ``repr``). A reader accepts a frame only when it is in this form already, so two different
byte strings never carry the same message.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

MESSAGE_DOMAIN = b"equipoise exchange message 1\n"
RECEIPT_DOMAIN = b"equipoise exchange receipt 1\n"
HEAD_DOMAIN = b"equipoise exchange head 1\n"
KEY_DOMAIN = b"equipoise exchange key 1\n"
APPROVAL_DOMAIN = b"equipoise exchange approval 1\n"
MAX_FRAME_BYTES = 65_536
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class FrameError(ValueError):
    """Bytes from the link that are no frame of this protocol."""


def canonical(value: Any) -> bytes:
    """Return the only byte form of a JSON value: sorted keys, no spaces, no NaN."""
    return _ENCODER.encode(value).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


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
        again = canonical(value)
    except FrameError:
        raise
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(value, dict):
        raise FrameError("not an object")
    if again != data:
        raise FrameError("not in canonical form")
    return value
