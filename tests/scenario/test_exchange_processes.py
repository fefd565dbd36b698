"""Two real node processes over TLS 1.3 on loopback: kill -9, restart, and both logs verified."""

import json
import random
import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest

from equipoise.exchange.party_files import create, drop_item, read_json
from equipoise.exchange.verify import verify
from equipoise.model.notices import instruments


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Exercise:
    def __init__(self, folder):
        self.port, self.processes = free_port(), {}
        self.folders = {name: folder / name for name in "AB"}
        for name in "AB":
            create(self.folders[name], party=name)

    def start(self, name):
        peer = self.folders["B" if name == "A" else "A"] / "public.json"
        role = "--listen" if name == "A" else "--connect"
        command = [
            sys.executable,
            "-m",
            "equipoise.exchange.process",
            str(self.folders[name]),
            "--peer",
            str(peer),
        ]
        self.processes[name] = subprocess.Popen(
            [*command, role, f"127.0.0.1:{self.port}"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    def kill(self, name):
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes.pop(name).wait()

    def report(self):
        paths = [self.folders[name] / "evidence.log" for name in "AB"]
        return verify(*paths, duties=instruments())

    def settled(self, count):
        try:
            report = self.report()
        except FileNotFoundError:
            return False
        return len(report.timeline) == count and all(row["receipted"] for row in report.timeline)


@pytest.fixture
def exercise(tmp_path):
    exercise = Exercise(tmp_path)
    yield exercise
    for name in list(exercise.processes):
        exercise.kill(name)


def wait_until(check, seconds=20.0):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.1)


def test_kill_at_random_moments_loses_and_doubles_nothing(exercise):
    rng = random.Random(4)
    count = 0
    for name in "AB":
        exercise.start(name)
    for _ in range(6):
        for _ in range(10):
            party = rng.choice("AB")
            payload = {"text": f"words {count}"}
            drop_item(
                exercise.folders[party],
                {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": payload},
            )
            count += 1
        time.sleep(rng.random() * 0.8)
        victim = rng.choice("AB")
        exercise.kill(victim)
        exercise.start(victim)
    wait_until(lambda: exercise.settled(count))
    assert exercise.report().breaches == []


def test_a_paused_peer_blocks_nobody_and_catches_up(exercise):
    for name in "AB":
        exercise.start(name)
    drop_item(
        exercise.folders["A"],
        {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": {"text": "first"}},
    )
    wait_until(lambda: exercise.settled(1))
    exercise.processes["B"].send_signal(signal.SIGSTOP)
    for number in range(20):
        payload = {"text": f"while paused {number}"}
        drop_item(
            exercise.folders["A"],
            {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": payload},
        )
    wait_until(lambda: len(exercise.report().timeline) == 21)
    exercise.processes["B"].send_signal(signal.SIGCONT)
    wait_until(lambda: exercise.settled(21))
    assert exercise.report().breaches == []


def test_a_stranger_gets_no_tls_session(exercise, tmp_path):
    exercise.start("A")
    create(tmp_path / "C", party="C")
    public = read_json(exercise.folders["A"] / "public.json")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=public["certificate"])
    context.load_cert_chain(tmp_path / "C" / "tls.pem", tmp_path / "C" / "tls.key")

    def refused():
        try:
            raw = socket.create_connection(("127.0.0.1", exercise.port), timeout=5)
            with raw, context.wrap_socket(raw) as link:
                assert link.version() == "TLSv1.3"
                return link.recv(1) == b""
        except ConnectionRefusedError:
            return False
        except (ssl.SSLError, ConnectionResetError):
            return True

    wait_until(refused)


def test_secrets_are_for_the_owner_alone(tmp_path):
    public = json.loads(create(tmp_path / "P", party="P").read_text("utf-8"))
    assert set(public) == {"party", "key", "certificate"}
    for name in ("secret.json", "tls.key"):
        assert (tmp_path / "P" / name).stat().st_mode & 0o077 == 0


def test_the_exercise_ends_with_logs_that_hold_and_the_planned_findings(tmp_path):
    from equipoise.exchange.demo import run

    report = run(tmp_path / "exercise")
    assert report.holds
    assert [text.split(":")[0] for text in report.advisories] == [
        "east notice east-2",
        "west detected launch seen-2 of east",
    ]
    assert sum(bool(row["withheld_from"]) for row in report.timeline) == 1
    assert "own-asset" not in (tmp_path / "exercise" / "east.html").read_text("utf-8")
