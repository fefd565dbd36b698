"""The offline verifier: reads two logs, shares no code with the node, and says who knew what when."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..files import open_regular
from .asked import check_duties, check_opened, check_parties
from .kept import Kept
from .leaves import DamagedLogError
from .log import Log, open_log
from .notes import BadNoteError, Key, parse_key, parse_note
from .own import STRIDE, OwnSide
from .pair import Pair
from .report import EnoughError, Known, Report

__all__ = ["STRIDE", "BadNoteError", "Key", "Known", "Pins", "Report", "parse_key", "verify"]


@dataclass(frozen=True)
class Pins:
    """Keys that the verifier knows from outside the logs: of the parties by name, and of the witnesses.

    ``quorum`` is how many witnesses a checkpoint needs; without one, all of those that are known.
    """

    parties: Mapping[str, str] = field(default_factory=dict)
    witnesses: frozenset[Key] = frozenset()
    quorum: int | None = None

    @property
    def needed(self) -> int:
        """Return how many witnesses a checkpoint needs."""
        return len({key.name for key in self.witnesses}) if self.quorum is None else self.quorum


NO_PINS = Pins()
# What values of another type or size than the protocol gives them raise in the walks.
FORMLESS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, struct.error)


def verify(
    path_a: Path,
    path_b: Path,
    *,
    duties: dict[str, Any],
    checkpoints: tuple[str, ...] = (),
    pins: Pins = NO_PINS,
    opened: tuple[dict[str, Any], ...] = (),
    folder: Path | None = None,
    stride: int = STRIDE,
) -> Report:
    """Return what two logs prove about each other, in memory that does not grow with them.

    ``duties`` are the instruments with their deadlines; ``checkpoints`` are signed notes, countersigned or not;
    ``pins`` are the keys that the verifier knows from elsewhere; ``opened`` are the secrets from which the parties
    coarsened, ``{party, log, secret}``. Without pins one process may have made both logs; without a secret a
    coarsened place is held to the bounds of the coarsening alone. An advisory says either.

    ``folder`` keeps what holds, and a later call with the same folder reads only the leaves that are new. A party's
    messages name each other in a chain; every ``stride``-th signature of it is checked, the last one under each key,
    and each of a frame that the two logs do not show alike. What is asked with and has not its form is a ``ValueError``.
    """
    check_duties(duties)
    check_opened(opened)
    check_parties(pins.parties)
    report = Report()
    logs = [log for path in (path_a, path_b) if (log := _opened(path, report))]
    if len(logs) < 2:
        return report
    a, b = logs
    report.parties = [a.party, b.party]
    if (a.party, a.key, a.peer, a.peer_key) != (b.peer, b.peer_key, b.party, b.key):
        report.breaches.append("the two logs do not name each other's parties and keys")
        return report
    if a.party == b.party:
        report.breaches.append("both parties have one name")
        return report
    if a.key == b.key:
        report.breaches.append("both parties have one key")
    secrets = {log.party: _secret_of(log, opened, report) for log in logs}
    question = {
        "logs": sorted(log.name for log in logs),
        "opened": sorted(party for party, secret in secrets.items() if secret),
        "stride": stride,
    }
    try:
        pair = Pair(logs, Kept(folder, question), report, secrets=secrets, stride=stride)
    except (*FORMLESS, OSError) as error:
        if folder is None:
            raise
        report.unreadable.append(
            f"what was kept in {folder} cannot be taken up: {error}; name another folder"
        )
        return report
    try:
        pair.walk_own()
        for text in checkpoints:
            _check_checkpoint(text, {a.origin: a, b.origin: b}, pair.sides, report, pins)
        pair.compare(duties)
        for log in logs:
            _sum_up(log, pair, report)
        for log in logs:
            _check_pin(log, pair.sides[log.party], pins.parties, report)
        if report.holds:
            pair.keep()
    except DamagedLogError as error:
        report.unreadable.append(f"damaged: {error}")
    except EnoughError:
        report.breaches.append(f"{len(report.breaches)} breaches: the rest of both logs is not read")
    except FORMLESS as error:
        report.breaches.append(f"a leaf is not of the form the protocol gives it: {error!r}")
    if report.breaches and any(side.resumed for side in pair.sides.values()):
        report.advisories.append(
            f"what was verified before is taken from {folder}: confirm a breach without it"
        )
    report.advisories += [line for log in logs if (line := _half_copied(log, report))]
    return report


def _half_copied(log: Log, report: Report) -> str:
    """Return the likely reason why a log seems cut: a database was copied without the file that holds its newest part."""
    if not log.path.is_file():
        return ""
    with open_regular(log.path) as file:
        header = file.read(20)
    newest = log.path.with_name(log.path.name + "-wal")
    alone = not newest.exists() or not newest.stat().st_size  # a reader leaves an empty one
    cut = any(f"{log.path.name} is truncated" in line for line in report.breaches)
    if not (cut and alone and header.startswith(b"SQLite format 3") and header[18:20] == b"\x02\x02"):
        return ""
    return (
        f"{log.party}: {log.path.name} lies without its {log.path.name}-wal; was it copied from a running node? "
        "Copy both files, or use 'equipoise exchange export'"
    )


def _opened(path: Path, report: Report) -> Log | None:
    try:
        return open_log(path)
    except DamagedLogError as error:
        report.unreadable.append(f"{path.name}: damaged or no log: {error}")
        return None


def _secret_of(log: Log, opened: tuple[dict[str, Any], ...], report: Report) -> bytes | None:
    """Return the secret that a party opened, if it is the one to which the log's first leaf commits."""
    for opening in opened:
        if opening["party"] != log.party:
            continue
        secret = bytes.fromhex(opening["secret"])
        if hashlib.sha256(b"equipoise exchange gate 1\n" + secret).hexdigest() == log.gate:
            return secret
        report.breaches.append(f"{log.party}: the opened secret is not the one that its log committed to")
    report.advisories.append(
        f"{log.party}: its secret is not opened: coarsened places are held to the bounds alone"
    )
    return None


