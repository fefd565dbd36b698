"""What a node's own log says, as a fold over its leaves: keys, sequences, approvals, what waits, the picture.

A restart is a replay of this fold. A leaf that cannot be folded ends the node: a head that it signed afterwards would
not be over what its log holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from equipoise.exchange.node.outbox import Outbox
from equipoise.exchange.node.peer_line import PeerLine
from equipoise.exchange.picture.board import Picture
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.encoding import digest
from equipoise.exchange.protocol.growth import Growth, SignedLine
from equipoise.exchange.protocol.incoming import Heard, Party
from equipoise.exchange.protocol.tree import Frontier
from equipoise.foundation.errors import EquipoiseError, InputError, WriteError, misuse

WINDOW = 256
REMEMBERED = 16 * WINDOW  # received messages whose replay is compared with what was recorded
SENT = ("release", "withheld")
OWN = (*SENT, "held")  # what one batch of own items becomes; its messages sign the head before it
AS_IT_IS = ("own_key", "own_keys", "log", "sent_seq", "sent_hash", "approvals", "commitment", "rules")
FILINGS = 65_536  # names of filings that are passed over when they come again


class FoldError(EquipoiseError):
    """A durable leaf that the node cannot follow: it signs nothing any more, and the process ends."""


class LogState:
    """Everything that the leaves alone determine."""

    def __init__(self, party: Party, *, own_key: str, instruments: dict[str, Any]) -> None:
        """Start before the first leaf."""
        self.party = party
        self.own_key, self.own_revoked = own_key, frozenset[str]()
        self.own_keys: list[str] = []
        self.heard = Heard(key=party.peer_key, keys=(party.peer_key,))
        self.tree, self.log = Frontier(), ""
        self.line, self.peer_line = SignedLine(), PeerLine()
        self.picture = Picture(party=party.name, peer=party.peer, instruments=instruments)
        self.sent_seq, self.sent_hash = 0, ""
        self.outbox = Outbox()
        self.approvals: dict[str, dict[str, str]] = {}
        self.sites, self.commitment = Sites(), ""
        self.received: dict[int, str] = {}
        self.filed: dict[str, None] = {}
        self.rules: dict[str, Any] = {}
        self.failure = ""

    def kept(self) -> dict[str, Any]:
        """Return all that the leaves so far determine, as plain data; taken between two batches of leaves."""
        return {
            **{name: getattr(self, name) for name in AS_IT_IS},
            "own_revoked": sorted(self.own_revoked),
            "heard": self.heard.kept(),
            "tree": self.tree.kept(),
            "line": self.line.message.kept(),
            "peer_heads": list(self.peer_line.heads.items()),
            "picture": self.picture.kept(),
            "outbox": self.outbox.kept(),
            "sites": self.sites.kept(),
            "received": list(self.received.items()),
            "filed": list(self.filed),
        }

    def take_up(self, kept: dict[str, Any]) -> None:
        """Go on from what :meth:`kept` gave, as if its leaves had been folded."""
        for name in AS_IT_IS:
            setattr(self, name, kept[name])
        self.own_revoked, self.heard = frozenset(kept["own_revoked"]), Heard.taken_up(kept["heard"])
        self.tree, self.line.message = Frontier.taken_up(kept["tree"]), Growth.taken_up(kept["line"])
        self.peer_line.heads, self.received = dict(kept["peer_heads"]), dict(kept["received"])
        self.picture.take_up(kept["picture"])
        self.outbox.take_up(kept["outbox"])
        self.sites, self.filed = Sites.taken_up(kept["sites"]), dict.fromkeys(kept["filed"])

    def fold(self, data: bytes, known: dict[str, Any] | None = None) -> dict[str, Any]:
        """Take one durable leaf and return it; any failure is a ``FoldError``, and the state counts no more.

        ``known`` is what the leaf says, where that is at hand: what its bytes would be read as.

        The picture is for people: what it cannot show is set aside with its reason and ends nothing.
        """
        number, before = self.tree.size, self.tree.copy()
        grown = self.tree.append(data)
        try:
            leaf: dict[str, Any] = json.loads(data) if known is None else known
            self.log = self.log or grown.hex()
            self._folds[leaf["kind"]](self, leaf)
            signs = leaf["message"]["body"]["head"]["size"] if leaf["kind"] in SENT else None
            self.line.take(grown, before=before, signs=signs, own=leaf["kind"] in OWN)
        except (InputError, WriteError):
            raise
        except Exception as error:
            self.failure = (
                f"leaf {number} of the log cannot be followed ({type(error).__name__}: {error}); the node signs "
                "nothing any more. Keep the folder as it is and have the log looked at."
            )
            raise FoldError(self.failure) from error
        self.picture.show(leaf)
        return leaf

    def _fold_genesis(self, leaf: dict[str, Any]) -> None:
        if (leaf["party"], leaf["peer"]) != (self.party.name, self.party.peer):
            names = f"'{leaf['party']}' with '{leaf['peer']}', not of '{self.party.name}' with '{self.party.peer}'"
            raise misuse("evidence log", "", f"is of {names}.", "Give the peer's own public.json.")
        self._take_own_key(leaf["key"])
        self.commitment = leaf["gate"]
        self.heard = Heard(key=leaf["peer_key"], keys=(leaf["peer_key"],))

    def _take_own_key(self, key: str) -> None:
        self.own_key = key
        self.own_keys.append(key)

    def _fold_rules(self, leaf: dict[str, Any]) -> None:
        self.rules = {key: leaf[key] for key in ("policy", "profile", "operators")}

    def _fold_sent(self, leaf: dict[str, Any]) -> None:
        body = leaf["message"]["body"]
        self._remember_filing(leaf)
        self.sent_seq, self.sent_hash = body["seq"], digest(body)
        self.outbox.add(self.tree.size - 1)
        self.approvals.pop(leaf["item_hash"], None)
        if leaf["kind"] == "release":
            self.sites.take(leaf["item"])
        if body["stream"] == "key":
            self._take_own_key(body["payload"]["new_key"])

    def _fold_held(self, leaf: dict[str, Any]) -> None:
        self._remember_filing(leaf)
        self.approvals[leaf["item_hash"]] = leaf["approvals"]

    def _fold_received(self, leaf: dict[str, Any]) -> None:
        self.heard = self.heard.after_message(leaf["message"]["body"])
        self.peer_line.message(leaf["message"]["body"])
        self.received[self.heard.seq] = self.heard.digest
        self.received.pop(self.heard.seq - REMEMBERED, None)

    def _fold_receipt(self, leaf: dict[str, Any]) -> None:
        self.heard = self.heard.after_receipt(leaf["receipt"]["body"])
        self.outbox.drop_to(self.heard.acked)

    def _fold_own_key(self, leaf: dict[str, Any]) -> None:
        self._take_own_key(leaf["key"])
        self.own_revoked |= {leaf["revoked"]}

    def _fold_peer_key(self, leaf: dict[str, Any]) -> None:
        self.heard = self.heard.after_revocation(revoked=leaf["revoked"], key=leaf["key"])

    def _fold_nothing(self, leaf: dict[str, Any]) -> None:
        """Refusals and forks are evidence and change no state."""

    _folds: Mapping[str, Callable[[LogState, dict[str, Any]], None]] = {
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
            self.filed[leaf["ingest_id"]] = None
            if len(self.filed) > FILINGS:
                del self.filed[next(iter(self.filed))]

    def head(self) -> dict[str, Any]:
        """Return the head of the log as it stands."""
        return {"size": self.tree.size, "root": self.tree.root().hex()}
