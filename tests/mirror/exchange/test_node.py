import json
import random

import pytest
from exchange_pair import SIGNERS, forged, item, kinds, launch, leaves, notice, text, track

from equipoise.checkers.exchange_log import verify
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.picture.chart import Land
from equipoise.exchange.picture.display import party_body
from equipoise.exchange.protocol.encoding import digest
from equipoise.exchange.protocol.forms import ItemError
from equipoise.exchange.protocol.keys import Ed25519Signer, succession
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.foundation.errors import InputError
from equipoise.model.notices import instruments

START = ["genesis", "rules"]


def test_a_message_is_released_recorded_and_receipted(pair):
    frames = pair.send(text(secret="never"))
    assert b"never" not in frames[0]
    assert kinds(pair.a.storage) == [*START, "release", "receipt"]
    assert kinds(pair.b.storage) == [*START, "received"]
    assert not pair.a.outbox


@pytest.mark.parametrize("stream", ["text", "track", "launch", "notice"])
def test_what_is_marked_withhold_never_leaves_and_the_refusal_is_committed(pair, stream):
    what = {
        "text": text("hidden words"),
        "track": track("hidden"),
        "launch": launch("hidden", 5, "B"),
        "notice": notice("hidden", 5),
    }
    frames = pair.send({**what[stream], "sensitivity": "withhold"})
    assert b"hidden" not in frames[0]
    body = json.loads(frames[0])["body"]
    assert (body["stream"], set(body["payload"]), body["rule"]) == (
        "withheld",
        {"commitment"},
        "marked-withhold",
    )


def test_a_hold_needs_two_enrolled_people_who_sign(pair):
    what = text(sensitivity="hold")
    assert pair.send(what) == []
    assert pair.send(what, operator="one") == []
    assert pair.send(what, operator="one") == []
    assert list(pair.a.picture.held) == [digest(what)]
    with pytest.raises(ItemError, match="not an enrolled operator"):
        pair.a.ingest(what, operator="two", signature="00" * 64)
    assert json.loads(pair.send(what, operator="two")[0])["body"]["stream"] == "text"
    assert not pair.a.picture.held
    assert pair.send(what, operator="two") == []  # a new hold, not the old one released again


def test_a_hold_survives_a_restart(pair):
    what = text(sensitivity="hold")
    pair.send(what, operator="one")
    pair.a.storage.close()
    pair.a = pair.open("A")
    assert json.loads(pair.send(what, operator="two")[0])["body"]["stream"] == "text"


def test_a_replay_is_recorded_once_and_receipted_again(pair):
    frames = pair.send(text())
    assert pair.b.receive(frames * 3)
    assert kinds(pair.b.storage).count("received") == 1


def test_a_filing_is_recorded_once(pair):
    filings = [Filing(text(), ingest_id="x"), Filing(text(), ingest_id="x")]
    assert len(pair.a.ingest_many(filings).frames) == 1
    assert pair.a.ingest_many(filings).frames == []


def test_a_restart_is_a_replay(pair):
    pair.send(text())
    pair.a.ingest(text("unsent"))
    again = pair.open("A")
    assert (again.sent_seq, again.heard.acked, len(again.outbox)) == (2, 1, 1)
    assert again.tree.root() == pair.a.tree.root()
    assert again.resend() == pair.a.resend()
    again.storage.close()


def test_another_peers_log_is_not_opened(pair):
    with pytest.raises(InputError, match="is of 'A' with 'B'"):
        type(pair.a)(
            pair.b.party.__class__("A", "C", SIGNERS["C"].public),
            signers=[SIGNERS["A"]],
            gate=pair.a.gate,
            storage=pair.a.storage,
            instruments={},
            clock_ms=pair.clock,
            random_bytes=bytes,
        )


def test_the_own_picture_shows_what_a_full_disk_cannot_log(pair):
    def full(_):
        raise StorageError("full")

    append, pair.a.storage.append = pair.a.storage.append, full
    assert pair.a.ingest(track("seen")) == []
    assert pair.a.degraded
    assert [one["payload"]["track_id"] for one in pair.a.picture.unlogged.values()] == ["seen"]
    assert pair.a.receive(pair.b.ingest(text())) == []  # nothing is receipted that is not durable
    pair.a.storage.append = append
    assert pair.a.ingest(track("seen"))
    assert not pair.a.picture.unlogged
    assert not pair.a.degraded


