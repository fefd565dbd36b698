"""The offline verifier: reads two logs, shares no code with the node, and says who knew what when."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HOUR_MS = 3_600_000


def _bytes(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _sha(value: Any) -> str:
    return hashlib.sha256(_bytes(value)).hexdigest()


@dataclass
class Log:
    """One party's log as found on disk."""

    path: str
    leaves: list[dict[str, Any]]
    roots: list[str]
    party: str = ""
    key: str = ""
    peer: str = ""
    peer_key: str = ""


@dataclass
class Report:
    """Everything the two logs prove: breaches, advisories, and the timeline of knowledge."""

    parties: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    advisories: list[str] = field(default_factory=list)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Return whether no breach was found."""
        return not self.breaches


def _read_leaves(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        start = file.read(16)
    if start != b"SQLite format 3\x00":
        return path.read_bytes().split(b"\n")[:-1]
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return [row[0] for row in db.execute("SELECT data FROM leaf ORDER BY number")]
    finally:
        db.close()


def _roots(leaves: list[bytes]) -> list[str]:
    """Return the RFC 6962 head of every prefix, from the empty one on."""
    stack: list[tuple[int, bytes]] = []
    roots = [hashlib.sha256(b"").hexdigest()]
    for data in leaves:
        stack.append((1, hashlib.sha256(b"\x00" + data).digest()))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (size, right), (_, left) = stack.pop(), stack.pop()
            stack.append((2 * size, hashlib.sha256(b"\x01" + left + right).digest()))
        root = stack[-1][1]
        for _, left in reversed(stack[:-1]):
            root = hashlib.sha256(b"\x01" + left + root).digest()
        roots.append(root.hex())
    return roots


def _load(path: Path, report: Report) -> Log | None:
    try:
        raw = _read_leaves(path)
        leaves = [json.loads(data) for data in raw]
        first = leaves[0]
        if any(not isinstance(leaf, dict) for leaf in leaves) or first["kind"] != "genesis":
            raise ValueError("no first leaf that names the parties")
        return Log(
            str(path), leaves, _roots(raw), first["party"], first["key"], first["peer"], first["peer_key"]
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError, sqlite3.Error) as error:
        report.breaches.append(f"{path.name}: damaged or no log: {error}")
        return None


def _signed(frame: dict[str, Any], kind: str) -> bool:
    data = b"equipoise exchange " + kind.encode() + b" 1\n" + _bytes(frame["body"])
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(frame["key"])).verify(
            bytes.fromhex(frame["sig"]), data
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_sent(log: Log, report: Report) -> dict[int, dict[str, Any]]:
    """Check the chain of one party's own messages; return the leaves by sequence number."""
    sent: dict[int, dict[str, Any]] = {}
    key, previous = log.key, ""
    for leaf in log.leaves:
        if leaf["kind"] not in ("release", "withheld"):
            continue
        frame, name = leaf["message"], f"{log.party} message {leaf['message']['body']['seq']}"
        body = frame["body"]
        if body["seq"] != len(sent) + 1 or body["prev"] != previous:
            report.breaches.append(f"{name}: gap in {log.party}'s own sequence")
        if frame["key"] != key or not _signed(frame, "message"):
            report.breaches.append(f"{name}: signature does not hold in {log.party}'s own log")
        _check_decision(leaf, name, report)
        _check_head(body["head"], log, log.party, name, report)
        sent[body["seq"]], previous = leaf, _sha(body)
        if body["stream"] == "key":
            key = body["payload"]["new_key"]
    return sent


def _check_decision(leaf: dict[str, Any], name: str, report: Report) -> None:
    decision, item = leaf.get("decision"), leaf["item"]
    if (
        not decision
        or decision["item_hash"] != _sha(item)
        or decision["allowed"] != (leaf["kind"] == "release")
    ):
        report.breaches.append(f"{name}: left without a decision that permits it")
        return
    payload = leaf["message"]["body"]["payload"]
    if leaf["kind"] == "withheld":
        opening = hashlib.sha256(bytes.fromhex(leaf["nonce"]) + _bytes(item)).hexdigest()
        if set(payload) != {"commitment"} or payload["commitment"] != opening:
            report.breaches.append(f"{name}: the commitment does not open to the item that was withheld")
    elif set(payload) & set(decision["dropped"]) or set(payload) - set(item["payload"]):
        report.breaches.append(f"{name}: a field left that the decision does not allow")


