"""A party's keys: for signing, for the link, for its coarsening; sealed under a passphrase where one is given."""

from __future__ import annotations

import datetime
import getpass
import hashlib
import json
import os
import re
import secrets
import ssl
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from equipoise.exchange.node.files import read_json, write_durably
from equipoise.exchange.protocol.encoding import canonical
from equipoise.exchange.protocol.forms import is_hex, is_text
from equipoise.exchange.protocol.keys import Ed25519Signer
from equipoise.foundation.errors import misuse
from equipoise.foundation.reading import read_input_text

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
CERTIFICATE_DAYS = 365
WARN_DAYS = 30
LEAST_LETTERS = 12
PASSPHRASE_FILE = "EQUIPOISE_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable, no secret
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 32}  # a tenth of a second and 32 MB a try


def new_secrets(folder: Path, *, party: str, passphrase: str = "") -> Path:
    """Write fresh keys of every kind, sealed if a passphrase is given; return the public file to hand to the peer."""
    seed, gate = secrets.token_bytes(32), secrets.token_bytes(32)
    kept = {"seeds": [seed.hex()], "gate": gate.hex(), "link": secrets.token_hex(32) if passphrase else ""}
    _write_secrets(folder, kept, passphrase)
    return _write_public(folder, party=party, key=Ed25519Signer(seed).public, password=str(kept["link"]))


def add_key(folder: Path, *, certificate: bool) -> str:
    """Put a fresh signing key into the keyring and name it in the public file; return its public half.

    With ``certificate`` the key of the link is made anew too: the old one is taken for compromised.
    """
    own, kept, seed = read_public(folder / "public.json"), _secrets(folder), secrets.token_bytes(32)
    _write_secrets(folder, {**kept, "seeds": [*kept["seeds"], seed.hex()]}, passphrase_of(folder))
    public = Ed25519Signer(seed).public
    if certificate:
        _write_public(folder, party=own["party"], key=public, password=kept["link"])
    else:
        write_durably(folder / "public.json", json.dumps({**own, "key": public}, indent=1).encode())
    return public


def renew(folder: Path) -> Path:
    """Make a new certificate and key of the link; the signing key stays. Return the public file for the peer."""
    own = read_public(folder / "public.json")
    return _write_public(folder, party=own["party"], key=own["key"], password=_secrets(folder)["link"])


def _write_public(folder: Path, *, party: str, key: str, password: str) -> Path:
    certificate, tls_key = _certificate(party, password=password)
    write_durably(folder / "tls.key", tls_key)
    write_durably(folder / "tls.pem", certificate)
    public = {"party": party, "key": key, "certificate": certificate.decode()}
    write_durably(folder / "public.json", json.dumps(public, indent=1).encode())
    return folder / "public.json"


def fingerprint(public: dict[str, Any]) -> str:
    """Return what two people compare by telephone: 16 groups of four hex digits over the whole public file."""
    digits = hashlib.sha256(canonical(public)).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, 64, 4))


def days_left(public: dict[str, Any]) -> float:
    """Return how long the certificate in a public file is still good, in days."""
    end = x509.load_pem_x509_certificate(public["certificate"].encode()).not_valid_after_utc
    return (end - datetime.datetime.now(datetime.UTC)).total_seconds() / 86_400.0


def warning(public: dict[str, Any]) -> str:
    """Return a line when the certificate ends within ``WARN_DAYS``, or an empty string."""
    days = days_left(public)
    if days > WARN_DAYS:
        return ""
    when = f"ends in {days:.0f} days" if days > 0.0 else "has ended: the link cannot come up"
    return f"the certificate of {public['party']} {when}; 'equipoise exchange renew' makes a new one"


