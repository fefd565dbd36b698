"""Which leaf of the log holds each message that the peer has not receipted: eight bytes a message, no copy of it."""

from __future__ import annotations

from array import array
from typing import Any


class Outbox:
    """Leaf numbers of the messages ``first`` to ``first + len - 1``."""

    def __init__(self) -> None:
        """Start empty at message 1."""
        self._numbers, self._dropped, self.first = array("Q"), 0, 1

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self._numbers) - self._dropped

    def kept(self) -> dict[str, Any]:
        """Return what waits as plain data."""
        return {"first": self.first, "numbers": self._numbers[self._dropped :].tolist()}

    def take_up(self, kept: dict[str, Any]) -> None:
        """Go on from what :meth:`kept` gave."""
        self._numbers, self._dropped, self.first = array("Q", kept["numbers"]), 0, kept["first"]

    def add(self, leaf_number: int) -> None:
        """Append the next message's leaf."""
        self._numbers.append(leaf_number)

    def leaf_number(self, seq: int) -> int:
        """Return the leaf of a waiting message."""
        if not self.first <= seq < self.first + len(self):
            raise IndexError(seq)
        return self._numbers[self._dropped + seq - self.first]

    def drop_to(self, seq: int) -> None:
        """Forget every message up to and including ``seq``."""
        count = max(0, min(seq - self.first + 1, len(self)))
        self._dropped, self.first = self._dropped + count, self.first + count
        if self._dropped > 4096 and 2 * self._dropped > len(self._numbers):
            del self._numbers[: self._dropped]
            self._dropped = 0
