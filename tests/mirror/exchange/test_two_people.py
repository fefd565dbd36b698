"""The two-person rule over restarts, changes of the list of people, and many items."""

import json

import pytest
from exchange_pair import OPERATORS, kinds, text

from equipoise.checkers.exchange_log import verify
from equipoise.exchange.node.party_files import create, operators_of
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.protocol import outgoing
from equipoise.exchange.protocol.encoding import digest
from equipoise.exchange.protocol.forms import ItemError
from equipoise.exchange.protocol.keys import Ed25519Signer, approval
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.foundation.errors import InputError
from equipoise.model.notices import instruments

HELD = text("needs two", sensitivity="hold")


def test_the_approval_of_a_person_who_was_struck_off_does_not_count_after_a_restart(pair):
    pair.send(HELD, operator="one")
    pair.a.storage.close()
    three = Ed25519Signer(b"3" * 32)
    pair.a = pair.open("A", operators={"two": OPERATORS["two"], "three": three})
    assert pair.send(HELD, operator="two") == []
    how = {"operator": "three", "signature": approval(three, item_hash=digest(HELD))}
    frames = pair.a.ingest(HELD, **how)
    assert json.loads(frames[0])["body"]["stream"] == "text"
    pair.a.receive(pair.b.receive(frames))
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds


def test_a_person_who_is_struck_off_while_the_node_runs_counts_no_more(pair):
    pair.send(HELD, operator="one")
    pair.a.enrol({"two": OPERATORS["two"].public})
    assert kinds(pair.a.storage)[-1] == "rules"
    assert pair.send(HELD, operator="two") == []
    with pytest.raises(ItemError, match="not an enrolled operator"):
        pair.send(HELD, operator="one")
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds


def test_one_key_under_two_names_is_one_person(pair):
    pair.a.enrol({"one": OPERATORS["one"].public, "uno": OPERATORS["one"].public})
    signature = approval(OPERATORS["one"], item_hash=digest(HELD))
    assert pair.a.ingest(HELD, operator="one", signature=signature) == []
    with pytest.raises(ItemError, match="not an enrolled operator"):
        pair.a.ingest(HELD, operator="uno", signature=signature)
    assert kinds(pair.a.storage)[-1] == "held"


def test_a_list_with_one_key_twice_is_refused_by_name(tmp_path):
    create(tmp_path / "p", party="p")
    path = tmp_path / "p" / "operators.json"
    path.write_text(json.dumps({"ann": "ab" * 32, "ben": "ab" * 32}))
    with pytest.raises(InputError, match="one person, one name"):
        operators_of(tmp_path / "p")
    path.write_text(json.dumps({"ann": 5}))
    with pytest.raises(InputError, match="64 hex digits"):
        operators_of(tmp_path / "p")


def test_nothing_that_is_held_is_dropped_and_the_limit_is_said(pair, monkeypatch):
    monkeypatch.setattr(outgoing, "HELD", 320)
    items = [text(f"held {number}", sensitivity="hold") for number in range(330)]
    taken = pair.a.ingest_many([Filing(what) for what in items])
    assert len(taken.refused) == 10
    assert "wait for a second person already" in taken.refused[0][1]
    assert list(pair.a.picture.held) == [digest(what) for what in items[:320]]
    pair.send(items[0], operator="one")
    assert json.loads(pair.send(items[0], operator="two")[0])["body"]["stream"] == "text"
    assert len(pair.a.picture.held) == 319


def test_a_list_that_cannot_be_recorded_does_not_count_yet(pair, monkeypatch):
    """The simulated world found it: the new list counted while the log still held the old one."""

    def full(_):
        raise StorageError("full")

    pair.a.enrol({"one": OPERATORS["one"].public})
    pair.send(HELD, operator="one")
    monkeypatch.setattr(pair.a.storage, "append", full)
    with pytest.raises(StorageError):
        pair.a.enrol({name: signer.public for name, signer in OPERATORS.items()})
    monkeypatch.undo()
    with pytest.raises(ItemError, match="not an enrolled operator"):
        pair.send(HELD, operator="two")


def test_a_person_who_comes_back_under_another_name_counts_once(pair):
    key, two = OPERATORS["one"], OPERATORS["two"]
    pair.send(HELD, operator="one")
    pair.a.enrol({"uno": key.public, "two": two.public})
    signature = approval(key, item_hash=digest(HELD))
    assert pair.a.ingest(HELD, operator="uno", signature=signature) == []
    frames = pair.a.ingest(HELD, operator="two", signature=approval(two, item_hash=digest(HELD)))
    pair.a.receive(pair.b.receive(frames))
    assert json.loads(frames[0])["body"]["stream"] == "text"
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds
