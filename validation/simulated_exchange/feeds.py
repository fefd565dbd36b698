"""What people and programs hand to a simulated party by files: its inbox, track files, whole or damaged on the way."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from equipoise.exchange.node.inbox import Inbox
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.protocol.keys import Ed25519Signer, Signer
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.exchange.sources.track_files import COLUMNS, Stamp, read_items
from equipoise.foundation.errors import InputError

DEEP = b"[" * 3_000 + b"]" * 3_000


class Feeds:
    """The folders of one party; every file that was put there whole is to be taken once or refused with its reason."""

    def __init__(self, folder: Path, name: str, rng: random.Random) -> None:
        """Make the party's folders."""
        self.folder, self.name, self.rng = folder / name, name, rng
        (self.folder / "inbox").mkdir(parents=True)
        self.whole: dict[str, int] = {}
        self.number = 0

    def drop(self, filings: list[Filing]) -> None:
        """Put items into the inbox as one file; in one case of three something happens to its bytes."""
        self.number += 1
        content = [
            {"item": filing.item, "operator": filing.operator, "signature": filing.signature}
            for filing in filings
        ]
        data = json.dumps({"filings": content}, ensure_ascii=False).encode()
        found = self._carried(data)
        name = f"{self.number:06d}.json"
        if found == data and filings:
            self.whole[name] = len(filings)
        (self.folder / "inbox" / name).write_bytes(found)

    def order(self, **order: str) -> None:
        """Put an order into the inbox."""
        self.number += 1
        (self.folder / "inbox" / f"{self.number:06d}.json").write_text(json.dumps({"order": order}))

    def inbox(self, node: Node, signers: Callable[[], list[Signer]]) -> Inbox:
        """Return the inbox as a node finds it when it starts."""

        def keyring() -> list[Ed25519Signer]:
            return [signer for signer in signers() if isinstance(signer, Ed25519Signer)]

        return Inbox(self.folder / "inbox", node, signers=keyring)

    def track_file(self, time_s: float) -> list[Filing]:
        """Return the items of a file of tracks, whole or damaged; one that is refused has none."""
        path = self.folder / self.rng.choice(("tracks.csv", "items.jsonl"))
        rows = [["t9", time_s + step, 7e6, 1e3 * step, 0.0, 0.0, 3e3, 4e3, 300.0, 5.0] for step in range(2)]
        if path.suffix == ".csv":
            text = "\n".join([",".join(COLUMNS), *(",".join(map(str, row)) for row in rows)]) + "\n"
        else:
            text = "\n".join(json.dumps(self._item(row)) for row in rows) + "\n"
        path.write_bytes(self._carried(text.encode()))
        stamp = Stamp(party=self.name, sensitivity="releasable", sigma_m=300.0, sigma_m_s=5.0)
        with suppress(InputError):
            return [Filing(item) for item in read_items(path, stamp=stamp, note=lambda _: None)]
        return []

    @staticmethod
    def _item(row: list[Any]) -> dict[str, Any]:
        place = {"position_ecef_m": row[2:5], "velocity_ecef_m_s": row[5:8]}
        payload = {"track_id": row[0], "time_s": row[1], **place, "sigma_m": row[8], "sigma_m_s": row[9]}
        return {"stream": "track", "exercise": True, "sensitivity": "releasable", "payload": payload}

    def _carried(self, data: bytes) -> bytes:
        """Return what arrives: as it was, cut, damaged, in another encoding, or something else altogether."""
        kind = self.rng.randrange(15)
        if kind == 0:
            return data[: self.rng.randrange(len(data) + 1)]
        if kind == 1:
            damaged = bytearray(data)
            damaged[self.rng.randrange(len(damaged))] = self.rng.randrange(256)
            return bytes(damaged)
        if kind == 2:
            return data.decode().encode(self.rng.choice(("utf-16", "utf-8-sig", "utf-32", "utf-7")))
        if kind == 3:
            return self.rng.choice((b"", DEEP, b"\xff\xfe\x00", b'{"filings": ' + DEEP + b"}", b"null"))
        if kind == 4:
            return data.replace(b"7000000.0", b"1e999").replace(b'"text"', b'"\\ud800"')
        return data

    def untaken(self, filed: set[str]) -> list[str]:
        """Return whole files that are gone from the inbox with neither a filing in the log nor a reason beside them."""
        gone = [name for name in self.whole if not (self.folder / "inbox" / name).exists()]
        refused = {path.stem for path in (self.folder / "inbox").glob("*.refused")}
        return [name for name in gone if Path(name).stem not in refused and f"{name}/0" not in filed]

    def waiting(self) -> bool:
        """Return whether a file is left in the inbox."""
        return any((self.folder / "inbox").glob("*.json"))
