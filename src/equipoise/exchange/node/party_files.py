"""A party's folder: secrets that never leave it, rules of release to edit, and one public file for the peer."""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import re
import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.store import SqliteStorage, read_log
from equipoise.exchange.picture.board import Picture
from equipoise.exchange.protocol.forms import is_hex, is_text
from equipoise.exchange.protocol.gate import Gate, packaged
from equipoise.exchange.protocol.incoming import Party
from equipoise.exchange.protocol.keys import Ed25519Signer
from equipoise.foundation.errors import InputError, Problem
from equipoise.model.notices import packaged_text, read_instruments

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
CERTIFICATE_DAYS = 365
LOG, SEAL = "evidence.log", "seal.json"


def create(folder: Path, *, party: str) -> Path:
    """Make the folder with fresh keys and the packaged rules; return the public file to hand to the peer."""
    if not NAME.fullmatch(party):
        raise InputError([Problem("--party", party, "is 1 to 32 lower-case letters, digits and hyphens.")])
    if (folder / "secret.json").exists():
        raise InputError([Problem(str(folder), "", "holds a party already.", "Choose another folder.")])
    try:
        (folder / "inbox").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError([Problem(str(folder), "", f"cannot be made: {error.strerror}.")]) from error
    rules = {name: packaged(name) for name in ("release.cedar", "profile.toml")}
    for name, text in {**rules, "instruments.toml": packaged_text()}.items():
        write_durably(folder / name, text.encode())
    seed, gate = secrets.token_bytes(32), secrets.token_bytes(32)
    write_durably(folder / "operators.json", b"{}")
    _write_secrets(folder, {"seeds": [seed.hex()], "gate": gate.hex()})
    return _write_public(folder, party=party, key=Ed25519Signer(seed).public)


def add_key(folder: Path, *, certificate: bool) -> str:
    """Put a fresh signing key into the keyring and name it in the public file; return its public half.

    With ``certificate`` the key of the link is made anew too: the old one is taken for compromised.
    """
    own, kept, seed = read_public(folder / "public.json"), _secrets(folder), secrets.token_bytes(32)
    _write_secrets(folder, {**kept, "seeds": [*kept["seeds"], seed.hex()]})
    public = Ed25519Signer(seed).public
    if certificate:
        _write_public(folder, party=own["party"], key=public)
    else:
        write_durably(folder / "public.json", json.dumps({**own, "key": public}, indent=1).encode())
    return public


def _write_public(folder: Path, *, party: str, key: str) -> Path:
    certificate, tls_key = _certificate(party)
    write_durably(folder / "tls.key", tls_key, mode=0o600)
    write_durably(folder / "tls.pem", certificate)
    public = {"party": party, "key": key, "certificate": certificate.decode()}
    write_durably(folder / "public.json", json.dumps(public, indent=1).encode())
    return folder / "public.json"


def _write_secrets(folder: Path, kept: dict[str, Any]) -> None:
    write_durably(folder / "secret.json", json.dumps(kept).encode(), mode=0o600)


def write_durably(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a whole file or none: temporary name, sync, rename, sync of the folder."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise InputError([Problem(str(path), "", f"cannot be written: {error.strerror}.")]) from error


def sync_folder(folder: Path) -> None:
    """Make renames and removals in the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
        .not_valid_after(now + datetime.timedelta(days=CERTIFICATE_DAYS))
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


def read_public(path: Path) -> dict[str, Any]:
    """Return a public file: party, signing key, certificate of the link."""
    public = read_json(path)
    if set(public) != {"party", "key", "certificate"} or not all(
        is_text(v, limit=10_000) for v in public.values()
    ):
        raise InputError([Problem(str(path), "", "is no public.json of a party (party, key, certificate).")])
    if not is_hex(public["key"], size=64) or not NAME.fullmatch(public["party"]):
        raise InputError([Problem(str(path), "", "names no party or no Ed25519 key of 64 hex digits.")])
    try:
        x509.load_pem_x509_certificate(public["certificate"].encode())
    except ValueError as error:
        raise InputError([Problem(str(path), "certificate", "is no certificate in PEM form.")]) from error
    return public


def _secrets(folder: Path) -> dict[str, Any]:
    kept = read_json(folder / "secret.json")
    if set(kept) != {"seeds", "gate"}:
        raise InputError([Problem(str(folder / "secret.json"), "", "is no keyring.", "Make the party anew.")])
    return kept


def signers(folder: Path) -> list[Ed25519Signer]:
    """Return the keyring, the founding key first."""
    return [Ed25519Signer(bytes.fromhex(seed)) for seed in _secrets(folder)["seeds"]]


def opening(folder: Path) -> dict[str, str]:
    """Return what opens the party's commitment to its coarsening, for a verifier."""
    return {"party": read_public(folder / "public.json")["party"], "secret": _secrets(folder)["gate"]}


def read_opening(path: Path) -> dict[str, str]:
    """Return an opened secret from a file; anything else is an ``InputError``."""
    opened = read_json(path)
    if set(opened) != {"party", "secret"} or not is_hex(opened["secret"], size=64):
        raise InputError([Problem(str(path), "", "is no opened secret (party, secret of 64 hex digits).")])
    return {name: str(value) for name, value in opened.items()}


def _rule_text(folder: Path, name: str) -> str:
    path = folder / name
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(path), "", f"cannot be read: {error}")]) from error


