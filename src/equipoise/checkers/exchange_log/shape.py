"""The shape of a leaf: which keys it and its parts have, how deep they nest; a key more could carry anything past the rules."""

from __future__ import annotations

from typing import Any

_FILED = {"approvals", "ingest_id", "item", "item_hash"}
_SENT = _FILED | {"decision", "message"}
_KINDS: dict[str, set[str]] = {
    "genesis": {"party", "key", "peer", "peer_key", "gate", "nonce"},
    "rules": {"policy", "profile", "operators"},
    "release": _SENT,
    "withheld": _SENT | {"nonce"},
    "held": _FILED,
    "received": {"message"},
    "receipt": {"receipt"},
    "own-key": {"key", "revoked"},
    "peer-key": {"key", "revoked"},
    "refused": {"reason", "count", "bytes", "frame_hash"},
    "fork": {"message"},
}
KEYS = {kind: keys | {"kind", "at_ms"} for kind, keys in _KINDS.items()}
_CORRELATION = {"correlation"}
_MAY_HAVE = {"release": _CORRELATION, "withheld": _CORRELATION, "held": _CORRELATION, "refused": {"message"}}
_ITEM, _SITE = {"stream", "exercise", "sensitivity", "payload"}, {"site"}
_DECISION = {"allowed", "rule", "reason", "dropped"}
_FRAME, _HEAD = {"body", "key", "sig"}, {"root", "size"}
_BODY = {"from", "to", "log", "head", "proof", "at_ms"}
_MESSAGE = _BODY | {"seq", "prev", "stream", "payload", "rule"}
_RECEIPT = _BODY | {"ack", "message_hash", "since", "last", "last_proof", "peer_head"}
MOST_STEPS = 128  # of a proof
DEEPEST = 16


def problem_with_leaf(leaf: dict[str, Any]) -> str:
    """Return what is wrong with the shape of a leaf of a known kind, or an empty string."""
    kind = leaf["kind"]
    if leaf.keys() != KEYS[kind] and leaf.keys() - _MAY_HAVE.get(kind, set()) != KEYS[kind]:
        return f"its keys are not those of a leaf '{kind}'"
    if _deeper(leaf):
        return f"it nests more than {DEEPEST} deep"
    if "item" in leaf and leaf["item"].keys() - _SITE != _ITEM:
        return "its item has other keys than an item has"
    if "decision" in leaf and leaf["decision"].keys() != _DECISION:
        return "its decision has other keys than a decision has"
    return problem_with_frame(leaf["message"]) if kind in ("release", "withheld") else ""


def problem_with_frame(frame: dict[str, Any]) -> str:
    """Return what is wrong with the shape of a message or a receipt, or an empty string."""
    body = frame["body"]
    if frame.keys() != _FRAME or body.keys() != (_RECEIPT if "ack" in body else _MESSAGE):
        return "its frame has other keys than a frame has"
    if any(body[name].keys() != _HEAD for name in ("head", "peer_head") if name in body):
        return "a head in it has other keys than a head has"
    if not all(_is_proof(body[name]) for name in ("proof", "last_proof") if name in body):
        return "a proof in it is no list of hashes"
    return ""


def _is_proof(steps: Any) -> bool:
    return (
        isinstance(steps, list)
        and len(steps) <= MOST_STEPS
        and all(
            isinstance(step, str) and len(step) == 64 and set(step) <= set("0123456789abcdef")
            for step in steps
        )
    )


def _deeper(leaf: dict[str, Any]) -> bool:
    level: list[Any] = [leaf]
    for _ in range(DEEPEST):
        level = [
            inner
            for part in level
            for inner in (part.values() if isinstance(part, dict) else part if isinstance(part, list) else ())
        ]
    return bool(level)
