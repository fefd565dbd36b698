"""Run one node as its own process: ``python -m equipoise.exchange.process FOLDER --peer PUBLIC --listen HOST:PORT``."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from equipoise.exchange.link import Service
from equipoise.exchange.party_files import open_node, read_json, tls
from equipoise.foundation.errors import InputError, Problem


def serve(
    folder: Path,
    *,
    peer: Path,
    listen: str,
    connect: str,
    clock_offset_ms: int = 0,
    revoked: frozenset[str] = frozenset(),
) -> None:
    """Run the node until it is interrupted."""
    host, _, port = (listen or connect).rpartition(":")
    if bool(listen) == bool(connect) or not port.isdigit():
        raise InputError([Problem("command line", "--listen/--connect", "give exactly one, as host:port.")])
    other = read_json(peer)
    node = open_node(folder, peer=other, clock_offset_ms=clock_offset_ms, revoked=revoked)
    service = Service(node, inbox=folder / "inbox")
    context = tls(folder, peer=other, server=bool(listen))
    asyncio.run(service.run(host=host, port=int(port), listen=bool(listen), context=context))


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peer", type=Path, required=True)
    parser.add_argument("--listen", default="")
    parser.add_argument("--connect", default="")
    parser.add_argument("--clock-offset-ms", type=int, default=0)
    options = parser.parse_args()
    serve(
        options.folder,
        peer=options.peer,
        listen=options.listen,
        connect=options.connect,
        clock_offset_ms=options.clock_offset_ms,
    )


if __name__ == "__main__":
    main()
