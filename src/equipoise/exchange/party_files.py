"""A party's folder: secrets that never leave it, and one public file for the peer."""

from __future__ import annotations

import datetime
import json
import os
import secrets
import ssl
import time
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from equipoise.exchange.gate import Gate
from equipoise.exchange.keys import Ed25519Signer
from equipoise.exchange.node import Node, Party
from equipoise.exchange.store import SqliteStorage
from equipoise.foundation.errors import InputError, Problem


def _write_secret(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def create(folder: Path, *, party: str) -> Path:
    """Make the folder with fresh keys; return the public file to hand to the peer."""
    if (folder / "secret.json").exists():
        raise InputError([Problem(str(folder), "", "holds a party already.", "Choose another folder.")])
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    seed, gate = secrets.token_bytes(32), secrets.token_bytes(32)
    _write_secret(folder / "secret.json", json.dumps({"seeds": [seed.hex()], "gate": gate.hex()}).encode())
    certificate, key = _certificate(party)
    _write_secret(folder / "tls.key", key)
    (folder / "tls.pem").write_bytes(certificate)
    public = {"party": party, "key": Ed25519Signer(seed).public, "certificate": certificate.decode()}
    (folder / "public.json").write_text(json.dumps(public, indent=1), "utf-8")
    return folder / "public.json"


def _certificate(party: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, party)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    secret = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(form), secret


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; anything else is an ``InputError``."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError([Problem(str(path), "", f"cannot be read: {error}")]) from error
    if not isinstance(value, dict):
        raise InputError([Problem(str(path), "", "is not a JSON object.")])
    return value


def open_node(
    folder: Path, *, peer: dict[str, Any], clock_offset_ms: int = 0, revoked: frozenset[str] = frozenset()
) -> Node:
    """Open the party's node on its log; the clock may be an exercise's, offset from the machine's."""
    own, secret = read_json(folder / "public.json"), read_json(folder / "secret.json")
    return Node(
        Party(own["party"], peer["party"], peer["key"], revoked),
        signers=[Ed25519Signer(bytes.fromhex(seed)) for seed in secret["seeds"]],
        gate=Gate(bytes.fromhex(secret["gate"])),
        storage=SqliteStorage(folder / "evidence.log"),
        clock_ms=lambda: time.time_ns() // 1_000_000 + clock_offset_ms,
        random_bytes=secrets.token_bytes,
    )


def tls(folder: Path, *, peer: dict[str, Any], server: bool) -> ssl.SSLContext:
    """Return a TLS 1.3 context that accepts the peer's certificate and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
    context.load_verify_locations(cadata=peer["certificate"])
    return context


def drop_item(folder: Path, item: dict[str, Any]) -> Path:
    """Put an item into the inbox of a node that may or may not be running; return its file."""
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
    item = {**item, "ingest_id": name}
    temporary = folder / "inbox" / f".{name}"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(item, file)
        file.flush()
        os.fsync(file.fileno())
    return temporary.rename(folder / "inbox" / name)
