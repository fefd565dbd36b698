import json
import sqlite3

import pytest
from exchange_pair import SIGNERS, forged, kinds, launch, leaves, notice, text, track

from equipoise.checkers.exchange_log import verify
from equipoise.exchange.protocol.encoding import canonical
from equipoise.exchange.protocol.gate import Decision
from equipoise.model.notices import instruments

HOUR_MS = 3_600_000


@pytest.fixture
def logs(pair):
    for number in range(6):
        pair.send(text(f"message {number}", "releasable" if number % 2 else "withhold"))
        pair.answer(track(f"t{number}"))
    pair.send(text("both", "hold"), operator="one")
    pair.send(text("both", "hold"), operator="two")
    return pair


def judge(pair, **how):
    return verify(pair.path("A"), pair.path("B"), duties=instruments(), **how)


def rewrite(path, number, change):
    with sqlite3.connect(path) as db:
        data = db.execute("SELECT data FROM leaf WHERE number=?", (number,)).fetchone()[0]
        db.execute("UPDATE leaf SET data=? WHERE number=?", (change(data), number))
    db.close()


def test_honest_logs_hold_and_tell_who_knew_when(logs):
    report = judge(logs)
    assert report.breaches == []
    assert len(report.timeline) == 13
    assert all(row.receipted_at_ms > row.known_at_ms > row.decided_at_ms for row in report.timeline)
    withheld = [row for row in report.timeline if row.withheld]
    assert {(row.rule, row.reason) for row in withheld} == {("marked-withhold", "no rule permits it")}
    assert [row.subject for row in withheld] == ["message 0", "message 2", "message 4"]
    assert all(log["unsealed_leaves"] <= 3 for log in report.logs)


@pytest.mark.parametrize("party", "AB")
def test_every_flipped_bit_is_found(logs, party):
    size = len(kinds((logs.a if party == "A" else logs.b).storage))
    sealed = size - next(log for log in judge(logs).logs if log["party"] == party)["unsealed_leaves"]
    for number in range(sealed):
        rewrite(logs.path(party), number, lambda data: data.replace(b'"at_ms":13', b'"at_ms":12'))
        assert not judge(logs).holds, number
        rewrite(logs.path(party), number, lambda data: data.replace(b'"at_ms":12', b'"at_ms":13'))
    assert judge(logs).holds


def test_every_cut_below_the_last_head_is_found(logs, tmp_path):
    whole = b"".join(leaf + b"\n" for leaf in logs.b.storage.read())
    (tmp_path / "whole").write_bytes(whole)
    assert verify(logs.path("A"), tmp_path / "whole", duties=instruments()).holds
    lines = whole.splitlines(keepends=True)
    sealed = len(lines) - next(log for log in judge(logs).logs if log["party"] == "B")["unsealed_leaves"]
    for count in range(1, sealed):
        (tmp_path / "cut").write_bytes(b"".join(lines[:count]))
        assert not verify(logs.path("A"), tmp_path / "cut", duties=instruments()).holds, count
    (tmp_path / "cut").write_bytes(whole[:-5])
    assert "the last line is cut" in verify(logs.path("A"), tmp_path / "cut", duties={}).unreadable[0]


def test_a_leaf_taken_out_is_found(logs):
    with sqlite3.connect(logs.path("B")) as db:
        db.execute("DELETE FROM leaf WHERE number = 3")
    db.close()
    report = judge(logs)
    assert ("leaf 3 is missing" in report.unreadable[0], report.verdict) == (True, "UNREADABLE")


def test_a_file_that_is_no_log_is_unreadable_and_no_crash(logs, tmp_path):
    for data in (b"SQLite format 3\x00" + b"\x01" * 500, b"", b"\xff\n", b"[]\n", b'{"kind":"genesis"}\n'):
        (tmp_path / "x").write_bytes(data)
        assert not verify(tmp_path / "x", logs.path("B"), duties={}).holds


def test_a_fork_is_proven_from_two_signatures(pair):
    frame = pair.send(text())[0]
    pair.b.receive([forged(frame, payload={"text": "another story"})])
    report = judge(pair)
    assert any(line.startswith("fork: A signed two contents") for line in report.breaches)
    assert report.forks[0]["frame"]["body"]["payload"] == {"text": "another story"}


