"""People of one party who sign for what needs two of them: enrolment, and the key that each keeps."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from equipoise.exchange.node.files import read_json, write_durably
from equipoise.exchange.node.keyring import NAME
from equipoise.exchange.node.party_files import operators_of
from equipoise.exchange.protocol.keys import Ed25519Signer
from equipoise.foundation.errors import misuse


def enrol(folder: Path, name: str, *, key_file: Path) -> Ed25519Signer:
    """Make an operator's key, write it to ``key_file`` for that person alone, and enrol its public half."""
    known = operators_of(folder)
    listed = str(folder / "operators.json")
    if name in known:
        raise misuse(listed, name, "is enrolled already.", "Choose another name.")
    if not NAME.fullmatch(name):
        cure = "Choose another: 1 to 32 lower-case letters, digits and hyphens."
        raise misuse(listed, name, "cannot be enrolled under this name.", cure)
    if key_file.exists():
        raise misuse(str(key_file), "", "exists; a key is never written over.")
    seed = secrets.token_bytes(32)
    write_durably(key_file, json.dumps({"operator": name, "seed": seed.hex()}).encode())
    signer = Ed25519Signer(seed)
    write_durably(folder / "operators.json", json.dumps({**known, name: signer.public}, indent=1).encode())
    return signer


def read_key(key_file: Path) -> tuple[str, Ed25519Signer]:
    """Return an operator's name and signer from the file that the person keeps."""
    kept = read_json(key_file)
    try:
        return str(kept["operator"]), Ed25519Signer(bytes.fromhex(kept["seed"]))
    except (KeyError, ValueError, TypeError) as error:
        raise misuse(str(key_file), "", "is not an operator's key (operator, seed).") from error
