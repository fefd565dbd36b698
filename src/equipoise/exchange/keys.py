"""Ed25519 signing behind two small interfaces, so that a simulation can sign cheaply."""

from __future__ import annotations

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


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
    """Return whether the Ed25519 key signed the data; ill-formed input is a plain no."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
