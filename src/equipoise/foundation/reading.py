"""Reading what people hand over: whole regular files, up to a size, as text in UTF-8 with or without a byte-order mark."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from equipoise.foundation.errors import misuse

TEXT_BYTES = 5_000_000
"""A file that a person writes by hand, at most: it has a few kB."""
DATA_BYTES = 200_000_000
"""A file that a program writes, at most: a day of tracks, a certificate, the lines of a log."""


def read_input(path: Path, *, label: str = "", most_bytes: int = TEXT_BYTES) -> bytes:
    """Return the bytes of a regular file.

    Anything else is an :class:`InputError` of one line that begins with ``label`` (the path without one): a folder, a pipe
    or a device, whose writer might never come and which might never end, a file of more than ``most_bytes``, or one that
    is not there or may not be read.
    """
    try:
        descriptor = os.open(
            path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        )  # a pipe without a writer opens too
        what = _kind(os.fstat(descriptor).st_mode)
        with open(os.devnull if what else descriptor, "rb") as stream:
            data = stream.read(most_bytes + 1)
    except OSError as error:
        what, data = f"cannot be read: {error.strerror}.", b""
    except ValueError:
        what, data = "is not a possible file name.", b""
    if len(data) > most_bytes:
        what = f"is larger than {most_bytes / 1e6:.0f} MB."
    if what:
        raise misuse(label or str(path), "", what)
    return data


def read_input_text(path: Path, *, label: str = "", most_bytes: int = TEXT_BYTES) -> str:
    """Return the text of a file, without the byte-order mark that some programs put first; else as :func:`read_input`."""
    data = read_input(path, label=label, most_bytes=most_bytes)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = f"byte {error.start}"
        raise misuse(label or str(path), at, "is not text in UTF-8.") from None


def _kind(mode: int) -> str:
    """Return what a file is that is no regular one, as the end of a sentence; an empty string for a regular one."""
    if stat.S_ISREG(mode):
        return ""
    if stat.S_ISDIR(mode):
        return "is a folder, not a file."
    return "is a pipe or a device, whose writer might never come, not a file."
