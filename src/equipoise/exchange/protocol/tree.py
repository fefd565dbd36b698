"""The Merkle hash tree of RFC 6962 section 2.1 (RFC 9162 section 2.1): heads and consistency proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf: SHA-256 of a zero byte and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 of a one byte and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: append and head in O(log n), memory O(log n)."""

    def __init__(self) -> None:
        """Start with the empty tree."""
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, data: bytes) -> bytes:
        """Add one leaf; return its hash."""
        peak = leaf = leaf_hash(data)
        size = self.size
        while size & 1:
            peak = node_hash(self._peaks.pop(), peak)
            size >>= 1
        self._peaks.append(peak)
        self.size += 1
        return leaf

    def copy(self) -> Frontier:
        """Return an independent copy, to try an append before it is durable."""
        other = Frontier()
        other.size, other._peaks = self.size, list(self._peaks)
        return other

    def kept(self) -> dict[str, Any]:
        """Return the tree as plain data."""
        return {"size": self.size, "peaks": [peak.hex() for peak in self._peaks]}

    @classmethod
    def taken_up(cls, kept: dict[str, Any]) -> Frontier:
        """Return the tree that :meth:`kept` gave."""
        other = cls()
        other.size, other._peaks = kept["size"], [bytes.fromhex(peak) for peak in kept["peaks"]]
        return other

    def peaks(self) -> list[tuple[int, int, bytes]]:
        """Return the complete subtrees that the tree is made of, the largest first: (first leaf, leaves, hash)."""
        found, start = [], 0
        sizes = [1 << bit for bit in reversed(range(self.size.bit_length())) if self.size >> bit & 1]
        for size, value in zip(sizes, self._peaks, strict=True):
            found.append((start, size, value))
            start += size
        return found

    def root(self) -> bytes:
        """Return the head of the tree as it stands."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


Node = Callable[[int, int], bytes]
"""Gives the hash of the whole subtree of ``2**level`` leaves that is the ``index``-th of its level."""


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def root_of(node: Node, size: int) -> bytes:
    """Return the head of a tree of ``size`` leaves."""
    return _range(node, 0, size) if size else EMPTY_ROOT


def _range(node: Node, start: int, size: int) -> bytes:
    """Return the hash over ``size`` leaves from ``start`` on, which is where such a subtree of the tree starts."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    cut = _split(size)
    return node_hash(_range(node, start, cut), _range(node, start + cut, size - cut))


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """Return PATH(m, D[n]) of RFC 6962 section 2.1.1."""
    start, steps = 0, list[bytes]()
    while size > 1:
        cut = _split(size)
        if index - start < cut:
            steps.append(_range(node, start + cut, size - cut))
            size = cut
        else:
            steps.append(_range(node, start, cut))
            start, size = start + cut, size - cut
    return steps[::-1]


def consistency_proof(node: Node, old_size: int, size: int) -> list[bytes]:
    """Return PROOF(m, D[n]) of RFC 6962 section 2.1.2; empty where there is nothing to prove."""
    if not 0 < old_size < size:
        return []
    start, steps, whole = 0, list[bytes](), True
    while old_size != size:
        cut = _split(size)
        if old_size <= cut:
            steps.append(_range(node, start + cut, size - cut))
            size = cut
        else:
            steps.append(_range(node, start, cut))
            start, size, old_size, whole = start + cut, size - cut, old_size - cut, False
    return [*([] if whole else [_range(node, start, size)]), *steps[::-1]]


def included(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the proof shows the leaf hash at ``index`` of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, value = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            value = node_hash(step, value)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = node_hash(value, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and value == root


def consistent(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether the new tree only appended to the old one (RFC 9162 section 2.1.4.2)."""
    if old_size == new_size:
        return old_root == new_root and not proof
    if not 0 < old_size < new_size:
        return old_size == 0 and old_root == EMPTY_ROOT and not proof
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(step, first), node_hash(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root
