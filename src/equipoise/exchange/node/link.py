"""The link between two node processes: mutual TLS 1.3, length-prefixed frames, reconnect, resend, keep-alive.

A frame is four bytes of length, big-endian, and that many bytes of JSON; a frame of length 0 keeps the link alive.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

from equipoise.exchange.node.door import HANDSHAKE_S, WAITING, Door, cut, listening
from equipoise.exchange.node.keyring import is_peer
from equipoise.exchange.node.log_state import WINDOW, FoldError
from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.say import say
from equipoise.exchange.protocol.encoding import MAX_FRAME_BYTES
from equipoise.foundation.errors import InputError, WriteError

READ_BYTES = 131_072
BUFFER_BYTES = 262_144  # what may wait in the process for a slow link
KEEPALIVE_S = 2.0
SILENCE_S = 8.0  # a link on which nothing came for so long is cut and made anew
RESEND_S = (2.0, 30.0)  # first and longest wait for a receipt
RECONNECT_S = 0.2


def split_frames(buffer: bytearray) -> list[bytes]:
    """Take every whole frame off the front of ``buffer``; a length over the limit is a ``ValueError``."""
    frames, at = [], 0
    while len(buffer) - at >= 4:
        size = int.from_bytes(buffer[at : at + 4])
        if size > MAX_FRAME_BYTES:
            raise ValueError("oversize")
        if len(buffer) - at < 4 + size:
            break
        if size:
            frames.append(bytes(buffer[at + 4 : at + 4 + size]))
        at += 4 + size
    del buffer[:at]
    return frames


def joined(frames: list[bytes]) -> bytes:
    """Return the frames with their lengths before them."""
    return b"".join(len(frame).to_bytes(4) + frame for frame in frames)


class Link:
    """Keeps one session with the peer alive and moves what the node has to say; holds no evidence itself."""

    def __init__(self, node: Node, *, peer: Callable[[], dict[str, Any]]) -> None:
        """``peer`` reads the peer's public file, anew for each session: its certificate may have been replaced."""
        self.node, self.peer = node, peer
        self.writer: asyncio.StreamWriter | None = None
        self.door: Door | None = None
        self.last_sent = 0

    async def listen(self, host: str, port: int, *, context: Callable[[], ssl.SSLContext]) -> None:
        """Serve for ever; the newest session of the peer is the one that counts."""
        self.door = Door(self.session, context=context)
        with listening(host, port, backlog=WAITING) as listener:
            await self.door.open(listener)

    async def connect(self, host: str, port: int, *, context: Callable[[], ssl.SSLContext]) -> None:
        """Connect for ever, again after every loss."""
        while True:
            try:
                async with asyncio.timeout(HANDSHAKE_S):
                    streams = await asyncio.open_connection(host, port, ssl=context())
                await self.session(*streams)
            except (OSError, ssl.SSLError):  # nobody there yet, or not the peer: try again
                pass
            except FoldError:
                raise
            except (InputError, WriteError) as error:
                say(str(error))
            except Exception as error:  # noqa: BLE001 - what the peer does ends the session alone
                say(f"session ended ({type(error).__name__}: {error})")
            await asyncio.sleep(RECONNECT_S)

    async def session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Run one session until it is cut, falls silent, or a newer one takes its place."""
        if not self._is_peer(writer):
            cut(writer)
            return
        if self.door is not None:
            self.door.known()
        self.drop()
        self.writer, self.last_sent = writer, self.node.heard.acked
        say(f"link up with {self.node.party.peer}")
        buffer = bytearray()
        try:
            self.pump()
            while True:
                async with asyncio.timeout(SILENCE_S):
                    data = await reader.read(READ_BYTES)
                if not data:
                    break
                buffer += data
                try:
                    frames = split_frames(buffer)
                except ValueError as error:
                    self.node.refuse(str(error), bytes(buffer))
                    raise
                receipt = self.node.receive(frames)
                if self._waiting() <= BUFFER_BYTES:  # else the peer does not read: it will ask again
                    self._send(receipt)
                self.pump()
        except (OSError, ssl.SSLError, ValueError) as error:
            say(f"link cut: {error or type(error).__name__}")
        finally:
            if self.writer is writer:
                self.drop()

    def _is_peer(self, writer: asyncio.StreamWriter) -> bool:
        """Return whether the other side showed the peer's very own certificate, as the peer's file has it now."""
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        try:
            known = is_peer(shown, peer=self.peer())
        except InputError as error:
            say(str(error))
            return False
        if not known:
            say("link refused: a certificate that is not the peer's")
        return known

    def pump(self) -> None:
        """Send what is durable, unsent, within the window and within what a slow link can take."""
        acked = self.node.heard.acked
        last = min(self.node.sent_seq, acked + WINDOW)
        first = max(self.last_sent, acked) + 1
        if self.writer is None or self._waiting() > BUFFER_BYTES or first > last:
            return
        self._send(self.node.frames(first, last))
        self.last_sent = last

    async def keep(self) -> None:
        """Keep the session alive, and send again when receipts stay away: a peer whose disk was full dropped frames."""
        acked, wait_s, waited_s = self.node.heard.acked, RESEND_S[0], 0.0
        while True:
            await asyncio.sleep(KEEPALIVE_S)
            if self.writer is not None and self._waiting() == 0:
                self._send([b""])
            if self.node.heard.acked != acked or not self.node.outbox:
                acked, wait_s, waited_s = self.node.heard.acked, RESEND_S[0], 0.0
                continue
            waited_s += KEEPALIVE_S
            if waited_s >= wait_s and self.writer is not None and self._waiting() == 0:
                wait_s, waited_s, self.last_sent = min(2.0 * wait_s, RESEND_S[1]), 0.0, acked
                self.pump()

    def _waiting(self) -> int:
        return self.writer.transport.get_write_buffer_size() if self.writer else 0

    def _send(self, frames: list[bytes]) -> None:
        if frames and self.writer is not None:
            self.writer.write(joined(frames))

    def drop(self) -> None:
        """End the session, if there is one."""
        if self.writer is not None:
            cut(self.writer)
            self.writer = None
