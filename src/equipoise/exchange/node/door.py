"""The door of a listening node: TLS connections within limits, so that strangers who come and say nothing end nothing."""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from ipaddress import IPv6Address, ip_address

from equipoise.exchange.node.log_state import FoldError
from equipoise.exchange.node.say import Tally, say

HANDSHAKE_S = 10.0
WAITING_PER_ADDRESS = 8  # connections of one network that have not shown the peer's certificate yet
NETWORK_BYTES = 8  # of an IPv6 address: who has one has all of its network
WAITING = 32  # of all addresses
ACCEPT_AGAIN_S = 0.5

Session = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def listening(host: str, port: int, *, backlog: int) -> socket.socket:
    """Return a socket that listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=backlog)
    listener.settimeout(0.0)  # the event loop waits for it
    return listener


def network_of(address: str) -> str:
    """Return what of an address its holder does not choose: all of IPv4, the first half of IPv6."""
    parsed = ip_address(address.partition("%")[0])
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or parsed.packed[:NETWORK_BYTES].hex())


def cut(writer: asyncio.StreamWriter) -> None:
    """End a connection at once; one that is only aborted counts as open to what collects it later."""
    writer.close()
    writer.transport.abort()


class Door:
    """Lets connections in; when too many wait at the door, one of the network that has most of them is put out, by lot.

    A newcomer is never turned away for those who only wait: the peer may be the newcomer. Nor is the one put out that has
    waited longest: among strangers who come faster than a handshake takes, that would always be the peer.
    """

    def __init__(self, session: Session, *, context: Callable[[], ssl.SSLContext]) -> None:
        """``session`` runs each connection after its handshake and calls :meth:`known` once it is the peer's."""
        self._session, self._context = session, context
        self._waiting: dict[asyncio.Task[None], str] = {}
        self._put_out = Tally("connections put out: too many wait for a handshake")
        self._failed = Tally("handshakes failed: no certificate of the peer, or no TLS 1.3")

    async def open(self, listener: socket.socket) -> None:
        """Take connections for ever; only a node that cannot follow its own log ends this."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    connection, address = await loop.sock_accept(listener)
                except OSError as error:  # no descriptor left: those who wait are put out in time
                    say(f"no connection can be taken: {error.strerror}")
                    await asyncio.sleep(ACCEPT_AGAIN_S)
                    continue
                network = network_of(str(address[0]))
                self._make_room(network)
                task = group.create_task(self._greet(connection))
                self._waiting[task] = network
                task.add_done_callback(partial(self._ended, connection))

    def _ended(self, connection: socket.socket, task: asyncio.Task[None]) -> None:
        """Close a connection whose task has ended, or was put out before it began."""
        connection.close()
        self._waiting.pop(task, None)

    def known(self) -> None:
        """Take note that the present task's connection is the peer's: it waits no longer."""
        task = asyncio.current_task()
        if task is not None:
            self._waiting.pop(task, None)

    def _make_room(self, network: str) -> None:
        waiting = Counter(self._waiting.values())
        if waiting[network] >= WAITING_PER_ADDRESS:
            crowded = {network}
        elif len(self._waiting) >= WAITING:
            most = max(waiting.values())
            crowded = {origin for origin, count in waiting.items() if count == most}
        else:
            return
        self._put_out.count()
        lot = secrets.choice([task for task, origin in self._waiting.items() if origin in crowded])
        del self._waiting[lot]
        lot.cancel()

    async def _greet(self, connection: socket.socket) -> None:
        """Run one connection to its end; what happens on it ends that connection alone."""
        try:
            await self._served(connection)
        except FoldError:
            raise
        except (OSError, ssl.SSLError):
            self._failed.count()
        except Exception as error:  # noqa: BLE001 - the guard around one connection
            say(f"connection ended ({type(error).__name__}: {error})")

    async def _served(self, connection: socket.socket) -> None:
        # else a receipt behind a sign of life waits 40 ms
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, connection, ssl=self._context(), ssl_handshake_timeout=HANDSHAKE_S
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await self._session(reader, writer)
        finally:
            cut(writer)
