"""Attacks with a valid key: each ended the node, or made it contradict its own log, before it was mended."""

import json

import pytest
from exchange_pair import OPERATORS, SIGNERS, forged, kinds, notice, text, track

from equipoise.checkers.exchange_log import verify
from equipoise.checkers.exchange_log.log import signed_bytes
from equipoise.exchange.node.link import joined, split_frames
from equipoise.exchange.node.log_state import FoldError
from equipoise.exchange.picture.chart import Land
from equipoise.exchange.picture.display import party_body
from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, FrameError, canonical, digest, read_frame
from equipoise.exchange.protocol.forms import ItemError
from equipoise.exchange.protocol.keys import approval, succession, verify_ed25519
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.model.notices import instruments


def follow(pair, frame, **changes):
    """Send what continues the chain that B has of A."""
    frame = forged(frame, seq=pair.b.heard.seq + 1, prev=pair.b.heard.digest, **changes)
    return pair.b.receive([frame])


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("depth", [1, 12, 900, 960, 990])
def test_an_unknown_field_never_becomes_durable_and_the_victim_still_signs_its_own_log(pair, depth):
    pair.send(text())
    before = kinds(pair.b.storage)
    body = json.loads(pair.a.ingest(text("next"))[0])["body"]
    body["payload"]["zz"] = "@"
    # written by hand: an encoder recurses too
    data = canonical(body).replace(b'"@"', b"[" * depth + b"1" + b"]" * depth)
    key, sig = SIGNERS["A"].public, SIGNERS["A"].sign(MESSAGE_DOMAIN + data)
    pair.b.receive([b'{"body":' + data + f',"key":"{key}","sig":"{sig}"}}'.encode()])
    assert [kind for kind in kinds(pair.b.storage)[len(before) :] if kind != "refused"] == []
    assert pair.b.tree.size == len(kinds(pair.b.storage))
    pair.a.receive(pair.b.receive(pair.a.resend()))
    pair.answer(text("answer"))
    again = pair.open("B")
    assert again.tree.root() == pair.b.tree.root()
    again.storage.close()
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds


@pytest.mark.parametrize(
    ("stream", "payload"),
    [
        ("text", {"text": "x", "urgency": 1}),
        ("heartbeat", {"status": "x", "text": "y"}),
        (
            "notice",
            {"notice_id": "n", "instrument": "plns-2000", "type": "other", "window_start_ms": 10**400},
        ),
        (
            "notice",
            {"notice_id": "n", "instrument": "plns-2000", "type": "other", "window_start_ms": 2**53 - 1},
        ),
        ("launch", {"launch_id": "l", "launched_at_ms": 2**52}),
        ("track", track("t")["payload"] | {"position_ecef_m": [0.0, 0.0, 0.0]}),
        ("track", track("t")["payload"] | {"velocity_ecef_m_s": [1e6, 0.0, 0.0]}),
        ("track", track("t")["payload"] | {"sigma_m": 1e300}),
        ("track", track("t")["payload"] | {"time_s": -1e9}),
        ("text", {"text": "x" * 5_000}),
        ("notice", {"notice_id": "n" * 300, "instrument": "plns-2000", "type": "other"}),
        (
            "notice",
            {
                "notice_id": "n",
                "instrument": "plns-2000",
                "type": "other",
                "impact_area": [{"lat_deg": 1, "lon_deg": 1, "radius_km": 1e9}],
            },
        ),
    ],
)
def test_every_field_has_a_range_that_is_asked_before_anything_is_durable(pair, stream, payload):
    frame = pair.send(text())[0]
    follow(pair, frame, stream=stream, payload=payload)
    assert pair.b.heard.seq == 1
    assert kinds(pair.b.storage).count("received") == 1
    assert "Received" in party_body(pair.b.picture, now_ms=pair.now_ms, land=Land())
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds


