"""An optional third party that countersigns checkpoints (C2SP tlog-witness) and refuses one that rewrites what it saw."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equipoise.exchange.node.files import private_folder, read_json, write_durably
from equipoise.exchange.node.visitors import within_limits
from equipoise.exchange.protocol.note import (
    Checkpoint,
    NoteError,
    NoteSigner,
    VerifierKey,
    is_key_name,
    open_note,
    read_key,
)
from equipoise.exchange.protocol.tree import EMPTY_ROOT, consistent
from equipoise.foundation.errors import misuse

STATE = "witness.json"
PROOF_LINES = 63
REQUEST_BYTES = 70_000


@dataclass(frozen=True)
class Answer:
    """What a witness answers: the HTTP status of tlog-witness, and its text."""

    status: int
    text: str


class Witness:
    """Keeps, for each log that it knows, the keys and the last checkpoint; a state is kept before anything is signed."""

    def __init__(
        self,
        signer: NoteSigner,
        *,
        logs: dict[str, dict[str, Any]],
        keep: Callable[[dict[str, dict[str, Any]]], None],
        time_s: Callable[[], int],
    ) -> None:
        """``logs`` maps origins to ``{keys, size, root, note}``; ``keep`` makes a changed map durable."""
        self.signer, self.logs, self.keep, self.time_s = signer, logs, keep, time_s
        self._lock = threading.Lock()

    def add_checkpoint(self, request: str) -> Answer:
        """Return both signature lines over a checkpoint that extends the last one, or why not."""
        with self._lock:
            return self._answer(request)

    def _answer(self, request: str) -> Answer:
        try:
            old, proof, note = _parts(request)
        except (ValueError, binascii.Error) as error:
            return Answer(400, f"not a request of tlog-witness: {error}\n")
        log = self.logs.get(note.partition("\n")[0])
        if log is None:
            return Answer(404, "the origin is not known here\n")
        try:
            checkpoint = open_note(note, map(read_key, log["keys"]))[0]
        except NoteError as error:
            return Answer(403, f"{error}\n")
        if old > checkpoint.size:
            return Answer(400, "the old size is larger than the checkpoint's\n")
        if old != log["size"]:
            return Answer(409, f"{log['size']}\n")
        root = bytes.fromhex(log["root"]) if log["root"] else EMPTY_ROOT
        if old == checkpoint.size and old and root != checkpoint.root:
            return self._forked(log, note, 409)
        if not consistent(
            old_size=old, old_root=root, new_size=checkpoint.size, new_root=checkpoint.root, proof=proof
        ):
            return self._forked(log, note, 422)
        return self._signed(checkpoint, log, note)

    def _signed(self, checkpoint: Checkpoint, log: dict[str, Any], note: str) -> Answer:
        kept = {**log, "size": checkpoint.size, "root": checkpoint.root.hex(), "note": note}
        self.keep({**self.logs, checkpoint.origin: kept})
        self.logs[checkpoint.origin] = kept
        return Answer(200, self.signer.lines(checkpoint, time_s=self.time_s()))

    def _forked(self, log: dict[str, Any], note: str, status: int) -> Answer:
        """Keep both signed checkpoints: without a proof between them they are the evidence of two histories."""
        self.keep({**self.logs, note.partition("\n")[0]: {**log, "refused": note}})
        return Answer(status, "the checkpoint does not extend the one that was countersigned last\n")


def _parts(request: str) -> tuple[int, list[bytes], str]:
    if len(request) > REQUEST_BYTES:
        raise ValueError("too long")
    head, gap, note = request.partition("\n\n")
    first, *lines = head.split("\n")
    word, _, size = first.partition(" ")
    if word != "old" or not gap or not size.isascii() or not size.isdigit() or str(int(size[:20])) != size:
        raise ValueError("the first line is 'old' and a size")
    if len(lines) > PROOF_LINES:
        raise ValueError("more than 63 hashes")
    proof = [base64.b64decode(line, validate=True) for line in lines]
    if any(len(step) != 32 for step in proof):
        raise ValueError("a hash is not of 32 bytes")
    return int(size), proof, note


def create_witness(folder: Path, *, name: str, keys: Sequence[VerifierKey]) -> str:
    """Make a witness's folder that knows these logs by their verifier keys; return its own, one a line."""
    if (folder / STATE).exists():
        raise misuse(str(folder), "", "holds a witness already.", "Choose another folder.")
    if not is_key_name(name):
        cure = "Give something like a web address without 'https://'."
        raise misuse("--name", name, "is not a key name: no spaces, no plus.", cure)
    private_folder(folder)
    seed = secrets.token_bytes(32)
    _keep(folder, {"name": name, "seed": seed.hex(), "logs": _trusting({}, keys)})
    return "".join(key.text + "\n" for key in NoteSigner(name, seed, witness=True).keys)


def trust(folder: Path, keys: Sequence[VerifierKey]) -> None:
    """Let a witness know further logs, or further keys of logs that it knows: a party that changed its key."""
    state = read_json(folder / STATE)
    _keep(folder, {**state, "logs": _trusting(state["logs"], keys)})


def _trusting(logs: dict[str, Any], keys: Sequence[VerifierKey]) -> dict[str, Any]:
    logs = dict(logs)
    for key in keys:
        log = logs.get(key.name, {"keys": [], "size": 0, "root": "", "note": ""})
        logs[key.name] = {**log, "keys": sorted({*log["keys"], key.text})}
    return logs


def _keep(folder: Path, state: dict[str, Any]) -> None:
    write_durably(folder / STATE, json.dumps(state).encode())


def open_witness(folder: Path, *, time_s: Callable[[], int]) -> Witness:
    """Return the witness of a folder."""
    state = read_json(folder / STATE)
    if set(state) != {"name", "seed", "logs"}:
        raise misuse(str(folder / STATE), "", "is not a witness (name, seed, logs).")
    signer = NoteSigner(state["name"], bytes.fromhex(state["seed"]), witness=True)
    return Witness(
        signer, logs=state["logs"], keep=lambda logs: _keep(folder, {**state, "logs": logs}), time_s=time_s
    )


def serve_witness(witness: Witness, *, host: str, port: int) -> None:
    """Answer ``POST /add-checkpoint`` for ever."""
    import uvicorn

    uvicorn.run(application(witness), host=host, port=port, **within_limits())


def application(witness: Witness) -> Any:
    """Return the web application of a witness."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def add(request: Request) -> PlainTextResponse:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > REQUEST_BYTES:
                return PlainTextResponse("too long\n", 400)
        answer = await run_in_threadpool(witness.add_checkpoint, body.decode("utf-8", "replace"))
        size = answer.status == 409 and answer.text.strip().isdigit()
        return PlainTextResponse(
            answer.text, answer.status, media_type="text/x.tlog.size" if size else "text/plain; charset=utf-8"
        )

    return Starlette(routes=[Route("/add-checkpoint", add, methods=["POST"])])
