"""The inbox: files by which people and sensors hand items and orders to a node that may or may not be running."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from equipoise.exchange.node.files import sync_folder, write_durably
from equipoise.exchange.node.log_state import WINDOW
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.say import say
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.protocol.encoding import digest, read_once, why_not_plain
from equipoise.exchange.protocol.forms import ItemError
from equipoise.exchange.protocol.keys import Ed25519Signer, approval
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.foundation.printable import printable
from equipoise.foundation.reading import DATA_BYTES, read_input_text

ORDERS = {
    "rotate": {"key"},
    "replace-key": {"key"},
    "revoke-peer": {"revoked", "key"},
    "approve": {"item_hash", "operator", "signature"},
}
NUMBER = iter(range(10**12)).__next__


def drop_items(
    folder: Path, items: Sequence[dict[str, Any]], *, operator: str = "", signer: Ed25519Signer | None = None
) -> Path:
    """Put items into the inbox as one file, signed by an operator if one is given; return the file."""
    filings = []
    for item in items:
        filing: dict[str, Any] = {"item": item}
        if signer is not None:
            filing |= {"operator": operator, "signature": approval(signer, item_hash=digest(item))}
        filings.append(filing)
    return _drop(folder, {"filings": filings})


def drop_order(folder: Path, **order: str) -> Path:
    """Put an order to the node itself into the inbox: rotate, replace-key, revoke-peer or approve."""
    return _drop(folder, {"order": order})


def _drop(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "inbox" / f"{time.time_ns():020d}-{NUMBER():06d}-{secrets.token_hex(4)}.json"
    write_durably(path, json.dumps(content).encode())
    return path


class Inbox:
    """Takes the files in the order of their names; a file goes only when what it says is in the log."""

    def __init__(self, folder: Path, node: Node, *, signers: Callable[[], list[Ed25519Signer]]) -> None:
        """``signers`` reads the keyring again, for keys that came after the node was opened."""
        self.folder, self.node, self.signers = folder, node, signers
        self.waiting, self.stuck = deque[str](), set[str]()

    def take(self) -> bool:
        """Take the oldest files, about one window of items; return whether any file went.

        The folder is listed again only when every listed file has had its turn: a node that comes back to many thousand
        files would else spend its time on names.
        """
        if not self.waiting:
            found = set(os.listdir(self.folder))
            self.stuck &= found
            names = (name for name in found - self.stuck if name.endswith(".json") and name[0] != ".")
            self.waiting.extend(sorted(names, key=os.fsencode))
        batch: dict[Path, list[Filing]] = {}
        went, looked = False, 0
        for name in islice(self.waiting, WINDOW):
            path, looked = self.folder / name, looked + 1
            if not os.path.lexists(path):
                continue
            try:
                content = _read(path)
                if "filings" in content:
                    batch[path] = _filings(content["filings"], path.name)
            except ItemError as error:
                went |= self._refuse(path, str(error))
                continue
            if path not in batch:
                went |= self._file(batch)
                batch = {}
                went |= self._order(path, content["order"])
            elif sum(map(len, batch.values())) >= WINDOW:
                break  # the link has its turn before the rest
        went |= self._file(batch)
        if went:
            sync_folder(self.folder)
        if self.node.degraded:
            self.waiting.clear()  # what could not be filed is still there and is listed again
        else:
            for _ in range(looked):
                self.waiting.popleft()
        return went

    def _file(self, batch: dict[Path, list[Filing]]) -> bool:
        """File the items of several files with one sync."""
        if not batch:
            return False
        taken = self.node.ingest_many([filing for filings in batch.values() for filing in filings])
        if self.node.degraded:
            say("the log cannot be written; items wait in the inbox")
            return False
        reasons: dict[str, list[str]] = {}
        for filing, reason in taken.refused:
            name, _, number = filing.ingest_id.rpartition("/")
            reasons.setdefault(name, []).append(f"item {number}: {reason}")
        for path in batch:
            if path.name in reasons:
                self._refuse(path, "; ".join(reasons[path.name]))
            else:
                self._away(path, path.unlink)
        return True

    def _order(self, path: Path, order: dict[str, str]) -> bool:
        try:
            self._obey(order, path.name)
        except StorageError as error:
            say(str(error))
        except ItemError as error:
            return self._refuse(path, str(error))
        if self.node.degraded:
            return False
        self._away(path, path.unlink)
        return True

    def _obey(self, order: dict[str, str], name: str) -> None:
        kind = order["kind"]
        if kind in ("rotate", "replace-key"):
            self._change_key(order["key"], compromised=kind == "replace-key")
        elif kind == "revoke-peer":
            if order["revoked"] not in self.node.heard.revoked:
                self.node.revoke_peer(revoked=order["revoked"], key=order["key"])
        else:
            held = self.node.picture.held.get(order["item_hash"])
            if held is None:
                raise ItemError(f"no item {order['item_hash'][:16]} waits for approval")
            how = {"operator": order["operator"], "signature": order["signature"]}
            taken = self.node.ingest_many([Filing(held["item"], ingest_id=f"{name}/0", **how)])
            if taken.refused:
                raise ItemError(taken.refused[0][1])

    def _change_key(self, key: str, *, compromised: bool) -> None:
        if self.node.own_key == key:
            return
        new = next((signer for signer in self.signers() if signer.public == key), None)
        if new is None:
            raise ItemError(f"the keyring holds no key {key[:16]}")
        if compromised:
            self.node.replace_key(new)
        else:
            self.node.rotate(new)

    def _away(self, path: Path, step: Callable[[], object]) -> None:
        """Take a file out of the queue; one that cannot be moved holds nothing back."""
        try:
            step()
        except OSError as error:
            self.stuck.add(path.name)
            say(
                f"{path.name} cannot be moved ({error.strerror}): it is done with, and passed over while it lies there"
            )

    def _refuse(self, path: Path, reason: str) -> bool:
        say(f"{path.name} refused: {reason}")
        self._away(path, lambda: path.rename(path.with_suffix(".refused")))
        with contextlib.suppress(OSError):  # a full disk: the line above has said it
            path.with_suffix(".reason").write_text(printable(reason) + "\n", "utf-8")
        return True


def _read(path: Path) -> dict[str, Any]:
    """Return a file's content: ``{"filings": [...]}`` or ``{"order": {...}}``; anything else is an ``ItemError``."""
    try:
        content = read_once(read_input_text(path, most_bytes=DATA_BYTES))
    except (ValueError, RecursionError) as error:
        raise ItemError(f"cannot be read: {error}") from error
    if not isinstance(content, dict) or not (set(content) == {"filings"} or set(content) == {"order"}):
        raise ItemError("is neither filings nor an order")
    order = content.get("order", {"kind": "rotate", "key": ""})
    if not isinstance(order, dict) or set(order) - {"kind"} != ORDERS.get(str(order.get("kind"))):
        raise ItemError(f"an order is one of {', '.join(ORDERS)} with what it needs")
    if not all(isinstance(value, str) for value in order.values()):
        raise ItemError("an order holds text alone")
    if problem := why_not_plain(order):
        raise ItemError(f"an order holds {problem}")
    return content


def _filings(filings: Any, name: str) -> list[Filing]:
    found = []
    for number, filing in enumerate(filings if isinstance(filings, list) else [None]):
        if not isinstance(filing, dict) or "item" not in filing:
            raise ItemError("filings are a list of objects with an item")
        how = {key: filing.get(key, "") for key in ("operator", "signature")}
        if not all(isinstance(value, str) and not why_not_plain(value) for value in how.values()):
            raise ItemError("an operator and a signature are plain text")
        found.append(Filing(filing["item"], ingest_id=f"{name}/{number}", **how))
    return found
