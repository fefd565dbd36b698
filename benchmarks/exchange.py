"""The exchange on one machine: two node processes, TLS 1.3 on loopback, Ed25519, SQLite with full sync.

The first party runs in this process, the second is ``equipoise exchange serve`` as it stands. Release to durable at
the peer is bounded from above by release to the arrival of the receipt, which the peer sends after its sync.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from equipoise.exchange.node.keyring import read_public, tls
from equipoise.exchange.node.link import Link
from equipoise.exchange.node.party_files import open_node
from equipoise.exchange.node.processes import Processes
from equipoise.exchange.node.store import SqliteStorage
from equipoise.exchange.protocol.outgoing import Filing

MESSAGES = 1_000
RATE_PER_S = 100
BATCH = 50
FLOOD = 6_000


def _track(number: int) -> dict[str, Any]:
    place = {"position_ecef_m": [7e6 + number, 1e5, 2e5], "velocity_ecef_m_s": [1e3, 3e3, 4e3]}
    error = {"sigma_m": 500.0, "sigma_m_s": 10.0, "lineage": [f"a/radar/{number}"]}
    payload = {"track_id": f"t{number % 20}", "time_s": time.time(), **place, **error}
    return {"stream": "track", "exercise": True, "sensitivity": "releasable", "payload": payload}


@contextlib.contextmanager
def _pair(folder: Path) -> Iterator[tuple[Processes, Link]]:
    pair = Processes(folder, names=("a", "b"))
    node = open_node(pair.folders["a"], peer=read_public(pair.folders["b"] / "public.json"))
    link = Link(node, peer=lambda: read_public(pair.folders["b"] / "public.json"))
    pair.start("b", "--heartbeat-s", "0")
    try:
        yield pair, link
    finally:
        pair.end()
        node.storage.close()


async def _measure(pair: Processes, link: Link) -> tuple[list[float], float]:
    node, held = link.node, dict[int, float]()
    receive = node.receive

    def timed(frames: list[bytes]) -> list[bytes]:
        arrived, before = time.perf_counter(), node.heard.acked
        answer = receive(frames)
        held.update(dict.fromkeys(range(before + 1, node.heard.acked + 1), arrived))
        return answer

    node.receive = timed

    def context() -> ssl.SSLContext:
        return tls(pair.folders["a"], peer=link.peer(), server=True)

    jobs = [
        asyncio.create_task(link.listen("127.0.0.1", pair.port, context=context)),
        asyncio.create_task(link.keep()),
    ]
    while link.writer is None:
        await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)
    released, start = dict[int, float](), time.perf_counter()
    for number in range(MESSAGES):
        await asyncio.sleep(max(0.0, start + number / RATE_PER_S - time.perf_counter()))
        moment = time.perf_counter()
        node.ingest(_track(number))
        released[node.sent_seq] = moment
        link.pump()
    while node.outbox:
        await asyncio.sleep(0.01)
    delays = [held[seq] - released[seq] for seq in released]
    start = time.perf_counter()
    for number in range(0, FLOOD, BATCH):
        node.ingest_many([Filing(_track(number + i)) for i in range(BATCH)])
        link.pump()
        await asyncio.sleep(0)
    while node.outbox:
        await asyncio.sleep(0.002)
    rate = FLOOD / (time.perf_counter() - start)
    for job in jobs:
        job.cancel()
    link.drop()
    return delays, rate


def _commit_ms(folder: Path) -> float:
    """Return the median time of one synced commit of one message's size: what the disk alone takes of each delay."""
    storage, times = SqliteStorage(folder / "probe.log"), []
    for _ in range(200):
        start = time.perf_counter()
        storage.append([b"x" * 1_500])
        storage.sync()
        times.append(time.perf_counter() - start)
    storage.close()
    return statistics.median(times) * 1e3


def rows() -> list[dict[str, Any]]:
    """Return the latency and capacity rows, and what the disk takes in the same run."""
    with tempfile.TemporaryDirectory() as folder, _pair(Path(folder)) as (pair, link):
        commit = _commit_ms(Path(folder))
        delays, rate = asyncio.run(_measure(pair, link))
    p50, p99 = statistics.median(delays) * 1e3, statistics.quantiles(delays, n=100)[98] * 1e3
    at = f"release of a track to the arrival of the peer's receipt, {MESSAGES} at {RATE_PER_S}/s"
    return [
        _row("p50", f"{at}, median", p50, "ms", 5.0, p50 < 5.0),
        _row("p99", f"{at}, 99th percentile", p99, "ms", 50.0, p99 < 50.0),
        _row(
            "commit",
            "one synced commit on the same disk, median; a delay holds two of them",
            commit,
            "ms",
            None,
            None,
        ),
        _row(
            "capacity",
            f"tracks released, received and receipted, batches of {BATCH}",
            rate,
            "1/s",
            1000.0,
            rate > 1000.0,
        ),
    ]


def _row(
    name: str, what: str, value: float, unit: str, bar: float | None, holds: bool | None
) -> dict[str, Any]:
    source = "two processes, TLS 1.3 on loopback, Ed25519, SQLite WAL with full sync"
    kept = {"value": value, "unit": unit, "bar": bar, "holds": holds, "source": source}
    return {"id": f"exchange.{name}", "what": what, **kept}
