"""Verification from where the last one ended, columns on disk, and what a chain's later signature covers."""

import json
import sqlite3

import pytest
from exchange_pair import SIGNERS, launch, notice, text, track

from equipoise.checkers.exchange_log import kept, own, verify
from equipoise.checkers.exchange_log.columns import Column, Lines
from equipoise.checkers.exchange_log.leaves import leaves_of
from equipoise.checkers.exchange_log.log import Tree
from equipoise.exchange.protocol.tree import Frontier
from equipoise.model.notices import instruments

HOUR_MS = 3_600_000


def judge(pair, **how):
    opened = tuple({"party": name, "secret": (name.encode() * 32).hex()} for name in "AB")
    return verify(pair.path("A"), pair.path("B"), duties=instruments(), opened=opened, **how)


def plain(report):
    return {**report.as_dict(), "advisories": sorted(report.advisories)}


def traffic(pair):
    """Everything that leaves a state behind: sites, approvals, keys, notices, detections, refusals, a clock that went back."""
    yield pair.send(text("x"))
    yield pair.answer(track("t1", time_s=pair.now_ms / 1e3, extra="stays"))
    yield pair.send(text("both", "hold"), operator="one")
    yield pair.send(notice("n1", pair.now_ms + 30 * HOUR_MS))
    pair.now_ms -= 5_000
    yield pair.send(text("both", "hold"), operator="two")
    yield pair.b.receive(pair.a.rotate(SIGNERS["C"]))
    yield pair.b.receive([b"junk"])
    yield pair.answer(launch("l1", pair.now_ms + 31 * HOUR_MS - 5_000, "A", "releasable"))
    yield pair.send(track("t1", time_s=pair.now_ms / 1e3, launch_id="l2"))
    yield pair.b.ingest(text("nobody receives this"))


def test_verification_in_steps_says_what_a_whole_one_says(pair, tmp_path):
    for _ in traffic(pair):
        assert plain(judge(pair, folder=tmp_path / "kept")) == plain(judge(pair))
    assert judge(pair).holds
    assert plain(judge(pair, folder=tmp_path / "kept")) == plain(judge(pair)), "with nothing new"


def test_what_was_verified_is_not_read_again(pair, tmp_path, monkeypatch):
    for number in range(5):
        pair.send(text(f"m{number}"))
    assert judge(pair, folder=tmp_path / "kept").holds
    pair.send(text("new"))
    read = []
    monkeypatch.setattr(
        own, "leaves_of", lambda path, first=0: read.append(first) or leaves_of(path, first=first)
    )
    assert judge(pair, folder=tmp_path / "kept").holds
    assert read == [pair.a.tree.size - 3, pair.b.tree.size - 2]  # the last verified leaf, and what is new


@pytest.mark.parametrize(
    "change", ["UPDATE leaf SET data = ? WHERE number = ?", "DELETE FROM leaf WHERE ? != '' AND number >= ?"]
)
def test_a_log_that_no_longer_holds_what_was_verified_is_a_breach(pair, tmp_path, change):
    pair.send(text())
    pair.send(text("two"))
    assert judge(pair, folder=tmp_path / "kept").holds
    last = pair.a.tree.size - 1
    with sqlite3.connect(pair.path("A")) as db:
        db.execute(change, (b"{}", last))
    db.close()
    found = judge(pair, folder=tmp_path / "kept").breaches
    assert f"A: leaf {last} is another than when this log was verified last, or is gone" in found


def test_an_old_leaf_that_is_changed_contradicts_the_next_head_over_it(pair, tmp_path):
    """The old part is not read again: its hashes are the verifier's own, and the next head is held against them."""
    pair.send(text())
    assert judge(pair, folder=tmp_path / "kept").holds
    with sqlite3.connect(pair.path("A")) as db:
        data = db.execute("SELECT data FROM leaf WHERE number = 2").fetchone()[0]
        db.execute("UPDATE leaf SET data = ? WHERE number = 2", (data.replace(b"hello", b"hallo", 1),))
    db.close()
    pair.a.storage.close()
    pair.a = pair.open("A")  # a node without a seal cannot know; what it signs next is over another history
    pair.b.receive(pair.a.ingest(text("next")))
    assert not judge(pair, folder=tmp_path / "kept").holds


def test_what_breaks_is_not_kept(pair, tmp_path):
    pair.send(text())
    with sqlite3.connect(pair.path("A")) as db:
        db.execute("DELETE FROM leaf WHERE number = 2")
    db.close()
    for _ in range(2):
        assert not judge(pair, folder=tmp_path / "kept").holds
    assert not (tmp_path / "kept" / kept.STATE).exists()


