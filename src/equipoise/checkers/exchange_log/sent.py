"""The leaf of an own message with the bytes of its item and of its frame, read fast where it has the usual form.

A general reader parses a leaf, writes it again and compares. Nearly all leaves of a long log are of one build, in which
only item and payload differ: patterns take the rest. What they take, the general reader takes too, with
the same outcome; what they pass over, it reads.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from .log import to_bytes
from .shape import MOST_STEPS

_NUMBER, _HASH = "(0|[1-9][0-9]{0,15})", '"([0-9a-f]{64})"'
_PLAIN = r"[ !#-\[\]-~]*"  # text that JSON writes as it is
_ANY, _TEXT, _TEXTS = f'"{_PLAIN}"', f'"({_PLAIN})"', f'(?:"{_PLAIN}"(?:,"{_PLAIN}")*)?'
_BEFORE_OWN = re.compile(
    rf'\{{"approvals":\{{\}},"at_ms":{_NUMBER},"decision":\{{"allowed":(true|false),"dropped":(\[{_TEXTS}\]),'
    rf'"reason":{_TEXT},"rule":{_TEXT}\}},"ingest_id":{_TEXT},"item":(?=\{{)\{{"exercise":(true|false),"payload":(?=\{{)'
)
_BETWEEN = re.compile(
    rf',"sensitivity":{_TEXT},(?:"site":{_TEXT},)?"stream":{_TEXT}\}}(?=,),"item_hash":{_HASH},"kind":"(release|withheld)",'
    rf'"message":(?=\{{)\{{"body":(?=\{{)\{{"at_ms":{_NUMBER},"from":{_TEXT},"head":\{{"root":{_HASH},"size":{_NUMBER}\}},'
    rf'"log":{_HASH},"payload":(?=\{{)'
)
_STEP = '"[0-9a-f]{64}"'
_AFTER_LEFT = re.compile(
    rf',"prev":"([0-9a-f]{{64}}|)","proof":(\[(?:{_STEP}(?:,{_STEP}){{0,{MOST_STEPS - 1}}})?\]),"rule":{_TEXT},'
    rf'"seq":{_NUMBER},"stream":{_TEXT},"to":{_TEXT}\}},"key":{_HASH},"sig":"([0-9a-f]{{128}})"\}}'
    rf'(?:,"nonce":{_HASH})?\}}'
)
# A number of at most 15 digits without a needless zero. Two such decimals never read as one double, so it is the shortest
# one of its double, which is how the canonical form writes it.
_SHORT = r"(?:-?(?:[1-9][0-9]{0,9}\.(?:[0-9]{0,4}[1-9]|0)|0\.(?:[0-9]{0,3}[1-9]|0)|[1-9][0-9]{0,14})|0)"
_VECTOR = rf"\[{_SHORT},{_SHORT},{_SHORT}\]"
_CANONICAL = re.compile(
    rf'\{{(?:"launch_id":{_ANY},)?(?:"lineage":\[{_TEXTS}\],)?"position_ecef_m":{_VECTOR},"sigma_m":{_SHORT},'
    rf'"sigma_m_s":{_SHORT},"time_s":{_SHORT},"track_id":{_ANY},"velocity_ecef_m_s":{_VECTOR}\}}'
    rf'|\{{(?:(?:"refers_to":{_ANY},)?"text":{_ANY}|"commitment":{_STEP}|"status":{_ANY})\}}'
).match
_AFTER_BODY = len(',"key":"","sig":""}') + 64 + 128
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
    before = _BEFORE_OWN.match(text)
    if before is None:
        return None
    try:
        own_at, (own, own_end) = before.end(), _object(text, before.end())
        between = _BETWEEN.match(text, own_end)
        if between is None:
            return None
        left_at, own_text = between.end(), text[own_at:own_end]
        left, left_end = (
            (own, left_at + len(own_text)) if text.startswith(own_text, left_at) else _object(text, left_at)
        )
    except (ValueError, RecursionError):
        return None
    after = _AFTER_LEFT.fullmatch(text, left_end)
    if after is None or (between[5] == "withheld") is (after[9] is None):
        return None
    item_at, item_end = before.start(7) - len('{"exercise":'), between.start(4) - len(',"item_hash":"')
    frame_at, frame_end = between.end(5) + len('","message":'), after.end(8) + len('"}')
    leaf = _leaf(before.groups(), between.groups(), after.groups(), own=own, left=left)
    body = data[frame_at + len('{"body":') : frame_end - _AFTER_BODY]
    return Sent(leaf, data[item_at:item_end], data[own_at:own_end], body, data[frame_at:frame_end])


def _object(text: str, at: int) -> tuple[dict[str, Any], int]:
    """Return the object that begins there in canonical form, and its end; any other is a ``ValueError``."""
    value, end = _parsed(text, at)
    found = _CANONICAL(text, at)
    if found is None or found.end() != end:
        own = text[at:end]
        if own.count("{") + own.count("[") > _NESTED or to_bytes(value) != own.encode():
            raise ValueError("not in canonical form")
    return value, end


def _leaf(
    before: tuple[Any, ...], between: tuple[Any, ...], after: tuple[Any, ...], *, own: Any, left: Any
) -> dict[str, Any]:
    at_ms, allowed, dropped, reason, rule, ingest_id, exercise = before
    sensitivity, site, stream, item_hash, kind, said_ms, sender, root, size, log = between
    prev, proof, said_rule, seq, said_stream, to, key, sig, nonce = after
    item = {"exercise": exercise == "true", "payload": own, "sensitivity": sensitivity, "stream": stream}
    if site is not None:
        item["site"] = site
    body = {
        "at_ms": int(said_ms),
        "from": sender,
        "head": {"root": root, "size": int(size)},
        "log": log,
        "payload": left,
        "prev": prev,
        "proof": _texts(proof),
        "rule": said_rule,
        "seq": int(seq),
        "stream": said_stream,
        "to": to,
    }
    leaf = {
        "approvals": {},
        "at_ms": int(at_ms),
        "decision": {
            "allowed": allowed == "true",
            "dropped": _texts(dropped),
            "reason": reason,
            "rule": rule,
        },
        "ingest_id": ingest_id,
        "item": item,
        "item_hash": item_hash,
        "kind": kind,
        "message": {"body": body, "key": key, "sig": sig},
    }
    if nonce is not None:
        leaf["nonce"] = nonce
    return leaf


def _texts(text: str) -> list[str]:
    return [] if text == "[]" else text[2:-2].split('","')
