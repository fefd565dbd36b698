import asyncio
import json
import os
from itertools import pairwise
from types import SimpleNamespace

import pytest
from exchange_pair import SIGNERS, kinds, notice, text

from equipoise.exchange.node import service
from equipoise.exchange.node.inbox import Inbox, drop_items, drop_order
from equipoise.exchange.node.party_node import WINDOW
from equipoise.exchange.node.store import StorageError


@pytest.fixture
def inbox(pair, tmp_path):
    (tmp_path / "inbox").mkdir()
    return Inbox(tmp_path / "inbox", pair.a, signers=lambda: [SIGNERS["A"], SIGNERS["C"]])


def names(inbox, suffix):
    return sorted(path.suffix for path in inbox.folder.glob(f"*{suffix}"))


def test_files_are_taken_in_order_and_go(inbox, tmp_path):
    drop_items(tmp_path, [text("one"), text("two")])
    drop_order(tmp_path, kind="rotate", key=SIGNERS["C"].public)
    drop_items(tmp_path, [text("three")])
    assert inbox.take()
    bodies = [json.loads(leaf)["message"] for leaf in inbox.node.storage.read() if b'"message"' in leaf]
    assert [(frame["body"]["stream"], frame["key"] == SIGNERS["A"].public) for frame in bodies] == [
        ("text", True),
        ("text", True),
        ("key", True),
        ("text", False),
    ]
    assert not inbox.take()
    assert names(inbox, ".json") == []


def test_a_file_that_survived_its_record_is_passed_over(inbox, tmp_path):
    path = drop_items(tmp_path, [text("once")])
    content = path.read_bytes()
    inbox.take()
    path.write_bytes(content)
    assert inbox.take()
    assert kinds(inbox.node.storage).count("release") == 1


def test_files_wait_while_the_disk_is_full(inbox, tmp_path, capsys):
    drop_items(tmp_path, [text("patient")])
    drop_order(tmp_path, kind="replace-key", key=SIGNERS["C"].public)

    def full(_):
        raise StorageError("full")

    append, inbox.node.storage.append = inbox.node.storage.append, full
    assert not inbox.take()
    assert len(names(inbox, ".json")) == 2
    inbox.node.storage.append = append
    assert inbox.take()
    assert names(inbox, ".json") == []
    assert kinds(inbox.node.storage)[2:] == ["release", "own-key"]
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "neither filings nor an order"),
        (
            '{"filings": [{"item": {"stream": "text", "exercise": true, "sensitivity": "withhold", '
            '"sensitivity": "releasable", "payload": {"text": "x"}}}]}',
            "a key appears twice",
        ),
        ('{"filings": 5}', "a list of objects with an item"),
        ('{"filings": [{"item": 5}]}', "item 0: an item is an object"),
        ('{"order": {"kind": "fire"}}', "an order is one of rotate"),
        ('{"order": {"kind": ["rotate"], "key": "x"}}', "an order is one of rotate"),
        ('{"order": {"kind": "rotate", "key": 5}}', "holds text alone"),
        ('{"order": {"kind": "rotate", "key": "ab"}}', "the keyring holds no key ab"),
        (
            '{"order": {"kind": "approve", "item_hash": "ab", "operator": "", "signature": ""}}',
            "waits for approval",
        ),
        (
            '{"order": {"kind": "revoke-peer", "revoked": "ab\\ud800", "key": ""}}',
            "half of a surrogate pair",
        ),
        (
            '{"filings": [{"item": {}, "operator": "a\\ud800", "signature": ""}]}',
            "an operator and a signature are plain text",
        ),
        ('{"filings": [{"item": {}, "operator": ["a"]}]}', "an operator and a signature are plain text"),
    ],
)
def test_a_bad_file_is_set_aside_with_its_reason_and_holds_nothing_back(inbox, tmp_path, content, reason):
    (inbox.folder / "0.json").write_text(content)
    drop_items(tmp_path, [text("good")])
    while inbox.take():
        pass
    assert names(inbox, ".json") == []
    assert reason in (inbox.folder / "0.reason").read_text()
    assert kinds(inbox.node.storage).count("release") == 1


def test_a_notice_that_cannot_follow_is_refused_and_the_rest_of_its_file_is_not(inbox, tmp_path):
    drop_items(tmp_path, [notice("n", 5, type="cancel"), text("good")])
    inbox.take()
    assert kinds(inbox.node.storage).count("release") == 1
    assert names(inbox, ".refused") == [".refused"]


def test_a_long_queue_is_listed_once_and_a_file_that_was_taken_away_is_passed_over(
    inbox, tmp_path, monkeypatch
):
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # a thousand of them show nothing here
    paths = [drop_items(tmp_path, [text(str(number))]) for number in range(2 * WINDOW)]
    listed, listdir = [], os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: listed.append(folder) or listdir(folder))
    assert inbox.take()
    paths[-1].unlink()
    drop_items(tmp_path, [text("last")])
    assert inbox.take()
    assert len(listed) == 1
    assert inbox.take()
    assert not inbox.take()
    said = [
        json.loads(leaf)["item"]["payload"]["text"]
        for leaf in inbox.node.storage.read()
        if b'"release"' in leaf
    ]
    assert said == [*(str(number) for number in range(2 * WINDOW - 1)), "last"]


def test_an_inbox_that_never_empties_leaves_the_link_its_turns():
    turns, taken = 0, []
    full = SimpleNamespace(node=SimpleNamespace(degraded=False), take=lambda: taken.append(turns) or True)

    async def link_beside():
        nonlocal turns
        watch = asyncio.create_task(service._watch(full, SimpleNamespace(pump=lambda: None)))
        while len(taken) < 4:
            turns += 1
            await asyncio.sleep(0.0)
        watch.cancel()

    asyncio.run(link_beside())
    assert (
        min(b - a for a, b in pairwise(taken)) >= 8
    )  # a window of messages takes three or four turns to go out


def test_what_is_no_file_or_cannot_be_moved_holds_nothing_back(tmp_path, pair):
    """A folder under the name that a refused file would get kept every later file waiting for ever."""
    place = tmp_path / "inbox"
    place.mkdir()
    os.mkfifo(place / "0-pipe.json")
    (place / "1-gone.json").symlink_to("/nonexistent")
    (place / "2-loop.json").symlink_to("2-loop.json")
    (place / "3-zero.json").symlink_to("/dev/zero")
    (place / "4-folder.json").mkdir()
    (place / "5-bad.json").write_text("bad")
    (place / "5-bad.refused" / "in-the-way").mkdir(parents=True)
    inbox = Inbox(place, pair.a, signers=list)
    drop_items(tmp_path, [text("later")])
    while inbox.take():
        pass
    assert pair.a.sent_seq == 1
    assert sorted(path.name for path in place.glob("*.json")) == ["5-bad.json"]
    assert len([*place.glob("*.refused")]) == 6
    drop_items(tmp_path, [text("later still")])
    assert inbox.take()
    assert pair.a.sent_seq == 2