def _check_pin(log: Log, side: OwnSide, parties: Mapping[str, str], report: Report) -> None:
    """Check that the key which the verifier knows signed in this log; else anybody may have made it."""
    if log.party not in parties:
        report.advisories.append(f"{log.party}: no key of it was given: anybody may have made this log")
    elif not log.sent:
        report.advisories.append(f"{log.party}: it signed no message in this log, so its key proves nothing")
    elif parties[log.party] not in side.proven:
        report.breaches.append(f"{log.party}: the key that was given for it signed nothing in this log")
    elif parties[log.party] not in side.announced:
        line = "the key that was given for it does not announce the one by which this log ends: is there a newer one?"
        report.breaches.append(f"{log.party}: {line}")


def _sum_up(log: Log, pair: Pair, report: Report) -> None:
    side, own, peer = pair.sides[log.party], pair.readers[log.party], pair.readers[log.peer]
    missing = log.sent - len(peer.received)
    report.logs.append(
        {
            "party": log.party,
            "leaves": log.tree.size,
            "head": log.tree.root(log.tree.size),
            "released": log.sent - side.withheld,
            "withheld": side.withheld,
            "receipted": min(own.acked, log.sent),
            "unknown_to_peer": missing,
            "unsealed_leaves": log.tree.size - log.sealed,
        }
    )
    if missing > 0:
        first = len(peer.received) + 1
        report.advisories.append(
            f"{log.party}: {missing} messages never reached {log.peer} (from message {first} on)"
        )


def _check_checkpoint(
    text: str, logs: dict[str, Log], sides: dict[str, OwnSide], report: Report, pins: Pins
) -> None:
    """Check a checkpoint against the log whose origin it names: its root, its party's signature, its witnesses."""
    try:
        note = parse_note(text)
    except BadNoteError as error:  # anybody can write such a file: it says nothing about a log
        report.unreadable.append(f"a checkpoint: {error}")
        return
    try:
        log = logs.get(note.origin)
        if log is None:
            report.breaches.append(f"a checkpoint of '{note.origin}', which is neither log")
            return
        own = [Key(note.origin, 1, bytes.fromhex(key)) for key in sides[log.party].proven | {log.key}]
        if sum(note.signed_by(key) for key in own) == 0:
            report.breaches.append(f"{log.party}: a checkpoint that no key of its log signed")
            return
        names = sorted({key.name for key in pins.witnesses if note.signed_by(key)} - {note.origin})
    except BadNoteError as error:
        report.breaches.append(f"a checkpoint: {error}")
        return
    if problem := log.seal({"size": note.size, "root": note.root}):
        report.breaches.append(f"checkpoint: {problem}")
    elif len(names) < pins.needed:
        report.breaches.append(
            f"{log.party}: a checkpoint of {note.size} leaves with {len(names)} known witnesses; {pins.needed} are asked for"
        )
    else:
        report.witnesses.append({"party": log.party, "leaves": note.size, "witnesses": names})