def test_a_key_rotates_under_the_old_one_and_old_receipts_no_longer_count(pair):
    pair.a.receive(pair.b.receive(pair.a.rotate(SIGNERS["C"])))
    pair.send(text())
    assert pair.b.heard.key == pair.a.own_key == SIGNERS["C"].public
    assert pair.b.heard.seq == 2
    pair.b.receive(
        [forged(pair.a.ingest(text())[0], "A")]
    )  # the next message, under the key that was retired
    assert (pair.b.refusals, pair.b.heard.seq) == ({"wrong key": 1}, 2)
    receipt = pair.a.receive(pair.b.ingest(text()))[0]
    assert pair.b.receive([forged(receipt, "A")]) == []
    assert pair.b.refusals == {"wrong key": 2}
    pair.b.receive([receipt])
    assert pair.b.heard.acked == 1


def test_a_key_that_its_holder_did_not_sign_for_is_refused(pair):
    stolen = succession(SIGNERS["A"], party="A", old_key=SIGNERS["A"].public) | {
        "new_key": SIGNERS["C"].public
    }
    frame = pair.send(text())[0]
    pair.b.receive([forged(frame, seq=2, prev=pair.b.heard.digest, stream="key", payload=stolen)])
    assert pair.b.refusals == {"a new key without proof": 1}


def test_a_compromised_key_is_replaced_and_what_waits_is_signed_again(pair):
    pair.send(text("before"))
    pair.a.ingest(text("waiting"))
    pair.a.replace_key(SIGNERS["C"])
    pair.b.revoke_peer(revoked=SIGNERS["A"].public, key=SIGNERS["C"].public)
    forgery = forged(pair.a.resend()[0], "A")
    assert pair.b.receive([forgery]) == []
    assert pair.b.refusals == {"revoked key": 1}
    pair.a.receive(pair.b.receive(pair.a.resend()))
    assert not pair.a.outbox
    pair.a.storage.close()
    pair.a = pair.open("A")
    pair.send(text("after"))
    assert pair.b.heard.seq == 3
    report = verify(pair.path("A"), pair.path("B"), duties=instruments())
    assert report.holds
    assert any("revoked A's key" in line for line in report.advisories)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seq": 3}, "gap"),
        ({"seq": 2, "prev": "00"}, "fork: the chain does not continue what was received"),
        ({"seq": 2.5}, "not a number in range"),
        ({"seq": -1}, "not a number in range"),
        ({"seq": 2, "signer": "C"}, "wrong key"),
        ({"seq": 2, "to": "C"}, "not between these parties"),
        ({"seq": 2, "log": "ab" * 32}, "of another exchange"),
        ({"seq": 2, "log": 5}, "of another exchange"),
        ({"seq": 2, "extra": 1}, "unknown or missing key"),
        ({"seq": 2, "stream": "fire"}, "unknown stream"),
        ({"seq": 2, "payload": {"text": 5}}, "ill-formed payload"),
        ({"seq": 2, "stream": "track", "payload": {"track_id": "x"}}, "ill-formed payload"),
        ({"seq": 2, "head": {"size": 1, "root": "ab" * 32}}, "fork: the log became shorter"),
        ({"seq": 2, "head": {"size": 2, "root": "ab" * 32}}, "fork: two logs of one length"),
        ({"seq": 2, "head": {"size": 99, "root": "zz" * 32}}, "not a number in range"),
    ],
)
def test_hostile_frames_are_refused_by_name(pair, changes, reason):
    frame = pair.send(text())[0]
    signer = changes.pop("signer", "A")
    pair.b.receive([forged(frame, signer, **({"prev": pair.b.heard.digest} | changes))])
    assert pair.b.heard.seq == 1
    assert pair.b.refusals == {reason: 1}


