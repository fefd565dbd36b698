"""DIS over UDP as a source of exercise tracks; every datagram is untrusted, and withheld unless the operator says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from equipoise.exchange.node.link import Link
from equipoise.exchange.node.log_state import WINDOW
from equipoise.exchange.node.say import Tally, say
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.exchange.sources.dis7 import PduError, read_entity_state, split

BATCH_S = 0.05
REASONS = 100
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
    """Take Entity State PDUs for ever, a batch at a time; other PDUs are counted by reason and said."""
    loop, refused = asyncio.get_running_loop(), Refusals()
    transport, listener = await loop.create_datagram_endpoint(_Listener, local_addr=place)
    try:
        while True:
            await asyncio.sleep(BATCH_S)
            batch, listener.waiting = listener.waiting[:WINDOW], listener.waiting[WINDOW:]
            if listener.dropped:
                say(f"{listener.dropped} DIS datagrams dropped: more than the log can take")
                listener.dropped = 0
            if filings := _filings(link, batch, rule, refused):
                for _, reason in link.node.ingest_many(filings).refused:
                    refused.count(reason)
                if link.node.degraded:
                    say(f"{len(filings)} DIS updates shown and not logged: the log cannot be written")
                link.pump()
    finally:
        transport.close()


class Refusals:
    """Counts what is refused by reason; each reason is said the first, second, fourth ... time."""

    def __init__(self) -> None:
        """Start with none."""
        self._tallies: dict[str, Tally] = {}

    def count(self, reason: str) -> None:
        """Count one more PDU that was refused for a reason; reasons beyond the first hundred share one line."""
        if reason not in self._tallies and len(self._tallies) >= REASONS:
            reason = "of many other faults"
        self._tallies.setdefault(reason, Tally(f"DIS PDUs refused: {reason}")).count()


def _filings(link: Link, batch: list[bytes], rule: Rule, refused: Refusals) -> list[Filing]:
    filings = []
    for data in (pdu for datagram in batch for pdu in split(datagram)):
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
            refused.count(str(error))
            continue
        filings.append(Filing({**item, "sensitivity": rule.sensitivity}))
    return filings
