"""Two real node processes over TLS 1.3 on loopback: killed, paused, cut off, slowed, short of disk."""

import contextlib
import os
import random
import resource
import shutil
import socket
import ssl
import subprocess
import time

import pytest
from node_processes import QUIET, command, shows, start_both, text

from equipoise.exchange.node.files import read_json
from equipoise.exchange.node.inbox import drop_items
from equipoise.exchange.node.keyring import tls
from equipoise.exchange.node.link import joined
from equipoise.exchange.node.party_files import create
from equipoise.exchange.node.processes import NotInTimeError, free_port, wait_until
from equipoise.exchange.node.store import read_backwards
from equipoise.exchange.protocol.encoding import canonical


def test_kill_at_random_moments_loses_and_doubles_nothing(exercise):
    rng, count = random.Random(4), 0
    start_both(exercise)
    for _ in range(5):
        for _ in range(10):
            drop_items(exercise.folders[rng.choice("ab")], [text(f"words {count}"), text(f"more {count}")])
            count += 2
        time.sleep(rng.random() * 1.5)
        victim = rng.choice("ab")
        exercise.kill(victim)
        exercise.start(victim, *QUIET)
    assert exercise.settle(count).breaches == []


def test_a_paused_peer_blocks_nobody_and_catches_up(exercise):
    start_both(exercise)
    drop_items(exercise.folders["a"], [text("first")])
    exercise.settle(1)
    exercise.pause("b")
    drop_items(exercise.folders["a"], [text(f"while paused {number}") for number in range(20)])
    wait_until(lambda: len(exercise.report().timeline) == 21, seconds=20, what="the own log goes on")
    exercise.go_on("b")
    assert exercise.settle(21).breaches == []


@pytest.mark.parametrize("fault", ["cut", "hang"])
def test_a_lost_link_blocks_nobody_and_comes_back(exercise, wire, fault):
    start_both(exercise, wire.port)
    drop_items(exercise.folders["a"], [text("first")])
    exercise.settle(1)
    if fault == "cut":
        wire.cut()
    else:
        wire.hanging = True
    for name in "ab":
        drop_items(exercise.folders[name], [text(f"{name} alone {number}") for number in range(300)])
    wait_until(lambda: len(exercise.report().timeline) == 601, seconds=20, what="both own logs go on")
    assert all(row.known_at_ms is None for row in exercise.report().timeline if "alone" in row.subject)
    if fault == "hang":
        wait_until(lambda: "link cut" in exercise.said("b"), seconds=30, what="the silent link is given up")
        wire.cut()
    wire.mend()
    assert exercise.settle(601).breaches == []


def test_a_slow_link_carries_everything_and_little_twice(exercise, wire):
    wire.bytes_per_s = 60_000
    start_both(exercise, wire.port)
    drop_items(exercise.folders["a"], [text(f"slowly {number}" + "x" * 700) for number in range(150)])
    assert exercise.settle(150).breaches == []
    frames = 150 * 1_500  # a frame of this text with its signature and head
    assert wire.carried < 2 * frames


def fill(folder):
    with (folder / "ballast").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4_096)


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("mount"), reason="a small file system needs root to be mounted"
)
def test_a_full_disk_stops_receipts_and_releases_and_nothing_acknowledged_is_lost(exercise):
    small = exercise.folders["b"]
    kept = small.with_name("kept")
    shutil.move(small, kept)
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small], capture_output=True
    ).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        shutil.copytree(kept, small, dirs_exist_ok=True)
        start_both(exercise)
        drop_items(exercise.folders["a"], [text("first")])
        exercise.settle(1)
        fill(small)
        for number in range(40):
            drop_items(exercise.folders["a"], [text(f"{number} " + "x" * 3_000) for _ in range(10)])
        wait_until(lambda: len(exercise.report().timeline) == 401, seconds=20, what="the other side goes on")
        time.sleep(3.0)
        report = exercise.report()
        assert report.breaches == []
        assert sum(row.receipted_at_ms is not None for row in report.timeline) < 401
        assert exercise.running["b"].poll() is None
        subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
        assert exercise.settle(401, seconds=90).breaches == []
    finally:
        for name in list(exercise.running):
            exercise.kill(name)
        subprocess.run(["umount", small], check=True)


def test_a_second_process_on_one_folder_is_refused(exercise):
    exercise.start("a", *QUIET)
    drop_items(exercise.folders["a"], [text("first")])
    wait_until(exercise.folders["a"].joinpath("evidence.log").exists, seconds=20, what="the node runs")
    first = exercise.running.pop("a")
    exercise.port = free_port()
    exercise.start("a", *QUIET)
    assert exercise.running.pop("a").wait(timeout=30) == 2
    assert "is served by another process already" in exercise.said("a")
    exercise.running["a"] = first


