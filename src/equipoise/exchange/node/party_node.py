"""The party node without input or output: events in, frames to send out, every step durable before it is told.

The state is a fold over the node's own log, so a restart is a replay. Clock, randomness, disk and link are handed in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from equipoise.exchange.node.log_state import WINDOW, FoldError, LogState
from equipoise.exchange.node.refusals import LATE, Refusals
from equipoise.exchange.node.self_check import SelfCheck
from equipoise.exchange.node.snapshot import Snapshot
from equipoise.exchange.node.store import Storage, StorageError
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.encoding import (
    HEAD_DOMAIN,
    LEAF_BYTES,
    MESSAGE_DOMAIN,
    RECEIPT_DOMAIN,
    FrameError,
    canonical,
    digest,
    read_frame,
    written,
)
from equipoise.exchange.protocol.forms import ItemError
from equipoise.exchange.protocol.gate import Decision, Gate
from equipoise.exchange.protocol.incoming import Heard, Party, check_message, check_receipt, open_frame
from equipoise.exchange.protocol.keys import Signer, Verify, approval_holds, succession, verify_ed25519
from equipoise.exchange.protocol.outgoing import Batch, Filing
from equipoise.foundation.errors import misuse
from equipoise.model.notices import LATEST_MS


@dataclass
class Taken:
    """What became of a batch: frames to send, and the filings that were refused, each with the reason."""

    frames: list[bytes] = field(default_factory=list)
    refused: list[tuple[Filing, str]] = field(default_factory=list)


class Node(LogState):
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
        seal: dict[str, Any] | None = None,
        snapshot: Snapshot | None = None,
    ) -> None:
        """Replay the log, from ``snapshot`` on; an empty one gets its first leaf (who the parties are, by key).

        ``signers`` hold every key that the log names, the founding one first; ``operators`` map names to keys;
        ``seal`` is the last signed head that was kept beside the log. A log that contradicts what was signed over it
        is an ``InputError``, and nothing more is signed.
        """
        super().__init__(party, own_key=signers[0].public, instruments=instruments)
        self.gate, self.storage, self.verify = gate, storage, verify
        self._clock_ms, self.random_bytes = clock_ms, random_bytes
        self.keyring = {signer.public: signer for signer in signers}
        self.refusals = Refusals()
        self.degraded = False
        self._fresh = dict[int, dict[str, Any]]()
        check = SelfCheck(seal, party=party.name, keys=set(self.keyring), verify=verify)
        self.replayed_from = snapshot.put_back(self, storage) if snapshot else 0
        self.replayed_root = self.tree.root()
        for data in storage.read(self.replayed_from):
            before = self.tree.copy()
            check.follow(self.fold(data), before=before, peer_keys=self.heard.keys)
        check.end(self.tree)
        self.enrol(operators or {})

    def clock_ms(self) -> int:
        """Return the own clock's ms since 1970, held to 1970 to 9999: no peer takes what is dated otherwise."""
        return min(max(0, self._clock_ms()), LATEST_MS)

    @property
    def operators(self) -> dict[str, str]:
        """Return the people whose approval counts, name -> key: as the log says, so that a verifier counts the same."""
        operators: dict[str, str] = self.rules["operators"]
        return operators

    def enrol(self, operators: Mapping[str, str]) -> None:
        """Record who the parties are, once, and the rules of release with these operators whenever they changed.

        The rules count once they are durable; who is struck off counts no more.
        """
        leaves: list[dict[str, Any]] = []
        if not self.tree.size:
            keys = {"key": self.own_key, "peer_key": self.party.peer_key, "gate": self.gate.commitment}
            names = {"party": self.party.name, "peer": self.party.peer, "nonce": self.random_bytes(16).hex()}
            leaves.append({"kind": "genesis", **names, **keys})
        elif self.commitment != self.gate.commitment:
            cure = "Put back the secret.json that this log began with: another secret would draw other displacements."
            raise misuse("secret.json", "gate", "is not the secret that the log committed to.", cure)
        rules = {"policy": self.gate.policy, "profile": self.gate.profile, "operators": dict(operators)}
        if self.rules and _least_error(self.rules) != _least_error(rules):
            cure = "Put the old value back, or begin a new exchange: two displacements of one thing give both away."
            what = "is another than this log began with."
            raise misuse("profile.toml", "coarsen.least_error_m", what, cure)
        if rules != self.rules:
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
        refused: dict[int, str] = {}
        while (leaves := self._drafted(filings, refused)) is None:
            pass
        frames = self._recorded_frames(leaves)
        return Taken(frames, [(filings[number], reason) for number, reason in sorted(refused.items())])

    def _drafted(self, filings: Sequence[Filing], refused: dict[int, str]) -> list[dict[str, Any]] | None:
        """Return the leaves of the filings that are not refused yet; ``None`` when one failed halfway.

        Whatever goes wrong with an item is that item's fault and is set aside with its reason. An item that nobody
        foresaw may have left the batch half changed: the rest is then drafted anew without it.
        """
        leaves, batch, names = list[dict[str, Any]](), self._batch(), set[str]()
        for number, filing in enumerate(filings):
            if number in refused or filing.ingest_id in names or filing.ingest_id in self.filed:
                continue
            names |= {filing.ingest_id} - {""}
            try:
                leaves.append(written({**batch.leaf(filing), "at_ms": batch.now_ms}))
            except ItemError as error:
                refused[number] = str(error)
            except Exception as error:  # noqa: BLE001 - one item never ends the node
                refused[number] = f"cannot be taken ({type(error).__name__}: {error})"
                return None
        return leaves

    def heartbeat(self) -> list[bytes]:
        """Tell the peer that this side is alive, and seal the log as it stands under a message."""
        return self._own_message("heartbeat", {"status": "alive"})

    def rotate(self, new: Signer) -> list[bytes]:
        """Announce a new key under the old one; it signs everything after. One that signed before is an ``ItemError``."""
        self._fresh_key(new)
        self.keyring[new.public] = new
        return self._own_message("key", succession(new, party=self.party.name, old_key=self.own_key))

    def replace_key(self, new: Signer) -> None:
        """Drop a compromised key: the peer learns the new one outside this link; what waits is signed again."""
        self._fresh_key(new)
        self.keyring[new.public] = new
        self._record([{"kind": "own-key", "key": new.public, "revoked": self.own_key}])
        self._fresh.clear()

    def _fresh_key(self, new: Signer) -> None:
        if new.public in self.own_keys:
            raise ItemError(f"key {new.public[:16]} signed here before; no key counts a second time")

    def revoke_peer(self, *, revoked: str, key: str = "") -> None:
        """Refuse a compromised key of the peer from now on; ``key`` (received outside this link) takes its place."""
        if key in self.heard.revoked | {revoked}:
            raise ItemError(f"key {key[:16]} is revoked; it cannot take another's place")
        self._record([{"kind": "peer-key", "key": key, "revoked": revoked}])

    def frames(self, first: int, last: int) -> list[bytes]:
        """Return the waiting messages from ``first`` to ``last`` as they go on the link."""
        first, last = max(first, self.outbox.first), min(last, self.sent_seq)
        return [canonical(self._sent(seq)) for seq in range(first, last + 1)]

    def resend(self) -> list[bytes]:
        """Return the frames that the peer has not receipted, oldest first, one window of them."""
        return self.frames(self.outbox.first, self.outbox.first + WINDOW - 1)

    def signed_head(self) -> dict[str, Any]:
        """Return a signed checkpoint of the log as it stands, for a witness or a verifier."""
        return self._signed({"party": self.party.name, **self.head()}, HEAD_DOMAIN)

    def _batch(self) -> Batch:
        return Batch(
            party=self.party.name,
            peer=self.party.peer,
            log=self.log,
            seq=self.sent_seq,
            previous=self.sent_hash,
            head=self.head(),
            proof=self.line.message.proof(),
            now_ms=self.clock_ms(),
            boards=self.picture.boards,
            approvals=self.approvals,
            sites=self.sites,
            decide=self._decide,
            would_wait=self.gate.would_wait,
            show=self.picture.show_unlogged,
            sign=lambda body: self._signed(body, MESSAGE_DOMAIN),
            standing=self._standing,
            random_bytes=self.random_bytes,
        )

    def _decide(self, item: dict[str, Any], *, approvals: int, sites: Sites) -> Decision:
        return self.gate.decide(item, approvals=approvals, sites=sites)

    def _standing(self, approvals: Mapping[str, str], item_hash: str) -> dict[str, str]:
        """Return the approvals that count: of enrolled people, with a signature that holds, each key once."""
        standing: dict[str, str] = {}
        for name in sorted(approvals):
            key = self.operators.get(name, "")
            known = {self.operators[other] for other in standing}
            if (
                key
                and key not in known
                and approval_holds(key, approvals[name], item_hash=item_hash, verify=self.verify)
            ):
                standing[name] = approvals[name]
        return standing

    def _own_message(self, stream: str, payload: dict[str, Any]) -> list[bytes]:
        item = {"stream": stream, "exercise": True, "sensitivity": "releasable", "payload": payload}
        decision = self._decide(item, approvals=0, sites=self.sites)
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
        for message in messages:
            seq = message["body"]["seq"]
            self._fresh[seq] = message
            self._fresh.pop(seq - 4 * WINDOW, None)
        return [canonical(message) for message in messages]

    def _sent(self, seq: int) -> dict[str, Any]:
        if seq in self._fresh:
            return self._fresh[seq]
        message: dict[str, Any] = json.loads(self.storage.leaf(self.outbox.leaf_number(seq)))["message"]
        if message["key"] in self.own_revoked:
            message = self._signed(message["body"], MESSAGE_DOMAIN)
        return message

    # --- the peer's side ------------------------------------------------------------------------------------

    def receive(self, frames: Sequence[bytes]) -> list[bytes]:
        """Take frames from the link; return the receipt to send, after everything accepted is durable."""
        leaves, heard, answer = list[dict[str, Any]](), self.heard, False
        for data in frames:
            try:
                frame = self._read(data)
                body = open_frame(frame, party=self.party, heard=heard, verify=self.verify)
                answer |= "seq" in body
                leaf = self._judged(frame, heard, leaves)
            except FrameError as error:
                leaves += self.refusals.leaf(str(error), data)
                continue
            except StorageError:
                return []  # the own log cannot be read now: the peer will send again
            except Exception as error:  # noqa: BLE001 - a frame that nobody foresaw never ends the node
                leaves += self.refusals.leaf(f"cannot be judged ({type(error).__name__})", data)
                continue
            if leaf is not None:
                leaves.append(leaf)
                heard = heard.after(leaf)
        try:
            self._record(leaves)
        except StorageError:
            return []
        return [canonical(self._receipt())] if answer and self.heard.seq else []

    def _judged(
        self, frame: dict[str, Any], heard: Heard, leaves: list[dict[str, Any]]
    ) -> dict[str, Any] | None:
        """Return the leaf that an open frame becomes, ``None`` when it says nothing new; else a ``FrameError``."""
        body = frame["body"]
        if "ack" in body:
            self.peer_line.check_receipt(frame)
            if body["ack"] <= heard.acked:
                return None
            check_receipt(body, heard=heard, own_digest=self._sent_digest(body["ack"]))
            if body["since"] < self.peer_line.newest:  # its head could not be placed behind that message
                raise FrameError(LATE)
            return {"kind": "receipt", "receipt": frame}
        if self._is_duplicate(body, heard.seq):
            return self._fork_in_replay(frame)
        self._check_message(frame, heard)
        if contradicted := self.peer_line.message(body):
            leaves += self.refusals.leaf(
                "fork: a receipt that the log does not extend", canonical(contradicted)
            )
        return {"kind": "received", "message": frame}

    def refuse(self, reason: str, data: bytes) -> None:
        """Count and log bytes from the link that were not even frames."""
        with suppress(StorageError):
            self._record(self.refusals.leaf(reason, data))

    def _check_message(self, frame: dict[str, Any], heard: Heard) -> None:
        check_message(frame["body"], heard=heard, signed_by=frame["key"], verify=self.verify)

    @staticmethod
    def _read(data: bytes) -> dict[str, Any]:
        return read_frame(data)

    @staticmethod
    def _is_duplicate(body: dict[str, Any], seq: int) -> bool:
        return bool(body["seq"] <= seq)

    def _fork_in_replay(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        """Keep two signed messages of one number and different content: that pair proves the fork."""
        body = frame["body"]
        known = self.received.get(body["seq"])
        if not known or known == digest(body) or self.refusals.get("fork"):
            return None
        self.refusals["fork"] = 1
        return {"kind": "fork", "message": frame}

    def _sent_digest(self, seq: int) -> str | None:
        if not self.outbox.first <= seq <= self.sent_seq:
            return None
        return digest(self._sent(seq)["body"])

    def _receipt(self) -> dict[str, Any]:
        body = {
            "from": self.party.name,
            "to": self.party.peer,
            "log": self.log,
            "ack": self.heard.seq,
            "message_hash": self.heard.digest,
            "head": self.head(),
            "since": self.sent_seq,
            "proof": self.line.message.proof(),
            "last": self.line.receipt.old_size,
            "last_proof": self.line.receipt.proof(),
            "peer_head": self.heard.head,
            "at_ms": self.clock_ms(),
        }
        self.line.receipted(self.tree)
        return self._signed(body, RECEIPT_DOMAIN)

    # --- the log --------------------------------------------------------------------------------------------

    def _record(self, leaves: Sequence[dict[str, Any]]) -> None:
        """Make leaves durable, then and only then let them change the state."""
        if self.failure:
            raise FoldError(self.failure)
        if not leaves:
            return
        now = self.clock_ms()
        dated = [written(leaf if "at_ms" in leaf else {**leaf, "at_ms": now}) for leaf in leaves]
        encoded = [leaf.data for leaf in dated]
        if (longest := max(map(len, encoded))) > LEAF_BYTES:
            raise ItemError(f"a leaf of the log holds at most {LEAF_BYTES} bytes; this would have {longest}")
        self.degraded = True
        self.storage.append(encoded)
        self.storage.sync()
        self.degraded = False
        for leaf in dated:
            self.fold(leaf.data, leaf)

    def _signed(self, body: dict[str, Any], domain: bytes) -> dict[str, Any]:
        if self.failure:  # the state is not that of the log any more
            raise FoldError(self.failure)
        body = written(body)
        signature = self.keyring[self.own_key].sign(domain + body.data)
        return written({"body": body, "key": self.own_key, "sig": signature})


def _least_error(rules: dict[str, Any]) -> float | None:
    """Return the least error that the rules state, which no log changes once it has begun."""
    stated: float | None = rules["profile"]["coarsen"].get("least_error_m")
    return stated
