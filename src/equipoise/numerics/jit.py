"""The one decorator for compiled kernels, and the cache that cannot serve stale numbers.

A cached numba kernel that calls an edited kernel in another file silently runs the old machine code. So the
cache folder is named after a hash of every kernel source in the package and of the versions that compile it:
edit any kernel and every kernel is compiled afresh.

Arithmetic is strict IEEE 754, without fast-math rewrites. With them (contract, reassoc, arcp) a kernel's bits hang on
what it was inlined into, so that a process that compiled gave other numbers (1e-7 s of slack) than one that found
the cache. Strictness costs 14 to 18 % of the speed of flight and nothing measurable in engagements.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import platform
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

KERNEL_SOURCES = ("foundation/constants.py", "numerics", "physics")
"""Parts of the package that hold compiled code or feed constants into it; kernels live nowhere else."""

NOTICE_EVERY_S = 5.0


@lru_cache(maxsize=1)
def cache_folder() -> Path:
    """Return the folder for compiled kernels, named by a hash of all kernel sources and compiler versions.

    ``EQUIPOISE_CACHE_DIR`` chooses its parent; otherwise the user's cache folder is used.
    """
    import llvmlite
    import numba
    import numpy

    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    versions = (numba.__version__, llvmlite.__version__, numpy.__version__, sys.version, platform.machine())
    for version in versions:
        digest.update(version.encode())
    for part in KERNEL_SOURCES:
        root = package / part
        for source in [root] if root.is_file() else sorted(root.rglob("*.py")):
            digest.update(source.relative_to(package).as_posix().encode())
            digest.update(source.read_bytes())
    parent = os.environ.get("EQUIPOISE_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "equipoise"
    )
    return Path(parent) / f"kernels-{digest.hexdigest()[:16]}"


def kernel(function: Function | None = None, **options: Any) -> Any:
    """Compile ``function`` with numba, cached on disk; use as ``@kernel`` or ``@kernel(parallel=True)``.

    Kernels take and return plain floats, integers, tuples and numpy arrays, in SI units. Division by zero
    follows IEEE 754 (no exception); nan and infinity keep their meaning.
    """
    if function is None:
        return lambda inner: kernel(inner, **options)
    import numba

    _listen()
    config: Any = importlib.import_module("numba.core.config")

    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        settings: dict[str, Any] = {
            "cache": True,
            "error_model": "numpy",
            "nogil": True,
        } | options
        return numba.njit(**settings)(function)
    finally:
        config.CACHE_DIR = before


class CompileNotice:
    """Within, say on a stream that kernels are being compiled, as soon as one is, how far it is, and how long it took.

    >>> import io
    >>> with CompileNotice(io.StringIO()):
    ...     pass
    """

    current: CompileNotice | None = None

    def __init__(self, stream: Any = None) -> None:
        """Write to ``stream``, by default standard error."""
        self.stream = stream if stream is not None else sys.stderr
        self.count, self.start, self.said = 0, 0.0, 0.0

    def note(self) -> None:
        """Count one kernel that has to be compiled; loading one from the cache does not count."""
        now = time.perf_counter()
        if self.count == 0:
            self.start = self.said = now
            self._say("First use on this machine: compiling the kernels, once ...")
        self.count += 1
        if now - self.said >= NOTICE_EVERY_S:
            self.said = now
            self._say(f"  {self.count} kernels after {now - self.start:.0f} s ...")

    def _say(self, line: str) -> None:
        self.stream.write(line + "\n")
        self.stream.flush()

    def __enter__(self) -> CompileNotice:
        """Become the notice that compilations are told to."""
        CompileNotice.current = self
        return self

    def __exit__(self, *exc: object) -> None:
        """Say how long it took, if anything was compiled."""
        CompileNotice.current = None
        if self.count:
            elapsed_s = time.perf_counter() - self.start
            self._say(f"Compiled {self.count} kernels within {elapsed_s:.0f} s; later runs start warm.")


@lru_cache(maxsize=1)
def _listen() -> None:
    """Let numba tell the current notice of every compilation."""
    from numba.core import event

    class Listener(event.Listener):  # type: ignore[misc] # numba carries no types
        def on_start(self, event: Any) -> None:
            if CompileNotice.current is not None:
                CompileNotice.current.note()

        def on_end(self, event: Any) -> None:
            pass

    event.register("numba:compile", Listener())
