"""A witness on the network: strangers who connect and say nothing keep nobody out."""

import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

from equipoise.exchange.node import visitors, witness
from equipoise.exchange.node.processes import free_port

PLACE = "127.0.0.1"


@pytest.fixture
def port(tmp_path, monkeypatch):
    """Return the port of a witness that knows no log; its thread ends with the tests."""
    monkeypatch.setattr(visitors, "SILENT_S", 0.5)
    witness.create_witness(tmp_path / "w", name="w.example", keys=[])
    served, number = witness.open_witness(tmp_path / "w", time_s=lambda: 0), free_port()
    how = {"host": PLACE, "port": number}
    threading.Thread(target=witness.serve_witness, args=(served,), kwargs=how, daemon=True).start()
    until = time.monotonic() + 20.0
    while time.monotonic() < until:
        try:
            socket.create_connection((PLACE, number)).close()
            return number
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the witness never came up")


def asked(port):
    try:
        urllib.request.urlopen(f"http://{PLACE}:{port}/add-checkpoint", data=b"junk", timeout=5.0)
    except urllib.error.HTTPError as answer:
        return answer.code
    return 200


def test_idle_connections_keep_nobody_from_a_witness(port):
    idle = [socket.create_connection((PLACE, port)) for _ in range(3 * visitors.VISITORS)]
    try:
        assert asked(port) == 400
        idle[-1].settimeout(5.0)
        assert idle[-1].recv(1) == b""  # put out for its silence
    finally:
        for one in idle:
            one.close()
