"""A worker process on this machine: our own module in a fresh interpreter, and a connection to it.

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
from collections.abc import Mapping
from multiprocessing.connection import Connection
from types import TracebackType


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

    def end(self) -> None:
        """End the process at once, whatever it does."""
        self.process.kill()
        self.process.wait()
        self.connection.close()


def connected() -> Connection:
    """Return the connection of the process that this module was started in, which from now on ends with its parent."""
    threading.Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    return Connection(int(sys.argv[1]))


def _end_with(parent: int) -> None:
    """End this process, whatever it computes, within a second of the one that started it."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)
