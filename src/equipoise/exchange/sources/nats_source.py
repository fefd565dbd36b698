"""A large party's inside on NATS JetStream: its sensors publish there, the node takes from there and acknowledges.

The broker may lose or repeat what it likes: an item counts when it is in the node's own log, is acknowledged to the
broker only then, and is recorded once, under its number in the stream.
"""

from __future__ import annotations

import asyncio
from typing import Any

from equipoise.exchange.node.link import Link
from equipoise.exchange.node.say import say
from equipoise.exchange.protocol.encoding import read_once
from equipoise.exchange.protocol.outgoing import Filing

BATCH = 200
WAIT_S = 0.5
RETRY_S = 2.0


async def consume(link: Link, *, url: str, stream: str) -> None:
    """Take items for ever; loss of the broker never stops the node."""
    import nats
    from nats.errors import Error

    while True:
        try:
            broker = await nats.connect(url, max_reconnect_attempts=-1, error_cb=_quiet)
            try:
                await _take(link, broker.jetstream(), stream)
            finally:
                await broker.close()
        except (Error, OSError, TimeoutError) as error:
            say(f"NATS: {error or type(error).__name__}")
        await asyncio.sleep(RETRY_S)


async def _take(link: Link, jetstream: Any, stream: str) -> None:
    from nats.errors import TimeoutError as NothingThereError

    subscription = await jetstream.pull_subscribe("", durable=f"node-{link.node.party.name}", stream=stream)
    while True:
        try:
            messages = await subscription.fetch(BATCH, timeout=WAIT_S)
        except NothingThereError:
            continue
        good = [(message, filing) for message in messages if (filing := _filing(message, stream))]
        taken = link.node.ingest_many([filing for _, filing in good])
        if link.node.degraded:
            say(f"NATS: {len(good)} items shown and not logged; the broker will bring them again")
            await asyncio.sleep(RETRY_S)
            continue
        for filing, reason in taken.refused:
            say(f"NATS item {filing.ingest_id} refused: {reason}")
        for message in messages:
            await message.ack()
        link.pump()


def _filing(message: Any, stream: str) -> Filing | None:
    name = f"nats/{stream}/{message.metadata.sequence.stream}"
    try:
        content = read_once(message.data)
        filing = content if isinstance(content, dict) and "item" in content else {"item": content}
        return Filing(
            filing["item"],
            ingest_id=name,
            operator=str(filing.get("operator", "")),
            signature=str(filing.get("signature", "")),
        )
    except (ValueError, RecursionError) as error:
        say(f"NATS item {name} refused: {error}")
        return None


async def _quiet(_: Exception) -> None:
    """Losses of the broker are said once, by the consumer."""
