import json
import random

import pytest
from exchange_pair import SIGNERS, forged, text

from equipoise.exchange.display import party_page
from equipoise.exchange.forms import ItemError
from equipoise.exchange.verify import verify
from equipoise.model.notices import instruments


def kinds(storage):
    return [json.loads(leaf)["kind"] for leaf in storage.read()]


def test_a_message_is_released_recorded_and_receipted(pair):
    frames = pair.send(text(secret="never"))
    assert b"never" not in frames[0]
    assert kinds(pair.a.storage) == ["genesis", "release", "receipt"]
    assert kinds(pair.b.storage) == ["genesis", "received"]
    assert not pair.a.outbox


def test_a_refusal_is_committed_and_opens_nothing(pair):
    frames = pair.send(text("the hidden words", sensitivity="withhold", exercise=False) | {"exercise": False})
    assert b"hidden" not in frames[0]
    assert json.loads(frames[0])["body"]["stream"] == "withheld"
    assert "withheld" in kinds(pair.a.storage)


def test_a_hold_needs_two_people(pair):
    item = text(sensitivity="hold")
    assert pair.send(item, operator="one") == []
    assert pair.send(item, operator="one") == []
    assert json.loads(pair.send(item, operator="two")[0])["body"]["stream"] == "text"


def test_a_replay_is_recorded_once_and_receipted_again(pair):
    frames = pair.send(text())
    assert pair.b.receive(frames * 3)
    assert kinds(pair.b.storage).count("received") == 1


def test_a_restart_is_a_replay(pair):
    pair.send(text())
    pair.a.ingest(text("unsent"))
    again = pair.open("A")
    assert (again.sent_seq, again.acked_seq, len(again.outbox)) == (2, 1, 1)
    assert again.tree.root() == pair.a.tree.root()
    again.storage.close()


def test_keys_rotate_and_a_revoked_key_is_refused(pair):
    pair.a.receive(pair.b.receive(pair.a.rotate(SIGNERS["C"].public)))
    pair.send(text())
    assert pair.b.peer_key == SIGNERS["C"].public
    assert pair.b.received_seq == 2
    pair.b.party = pair.b.party.__class__("B", "A", SIGNERS["A"].public, frozenset([SIGNERS["C"].public]))
    pair.send(text())
    assert pair.b.received_seq == 2
    assert pair.b.refusals == {"revoked key": 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seq": 3}, "gap"),
        ({"seq": 2, "prev": "00"}, "fork: the chain does not continue what was received"),
        ({"seq": 2.5}, "not a number in range"),
        ({"seq": 2, "signer": "C"}, "wrong key"),
        ({"seq": 2, "to": "C"}, "not between these parties"),
        ({"seq": 2, "extra": 1}, "unknown or missing key"),
        ({"seq": 2, "stream": "fire"}, "unknown stream"),
    ],
)
def test_hostile_frames_are_refused_by_name(pair, changes, reason):
    frame = pair.send(text())[0]
    prev = pair.b.received_hash
    signer = changes.pop("signer", "A")
    pair.b.receive([forged(frame, signer, **({"prev": prev} | changes))])
    assert pair.b.received_seq == 1
    assert pair.b.refusals == {reason: 1}


def test_fuzzed_frames_never_crash_and_the_log_stays_small(pair):
    rng = random.Random(5)
    frame = pair.send(text())[0]
    before = len(pair.b.storage.read())
    for _ in range(5000):
        data = bytearray(frame)
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        pair.b.receive(
            [bytes(data[: rng.randrange(1, len(data) + 1)]) if rng.random() < 0.3 else bytes(data)]
        )
    pair.b.receive(
        [b"[" * 60_000, b"x" * 70_000, b'{"body":[],"key":[],"sig":{}}', b'{"a":1,"a":2}', b"\xff"]
    )
    assert pair.b.received_seq == 1
    assert len(pair.b.storage.read()) - before < 200


def test_an_unknown_stream_or_nan_is_misuse(pair):
    with pytest.raises(ItemError):
        pair.a.ingest({"stream": "engage", "payload": {}})
    with pytest.raises(ItemError):
        pair.a.ingest(text(value=float("nan")))


def test_a_hostile_peer_with_a_valid_key_cannot_crash_the_node_or_its_display(pair):
    rng = random.Random(6)
    junk = [
        None,
        True,
        -1,
        2.5,
        2**60,
        "",
        "x" * 200,
        [],
        [[]],
        {},
        {"size": 1},
        {"notice_id": [], "type": {}},
        {"track_id": 3},
    ]
    streams = ["notice", "launch", "track", "text", "heartbeat", "withheld"]
    frame = pair.send(text())[0]
    for _ in range(1500):
        changes = {
            "seq": pair.b.received_seq + 1,
            "prev": pair.b.received_hash,
            "stream": rng.choice(streams),
        }
        for key in rng.sample(
            ["seq", "prev", "head", "at_ms", "payload", "rule", "stream", "to"], rng.randrange(1, 3)
        ):
            changes[key] = rng.choice(junk)
        pair.b.receive([forged(frame, **changes)])
    assert pair.b.received_seq > 1
    leaves = [json.loads(leaf) for leaf in pair.b.storage.read()]
    assert "own picture" in party_page("B", leaves, now_ms=pair.now_ms)
    verify(pair.path("A"), pair.path("B"), duties=instruments())
