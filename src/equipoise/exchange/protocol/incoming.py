"""What a frame from the link must satisfy before it is recorded: pure checks over what is known of the peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, RECEIPT_DOMAIN, FrameError, canonical, digest
from equipoise.exchange.protocol.forms import is_count, is_head, is_hex, is_time_ms, problem_with_message
from equipoise.exchange.protocol.keys import Verify, succession_holds
from equipoise.exchange.protocol.tree import EMPTY_ROOT, consistent

MESSAGE_KEYS = {"from", "to", "log", "seq", "prev", "head", "proof", "at_ms", "stream", "payload", "rule"}
RECEIPT_KEYS = {
    "from", "to", "log", "ack", "message_hash", "head", "since", "proof", "last", "last_proof", "peer_head", "at_ms",
}  # fmt: skip
NO_HEAD = {"size": 0, "root": EMPTY_ROOT.hex()}
PROOF_STEPS = 128
KEYS = 64  # keys of the peer that are remembered: one that rotates without end fills no memory


@dataclass(frozen=True)
class Party:
    """One node's identity and the peer that it was founded with."""

    name: str
    peer: str
    peer_key: str


@dataclass(frozen=True)
class Heard:
    """Where the peer's side stands according to the own log.

    ``log`` names the peer's log by the hash of its first leaf, as its first frame here said: the same two parties may
    have exchanged before, and what they signed then contradicts nothing now.
    """

    key: str
    keys: tuple[str, ...]
    revoked: frozenset[str] = frozenset()
    log: str = ""
    seq: int = 0
    digest: str = ""
    head: dict[str, Any] | None = None
    acked: int = 0
    receipt_head: dict[str, Any] | None = None

    def kept(self) -> dict[str, Any]:
        """Return the record as plain data."""
        return {**vars(self), "keys": list(self.keys), "revoked": sorted(self.revoked)}

    @classmethod
    def taken_up(cls, kept: dict[str, Any]) -> Heard:
        """Return the record that :meth:`kept` gave."""
        return cls(**{**kept, "keys": tuple(kept["keys"]), "revoked": frozenset(kept["revoked"])})

    def after(self, leaf: dict[str, Any]) -> Heard:
        """Return what is known once a leaf is in the log."""
        if leaf["kind"] == "received":
            return self.after_message(leaf["message"]["body"])
        return self.after_receipt(leaf["receipt"]["body"]) if leaf["kind"] == "receipt" else self

    def after_message(self, body: dict[str, Any]) -> Heard:
        """Return what is known once a message is recorded."""
        following = replace(self, log=body["log"], seq=body["seq"], digest=digest(body), head=body["head"])
        if body["stream"] != "key":
            return following
        key = body["payload"]["new_key"]
        return replace(following, key=key, keys=(*self.keys, key)[-KEYS:])

    def after_receipt(self, body: dict[str, Any]) -> Heard:
        """Return what is known once a receipt is recorded."""
        return replace(self, log=body["log"], acked=body["ack"], receipt_head=body["head"])

    def after_revocation(self, *, revoked: str, key: str) -> Heard:
        """Return what is known once the own side refuses a key of the peer; ``key`` counts from now on, if given."""
        following = key or ("" if revoked == self.key else self.key)
        keys = (*self.keys, key)[-KEYS:] if key else self.keys
        return replace(self, key=following, keys=keys, revoked=self.revoked | {revoked})


