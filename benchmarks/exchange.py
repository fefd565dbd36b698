"""The exchange on one machine: release to durable-at-peer over TLS 1.3 on loopback, SQLite with full sync."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from equipoise.exchange.link import Service
from equipoise.exchange.party_files import create, open_node, read_json, tls

MESSAGES = 500
RATE_PER_S = 100
BATCH = 50


def _item(number: int) -> dict[str, Any]:
    payload = {"text": f"message {number}"}
    return {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": payload}


async def _measure(folder: Path) -> tuple[list[float], float]:
    for name in "AB":
        create(folder / name, party=name)
    public = {name: read_json(folder / name / "public.json") for name in "AB"}
    services = {}
    for name, peer in (("A", "B"), ("B", "A")):
        node = open_node(folder / name, peer=public[peer])
        services[name] = Service(node, inbox=folder / name / "inbox")
    a, b = services["A"], services["B"]
    arrived: dict[int, float] = {}
    receive = b.node.receive

    def timed(frames):
        before = b.node.received_seq
        receipt = receive(frames)
        for seq in range(before + 1, b.node.received_seq + 1):
            arrived[seq] = time.perf_counter()
        return receipt

    b.node.receive = timed
    server = await asyncio.start_server(
        a._session, "127.0.0.1", 0, ssl=tls(folder / "A", peer=public["B"], server=True)
    )
    port = server.sockets[0].getsockname()[1]
    link = await asyncio.open_connection(
        "127.0.0.1", port, ssl=tls(folder / "B", peer=public["A"], server=False)
    )
    session = asyncio.create_task(b._session(*link))
    await asyncio.sleep(0.2)
    released = {}
    for number in range(MESSAGES):
        released[number + 1] = time.perf_counter()
        a.node.ingest(_item(number))
        a.pump()
        await asyncio.sleep(1.0 / RATE_PER_S)
    await asyncio.sleep(0.5)
    delays = [arrived[seq] - released[seq] for seq in released]
    start = time.perf_counter()
    for number in range(0, 3000, BATCH):
        a.node.ingest_many([_item(number + i) for i in range(BATCH)])
        a.pump()
        await asyncio.sleep(0)
    while a.node.outbox and time.perf_counter() - start < 30.0:
        await asyncio.sleep(0.002)
    rate = 3000 / (time.perf_counter() - start)
    link[1].close()
    server.close()
    await asyncio.sleep(0.2)
    session.cancel()
    return delays, rate


def rows() -> list[dict[str, Any]]:
    """Return the latency and capacity rows."""
    with tempfile.TemporaryDirectory() as folder:
        delays, rate = asyncio.run(_measure(Path(folder)))
    p50, p99 = statistics.median(delays) * 1e3, statistics.quantiles(delays, n=100)[98] * 1e3
    source = "both nodes in one process, TLS 1.3 on loopback, Ed25519, SQLite WAL with full sync"
    return [
        _row(
            "p50",
            "release to durable at the peer, median at 100 messages/s",
            p50,
            "ms",
            5.0,
            p50 < 5.0,
            source,
        ),
        _row(
            "p99",
            "release to durable at the peer, 99th percentile at 100 messages/s",
            p99,
            "ms",
            50.0,
            p99 < 50.0,
            source,
        ),
        _row(
            "capacity",
            f"messages released, received and receipted, batches of {BATCH}",
            rate,
            "1/s",
            1000.0,
            rate > 1000.0,
            source,
        ),
    ]


def _row(
    name: str, what: str, value: float, unit: str, bar: float, holds: bool, source: str
) -> dict[str, Any]:
    return {
        "id": f"exchange.{name}",
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": holds,
        "source": source,
    }
