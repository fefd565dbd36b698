"""Files of a party: written whole or not at all, for their owner alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from equipoise.exchange.protocol.encoding import read_once, why_not_plain
from equipoise.foundation.errors import misuse
from equipoise.foundation.reading import read_input_text
from equipoise.foundation.writing import writing_to

PRIVATE = 0o700


def private_folder(folder: Path) -> None:
    """Make the folder, or take it as it is, for its owner alone."""
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(PRIVATE)


def write_durably(path: Path, data: bytes) -> None:
    """Write a whole file or none, for its owner alone: temporary name, sync, rename, sync of the folder."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with writing_to(path):
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise


def sync_folder(folder: Path) -> None:
    """Make renames and removals in the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; anything else is an ``InputError``."""
    text = read_input_text(path)
    try:
        value = read_once(text)
    except (ValueError, RecursionError) as error:
        raise misuse(str(path), "", f"cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise misuse(str(path), "", "is not a JSON object.")
    if problem := why_not_plain(value):
        raise misuse(str(path), "", f"holds {problem}.")
    return value