@pytest.mark.parametrize(
    "changes",
    [{"prev": "00" * 32}, {"head": {"size": 3, "root": "ab" * 32}}, {"head": {"size": 1, "root": "ab" * 32}}],
)
def test_a_second_history_is_proven_by_its_next_message(pair, changes):
    pair.send(text())
    frame = pair.send(text())[0]
    pair.b.receive([forged(frame, **({"seq": 3, "prev": pair.b.heard.digest} | changes))])
    assert any(line.startswith("fork: A signed") for line in judge(pair).breaches)


def test_a_receipt_under_another_history_is_proven(pair):
    receipt = pair.b.receive(pair.a.ingest(text()))[0]
    pair.a.receive([forged(receipt, "B", message_hash="00" * 32)])
    pair.a.receive([receipt])
    assert any("receipted what A never sent" in line for line in judge(pair).breaches)


def test_an_acknowledgement_before_the_record_is_proven(pair):
    receipt = pair.b.receive(pair.a.ingest(text()))[0]
    early = {"size": 2, "root": pair_root(pair.b, 2)}
    pair.a.receive([forged(receipt, "B", head=early)])
    assert any("acknowledged before the message was in its log" in line for line in judge(pair).breaches)


def pair_root(node, size):
    from equipoise.exchange.protocol.tree import Frontier

    tree = Frontier()
    for leaf in list(node.storage.read())[:size]:
        tree.append(leaf)
    return tree.root().hex()


def lying_gate(pair, **decision):
    pair.a._decide = lambda what, **_: Decision(
        **{
            "allowed": True,
            "rule": "exercise-traffic",
            "reason": "",
            "dropped": (),
            "payload": what["payload"],
            **decision,
        }
    )


@pytest.mark.parametrize(
    ("what", "decision", "words"),
    [
        (text(secret="out"), {}, "profile in force does not allow"),
        (text("x", "withhold"), {}, "against the policy in force (marked-withhold)"),
        (text("x", "hold"), {}, "against the policy in force (second-person)"),
        (text(), {"rule": "friendship"}, "the log names rule 'friendship'"),
        (text("true"), {"payload": {"text": "false"}}, "what left is not what the item says"),
    ],
)
def test_a_release_against_the_rules_in_force_is_found(pair, what, decision, words):
    lying_gate(pair, **decision)
    pair.send(what)
    assert any(words in line for line in judge(pair).breaches)


def test_a_refusal_that_the_rules_would_permit_is_found(pair):
    lying_gate(pair, allowed=False, payload=None, rule="default-deny")
    pair.a.gate.would_wait = lambda what, **_: False
    pair.send(text())
    assert any("the policy in force decides by 'exercise-traffic'" in line for line in judge(pair).breaches)


def test_a_forged_approval_is_found(pair):
    pair.a._standing = lambda approvals, item_hash: dict(approvals)
    what = text("x", "hold")
    for who in ("one", "two"):
        pair.a.receive(pair.b.receive(pair.a.ingest(what, operator=who, signature="00" * 64)))
    assert any("(second-person)" in line for line in judge(pair).breaches)


def test_a_commitment_that_does_not_open_is_found(pair):
    pair.send(text("x", "withhold"))
    leaf = next(leaf for leaf in leaves(pair.a.storage) if leaf["kind"] == "withheld")
    leaf["nonce"] = "00" * 32
    rewrite(pair.path("A"), 2, lambda _: canonical(leaf))
    assert any("does not open" in line for line in judge(pair).breaches)


def test_late_early_missing_and_matched_notices_are_listed(pair):
    # 24 h: 1988 Agreement, Art. I
    first = pair.now_ms + 25 * HOUR_MS
    pair.send(notice("early", first))
    pair.send(notice("late", pair.now_ms + 23 * HOUR_MS))
    for name, when in (("covered", first + 5), ("bare", first + 5 * HOUR_MS), ("twice", first + 6)):
        pair.answer(launch(name, when, "A"))
    report = judge(pair)
    assert report.holds
    assert {row["notice_id"]: row["verdicts"] for row in report.notices} == {
        "early": ["in time"],
        "late": ["late"],
    }
    assert {row["launch_id"]: row["notice_id"] for row in report.launches} == {
        "covered": "early",
        "twice": None,
        "bare": None,
    }
    assert any("late, 24 h is due" in line for line in report.advisories)
    assert any("launch bare of A: no notice covers it (missing notice)" in line for line in report.advisories)
    assert any(
        "launch twice of A: notice early covers launch covered already" in line for line in report.advisories
    )


