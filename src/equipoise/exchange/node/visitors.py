"""Connections of a web page within limits: few at a time, and none that only holds a place."""

from __future__ import annotations

import asyncio
from typing import Any

VISITORS = 16  # connections at a time; the oldest goes when one more comes
SILENT_S = 10.0  # who connects and asks nothing is put out


def within_limits() -> dict[str, Any]:
    """Return what uvicorn is to be told, so that idle connections keep nobody else out."""
    return {"http": _protocol(), "backlog": VISITORS, "log_level": "warning", "ws": "none", "lifespan": "off"}


def _protocol() -> type[asyncio.Protocol]:
    """Return the protocol of one connection, which knows the others."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    visitors: dict[asyncio.Protocol, asyncio.BaseTransport] = {}

    class Visitor(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            if len(visitors) >= VISITORS:
                visitors.pop(next(iter(visitors))).abort()  # type: ignore[attr-defined]
            visitors[self] = transport
            super().connection_made(transport)
            self.loop.call_later(SILENT_S, self.put_out_if_silent)

        def connection_lost(self, exc: Exception | None) -> None:
            visitors.pop(self, None)
            super().connection_lost(exc)

        def put_out_if_silent(self) -> None:
            if self.cycle is None and self in visitors:
                visitors[self].abort()

    return Visitor
