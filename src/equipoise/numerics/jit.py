"""The one decorator for compiled kernels, kept on disk by :mod:`equipoise.numerics.kernel_cache`, and what is said meanwhile.

Arithmetic is strict IEEE 754, without fast-math rewrites. With them (contract, reassoc, arcp) a kernel's bits hang on
what it was inlined into, so that a process that compiled gave other numbers (1e-7 s of slack) than one that found
the cache. Strictness costs 14 to 18 % of the speed of flight and nothing measurable in engagements.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from equipoise.numerics.kernel_cache import kernel_folder

Function = TypeVar("Function", bound=Callable[..., Any])

NOTICE_EVERY_S = 5.0
INLINE = "always"
"""Option ``inline`` of kernels that one or two others call: compiled by themselves, all that they call would be optimised once more."""


def kernel(function: Function | None = None, **options: Any) -> Any:
    """Compile ``function`` with numba, kept on disk where that is possible; use as ``@kernel`` or ``@kernel(parallel=True)``.

    Kernels take and return plain floats, integers, tuples and numpy arrays, in SI units. Division by zero
    follows IEEE 754 (no exception); nan and infinity keep their meaning.
    """
    if function is None:
        return lambda inner: kernel(inner, **options)
    import numba

    _listen()
    config: Any = importlib.import_module("numba.core.config")
    folder = kernel_folder()
    before = config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES
    config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = str(folder or ""), "UserProvidedCacheLocator"
    try:
        settings: dict[str, Any] = {
            "cache": folder is not None,
            "error_model": "numpy",
            "nogil": True,
        } | options
        return numba.njit(**settings)(function)
    finally:
        config.CACHE_DIR, config.CACHE_LOCATOR_CLASSES = before


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
