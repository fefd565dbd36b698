"""One byte form for everything that is hashed or signed, and strict reading of what a peer sends.

The form is JSON with keys sorted by code point, no spaces, and each float as the shortest decimal that reads back to
the same double (Python's ``repr``). A reader accepts a frame only when it is in this form already, so two different
byte strings never carry the same message. Leaves nest at most ``MAX_DEPTH`` deep and whole numbers stay within
``LARGEST``, so that what one side can write every side can read.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any, NoReturn

MESSAGE_DOMAIN = b"equipoise exchange message 1\n"
RECEIPT_DOMAIN = b"equipoise exchange receipt 1\n"
HEAD_DOMAIN = b"equipoise exchange head 1\n"
SNAPSHOT_DOMAIN = b"equipoise exchange snapshot 1\n"
KEY_DOMAIN = b"equipoise exchange key 1\n"
APPROVAL_DOMAIN = b"equipoise exchange approval 1\n"
LEAF_BYTES = 65_535  # what an entry of tlog-tiles holds
MAX_FRAME_BYTES = 65_000  # a leaf holds a frame and a few words beside it
MAX_DEPTH = 16  # of a leaf; a signed track is 4 deep in it, a notice with several areas 8
PART_DEPTH = MAX_DEPTH - 1  # of an item or a frame, which a leaf holds one level down
LARGEST = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly
DIGITS = len(str(-LARGEST))
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_SURROGATE = re.compile("[\ud800-\udfff]")


class FrameError(ValueError):
    """Bytes from the link that are no frame of this protocol."""


class Written(dict[str, Any]):
    """An object with its byte form, which is worked out once however often it is hashed, signed, kept and sent.

    Such an object cannot be changed, since ``data`` would go on saying what it was: that is a ``TypeError``.
    """

    __slots__ = ("data",)
    data: bytes

    def __init__(self, value: dict[str, Any], data: bytes) -> None:
        """Take a value and its byte form."""
        super().__init__(value)
        super().__setattr__("data", data)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("what is written cannot be changed; make another object")

    __setitem__ = __delitem__ = __setattr__ = __delattr__ = __ior__ = _refuse
    pop = popitem = clear = update = setdefault = _refuse

    def __copy__(self) -> Written:
        """Return the object itself: it stays as it is."""
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Written:
        """Return the object itself."""
        return self


def canonical(value: Any) -> bytes:
    """Return the only byte form of a JSON value: sorted keys, no spaces, no NaN."""
    if isinstance(value, Written):
        return value.data
    if isinstance(value, dict) and Written in map(type, value.values()):
        return _around(value)
    return _ENCODER.encode(value).encode()


def _around(value: dict[str, Any]) -> bytes:
    """Return the byte form of an object some of whose values are written already."""
    pieces, rest = list[bytes](), dict[str, Any]()
    for key in sorted(value):
        part = value[key]
        if not isinstance(part, Written):
            rest[key] = part
            continue
        if rest:
            pieces.append(_ENCODER.encode(rest).encode()[1:-1])
            rest = {}
        pieces.append(_ENCODER.encode(key).encode() + b":" + part.data)
    if rest:
        pieces.append(_ENCODER.encode(rest).encode()[1:-1])
    return b"{" + b",".join(pieces) + b"}"


def written(value: dict[str, Any]) -> Written:
    """Return the object with its byte form."""
    return value if isinstance(value, Written) else Written(value, canonical(value))


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def why_not_plain(value: Any, *, most: int = MAX_DEPTH) -> str:
    """Return why a JSON value has no place in a frame or a leaf (over ``most`` levels, numbers, text), or an empty string."""
    level = [value]
    for _ in range(most):
        below = list[Any]()
        for part in level:
            if isinstance(part, dict):
                if not all(isinstance(key, str) for key in part):
                    return "a key that is no text"
                below += part
                below += part.values()
            elif isinstance(part, list):
                below += part
            elif problem := _why_not_plain_scalar(part):
                return problem
        if not below:
            return ""
        level = below
    return f"nested more than {most} deep"


def _why_not_plain_scalar(value: Any) -> str:
    if isinstance(value, str):
        half = not value.isascii() and _SURROGATE.search(value)
        return "text with half of a surrogate pair" if half else ""
    if isinstance(value, float):
        return "" if math.isfinite(value) else "a number that is not finite"
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return "" if abs(value) <= LARGEST else "a whole number over 2^53 - 1"
    return f"a value of type {type(value).__name__}"


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise FrameError("a key appears twice")
    return dict(pairs)


def read_once(text: str | bytes) -> Any:
    """Return the value of JSON that a person or a program handed in; a key that an object has twice is a ``ValueError``.

    Other readers take the last one, so that an item could say ``withhold`` and leave all the same.
    """
    return json.loads(text, object_pairs_hook=_pairs)


def _no_constant(_: str) -> Any:
    raise FrameError("not a number of this protocol")


def _whole(digits: str) -> int:
    if len(digits) > DIGITS or abs(number := int(digits)) > LARGEST:
        raise FrameError("a whole number over 2^53 - 1")
    return number


# A key that appears twice is lost in reading, so that the bytes are no longer those that were read: the second reader
# tells why.
_READER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole)
_PAIR_READER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole, object_pairs_hook=_pairs)


def read_frame(data: bytes) -> Written:
    """Return the object in ``data``; whatever is oversize, ill-formed or ambiguous is a ``FrameError``."""
    if len(data) > MAX_FRAME_BYTES:
        raise FrameError("oversize")
    value = _parsed(_READER, data)
    if not isinstance(value, dict):
        raise FrameError("not an object")
    if data.count(b"{") + data.count(b"[") >= PART_DEPTH and (
        problem := why_not_plain(value, most=PART_DEPTH)
    ):
        raise FrameError(problem)
    try:
        if isinstance(body := value.get("body"), dict):
            value["body"] = written(body)
        same = canonical(value) == data
    except ValueError as error:
        raise FrameError(why_not_plain(value, most=PART_DEPTH)) from error
    if not same:
        _parsed(_PAIR_READER, data)
        raise FrameError("not in canonical form")
    return Written(value, data)


def _parsed(reader: json.JSONDecoder, data: bytes) -> Any:
    try:
        return reader.decode(data.decode())
    except FrameError:
        raise
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
