"""The HTTP application: files of one result folder, and the what-if interface with its OpenAPI description."""

from __future__ import annotations

import re
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from equipoise import __version__
from equipoise.foundation.errors import InputError
from equipoise.server.engine import BusyError, Engine
from equipoise.server.forms import Area, AreaCase, Case, Exposure, Health, ModeCase, Offer, Raids, Refusal
from equipoise.server.headers import STRICT_POLICY, Guard

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_FILE = re.compile(r"(?:(?:figures|tables|exports)/)?[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
"""What a path may look like: a file of the folder or of one of its three folders, never a hidden one."""
_META_POLICY = re.compile(r'http-equiv=Content-Security-Policy content="([ -!#-~]+)"')
REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": Refusal} for code in (400, 403, 404, 413, 421, 422, 429, 503)
}


def create_app(
    folder: Path, engine: Engine | None, *, why_absent: str = "", hosts: Iterable[str] | None = LOOPBACK
) -> FastAPI:
    """Return the application for one result folder; without an engine the questions are answered with 503 and why."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        if engine is not None:
            threading.Thread(target=engine.warm, name="warm", daemon=True).start()
        yield

    app = FastAPI(
        title="Equipoise what-if", version=__version__, docs_url=None, redoc_url=None, lifespan=life,
        description="Recompute the defended area and the exposure of one finished result with other numbers.",
    )  # fmt: skip
    app.add_middleware(Guard, hosts=hosts)
    _add_refusals(app)
    _add_questions(app, engine, why_absent)
    _add_files(app, folder.resolve())
    return app


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(InputError)
    async def misused(_request: Request, error: InputError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=422)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part)[:80] for part in first["loc"])
        return JSONResponse({"detail": f"{where}: {first['msg']}"}, status_code=422)

    @app.exception_handler(BusyError)
    async def busy(_request: Request, _error: BusyError) -> JSONResponse:
        return JSONResponse(
            {"detail": "too many questions wait; ask again"}, status_code=429, headers={"Retry-After": "2"}
        )


def _add_questions(app: FastAPI, engine: Engine | None, why_absent: str) -> None:
    def warm() -> Engine:
        if engine is None:
            raise HTTPException(503, why_absent or "this server has no engine")
        return engine

    @app.get("/api/health", responses={421: {"model": Refusal}})
    def health() -> Health:
        """Say whether the engine is there."""
        if engine is None:
            return Health(version=__version__, engine="absent", detail=why_absent)
        return Health(version=__version__, engine="ready" if engine.ready.is_set() else "warming", detail="")

    @app.get("/api/parameters", responses=REFUSALS)
    def parameters(phase: Annotated[str, Query(min_length=1, max_length=80)]) -> Offer:
        """List what a question about a phase may change."""
        return warm().offer(phase)

    @app.post("/api/defended-area", responses=REFUSALS)
    def area(case: AreaCase) -> Area:
        """Compute one map again."""
        return warm().area(case)

    @app.post("/api/exposure", responses=REFUSALS)
    def exposure(case: Case) -> Exposure:
        """Compute the exposure of every base again."""
        return warm().exposure(case)

    @app.post("/api/raids", responses=REFUSALS)
    def raids(case: ModeCase) -> Raids:
        """Compute what gets through of every raid again."""
        return warm().raids(case)


def _add_files(app: FastAPI, folder: Path) -> None:
    @app.get("/", include_in_schema=False)
    def front() -> Response:
        return RedirectResponse("report.html")

    @app.get("/{path:path}", include_in_schema=False)
    def file(path: str) -> Response:
        found = resolved(folder, path)
        if found is None:
            raise HTTPException(404, "there is no such file in this result")
        policy = _report_policy(found, found.stat().st_mtime_ns) if found.suffix == ".html" else STRICT_POLICY
        kind = guess_type(found.name)[0] or "application/octet-stream"
        return FileResponse(found, media_type=kind, headers={"Content-Security-Policy": policy})


def resolved(folder: Path, path: str) -> Path | None:
    """Return the plain file that ``path`` names inside ``folder``, or None; links and hidden files are not followed."""
    if not _FILE.fullmatch(path):
        return None
    found = folder / path
    inside = found.resolve()
    return inside if inside.is_file() and inside == found and inside.is_relative_to(folder) else None


@lru_cache(maxsize=4)
def _report_policy(path: Path, _changed_ns: int) -> str:
    """Return the policy that the report states for itself, as a header, and that nobody may frame it."""
    with path.open(encoding="utf-8") as stream:
        stated = _META_POLICY.search(stream.read(4000))
    return f"{stated.group(1)}; frame-ancestors 'none'" if stated else STRICT_POLICY
