"""A node whose log contradicts what was signed over it says what differs and signs nothing."""

import json
import re
import shutil
import sqlite3

import pytest
from exchange_pair import SIGNERS, forged, kinds, text, track

from equipoise.exchange.protocol.keys import Ed25519Signer
from equipoise.foundation.errors import InputError


def busy(pair):
    for number in range(4):
        pair.send(text(f"from A {number}"))
        pair.answer(track(f"t{number}", pair.now_ms / 1000.0))
    pair.a.ingest(text("held", sensitivity="hold"))
    pair.send(text("last"))


def change(path, number, edit):
    db = sqlite3.connect(path)
    (data,) = db.execute("SELECT data FROM leaf WHERE number = ?", (number,)).fetchone()
    db.execute("UPDATE leaf SET data = ? WHERE number = ?", (edit(data), number))
    db.commit()
    db.close()


def refused(pair, seal=None):
    with pytest.raises(InputError) as caught:
        pair.open("A", seal=seal)
    assert "Nothing is signed" in str(caught.value)
    return str(caught.value)


def test_an_honest_log_opens_again_with_its_seal(pair):
    busy(pair)
    seal = pair.a.signed_head()
    pair.a.storage.close()
    pair.a = pair.open("A", seal=seal)
    pair.send(text("after"))
    pair.a.storage.close()
    pair.a = pair.open("A", seal=seal)  # a seal that the log has outgrown
    assert pair.a.tree.size > seal["body"]["size"]


@pytest.mark.parametrize("number", [1, 2, 3, 6, 9])
def test_a_changed_leaf_is_found_by_the_next_signed_head(pair, number):
    busy(pair)
    pair.a.storage.close()
    change(pair.path("A"), number, lambda data: data.replace(b'"at_ms":13', b'"at_ms":12'))
    assert "a leaf was changed" in refused(pair)
    pair.a.storage.close()


def test_a_changed_last_leaf_is_found_by_the_seal(pair):
    busy(pair)
    seal, last = pair.a.signed_head(), pair.a.tree.size - 1
    pair.a.storage.close()
    change(pair.path("A"), last, lambda data: data.replace(b'"at_ms":13', b'"at_ms":12'))
    assert "seal.json" in refused(pair, seal)


def test_an_older_copy_that_is_put_back_is_found_by_the_seal(pair):
    pair.send(text("first"))
    pair.a.storage.close()
    shutil.copy(pair.path("A"), pair.folder / "old.log")
    pair.a = pair.open("A")
    busy(pair)
    seal = pair.a.signed_head()
    pair.a.storage.close()
    pair.path("A").unlink()
    shutil.copy(pair.folder / "old.log", pair.path("A"))
    assert "an older copy" in refused(pair, seal)


@pytest.mark.parametrize("fault", ["party", "signer", "damage", "form"])
def test_a_seal_of_somebody_else_is_no_seal(pair, fault):
    busy(pair)
    seal = pair.a.signed_head()
    if fault == "party":
        seal = pair.b.signed_head()
    elif fault == "signer":
        stranger = Ed25519Signer(b"x" * 32)
        seal = {**seal, "key": stranger.public, "sig": stranger.sign(b"")}
    elif fault == "damage":
        seal = {**seal, "body": {**seal["body"], "size": seal["body"]["size"] - 1}}
    else:
        seal = {"body": []}
    pair.a.storage.close()
    assert "is no head that this party signed" in refused(pair, seal)


def test_a_message_that_signs_another_history_is_found(pair):
    busy(pair)
    pair.a.storage.close()
    leaf = pair.a.tree.size - 1

    def another(data):
        whole = json.loads(data)
        frame = json.dumps(whole["message"]).encode()
        whole["message"] = json.loads(forged(frame, "A", head={"size": 2, "root": "ab" * 32}))
        return json.dumps(whole).encode()

    assert SIGNERS["A"]
    db = sqlite3.connect(pair.path("A"))
    rows = db.execute("SELECT number, data FROM leaf ORDER BY number").fetchall()
    db.close()
    number = max(n for n, data in rows if b'"kind":"release"' in data)
    assert number <= leaf
    change(pair.path("A"), number, another)
    assert "signs 2 leaves that do not end there" in refused(pair)


@pytest.mark.parametrize(
    ("last", "kind"), [("from B", "received"), ("from A", "receipt"), ("waits", "release")]
)
def test_a_changed_leaf_that_no_head_covers_yet_is_found_by_its_signature(pair, last, kind):
    """A node that was killed has no seal over its last leaves: it would sign over what somebody made of them."""
    busy(pair)
    seal = pair.a.signed_head()
    if last == "from B":
        pair.answer(text(last))
    elif last == "from A":
        pair.send(text(last))
    else:
        pair.a.ingest(text(last))
    number = pair.a.tree.size - 1
    assert kinds(pair.a.storage)[-1] == kind
    pair.a.storage.close()
    earlier = re.compile(rb'"at_ms":13(?=\d{11},"from")')  # in the body alone: what was signed
    change(pair.path("A"), number, lambda data: earlier.sub(b'"at_ms":12', data))
    assert f"leaf {number}: holds a frame that nobody signed" in refused(pair, seal)
