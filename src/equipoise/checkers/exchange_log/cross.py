"""Each log against the other: what was received, receipted, refused, and which signatures prove a fork."""

from __future__ import annotations

import json
from array import array
from typing import Any

from .log import Log, Signed, sha
from .report import Report

FORKS_SHOWN = 8


class Reader:
    """Walks one log for what it holds of the other party; ``received`` and ``receipted`` are the outcome."""

    def __init__(self, log: Log, other: Log, report: Report) -> None:
        """Start before the first leaf."""
        self.log, self.other, self.report = log, other, report
        self.key, self.keys, self.revoked = log.peer_key, {log.peer_key}, set[str]()
        self.bodies, self.places, self.times = bytearray(), array("Q"), array("q")
        self.receipts: list[tuple[int, int]] = []
        self.refusals: dict[str, int] = {}
        self.notices: list[tuple[int, dict[str, Any]]] = []

    def walk(self) -> None:
        """Check every message of the other party that this log holds; what its receipts say comes in a second walk."""
        for number, data in enumerate(self.log.leaves()):
            leaf = json.loads(data)
            if leaf["kind"] == "received":
                self._received(leaf, number)
            elif leaf["kind"] == "peer-key":
                self._revoked(leaf)
            elif leaf["kind"] == "refused":
                self.refusals[leaf["reason"]] = max(leaf["count"], self.refusals.get(leaf["reason"], 0))
                self._evidence(leaf)
            elif leaf["kind"] == "fork":
                self._evidence(leaf)
        for reason, count in self.refusals.items():
            self.report.advisories.append(f"{self.log.party} refused at least {count} frames: {reason}")

    def _breach(self, line: str) -> None:
        self.report.breaches.append(line)

    def _revoked(self, leaf: dict[str, Any]) -> None:
        self.revoked.add(leaf["revoked"])
        self.key = leaf["key"] or ("" if leaf["revoked"] == self.key else self.key)
        self.keys.add(self.key)
        self.report.advisories.append(
            f"{self.log.party} revoked {self.other.party}'s key {leaf['revoked'][:16]}"
        )

    def _received(self, leaf: dict[str, Any], number: int) -> None:
        frame, other = leaf["message"], self.other
        body, seen = frame["body"], Signed(frame, "message")
        name = f"{other.party} message {body['seq']} in {self.log.party}'s log"
        if body["seq"] != len(self.places) + 1:
            self._breach(f"{name}: gap or double record after {len(self.places)} messages")
        if frame["key"] != self.key or (seen.mark != other.frame_mark(body["seq"]) and not seen.holds()):
            self._breach(f"{name}: signature does not hold")
        elif not other.body_hash(body["seq"]):
            self._breach(f"{name}: {other.party} signed it and its log does not show it")
        elif other.body_hash(body["seq"]) != seen.hash:
            self._fork(body["seq"], frame, "its log shows another")
        if body["log"] != other.name:
            self._breach(f"{name}: {other.party} sent it from another log than it shows")
        self._head(body["head"], name)
        self.bodies += seen.hash
        self.places.append(number)
        self.times.append(leaf["at_ms"])
        if body["stream"] == "key":
            self.key = body["payload"]["new_key"]
            self.keys.add(self.key)
        elif body["stream"] == "notice":
            self.notices.append((leaf["at_ms"], body["payload"]))

    def _head(self, head: dict[str, Any], name: str) -> None:
        if problem := self.other.seal(head):
            self._breach(f"{name}: {problem}")

    def _evidence(self, leaf: dict[str, Any]) -> None:
        """Judge a kept frame of the peer that could not be recorded: it may be its signature under a second history."""
        frame = leaf.get("message")
        if frame is None or frame["key"] not in self.keys - self.revoked:
            return
        body = frame["body"]
        if body["log"] != self.other.name:  # of another exchange: it contradicts nothing here
            return
        if "ack" in body:
            if not Signed(frame, "receipt").holds():
                return
            if self.log.body_hash(body["ack"]).hex() != body["message_hash"]:
                self._fork(body["ack"], frame, f"it receipted what {self.log.party} never sent")
            elif problem := self.other.problem_with_head(body["head"]):
                self._fork(body["ack"], frame, problem)
        elif Signed(frame, "message").holds():
            known = self.other.body_hash(body["seq"])
            problem = self.other.problem_with_head(body["head"])
            if known and known != sha(body):
                self._fork(body["seq"], frame, "its log shows another")
            elif problem or body["prev"] != self.other.body_hash(body["seq"] - 1).hex():
                self._fork(body["seq"], frame, problem or "it does not continue what it sent before")

    def _fork(self, seq: int, frame: dict[str, Any], why: str) -> None:
        self._breach(f"fork: {self.other.party} signed two contents for message {seq}: {why}")
        if len(self.report.forks) < FORKS_SHOWN:
            self.report.forks.append({"party": self.other.party, "seq": seq, "frame": frame, "why": why})

    def walk_receipts(self, peer: Reader) -> None:
        """Check the receipts that this log holds: each binds the peer to a message and to a state of its log."""
        revoked: set[str] = set()
        for data in self.log.leaves():
            if b'"kind":"receipt"' not in data and b'"kind":"peer-key"' not in data:
                continue
            leaf = json.loads(data)
            if leaf["kind"] == "peer-key":
                revoked.add(leaf["revoked"])
            elif leaf["kind"] == "receipt":
                self._receipt(leaf, self.keys - revoked, peer)

    def _receipt(self, leaf: dict[str, Any], keys: set[str], peer: Reader) -> None:
        frame = leaf["receipt"]
        body, name = frame["body"], f"{self.other.party} receipt {frame['body']['ack']}"
        if frame["key"] not in keys or not Signed(frame, "receipt").holds():
            self._breach(f"{name}: signature does not hold")
            return
        if body["log"] != self.other.name:
            self._breach(f"{name}: {self.other.party} sent it from another log than it shows")
        self._head(body["head"], name)
        if problem := self.log.problem_with_head(body["peer_head"]):
            self._breach(f"{name} (cross-signed): {problem}")
        ack = body["ack"]
        shown = peer.bodies[32 * (ack - 1) : 32 * ack]
        if shown.hex() != body["message_hash"]:
            self._breach(f"{name}: {self.other.party} acknowledged what its log does not hold")
        elif peer.places[ack - 1] >= body["head"]["size"]:
            self._breach(f"{name}: {self.other.party} acknowledged before the message was in its log")
        self.receipts.append((ack, leaf["at_ms"]))
