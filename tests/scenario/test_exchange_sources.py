"""Two real node processes under a party's commands, keys and witnesses, and fed from every source."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from node_processes import QUIET, command, shows, start_both, text

from command_line import invoke, schema
from equipoise.exchange.node.files import read_json
from equipoise.exchange.node.inbox import drop_items
from equipoise.exchange.node.party_files import picture_of
from equipoise.exchange.node.processes import free_port, wait_until
from equipoise.exchange.sources.dis7 import write_entity_state

NATS_SERVER = shutil.which(
    "nats-server", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
)


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
    signed = command(
        "approve", "--json", a, waiting["item_hash"][:12], "--operator-key", tmp_path / "ben.key"
    )
    Draft202012Validator(schema("exchange approve")).validate(signed)
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
        done = invoke(["exchange", *words])
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
        cosigned = command("cosign", a, "--lines", tmp_path / "lines", "--key", own, "--json")
        Draft202012Validator(schema("exchange cosign")).validate(cosigned)
        size = cosigned["leaves"]
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


@pytest.mark.skipif(not NATS_SERVER, reason="no nats-server here")
def test_a_partys_inside_on_jetstream_reaches_the_log_once(exercise, tmp_path):
    nats = pytest.importorskip("nats")
    port = free_port()
    broker = subprocess.Popen(
        [NATS_SERVER, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", tmp_path / "js"],
        stderr=subprocess.DEVNULL,
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
    found = pytest.importorskip("validation.exchange_soak").soak(
        tmp_path, seconds=8.0, every_s=2.0, rate_per_s=250.0
    )
    values = {row["id"].rpartition(".")[2]: row["value"] for row in found}
    assert (values["lost"], values["breaches"]) == (0, 0)
    assert values["messages"] > 500


def test_the_exercise_ends_with_logs_that_hold_and_the_planned_findings(tmp_path):
    said = command("demo", "--out", tmp_path / "exercise", "--seconds", 1, "--json")
    Draft202012Validator(schema("exchange demo")).validate(said)
    assert said["holds"]
    assert sorted(line.split(":")[0] for line in said["advisories"]) == [
        "east notice east-2",
        "west",
        "west detected launch seen-2 of east",
    ]
    assert [row["subject"] for row in said["timeline"] if row["withheld"]] == ["own-ship"]
    pages = {Path(path).stem: Path(path).read_text("utf-8") for path in said["pages"]}
    assert "own-ship" in pages["west"]
    assert "own-ship" not in pages["east"]
    assert "Waiting for a second person" in pages["west"]
    assert "w-101" in pages["east"]
    assert "seen-2" in pages["after-action"]
