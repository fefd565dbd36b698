"""The log on disk: what a commit has to wait for."""

import shutil

from equipoise.exchange.node.store import SqliteStorage


def test_commits_write_over_room_that_was_made_when_the_log_was_opened(tmp_path):
    path, waiting = tmp_path / "a.log", tmp_path / "a.log-wal"
    storage = SqliteStorage(path)
    room = waiting.stat().st_size
    assert room > 4_000_000
    for number in range(20):
        storage.append([b"%d" % number * 1_500])
        storage.sync()
    assert waiting.stat().st_size == room
    assert [leaf[:1] for leaf in storage.read()][:3] == [b"0", b"1", b"2"]
    storage.close()
    assert path.stat().st_size < 100_000  # the room is no part of the log
    again = SqliteStorage(path)
    assert len([*again.read()]) == 20
    again.close()


def test_what_was_committed_lies_before_the_room_after_a_kill(tmp_path):
    """The files as a killed process leaves them: the room's own pages count for nothing."""
    storage = SqliteStorage(tmp_path / "a.log")
    storage.append([b"one"])
    storage.sync()
    storage.append([b"two"])  # never synced
    for name in ("a.log", "a.log-wal"):
        (tmp_path / name.replace("a", "b", 1)).write_bytes((tmp_path / name).read_bytes())
    storage.close()
    left = SqliteStorage(tmp_path / "b.log")
    assert [*left.read()] == [b"one"]
    left.append([b"three"])
    left.sync()
    assert [*left.read()] == [b"one", b"three"]
    left.close()


def test_a_disk_that_is_nearly_full_is_not_filled_by_room(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2_000_000))
    storage = SqliteStorage(tmp_path / "a.log")
    assert (tmp_path / "a.log-wal").stat().st_size < 100_000
    storage.close()
