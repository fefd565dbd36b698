"""How one batch of own items becomes leaves: correlate with notices, count approvals, decide, number, chain, sign."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.encoding import canonical, digest, written
from equipoise.exchange.protocol.forms import ItemError, check_item
from equipoise.exchange.protocol.gate import Decision
from equipoise.exchange.protocol.notices import Board

HELD = 4_096  # items that may wait for a second person: none of them is ever dropped


@dataclass(frozen=True)
class Filing:
    """One item as it was handed in: a name that makes it unique, and the operator who signed for it, if any."""

    item: dict[str, Any]
    ingest_id: str = ""
    operator: str = ""
    signature: str = ""


@dataclass
class Batch:
    """Drafts leaves one after the other; nothing in the node changes until they are durable.

    ``head`` is that of the log before the batch, ``proof`` shows that it extends the one that was signed before.
    ``decide`` asks the gate, ``would_wait`` whether more approvals would help, ``sign`` signs a message body,
    ``standing`` returns the approvals of an item that count now, ``show`` puts an item on the own picture, ``approvals`` are those in
    the log by item.
    """

    party: str
    peer: str
    log: str
    seq: int
    previous: str
    head: dict[str, Any]
    proof: list[str]
    now_ms: int
    boards: dict[str, Board]
    approvals: Mapping[str, dict[str, str]]
    sites: Sites
    decide: Callable[..., Decision]
    would_wait: Callable[..., bool]
    sign: Callable[[dict[str, Any]], dict[str, Any]]
    standing: Callable[[Mapping[str, str], str], dict[str, str]]
    show: Callable[[dict[str, Any]], None]
    random_bytes: Callable[[int], bytes]

    def __post_init__(self) -> None:
        """Work on copies."""
        self.sites = self.sites.draft()
        self.boards = {name: board.copy() for name, board in self.boards.items()}
        self._approved: dict[str, dict[str, str]] = {}

    def leaf(self, filing: Filing) -> dict[str, Any]:
        """Return the leaf of a person's or a sensor's item; an ill-formed one is an ``ItemError``."""
        item = check_item(filing.item)
        name = digest(item)
        approvals = {**self.approvals.get(name, {}), **self._approved.get(name, {})}
        if filing.operator:
            approvals[filing.operator] = filing.signature
        approvals = self.standing(approvals, name)  # a person struck from the list since then counts no more
        if filing.operator and filing.operator not in approvals:
            raise ItemError(f"'{filing.operator}' is not an enrolled operator who signed for this item")
        correlation = self._correlated(item)
        self.show(item)
        leaf: dict[str, Any] = {
            "item": item,
            "item_hash": name,
            "approvals": approvals,
            "ingest_id": filing.ingest_id,
        }
        if correlation:
            leaf["correlation"] = correlation
        seen = {**item, "payload": {**item["payload"], **correlation}}
        decision = self.decide(seen, approvals=len(approvals), sites=self.sites)
        if not decision.allowed and self.would_wait(seen, sites=self.sites):
            if name not in self.approvals and len(self.approvals) + len(self._approved) >= HELD:
                raise ItemError(f"{HELD} items wait for a second person already; approve some first")
            self._approved[name] = approvals
            return {**leaf, "kind": "held"}
        return self.message_leaf(leaf, decision)

    def message_leaf(self, leaf: dict[str, Any], decision: Decision) -> dict[str, Any]:
        """Return the leaf with decision and signed message: a release, or the commitment to what is withheld."""
        leaf = {**leaf, "decision": decision.record()}
        if decision.allowed:
            leaf["kind"], stream, payload = "release", leaf["item"]["stream"], decision.payload
            self.sites.take(leaf["item"])
        else:
            leaf["kind"], stream, leaf["nonce"] = "withheld", "withheld", self.random_bytes(32).hex()
            opening = bytes.fromhex(leaf["nonce"]) + canonical(leaf["item"])
            payload = {"commitment": hashlib.sha256(opening).hexdigest()}
        body = written(
            {
                "from": self.party,
                "to": self.peer,
                "log": self.log,
                "seq": self.seq + 1,
                "prev": self.previous,
                "head": self.head,
                "proof": self.proof,
                "at_ms": self.now_ms,
                "stream": stream,
                "payload": payload,
                "rule": decision.rule,
            }
        )
        self.seq, self.previous = body["seq"], digest(body)
        self.proof = []  # the messages of one batch sign one head
        return {**leaf, "message": self.sign(body)}

    def _correlated(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the notice that covers a launch of either party, or nothing; check that an own notice can follow."""
        payload = item["payload"]
        if item["stream"] == "notice":
            try:
                self.boards[self.party].take(payload, at_ms=self.now_ms)
            except ValueError as problem:
                raise ItemError(f"notice {payload['notice_id']}: {problem}") from None
        if (
            item["stream"] != "launch"
            or "notice_id" in payload
            or payload.get("launched_by") not in self.boards
        ):
            return {}
        board = self.boards[payload["launched_by"]]
        notice_id = board.covering(payload)
        if not notice_id:
            return {}
        if payload["launched_by"] == self.peer:
            board.claim(notice_id, payload["launch_id"])
        return {"notice_id": notice_id}
