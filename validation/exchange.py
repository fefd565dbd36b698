"""The long trials of the exchange in one process: fault schedules, planted bugs, fuzzed frames and a hostile peer."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from equipoise.exchange.node.link import joined, split_frames
from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, canonical, read_frame
from equipoise.exchange.protocol.forms import FORMS
from validation.simulated_exchange.faults import PLANTED, CheapSigner
from validation.simulated_exchange.items import ITEMS
from validation.simulated_exchange.world import World

SEEDS = 10_000
FUZZED = 100_000
GROWTH_MB = 64.0


def rows() -> list[dict[str, Any]]:
    """Return what the trials found."""
    broken = sum(map(_broken, range(SEEDS)))
    what = f"fault schedules out of {SEEDS}, files, display and verifier included, that broke a guarantee"
    found = [row("seeds", what, broken, 0, broken == 0)]
    for bug, kind in PLANTED.items():
        first = next((seed + 1 for seed in range(200) if World(seed, kind).run()), 201)
        found.append(row(f"planted.{bug}", "seeds until the planted bug is found", first, 200, first <= 200))
    return [*found, *_fuzz()]


def _broken(seed: int) -> bool:
    """Return whether a schedule breaks a guarantee, or the verifier finds a breach in what both nodes wrote."""
    with TemporaryDirectory() as folder:
        world = World(seed, real=True, folder=Path(folder))
        return bool(world.run()) or (not world.stopped and bool(world.breaches(Path(folder))))


def row(
    name: str, what: str, value: float, bar: float | None, holds: bool | None, unit: str = "1"
) -> dict[str, Any]:
    """Return one row; its source is the trial itself."""
    source = f"validation.exchange, seeds from 0 ({name.partition('.')[0]})"
    kept = {"value": value, "unit": unit, "bar": bar, "holds": holds, "source": source}
    return {"id": f"exchange.{name}", "what": what, **kept}


def resident_mb(process: str = "self") -> float:
    """Return the memory that a process holds now; nan where the system does not say."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, ValueError):
        return float("nan")
    return pages * 4096 / 1e6


def _fuzz() -> list[dict[str, Any]]:
    """Send damaged frames, damaged streams and what a hostile peer signs; a crash propagates."""
    world, rng = World(1), random.Random(1)
    for number in range(30):
        frames = world.nodes["A"].ingest(ITEMS[number % 4](number) | {"sensitivity": "releasable"})
        world.nodes["B"].receive(frames)
    frame, node = world.nodes["A"].ingest(ITEMS[0](99) | {"sensitivity": "releasable"})[0], world.nodes["B"]
    before = node.heard.seq
    _damaged(node, frame, rng, FUZZED // 10)  # what is allocated once is allocated now
    leaves, start_mb = node.tree.size, resident_mb()
    _damaged(node, frame, rng, FUZZED)
    accepted = node.heard.seq - before
    written = node.tree.size - leaves
    signed = _hostile(node, frame, rng, FUZZED // 4)
    growth = resident_mb() - start_mb
    return [
        row("fuzz", f"damaged frames out of {FUZZED} accepted", accepted, 0, accepted == 0),
        row("fuzz.log", f"leaves that {FUZZED} refusals wrote", written, 400, written <= 400),
        row(
            "fuzz.signed",
            f"well-formed messages among {FUZZED // 4} that a hostile peer signed",
            signed,
            None,
            None,
        ),
        row(
            "fuzz.memory", "growth of memory over all of it", growth, GROWTH_MB, not growth > GROWTH_MB, "MB"
        ),
    ]


def _damaged(node: Any, frame: bytes, rng: random.Random, count: int) -> None:
    for _ in range(count):
        data = bytearray(frame)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        kind = rng.random()
        if kind < 0.2:
            del data[rng.randrange(len(data)) :]
        elif kind < 0.3:
            at = rng.randrange(len(data))
            data[at:at] = rng.randbytes(rng.randrange(1, 200))
        elif kind < 0.4:
            data = bytearray(rng.randbytes(rng.randrange(1, 300)))
        if kind > 0.9:  # through the stream's own framing, its length damaged too
            stream = bytearray(joined([bytes(data)]))
            stream[rng.randrange(4)] ^= rng.randrange(256)
            try:
                node.receive(split_frames(stream))
            except ValueError:  # what makes the link cut the session
                continue
        elif bytes(data) != frame:
            node.receive([bytes(data)])


JUNK = [
    None,
    True,
    -1,
    2.5,
    2**60,
    10**300,
    "",
    "x" * 900,
    [],
    [[]] * 50,
    {},
    {"size": 1},
    {"a": {"b": []}},
    "\x00\ufffe",
]


def _hostile(node: Any, frame: bytes, rng: random.Random, count: int) -> int:
    """Sign messages of every sort with the peer's valid key; return how many the node had to take."""
    signer, before = CheapSigner("A"), node.heard.seq
    body = read_frame(frame)["body"]
    for number in range(count):
        item = rng.choice(ITEMS)(number)
        payload = {name: value for name, value in item["payload"].items() if name in FORMS[item["stream"]]}
        for _ in range(rng.choice((0, 0, 1, 3))):
            payload[rng.choice([*payload, "extra", "lineage"])] = rng.choice(JUNK)
        changes: dict[str, Any] = {
            "seq": node.heard.seq + 1,
            "prev": node.heard.digest,
            "head": node.heard.head,
            "proof": [],
        }
        changes |= {"stream": item["stream"], "payload": payload}
        if rng.random() < 0.2:
            changes[rng.choice([*body])] = rng.choice(JUNK)
        forged = {**body, **changes}
        signature = signer.sign(MESSAGE_DOMAIN + canonical(forged))
        node.receive([canonical({"body": forged, "key": signer.public, "sig": signature})])
    return int(node.heard.seq - before)
