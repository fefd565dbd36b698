"""The leaf of an own message with the bytes of its item and of its frame, read fast where it has the usual form.

A general reader parses a leaf, writes it again and compares. Nearly all leaves of a long log are of one build, in which
only item and payload differ: patterns take the rest, in half the time. What they take, the general reader takes too, with
the same outcome; what they pass over, it reads.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
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
_VECTOR = rf"\[{_SHORT},{_SHORT},{_SHORT}\]"
_PAYLOAD = re.compile(
    rf'\{{(?:"launch_id":"{_PLAIN}",)?(?:"lineage":\[{_TEXTS}\],)?"position_ecef_m":{_VECTOR},"sigma_m":{_SHORT},'
    rf'"sigma_m_s":{_SHORT},"time_s":{_SHORT},"track_id":"{_PLAIN}","velocity_ecef_m_s":{_VECTOR}\}}'
    rf'|\{{(?:"refers_to":"{_PLAIN}",)?"text":"{_PLAIN}"\}}'
)
_AFTER_BODY = len(',"key":"","sig":""}') + 64 + 128
_KEYS = {"exercise", "payload", "sensitivity", "stream"}
_parsed, _quoted = json.JSONDecoder().raw_decode, json.JSONEncoder(ensure_ascii=False).encode


class Sent(NamedTuple):
    """The leaf of an own message; ``item``, ``body`` and ``frame`` are the bytes that are hashed and signed."""

    leaf: dict[str, Any]
    item: bytes
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
    leaf = _leaf((first, middle, last), *both)
    body = data[frame_at + len('{"body":') : frame_end - _AFTER_BODY]
    return Sent(leaf, data[first.end() : middle.start()], body, data[frame_at:frame_end])


def _both(item_text: str, text: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return an item and the payload of its message; none when one of them is not an object in its canonical form."""
    item, end = _parsed(item_text)
    if end != len(item_text) or not isinstance(item, dict):
        return None
    before, after = _around_payload(item)
    inner = item_text[len(before) : len(item_text) - len(after)]
    usual_item = item_text == f"{before}{inner}{after}"
    if not (usual_item and _PAYLOAD.fullmatch(inner)) and to_bytes(item) != item_text.encode():
        return None
    if usual_item and before and inner == text:
        return (item, item["payload"]) if isinstance(item["payload"], dict) else None
    payload, end = _parsed(text)
    if end != len(text) or not isinstance(payload, dict):
        return None
    return (item, payload) if _PAYLOAD.fullmatch(text) or to_bytes(payload) == text.encode() else None


def _around_payload(item: dict[str, Any]) -> tuple[str, str]:
    """Return what an item of the usual keys and words is written with before and after its payload; of others, nothing."""
    if item.keys() != _KEYS or type(item["exercise"]) is not bool:
        return "", ""
    sensitivity, stream = item["sensitivity"], item["stream"]
    words = isinstance(sensitivity, str) and isinstance(stream, str)
    return _written_around(item["exercise"], sensitivity, stream) if words else ("", "")


@lru_cache(maxsize=64)
def _written_around(exercise: bool, sensitivity: str, stream: str) -> tuple[str, str]:
    before = f'{{"exercise":{_quoted(exercise)},"payload":'
    return before, f',"sensitivity":{_quoted(sensitivity)},"stream":{_quoted(stream)}}}'


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
