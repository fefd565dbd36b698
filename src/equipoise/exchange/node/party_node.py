"""The party node without input or output: events in, frames to send out, every step durable before it is told.

The state is a fold over the node's own log, so a restart is a replay. Clock, randomness, disk and link are handed in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from equipoise.exchange.node.outbox import Outbox
from equipoise.exchange.node.store import Storage, StorageError
from equipoise.exchange.picture.board import Picture
from equipoise.exchange.protocol.encoding import (
    HEAD_DOMAIN,
    MESSAGE_DOMAIN,
    RECEIPT_DOMAIN,
    FrameError,
    canonical,
    digest,
    read_frame,
)
from equipoise.exchange.protocol.forms import ItemError
from equipoise.exchange.protocol.gate import Decision, Gate
from equipoise.exchange.protocol.incoming import Heard, Party, check_message, check_receipt, open_frame
from equipoise.exchange.protocol.keys import Signer, Verify, approval_holds, succession, verify_ed25519
from equipoise.exchange.protocol.outgoing import Batch, Filing
from equipoise.exchange.protocol.tree import Frontier, leaf_hash
from equipoise.foundation.errors import InputError, Problem

WINDOW = 256
REMEMBERED = 16 * WINDOW  # received messages whose replay is compared with what was recorded
FILINGS = 65_536  # names of filings that are passed over when they come again


@dataclass
class Taken:
    """What became of a batch: frames to send, and the filings that were refused, each with the reason."""

    frames: list[bytes] = field(default_factory=list)
    refused: list[tuple[Filing, str]] = field(default_factory=list)


class Node:
    """One party: ingest, gate, signed log, outbox, receipts."""

    def __init__(
        self,
        party: Party,
        *,
        signers: Sequence[Signer],
        gate: Gate,
        storage: Storage,
        instruments: dict[str, Any],
        clock_ms: Callable[[], int],
        random_bytes: Callable[[int], bytes],
        operators: Mapping[str, str] | None = None,
        verify: Verify = verify_ed25519,
    ) -> None:
        """Replay the log; an empty one gets its first leaf (who the parties are, by key).

        ``signers`` hold every key that the log names, the founding one first; ``operators`` map names to keys.
        """
        self.party, self.gate, self.storage, self.verify = party, gate, storage, verify
        self.clock_ms, self.random_bytes = clock_ms, random_bytes
        self.keyring = {signer.public: signer for signer in signers}
        self.operators = dict(operators or {})
        self.own_key, self.own_revoked = signers[0].public, frozenset[str]()
        self.heard = Heard(key=party.peer_key, keys=frozenset({party.peer_key}))
        self.tree, self.log = Frontier(), ""
        self.picture = Picture(party=party.name, peer=party.peer, instruments=instruments)
        self.sent_seq, self.sent_hash = 0, ""
        self.outbox, self._fresh = Outbox(), dict[int, bytes]()
        self.approvals: dict[str, dict[str, str]] = {}
        self.refusals: dict[str, int] = {}
        self.degraded = False
        self._received: dict[int, str] = {}
        self._filed: dict[str, None] = {}
        self._rules: dict[str, Any] = {}
        for data in storage.read():
            self._fold(data)
        self._found()

    def _found(self) -> None:
        """Record who the parties are, once, and the rules of release whenever they changed."""
        leaves: list[dict[str, Any]] = []
        if not self.tree.size:
            keys = {"key": self.own_key, "peer_key": self.party.peer_key}
            names = {"party": self.party.name, "peer": self.party.peer, "nonce": self.random_bytes(16).hex()}
            leaves.append({"kind": "genesis", **names, **keys})
        rules = {"policy": self.gate.policy, "profile": self.gate.profile, "operators": self.operators}
        if rules != self._rules:
            leaves.append({"kind": "rules", **rules})
        self._record(leaves)

    # --- own side -------------------------------------------------------------------------------------------

    def ingest(self, item: dict[str, Any], *, operator: str = "", signature: str = "") -> list[bytes]:
        """Take one item of the own side and return the frame to send (none while it is held); misuse is an error."""
        taken = self.ingest_many([Filing(item, operator=operator, signature=signature)])
        if taken.refused:
            raise ItemError(taken.refused[0][1])
        return taken.frames

    def ingest_many(self, filings: Sequence[Filing]) -> Taken:
        """Take several items with one sync: show, decide, log; then they may be sent.

        The own picture shows them first, so that neither gate, disk nor link can hide them. When the disk is full
        (``degraded``) the batch is to be filed again; what the log holds under the same name is passed over.
        """
        taken, leaves, batch, names = Taken(), list[dict[str, Any]](), self._batch(), set[str]()
        for filing in filings:
            if filing.ingest_id in names or filing.ingest_id in self._filed:
                continue
            names |= {filing.ingest_id} - {""}
            try:
                leaves.append(batch.leaf(filing))
            except ItemError as error:
                taken.refused.append((filing, str(error)))
        taken.frames = self._recorded_frames(leaves)
        return taken

    def heartbeat(self) -> list[bytes]:
        """Tell the peer that this side is alive, and seal the log as it stands under a message."""
        return self._own_message("heartbeat", {"status": "alive"})

    def rotate(self, new: Signer) -> list[bytes]:
        """Announce a new key under the old one; it signs everything after."""
        self.keyring[new.public] = new
        return self._own_message("key", succession(new, party=self.party.name, old_key=self.own_key))

    def replace_key(self, new: Signer) -> None:
        """Drop a compromised key: the peer learns the new one outside this link; what waits is signed again."""
        self.keyring[new.public] = new
        self._record([{"kind": "own-key", "key": new.public, "revoked": self.own_key}])
        self._fresh.clear()

    def revoke_peer(self, *, revoked: str, key: str = "") -> None:
        """Refuse a compromised key of the peer from now on; ``key`` (received outside this link) takes its place."""
        self._record([{"kind": "peer-key", "key": key, "revoked": revoked}])

    def frames(self, first: int, last: int) -> list[bytes]:
        """Return the waiting messages from ``first`` to ``last`` as they go on the link."""
        first, last = max(first, self.outbox.first), min(last, self.sent_seq)
        return [self._frame(seq) for seq in range(first, last + 1)]

    def resend(self) -> list[bytes]:
        """Return the frames that the peer has not receipted, oldest first, one window of them."""
        return self.frames(self.outbox.first, self.outbox.first + WINDOW - 1)

    def signed_head(self) -> dict[str, Any]:
        """Return a signed checkpoint of the log as it stands, for a witness or a verifier."""
        return self._signed({"party": self.party.name, **self._head()}, HEAD_DOMAIN)

    def _batch(self) -> Batch:
        return Batch(
            party=self.party.name,
            peer=self.party.peer,
            log=self.log,
            seq=self.sent_seq,
            previous=self.sent_hash,
            head=self._head(),
            now_ms=self.clock_ms(),
            boards=self.picture.boards,
            approvals=self.approvals,
            decide=self._decide,
            would_wait=self.gate.would_wait,
            show=self.picture.show_unlogged,
            sign=lambda body: self._signed(body, MESSAGE_DOMAIN),
            approves=self._approves,
            random_bytes=self.random_bytes,
        )

    def _decide(self, item: dict[str, Any], *, approvals: int) -> Decision:
        return self.gate.decide(item, approvals=approvals)

    def _approves(self, filing: Filing, item_hash: str) -> bool:
        key = self.operators.get(filing.operator, "")
        return approval_holds(key, filing.signature, item_hash=item_hash, verify=self.verify)

    def _own_message(self, stream: str, payload: dict[str, Any]) -> list[bytes]:
        item = {"stream": stream, "exercise": True, "sensitivity": "releasable", "payload": payload}
        decision = self._decide(item, approvals=0)
        if not decision.allowed:
            raise ItemError(f"the release policy lets no {stream} leave ({decision.rule})")
        leaf = {"item": item, "item_hash": digest(item), "approvals": {}, "ingest_id": ""}
        return self._recorded_frames([self._batch().message_leaf(leaf, decision)])

    def _recorded_frames(self, leaves: list[dict[str, Any]]) -> list[bytes]:
        try:
            self._record(leaves)
        except StorageError:
            return []
        messages = [leaf["message"] for leaf in leaves if "message" in leaf]
        frames = [canonical(message) for message in messages]
        for message, frame in zip(messages, frames, strict=True):
            seq = message["body"]["seq"]
            self._fresh[seq] = frame
            self._fresh.pop(seq - 4 * WINDOW, None)
        return frames

    def _frame(self, seq: int) -> bytes:
        if seq in self._fresh:
            return self._fresh[seq]
        message = json.loads(self.storage.leaf(self.outbox.leaf_number(seq)))["message"]
        if message["key"] in self.own_revoked:
            message = self._signed(message["body"], MESSAGE_DOMAIN)
        return canonical(message)

    # --- the peer's side ------------------------------------------------------------------------------------

    def receive(self, frames: Sequence[bytes]) -> list[bytes]:
        """Take frames from the link; return the receipt to send, after everything accepted is durable."""
        leaves, heard, answer = list[dict[str, Any]](), self.heard, False
        for data in frames:
            try:
                frame = read_frame(data)
                body = open_frame(frame, party=self.party, heard=heard, verify=self.verify)
                if "ack" in body:
                    if body["ack"] > heard.acked:
                        check_receipt(body, heard=heard, own_digest=self._sent_digest(body["ack"]))
                        leaves.append({"kind": "receipt", "receipt": frame})
                        heard = heard.after_receipt(body)
                    continue
                answer = True
                if self._is_duplicate(body, heard.seq):
                    self._check_replay(frame, leaves)
                    continue
                self._check_message(frame, heard)
            except FrameError as error:
                self._count_refusal(str(error), data, leaves)
                continue
            leaves.append({"kind": "received", "message": frame})
            heard = heard.after_message(body)
        try:
            self._record(leaves)
        except StorageError:
            return []
        return [canonical(self._receipt())] if answer and self.heard.seq else []

    def refuse(self, reason: str, data: bytes) -> None:
        """Count and log bytes from the link that were not even frames."""
        leaves: list[dict[str, Any]] = []
        self._count_refusal(reason, data, leaves)
        with suppress(StorageError):
            self._record(leaves)

    def _check_message(self, frame: dict[str, Any], heard: Heard) -> None:
        check_message(frame["body"], heard=heard, signed_by=frame["key"], verify=self.verify)

    @staticmethod
    def _is_duplicate(body: dict[str, Any], seq: int) -> bool:
        return bool(body["seq"] <= seq)

    def _check_replay(self, frame: dict[str, Any], leaves: list[dict[str, Any]]) -> None:
        """Keep two signed messages of one number and different content: that pair proves the fork."""
        body = frame["body"]
        known = self._received.get(body["seq"])
        if known and known != digest(body) and not self.refusals.get("fork"):
            self.refusals["fork"] = 1
            leaves.append({"kind": "fork", "message": frame})

    def _sent_digest(self, seq: int) -> str | None:
        if not self.outbox.first <= seq <= self.sent_seq:
            return None
        return digest(json.loads(self._frame(seq))["body"])

    def _count_refusal(self, reason: str, data: bytes, leaves: list[dict[str, Any]]) -> None:
        """Log the first, second, fourth, eighth ... refusal for each reason, so that a flood cannot fill the disk.

        A gap is what a lost or reordered frame leaves, and no offence: it is counted and not logged.
        """
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
            "log": self.log,
            "ack": self.heard.seq,
            "message_hash": self.heard.digest,
            "head": self._head(),
            "peer_head": self.heard.head,
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
        self.log = self.log or leaf_hash(data).hex()
        self._folds[leaf["kind"]](self, leaf)
        self.tree.append(data)
        self.picture.fold(leaf)

    def _fold_genesis(self, leaf: dict[str, Any]) -> None:
        if (leaf["party"], leaf["peer"]) != (self.party.name, self.party.peer):
            names = f"'{leaf['party']}' with '{leaf['peer']}', not of '{self.party.name}' with '{self.party.peer}'"
            raise InputError(
                [Problem("evidence log", "", f"is of {names}.", "Give the peer's own public.json.")]
            )
        self.own_key = leaf["key"]
        self.heard = Heard(key=leaf["peer_key"], keys=frozenset({leaf["peer_key"]}))

    def _fold_rules(self, leaf: dict[str, Any]) -> None:
        self._rules = {key: leaf[key] for key in ("policy", "profile", "operators")}

    def _fold_sent(self, leaf: dict[str, Any]) -> None:
        body = leaf["message"]["body"]
        self._remember_filing(leaf)
        self.sent_seq, self.sent_hash = body["seq"], digest(body)
        self.outbox.add(self.tree.size)
        self.approvals.pop(leaf["item_hash"], None)
        if body["stream"] == "key":
            self.own_key = body["payload"]["new_key"]

    def _fold_held(self, leaf: dict[str, Any]) -> None:
        self._remember_filing(leaf)
        self.approvals[leaf["item_hash"]] = leaf["approvals"]

    def _fold_received(self, leaf: dict[str, Any]) -> None:
        self.heard = self.heard.after_message(leaf["message"]["body"])
        self._received[self.heard.seq] = self.heard.digest
        self._received.pop(self.heard.seq - REMEMBERED, None)

    def _fold_receipt(self, leaf: dict[str, Any]) -> None:
        self.heard = self.heard.after_receipt(leaf["receipt"]["body"])
        self.outbox.drop_to(self.heard.acked)

    def _fold_own_key(self, leaf: dict[str, Any]) -> None:
        self.own_key, self.own_revoked = leaf["key"], self.own_revoked | {leaf["revoked"]}

    def _fold_peer_key(self, leaf: dict[str, Any]) -> None:
        self.heard = self.heard.after_revocation(revoked=leaf["revoked"], key=leaf["key"])

    def _fold_nothing(self, leaf: dict[str, Any]) -> None:
        """Refusals and forks are evidence and change no state."""

    _folds: Mapping[str, Callable[[Node, dict[str, Any]], None]] = {
        "genesis": _fold_genesis,
        "rules": _fold_rules,
        "release": _fold_sent,
        "withheld": _fold_sent,
        "held": _fold_held,
        "received": _fold_received,
        "receipt": _fold_receipt,
        "own-key": _fold_own_key,
        "peer-key": _fold_peer_key,
        "refused": _fold_nothing,
        "fork": _fold_nothing,
    }

    def _remember_filing(self, leaf: dict[str, Any]) -> None:
        if leaf["ingest_id"]:
            self._filed[leaf["ingest_id"]] = None
            if len(self._filed) > FILINGS:
                del self._filed[next(iter(self._filed))]

    def _head(self) -> dict[str, Any]:
        return {"size": self.tree.size, "root": self.tree.root().hex()}

    def _signed(self, body: dict[str, Any], domain: bytes) -> dict[str, Any]:
        signature = self.keyring[self.own_key].sign(domain + canonical(body))
        return {"body": body, "key": self.own_key, "sig": signature}