@pytest.mark.parametrize(
    ("rule", "reason"),
    [("", "no name of a rule"), ("x" * 5_000, "no name of a rule"), (5, "no name of a rule")],
)
def test_the_name_of_a_rule_has_a_range_too(pair, rule, reason):
    frame = pair.send(text())[0]
    follow(pair, frame, rule=rule)
    assert pair.b.refusals == {reason: 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a":' + b"[" * 15 + b"]" * 15 + b"}", "nested more than 15 deep"),
        (b'{"a":9007199254740992}', "a whole number over"),
        (b'{"a":1' + b"0" * 400 + b"}", "a whole number over"),
        (b'{"a":1e999}', "not finite"),
        (b'{"a":"\\ud800"}', "half of a surrogate pair"),
        (b'{"\\ud800":1}', "half of a surrogate pair"),
        (b'{"a": 1}', "not in canonical form"),
    ],
)
def test_a_frame_has_one_form(data, reason):
    with pytest.raises(FrameError, match=reason):
        read_frame(data)
    assert read_frame(canonical({"a": nested(13)}))["a"] == nested(13)


def test_a_fold_that_fails_ends_every_signature(pair, monkeypatch):
    """The old node went on and signed heads that its log contradicts."""
    frame = pair.send(text())[0]

    def broken(_):
        raise RecursionError("as json.loads may")

    monkeypatch.setattr(pair.b.outbox, "drop_to", broken)
    pair.a.ingest(text("second"))
    receipts = pair.a.receive(pair.b.ingest(text("own")))
    with pytest.raises(FoldError, match="signs nothing any more"):
        pair.b.receive(receipts)
    for more in (lambda: pair.b.ingest(text()), pair.b.signed_head, lambda: pair.b.receive([frame])):
        with pytest.raises(FoldError):
            more()


def test_what_the_picture_cannot_show_is_set_aside_and_the_rest_goes_on(pair, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("in a drawing")

    monkeypatch.setattr(pair.b.picture.boards["A"], "take", broken)
    pair.b.picture.texts = None
    pair.send(text("first"))
    pair.send(track("t"))
    assert pair.b.heard.seq == 2
    assert "cannot be shown (AttributeError" in pair.b.picture.irregular[0]["problem"]
    assert ("A", "t") in pair.b.picture.tracks


def test_an_item_that_nobody_foresaw_is_set_aside_and_the_batch_goes_on(pair, monkeypatch):
    decide = pair.a.gate.decide

    def fragile(item, **how):
        if item["payload"].get("text") == "poison":
            raise ZeroDivisionError("as a position of zero did")
        return decide(item, **how)

    monkeypatch.setattr(pair.a.gate, "decide", fragile)
    taken = pair.a.ingest_many(
        [Filing(text(words)) for words in ("one", "poison", "two")]
        + [Filing(text("\ud800")), Filing(text("three"))]
    )
    assert len(taken.frames) == 3
    assert [reason.split("(")[0] for _, reason in taken.refused] == [
        "cannot be taken ",
        "an item holds plain finite JSON values only; this one has text with half of a surrogate pair",
    ]
    pair.a.receive(pair.b.receive(taken.frames))
    assert not pair.a.outbox


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ([0.0, 0.0, 0.0], "this is the centre of the Earth"),
        ([48.6, 45.8, 0.0], "this looks like degrees"),
        ([6_500.0, 100.0, 200.0], "this looks like km"),
        ([3e6, 3e6, 3e6], "this lies inside the Earth"),
        ([1e9, 0.0, 0.0], "beyond every orbit"),
        (["a", 0.0, 0.0], "three numbers in m"),
    ],
)
def test_a_position_in_other_units_is_refused_by_name(pair, place, says):
    taken = pair.a.ingest_many([Filing(track("t", position_ecef_m=place)), Filing(text("good"))])
    assert says in taken.refused[0][1]
    assert len(taken.frames) == 1


def test_a_name_of_a_file_that_is_no_utf8_ends_nothing(pair):
    taken = pair.a.ingest_many(
        [Filing(text("a"), ingest_id="\udcff.json/0"), Filing(text("b"), ingest_id="b/0")]
    )
    assert len(taken.frames) == 1
    assert "UnicodeEncodeError" in taken.refused[0][1]


