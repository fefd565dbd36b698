"""A worker process on this machine, our own module in a fresh interpreter or a copy of this process, and a connection to it.

It stands in a session of its own, so that the interrupt key reaches the process that was started and nobody else; it
ends when the connection does.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class WorkerProcess:
    """Runs ``python -m MODULE DESCRIPTOR PARENT``; the module takes up :func:`connected` and serves until it is closed."""

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        """Start it; ``environment`` is added to this process's own."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", module, str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.connection = Connection(ours.detach())

    def __enter__(self) -> WorkerProcess:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.end()

    def kill(self) -> None:
        """Let the process end at once, whatever it does."""
        self.process.kill()

    def wait(self) -> None:
        """Wait for the end of the process."""
        self.process.wait()

    def end(self) -> None:
        """End the process at once, and the connection."""
        self.kill()
        self.wait()
        self.connection.close()


class CopiedProcess(WorkerProcess):
    """Runs ``serve`` with its end of the connection in a copy of this process, which has loaded all that is loaded here."""

    def __init__(self, serve: Callable[[Connection], object]) -> None:
        """Start it; where :func:`may_copy` is false, a lock that another thread holds may stay shut in the copy."""
        ours, theirs = Pipe()
        with theirs:
            self.copy = get_context("fork").Process(target=_in_copy, args=(serve, ours, theirs, os.getpid()))
            self.copy.start()
        self.connection = ours

    def kill(self) -> None:
        """Let the copy end at once, whatever it does."""
        self.copy.kill()

    def wait(self) -> None:
        """Wait for the end of the copy."""
        self.copy.join()


def may_copy() -> bool:
    """Return whether this process may be copied: on Linux, while it has one thread, as /proc tells."""
    with suppress(OSError):
        return len(list(Path("/proc/self/task").iterdir())) == 1
    return False


def _in_copy(
    serve: Callable[[Connection], object], ours: Connection, theirs: Connection, parent: int
) -> None:
    """Serve until the connection ends; what the first process does at a signal is not for its copy."""
    os.setsid()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    ours.close()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(EOFError, OSError):
        serve(theirs)


def connected() -> Connection:
    """Return the connection of the process that this module was started in, which from now on ends with its parent."""
    threading.Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    return Connection(int(sys.argv[1]))


def _end_with(parent: int) -> None:
    """End this process, whatever it computes, within a second of the one that started it."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)