def test_a_receipt_for_what_was_never_sent_is_refused_and_kept(pair):
    receipt = pair.b.receive(pair.a.ingest(text()))[0]
    for changes in ({"ack": 9}, {"message_hash": "00" * 32}):
        pair.a.receive([forged(receipt, "B", **changes)])
    assert pair.a.refusals == {"fork: a receipt for a message that was never sent": 2}
    assert "message" in leaves(pair.a.storage)[-1]
    assert len(pair.a.outbox) == 1


def test_a_flood_of_refusals_leaves_a_short_log(pair):
    rng = random.Random(5)
    frame = pair.send(text())[0]
    before = len(kinds(pair.b.storage))
    for _ in range(3000):
        data = bytearray(frame)
        data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        cut = data[: rng.randrange(1, len(data) + 1)] if rng.random() < 0.3 else data
        pair.b.receive([bytes(cut)])
    junk = [
        b"[" * 60_000,
        b"x" * 70_000,
        b'{"body":[],"key":[],"sig":{}}',
        b'{"a":1,"a":2}',
        b"\xff",
        b'{"a":NaN}',
    ]
    pair.b.receive([*junk, b'{"a":1' + b"0" * 5000 + b"}", b'"\\ud800"'])
    assert pair.b.heard.seq == 1
    assert len(kinds(pair.b.storage)) - before < 200


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"stream": "engage", "payload": {}}, "stream out of"),
        ({**text(), "stream": "key"}, "stream out of"),
        ({**text(), "sensitivty": "hold"}, "did you mean 'sensitivity'"),
        ({**text(), "sensitivity": "secret"}, "sensitivity is one of"),
        ({**text(), "exercise": 1}, "exercise"),
        (text(value=float("nan")), "plain finite JSON"),
        (text("x" * 5000), "expected"),
        (text(pad="x" * 40_000), "at most"),
        (item("track", {"track_id": "x"}), "missing time_s"),
        (notice("n", 5, instrument="treaty"), "'treaty' is not one of"),
        (notice("n", 5, type="cancel"), "cannot follow state 'none'"),
        (notice("n", 5, window_start_ms="soon"), "expected"),
    ],
)
def test_an_ill_formed_item_is_misuse_and_leaves_no_trace(pair, what, words):
    with pytest.raises(ItemError, match=words):
        pair.a.ingest(what)
    assert kinds(pair.a.storage) == START
    assert not pair.a.picture.unlogged


def test_one_bad_item_does_not_hold_back_the_batch(pair):
    taken = pair.a.ingest_many([Filing(text("a")), Filing({"stream": "x"}), Filing(text("b"))])
    assert len(taken.frames) == 2
    assert len(taken.refused) == 1


def test_a_launch_is_matched_with_the_notice_that_covers_it_once(pair):
    start = pair.now_ms + 90_000_000
    circle = {"lat_deg": 62.9, "lon_deg": 40.6, "radius_km": 50.0}
    pair.send(notice("n1", start, launch_area=circle))
    pair.answer(launch("before", start - 5, "A", "releasable", launch_point=[62.8, 40.7]))
    pair.answer(launch("after", start + 3_600_001, "A", "releasable", launch_point=[62.8, 40.7]))
    pair.answer(launch("far", start + 5, "A", "releasable", launch_point=[48.6, 45.8]))
    pair.answer(launch("first", start + 6, "A", "releasable", launch_point=[62.8, 40.7]))
    frame = pair.answer(launch("second", start + 7, "A", "releasable", launch_point=[62.8, 40.7]))[0]
    found = {name: seen.get("notice_id") for (_, name), seen in pair.a.picture.launches.items()}
    assert found == {"before": None, "after": None, "far": None, "first": "n1", "second": None}
    assert b"n1" not in frame


def test_a_track_dated_ahead_of_the_own_clock_is_not_believed(pair):
    ahead = pair.now_ms / 1000.0 + 3600.0
    pair.send(track("honest", pair.now_ms / 1000.0))
    pair.send(track("ahead", ahead))
    assert ("A", "honest") in pair.b.picture.tracks
    assert ("A", "ahead") not in pair.b.picture.tracks
    assert pair.b.picture.irregular[0]["name"] == "ahead"