def test_a_peer_that_rotates_without_end_fills_no_memory():
    from equipoise.exchange.protocol.incoming import KEYS, Heard

    heard = Heard(key="k0", keys=("k0",))
    for number in range(1_000):
        body = {
            "log": "l",
            "seq": number,
            "head": None,
            "stream": "key",
            "payload": {"new_key": f"k{number}"},
        }
        heard = heard.after_message(body)
    assert len(heard.keys) == KEYS
    assert heard.key == heard.keys[-1] == "k999"


def test_notices_that_follow_each_other_without_end_merge_into_known_fields_alone(pair):
    base = notice("n", pair.now_ms + 10**8, instrument="plns-2000", vehicle="x", azimuth_deg=1)
    base["payload"]["launch_area"] = base["payload"]["impact_area"] = "north"
    pair.a.ingest(base)
    for number in range(50):
        more = base["payload"] | {"type": "window-extension", f"own note {number}": "x"}
        pair.a.ingest({**base, "payload": more})
    assert len(pair.a.picture.boards["A"].entries["n"].fields) <= 12


def test_a_leaf_that_cannot_be_read_is_no_breach(pair, tmp_path):
    pair.send(text())
    rows = [*pair.a.storage.read()]
    bad = rows[1].replace(b'"kind":"rules"', b'"kind":["rules"]')
    (tmp_path / "a.txt").write_bytes(b"".join(leaf + b"\n" for leaf in [rows[0], bad]))
    report = verify(tmp_path / "a.txt", pair.path("B"), duties=instruments())
    assert not report.holds
    assert report.unreadable or report.breaches


def test_a_log_that_was_copied_without_its_newest_part_says_so(pair, tmp_path):
    import shutil

    for number in range(5):
        pair.send(text(f"{number}"))
    pair.a.storage.close()
    pair.a = pair.open("A")
    for number in range(5):
        pair.send(text(f"more {number}"))
    shutil.copy(pair.path("A"), tmp_path / "copy.log")
    report = verify(tmp_path / "copy.log", pair.path("B"), duties=instruments())
    assert any("lies without its copy.log-wal" in line for line in report.advisories)


HIDING = ("a\0b", "a\u202eb", "a\u200bb", "a\nb", "\ufeffa", "a\x85b", "a\u2066b")


@pytest.mark.parametrize("name", HIDING)
def test_a_name_in_which_something_hides_is_refused_from_either_side(pair, name):
    pair.send(text())
    for what in (
        track(name),
        track() | {"site": name},
        track(launch_id=name),
        notice(name, 5),
        text(refers_to=name),
    ):
        with pytest.raises(ItemError, match="hidden"):
            pair.a.ingest(what)
    frame = pair.a.ingest(track("t"))[0]
    follow(pair, frame, payload=json.loads(frame)["body"]["payload"] | {"track_id": name})
    assert pair.b.refusals == {"ill-formed payload": 1}


def test_a_key_and_a_signature_have_one_form(pair):
    """Other forms of the same hex would be other bytes under one signature, and one key would pass for two."""
    frame = json.loads(pair.a.ingest(text())[0])
    for sig in (
        frame["sig"].upper(),
        " " * 5_000 + frame["sig"],
        frame["sig"][:64] + " " + frame["sig"][64:],
    ):
        pair.b.receive([canonical({**frame, "sig": sig})])
    assert pair.b.refusals == {"bad signature": 3}
    key = OPERATORS["one"].public
    pair.a.enrol({"one": key, "other": key.upper()})
    what = text("both of us", "hold")
    signature = approval(OPERATORS["one"], item_hash=digest(what))
    pair.a.ingest(what, operator="one", signature=signature)
    with pytest.raises(ItemError, match="not an enrolled operator"):
        pair.a.ingest(what, operator="other", signature=signature)


