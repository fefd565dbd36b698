"""The log against the heads that were signed over it, asked while it is read: a changed leaf, an older copy restored.

Each own message signs the head of the log as it stood, and ``seal.json`` beside the log keeps the last head of all. A
node whose log contradicts either signs nothing: its next head would be a second history.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from equipoise.exchange.node.log_state import OWN, SENT
from equipoise.exchange.protocol.encoding import HEAD_DOMAIN, MESSAGE_DOMAIN, RECEIPT_DOMAIN, canonical
from equipoise.exchange.protocol.forms import is_head
from equipoise.exchange.protocol.keys import Verify
from equipoise.exchange.protocol.tree import Frontier
from equipoise.foundation.errors import misuse

CURE = "Nothing is signed. Put the newest copy of the folder back, or start a new exchange with the peer."


class SelfCheck:
    """Follows a log leaf by leaf; the first contradiction is an ``InputError`` that says what differs."""

    def __init__(self, seal: dict[str, Any] | None, *, party: str, keys: set[str], verify: Verify) -> None:
        """Take the last head that was kept beside the log, if any, signed by one of the party's ``keys``."""
        self._seal: dict[str, Any] = (
            {"size": 0, "root": ""} if seal is None else _opened(seal, party, keys, verify)
        )
        self._keys, self._verify, self._batch = keys, verify, list[Frontier]()

    def follow(self, leaf: dict[str, Any], *, before: Frontier, peer_keys: Collection[str]) -> None:
        """Take one leaf, the tree before it and the keys of the peer that count with it.

        What lies behind the last kept head is covered by no head yet: there each frame must hold by its own signature.
        """
        if before.size >= self._seal["size"]:
            self._unsealed(leaf, before.size, peer_keys)
        if leaf["kind"] not in OWN:
            self._batch.clear()
        else:
            self._batch.append(before)
            if "message" in leaf:
                self._signed(leaf["message"]["body"])
        if before.size == self._seal["size"]:
            self._sealed(before)

    def end(self, tree: Frontier) -> None:
        """Take the whole tree."""
        if tree.size < self._seal["size"]:
            line = f"holds {tree.size} leaves; the head kept in seal.json is over {self._seal['size']}: an older copy."
            raise misuse("evidence log", "", line, CURE)
        if tree.size == self._seal["size"]:
            self._sealed(tree)

    def _unsealed(self, leaf: dict[str, Any], number: int, peer_keys: Collection[str]) -> None:
        kind = leaf["kind"]
        if kind not in (*SENT, "received", "receipt"):
            return
        frame = leaf["receipt" if kind == "receipt" else "message"]
        domain = RECEIPT_DOMAIN if kind == "receipt" else MESSAGE_DOMAIN
        known = frame["key"] in (self._keys if kind in SENT else peer_keys)
        if not known or not self._verify(frame["key"], domain + canonical(frame["body"]), frame["sig"]):
            line = "holds a frame that nobody signed: a leaf was changed."
            raise misuse("evidence log", f"leaf {number}", line, CURE)

    def _signed(self, body: dict[str, Any]) -> None:
        """Compare the head that a message signs: that of the log before its batch."""
        size, place = body["head"]["size"], f"message {body['seq']}"
        self._batch = [tree for tree in self._batch if tree.size >= size]
        if not self._batch or self._batch[0].size != size:
            raise misuse("evidence log", place, f"signs {size} leaves that do not end there.", CURE)
        root = self._batch[0].root().hex()
        if root != body["head"]["root"]:
            self._differs(place, size, body["head"]["root"], root)

    def _sealed(self, tree: Frontier) -> None:
        root = tree.root().hex()
        if tree.size and root != self._seal["root"]:
            self._differs("seal.json", tree.size, self._seal["root"], root)

    @staticmethod
    def _differs(place: str, size: int, signed: str, found: str) -> None:
        line = f"signs {signed[:16]} for the first {size} leaves, and they give {found[:16]}: a leaf was changed."
        raise misuse("evidence log", place, line, CURE)


def _opened(seal: dict[str, Any], party: str, keys: set[str], verify: Verify) -> dict[str, Any]:
    """Return the head in a seal; one that is not the party's own signed head is an ``InputError``."""
    try:
        body = seal["body"]
        head = {"size": body["size"], "root": body["root"]}
        good = (
            is_head(head)
            and body["party"] == party
            and seal["key"] in keys
            and verify(seal["key"], HEAD_DOMAIN + canonical(body), seal["sig"])
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        good = False
    if not good:
        raise misuse("seal.json", "", "is no head that this party signed.", CURE)
    return head
