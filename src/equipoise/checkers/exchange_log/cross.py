"""Each log against the other: what was received, receipted, refused, and which signatures prove a fork."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

from .columns import Column
from .heard import Again, Heard
from .log import MESSAGE, RECEIPT, Log, Signed, sha, to_bytes
from .report import Report
from .shape import problem_with_frame

FORKS_SHOWN = 8
RECEIVED, RECEIPTED = struct.Struct(">32sQQ"), struct.Struct(">QQ")


class Reader:
    """Walks one log for what it holds of the other party; ``kept`` is all that a later walk over what is new needs.

    ``received`` has for each message of the other party the hash of its body, its leaf and its moment (32, 8 and 8
    bytes), ``receipts`` the number and the moment of each receipt (8 and 8 bytes).
    """

    def __init__(self, log: Log, other: Log, report: Report, *, received: Column, receipts: Column) -> None:
        """Start before the first leaf."""
        self.log, self.other, self.report = log, other, report
        self.received, self.receipts = received, receipts
        self.key, self.keys, self.revoked = log.peer_key, {log.peer_key}, list[str]()
        self.refusals: dict[str, int] = {}
        self.notices: list[tuple[int, dict[str, Any]]] = []
        self.struck: list[str] = []  # keys revoked by the leaf that the walk over the receipts has come to
        self.acked = 0

    def kept(self) -> dict[str, Any]:
        """Return the state after the last leaf, as plain data."""
        names = ("key", "revoked", "refusals", "notices", "struck", "acked")
        return {"keys": sorted(self.keys), **{name: getattr(self, name) for name in names}}

    def take_up(self, kept: dict[str, Any]) -> None:
        """Go on from a state that was kept."""
        self.keys = set(kept.pop("keys"))
        for name, value in kept.items():
            setattr(self, name, value)

    def walk(self, heard: Heard) -> None:
        """Check every message of the other party that this log holds; what its receipts say comes in a second walk."""
        again = Again(self.log)
        for number, mark, key, at_ms, data in heard:
            if not (mark and self._same_frame(number, mark, key, at_ms)):
                self._leaf(data or again.leaf(number), number)

    def _leaf(self, data: bytes, number: int) -> None:
        leaf = json.loads(data)
        if leaf["kind"] == "received":
            if to_bytes(leaf) != data or leaf.keys() != {"kind", "at_ms", "message"}:
                self._breach(f"{self.log.party}: leaf {number}: not in the one form that a leaf has")
            self._received(leaf, number)
        elif leaf["kind"] == "peer-key":
            self._revoked(leaf)
        elif leaf["kind"] == "refused":
            self.refusals[leaf["reason"]] = max(leaf["count"], self.refusals.get(leaf["reason"], 0))
            self._evidence(leaf)
        elif leaf["kind"] == "fork":
            self._evidence(leaf)

    def close(self) -> None:
        """Add what was refused and revoked to the report."""
        for key in self.revoked:
            self.report.advisories.append(f"{self.log.party} revoked {self.other.party}'s key {key[:16]}")
        for reason, count in self.refusals.items():
            self.report.advisories.append(f"{self.log.party} refused at least {count} frames: {reason}")

    def _same_frame(self, number: int, mark: bytes, key: bytes, at_ms: int) -> bool:
        """Take what is, byte for byte, the next frame of the other log, whose own walk judged all of it, unless it tells."""
        body, shown, size, tells = self.other.message(len(self.received) + 1)
        if mark != shown or tells or key != b'"%b"' % self.key.encode():
            return False
        self.other.sealed = max(self.other.sealed, size)
        self.received.append(RECEIVED.pack(body, number, at_ms))
        return True

    def _breach(self, line: str) -> None:
        self.report.breach(line)

    def _revoked(self, leaf: dict[str, Any]) -> None:
        self.revoked.append(leaf["revoked"])
        key = leaf["key"]
        if key and key not in self.other.keys:  # anybody could have made it: what it signed is nobody's word
            who, other = self.log.party, self.other.party
            self.report.advisories.append(
                f"{who} takes key {key[:16]} for {other}'s, whose log does not name it"
            )
            self.key = ""
        elif key:
            self.key = key
            self.keys.add(key)
        elif leaf["revoked"] == self.key:
            self.key = ""

    def _received(self, leaf: dict[str, Any], number: int) -> None:
        frame, other = leaf["message"], self.other
        body, seen = frame["body"], Signed(frame, MESSAGE)
        name = f"{other.party} message {body['seq']} in {self.log.party}'s log"
        known, mark, *_ = other.message(body["seq"])
        if body["seq"] != len(self.received) + 1:
            self._breach(f"{name}: gap or double record after {len(self.received)} messages")
        if frame["key"] != self.key or (sha(frame) != mark and not seen.holds()):
            self._breach(f"{name}: signature does not hold")
        elif not known:
            self._breach(f"{name}: {other.party} signed it and its log does not show it")
        elif known != seen.hash:
            self._fork(body["seq"], frame, "its log shows another")
        if body["log"] != other.name:
            self._breach(f"{name}: {other.party} sent it from another log than it shows")
        self._head(body["head"], name)
        self.received.append(RECEIVED.pack(seen.hash, number, leaf["at_ms"]))
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
        if frame is None or frame["key"] not in self.keys.difference(self.revoked):
            return
        body = frame["body"]
        if body["log"] != self.other.name:  # of another exchange: it contradicts nothing here
            return
        if "ack" in body:
            if not Signed(frame, RECEIPT).holds():
                return
            if self.log.body_hash(body["ack"]).hex() != body["message_hash"]:
                self._fork(body["ack"], frame, f"it receipted what {self.log.party} never sent")
            elif problem := self.other.problem_with_head(body["head"]):
                self._fork(body["ack"], frame, problem)
        elif Signed(frame, MESSAGE).holds():
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

    def walk_receipts(self, peer: Reader, heard: Heard) -> None:
        """Check the receipts that this log holds: each binds the peer to a message and to a state of its log."""
        for _, data in heard.answers:
            leaf = json.loads(data)
            if leaf["kind"] == "peer-key":
                self.struck.append(leaf["revoked"])
            elif leaf["kind"] == "receipt":
                if to_bytes(leaf) != data or leaf.keys() != {"kind", "at_ms", "receipt"}:
                    self._breach(f"{self.log.party}: a receipt not in the one form that a leaf has")
                self._receipt(leaf, self.keys.difference(self.struck), peer)

    def _receipt(self, leaf: dict[str, Any], keys: set[str], peer: Reader) -> None:
        frame = leaf["receipt"]
        body, name = (
            frame["body"],
            f"{self.other.party} receipt {frame['body']['ack']} in {self.log.party}'s log",
        )
        if problem := problem_with_frame(frame):
            self._breach(f"{name}: {problem}")
        if frame["key"] not in keys or not Signed(frame, RECEIPT).holds():
            self._breach(f"{name}: signature does not hold")
            return
        if body["log"] != self.other.name:
            self._breach(f"{name}: {self.other.party} sent it from another log than it shows")
        self._head(body["head"], name)
        if problem := self.log.problem_with_head(body["peer_head"]):
            self._breach(f"{name} (cross-signed): {problem}")
        ack = body["ack"]
        held = 0 < ack <= len(peer.received)
        shown, number, _ = RECEIVED.unpack(peer.received[ack - 1]) if held else (b"", 0, 0)
        if shown.hex() != body["message_hash"]:
            self._breach(f"{name}: {self.other.party} acknowledged what its log does not hold")
        elif number >= body["head"]["size"]:
            self._breach(f"{name}: {self.other.party} acknowledged before the message was in its log")
        self.acked = max(self.acked, ack)
        self.receipts.append(RECEIPTED.pack(ack, leaf["at_ms"]))

    def known_at_ms(self, seq: int) -> int | None:
        """Return the moment at which this log got one message of the other party, on its own clock."""
        return int(RECEIVED.unpack(self.received[seq - 1])[2]) if seq <= len(self.received) else None

    def acknowledged(self) -> Iterator[tuple[int, int]]:
        """Return the receipts in order: message and moment."""
        for piece in self.receipts.pieces():
            yield from RECEIPTED.iter_unpack(piece)
