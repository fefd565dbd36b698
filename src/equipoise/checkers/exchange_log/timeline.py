"""Who knew what when, row by row from disk: each party's messages in their order, both merged by the moment of decision."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from sys import intern

from .cross import Reader
from .own import OwnSide
from .report import Known


class Timeline(Collection[Known]):
    """The messages of both parties; a party's own keep their order, also where its clock went back."""

    def __init__(self, sides: dict[str, OwnSide], readers: dict[str, Reader]) -> None:
        """Take what both walks over each party's log found."""
        self._sides, self._readers = sides, readers

    def __len__(self) -> int:
        """Return how many messages both parties sent."""
        return sum(side.log.sent for side in self._sides.values())

    def __iter__(self) -> Iterator[Known]:
        """Return a row for each message."""
        rows = map(self._rows, self._sides)
        return heapq.merge(*rows, key=lambda row: (row.decided_at_ms, row.origin, row.seq))

    def __contains__(self, row: object) -> bool:
        """Return whether the row is one of these."""
        return any(row == other for other in self)

    def _rows(self, party: str) -> Iterator[Known]:
        """Return a party's rows with the moments at which the peer had each message and the origin held its receipt."""
        side = self._sides[party]
        own, peer = self._readers[party], self._readers[side.log.peer]
        receipts = own.acknowledged()
        ack, at_ms = next(receipts, (0, 0))
        for seq, decided_at_ms, subject, stream, rule, reason, withheld in side.rows:
            while ack and ack < seq:
                ack, at_ms = next(receipts, (0, 0))
            yield Known(
                origin=party,
                seq=seq,
                stream=intern(stream),
                subject=subject,
                rule=intern(rule),
                reason=intern(reason),
                withheld=withheld,
                decided_at_ms=decided_at_ms,
                known_at_ms=peer.known_at_ms(seq),
                receipted_at_ms=at_ms if ack else None,
            )