def open_frame(frame: dict[str, Any], *, party: Party, heard: Heard, verify: Verify) -> dict[str, Any]:
    """Return the signed body of a frame of this pair of parties; anything else is a ``FrameError``."""
    if set(frame) != {"body", "key", "sig"} or not isinstance(frame["body"], dict):
        raise FrameError("not a signed frame")
    body = frame["body"]
    receipt = "ack" in body
    if set(body) != (RECEIPT_KEYS if receipt else MESSAGE_KEYS):
        raise FrameError("unknown or missing key")
    if not isinstance(frame["key"], str) or not isinstance(frame["sig"], str):
        raise FrameError("not a signed frame")
    if frame["key"] in heard.revoked:
        raise FrameError("revoked key")
    if frame["key"] != heard.key and (receipt or frame["key"] not in heard.keys):
        raise FrameError("wrong key")
    if not verify(
        frame["key"], (RECEIPT_DOMAIN if receipt else MESSAGE_DOMAIN) + canonical(body), frame["sig"]
    ):
        raise FrameError("bad signature")
    if body["from"] != party.peer or body["to"] != party.name:
        raise FrameError("not between these parties")
    if not is_hex(body["log"], size=64) or heard.log not in ("", body["log"]):
        raise FrameError("of another exchange")
    number = body["ack"] if receipt else body["seq"]
    if not is_count(number) or not is_time_ms(body["at_ms"]) or not is_head(body["head"]):
        raise FrameError("not a number in range")
    if not all(_is_proof(body[name]) for name in ("proof", "last_proof") if name in body):
        raise FrameError("no proof of consistency")
    if receipt and not (is_count(body["since"]) and is_count(body["last"])):
        raise FrameError("not a number in range")
    return body


def _is_proof(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > PROOF_STEPS:
        return False
    if not all(isinstance(step, str) and len(step) == 64 for step in value):
        return False
    return is_hex("".join(value), size=64 * len(value))


def check_message(body: dict[str, Any], *, heard: Heard, signed_by: str, verify: Verify) -> None:
    """Raise ``FrameError`` unless the message is the peer's next one."""
    if body["seq"] > heard.seq + 1:
        raise FrameError("gap")
    if signed_by != heard.key:
        raise FrameError("wrong key")
    if body["prev"] != heard.digest:
        raise FrameError("fork: the chain does not continue what was received")
    check_extends(body["head"], heard.head or NO_HEAD, body["proof"])
    if problem := problem_with_message(body):
        raise FrameError(problem)
    if body["stream"] == "key":
        _check_succession(body, heard=heard, verify=verify)


def _check_succession(body: dict[str, Any], *, heard: Heard, verify: Verify) -> None:
    payload = body["payload"]
    if payload["new_key"] in heard.keys or payload["new_key"] in heard.revoked:
        raise FrameError("a new key that was used before")
    if not succession_holds(payload, party=body["from"], old_key=heard.key, verify=verify):
        raise FrameError("a new key without proof")


def check_receipt(body: dict[str, Any], *, heard: Heard, own_digest: str | None) -> None:
    """Raise ``FrameError`` unless the receipt is for what was sent: ``own_digest`` is that of the message it names."""
    if own_digest is None or own_digest != body["message_hash"]:
        raise FrameError("fork: a receipt for a message that was never sent")
    if not is_head(body["peer_head"]):
        raise FrameError("not a head")
    check_head(body["head"], heard.receipt_head)


def check_head(head: Mapping[str, Any], last: Mapping[str, Any] | None) -> None:
    """Raise ``FrameError`` when a log shrank, or is another at the same length."""
    last = last or NO_HEAD
    if head["size"] < last["size"]:
        raise FrameError("fork: the log became shorter")
    if head["size"] == last["size"] and head["root"] != last["root"]:
        raise FrameError("fork: two logs of one length")


def check_extends(head: Mapping[str, Any], last: Mapping[str, Any], proof: Sequence[str]) -> None:
    """Raise ``FrameError`` unless the proof shows that a head only extends one that was signed before."""
    check_head(head, last)
    if last["size"] and not consistent(
        old_size=last["size"],
        old_root=bytes.fromhex(last["root"]),
        new_size=head["size"],
        new_root=bytes.fromhex(head["root"]),
        proof=[bytes.fromhex(step) for step in proof],
    ):
        raise FrameError("fork: the log does not extend the one that was signed before")
