"""The operator's log: one line on standard error for each thing that a person should know."""

from __future__ import annotations

import contextlib
import sys

from equipoise.foundation.printable import printable


def say(line: str) -> None:
    """Write one line of the operator's log; where it cannot be written (a full disk) the node goes on without it."""
    with contextlib.suppress(OSError):
        print(f"exchange: {printable(line)}", file=sys.stderr, flush=True)  # noqa: T201 - a service's log line


class Tally:
    """Counts what may come in floods; says the first, second, fourth, eighth ... of them."""

    def __init__(self, what: str) -> None:
        """``what`` follows the number in the line."""
        self._what, self.total = what, 0

    def count(self) -> None:
        """Count one more."""
        self.total += 1
        if self.total & (self.total - 1) == 0:
            say(f"{self.total} {self._what}")
