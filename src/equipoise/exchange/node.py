"""The party node without input or output: events in, frames to send out, every step durable before it is told.

The state is a fold over the node's own log, so a restart is a replay. Clock, randomness, disk and link are handed in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from equipoise.exchange.encoding import (
    HEAD_DOMAIN,
    MESSAGE_DOMAIN,
    RECEIPT_DOMAIN,
    FrameError,
    canonical,
    digest,
    read_frame,
)
from equipoise.exchange.forms import STREAMS, ItemError, check_item, is_head, is_track
from equipoise.exchange.gate import Decision, Gate
from equipoise.exchange.keys import Signer, Verify, verify_ed25519
from equipoise.exchange.notices import Board
from equipoise.exchange.store import Storage, StorageError
from equipoise.exchange.tree import Frontier

WINDOW = 256
MESSAGE_KEYS = {"from", "to", "seq", "prev", "head", "at_ms", "stream", "payload", "rule"}
RECEIPT_KEYS = {"from", "to", "ack", "message_hash", "head", "peer_head", "at_ms"}


@dataclass(frozen=True)
class Party:
    """One node's identity and what it knows of its peer."""

    name: str
    peer: str
    peer_key: str
    revoked: frozenset[str] = frozenset()


@dataclass
class Picture:
    """What one party sees: both boards, launches, latest tracks, texts; own and received kept apart."""

    notices: dict[str, Board] = field(default_factory=dict)
    latest: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    heard_at_ms: int = 0

    def take(self, origin: str, stream: str, payload: dict[str, Any]) -> None:
        """Show one item; a notice out of order stays off the board (it is in the log all the same)."""
        if stream == "notice":
            try:
                self.notices[origin] = self.notices.get(origin, Board()).after(payload)
            except (ValueError, TypeError):
                return
        elif stream in ("launch", "track", "text"):
            name = str(payload.get(f"{stream}_id", "")) or digest(payload)[:12]
            self.latest[origin, stream, name] = payload
            if len(self.latest) > 10_000:
                del self.latest[next(iter(self.latest))]


