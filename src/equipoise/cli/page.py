"""``equipoise page``: serve a finished result on this machine, with what-if questions to the engine."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.app import app
from equipoise.cli.terminal import print_json
from equipoise.foundation.errors import misuse

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared with what a person asked for)
"""Addresses that stand for all of a machine's; then the server cannot know the names it is asked under."""


@app.command()
def page(
    out: Annotated[Path, typer.Argument(help="A result folder.")],
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8080,
    host: Annotated[str, typer.Option(help="Address to bind; anything but loopback is reachable by others.")] = "127.0.0.1",
    as_json: Annotated[bool, typer.Option("--json", help="Print the address as JSON.")] = False,
) -> None:  # fmt: skip
    """Serve a finished result on this machine; with the engine, its page answers what-if questions (extra: page)."""
    if not (out / "report.html").is_file():
        raise misuse(str(out), "", "holds no report.html.", "Run 'equipoise run epaa' first.")
    try:
        import uvicorn

        from equipoise.server.app import LOOPBACK, create_app
    except ModuleNotFoundError as error:
        raise misuse("equipoise page", "", f"needs the extra 'page' ({error.name} is missing).",
            f"Install equipoise[page], or open {out / 'report.html'} in a browser: it needs no server.",
        ) from None  # fmt: skip
    from equipoise.foundation.output_folder import refuse_changed
    from equipoise.results.record import load_results
    from equipoise.server.engine import load_engine

    refuse_changed(out)
    with _bound(host, port) as bound:
        provenance = next((r.provenance for r in load_results(out / "results.nc").values()), None)
        engine, why = (
            load_engine(provenance) if provenance else (None, "the result does not say what made it")
        )
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{bound.getsockname()[1]}/report.html"
        if as_json:
            print_json({"address": address, "engine": engine is not None, "detail": why})
        else:
            print(address, flush=True)
            print(f"What-if: {'the engine is warming up' if engine else why}. Stop with Ctrl-C.", flush=True)
        names = None if host in EVERYWHERE else {*LOOPBACK, shown}
        app = create_app(out, engine, why_absent=why, hosts=names)
        config = uvicorn.Config(app, log_level="warning", server_header=False, limit_concurrency=200)
        uvicorn.Server(config).run([bound])


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, or say why there is none."""
    if not host:  # which would stand for all addresses of the machine
        raise misuse("--host", "", "is empty.", "Give an address, for instance 127.0.0.1.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()  # who reads the address may connect at once
    except OSError as error:
        bound.close()
        raise misuse(
            f"{host}:{port}", "", f"{error.strerror or error}.", "Choose another --port or --host."
        ) from None
    return bound
