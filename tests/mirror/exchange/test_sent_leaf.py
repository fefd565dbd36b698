"""Leaves of the usual form are read as the general reader reads them; a log that changes while it is read is damaged."""

import json
import random
import sqlite3

import pytest
from exchange_pair import text, track

from equipoise.checkers.exchange_log import heard, verify
from equipoise.checkers.exchange_log.leaves import leaves_of
from equipoise.checkers.exchange_log.log import to_bytes
from equipoise.checkers.exchange_log.own import OwnSide
from equipoise.checkers.exchange_log.sent import usual
from equipoise.model.notices import instruments

TRICKS = (
    'a","item_hash":"b',
    ',"prev":"',
    '{"body":',
    '"},"key":"',
    "\\",
    "tab\t",
    "\u00e9",
    "\x7f",
)


@pytest.fixture
def sent(pair):
    """Leaves of own messages: texts, tracks, one that was withheld."""
    for number, trick in enumerate(("plain", *TRICKS)):
        pair.send(text(trick))
        pair.send(track(f"t{number}", time_s=pair.now_ms / 1e3, extra=trick))
        pair.send(text(trick, "withhold"))
    return [data for data in leaves_of(pair.path("A")) if b'"message":' in data]


def agrees(data):
    """Return whether the leaf has the usual form; the general reader must then say the same."""
    found = usual(data)
    if found is None:
        return False
    leaf = json.loads(data)
    assert found.leaf == leaf
    assert to_bytes(leaf) == data
    frame = leaf["message"]
    payload = found.payload or to_bytes(leaf["item"]["payload"])
    assert (found.item, payload) == (to_bytes(leaf["item"]), to_bytes(leaf["item"]["payload"]))
    assert (found.body, found.frame) == (to_bytes(frame["body"]), to_bytes(frame))
    return True


@pytest.mark.second_method
def test_honest_leaves_are_read_alike(sent):
    assert len(sent) == 27
    assert sum(map(agrees, sent)) == 24  # all but those with a letter beyond ASCII


@pytest.mark.second_method
def test_changed_leaves_are_read_alike_or_left_to_the_general_reader(sent):
    rng, taken = random.Random(1), 0
    tokens = (
        b'"',
        b"{",
        b"}",
        b",",
        b":",
        b"[",
        b"]",
        b"0",
        b"e",
        b" ",
        b"null",
        b'"a":1,',
        b"1.0",
        b"1e5",
        b"-0",
        b"\\u0041",
    )
    for number in range(6_000):
        data = bytearray(rng.choice(sent))
        at, end = rng.randrange(len(data)), rng.randrange(len(data))
        kind = number % 4
        if kind == 0:
            data[at] ^= 1 << rng.randrange(7)
        elif kind == 1:
            data[at:at] = rng.choice(tokens)
        elif kind == 2:
            data[at : at + rng.randrange(1, 9)] = rng.choice(tokens)
        else:
            data[at:at] = data[end : end + rng.randrange(1, 200)]
        taken += agrees(bytes(data))
    assert taken > 500  # a changed digit or letter leaves the form as it is


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"payload":{"text":"plain"},"prev"', b'"payload":{"text":"plain"},"more":{"a":"b"},"prev"'),
        (b'"payload":{"text":"plain"},"prev"', b'"payload":{"text":"plain","text":"plain"},"prev"'),
        (b'"payload":{"text":"plain"},"prev"', b'"payload":{"text": "plain"},"prev"'),
        (b'"payload":{"text":"plain"},"prev"', b'"payload":{"text":1e5},"prev"'),
        (b'"payload":{"text":"plain"},"prev"', b'"payload":[],"prev"'),
        (b'"payload":{"text":"plain"},"sens', b'"payload":{"text":"plain"},"payload":{"text":"plain"},"sens'),
        (b'"kind":"release"', b'"kind":"withheld"'),
        (b'"allowed":true', b'"allowed":1'),
        (b'"at_ms":1', b'"at_ms":01'),
    ],
)
def test_other_forms_are_left_to_the_general_reader(sent, old, new):
    assert agrees(sent[0])
    assert old in sent[0]
    assert usual(sent[0].replace(old, new)) is None


def test_a_leaf_that_changes_between_two_readings_is_named(pair, monkeypatch):
    for number in range(3):
        pair.send(text(f"m{number}"))
    monkeypatch.setattr(heard, "FAR", 1)
    path, whole, walk = pair.path("B"), list(leaves_of(pair.path("B"))), OwnSide.walk

    def changed(side):
        found = walk(side)
        if side.log.party == "A":
            return found
        with sqlite3.connect(path) as db:
            db.execute("UPDATE leaf SET data = ? WHERE number = 4", (whole[3],))
        db.close()
        return found

    monkeypatch.setattr(OwnSide, "walk", changed)
    assert verify(pair.path("A"), path, duties=instruments()).holds, (
        "no leaf that both show alike is read twice"
    )
    with sqlite3.connect(path) as db:
        db.execute("UPDATE leaf SET data = ? WHERE number = 4", (whole[4].replace(b'"m2"', b'"m9"'),))
    db.close()
    report = verify(pair.path("A"), path, duties=instruments())
    assert any("leaf 4 changed while it was read" in line for line in report.unreadable), report.as_dict()


@pytest.mark.second_method
def test_numbers_in_other_forms_are_left_to_the_general_reader(sent):
    plain = next(data for data in sent if b'"stream":"track"' in data)
    number = json.loads(plain)["item"]["payload"]["sigma_m"]
    rng, forms = (
        random.Random(2),
        ["0", "-0", "-0.0", "0.0", "0.0001", "0.00001", "00", "1.50", "1e5", "1e-05", "1E5"],
    )
    forms += ["9007199254740993.0", "0.1000000000000000055", "123456789012345.6", "1.", ".5", "+1", "-"]
    forms += [repr(rng.uniform(-1, 1) * 10.0 ** rng.randint(-8, 17)) for _ in range(300)]
    forms += [
        f"{rng.uniform(-1, 1) * 10.0 ** rng.randint(-8, 17):.{rng.randint(0, 17)}f}" for _ in range(700)
    ]
    assert agrees(plain)
    taken = sum(
        agrees(plain.replace(f'"sigma_m":{number}'.encode(), f'"sigma_m":{form}'.encode())) for form in forms
    )
    assert taken > 200
