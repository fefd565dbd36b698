"""Two real node processes over TLS 1.3 on loopback: killed, paused, cut off, slowed, short of disk, fed from every source."""

import asyncio
import contextlib
import json
import os
import random
import resource
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request

import pytest
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.exchange.exercise.wire import Wire
from equipoise.exchange.node.files import read_json
from equipoise.exchange.node.inbox import drop_items
from equipoise.exchange.node.keyring import tls
from equipoise.exchange.node.link import joined
from equipoise.exchange.node.party_files import create, picture_of
from equipoise.exchange.node.processes import NotInTimeError, Processes, free_port, wait_until
from equipoise.exchange.node.store import read_backwards
from equipoise.exchange.protocol.encoding import canonical
from equipoise.exchange.sources.dis7 import write_entity_state

QUIET = ("--heartbeat-s", "0")


def text(words, **more):
    return {
        "stream": "text",
        "exercise": True,
        "sensitivity": "releasable",
        "payload": {"text": words},
    } | more


@pytest.fixture
def exercise(tmp_path):
    exercise = Processes(tmp_path, names=("a", "b"))
    yield exercise
    for name in list(exercise.running):
        exercise.kill(name)


@pytest.fixture
def wire(exercise):
    wire = Wire(exercise.port)
    yield wire
    wire.close()


def start_both(exercise, port=None):
    exercise.start("a", *QUIET)
    exercise.start("b", *QUIET, port=port)


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
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))  # the node inherits it
    try:
        exercise.start("a", *QUIET, "--page", f"127.0.0.1:{page}")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
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


def command(*words):
    done = CliRunner().invoke(app, ["exchange", *map(str, words)])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_keys_rotate_are_revoked_and_people_sign_by_command(exercise, tmp_path):
    a, b = exercise.folders["a"], exercise.folders["b"]
    start_both(exercise)
    drop_items(a, [text("first")])
    exercise.settle(1)
    for who in ("ann", "ben"):
        command("operator", "--json", a, who, "--out", tmp_path / f"{who}.key")
    wait_until(
        lambda: "operators enrolled now: ann, ben" in exercise.said("a"), seconds=20, what="both count"
    )
    (tmp_path / "held.json").write_text(json.dumps(text("needs two", sensitivity="hold")))
    command("notice", "--json", a, tmp_path / "held.json", "--operator-key", tmp_path / "ann.key")
    wait_until(lambda: exercise.idle() and picture_of(a).held, seconds=20, what="the item waits")
    waiting = command("held", "--json", a)[0]
    assert waiting["approved_by"] == ["ann"]
    command("approve", "--json", a, waiting["item_hash"][:12], "--operator-key", tmp_path / "ben.key")
    exercise.settle(2)
    command("rotate", "--json", a)
    exercise.settle(3)
    old = read_json(a / "public.json")["key"]
    for name in "ab":
        exercise.kill(name)
    command("rotate", "--json", a, "--compromised")
    exercise.start("b", *QUIET)
    assert exercise.running.pop("b").wait(timeout=30) == 2
    assert "is a key that this log does not know" in exercise.said("b")
    command("revoke", "--json", b, old, "--peer", a / "public.json")
    drop_items(a, [text("after")])
    start_both(exercise)
    report = exercise.settle(4)
    assert report.holds
    assert [row.stream for row in report.timeline] == ["text", "text", "key", "text"]
    assert any("revoked a's key" in line for line in report.advisories)


def test_an_older_log_that_is_put_back_ends_the_start(exercise, tmp_path):
    start_both(exercise)
    drop_items(exercise.folders["a"], [text("first")])
    exercise.settle(1)
    for name in "ab":
        exercise.end_one(name)
    log = exercise.logs()[0]
    kept = log.read_bytes()
    start_both(exercise)
    drop_items(exercise.folders["a"], [text("second")])
    exercise.settle(2)
    exercise.end_one("a")
    log.write_bytes(kept)
    exercise.start("a", *QUIET)
    assert exercise.running.pop("a").wait(timeout=30) == 2
    assert "an older copy" in exercise.said("a")