def points_of_small_order():
    """Return every encoding of a point whose order divides 8: those that eight times themselves are the neutral one."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def doubled(point):
        x, y = point
        a, b = x * x % p, y * y % p
        return 2 * x * y * pow(b - a, -1, p) % p, (a + b) * pow(2 - b + a, -1, p) % p

    # 8 P = O: y of order 1, 2, 4 is 1, -1, 0; of order 8 the double has y = 0, that is y^2 = -x^2 = 1 / (1 + sqrt(1 + d))
    root = square_root(1 + d, p)
    eighth = [y for s in (1, -1) if (y := square_root(pow(1 + s * root, -1, p), p))]
    for y in eighth:
        x = square_root(-y * y, p)
        assert doubled(doubled(doubled((x, y)))) == (0, 1)
    values = {1, p - 1, 0, *(s * y % p for y in eighth for s in (1, -1))}
    for value in values | {value + p for value in values if value + p < 2**255}:
        for sign in (0, 1 << 255):
            yield (value | sign).to_bytes(32, "little").hex()


def square_root(value, p):
    """Return a square root modulo p = 5 (mod 8), or 0 when there is none."""
    value %= p
    root = pow(value, (p + 3) // 8, p)
    if root * root % p != value:
        root = root * pow(2, (p - 1) // 4, p) % p
    return root if root * root % p == value else 0


def test_a_key_under_which_anybody_can_sign_is_no_key(pair):
    """The peer could take such a key and deny every word after: the signature below holds for any message."""
    keys = [*points_of_small_order()]
    assert len(keys) == 14
    anybodys = "01" + "00" * 63
    assert not any(verify_ed25519(key, b"%d" % number, anybodys) for key in keys for number in range(16))
    assert not any(signed_bytes(key, b"%d" % number, anybodys) for key in keys for number in range(16))
    pair.send(text())
    payload = {"old_key": SIGNERS["A"].public, "new_key": keys[0], "proof": anybodys}
    follow(pair, pair.a.rotate(SIGNERS["C"])[0], payload=payload)
    assert pair.b.refusals == {"a new key without proof": 1}


def test_no_key_counts_a_second_time(pair):
    first, second = SIGNERS["A"].public, SIGNERS["C"]
    pair.a.receive(pair.b.receive(pair.a.rotate(second)))
    pair.b.revoke_peer(revoked=first)
    for take in (pair.a.rotate, pair.a.replace_key):
        with pytest.raises(ItemError, match="signed here before"):
            take(SIGNERS["A"])
    with pytest.raises(ItemError, match="is revoked"):
        pair.b.revoke_peer(revoked=second.public, key=first)
    payload = succession(SIGNERS["A"], party="A", old_key=second.public)
    frame = forged(pair.a.ingest(text())[0], "C", stream="key", payload=payload)
    pair.b.receive([frame])
    assert pair.b.refusals == {"a new key that was used before": 1}
    pair.a.receive(pair.b.receive(pair.a.resend()))
    assert not pair.a.outbox


@pytest.mark.parametrize("now_ms", [-10_000, 2**52])
def test_a_clock_outside_its_range_stops_no_message(pair, now_ms):
    """A message with such a date is refused by every peer, and once it is durable nothing can follow it."""
    pair.now_ms = now_ms
    pair.send(text())
    pair.now_ms = 1_300_000_000_000
    pair.send(text("after"))
    assert (len(pair.a.outbox), pair.b.refusals) == (0, {})
    assert verify(pair.path("A"), pair.path("B"), duties=instruments()).holds


def test_a_hundred_thousand_tiny_frames_leave_a_short_log(pair):
    pair.send(text())
    size, frames = pair.b.tree.size, split_frames(bytearray(joined([b"x"] * 100_000)))
    assert pair.b.receive(frames) == []
    assert pair.b.tree.size - size == 17  # the 1st, 2nd, 4th, ... 65,536th
    assert pair.b.refusals == {"not JSON": 100_000}
