"""Tiled logs of random sizes, and mutants of them, judged by Go's sumdb/note and sumdb/tlog and by our own checker."""

from __future__ import annotations

import base64
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from equipoise.checkers.exchange_log import BadNoteError, parse_key
from equipoise.checkers.exchange_log.leaves import DamagedLogError
from equipoise.checkers.exchange_log.tiles import check_proof, check_tiles
from equipoise.exchange.node.archive import proof_of, request_of
from equipoise.exchange.node.tiles import TileFolder
from equipoise.exchange.protocol.note import Checkpoint, NoteSigner, signed_note

LOGS, MUTANTS = 10_000, 1_000
SOURCE = Path(__file__).with_name("tlog_check.go")
GOPATH = Path("/usr/share/gocode")  # where Debian's golang-golang-x-mod-dev puts its source


def rows() -> list[dict[str, Any]]:
    """Return how many logs both judge alike; without Go, one row that says so."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        judge = build(folder / "tlog_check")
        if judge is None:
            return [
                _row(
                    "go",
                    "Go or golang-golang-x-mod-dev is not installed: nothing was compared",
                    0,
                    None,
                    None,
                )
            ]
        accepted = refused = 0
        for start in range(0, LOGS, 500):
            logs = folder / "logs"
            honest = {write(logs / f"{start + i:06d}", start + i) for i in range(500)}
            accepted += len(
                honest & judged(judge, logs) & {path.name for path in logs.iterdir() if ours(path)}
            )
            for path in sorted(logs.iterdir())[: 500 * MUTANTS // LOGS]:
                mutate(path, random.Random(path.name))
            mutants = {path.name for path in sorted(logs.iterdir())[: 500 * MUTANTS // LOGS]}
            refused += len(mutants - judged(judge, logs) - {name for name in mutants if ours(logs / name)})
            shutil.rmtree(logs)
    return [
        _row(
            "accepted", f"of {LOGS} random logs, accepted by Go and by ours", accepted, LOGS, accepted == LOGS
        ),
        _row(
            "refused",
            f"of {MUTANTS} mutants, refused by Go and by ours",
            refused,
            MUTANTS,
            refused == MUTANTS,
        ),
    ]


def _row(name: str, what: str, value: float, bar: float | None, holds: bool | None) -> dict[str, Any]:
    source = "golang.org/x/mod sumdb/note and sumdb/tlog of Debian, seeds from 0"
    kept = {"value": value, "unit": "1", "bar": bar, "holds": holds, "source": source}
    return {"id": f"exchange.formats.{name}", "what": what, **kept}


def build(program: Path) -> Path | None:
    """Return the Go judge, compiled; none where Go or its library is not installed."""
    if shutil.which("go") is None or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        return None
    cache = program.parent / "go-cache"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(cache)}
    subprocess.run(["go", "build", "-o", str(program), str(SOURCE)], check=True, env=environment)
    return program


def judged(judge: Path, logs: Path) -> set[str]:
    """Return the logs that Go accepts."""
    done = subprocess.run([str(judge), str(logs)], check=True, capture_output=True, text=True)
    return {line.removesuffix(" ok") for line in done.stdout.splitlines() if line.endswith(" ok")}


def write(folder: Path, seed: int) -> str:
    """Write a log of a random size, grown in steps, with both signatures, a witness, a proof and a request; its name."""
    rng = random.Random(seed)
    sizes = sorted({rng.choice((rng.randrange(1, 6), rng.randrange(1, 600), 256, 512)) for _ in range(3)})
    log, witness = (
        NoteSigner(f"log/{seed}", rng.randbytes(32), witness=False),
        NoteSigner("w.example", rng.randbytes(32), witness=True),
    )
    tiles, old, root = TileFolder(folder), 0, b""
    for size in sizes:
        old, root = (tiles.size, tiles.root()) if tiles.size else (0, b"")
        tiles.grow(rng.randbytes(rng.choice((0, 1, 40))) for _ in range(size - tiles.size))
        checkpoint = Checkpoint(f"log/{seed}", tiles.size, tiles.root())
        stamp = rng.randrange(2**31)
        tiles.keep(
            signed_note(
                checkpoint, log.lines(checkpoint, time_s=stamp) + witness.lines(checkpoint, time_s=stamp)
            )
        )
    (folder / "vkeys").write_text("".join(key.text + "\n" for key in (*log.keys, *witness.keys)))
    index = rng.randrange(tiles.size)
    (folder / "proof").write_text(proof_of(tiles, index), "utf-8")
    (folder / "leaf").write_bytes(tiles.entry(index))
    if old:
        (folder / "request").write_text(request_of(tiles, since=old), "utf-8")
        (folder / "old-root").write_text(base64.b64encode(root).decode())
    return folder.name


def mutate(folder: Path, rng: random.Random) -> None:
    """Change one bit of a checkpoint, a tile, a bundle or the proof that the log's present size needs."""
    size = TileFolder(folder).size
    names = ["checkpoint", "proof", f"tile/entries/{_last(size)}", f"tile/0/{_last(size)}"]
    path = folder / rng.choice(names)
    data = bytearray(path.read_bytes())
    # of a signed text, the body: what stands after it may be a signature of a type that one of the two does not know
    end = len(data) if path.name not in ("checkpoint", "proof") else data.rindex(b"\n\n")
    data[rng.randrange(end)] ^= 1 << rng.randrange(7)
    path.write_bytes(data)


def _last(size: int) -> str:
    number, width = (size - 1) // 256, (size - 1) % 256 + 1
    return f"{number:03d}" + (f".p/{width}" if width < 256 else "")


def ours(folder: Path) -> bool:
    """Return whether our own checker accepts the log and its proof."""
    keys = [parse_key(line) for line in (folder / "vkeys").read_text().split()]
    try:
        check_tiles(folder, keys)
        check_proof((folder / "proof").read_text("utf-8"), (folder / "leaf").read_bytes(), keys)
    except (BadNoteError, DamagedLogError, ValueError):
        return False
    return True