def test_a_witness_countersigns_by_command(exercise, tmp_path):
    def printed(*words, code=0):
        done = CliRunner().invoke(app, ["exchange", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    start_both(exercise)
    drop_items(exercise.folders["a"], [text("first")])
    exercise.settle(1)
    a, log, own = exercise.folders["a"], tmp_path / "a.vkey", tmp_path / "w.vkey"
    log.write_text(printed("vkey", a))
    own.write_text(printed("witness", "init", tmp_path / "w", "--name", "w.example", "--key", log))
    size = 0
    for number in range(2):
        (tmp_path / "asked").write_text(printed("request", a, "--since", size))
        (tmp_path / "lines").write_text(printed("witness", "sign", tmp_path / "w", tmp_path / "asked"))
        size = command("cosign", a, "--lines", tmp_path / "lines", "--key", own, "--json")["leaves"]
        drop_items(a, [text(f"more {number}")])
        exercise.settle(2 + number)
    assert "refused (409)" in printed("witness", "sign", tmp_path / "w", tmp_path / "asked", code=1)
    assert printed("proof", a, 1).startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    publics = [word for name in "ab" for word in ("--party", exercise.folders[name] / "public.json")]
    checked = ("--checkpoint", a / "tiles" / "checkpoint", "--witness-key", own)
    report = command("verify", *exercise.logs(), *checked, *publics, "--json")
    assert (report["holds"], report["witnesses"][0]["witnesses"]) == (True, ["w.example"])


def test_dis_entities_and_files_become_tracks_on_both_displays(exercise, tmp_path):
    page, dis = free_port(), free_port()
    exercise.start(
        "a",
        *QUIET,
        "--page",
        f"127.0.0.1:{page}",
        "--dis",
        f"127.0.0.1:{dis}",
        "--dis-exercise",
        "7",
        "--dis-releasable",
    )
    exercise.start("b", *QUIET)
    wait_until(lambda: shows(page, "link up"), seconds=30, what="the display says that the link is up")
    place = {"position_ecef_m": (4.0e6, 3.0e6, 4.5e6), "velocity_ecef_m_s": (1e3, -2e3, 3e3)}
    data = write_entity_state(exercise=7, entity=(1, 2, 3), time_s=time.time(), **place)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for datagram in (data, b"\x07junk", data[:1] + b"\x08" + data[2:], os.urandom(1400)):
            out.sendto(datagram, ("127.0.0.1", dis))
    rows = ["track_id,time_s,x_m,y_m,z_m,vx_m_s,vy_m_s,vz_m_s,sigma_m,sigma_m_s"]
    rows += [f"file-1,{time.time() + n},4.1e6,3e6,4.4e6,0,0,0,500,5" for n in range(3)]
    (tmp_path / "tracks.csv").write_text("\n".join(rows))
    assert command("ingest", "--json", exercise.folders["b"], tmp_path / "tracks.csv", "--releasable") == {
        "items": 3
    }
    report = exercise.settle(4)
    assert report.breaches == []
    assert {row.subject for row in report.timeline} == {"1-2-3", "file-1"}
    wait_until(
        lambda: shows(page, "1-2-3") and shows(page, "file-1"), seconds=10, what="both tracks on the display"
    )
    assert exercise.said("a").count("DIS PDUs refused") >= 2


def shows(port, words):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/picture", timeout=10) as answer:
            return words in answer.read().decode()
    except OSError:
        return False


@pytest.mark.skipif(
    not shutil.which("nats-server", path=".venv/bin:" + os.environ["PATH"]), reason="no nats-server here"
)
def test_a_partys_inside_on_jetstream_reaches_the_log_once(exercise, tmp_path):
    nats = pytest.importorskip("nats")
    port = free_port()
    server = shutil.which("nats-server", path=".venv/bin:" + os.environ["PATH"])
    broker = subprocess.Popen(
        [server, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", tmp_path / "js"], stderr=subprocess.DEVNULL
    )
    url = f"nats://127.0.0.1:{port}"

    async def publish(numbers):
        link = await nats.connect(url)
        stream = link.jetstream()
        await stream.add_stream(name="exercise", subjects=["exercise.>"])
        for number in numbers:
            await stream.publish("exercise.items", json.dumps(text(f"inside {number}")).encode())
        await stream.publish("exercise.items", b"no JSON")
        await link.close()

    try:
        wait_until(lambda: connects(port), seconds=20, what="the broker runs")
        asyncio.run(publish(range(50)))
        options = (*QUIET, "--nats", url)
        exercise.start("a", *options)
        exercise.start("b", *QUIET)
        time.sleep(1.0)
        exercise.kill("a")
        asyncio.run(publish(range(50, 100)))
        exercise.start("a", *options)
        report = exercise.settle(100)
        assert report.breaches == []
        assert len({row.subject for row in report.timeline}) == 100
    finally:
        broker.kill()
        broker.wait()


def connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_short_soak_with_faults_loses_nothing(tmp_path):
    found = pytest.importorskip("validation.exchange_soak").soak(tmp_path, seconds=8.0, every_s=2.0)
    values = {row["id"].rpartition(".")[2]: row["value"] for row in found}
    assert (values["lost"], values["breaches"]) == (0, 0)
    assert values["messages"] > 500


def test_the_exercise_ends_with_logs_that_hold_and_the_planned_findings(tmp_path):
    from equipoise.exchange.exercise.demo import names_of, run

    report = run(tmp_path / "exercise", seconds=1.0, live=False, tell=lambda line: None)
    assert report.holds
    assert sorted(line.split(":")[0] for line in report.advisories) == [
        "east notice east-2",
        "west",
        "west detected launch seen-2 of east",
    ]
    assert [row.subject for row in report.timeline if row.withheld] == ["own-ship"]
    pages = {path.stem: path.read_text("utf-8") for path in names_of(tmp_path / "exercise")}
    assert "own-ship" in pages["west"]
    assert "own-ship" not in pages["east"]
    assert "Waiting for a second person" in pages["west"]
    assert "w-101" in pages["east"]
    assert "seen-2" in pages["after-action"]
