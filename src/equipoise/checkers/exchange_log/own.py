"""One log by itself: its chain of messages, its keys, its decisions, its clock."""

from __future__ import annotations

import hashlib
import json
from sys import intern
from typing import Any

from .coarsening import Sites
from .log import Log, Signed, signed_bytes, to_bytes
from .policy import Rules
from .report import Known, Report

SUBJECTS = {
    "notice": "notice_id",
    "launch": "launch_id",
    "track": "track_id",
    "text": "text",
    "heartbeat": "status",
    "key": "new_key",
}
KINDS = {
    "genesis", "rules", "release", "withheld", "held", "received", "receipt", "own-key", "peer-key", "refused", "fork",
}  # fmt: skip


def subject_of(item: dict[str, Any]) -> str:
    """Return what an item is about, in a few words."""
    found = str(item["payload"].get(SUBJECTS[item["stream"]], ""))
    return found if len(found) <= 60 else found[:57] + "..."


class OwnSide:
    """Walks a log once and judges what its own party did."""

    def __init__(self, log: Log, report: Report, *, secret: bytes | None = None) -> None:
        """Start before the first leaf; ``secret`` is the one from which the party coarsened, if it was opened."""
        self.log, self.report, self.secret = log, report, secret
        self.sites, self.proven = Sites(), set[str]()
        self.key, self.previous = log.key, ""
        self.rules: Rules | None = None
        self.rows: list[Known] = []
        self.waiting: dict[str, str] = {}
        self.back_ms = self.last_ms = self.jumps = 0

    def walk(self) -> list[Known]:
        """Check every leaf; return a row for each message that the party sent."""
        for number, data in enumerate(self.log.leaves()):
            leaf = json.loads(data)
            kind = leaf["kind"]
            if to_bytes(leaf) != data:
                self._breach(f"leaf {number}: not in the one form that a leaf has")
            if kind not in KINDS or (kind == "genesis") != (number == 0):
                self._breach(f"leaf {number}: '{kind}' has no place there")
            self._clock(leaf["at_ms"])
            if kind == "rules":
                self._change_rules(Rules(leaf, party=self.log.party, secret=self.secret))
            elif kind == "own-key":
                self.key = leaf["key"]
            elif kind == "held":
                if problem := self._problem_with_release(leaf):
                    self._breach(f"leaf {number}: {problem}")
                self.waiting[leaf["item_hash"]] = f"{leaf['item']['stream']} '{subject_of(leaf['item'])}'"
            elif kind in ("release", "withheld"):
                self._message(leaf, number)
        self._close()
        return self.rows

    def _breach(self, line: str) -> None:
        self.report.breaches.append(f"{self.log.party}: {line}")

    def _change_rules(self, rules: Rules) -> None:
        if self.rules is not None and rules.least_error_m != self.rules.least_error_m:
            self._breach("the least error of its coarsening changed: two displacements give each other away")
        self.rules = rules

    def _clock(self, at_ms: int) -> None:
        if at_ms < self.last_ms:
            self.jumps, self.back_ms = self.jumps + 1, max(self.back_ms, self.last_ms - at_ms)
        self.last_ms = at_ms

    def _message(self, leaf: dict[str, Any], number: int) -> None:
        frame, log = leaf["message"], self.log
        body, seen = frame["body"], Signed(frame, "message")
        name = f"message {body['seq']}"
        if body["seq"] != log.sent + 1 or body["prev"] != self.previous:
            self._breach(f"{name}: gap in its own sequence")
        if (body["from"], body["to"], body["log"]) != (log.party, log.peer, log.name):
            self._breach(f"{name}: not between these parties, or of another log")
        if frame["key"] != self.key or not seen.holds():
            self._breach(f"{name}: signature does not hold in its own log")
        else:
            self.proven.add(self.key)
        if body["head"]["size"] > number or log.problem_with_head(body["head"]):
            self._breach(f"{name}: {log.problem_with_head(body['head']) or 'signs leaves that came later'}")
        if problem := self._problem_with_release(leaf):
            self._breach(f"{name}: {problem}")
        self.waiting.pop(leaf["item_hash"], None)
        self.previous = seen.hash.hex()
        log.bodies += seen.hash
        log.frames += seen.mark
        if body["stream"] == "key":
            self._succession(body["payload"], name)
        self.rows.append(_row(leaf, body))

    def _problem_with_release(self, leaf: dict[str, Any]) -> str:
        if self.rules is None:
            return "left before any rule of release was recorded"
        if problem := self.rules.problem_with(leaf, self.sites):
            return problem
        if leaf["kind"] != "withheld":
            return ""
        opening = hashlib.sha256(bytes.fromhex(leaf["nonce"]) + to_bytes(leaf["item"])).hexdigest()
        if leaf["message"]["body"]["payload"] != {"commitment": opening}:
            return "the commitment does not open to the item that was withheld"
        return ""

    def _succession(self, payload: dict[str, Any], name: str) -> None:
        statement = {"party": self.log.party, "old_key": payload["old_key"], "new_key": payload["new_key"]}
        proof = b"equipoise exchange key 1\n" + to_bytes(statement)
        if payload["old_key"] != self.key or not signed_bytes(payload["new_key"], proof, payload["proof"]):
            self._breach(f"{name}: a new key without proof that its holder announced it")
        self.key = payload["new_key"]

    def _close(self) -> None:
        if self.jumps:
            self.report.advisories.append(
                f"{self.log.party}: its clock went back {self.jumps} times, at most by {self.back_ms / 1000.0:.1f} s"
            )
        for what in self.waiting.values():
            self.report.advisories.append(f"{self.log.party}: {what} still waits for a second person")


def _row(leaf: dict[str, Any], body: dict[str, Any]) -> Known:
    return Known(
        origin=intern(body["from"]),
        seq=body["seq"],
        stream=intern(leaf["item"]["stream"]),
        subject=subject_of(leaf["item"]),
        rule=intern(body["rule"]),
        reason=intern(leaf["decision"]["reason"]),
        withheld=leaf["kind"] == "withheld",
        decided_at_ms=leaf["at_ms"],
        known_at_ms=None,
        receipted_at_ms=None,
    )