def instruments_of(folder: Path) -> dict[str, Any]:
    """Return the notification duties that this party goes by."""
    return read_instruments(_rule_text(folder, "instruments.toml"), file=str(folder / "instruments.toml"))


def operators_of(folder: Path) -> dict[str, str]:
    """Return the enrolled operators: name -> public key; a key under two names would count as two people."""
    path = folder / "operators.json"
    operators = read_json(path)
    for name, key in operators.items():
        if not NAME.fullmatch(name) or not is_hex(key, size=64):
            raise InputError([Problem(str(path), name, "is no name with an Ed25519 key of 64 hex digits.")])
        if others := [other for other in operators if other != name and operators[other] == key]:
            raise InputError(
                [Problem(str(path), name, f"has the key of '{others[0]}': one person, one name.")]
            )
    return operators


def seal_of(folder: Path) -> dict[str, Any] | None:
    """Return the last signed head that was kept beside the log, if any."""
    path = folder / SEAL
    return read_json(path) if path.exists() else None


def keep_seal(folder: Path, node: Node) -> None:
    """Keep the head of the log as it stands, to compare with at the next start."""
    write_durably(folder / SEAL, json.dumps(node.signed_head()).encode(), mode=0o600)


def open_node(folder: Path, *, peer: dict[str, Any], clock_offset_ms: int = 0) -> Node:
    """Open the party's node on its log; the clock may be an exercise's, offset from the machine's."""
    own, kept = read_public(folder / "public.json"), _secrets(folder)
    gate = Gate(
        bytes.fromhex(kept["gate"]),
        party=own["party"],
        policy=_rule_text(folder, "release.cedar"),
        profile=_rule_text(folder, "profile.toml"),
        folder=str(folder),
    )
    return Node(
        Party(own["party"], peer["party"], peer["key"]),
        signers=signers(folder),
        gate=gate,
        storage=SqliteStorage(folder / LOG),
        instruments=instruments_of(folder),
        operators=operators_of(folder),
        clock_ms=lambda: time.time_ns() // 1_000_000 + clock_offset_ms,
        random_bytes=secrets.token_bytes,
        seal=seal_of(folder),
    )


@contextmanager
def sole_owner(folder: Path) -> Iterator[None]:
    """Hold the folder for one node process; a second one is an ``InputError``."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError([Problem(str(folder), "", "is served by another process already.")]) from error
        yield


def tls(folder: Path, *, peer: dict[str, Any], server: bool) -> ssl.SSLContext:
    """Return a TLS 1.3 context in which both sides show a certificate; :func:`is_peer` then asks for the very one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
    context.load_verify_locations(cadata=peer["certificate"])
    return context


def is_peer(certificate: bytes | None, *, peer: dict[str, Any]) -> bool:
    """Return whether the certificate (DER) that the other side showed is the peer's very own."""
    return certificate == ssl.PEM_cert_to_DER_cert(peer["certificate"])


def picture_of(folder: Path) -> Picture:
    """Return the picture that the party's log gives, read beside a node that may be running."""
    leaves = (json.loads(data) for data in read_log(folder / LOG))
    first = next(leaves, None)
    if first is None:
        raise InputError(
            [Problem(str(folder / LOG), "", "holds no leaf yet.", "Run 'equipoise exchange serve'.")]
        )
    picture = Picture(party=first["party"], peer=first["peer"], instruments=instruments_of(folder))
    for leaf in leaves:
        picture.show(leaf)
    return picture
