"""What each node's durable log must say at every step of a simulated world, worked out anew from its leaves alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.encoding import canonical
from equipoise.exchange.protocol.forms import problem_with_message
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.tree import Frontier


class Oracle:
    """Follows one party's durable log; ``violations`` says what no honest node does."""

    def __init__(self, gate: Gate) -> None:
        """Start before the first leaf, with the party's own gate to ask again."""
        self.gate, self.sites = gate, Sites()
        self.tree, self.roots = Frontier(), [Frontier().root().hex()]
        self.sent: list[dict[str, Any]] = []
        self.said: list[bytes] = []
        self.received: list[dict[str, Any]] = []
        self.operators: dict[str, str] = {}
        self.filed: set[str] = set()
        self.violations: list[str] = []

    def follow(self, durable: Sequence[bytes]) -> None:
        """Take the leaves that are new since the last time."""
        for data in durable[self.tree.size :]:
            self.tree.append(data)
            self.roots.append(self.tree.root().hex())
            leaf = json.loads(data)
            if canonical(leaf) != data:
                self.violations.append("a leaf that is not in canonical form")
            if leaf["kind"] == "rules":
                self.operators = leaf["operators"]
            elif leaf["kind"] in ("release", "withheld"):
                self._sent(leaf)
            elif leaf["kind"] == "received":
                self._received(leaf["message"]["body"])
            if name := leaf.get("ingest_id"):
                self._filed(name)

    def _filed(self, name: str) -> None:
        if name in self.filed:
            self.violations.append("a filing was recorded twice")
        self.filed.add(name)

    def _received(self, body: dict[str, Any]) -> None:
        if body["seq"] != len(self.received) + 1:
            self.violations.append("not recorded exactly once and in order")
        if problem_with_message(body):
            self.violations.append("recorded what no stream allows")
        self.received.append(body)

    def _sent(self, leaf: dict[str, Any]) -> None:
        body, item = leaf["message"]["body"], leaf["item"]
        if body["seq"] != len(self.sent) + 1:
            self.violations.append("own sequence has a gap")
        self.sent.append(body)
        self.said.append(canonical(body))
        self.signed(body["head"])
        people = {self.operators[name] for name in leaf["approvals"] if name in self.operators}
        seen = {**item, "payload": {**item["payload"], **leaf.get("correlation", {})}}
        decision = self.gate.decide(seen, approvals=len(people), sites=self.sites)
        released = leaf["kind"] == "release"
        if decision.allowed is not released:
            self.violations.append("left without a permitting decision, or was withheld against one")
        elif released:
            if canonical(decision.payload) != canonical(body["payload"]):
                self.violations.append("what left is not what the gate decides")
            self.sites.take(item)

    def signed(self, head: dict[str, Any]) -> None:
        """Compare a head that the party signed with its log."""
        if head["size"] >= len(self.roots) or self.roots[head["size"]] != head["root"]:
            self.violations.append("signed a head that its own log contradicts")


@lru_cache(maxsize=4_096)
def message_in(frame: bytes) -> tuple[int, bytes]:
    """Return the number of the message in a frame and its body in bytes; the number is 0 for a receipt."""
    body = json.loads(frame)["body"]
    return body.get("seq", 0), canonical(body)