def refused(port, folder, public):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=public["certificate"])
    context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
    try:
        raw = socket.create_connection(("127.0.0.1", port), timeout=5)
        with raw, context.wrap_socket(raw) as link:
            assert link.version() == "TLSv1.3"
            return link.recv(1) == b""
    except ConnectionRefusedError:
        return False
    except (ssl.SSLError, ConnectionResetError):
        return True


def test_a_stranger_and_an_older_tls_get_no_session(exercise, tmp_path):
    exercise.start("a", *QUIET)
    create(tmp_path / "c", party="c")
    public = read_json(exercise.folders["a"] / "public.json")
    wait_until(
        lambda: refused(exercise.port, tmp_path / "c", public), seconds=20, what="the stranger is refused"
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.maximum_version = False, ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=public["certificate"])
    context.load_cert_chain(exercise.folders["b"] / "tls.pem", exercise.folders["b"] / "tls.key")
    with socket.create_connection(("127.0.0.1", exercise.port)) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw)


def test_a_hostile_peer_with_real_keys_is_refused_logged_and_survived(exercise):
    """Speak the link's own language with the peer's certificate: junk, damage, replay, oversize."""
    start_both(exercise)
    for number in range(20):
        drop_items(exercise.folders["b"], [text(f"honest {number}")])
    exercise.settle(20)
    exercise.kill("b")
    sent = [leaf["message"] for leaf in read_backwards(exercise.logs()[1]) if leaf["kind"] == "release"]
    frames, rng = [canonical(frame) for frame in sent], random.Random(3)
    context = tls(exercise.folders["b"], peer=read_json(exercise.folders["a"] / "public.json"), server=False)
    for number in range(30):
        with socket.create_connection(("127.0.0.1", exercise.port)) as raw, context.wrap_socket(raw) as link:
            damaged = [bytearray(rng.choice(frames)) for _ in range(50)]
            for frame in damaged:
                frame[rng.randrange(len(frame))] ^= 1 << rng.randrange(8)
            with contextlib.suppress(OSError):
                link.sendall(joined(frames + [bytes(frame) for frame in damaged]))
                assert b'"ack":20' in link.recv(65_536)  # the replay is receipted again, and recorded once
                link.sendall((2**20 * (number + 1)).to_bytes(4) + rng.randbytes(70_000))
    leaves = [leaf for leaf in read_backwards(exercise.logs()[0]) if leaf["kind"] == "refused"]
    assert {"oversize", "bad signature"} <= {leaf["reason"] for leaf in leaves}
    assert len(leaves) < 100
    assert exercise.running["a"].poll() is None
    exercise.start("b", *QUIET)
    drop_items(exercise.folders["b"], [text("honest again")])
    report = exercise.settle(21)
    assert report.breaches == []
    assert any("refused at least" in line for line in report.advisories)


def test_idle_strangers_at_64_descriptors_end_nothing(exercise):
    page = free_port()
    exercise.start("a", *QUIET, "--page", f"127.0.0.1:{page}")
    resource.prlimit(exercise.running["a"].pid, resource.RLIMIT_NOFILE, (64, 64))  # while it still imports
    wait_until(lambda: shows(page, "link down"), seconds=30, what="the display answers")
    idle = [
        socket.create_connection(("127.0.0.1", port)) for port in (page, exercise.port) for _ in range(100)
    ]
    time.sleep(1.0)
    exercise.start("b", *QUIET)
    drop_items(exercise.folders["a"], [text("still there")])
    assert exercise.settle(1).breaches == []
    wait_until(lambda: shows(page, "still there"), seconds=30, what="the display answers again")
    for connection in idle:
        connection.close()


def test_a_node_says_that_it_is_up_and_where(exercise):
    page = free_port()
    exercise.start("a", *QUIET, "--page", f"127.0.0.1:{page}")
    exercise.start("b", *QUIET)
    wait_until(lambda: "link up with b" in exercise.said("a"), seconds=30, what="the link is said")
    said = exercise.said("a")
    for words in (
        "a is up with a log of",
        f"listens on 127.0.0.1:{exercise.port} for b",
        f"http://127.0.0.1:{page}/",
    ):
        assert words in said
    assert f"connects to 127.0.0.1:{exercise.port} for a" in exercise.said("b")


def test_a_renewed_certificate_brings_the_link_back_without_a_restart(exercise):
    start_both(exercise)
    drop_items(exercise.folders["a"], [text("first")])
    exercise.settle(1)
    command("renew", "--json", exercise.folders["b"])
    exercise.end_one("b")
    exercise.start("b", *QUIET)
    drop_items(exercise.folders["b"], [text("second")])
    assert exercise.settle(2).breaches == []


def test_a_child_that_dies_is_said_with_its_reason(exercise):
    exercise.start("a", "--page", "nowhere")
    exercise.running["a"].wait(timeout=30)
    with pytest.raises(NotInTimeError, match=r"node of a ended with code 2: .*is not host:port"):
        exercise.check_alive()
