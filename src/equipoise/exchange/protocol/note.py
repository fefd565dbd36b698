"""Signed notes and checkpoints of the C2SP specifications, so that programs that are not ours verify a log.

signed-note (text, key names, key IDs, verifier keys), tlog-checkpoint (origin, size, root), tlog-cosignature (Ed25519 and
ML-DSA-44, both with the time). ML-DSA-44 stands beside Ed25519, never in its place: the one is for programs of today,
the other for a reader who no longer trusts the curve.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06  # signature types of signed-note and tlog-cosignature
KEY_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
SEED_DOMAIN = b"equipoise exchange ml-dsa-44 seed 1\n"
NOTE_BYTES, SIGNATURES = 65_536, 32
DASH = "\u2014"


class NoteError(ValueError):
    """Text that is no signed note, or one that no known key signed."""


class Checkpoint(NamedTuple):
    """The body of a checkpoint."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


@dataclass(frozen=True)
class VerifierKey:
    """A key's name, signature type and public bytes: what others must know to verify."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that stand before a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """Return the form ``name+id+key`` in which keys are handed around."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    def holds(self, body: str, signature: bytes) -> bool:
        """Return whether the key made the signature (without its ID) over the text of a note."""
        try:
            if self.kind == ED25519:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, body.encode())
                return True
            time_s, rest = int.from_bytes(signature[:8]), signature[8:]
            if self.kind == COSIGNATURE:
                Ed25519PublicKey.from_public_bytes(self.public).verify(rest, _cosigned(body, time_s))
            else:
                message = _subtree(self.name, read_checkpoint(body), time_s)
                MLDSA44PublicKey.from_public_bytes(self.public).verify(rest, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_key(text: str) -> VerifierKey:
    """Return a verifier key from its form ``name+id+key``; anything else is a ``NoteError``."""
    name, _, rest = text.strip().partition("+")
    id_hex, _, key = rest.partition("+")
    raw = _raw(key)
    if not raw or KEY_BYTES.get(raw[0]) != len(raw) - 1 or not is_key_name(name):
        raise NoteError(f"'{text[:60]}' is not a verifier key (name+id+key) of Ed25519 or ML-DSA-44")
    found = VerifierKey(name, raw[0], raw[1:])
    if found.id.hex() != id_hex:
        raise NoteError(f"the ID of verifier key '{name}' is not that of the key it stands with")
    return found


def is_key_name(name: str) -> bool:
    """Return whether a key may have this name: no space, plus or control character."""
    return bool(name) and "+" not in name and not any(sign.isspace() or ord(sign) < 0x20 for sign in name)


class NoteSigner:
    """Signs checkpoints under one name: a log with type 1 and ML-DSA-44, a witness with both cosignatures."""

    def __init__(self, name: str, seed: bytes, *, witness: bool) -> None:
        """Take the 32 secret bytes of the Ed25519 key; those of ML-DSA-44 are derived from them."""
        self._classic = Ed25519PrivateKey.from_private_bytes(seed)
        self._lattice = MLDSA44PrivateKey.from_seed_bytes(hashlib.sha256(SEED_DOMAIN + seed).digest())
        classic = self._classic.public_key().public_bytes_raw()
        self.keys = (
            VerifierKey(name, COSIGNATURE if witness else ED25519, classic),
            VerifierKey(name, ML_DSA_44, self._lattice.public_key().public_bytes_raw()),
        )

    def lines(self, checkpoint: Checkpoint, *, time_s: int) -> str:
        """Return both signature lines."""
        classic, lattice = self.keys
        stamp = time_s.to_bytes(8)
        if classic.kind == ED25519:
            first = self._classic.sign(checkpoint.text.encode())
        else:
            first = stamp + self._classic.sign(_cosigned(checkpoint.text, time_s))
        second = stamp + self._lattice.sign(_subtree(lattice.name, checkpoint, time_s))
        return _line(classic, first) + _line(lattice, second)


def signed_note(checkpoint: Checkpoint, lines: str) -> str:
    """Return the whole note."""
    return checkpoint.text + "\n" + lines


def open_note(note: str, keys: Iterable[VerifierKey]) -> tuple[Checkpoint, dict[VerifierKey, int]]:
    """Return the checkpoint in a note and which of the keys signed it, each with its time (0 without one).

    Signatures of unknown keys are passed over. One of a known key that does not hold makes the whole note a
    ``NoteError``, and so does a note that no known key signed.
    """
    if len(note) > NOTE_BYTES or any(ord(sign) < 0x20 and sign != "\n" for sign in note):
        raise NoteError("not a signed note: too long, or control characters in it")
    body, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or lines.count("\n") > SIGNATURES:
        raise NoteError("not a signed note: text, an empty line and signatures, each line ended")
    body, known, signers = body + "\n", {(key.name, key.id): key for key in keys}, dict[VerifierKey, int]()
    for line in lines[:-1].split("\n"):
        name, raw = _signature(line)
        key = known.get((name, raw[:4]))
        if key is None:
            continue
        if not key.holds(body, raw[4:]):
            raise NoteError(f"the signature of {name} does not hold")
        signers[key] = 0 if key.kind == ED25519 else int.from_bytes(raw[4:12])
    if not signers:
        raise NoteError("no key that is known signed it")
    return read_checkpoint(body), signers


def lines_of(keys: Iterable[VerifierKey], lines: str) -> str:
    """Return those of the signature lines that these keys are said to have made; others are left out."""
    known = {(key.name, key.id) for key in keys}
    kept = []
    for line in lines.splitlines():
        name, raw = _signature(line)
        kept += [line + "\n"] if (name, raw[:4]) in known else []
    return "".join(kept)


def _signature(line: str) -> tuple[str, bytes]:
    """Return the name on a signature line, and its bytes with the ID before them."""
    dash, name, value = [*line.split(" "), "", "", ""][:3]
    raw = _raw(value)
    if dash != DASH or line.count(" ") != 2 or len(raw) < 5 or not is_key_name(name):
        raise NoteError(f"not a signature line: '{line[:40]}'")
    return name, raw


def read_checkpoint(body: str) -> Checkpoint:
    """Return the checkpoint whose text this is; extension lines after the third are passed over."""
    lines = body.split("\n")
    root = _raw(lines[2]) if len(lines) > 3 else b""
    if len(root) != 32 or not lines[0] or lines[-1] or "" in lines[:-1]:
        raise NoteError("not a checkpoint: origin, size and root hash, a line each")
    size = lines[1]
    if not size.isascii() or not size.isdigit() or str(int(size[:20])) != size or int(size) >= 2**63:
        raise NoteError("not a checkpoint: its size is not a plain number")
    return Checkpoint(lines[0], int(size), root)


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"{DASH} {key.name} {_base64(key.id + signature)}\n"


def _cosigned(body: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{body}".encode()


def _subtree(cosigner: str, checkpoint: Checkpoint, time_s: int) -> bytes:
    """Return the ``cosigned_message`` of tlog-cosignature for a whole tree."""
    name, origin = cosigner.encode(), checkpoint.origin.encode()
    if not 0 < len(name) < 256 or not 0 < len(origin) < 256:
        raise NoteError("a cosigner's name and an origin have at most 255 bytes")
    head = b"subtree/v1\n\x00" + bytes([len(name)]) + name + time_s.to_bytes(8)
    tree = (0).to_bytes(8) + checkpoint.size.to_bytes(8) + checkpoint.root
    return head + bytes([len(origin)]) + origin + tree


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _raw(text: str) -> bytes:
    """Return the bytes of canonical base64; nothing when it is not that."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return b""
    return data if _base64(data) == text else b""
