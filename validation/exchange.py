"""The long trials of the exchange: 10,000 fault schedules, 100,000 fuzzed frames, planted bugs."""

from __future__ import annotations

import random
from typing import Any

from equipoise.exchange.faults import PLANTED
from equipoise.exchange.simulation import World

SEEDS = 10_000
FUZZED = 100_000


def rows() -> list[dict[str, Any]]:
    """Return what the trials found."""
    broken = sum(bool(World(seed).run()) for seed in range(SEEDS))
    found = [_row("seeds", f"fault schedules out of {SEEDS} that broke a guarantee", broken, 0, broken == 0)]
    for bug, kind in PLANTED.items():
        first = next((seed + 1 for seed in range(50) if World(seed, kind).run()), 51)
        found.append(_row(f"planted.{bug}", "seeds until the planted bug is found", first, 50, first <= 50))
    accepted = fuzz(FUZZED)
    return [*found, _row("fuzz", f"fuzzed frames out of {FUZZED} accepted", accepted, 0, accepted == 0)]


def fuzz(count: int) -> int:
    """Return how many altered frames a node accepted; a crash propagates."""
    world, rng = World(1), random.Random(1)
    item = {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": {"text": "x"}}
    frame = world.nodes["A"].ingest(item)[0]
    accepted, node = 0, world.nodes["B"]
    for _ in range(count):
        data = bytearray(frame)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        if bytes(data) == frame:
            continue
        node.receive([bytes(data)])
        accepted += node.heard.seq
    return accepted


def _row(name: str, what: str, value: int, bar: int, holds: bool) -> dict[str, Any]:
    source = "equipoise.exchange.simulation, seeds from 0"
    return {
        "id": f"exchange.{name}",
        "what": what,
        "value": value,
        "unit": "1",
        "bar": bar,
        "holds": holds,
        "source": source,
    }