@pytest.mark.parametrize("damage", ["{", '{"question": 1}', "cut", "lacking"])
def test_what_is_damaged_in_the_kept_folder_accuses_nobody(pair, tmp_path, damage):
    folder = tmp_path / "kept"
    pair.send(text())
    assert judge(pair, folder=folder).holds
    state = json.loads((folder / kept.STATE).read_text())
    if damage == "cut":
        next(folder.glob("*.tree")).write_bytes(b"")
    elif damage == "lacking":
        for side in state["sides"].values():
            del side["own"]["proven"]
        (folder / kept.STATE).write_text(json.dumps(state))
    else:
        (folder / kept.STATE).write_text(damage)
    report = judge(pair, folder=folder)
    assert report.breaches == []
    if damage == '{"question": 1}':  # of another question: read again
        assert report.holds
    else:
        assert f"what was kept in {folder} cannot be taken up" in report.unreadable[0]


def test_a_breach_over_what_was_kept_is_to_be_confirmed(pair, tmp_path):
    folder = tmp_path / "kept"
    pair.send(text())
    judge(pair, folder=folder)
    tree = next(folder.glob("*.tree"))
    tree.write_bytes(bytes(len(tree.read_bytes())))
    pair.send(text("more"))
    report = judge(pair, folder=folder)
    assert report.breaches
    assert (
        f"what was verified before is taken from {folder}: confirm a breach without it" in report.advisories
    )


def test_what_another_verifier_or_another_question_kept_is_read_again(pair, tmp_path, monkeypatch):
    pair.send(track())
    assert judge(pair, folder=tmp_path / "kept").holds
    assert kept.Kept(tmp_path / "kept", {"logs": []}).sides == {}
    before = (tmp_path / "kept" / kept.STATE).read_text()
    assert verify(pair.path("A"), pair.path("B"), duties=instruments(), folder=tmp_path / "kept").holds
    assert (tmp_path / "kept" / kept.STATE).read_text() != before, (
        "without the secrets everything is judged anew"
    )


class Careless:
    """Signs one message of three wrongly; nothing but that signature is wrong."""

    public = SIGNERS["A"].public

    def __init__(self):
        self.count = 0

    def sign(self, data):
        self.count += 1
        return "00" * 64 if self.count == 2 else SIGNERS["A"].sign(data)


def test_a_later_signature_covers_what_the_chain_leads_to(pair, tmp_path):
    pair.a.keyring[Careless.public] = Careless()
    for number in range(3):
        pair.a.ingest(text(f"m{number}"))
    assert judge(pair).holds, "message 3 is signed, and names message 2 by its hash"
    assert judge(pair, stride=1).breaches == ["A: message 2: signature does not hold in its own log"]


def test_the_last_signature_covers_itself_alone(pair):
    pair.a.keyring[Careless.public] = Careless()
    for number in range(2):
        pair.a.ingest(text(f"m{number}"))
    assert judge(pair).breaches == ["A: message 2: signature does not hold in its own log"]


def test_records_and_lines_come_back_from_disk(tmp_path):
    column, lines = Column(3, tmp_path / "c"), Lines(tmp_path / "l")
    for number in range(40_000):
        column.append(number.to_bytes(3, "big"))
        lines.append(json.dumps([number, "ü\n"]))
    assert [int.from_bytes(column[n], "big") for n in (0, 21_845, 39_999)] == [0, 21_845, 39_999]
    for wrong in (-1, 40_000):
        with pytest.raises(IndexError):
            column[wrong]
    column.sync()
    lines.sync()
    assert list(Lines(tmp_path / "l", size=lines.size)) == [[number, "ü\n"] for number in range(40_000)]
    shorter = Column(3, tmp_path / "c", count=5)
    shorter.append(b"abc")
    assert (len(shorter), shorter[5]) == (6, b"abc")
    with pytest.raises(ValueError, match="fewer than 9000 records"):
        Column(3, tmp_path / "c", count=9_000)


@pytest.mark.parametrize("size", [0, 1, 2, 7, 8, 13, 300])
def test_the_tree_on_disk_gives_every_head_and_goes_on(tmp_path, size):
    nodes, frontier, roots = Column(32, tmp_path / "n"), Frontier(), [Frontier().root().hex()]
    tree = Tree(nodes)
    for number in range(size + 5):
        if number == size:
            nodes.sync()
            tree = Tree(Column(32, tmp_path / "n", count=len(nodes)), size)
        tree.append(b"%d" % number)
        frontier.append(b"%d" % number)
        roots.append(frontier.root().hex())
    assert [tree.root(count) for count in range(size + 6)] == roots
