"""The peer's signed heads held to one line: each must extend those before it, by the proof that comes with it.

A message proves its head from that of the message before. A receipt proves its head twice: from the last message that
the peer signed, and from its receipt before. A peer that keeps two histories cannot give both proofs: it is found here,
by this node, without a third party and before the logs are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.exchange.protocol.encoding import FrameError
from equipoise.exchange.protocol.incoming import check_extends

KEPT = 4_096  # heads of messages that a receipt may refer to
PENDING = 64  # receipts that refer to a message that has yet to come

Head = Mapping[str, Any]


class PeerLine:
    """Remembers the peer's heads since the node began."""

    def __init__(self) -> None:
        """Know nothing yet: what the log holds comes with its messages."""
        self.heads: dict[int, Head] = {}
        self.receipt: Head | None = None
        self.pending: dict[int, dict[str, Any]] = {}

    @property
    def newest(self) -> int:
        """Return the number of the last message that is in its place."""
        return next(reversed(self.heads), 0)

    def message(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Take a message that is in its place; return the receipt that its head contradicts, if one is known."""
        seq = body["seq"]
        self.heads[seq] = body["head"]
        self.heads.pop(seq - KEPT, None)
        frame = self.pending.pop(seq, None)
        if frame is None:
            return None
        try:
            check_extends(frame["body"]["head"], body["head"], frame["body"]["proof"])
        except FrameError:
            return frame
        return None

    def check_receipt(self, frame: dict[str, Any]) -> None:
        """Raise ``FrameError`` when a receipt's head does not extend what the peer signed before."""
        body, last = frame["body"], self.receipt
        if last is not None and body["last"] == last["size"]:
            check_extends(body["head"], last, body["last_proof"])
        since = body["since"]
        if since in self.heads:
            check_extends(body["head"], self.heads[since], body["proof"])
        elif since > self.newest:
            self.pending[since] = frame
            while len(self.pending) > PENDING:
                del self.pending[next(iter(self.pending))]
        self.receipt = body["head"]
