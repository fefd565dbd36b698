"""A snapshot gives the state that a whole replay gives, counts only for what made it, and never for another log."""

import asyncio
import json
import sqlite3

import pytest
from exchange_pair import SIGNERS, launch, notice, text, track
from validation.simulated_exchange.world import World

from equipoise.exchange.node import service
from equipoise.exchange.node import snapshot as snapshots
from equipoise.exchange.node.keyring import read_public
from equipoise.exchange.node.log_state import FoldError
from equipoise.exchange.node.party_files import LOG, create, open_node, replayed, snapshot
from equipoise.exchange.node.snapshot import Snapshot
from equipoise.exchange.node.store import StorageError
from equipoise.exchange.protocol.encoding import canonical
from equipoise.foundation.errors import InputError

HOUR_MS = 3_600_000


def reopened(pair, snapshot):
    pair.a.storage.close()
    pair.a = pair.open("A", snapshot=snapshot)
    return pair.a


@pytest.fixture
def busy(pair):
    pair.send(text("x"))
    pair.answer(track("t1", time_s=pair.now_ms / 1e3))
    pair.send(text("both", "hold"), operator="one")
    pair.send(notice("n1", pair.now_ms + 30 * HOUR_MS))
    pair.answer(launch("l1", pair.now_ms + 31 * HOUR_MS, "A", "releasable"))
    pair.b.receive(pair.a.rotate(SIGNERS["C"]))
    pair.a.receive([b"junk"])
    pair.a.ingest(
        text("waits"),
    )
    return pair


def test_a_node_from_a_snapshot_is_the_node_from_the_whole_log(busy):
    early = Snapshot.read(Snapshot.of(busy.a).written())
    assert canonical(reopened(busy, early).kept()) == canonical(reopened(busy, None).kept())
    busy.send(track("t2", time_s=busy.now_ms / 1e3))
    busy.send(text("both", "hold"), operator="two")
    node = reopened(busy, early)
    assert node.replayed_from == json.loads(early.state)["tree"]["size"] < node.tree.size
    assert canonical(node.kept()) == canonical(reopened(busy, None).kept())
    assert len(busy.send(text("goes on"))) == 1
    busy.a.receive(busy.b.receive(busy.a.resend()))
    assert busy.b.heard.seq == busy.a.sent_seq


@pytest.mark.parametrize("seed", range(40))
def test_after_any_schedule_of_faults_both_give_one_state(seed):
    world = World(seed)
    world.run(steps=40)
    for name in "AB":
        if (shot := world.snapshots[name]) and not world.stopped:
            world.snapshots[name] = None
            whole = world._open(name).kept()
            world.snapshots[name] = shot
            assert canonical(world._open(name).kept()) == canonical(whole)


def test_a_changed_snapshot_counts_for_nothing(busy):
    shot = Snapshot.of(busy.a)
    for wrong in (
        Snapshot(shot.state.replace(b"waits", b"WAITS"), shot.key, shot.sig),
        Snapshot(shot.state, SIGNERS["B"].public, shot.sig),
    ):
        assert reopened(busy, wrong).replayed_from == 0
    assert Snapshot.read(b"") is None
    assert Snapshot.read(b"junk\n{}") is None


def test_a_snapshot_of_another_version_counts_for_nothing(busy, monkeypatch):
    shot = Snapshot.of(busy.a)
    assert reopened(busy, shot).replayed_from > 0
    monkeypatch.setattr(snapshots, "version", lambda: "another")
    assert reopened(busy, shot).replayed_from == 0


def test_an_older_copy_and_another_last_leaf_end_the_start(busy):
    shot, size = Snapshot.of(busy.a), busy.a.tree.size
    with sqlite3.connect(busy.path("A")) as db:
        db.execute("UPDATE leaf SET data = CAST(data || ' ' AS BLOB) WHERE number = ?", (size - 1,))
    db.close()
    with pytest.raises(InputError, match=f"has another leaf {size - 1} than"):
        reopened(busy, shot)
    with sqlite3.connect(busy.path("A")) as db:
        db.execute("DELETE FROM leaf WHERE number >= ?", (size - 3,))
    db.close()
    with pytest.raises(InputError, match=f"is shorter than the {size} leaves"):
        busy.open("A", snapshot=shot)


def test_leaves_that_the_start_did_not_replay_are_read_beside_the_node(busy, tmp_path):
    node = reopened(busy, Snapshot.of(busy.a))
    (tmp_path / LOG).symlink_to(busy.path("A"))
    replayed(tmp_path, node, stopped=lambda: False)
    with sqlite3.connect(busy.path("A")) as db:
        db.execute("UPDATE leaf SET data = CAST(data || ' ' AS BLOB) WHERE number = 2")
    db.close()
    with pytest.raises(FoldError, match="one was changed"):
        replayed(tmp_path, node, stopped=lambda: False)


def test_a_leaf_that_is_text_is_named(busy):
    with sqlite3.connect(busy.path("A")) as db:
        db.execute("UPDATE leaf SET data = 'x' WHERE number = 2")
    db.close()
    with pytest.raises(StorageError, match="leaf 2 is not a leaf that a node wrote"):
        reopened(busy, None)


def test_a_party_that_starts_again_replays_only_what_is_new(tmp_path):
    for name in ("west", "east"):
        create(tmp_path / name, party=name)
    peer = read_public(tmp_path / "east" / "public.json")
    node = open_node(tmp_path / "west", peer=peer)
    node.ingest(text("before"))
    snapshot(tmp_path / "west", node)()
    size = node.tree.size
    node.ingest(text("after"))
    node.storage.close()
    again = open_node(tmp_path / "west", peer=peer)
    assert (again.replayed_from, again.tree.size, again.sent_seq) == (size, size + 1, 2)
    again.storage.close()
    assert (tmp_path / "west" / "snapshot").stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_read_beside_the_node_ends_nothing(busy, tmp_path, capsys):
    node = reopened(busy, Snapshot.of(busy.a))
    asyncio.run(service._old_leaves(node, tmp_path))  # no log lies there
    assert "was not compared" in capsys.readouterr().err
