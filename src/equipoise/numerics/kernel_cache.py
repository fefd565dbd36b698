"""The folder in which compiled kernels are kept between runs, and the care that it never serves anything else.

Its name is a hash of every kernel source, of the compiler's versions and of its settings, because numba alone would run
old machine code when a kernel in another file was edited. Every file in it has a hash in ``sums.json``; one that does
not fit is removed before it is read, and compiled again. Where no such folder can be had, kernels go to a temporary one,
and where that fails they are compiled without a cache; numba's own choice, beside the sources, is never taken.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from equipoise.foundation.hashing import file_hash, hash_of_files, source_files
from equipoise.foundation.status import numbers_of_codes

KERNEL_SOURCES = ("foundation/constants.py", "numerics", "physics")
"""Parts of the package that hold compiled code or feed numbers into it; kernels live nowhere else.

Of ``foundation/status.py`` they take the numbers of its codes alone, so that a reworded sentence compiles nothing again.
"""

ROOM_BYTES = 80_000_000
"""What all kernels may take; 40 MB were measured."""

INDIFFERENT = ("NUMBA_NUM_THREADS", "NUMBA_CACHE_DIR", "NUMBA_CACHE_LOCATOR_CLASSES")
"""Settings of numba that cannot change what it compiles."""

SUMS, LOCK = "sums.json", "lock"
AT_WORK, RECORDING = 0, 1
"""Bytes of the lock file: shared by all processes at work in the folder; held by the one that writes the hashes."""
VARIABLE = "EQUIPOISE_CACHE_DIR"


@lru_cache(maxsize=1)
def kernel_folder() -> Path | None:
    """Return the folder for compiled kernels, checked and ready; None when not even a temporary one can be had.

    ``EQUIPOISE_CACHE_DIR`` chooses its parent; otherwise the user's cache folder is used. When that cannot be written
    or lacks the room, one line on standard error says so, and processes that this one starts share its temporary folder.
    """
    folder = _parent() / f"kernels-{kernel_key()[:16]}"
    fault = _fault(folder)
    if not fault:
        _open(folder)
        return folder
    sys.stderr.write(
        f"Compiled kernels cannot be kept in {folder.parent} ({fault}), so this run compiles them again; "
        f"set {VARIABLE} to a folder that can be written.\n"
    )
    return _temporary(folder.name)


def is_warm() -> bool:
    """Return whether an earlier process has left compiled kernels."""
    folder = kernel_folder()
    return folder is not None and bool(_sums(folder))


@lru_cache(maxsize=1)
def kernel_key() -> str:
    """Return the hash of everything that compiled kernels depend on, and of where the package lies.

    Numba keeps kernels by the place of their sources: those of another installation are of no use, and need no check.
    """
    import llvmlite
    import numba
    import numpy

    package = Path(__file__).resolve().parent.parent
    versions = (numba.__version__, llvmlite.__version__, numpy.__version__, sys.version, platform.machine())
    settings = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name.startswith("NUMBA_") and name not in INDIFFERENT
    )
    sources = source_files(*(package / part for part in KERNEL_SOURCES))
    return hash_of_files(package, sources, (str(package), *versions, *settings, numbers_of_codes()))


def _parent() -> Path:
    user = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(os.environ.get(VARIABLE) or os.path.join(user, "equipoise"))


def _fault(folder: Path) -> str:
    """Return why kernels cannot be kept in ``folder``; an empty string when they can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place in (folder, *(path for path in folder.iterdir() if path.is_dir())):
            with tempfile.TemporaryFile(dir=place) as probe:
                probe.write(b"probe")
        held = sum(path.stat().st_size for path in folder.rglob("*"))
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return error.strerror or str(error)
    return "" if free + held >= ROOM_BYTES else f"{free / 1e6:.1f} MB free, {ROOM_BYTES / 1e6:.0f} MB needed"


def _temporary(name: str) -> Path | None:
    try:
        parent = Path(tempfile.mkdtemp(prefix="equipoise-kernels-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    if _fault(parent / name):
        return None
    os.environ[VARIABLE] = str(parent)
    return parent / name


def _open(folder: Path) -> None:
    """Remove what does not fit its hash, and see to it that what this process adds gets one when it ends.

    Files without a hash are of a process that was killed, unless another process is at work in the folder now, which
    its lock on the folder shows.
    """
    began_ns = time.time_ns()
    lock = os.open(
        folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644
    )  # open, and so locked, until this process ends
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, AT_WORK)
        alone = True
    except OSError:
        alone = False
    sums = _sums(folder)
    for path in _kept(folder):
        if (known := sums.get(_name(folder, path))) is None:
            whole = not alone
        else:
            whole = _is(path, known) or (not alone and _changed_ns(path) > _changed_ns(folder / SUMS))
        if not whole:
            path.unlink(missing_ok=True)
    fcntl.lockf(lock, fcntl.LOCK_SH, 1, AT_WORK)
    atexit.register(_record, folder, lock, began_ns)


def _record(folder: Path, lock: int, since_ns: int) -> None:
    """Put the hashes of the files written since then into the list."""
    with contextlib.suppress(OSError):  # a folder that is gone or full: the next process compiles again
        fcntl.lockf(lock, fcntl.LOCK_EX, 1, RECORDING)
        new = [path for path in _kept(folder) if _changed_ns(path) >= since_ns]
        if not new:
            return
        sums = _sums(folder) | {_name(folder, path): file_hash(path) for path in new}
        text = json.dumps(sums, indent=0, sort_keys=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as stream:
            stream.write(text)
        os.replace(stream.name, folder / SUMS)


def _kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in (".nbi", ".nbc")]


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _is(path: Path, known: str) -> bool:
    try:
        return file_hash(path) == known
    except OSError:
        return False


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _sums(folder: Path) -> dict[str, str]:
    try:
        found: Any = json.loads((folder / SUMS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
