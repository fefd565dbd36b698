"""An optional third party that countersigns heads and refuses one that rewrites what it saw before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from equipoise.exchange.encoding import HEAD_DOMAIN, canonical
from equipoise.exchange.keys import Signer, Verify, verify_ed25519
from equipoise.exchange.tree import consistent


class ForkError(ValueError):
    """A party showed the witness two histories; the two signed heads are the proof."""


class Witness:
    """Keeps the last head of each party."""

    def __init__(self, signer: Signer, *, keys: dict[str, str], verify: Verify = verify_ed25519) -> None:
        """Take the witness's own signer and the parties' keys."""
        self.signer, self.keys, self.verify = signer, keys, verify
        self.heads: dict[str, dict[str, Any]] = {}

    def countersign(self, frame: dict[str, Any], *, proof: Sequence[bytes]) -> dict[str, Any]:
        """Return the witness's signature over a party's head that extends the last one."""
        body, key = frame["body"], frame["key"]
        if self.keys.get(body["party"]) != key or not self.verify(
            key, HEAD_DOMAIN + canonical(body), frame["sig"]
        ):
            raise ValueError("the head is not signed by the party it names")
        last = self.heads.get(body["party"])
        if last is not None and not consistent(
            old_size=last["body"]["size"],
            old_root=bytes.fromhex(last["body"]["root"]),
            new_size=body["size"],
            new_root=bytes.fromhex(body["root"]),
            proof=proof,
        ):
            raise ForkError(f"{body['party']} signed two histories: {last} and {frame}")
        self.heads[body["party"]] = frame
        return {
            "head": frame,
            "witness": self.signer.public,
            "sig": self.signer.sign(HEAD_DOMAIN + canonical(frame)),
        }
