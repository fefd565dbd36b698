"""Ed25519 signing behind two small interfaces (a simulation signs cheaply), and the statement that a key follows another."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from equipoise.exchange.protocol.encoding import APPROVAL_DOMAIN, KEY_DOMAIN, canonical

P = 2**255 - 19
# y of a point of order 8; the other one is P - y. Of orders 1, 2 and 4 y is 1, -1 and 0, which have other encodings too.
ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
SMALL_ORDER = frozenset((0, 1, ORDER_8, P - ORDER_8, P - 1, P, P + 1))


class Signer(Protocol):
    """Holds one private key."""

    @property
    def public(self) -> str:
        """Return the public key in hex."""
        ...

    def sign(self, data: bytes) -> str:
        """Return the signature in hex."""
        ...


class Verify(Protocol):
    """Checks a signature."""

    def __call__(self, public: str, data: bytes, signature: str) -> bool:
        """Return whether the key signed the data."""
        ...


class Ed25519Signer:
    """An Ed25519 private key in memory."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 secret bytes."""
        self.seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._key.public_key().public_bytes_raw().hex()

    @property
    def public(self) -> str:
        """Return the public key in hex."""
        return self._public

    def sign(self, data: bytes) -> str:
        """Return the signature in hex."""
        return self._key.sign(data).hex()


def verify_ed25519(public: str, data: bytes, signature: str) -> bool:
    """Return whether the Ed25519 key signed the data.

    Ill-formed input is a plain no: hex in any form but lower case, and a key of small order, under which anybody's
    signature may hold, so that its owner could deny every word.
    """
    key = _key_of(public)
    try:
        mark = bytes.fromhex(signature)
        if key is None or mark.hex() != signature:
            return False
        key.verify(mark, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def _key_of(public: str) -> Ed25519PublicKey | None:
    """Return the key of some hex digits, ``None`` where they are none that counts."""
    try:
        key = bytes.fromhex(public)
        counts = key.hex() == public and not of_small_order(key)
        return Ed25519PublicKey.from_public_bytes(key) if counts else None
    except ValueError:
        return None


def of_small_order(key: bytes) -> bool:
    """Return whether the bytes are a point whose order divides 8, in any of its encodings (RFC 8032, section 5.1.3)."""
    return int.from_bytes(key, "little") & (2**255 - 1) in SMALL_ORDER


def _statement(*, party: str, old_key: str, new_key: str) -> bytes:
    return KEY_DOMAIN + canonical({"party": party, "old_key": old_key, "new_key": new_key})


def succession(new: Signer, *, party: str, old_key: str) -> dict[str, str]:
    """Return the payload that announces ``new``; its proof shows that the party holds the key it announces."""
    statement = _statement(party=party, old_key=old_key, new_key=new.public)
    return {"old_key": old_key, "new_key": new.public, "proof": new.sign(statement)}


def succession_holds(payload: dict[str, Any], *, party: str, old_key: str, verify: Verify) -> bool:
    """Return whether the payload announces a key that its holder signed for, in the place of ``old_key``."""
    statement = _statement(party=party, old_key=old_key, new_key=payload["new_key"])
    return payload["old_key"] == old_key and verify(payload["new_key"], statement, payload["proof"])


def approval(signer: Signer, *, item_hash: str) -> str:
    """Return an operator's signature under one item."""
    return signer.sign(APPROVAL_DOMAIN + item_hash.encode())


def approval_holds(public: str, signature: str, *, item_hash: str, verify: Verify) -> bool:
    """Return whether the operator of this key signed for the item."""
    return verify(public, APPROVAL_DOMAIN + item_hash.encode(), signature)
