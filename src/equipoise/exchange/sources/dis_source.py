"""DIS 7 over UDP as a source of exercise tracks; every datagram is untrusted, and withheld unless the operator says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from equipoise.exchange.node.link import Link
from equipoise.exchange.node.log_state import WINDOW
from equipoise.exchange.node.say import say
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.exchange.sources.dis7 import PduError, read_entity_state

BATCH_S = 0.05
WAITING = 4_096  # datagrams kept between two batches; what comes on top is dropped and counted


@dataclass(frozen=True)
class Rule:
    """What exercise staff say about the entities that their network sends."""

    exercise: int
    sigma_m: float
    sigma_m_s: float
    sensitivity: str


@dataclass
class _Listener(asyncio.DatagramProtocol):
    waiting: list[bytes] = field(default_factory=list)
    dropped: int = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        if len(self.waiting) < WAITING:
            self.waiting.append(data)
        else:
            self.dropped += 1


async def listen(link: Link, place: tuple[str, int], *, rule: Rule) -> None:
    """Take Entity State PDUs for ever, a batch at a time; other PDUs are counted and said once per reason."""
    loop, refused = asyncio.get_running_loop(), dict[str, int]()
    transport, listener = await loop.create_datagram_endpoint(_Listener, local_addr=place)
    try:
        while True:
            await asyncio.sleep(BATCH_S)
            batch, listener.waiting = listener.waiting[:WINDOW], listener.waiting[WINDOW:]
            if listener.dropped:
                say(f"{listener.dropped} DIS datagrams dropped: more than the log can take")
                listener.dropped = 0
            if filings := _filings(link, batch, rule, refused):
                link.node.ingest_many(filings)
                if link.node.degraded:
                    say(f"{len(filings)} DIS updates shown and not logged: the log cannot be written")
                link.pump()
    finally:
        transport.close()


def _filings(link: Link, batch: list[bytes], rule: Rule, refused: dict[str, int]) -> list[Filing]:
    filings = []
    for data in batch:
        try:
            item = read_entity_state(
                data,
                exercise=rule.exercise,
                now_s=link.node.clock_ms() / 1000.0,
                sigma_m=rule.sigma_m,
                sigma_m_s=rule.sigma_m_s,
                source=link.node.party.name,
            )
        except PduError as error:
            refused[str(error)] = refused.get(str(error), 0) + 1
            if refused[str(error)] == 1:
                say(f"DIS datagram refused: {error}")
            continue
        filings.append(Filing({**item, "sensitivity": rule.sensitivity}))
    return filings
