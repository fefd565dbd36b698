"""What every answer carries and what every request must satisfy, whatever it asks for."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from equipoise.foundation.text import whole_number

LARGEST_BODY_BYTES = 16_384
"""A question is some numbers; nobody needs more."""
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Content security policy of everything but the report, which has its own."""


class Guard:
    """Refuses foreign hosts and origins and large bodies; adds the headers of :data:`SAFE` to every answer."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] | None) -> None:
        """Guard ``app``; ``hosts`` are the names under which it may be asked, None for any.

        A page elsewhere could have its own name resolve to this machine and so pass for one of the server's own.
        """
        self._app = app
        self._hosts = None if hosts is None else frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers[name] = value
                if "content-security-policy" not in headers:
                    headers["Content-Security-Policy"] = STRICT_POLICY
            await send(message)

        refusal = self._refusal(scope)
        body = b"" if refusal else await _body(receive)
        if refusal is None and body is None:
            refusal = _refuse(413, f"the body is larger than {LARGEST_BODY_BYTES} bytes")
        if refusal is not None:
            await refusal(scope, receive, send_safe)
            return
        await self._app(scope, _replayed(body or b"", receive), send_safe)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if self._hosts is not None and _host(headers.get("host", "")) not in self._hosts:
            return _refuse(421, "this server answers under its own address only")
        origin = headers.get("origin", "")
        if origin and origin.partition("://")[2] != headers.get("host"):
            return _refuse(403, "a page of another origin may not ask this server")
        declared = headers.get("content-length", "0")
        if whole_number(declared, most=LARGEST_BODY_BYTES) is None:
            return _refuse(413, f"the body is larger than {LARGEST_BODY_BYTES} bytes")
        return None


def _host(header: str) -> str:
    """Return the host without its port."""
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.partition(":")[0].lower()


def _refuse(status: int, why: str) -> JSONResponse:
    return JSONResponse({"detail": why}, status_code=status)


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, or None as soon as it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        size += len(message.get("body", b""))
        if size > LARGEST_BODY_BYTES:
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a channel that gives the body that was read, then what the client does next."""
    given = False

    async def channel() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return channel
