import json
import sqlite3

import pytest
from exchange_pair import SIGNERS, forged, text

from equipoise.exchange.verify import verify
from equipoise.model.notices import instruments

HOUR_MS = 3_600_000


@pytest.fixture
def logs(pair):
    for number in range(6):
        pair.send(
            text(f"message {number}", sensitivity="releasable" if number % 2 else "hold"), operator="one"
        )
    return pair


def judge(pair):
    return verify(pair.path("A"), pair.path("B"), duties=instruments())


def rewrite(path, number, change):
    with sqlite3.connect(path) as db:
        data = db.execute("SELECT data FROM leaf WHERE number=?", (number,)).fetchone()[0]
        db.execute("UPDATE leaf SET data=? WHERE number=?", (change(data), number))
    db.close()


def test_honest_logs_hold_and_tell_who_knew_when(logs):
    report = judge(logs)
    assert report.breaches == []
    assert all(
        row["known_to_peer_at_ms"] > row["decided_at_ms"] and row["receipted"] for row in report.timeline
    )


@pytest.mark.parametrize("party", "AB")
def test_every_flipped_bit_is_found(logs, party):
    size = len((logs.a if party == "A" else logs.b).storage.read())
    for number in range(size - 1):
        rewrite(logs.path(party), number, lambda data: data.replace(b'"at_ms":13', b'"at_ms":12'))
        assert not judge(logs).holds, number
        rewrite(logs.path(party), number, lambda data: data.replace(b'"at_ms":12', b'"at_ms":13'))
    assert judge(logs).holds


def test_a_truncated_log_is_found(logs):
    with sqlite3.connect(logs.path("B")) as db:
        db.execute("DELETE FROM leaf WHERE number >= (SELECT max(number) FROM leaf)")
    db.close()
    assert any("truncated" in text or "acknowledged" in text for text in judge(logs).breaches)


def test_a_file_that_is_no_log_is_a_breach_and_no_crash(logs, tmp_path):
    (tmp_path / "x").write_bytes(b"SQLite format 3\x00" + b"\x01" * 500)
    assert not verify(tmp_path / "x", logs.path("B"), duties={}).holds


def test_a_fork_is_proven_from_two_signatures(pair):
    frame = pair.send(text())[0]
    pair.b.receive([forged(frame, payload={"text": "another story"})])
    assert any(text.startswith("fork: A signed two contents") for text in judge(pair).breaches)


def test_a_field_that_left_against_the_decision_is_found(pair):
    pair.a._decide = lambda item, approvals: (
        type(pair.a)
        ._decide(pair.a, item, approvals=approvals)
        .__class__(
            allowed=True, rule="exercise-traffic", reason="", dropped=("secret",), payload=item["payload"]
        )
    )
    pair.send(text(secret="out"))
    assert any("field left" in text for text in judge(pair).breaches)


def notice(pair, name, lead_h, **more):
    payload = {
        "notice_id": name,
        "instrument": "launch-notification-1988",
        "type": "pre-launch",
        "launch_area": "Plesetsk",
    }
    start = int(pair.now_ms + lead_h * HOUR_MS)
    payload |= {"impact_area": "Kura", "window_start_ms": start, "window_end_ms": start + HOUR_MS} | more
    pair.send({"stream": "notice", "exercise": True, "sensitivity": "releasable", "payload": payload})
    return start


def test_late_and_missing_notices_are_listed(pair):
    # 24 h: 1988 Agreement, Art. I
    start = notice(pair, "early", 25.0)
    notice(pair, "late", 23.0)
    for name, when in (("covered", start + 5), ("bare", start + 5 * HOUR_MS)):
        launch = {"launch_id": name, "launched_at_ms": when, "launched_by": "A"}
        pair.a.receive(
            pair.b.ingest(
                {"stream": "launch", "exercise": True, "sensitivity": "withhold", "payload": launch}
            )
        )
    report = judge(pair)
    assert report.holds
    assert [row["verdicts"] for row in report.notices] == [["in time"], ["late"]]
    assert len(report.advisories) == 2
    assert "bare" in report.advisories[1]
    assert "missing notice" in report.advisories[1]


def test_the_verifier_imports_nothing_of_the_node():
    import equipoise.exchange.verify as module

    with open(module.__file__, encoding="utf-8") as file:
        assert "equipoise." not in file.read()


def test_a_wrong_key_is_found(pair):
    pair.send(text())
    leaf = json.loads(pair.b.storage.read()[1])
    leaf["message"]["key"] = SIGNERS["C"].public
    rewrite(pair.path("B"), 1, lambda _: json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode())
    assert not judge(pair).holds