class Node:
    """One party: ingest, gate, signed log, outbox, receipts."""

    def __init__(
        self,
        party: Party,
        *,
        signers: Sequence[Signer],
        gate: Gate,
        storage: Storage,
        clock_ms: Callable[[], int],
        random_bytes: Callable[[int], bytes],
        verify: Verify = verify_ed25519,
    ) -> None:
        """Replay the log; an empty one gets its first leaf (who the parties are, by key)."""
        self.party, self.gate, self.storage, self.verify = party, gate, storage, verify
        self.clock_ms, self.random_bytes = clock_ms, random_bytes
        self.keyring = {signer.public: signer for signer in signers}
        self.own_key, self.peer_key = signers[0].public, party.peer_key
        self.tree, self.picture = Frontier(), Picture()
        self.sent_seq = self.acked_seq = self.received_seq = 0
        self.sent_hash = self.received_hash = ""
        self.outbox: dict[int, dict[str, Any]] = {}
        self.sent_hashes: dict[int, str] = {}
        self.approvals: dict[str, set[str]] = {}
        self.refusals: dict[str, int] = {}
        self.received_hashes: dict[int, str] = {}
        self.peer_keys = {self.peer_key}
        self.ingested: set[str] = set()
        self.degraded = False
        self.peer_head: dict[str, Any] | None = None
        self.peer_head_size = 0
        leaves = storage.read()
        for data in leaves:
            self._fold(data)
        if not leaves:
            self._record(
                [
                    {
                        "kind": "genesis",
                        "party": party.name,
                        "key": self.own_key,
                        "peer": party.peer,
                        "peer_key": party.peer_key,
                    }
                ]
            )

    # --- own side -------------------------------------------------------------------------------------------

    def ingest(self, item: dict[str, Any], *, operator: str = "auto") -> list[bytes]:
        """Take one item of the own side, decide, log, and return the frame to send (none while it is held)."""
        return self.ingest_many([item], operator=operator)

    def ingest_many(self, items: Sequence[dict[str, Any]], *, operator: str = "auto") -> list[bytes]:
        """Take several items with one sync; the own picture shows them even when the disk is full."""
        leaves: list[dict[str, Any]] = []
        approvals: dict[str, set[str]] = {}
        seq, previous = self.sent_seq, self.sent_hash
        for item in items:
            check_item(item)
            self.picture.take(self.party.name, item["stream"], item["payload"])
            name = digest(item)
            people = self.approvals.get(name, set()) | approvals.get(name, set()) | {operator}
            decision = self._decide(item, approvals=len(people))
            if not decision.allowed and item.get("sensitivity") == "hold" and len(people) < 2:
                approvals[name] = people
                leaves.append({"kind": "held", "item": item, "item_hash": name, "by": operator})
                continue
            leaf = self._message_leaf(item, decision, seq=seq + 1, previous=previous, people=people)
            seq, previous = seq + 1, digest(leaf["message"]["body"])
            leaves.append(leaf)
        try:
            self._record(leaves)
        except StorageError:
            return []
        return [canonical(leaf["message"]) for leaf in leaves if "message" in leaf]

    def _decide(self, item: dict[str, Any], *, approvals: int) -> Decision:
        return self.gate.decide(item, party=self.party.name, approvals=approvals)

    def _message_leaf(
        self, item: dict[str, Any], decision: Decision, *, seq: int, previous: str, people: set[str]
    ) -> dict[str, Any]:
        leaf: dict[str, Any] = {"decision": decision.record(item), "item": item, "by": sorted(people)}
        if decision.allowed:
            leaf["kind"], stream, payload = "release", item["stream"], decision.payload
        else:
            leaf["kind"], stream = "withheld", "withheld"
            leaf["nonce"] = self.random_bytes(32).hex()
            payload = {
                "commitment": hashlib.sha256(bytes.fromhex(leaf["nonce"]) + canonical(item)).hexdigest()
            }
        body = {
            "from": self.party.name,
            "to": self.party.peer,
            "seq": seq,
            "prev": previous,
            "head": self._head(self.tree),
            "at_ms": self.clock_ms(),
            "stream": stream,
            "payload": payload,
            "rule": decision.rule,
        }
        leaf["message"] = self._signed(body, MESSAGE_DOMAIN)
        return leaf

    def rotate(self, new_key: str) -> list[bytes]:
        """Announce a key of the keyring under the old one; it signs everything after."""
        if new_key not in self.keyring:
            raise ItemError("the new key is not in this node's keyring")
        item = {
            "stream": "key",
            "sensitivity": "releasable",
            "exercise": True,
            "payload": {"new_key": new_key},
        }
        return self.ingest(item)

    def resend(self) -> list[bytes]:
        """Return the frames that the peer has not receipted, oldest first, one window of them."""
        return [canonical(self.outbox[seq]) for seq in sorted(self.outbox)[:WINDOW]]

    def signed_head(self) -> dict[str, Any]:
        """Return a signed checkpoint of the log as it stands, for the peer, a witness or a verifier."""
        return self._signed({"party": self.party.name, **self._head(self.tree)}, HEAD_DOMAIN)

    # --- the peer's side ------------------------------------------------------------------------------------

    def receive(self, frames: Sequence[bytes]) -> list[bytes]:
        """Take frames from the link; return the receipt to send, after everything accepted is durable."""
        leaves: list[dict[str, Any]] = []
        seq, key, acked, head_size, again = (
            self.received_seq,
            self.peer_key,
            self.acked_seq,
            self.peer_head_size,
            False,
        )
        previous = self.received_hash
        for data in frames:
            try:
                frame = read_frame(data)
                body = self._open(frame, key)
                if "ack" in body:
                    if self._check_receipt(body, acked):
                        acked = body["ack"]
                        leaves.append({"kind": "receipt", "receipt": frame})
                    continue
                again = True
                if self._is_duplicate(body, seq):
                    self._check_replay(frame, leaves)
                    continue
                self._check_message(
                    body, seq=seq, previous=previous, head_size=head_size, key=key, signed_by=frame["key"]
                )
            except FrameError as error:
                self._count_refusal(str(error), data, leaves)
                continue
            leaves.append({"kind": "received", "message": frame})
            seq, previous, head_size = body["seq"], digest(body), body["head"]["size"]
            if body["stream"] == "key":
                key = body["payload"]["new_key"]
        try:
            self._record(leaves)
        except StorageError:
            return []
        return [canonical(self._receipt())] if again and self.received_seq else []

    def _open(self, frame: dict[str, Any], key: str) -> dict[str, Any]:
        if set(frame) != {"body", "key", "sig"} or not isinstance(frame["body"], dict):
            raise FrameError("not a signed frame")
        body = frame["body"]
        receipt = "ack" in body
        if set(body) != (RECEIPT_KEYS if receipt else MESSAGE_KEYS):
            raise FrameError("unknown or missing key")
        if not isinstance(frame["key"], str) or not isinstance(frame["sig"], str):
            raise FrameError("not a signed frame")
        if frame["key"] in self.party.revoked:
            raise FrameError("revoked key")
        if frame["key"] != key and frame["key"] not in self.peer_keys:
            raise FrameError("wrong key")
        domain = RECEIPT_DOMAIN if receipt else MESSAGE_DOMAIN
        if not self.verify(frame["key"], domain + canonical(body), frame["sig"]):
            raise FrameError("bad signature")
        if body["from"] != self.party.peer or body["to"] != self.party.name:
            raise FrameError("not between these parties")
        numbers = [body["ack"] if receipt else body["seq"], body["at_ms"]]
        if any(type(number) is not int or not 0 <= number < 2**53 for number in numbers) or not is_head(
            body["head"]
        ):
            raise FrameError("not a number in range")
        return body

    def _check_message(
        self, body: dict[str, Any], *, seq: int, previous: str, head_size: int, key: str, signed_by: str
    ) -> None:
        if body["seq"] > seq + 1:
            raise FrameError("gap")
        if signed_by != key:
            raise FrameError("wrong key")
        if body["prev"] != previous:
            raise FrameError("fork: the chain does not continue what was received")
        if (
            body["stream"] not in STREAMS
            or not isinstance(body["payload"], dict)
            or not isinstance(body["rule"], str)
        ):
            raise FrameError("unknown stream")
        if body["stream"] == "track" and not is_track(body["payload"]):
            raise FrameError("not a track")
        if body["head"]["size"] < head_size:
            raise FrameError("fork: the log became shorter")
        if body["stream"] == "key" and not isinstance(body["payload"].get("new_key"), str):
            raise FrameError("no new key")

    @staticmethod
    def _is_duplicate(body: dict[str, Any], seq: int) -> bool:
        return bool(body["seq"] <= seq)

    def _check_replay(self, frame: dict[str, Any], leaves: list[dict[str, Any]]) -> None:
        """Keep two signed messages of one number and different content: that pair proves the fork."""
        body = frame["body"]
        if frame["key"] != self.peer_key:
            return
        if self.received_hashes.get(body["seq"], digest(body)) != digest(body) and not self.refusals.get(
            "fork"
        ):
            self.refusals["fork"] = 1
            leaves.append({"kind": "fork", "message": frame})

    def _check_receipt(self, body: dict[str, Any], acked: int) -> bool:
        if body["ack"] <= acked:
            return False
        if self.sent_hashes.get(body["ack"]) != body["message_hash"]:
            raise FrameError("fork: a receipt for a message that was never sent")
        if not is_head(body["peer_head"]):
            raise FrameError("not a head")
        return True

    def _count_refusal(self, reason: str, data: bytes, leaves: list[dict[str, Any]]) -> None:
        """Log the first, second, fourth, eighth ... refusal for each reason, so that a flood cannot fill the disk."""
        count = self.refusals[reason] = self.refusals.get(reason, 0) + 1
        if reason != "gap" and count & (count - 1) == 0:
            leaf = {"kind": "refused", "reason": reason, "count": count, "bytes": len(data)}
            leaf["frame_hash"] = hashlib.sha256(data).hexdigest()
            if reason.startswith("fork"):
                leaf["message"] = read_frame(data)
            leaves.append(leaf)

    def _receipt(self) -> dict[str, Any]:
        body = {
            "from": self.party.name,
            "to": self.party.peer,
            "ack": self.received_seq,
            "message_hash": self.received_hash,
            "head": self._head(self.tree),
            "peer_head": self.peer_head,
            "at_ms": self.clock_ms(),
        }
        return self._signed(body, RECEIPT_DOMAIN)

    # --- the log --------------------------------------------------------------------------------------------

    def _record(self, leaves: Sequence[dict[str, Any]]) -> None:
        """Make leaves durable, then and only then let them change the state."""
        if not leaves:
            return
        now = self.clock_ms()
        encoded = [canonical({**leaf, "at_ms": now}) for leaf in leaves]
        self.degraded = True
        self.storage.append(encoded)
        self.storage.sync()
        self.degraded = False
        for data in encoded:
            self._fold(data)

    def _fold(self, data: bytes) -> None:
        leaf = json.loads(data)
        self.tree.append(data)
        kind = leaf["kind"]
        if "item" in leaf:
            self.ingested.add(str(leaf["item"].get("ingest_id", "")))
        if kind in ("release", "withheld"):
            self._fold_sent(leaf)
        elif kind == "received":
            self._fold_received(leaf)
        elif kind == "receipt":
            for seq in range(self.acked_seq + 1, leaf["receipt"]["body"]["ack"] + 1):
                self.outbox.pop(seq, None)
                self.sent_hashes.pop(seq - 1, None)
            self.acked_seq = leaf["receipt"]["body"]["ack"]
        elif kind == "held":
            self.approvals.setdefault(leaf["item_hash"], set()).add(leaf["by"])
        elif kind == "genesis":
            self.own_key, self.peer_key = leaf["key"], leaf["peer_key"]
            self.peer_keys = {self.peer_key}

    def _fold_sent(self, leaf: dict[str, Any]) -> None:
        body = leaf["message"]["body"]
        self.sent_seq, self.sent_hash = body["seq"], digest(body)
        self.outbox[self.sent_seq] = leaf["message"]
        self.sent_hashes[self.sent_seq] = self.sent_hash
        self.approvals.pop(leaf["decision"]["item_hash"], None)
        self.picture.take(self.party.name, leaf["item"]["stream"], leaf["item"]["payload"])
        if body["stream"] == "key":
            self.own_key = body["payload"]["new_key"]

    def _fold_received(self, leaf: dict[str, Any]) -> None:
        body = leaf["message"]["body"]
        self.received_seq, self.received_hash = body["seq"], digest(body)
        self.received_hashes[self.received_seq] = self.received_hash
        self.received_hashes.pop(self.received_seq - 16 * WINDOW, None)
        self.peer_head, self.peer_head_size = body["head"], body["head"]["size"]
        self.picture.take(self.party.peer, body["stream"], body["payload"])
        self.picture.heard_at_ms = leaf["at_ms"]
        if body["stream"] == "key":
            self.peer_key = body["payload"]["new_key"]
            self.peer_keys.add(self.peer_key)

    @staticmethod
    def _head(tree: Frontier) -> dict[str, Any]:
        return {"size": tree.size, "root": tree.root().hex()}

    def _signed(self, body: dict[str, Any], domain: bytes) -> dict[str, Any]:
        signature = self.keyring[self.own_key].sign(domain + canonical(body))
        return {"body": body, "key": self.own_key, "sig": signature}
