"""A bad wire between two processes on this machine: it can be cut, hang, or carry a few bytes a second."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

from equipoise.exchange.node.processes import free_port

PIECE = 4_096


class Wire:
    """Listens on a port of its own and carries bytes to ``target`` and back, as badly as it is told to."""

    def __init__(self, target: int) -> None:
        """Start whole and fast."""
        self.port, self._target = free_port(), target
        self.up, self.hanging, self.bytes_per_s = True, False, 0
        self.carried = 0
        self._sockets: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self.up = False
        for end in self._sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._sockets.clear()

    def mend(self) -> None:
        """Carry again."""
        self.up, self.hanging = True, False

    def close(self) -> None:
        """Cut, and stop listening."""
        self.cut()
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if not self.up:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    near.close()
                    continue
                self._sockets += [near, far]
                for one, other in ((near, far), (far, near)):
                    if self.bytes_per_s:
                        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(PIECE):
                while self.hanging:
                    time.sleep(0.05)
                if self.bytes_per_s:
                    time.sleep(len(data) / self.bytes_per_s)
                other.sendall(data)
                self.carried += len(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.close()
