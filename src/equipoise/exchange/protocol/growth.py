"""The part of a log that grew since a signed head, in O(log n) memory: proof that the whole only extends that head."""

from __future__ import annotations

from typing import Any

from equipoise.exchange.protocol.tree import Frontier, node_hash


class Growth:
    """The peaks of the old tree, and the complete subtrees of what came after it; a node is (start, size, hash)."""

    def __init__(self, old: Frontier) -> None:
        """Begin where ``old`` ends."""
        self.old_size = self.size = old.size
        self._old, self._new = old.peaks(), list[tuple[int, int, bytes]]()

    def kept(self) -> dict[str, Any]:
        """Return both parts as plain data."""
        return {"old": _plain(self._old), "new": _plain(self._new), "sizes": [self.old_size, self.size]}

    @classmethod
    def taken_up(cls, kept: dict[str, Any]) -> Growth:
        """Return the growth that :meth:`kept` gave."""
        other = cls(Frontier())
        other.old_size, other.size = kept["sizes"]
        other._old, other._new = (
            [(start, size, bytes.fromhex(value)) for start, size, value in kept[part]]
            for part in ("old", "new")
        )
        return other

    def append(self, leaf: bytes) -> None:
        """Add one leaf by its hash."""
        start, size, value = self.size, 1, leaf
        while self._new:
            left, width, other = self._new[-1]
            if width != size or left % (2 * size):
                break
            self._new.pop()
            start, size, value = left, 2 * size, node_hash(other, value)
        self._new.append((start, size, value))
        self.size += 1

    def proof(self) -> list[str]:
        """Return PROOF(m, D[n]) of RFC 6962 section 2.1.2 in hex: from the old head to the tree as it stands."""
        if not 0 < self.old_size < self.size:
            return []
        self._known = {(start, start + size): value for start, size, value in (*self._old, *self._new)}
        return [value.hex() for value in self._subproof(0, self.size, whole=True)]

    def _subproof(self, low: int, high: int, *, whole: bool) -> list[bytes]:
        if self.old_size == high:
            return [] if whole else [self._root(low, high)]
        cut = low + (1 << ((high - low - 1).bit_length() - 1))
        if self.old_size <= cut:
            return [*self._subproof(low, cut, whole=whole), self._root(cut, high)]
        return [*self._subproof(cut, high, whole=False), self._root(low, cut)]

    def _root(self, low: int, high: int) -> bytes:
        if (low, high) in self._known:
            return self._known[low, high]
        cut = low + (1 << ((high - low - 1).bit_length() - 1))
        return node_hash(self._root(low, cut), self._root(cut, high))


def _plain(nodes: list[tuple[int, int, bytes]]) -> list[list[Any]]:
    return [[start, size, value.hex()] for start, size, value in nodes]


class SignedLine:
    """What the own messages and receipts have signed last, and how the log grew since."""

    def __init__(self) -> None:
        """Start before the first leaf."""
        self.message, self.receipt = Growth(Frontier()), Growth(Frontier())
        self._batch: list[tuple[Frontier, bytes]] = []

    def take(self, leaf: bytes, *, before: Frontier, signs: int | None, own: bool) -> None:
        """Take the hash of one leaf and the tree before it.

        ``signs`` is the size of the head that the own message in the leaf signs, if it has one: that of the log before
        its batch, which is made of ``own`` leaves alone.
        """
        for growth in (self.message, self.receipt):
            growth.append(leaf)
        if not own:
            self._batch.clear()
            return
        self._batch.append((before, leaf))
        if signs is None or signs == self.message.old_size:
            return
        self._batch = [(tree, leaf) for tree, leaf in self._batch if tree.size >= signs]
        self.message = Growth(self._batch[0][0])
        for _, leaf in self._batch:
            self.message.append(leaf)

    def receipted(self, tree: Frontier) -> None:
        """Take note that a receipt signs the tree as it stands."""
        self.receipt = Growth(tree.copy())
