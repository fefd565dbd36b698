"""Reading files of strangers: regular files up to a size, never a pipe whose writer might not come or a device without end."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 200_000_000
"""A certificate, a question, a public file, a list of duties or a tile, at most."""


def open_regular(path: Path) -> BinaryIO:
    """Return an open regular file; any other thing is an ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path}: is a folder, a pipe or a device, not a file")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file; an ``OSError`` when it is none, or larger than :data:`MOST_BYTES`."""
    with open_regular(path) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(f"{path}: is larger than {MOST_BYTES / 1e6:.0f} MB")
    return data


def read_text(path: Path) -> str:
    """Return the text of a regular file in UTF-8, without a byte-order mark; a ``ValueError`` when it is no text."""
    return read_bytes(path).decode("utf-8-sig")
