"""Writing files: each appears under its name when it is complete and on the disk, and never half.

Text is UTF-8 with line feeds. What the file system refuses is a :class:`~equipoise.foundation.errors.WriteError` of one line.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from equipoise.foundation.errors import WriteError
from equipoise.foundation.hashing import file_hash

FULL = (errno.ENOSPC, errno.EDQUOT)
NEXT_TO_NOTHING_BYTES = 65_536
"""With less room than this on the disk, a failed write is put down to it: libraries do not all keep the error's number."""
WRITERS = ("duckdb", "_duckdb", "netCDF4", "xarray", "PIL")
"""Libraries that write files and have exceptions of their own for it."""


def cannot_write(error: BaseException, path: Path) -> str:
    """Return why ``path`` could not be written, in one line; an empty string for an error of another kind."""
    said = " ".join(str(error).split())
    free_mb = _free_mb(next((p for p in path.parents if os.path.isdir(p)), Path.cwd()))
    full = f"the disk is full ({free_mb:.1f} MB free)"
    if isinstance(error, OSError) and error.errno in (errno.EEXIST, errno.ENOTDIR):
        above = next((p for p in path.parents if os.path.lexists(p)), path)
        return os.strerror(error.errno) if os.path.isdir(above) else f"{above} is not a folder"
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return full if error.errno in FULL else os.strerror(error.errno)
    writing = isinstance(error, OSError) or type(error).__module__.split(".")[0] in WRITERS
    if "no space left" in said.lower():
        return full
    if (writing or isinstance(error, RuntimeError)) and free_mb < NEXT_TO_NOTHING_BYTES / 1e6:
        return full
    return said[:120] if writing else ""


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turn what the file system refuses within into a :class:`WriteError` that names ``path``."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, WriteError) and (why := cannot_write(error, path)):
            raise WriteError(f"{path}: cannot be written: {why}.") from None
        raise


@contextmanager
def complete_file(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``; what is written there takes the place of ``path`` when the block ends well."""
    if path.is_symlink():
        raise WriteError(f"{path}: is a symbolic link, which is neither followed nor replaced.")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield temporary
        settle(temporary)
        publish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file durably; ``path`` appears only when it is complete."""
    with writing_to(path), complete_file(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write a text file durably; ``path`` appears only when it is complete."""
    write_bytes(path, text.encode())


def settle(path: Path) -> str:
    """Force a file's bytes to the disk and return their SHA-256."""
    digest = file_hash(path)
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    return digest


def publish(temporary: Path, path: Path) -> None:
    """Give a settled file its final name and force the folder entry to the disk."""
    os.replace(temporary, path)
    settle_folder(path.parent)


def settle_folder(path: Path) -> None:
    """Force the entries of a folder to the disk."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _free_mb(folder: Path) -> float:
    try:
        return shutil.disk_usage(folder).free / 1e6
    except OSError:
        return float("inf")