def _write_secrets(folder: Path, kept: dict[str, Any], passphrase: str) -> None:
    data = json.dumps(kept).encode()
    if passphrase:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        sealed = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, data, b"equipoise exchange keyring 1")
        data = json.dumps({"salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}).encode()
    write_durably(folder / "secret.json", data)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, **SCRYPT)


def new_passphrase() -> str:
    """Return a passphrase for a new keyring, from the file that the environment names or asked twice."""
    if os.environ.get(PASSPHRASE_FILE) or not sys.stdin.isatty():
        found = _asked("the new party")
    else:
        found = getpass.getpass("New passphrase: ")
        if getpass.getpass("Once more: ") != found:
            raise misuse("passphrase", "", "was not the same twice.")
    if len(found) < LEAST_LETTERS:
        raise misuse("passphrase", "", f"needs at least {LEAST_LETTERS} letters.")
    return found


def passphrase_of(folder: Path) -> str:
    """Return the passphrase of a sealed keyring, from the file that the environment names or from a person."""
    return _asked(str(folder)) if "sealed" in read_json(folder / "secret.json") else ""


@lru_cache(maxsize=8)
def _asked(folder: str) -> str:
    if name := os.environ.get(PASSPHRASE_FILE):
        return read_input_text(Path(name), label=f"{PASSPHRASE_FILE}: {name}").rstrip("\n")
    if not sys.stdin.isatty():
        cure = f"Name a file that holds the passphrase in {PASSPHRASE_FILE}."
        raise misuse(f"{folder}/secret.json", "", "is sealed and nobody can be asked.", cure)
    return getpass.getpass(f"Passphrase of {folder}: ")


def _secrets(folder: Path) -> dict[str, Any]:
    path = folder / "secret.json"
    read_json(path)  # a file that cannot be read is said before it is asked for its age
    return _opened(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _opened(path: Path, _: int) -> dict[str, Any]:
    kept = read_json(path)
    if "sealed" in kept:
        kept = _unsealed(kept, path)
    if set(kept) != {"seeds", "gate", "link"}:
        raise misuse(str(path), "", "is not a keyring.", "Make the party anew.")
    return kept


def _unsealed(kept: dict[str, Any], path: Path) -> dict[str, Any]:
    passphrase = _asked(str(path.parent))
    try:
        salt, nonce, sealed = (bytes.fromhex(kept[name]) for name in ("salt", "nonce", "sealed"))
        key = _stretched(passphrase, salt)
        found: dict[str, Any] = json.loads(
            AESGCM(key).decrypt(nonce, sealed, b"equipoise exchange keyring 1")
        )
    except InvalidTag as error:
        _asked.cache_clear()
        raise misuse(str(path), "", "does not open with this passphrase.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise misuse(str(path), "", "is not a keyring.", "Make the party anew.") from error
    return found


def signers(folder: Path) -> list[Ed25519Signer]:
    """Return the keyring, the founding key first."""
    return [Ed25519Signer(bytes.fromhex(seed)) for seed in _secrets(folder)["seeds"]]


def gate_secret(folder: Path) -> bytes:
    """Return the secret of the coarsening."""
    return bytes.fromhex(_secrets(folder)["gate"])


def opening(folder: Path) -> dict[str, str]:
    """Return what opens the party's commitment to its coarsening, for a verifier."""
    return {"party": read_public(folder / "public.json")["party"], "secret": gate_secret(folder).hex()}


def read_opening(path: Path) -> dict[str, str]:
    """Return an opened secret from a file; anything else is an ``InputError``."""
    opened = read_json(path)
    if set(opened) != {"party", "secret"} or not is_hex(opened["secret"], size=64):
        raise misuse(str(path), "", "is not an opened secret (party, secret of 64 hex digits).")
    return {name: str(value) for name, value in opened.items()}


def read_public(path: Path) -> dict[str, Any]:
    """Return a public file: party, signing key, certificate of the link."""
    public = read_json(path)
    if set(public) != {"party", "key", "certificate"} or not all(
        is_text(v, limit=10_000) for v in public.values()
    ):
        raise misuse(str(path), "", "is not a public.json of a party (party, key, certificate).")
    if not is_hex(public["key"], size=64) or not NAME.fullmatch(public["party"]):
        raise misuse(str(path), "", "names no party or no Ed25519 key of 64 hex digits.")
    try:
        days_left(public)
    except (ValueError, x509.InvalidVersion) as error:
        raise misuse(str(path), "certificate", "is not a certificate in PEM form.") from error
    return public


def _certificate(party: str, *, password: str) -> tuple[bytes, bytes]:
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
    how: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        how = serialization.BestAvailableEncryption(password.encode())
    secret = key.private_bytes(form, serialization.PrivateFormat.PKCS8, how)
    return certificate.public_bytes(form), secret


def tls(folder: Path, *, peer: dict[str, Any], server: bool) -> ssl.SSLContext:
    """Return a TLS 1.3 context in which both sides show a certificate; :func:`is_peer` then asks for the very one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / "tls.pem", folder / "tls.key", password=_secrets(folder)["link"] or None)
    context.load_verify_locations(cadata=peer["certificate"])
    return context


def is_peer(certificate: bytes | None, *, peer: dict[str, Any]) -> bool:
    """Return whether the certificate (DER) that the other side showed is the peer's very own."""
    return certificate == ssl.PEM_cert_to_DER_cert(peer["certificate"])
