"""Strangers at the door of a listening node: idle connections without TLS end nothing and keep nobody out."""

import asyncio
import contextlib
import socket
import ssl

import pytest

from equipoise.exchange.node import door
from equipoise.exchange.node.door import WAITING, WAITING_PER_ADDRESS, Door, cut, listening, network_of
from equipoise.exchange.node.keyring import read_public, tls
from equipoise.exchange.node.log_state import FoldError
from equipoise.exchange.node.party_files import create
from equipoise.exchange.node.say import Tally
from equipoise.foundation.printable import printable


@pytest.fixture
def parties(tmp_path):
    for name in "ab":
        create(tmp_path / name, party=name)
    return tmp_path


def context(parties, name, *, server):
    peer = "b" if name == "a" else "a"
    return tls(parties / name, peer=read_public(parties / peer / "public.json"), server=server)


async def at_the_door(parties, session, visit):
    with listening("127.0.0.1", 0, backlog=32) as listener:
        opened = Door(session, context=lambda: context(parties, "a", server=True))
        task = asyncio.create_task(opened.open(listener))
        try:
            return await visit(listener.getsockname()[1], opened, task)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def greeting(parties, port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context(parties, "b", server=False))
    try:
        return await reader.read(5)
    finally:
        cut(writer)


async def hello(reader, writer):
    writer.write(b"hello")
    await writer.drain()
    await reader.read()


def test_what_is_written_leaves_at_once(parties):
    """A receipt behind another small frame does not wait for the peer's delayed acknowledgement."""
    seen = []

    async def session(reader, writer):
        seen.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await hello(reader, writer)

    asyncio.run(at_the_door(parties, session, lambda port, opened, task: greeting(parties, port)))
    assert seen
    assert all(seen)


def test_hundreds_of_idle_connections_keep_the_peer_out_of_nothing(parties, capsys):
    async def visit(port, opened, task):
        idle = []
        for _ in range(260):
            connection = socket.create_connection(("127.0.0.1", port))
            idle.append(connection)
            if len(idle) > 60:
                idle.pop(0).close()  # the test's own descriptors
            await asyncio.sleep(0)
        assert len(opened._waiting) <= WAITING_PER_ADDRESS + 1
        assert await greeting(parties, port) == b"hello"
        assert not task.done()
        for connection in idle:
            connection.close()

    asyncio.run(at_the_door(parties, hello, visit))
    assert "connections put out" in capsys.readouterr().err


def test_a_silent_connection_is_put_out_after_the_handshakes_time(parties, monkeypatch):
    monkeypatch.setattr(door, "HANDSHAKE_S", 0.2)

    async def visit(port, opened, task):
        with socket.create_connection(("127.0.0.1", port)) as silent:
            silent.setblocking(False)
            assert await asyncio.wait_for(asyncio.get_running_loop().sock_recv(silent, 1), 5.0) == b""
        assert not task.done()

    asyncio.run(at_the_door(parties, hello, visit))


def test_a_stranger_with_tls_or_junk_gets_no_session(parties):
    create(parties / "c", party="c")
    sessions = []

    async def session(reader, writer):
        sessions.append(writer)

    async def visit(port, opened, task):
        stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
        stranger.load_cert_chain(parties / "c" / "tls.pem", parties / "c" / "tls.key")
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            reader, _ = await asyncio.open_connection("127.0.0.1", port, ssl=stranger)
            assert await reader.read(1) == b""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await reader.read()
        writer.close()
        assert not task.done()

    asyncio.run(at_the_door(parties, session, visit))
    assert sessions == []


def test_what_happens_on_one_connection_ends_it_alone_but_a_broken_log_ends_the_node(parties, capsys):
    faults = [KeyError("unforeseen"), FoldError("the log cannot be followed")]

    async def session(reader, writer):
        raise faults.pop(0)

    async def visit(port, opened, task):
        assert await greeting(parties, port) == b""
        assert not task.done()
        await greeting(parties, port)
        with pytest.raises(ExceptionGroup) as caught:
            await task
        assert caught.group_contains(FoldError)

    asyncio.run(at_the_door(parties, session, visit))
    assert "connection ended (KeyError" in capsys.readouterr().err


def test_the_operators_log_writes_control_characters_out(capsys):
    assert printable("a\x1b[2J\nb\u202e\ud800c é") == "a\\x1b[2J\\nb\\u202e\\ud800c é"
    tally = Tally("knocks")
    for _ in range(9):
        tally.count()
    assert capsys.readouterr().err.splitlines() == [f"exchange: {n} knocks" for n in (1, 2, 4, 8)]


class Visitor:
    cancelled = False

    def cancel(self):
        self.cancelled = True


@pytest.mark.parametrize(
    ("networks", "flood"),
    [
        ([f"203.0.113.{number}" for number in range(4)], 2_000),
        ([f"2001:db8:0:{number}::{host}" for number in range(4) for host in range(50)], 2_000),
        ([f"198.51.{number // 250}.{number % 250}" for number in range(2_000)], 60),
    ],
    ids=["four addresses", "four networks of many", "an address for each"],
)
def test_a_flood_of_strangers_does_not_put_the_peer_out_of_its_handshake(networks, flood):
    """Who had waited longest was put out: with 32 newcomers in the time of a handshake always the peer."""
    stayed = 0
    for _ in range(30):
        opened, peer = Door(hello, context=lambda: None), Visitor()
        for number in range(40):
            came(opened, networks[number % len(networks)], Visitor())
        came(opened, "192.0.2.7", peer)
        for number in range(flood):
            came(opened, networks[number % len(networks)], Visitor())
        assert len(opened._waiting) <= WAITING
        stayed += not peer.cancelled
    assert (
        stayed == 30 if flood > 60 else stayed >= 1
    )  # (31/32)^60 of the tries: the peer tries five times a second


def came(opened, address, visitor):
    network = network_of(address)
    opened._make_room(network)
    opened._waiting[visitor] = network


def test_the_network_of_an_address():
    assert network_of("127.0.0.1") == network_of("::ffff:127.0.0.1") == "127.0.0.1"
    assert network_of("fe80::1%eth0") == network_of("fe80::2") != network_of("fe81::1")