def test_a_post_launch_notice_that_never_came_is_listed(pair):
    more = {"instrument": "plns-2000", "vehicle": "ballistic missile", "azimuth_deg": 70.0}
    start = pair.now_ms + 25 * HOUR_MS
    pair.send(notice("n", start, **more))
    pair.answer(launch("seen", start + 5, "A"))
    assert judge(pair).notices[0]["verdicts"] == ["in time", "post-launch notice pending"]
    pair.now_ms = start + 60 * HOUR_MS
    pair.answer(text())
    report = judge(pair)
    assert report.notices[0]["verdicts"] == ["in time", "no post-launch notice"]
    assert any("within 48 h (the deadline itself is unverified)" in line for line in report.advisories)


def test_a_cancelled_notice_covers_nothing(pair):
    start = pair.now_ms + 25 * HOUR_MS
    pair.send(notice("n", start))
    cancel = {"notice_id": "n", "instrument": "launch-notification-1988", "type": "cancel"}
    pair.send({**text(), "stream": "notice", "payload": cancel})
    pair.answer(launch("seen", start + 5, "A"))
    assert any("notice n is cancelled (missing notice)" in line for line in judge(pair).advisories)


@pytest.mark.parametrize(
    ("area", "point", "inside"),
    [
        ({"lat_deg": 60.0, "lon_deg": 179.9, "radius_km": 50.0}, [60.0, -179.9], True),
        ({"corners_deg": [[50, 170], [50, -170], [70, -170], [70, 170]]}, [60.0, 179.0], True),
        ({"corners_deg": [[50, 170], [50, -170], [70, -170], [70, 170]]}, [60.0, 0.0], False),
        ({"corners_deg": [[50, 10], [50, 20], [60, 20], [60, 10]]}, [55.0, 21.0], False),
        ({"corners_deg": [[50, 10], [60, 10], [60, 20], [50, 20]]}, [55.0, 11.0], True),
        (
            [
                {"lat_deg": 0.0, "lon_deg": 0.0, "radius_km": 1.0},
                {"lat_deg": 9.0, "lon_deg": 9.0, "radius_km": 1.0},
            ],
            [9.0, 9.0],
            True,
        ),
        ("Plesetsk", [62.9, 40.6], None),
    ],
)
def test_node_and_verifier_agree_on_areas_by_two_methods(area, point, inside):
    from equipoise.checkers.exchange_log.duties import _outside
    from equipoise.exchange.protocol.notices import in_area

    assert in_area(point, area) is inside
    assert _outside(point, area) is (None if inside is None else not inside)


def test_a_clock_that_goes_back_is_said(pair):
    pair.send(text())
    pair.now_ms -= 5_000
    pair.send(text())
    assert any(line.startswith("A: its clock went back") for line in judge(pair).advisories)


def test_messages_that_never_arrived_are_said(pair):
    pair.send(text())
    pair.a.ingest(text("lost"))
    report = judge(pair)
    assert report.holds
    assert "A: 1 messages never reached B (from message 2 on)" in report.advisories
    assert list(report.timeline)[-1].known_at_ms is None


def test_the_verifier_imports_nothing_of_the_node():
    import pathlib

    import equipoise.checkers.exchange_log as package

    for path in pathlib.Path(package.__file__).parent.glob("*.py"):
        assert "from equipoise" not in path.read_text("utf-8"), path
        assert "import equipoise" not in path.read_text("utf-8"), path


def test_a_wrong_key_is_found(pair):
    pair.send(text())
    leaf = leaves(pair.b.storage)[2]
    leaf["message"]["key"] = SIGNERS["C"].public
    rewrite(pair.path("B"), 2, lambda _: canonical(leaf))
    assert not judge(pair).holds


def test_a_log_shown_in_the_place_of_the_one_exchanged_from_is_found(pair, tmp_path):
    pair.send(text("true story"))
    (tmp_path / "other").mkdir()
    other = type(pair)(tmp_path / "other")
    other.send(text("true story"))
    report = verify(other.path("A"), pair.path("B"), duties=instruments())
    assert any("from another log than it shows" in line for line in report.breaches)
    other.close()


@pytest.mark.parametrize("at_ms", [10**400, 10**18, -1, 1.5, "1", None])
def test_a_moment_that_is_none_is_a_breach(pair, at_ms):
    pair.send(text())
    rewrite(pair.path("B"), 2, lambda data: canonical(json.loads(data) | {"at_ms": at_ms}))
    report = judge(pair)
    assert report.verdict == "BREACHED"


def test_a_number_left_out_of_the_own_sequence_is_found(pair):
    pair.send(text())
    pair.a.sent_seq += 1
    pair.send(text())
    assert "A: message 3: gap in its own sequence" in judge(pair).breaches