def test_a_late_track_update_does_not_replace_a_newer_one(pair):
    now_s = pair.now_ms / 1000.0
    for time_s in (now_s - 50.0, now_s - 10.0, now_s - 30.0):
        pair.send(track("t", time_s))
    trail = pair.a.picture.tracks["A", "t"]
    assert [time_s for time_s, _, _ in trail.points] == [now_s - 50.0, now_s - 10.0]
    assert trail.last["time_s"] == now_s - 10.0


def test_an_irregular_notice_of_the_peer_is_shown_as_such(pair):
    frame = pair.send(text())[0]
    bad = notice("n", 5, type="cancel")["payload"]
    pair.b.receive([forged(frame, seq=2, prev=pair.b.heard.digest, stream="notice", payload=bad)])
    assert pair.b.heard.seq == 2
    assert "cannot follow" in pair.b.picture.irregular[0]["problem"]


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
    good = [part["payload"] for part in (notice("n", 5), launch("l", 2**52, "B"), track("t"), text())]
    streams = ["notice", "launch", "track", "text", "heartbeat", "withheld"]
    frame = pair.send(text())[0]
    for _ in range(1500):
        payload = {
            **rng.choice(good),
            **({rng.choice(list(rng.choice(good))): rng.choice(junk)} if rng.random() < 0.5 else {}),
        }
        changes = {
            "seq": pair.b.heard.seq + 1,
            "prev": pair.b.heard.digest,
            "stream": rng.choice(streams),
            "payload": payload,
        }
        for key in rng.sample(
            ["seq", "prev", "head", "at_ms", "payload", "rule", "stream", "to"], rng.randrange(0, 2)
        ):
            changes[key] = rng.choice(junk)
        pair.b.receive([forged(frame, **changes)])
    assert pair.b.heard.seq > 30
    assert "Received" in party_body(pair.b.picture, now_ms=pair.now_ms, land=Land())
    verify(pair.path("A"), pair.path("B"), duties=instruments())


def test_new_rules_are_recorded_before_they_decide(pair):
    pair.send(text())
    pair.a.storage.close()
    policy = (
        '@id("nothing-but-text")\npermit (principal, action, resource) when { resource.stream == "text" };'
    )
    pair.a = pair.open("A", policy=policy)
    assert kinds(pair.a.storage) == [*START, "release", "receipt", "rules"]
    assert json.loads(pair.send(text())[0])["body"]["rule"] == "nothing-but-text"
    with pytest.raises(ItemError, match="lets no heartbeat leave"):
        pair.a.heartbeat()
    with pytest.raises(ItemError, match="lets no key leave"):
        pair.a.rotate(Ed25519Signer(b"n" * 32))
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds


def test_a_party_that_reports_its_own_launch_uses_up_no_notice(pair):
    start = pair.now_ms + 90_000_000
    pair.send(notice("n1", start))
    pair.send(launch("mine", start + 5, "A", "releasable"))
    pair.answer(launch("seen", start + 5, "A"))
    assert pair.b.picture.launches["B", "seen"]["notice_id"] == "n1"
    assert pair.a.picture.launches["A", "mine"]["notice_id"] == "n1"


def test_what_was_signed_in_an_earlier_exchange_proves_nothing_now(pair, tmp_path):
    old = pair.send(text("then"))[0]
    (tmp_path / "again").mkdir()
    again = type(pair)(tmp_path / "again")
    again.send(text("now"))
    again.b.receive([old])
    assert again.b.refusals == {"of another exchange": 1}
    assert verify(again.path("A"), again.path("B"), duties=instruments()).holds
    again.close()


def test_a_node_that_lost_its_log_is_refused(pair, tmp_path):
    pair.send(text("then"))
    pair.a.storage.close()
    pair.path("A").unlink()
    pair.a = pair.open("A")
    pair.send(text("other"))
    assert pair.b.refusals == {"of another exchange": 1}


def test_revoking_an_older_key_leaves_the_present_one(pair):
    pair.a.receive(pair.b.receive(pair.a.rotate(SIGNERS["C"])))
    pair.b.revoke_peer(revoked=SIGNERS["A"].public)
    pair.send(text())
    assert pair.b.heard.seq == 2
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds
