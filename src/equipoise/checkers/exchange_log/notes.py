"""Checkpoints as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature), read without the node's code."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey


class BadNoteError(ValueError):
    """Text that is no checkpoint, or one with a signature that does not hold."""


@dataclass(frozen=True)
class Key:
    """One verifier key: name, signature type (1, 4 or 6), public bytes."""

    name: str
    kind: int
    raw: bytes

    @property
    def id(self) -> bytes:
        """Return the key's ID."""
        return hashlib.sha256(b"\n".join([self.name.encode(), bytes([self.kind]) + self.raw])).digest()[:4]


def parse_key(text: str) -> Key:
    """Return the key of a line ``name+id+base64``; anything else is a ``BadNoteError``."""
    try:
        name, hexid, rest = text.strip().split("+", 2)
        data = base64.b64decode(rest, validate=True)
        key = Key(name, data[0], data[1:])
    except (ValueError, IndexError) as error:
        raise BadNoteError("not a verifier key (name+id+base64)") from error
    if key.id.hex() != hexid or {1: 32, 4: 32, 6: 1312}.get(key.kind) != len(key.raw):
        raise BadNoteError(f"'{name}' stands with an ID or a key that is not its own")
    return key


@dataclass(frozen=True)
class Note:
    """A checkpoint with its signatures: name, ID and signature of each line."""

    body: str
    origin: str
    size: int
    root: str
    lines: tuple[tuple[str, bytes, bytes], ...]

    def signed_by(self, key: Key) -> bool:
        """Return whether the key signed; a line that names it and does not hold is a ``BadNoteError``."""
        for name, key_id, signature in self.lines:
            if (name, key_id) != (key.name, key.id):
                continue
            try:
                self._check(key, signature)
            except (InvalidSignature, ValueError) as error:
                raise BadNoteError(f"the signature of {name} does not hold") from error
            return True
        return False

    def _check(self, key: Key, signature: bytes) -> None:
        stamp = int.from_bytes(signature[:8], "big")
        if key.kind == 1:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, self.body.encode())
        elif key.kind == 4:
            message = f"cosignature/v1\ntime {stamp}\n{self.body}".encode()
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[8:], message)
        else:
            names = [bytes([len(text.encode())]) + text.encode() for text in (key.name, self.origin)]
            tree = bytes(8) + self.size.to_bytes(8, "big") + bytes.fromhex(self.root)
            message = b"subtree/v1\n\0" + names[0] + signature[:8] + names[1] + tree
            MLDSA44PublicKey.from_public_bytes(key.raw).verify(signature[8:], message)


def parse_note(text: str) -> Note:
    """Return the checkpoint in a note; ill-formed text is a ``BadNoteError``."""
    try:
        cut = text.rindex("\n\n")
        body, tail = text[: cut + 1], text[cut + 2 :]
        origin, size, root = body.split("\n")[:3]
        lines = []
        if not tail.endswith("\n"):
            raise BadNoteError("the last line is cut")
        for line in tail.removesuffix("\n").split("\n"):
            dash, name, value = line.split(" ")
            data = base64.b64decode(value, validate=True)
            if dash != "\u2014" or len(data) < 5:
                raise BadNoteError("a line after the text is no signature")
            lines.append((name, data[:4], data[4:]))
        digest = base64.b64decode(root, validate=True)
        if not size.isascii() or not size.isdigit() or str(int(size)) != size or len(digest) != 32:
            raise BadNoteError("size or root hash is ill-formed")
        return Note(body, origin, int(size), digest.hex(), tuple(lines))
    except (ValueError, IndexError, binascii.Error) as error:
        raise BadNoteError(f"not a checkpoint: {error}") from error