def _check_head(head: dict[str, Any], log: Log, signer: str, name: str, report: Report) -> None:
    if head["size"] >= len(log.roots):
        report.breaches.append(
            f"{name}: {signer} signed a log of {head['size']} leaves; {log.path} is truncated to {len(log.leaves)}"
        )
    elif log.roots[head["size"]] != head["root"]:
        report.breaches.append(
            f"{name}: fork: {signer} signed another history of {head['size']} leaves than {log.path} shows"
        )


def _check_received(
    log: Log, other: Log, sent: dict[int, dict[str, Any]], report: Report
) -> dict[int, dict[str, Any]]:
    """Check what one party recorded as received against the sender's log; return the leaves by number."""
    received: dict[int, dict[str, Any]] = {}
    key = log.peer_key
    for leaf in log.leaves:
        if leaf["kind"] == "fork" or (leaf["kind"] == "refused" and "message" in leaf):
            if leaf["message"]["key"] == key and _signed(leaf["message"], "message"):
                report.breaches.append(
                    f"fork: {other.party} signed two contents for message {leaf['message']['body']['seq']}"
                )
            continue
        if leaf["kind"] != "received":
            continue
        frame = leaf["message"]
        body, name = frame["body"], f"{other.party} message {frame['body']['seq']} in {log.party}'s log"
        if body["seq"] != len(received) + 1:
            report.breaches.append(f"{name}: gap or double record after {len(received)} messages")
        if frame["key"] != key or not _signed(frame, "message"):
            report.breaches.append(f"{name}: signature does not hold")
        else:
            _check_head(body["head"], other, other.party, name, report)
            if body["seq"] not in sent:
                report.breaches.append(f"{name}: {other.party} signed it and its log does not show it")
            elif _sha(sent[body["seq"]]["message"]["body"]) != _sha(body):
                report.breaches.append(f"{name}: fork: {other.party} signed two contents for one number")
        received[body["seq"]] = leaf
        if body["stream"] == "key":
            key = body["payload"]["new_key"]
    return received


def _check_receipts(log: Log, other: Log, received: dict[int, dict[str, Any]], report: Report) -> int:
    """Check the receipts that one party holds: each binds the peer to a message and to a state of its log."""
    acked = 0
    keys = {other.key} | {
        leaf["message"]["body"]["payload"]["new_key"]
        for leaf in received.values()
        if leaf["message"]["body"]["stream"] == "key"
    }
    keys |= {log.peer_key} | _rotated(other)
    for leaf in log.leaves:
        if leaf["kind"] != "receipt":
            continue
        frame = leaf["receipt"]
        body, name = frame["body"], f"{other.party} receipt {frame['body']['ack']}"
        if frame["key"] not in keys or not _signed(frame, "receipt"):
            report.breaches.append(f"{name}: signature does not hold")
            continue
        _check_head(body["head"], other, other.party, name, report)
        if body["peer_head"] is not None:
            _check_head(body["peer_head"], log, log.party, f"{name} (cross-signed)", report)
        shown = received.get(body["ack"])
        if shown is None or _sha(shown["message"]["body"]) != body["message_hash"]:
            report.breaches.append(f"{name}: {other.party} acknowledged what its log does not hold")
        acked = max(acked, body["ack"])
    return acked


def _rotated(log: Log) -> set[str]:
    bodies = [leaf["message"]["body"] for leaf in log.leaves if leaf["kind"] == "release"]
    return {body["payload"]["new_key"] for body in bodies if body["stream"] == "key"}


def _tell(
    sent: dict[int, dict[str, Any]], received: dict[int, dict[str, Any]], log: Log, acked: int, report: Report
) -> None:
    for seq, leaf in sent.items():
        body = leaf["message"]["body"]
        there = received.get(seq)
        row = {"origin": log.party, "seq": seq, "stream": body["stream"], "rule": leaf["decision"]["rule"]}
        row |= {"decided_at_ms": leaf["at_ms"], "known_to_peer_at_ms": there["at_ms"] if there else None}
        report.timeline.append(
            {
                **row,
                "receipted": seq <= acked,
                "withheld_from": leaf["item"]["stream"] if leaf["kind"] == "withheld" else "",
            }
        )


