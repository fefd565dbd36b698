"""An optional third party that countersigns heads and refuses one that rewrites what it saw before."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from equipoise.exchange.node.files import private_folder, read_json, write_durably
from equipoise.exchange.node.keyring import read_public, signers
from equipoise.exchange.node.party_files import LOG
from equipoise.exchange.node.store import read_log
from equipoise.exchange.protocol.encoding import HEAD_DOMAIN, MESSAGE_DOMAIN, canonical
from equipoise.exchange.protocol.forms import is_head
from equipoise.exchange.protocol.keys import Ed25519Signer, Signer, Verify, succession_holds, verify_ed25519
from equipoise.exchange.protocol.tree import consistency_proof, consistent, leaf_hash, root_of
from equipoise.foundation.errors import EquipoiseError, InputError, Problem


class ForkError(EquipoiseError, ValueError):
    """A party showed the witness two histories; the two signed heads are the proof."""


class Witness:
    """Keeps the last head of each party and the key that it goes by."""

    def __init__(
        self,
        signer: Signer,
        *,
        keys: dict[str, str],
        heads: dict[str, dict[str, Any]] | None = None,
        verify: Verify = verify_ed25519,
    ) -> None:
        """Take the witness's own signer, the parties' keys, and the heads kept so far."""
        self.signer, self.keys, self.verify = signer, dict(keys), verify
        self.heads = dict(heads or {})

    def countersign(
        self, frame: dict[str, Any], *, proof: Sequence[bytes], rotations: Sequence[dict[str, Any]] = ()
    ) -> dict[str, Any]:
        """Return the witness's signature over a party's head that extends the last one.

        ``rotations`` are the party's messages that announced new keys since; each is signed by the key before.
        """
        body = frame["body"]
        party = body["party"]
        key = self._key_after(party, rotations)
        if not is_head({"size": body["size"], "root": body["root"]}) or frame["key"] != key:
            raise ValueError("the head is not of the party that it names, or not under its key")
        if not self.verify(key, HEAD_DOMAIN + canonical(body), frame["sig"]):
            raise ValueError("the head is not signed by the party it names")
        last = self.heads.get(party)
        if last is not None and not consistent(
            old_size=last["body"]["size"],
            old_root=bytes.fromhex(last["body"]["root"]),
            new_size=body["size"],
            new_root=bytes.fromhex(body["root"]),
            proof=proof,
        ):
            raise ForkError(f"{party} signed two histories: {json.dumps(last)} and {json.dumps(frame)}")
        self.heads[party], self.keys[party] = frame, key
        return {
            "head": frame,
            "witness": self.signer.public,
            "sig": self.signer.sign(HEAD_DOMAIN + canonical(frame)),
        }

    def _key_after(self, party: str, rotations: Sequence[dict[str, Any]]) -> str:
        key = self.keys.get(party, "")
        for message in rotations:
            body = message["body"]
            announces = body["stream"] == "key" and body["from"] == party and message["key"] == key
            if (
                announces
                and self.verify(key, MESSAGE_DOMAIN + canonical(body), message["sig"])
                and succession_holds(body["payload"], party=party, old_key=key, verify=self.verify)
            ):
                key = body["payload"]["new_key"]
        return key


def head_of(folder: Path, *, since: int) -> dict[str, Any]:
    """Return what a party shows a witness: its signed head, the proof from ``since`` leaves on, its changes of key."""
    hashes, rotations, own_key = [], [], ""
    for data in read_log(folder / LOG):
        hashes.append(leaf_hash(data))
        leaf = json.loads(data)
        own_key = leaf["key"] if leaf["kind"] in ("genesis", "own-key") else own_key
        if leaf["kind"] == "release" and leaf["message"]["body"]["stream"] == "key":
            rotations.append(leaf["message"])
            own_key = leaf["message"]["body"]["payload"]["new_key"]
    if not 0 <= since <= len(hashes) or not hashes:
        raise InputError([Problem("--since", str(since), f"the log has {len(hashes)} leaves.")])
    party = read_public(folder / "public.json")["party"]
    body = {"party": party, "size": len(hashes), "root": root_of(hashes).hex()}
    signer = next(signer for signer in signers(folder) if signer.public == own_key)
    frame = {"body": body, "key": own_key, "sig": signer.sign(HEAD_DOMAIN + canonical(body))}
    proof = [step.hex() for step in consistency_proof(hashes, since)]
    return {"head": frame, "proof": proof, "rotations": rotations}


def create_witness(folder: Path, *, parties: Sequence[Path]) -> str:
    """Make a witness's folder that knows these parties by their public files; return its public key."""
    if (folder / "witness.json").exists():
        raise InputError([Problem(str(folder), "", "holds a witness already.", "Choose another folder.")])
    private_folder(folder)
    seed, public = secrets.token_bytes(32), [read_public(path) for path in parties]
    state = {"seed": seed.hex(), "keys": {party["party"]: party["key"] for party in public}, "heads": {}}
    write_durably(folder / "witness.json", json.dumps(state).encode())
    return Ed25519Signer(seed).public


def countersign(folder: Path, shown: dict[str, Any]) -> dict[str, Any]:
    """Countersign a head with the witness of this folder; it is kept before the signature is given."""
    state = read_json(folder / "witness.json")
    witness = Witness(Ed25519Signer(bytes.fromhex(state["seed"])), keys=state["keys"], heads=state["heads"])
    try:
        proof = [bytes.fromhex(step) for step in shown["proof"]]
        answer = witness.countersign(shown["head"], proof=proof, rotations=shown["rotations"])
    except ForkError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError([Problem("head", "", f"cannot be countersigned: {error}")]) from error
    state |= {"keys": witness.keys, "heads": witness.heads}
    write_durably(folder / "witness.json", json.dumps(state).encode())
    return answer
