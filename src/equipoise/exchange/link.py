"""The link between two node processes: mutual TLS 1.3, length-prefixed frames, reconnect and resend."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import sys
from pathlib import Path

from equipoise.exchange.encoding import MAX_FRAME_BYTES, canonical
from equipoise.exchange.forms import ItemError
from equipoise.exchange.node import WINDOW, Node
from equipoise.exchange.store import StorageError

RESEND_S = 1.0
POLL_S = 0.02


def split_frames(buffer: bytearray) -> list[bytes]:
    """Take every whole frame off the front of ``buffer``; a length over the limit is a ``ValueError``."""
    frames = []
    while len(buffer) >= 4:
        size = int.from_bytes(buffer[:4])
        if size > MAX_FRAME_BYTES:
            raise ValueError("oversize frame")
        if len(buffer) < 4 + size:
            break
        frames.append(bytes(buffer[4 : 4 + size]))
        del buffer[: 4 + size]
    return frames


def joined(frames: list[bytes]) -> bytes:
    """Return the frames with their lengths before them."""
    return b"".join(len(frame).to_bytes(4) + frame for frame in frames)


class Service:
    """Runs one node on one link and one inbox until it is cancelled."""

    def __init__(self, node: Node, *, inbox: Path) -> None:
        """Only assign."""
        self.node, self.inbox = node, inbox
        self.writer: asyncio.StreamWriter | None = None
        self.last_sent = 0

    async def run(self, *, host: str, port: int, listen: bool, context: ssl.SSLContext) -> None:
        """Serve or connect for ever; loss of the link never stops the own side."""
        tasks = [asyncio.create_task(self._watch_inbox()), asyncio.create_task(self._resend())]
        try:
            if listen:
                server = await asyncio.start_server(self._session, host, port, ssl=context)
                async with server:
                    await server.serve_forever()
            while True:
                with contextlib.suppress(OSError, ssl.SSLError):
                    await self._session(*await asyncio.open_connection(host, port, ssl=context))
                await asyncio.sleep(0.2)
        finally:
            for task in tasks:
                task.cancel()
            self._drop()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._drop()
        self.writer, self.last_sent = writer, self.node.acked_seq
        buffer = bytearray()
        try:
            self.pump()
            while data := await reader.read(262_144):
                buffer += data
                self._send(self.node.receive(split_frames(buffer)))
                self.pump()
                await writer.drain()
        except (OSError, ssl.SSLError, ValueError, StorageError) as error:
            print(f"exchange: link closed: {error}", file=sys.stderr)  # noqa: T201 - an operator's log line
        finally:
            if self.writer is writer:
                self._drop()

    def pump(self) -> None:
        """Send what is durable, unsent and within the window."""
        if self.writer is None:
            return
        last = min(self.node.sent_seq, self.node.acked_seq + WINDOW)
        first = max(self.last_sent, self.node.acked_seq) + 1
        self._send([canonical(self.node.outbox[seq]) for seq in range(first, last + 1)])
        self.last_sent = max(self.last_sent, last)

    def _send(self, frames: list[bytes]) -> None:
        if frames and self.writer is not None:
            self.writer.write(joined(frames))

    def _drop(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    async def _resend(self) -> None:
        acked = self.node.acked_seq
        while True:
            await asyncio.sleep(RESEND_S)
            if self.node.acked_seq == acked and self.node.outbox:
                self.last_sent = acked
                self.pump()
            acked = self.node.acked_seq

    async def _watch_inbox(self) -> None:
        while True:
            for path in sorted(self.inbox.glob("[!.]*.json"))[:WINDOW]:
                self.take_file(path)
            self.pump()
            await asyncio.sleep(POLL_S)

    def take_file(self, path: Path) -> None:
        """Take one inbox file; it goes only when its item is in the log, and is taken once."""
        try:
            item = json.loads(path.read_text("utf-8"))
            if item.get("ingest_id") not in self.node.ingested:
                self.node.ingest(item, operator=str(item.get("operator", "auto")))
        except (ItemError, ValueError, AttributeError) as error:
            print(f"exchange: {path.name} refused: {error}", file=sys.stderr)  # noqa: T201
            path.rename(path.with_suffix(".refused"))
            return
        if not self.node.degraded:
            path.unlink()
