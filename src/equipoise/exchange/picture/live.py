"""The live display of a running node on this machine: the same page, its picture fetched again every second."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from equipoise.exchange.node.link import Link
from equipoise.exchange.picture.chart import Coasts
from equipoise.exchange.picture.display import page, party_body
from equipoise.foundation.errors import InputError, Problem
from equipoise.geography.borders import lines

SCRIPT = """<script>
const place = document.getElementById("picture");
async function refresh() {
  try {
    const answer = await fetch("picture");
    if (answer.ok) place.innerHTML = await answer.text();
    document.title = document.title.replace(/^\\(node stopped\\) /, "");
  } catch { if (!document.title.startsWith("(")) document.title = "(node stopped) " + document.title; }
}
setInterval(refresh, 1000);
</script>"""


def land() -> Coasts:
    """Return coasts and borders of the world."""
    return Coasts([line.tolist() for kind in ("coasts", "borders") for line in lines(kind)])


async def show(link: Link, *, place: tuple[str, int]) -> None:
    """Serve the display for ever; it reads the node's picture in memory and can change nothing."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    shapes, node = land(), link.node

    def body() -> str:
        return party_body(
            node.picture,
            now_ms=node.clock_ms(),
            land=shapes,
            waiting=len(node.outbox),
            degraded=node.degraded,
            linked=link.writer is not None,
        )

    async def whole(_: Request) -> HTMLResponse:
        return HTMLResponse(page(f"{node.party.name}: own picture", body(), script=SCRIPT))

    async def part(_: Request) -> HTMLResponse:
        return HTMLResponse(body())

    app = Starlette(routes=[Route("/", whole), Route("/picture", part)])

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:  # the node's own handler ends the display
            yield

    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    with _bound(place) as listener:
        await Quiet(config).serve(sockets=[listener])


def _bound(place: tuple[str, int]) -> socket.socket:
    try:
        return socket.create_server(place)
    except OSError as error:
        raise InputError(
            [
                Problem(
                    "command line",
                    "--page",
                    f"{place[0]}:{place[1]}: {error.strerror}.",
                    "Choose another port.",
                )
            ]
        ) from None
