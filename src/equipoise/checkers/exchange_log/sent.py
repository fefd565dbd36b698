"""The leaf of an own message with the bytes of its item and of its frame, read fast where it has the usual form.

A general reader parses a leaf, writes it again and compares. Nearly all leaves of a long log are of one build, in which
only item and payload differ: patterns take the rest, in half the time. What they take, the general reader takes too, with
the same outcome; what they pass over, it reads.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from .log import to_bytes

_NUMBER, _HASH = "(0|[1-9][0-9]{0,15})", '"([0-9a-f]{64})"'
_PLAIN = r"[ !#-\[\]-~]*"  # text that JSON writes as it is
_TEXT, _TEXTS = f'"({_PLAIN})"', f'(?:"{_PLAIN}"(?:,"{_PLAIN}")*)?'
_BEFORE_ITEM = re.compile(
    rf'\{{"approvals":\{{\}},"at_ms":{_NUMBER},"decision":\{{"allowed":(true|false),"dropped":(\[{_TEXTS}\]),'
    rf'"reason":{_TEXT},"rule":{_TEXT}\}},"ingest_id":{_TEXT},"item":'
)
_BEFORE_PAYLOAD = re.compile(
    rf',"item_hash":{_HASH},"kind":"(release|withheld)","message":(?=\{{)\{{"body":(?=\{{)\{{"at_ms":{_NUMBER},'
    rf'"from":{_TEXT},"head":\{{"root":{_HASH},"size":{_NUMBER}\}},"log":{_HASH},"payload":'
)
_AFTER_PAYLOAD = re.compile(
    rf',"prev":"([0-9a-f]{{64}}|)","proof":(\[(?:"[0-9a-f]{{64}}"(?:,"[0-9a-f]{{64}}")*)?\]),"rule":{_TEXT},'
    rf'"seq":{_NUMBER},"stream":{_TEXT},"to":{_TEXT}\}},"key":{_HASH},"sig":"([0-9a-f]{{128}})"\}}'
    rf'(?:,"nonce":{_HASH})?\}}'
)
# A number of at most 15 digits without a needless zero. Two such decimals never read as one double, so it is the shortest
# one of its double, which is how the canonical form writes it.
_SHORT = r"(?:-?(?:[1-9][0-9]{0,9}\.(?:[0-9]{0,4}[1-9]|0)|0\.(?:[0-9]{0,3}[1-9]|0)|[1-9][0-9]{0,14})|0)"
_VECTOR = rf"\[({_SHORT}),({_SHORT}),({_SHORT})\]"
_PAYLOAD = re.compile(
    rf'\{{(?:"launch_id":{_TEXT},)?(?:"lineage":(\[{_TEXTS}\]),)?"position_ecef_m":{_VECTOR},"sigma_m":({_SHORT}),'
    rf'"sigma_m_s":({_SHORT}),"time_s":({_SHORT}),"track_id":{_TEXT},"velocity_ecef_m_s":{_VECTOR}\}}'
    rf'|\{{(?:"refers_to":{_TEXT},)?"text":{_TEXT}\}}'
)
_ITEM = re.compile(
    rf'\{{"exercise":(true|false),"payload":(\{{.*\}}),"sensitivity":{_TEXT},"stream":{_TEXT}\}}'
)
_AFTER_BODY = len(',"key":"","sig":""}') + 64 + 128
_KEYS = {"exercise", "payload", "sensitivity", "site", "stream"}  # of an item that names its site
_NESTED = 12  # a leaf that has a part nested deeper is looked at by the general reader
_parsed = json.JSONDecoder().raw_decode


class Sent(NamedTuple):
    """The leaf of an own message; ``item``, ``body`` and ``frame`` are the bytes that are hashed and signed.

    ``payload`` are those of the item's payload where they were at hand, else none.
    """

    leaf: dict[str, Any]
    item: bytes
    payload: bytes
    body: bytes
    frame: bytes


def usual(data: bytes) -> Sent | None:
    """Return a leaf of the usual form, which is the one canonical form; ``None`` says nothing about any other leaf."""
    if not data.isascii():
        return None
    text = data.decode()
    first = _BEFORE_ITEM.match(text)
    middle = first and _BEFORE_PAYLOAD.match(text, text.find(',"item_hash":"', first.end()))
    last = middle and _AFTER_PAYLOAD.fullmatch(text, text.find(',"prev":"', middle.end()))
    if not (first and middle and last):
        return None
    try:
        item_text = text[first.end() : middle.start()]
        both = _both(item_text, text[middle.end() : last.start()])
    except (ValueError, RecursionError):
        return None
    if both is None or (middle[2] == "withheld") is (last[9] is None):
        return None
    frame_at, frame_end = middle.end(2) + len('","message":'), last.end(8) + len('"}')
    leaf = _leaf((first, middle, last), *both[:2])
    body = data[frame_at + len('{"body":') : frame_end - _AFTER_BODY]
    return Sent(leaf, data[first.end() : middle.start()], both[2].encode(), body, data[frame_at:frame_end])


def _both(item_text: str, text: str) -> tuple[dict[str, Any], dict[str, Any], str] | None:
    """Return an item, the payload of its message and the text of its own; none when one is not an object in canonical form."""
    found = _ITEM.fullmatch(item_text)
    if found is None:
        item, payload = _object(item_text), _payload(text)
        if item is None or payload is None or item.keys() != _KEYS:
            return None
        return item, payload, ""
    exercise, inner, sensitivity, stream = found.groups()
    own = _payload(inner)
    left = own if inner == text else _payload(text)
    if own is None or left is None:
        return None
    item = {"exercise": exercise == "true", "payload": own, "sensitivity": sensitivity, "stream": stream}
    return item, left, inner


def _object(text: str) -> dict[str, Any] | None:
    """Return the object that a text is the canonical form of, nested a little at most; none for any other text."""
    if text.count("{") + text.count("[") > _NESTED:
        return None
    value, end = _parsed(text)
    return (
        value if end == len(text) and isinstance(value, dict) and to_bytes(value) == text.encode() else None
    )


def _payload(text: str) -> dict[str, Any] | None:
    """Return the payload that a text is the canonical form of; none for any other text."""
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        return _object(text)
    launch_id, lineage, x, y, z, sigma_m, sigma_m_s, time_s, track_id, u, v, w, refers_to, words = (
        found.groups()
    )
    if track_id is None:
        return {"text": words} if refers_to is None else {"refers_to": refers_to, "text": words}
    track = {
        "position_ecef_m": [_number(x), _number(y), _number(z)],
        "sigma_m": _number(sigma_m),
        "sigma_m_s": _number(sigma_m_s),
        "time_s": _number(time_s),
        "track_id": track_id,
        "velocity_ecef_m_s": [_number(u), _number(v), _number(w)],
    }
    if launch_id is not None:
        track["launch_id"] = launch_id
    if lineage is not None:
        track["lineage"] = _texts(lineage)
    return track


def _number(digits: str) -> float:
    return float(digits) if "." in digits else int(digits)


def _leaf(
    found: tuple[re.Match[str], re.Match[str], re.Match[str]], item: dict[str, Any], payload: dict[str, Any]
) -> dict[str, Any]:
    at_ms, allowed, dropped, reason, rule, ingest_id = found[0].groups()
    item_hash, kind, said_ms, sender, root, size, log = found[1].groups()
    prev, proof, said_rule, seq, stream, to, key, sig, nonce = found[2].groups()
    decision = {"allowed": allowed == "true", "dropped": _texts(dropped), "reason": reason, "rule": rule}
    body = {
        "at_ms": int(said_ms),
        "from": sender,
        "head": {"root": root, "size": int(size)},
        "log": log,
        "payload": payload,
        "prev": prev,
        "proof": _texts(proof),
        "rule": said_rule,
        "seq": int(seq),
        "stream": stream,
        "to": to,
    }
    leaf = {
        "approvals": {},
        "at_ms": int(at_ms),
        "decision": decision,
        "ingest_id": ingest_id,
        "item": item,
        "item_hash": item_hash,
        "kind": kind,
        "message": {"body": body, "key": key, "sig": sig},
    }
    return leaf if nonce is None else {**leaf, "nonce": nonce}


def _texts(text: str) -> list[str]:
    return [] if text == "[]" else text[2:-2].split('","')
