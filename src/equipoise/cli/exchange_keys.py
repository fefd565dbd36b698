"""``equipoise exchange``: keys, operators, and the witness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.app import AsJson
from equipoise.cli.exchange import Folder, group
from equipoise.cli.terminal import print_json, tell


@group.command(epilog="Example: equipoise exchange operator west duty-officer --out officer.key")
def operator(
    folder: Folder,
    name: Annotated[str, typer.Argument(help="The operator's name: lower-case letters, digits and hyphens.")],
    out: Annotated[Path, typer.Option(help="Where that person's key goes; the node never sees it.")],
    as_json: AsJson = False,
) -> None:
    """Enrol an operator who can sign for held items; a running node takes note within seconds."""
    from equipoise.exchange.node.operators import enrol

    signer = enrol(folder, name, key_file=out)
    tell(
        {"operator": name, "key": signer.public}, f"{name} enrolled; their key is in {out}.", as_json=as_json
    )


@group.command(epilog="Example: equipoise exchange held west")
def held(folder: Folder, as_json: AsJson = False) -> None:
    """List the items that wait for a second person."""
    from equipoise.exchange.node.party_files import picture_of

    rows = [
        {"item_hash": name, "item": leaf["item"], "approved_by": sorted(leaf["approvals"])}
        for name, leaf in picture_of(folder).held.items()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(
            f"{row['item_hash'][:16]}  approved by {', '.join(row['approved_by']) or 'nobody'}: {json.dumps(row['item'])}"
        )
    if not rows:
        print("Nothing waits.")


@group.command(epilog="Example: equipoise exchange approve west 3f9a --operator-key officer.key")
def approve(
    folder: Folder,
    item: Annotated[str, typer.Argument(help="The item's hash, or its first digits.")],
    operator_key: Annotated[Path, typer.Option(help="The operator's key file.")],
    as_json: AsJson = False,
) -> None:
    """Sign for a held item as a second person."""
    from equipoise.exchange.node.inbox import drop_order
    from equipoise.exchange.node.operators import read_key
    from equipoise.exchange.node.party_files import picture_of
    from equipoise.exchange.protocol.keys import approval
    from equipoise.foundation.errors import misuse

    fits = [name for name in picture_of(folder).held if name.startswith(item)]
    if len(fits) != 1:
        raise misuse("item", item, f"{len(fits)} held items begin so.", "See 'equipoise exchange held'.")
    name, signer = read_key(operator_key)
    path = drop_order(
        folder,
        kind="approve",
        item_hash=fits[0],
        operator=name,
        signature=approval(signer, item_hash=fits[0]),
    )
    tell({"filed": str(path)}, f"{name} signed for {fits[0][:16]}.", as_json=as_json)


@group.command(epilog="Example: equipoise exchange fingerprint east-public.json")
def fingerprint(
    public: Annotated[Path, typer.Argument(help="A public.json, your own or the peer's.")],
    as_json: AsJson = False,
) -> None:
    """Print the digits that both sides compare by telephone before they trust a public.json."""
    from equipoise.exchange.node.keyring import days_left, read_public
    from equipoise.exchange.node.keyring import fingerprint as digits_of

    known = read_public(public)
    digits, days = digits_of(known), days_left(known)
    line = f"{known['party']}: {digits} (certificate good for {days:.0f} days)"
    tell({"party": known["party"], "fingerprint": digits, "days_left": round(days)}, line, as_json=as_json)


@group.command(epilog="Example: equipoise exchange renew west")
def renew(folder: Folder, as_json: AsJson = False) -> None:
    """Make a new certificate of the link before the old one ends; the signing key stays, and so does the log."""
    from equipoise.exchange.node.keyring import fingerprint as digits_of
    from equipoise.exchange.node.keyring import read_public
    from equipoise.exchange.node.keyring import renew as make_anew

    path = make_anew(folder)
    digits = digits_of(read_public(path))
    line = f"Hand {path} to the peer, who puts it in the place of the old one; the link comes back by itself.\n{digits}"
    tell({"public": str(path), "fingerprint": digits}, line, as_json=as_json)


@group.command(epilog="Example: equipoise exchange rotate west")
def rotate(
    folder: Folder,
    compromised: Annotated[
        bool,
        typer.Option(
            help="The old key must not be trusted: announce nothing under it, and make a new link key too."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Change this party's signing key; the running node, or the next one, announces the new one under the old."""
    from equipoise.exchange.node.inbox import drop_order
    from equipoise.exchange.node.keyring import add_key

    key = add_key(folder, certificate=compromised)
    drop_order(folder, kind="replace-key" if compromised else "rotate", key=key)
    line = f"New key {key[:16]} is announced to the peer under the old one."
    if compromised:
        line = f"New key {key[:16]}. Hand {folder / 'public.json'} to the peer outside this link, and start the node anew."
    tell({"key": key, "announced": not compromised}, line, as_json=as_json)


@group.command(epilog="Example: equipoise exchange revoke west 3f9a --peer east-public.json")
def revoke(
    folder: Folder,
    key: Annotated[str, typer.Argument(help="The peer's key that no longer counts.")],
    peer: Annotated[
        Path | None, typer.Option(help="The peer's new public.json, received by another way than this link.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Refuse a compromised key of the peer from now on, and take a new one in its place."""
    from equipoise.exchange.node.inbox import drop_order
    from equipoise.exchange.node.keyring import read_public
    from equipoise.exchange.node.party_files import peer_named_by
    from equipoise.exchange.protocol.forms import is_hex
    from equipoise.foundation.errors import misuse

    if not is_hex(key, size=64):
        raise misuse("key", key, "is not 64 hex digits.")
    public = read_public(peer) if peer else {"key": ""}
    known, new = peer_named_by(folder), public["key"]
    if known and public.get("party", known) != known:
        raise misuse("--peer", public["party"], f"is another party; the peer of this log is '{known}'.")
    drop_order(folder, kind="revoke-peer", revoked=key, key=new)
    line = f"{key[:16]} counts no more; " + (
        f"{new[:16]} does." if new else "nothing of the peer's does until a new key comes."
    )
    tell({"revoked": key, "key": new}, line, as_json=as_json)


@group.command(epilog="Example: equipoise exchange open-secret west --out opened.json")
def open_secret(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Where the opened secret goes.")],
    as_json: AsJson = False,
) -> None:
    """Open the secret of the coarsening for a verifier, once the exercise is over: it undoes all of it."""
    from equipoise.exchange.node.files import write_durably
    from equipoise.exchange.node.keyring import opening

    write_durably(out, json.dumps(opening(folder)).encode())
    tell(
        {"file": str(out)},
        f"The secret is in {out}: with it every place in the peer's log can be undone.",
        as_json=as_json,
    )
