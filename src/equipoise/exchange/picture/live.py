"""The live display of a running node on this machine: the same page, its picture fetched again every second.

It never blocks the node: a worker thread draws a copy of the picture, at most once a second however many browsers ask.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from equipoise.exchange.node.link import Link
from equipoise.exchange.node.say import Tally
from equipoise.exchange.node.visitors import within_limits
from equipoise.exchange.picture.chart import Land
from equipoise.exchange.picture.display import STYLE, page, party_body
from equipoise.foundation.errors import misuse
from equipoise.geography.borders import countries, country_labels, lines

if TYPE_CHECKING:
    from starlette.applications import Starlette

EVERY_S = 1.0  # a picture younger than this is shown again
SCRIPT = """
const place = document.getElementById("picture");
async function refresh() {
  try {
    const answer = await fetch("picture");
    if (answer.ok) place.innerHTML = await answer.text();
    document.title = document.title.replace(/^\\(node stopped\\) /, "");
  } catch { if (!document.title.startsWith("(")) document.title = "(node stopped) " + document.title; }
}
setInterval(refresh, 1000);
"""


def land() -> Land:
    """Return the land of the world, the borders between countries and their names."""
    rings = [polygon[0].tolist() for country in countries() for polygon in country.polygons]
    names = [(name, lon, lat) for name, lon, lat, _ in country_labels()]
    return Land(rings, [line.tolist() for line in lines("borders")], names)


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; script-src {_hash(SCRIPT)}; style-src {_hash(STYLE)}; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Look:
    """The picture as HTML, drawn by one worker thread from a copy; browsers that ask meanwhile share it."""

    def __init__(self, link: Link) -> None:
        """Draw nothing yet."""
        self._link, self._land = link, land()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="display")
        self._failed = Tally("times the picture could not be drawn")
        self._drawing: asyncio.Future[str] | None = None
        self._until_s = 0.0

    async def body(self) -> str:
        """Return the picture, at most ``EVERY_S`` old or as old as the last drawing took."""
        loop = asyncio.get_running_loop()
        if self._drawing is None or (self._drawing.done() and loop.time() > self._until_s):
            self._drawing = asyncio.ensure_future(self._drawn())
        return await asyncio.shield(self._drawing)

    async def _drawn(self) -> str:
        loop, node = asyncio.get_running_loop(), self._link.node
        copy, now_ms = node.picture.copy(), node.clock_ms()
        state: dict[str, Any] = {
            "waiting": len(node.outbox),
            "degraded": node.degraded,
            "linked": self._link.writer is not None,
        }
        try:
            return await loop.run_in_executor(
                self._worker, lambda: party_body(copy, now_ms=now_ms, land=self._land, **state)
            )
        except Exception as error:  # noqa: BLE001 - a drawing never ends the node
            self._failed.count()
            return (
                f'<p class="bad">The picture cannot be drawn ({type(error).__name__}); the node goes on.</p>'
            )
        finally:
            self._until_s = loop.time() + EVERY_S


def application(link: Link, *, host: str) -> Starlette:
    """Return the display as a web application that answers to ``host`` and this machine's own names alone."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.requests import Request
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    look, title = Look(link), f"{link.node.party.name}: own picture"

    async def whole(_: Request) -> HTMLResponse:
        return HTMLResponse(page(title, await look.body(), script=SCRIPT), headers=HEADERS)

    async def part(_: Request) -> HTMLResponse:
        return HTMLResponse(await look.body(), headers=HEADERS)

    known = [host, "127.0.0.1", "localhost"]
    return Starlette(
        routes=[Route("/", whole), Route("/picture", part)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=known, www_redirect=False)],
    )


async def show(link: Link, *, place: tuple[str, int]) -> None:
    """Serve the display for ever; it reads the node's picture in memory and can change nothing."""
    import uvicorn

    class Quiet(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:  # the node's own handler ends the display
            yield

    config = uvicorn.Config(application(link, host=place[0]), **within_limits())
    with _bound(place) as listener:
        await Quiet(config).serve(sockets=[listener])


def _bound(place: tuple[str, int]) -> socket.socket:
    try:
        return socket.create_server(place)
    except OSError as error:
        raise misuse(
            "command line",
            "--page",
            f"{place[0]}:{place[1]}: {error.strerror}.",
            "Choose another port.",
        ) from None