def _judge_notices(
    received: dict[int, dict[str, Any]], origin: str, duties: dict[str, Any], report: Report
) -> dict[str, Any]:
    """Judge notices by the receiver's clock, the only one that the receiver need trust."""
    notices: dict[str, dict[str, Any]] = {}
    for leaf in received.values():
        body = leaf["message"]["body"]
        if body["stream"] != "notice":
            continue
        payload = body["payload"]
        name, duty = str(payload.get("notice_id")), duties.get(str(payload.get("instrument")), {})
        row = notices.setdefault(name, {"origin": origin, "notice_id": name, "verdicts": []})
        row.update(
            {key: value for key, value in payload.items() if key.endswith("_ms")}, type=payload.get("type")
        )
        row["received_at_ms"] = leaf["at_ms"]
        if payload.get("type") == "pre-launch" and "window_start_ms" in payload:
            lead_h = (payload["window_start_ms"] - leaf["at_ms"]) / HOUR_MS
            _deadline(
                row,
                duty.get("before_h"),
                lead_h,
                report,
                f"{origin} notice {name}: {lead_h:.1f} h before the window",
            )
        if payload.get("type") == "post-launch" and "launched_at_ms" in payload and "after_h" in duty:
            delay_h = (leaf["at_ms"] - payload["launched_at_ms"]) / HOUR_MS
            _deadline(
                row,
                duty["after_h"],
                2 * duty["after_h"]["value"] - delay_h,
                report,
                f"{origin} notice {name}: {delay_h:.1f} h after the launch",
            )
    report.notices.extend(notices.values())
    return notices


def _deadline(
    row: dict[str, Any], duty: dict[str, Any] | None, lead_h: float, report: Report, text: str
) -> None:
    if duty is None or lead_h >= duty["value"]:
        row["verdicts"].append("in time" if duty else "no deadline known")
        return
    row["verdicts"].append("late")
    basis = "" if duty["confidence"] == "sourced" else " (the deadline itself is unverified)"
    report.advisories.append(f"{text}: late, {duty['value']} h is due{basis}")


def _judge_launches(log: Log, peer_notices: dict[str, Any], report: Report) -> None:
    """List each launch of the peer that this party detected itself and that no notice covered."""
    for leaf in log.leaves:
        item = leaf.get("item") or {}
        if leaf["kind"] not in ("release", "withheld") or item["stream"] != "launch":
            continue
        launch = item["payload"]
        if launch.get("launched_by") != log.peer:
            continue
        when = launch["launched_at_ms"]
        cover = [
            row["notice_id"]
            for row in peer_notices.values()
            if row.get("window_start_ms", when + 1) <= when <= row.get("window_end_ms", when)
        ]
        if not cover:
            report.advisories.append(
                f"{log.party} detected launch {launch['launch_id']} of {log.peer}: no notice covers it (missing notice)"
            )
        elif peer_notices[cover[0]]["type"] == "cancel":
            report.advisories.append(
                f"{log.party} detected launch {launch['launch_id']} of {log.peer}: its notice {cover[0]} was cancelled"
            )


def verify(path_a: Path, path_b: Path, *, duties: dict[str, Any]) -> Report:
    """Return what two logs prove about each other; ``duties`` are the instruments with their deadlines."""
    report = Report()
    a, b = _load(path_a, report), _load(path_b, report)
    if a is None or b is None:
        return report
    report.parties = [a.party, b.party]
    if (a.party, a.key, a.peer, a.peer_key) != (b.peer, b.peer_key, b.party, b.key):
        report.breaches.append("the two logs do not name each other's parties and keys")
        return report
    try:
        _compare(a, b, duties, report)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        report.breaches.append(f"a leaf is not of the form the protocol gives it: {error!r}")
    return report


def _compare(a: Log, b: Log, duties: dict[str, Any], report: Report) -> None:
    sent = {log.party: _check_sent(log, report) for log in (a, b)}
    for log, other in ((a, b), (b, a)):
        received = _check_received(other, log, sent[log.party], report)
        acked = _check_receipts(log, other, received, report)
        _tell(sent[log.party], received, log, acked, report)
        notices = _judge_notices(received, log.party, duties, report)
        _judge_launches(other, notices, report)
    report.timeline.sort(key=lambda row: (row["decided_at_ms"], row["origin"], row["seq"]))
