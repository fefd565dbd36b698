"""What a node refused of its peer, counted by reason; few of it goes into the log, so that a flood cannot fill the disk."""

from __future__ import annotations

import hashlib
from typing import Any

from equipoise.exchange.protocol.encoding import read_frame

LATE = "a receipt from before a message that came sooner"
NO_OFFENCE = ("gap", LATE)  # what a lost or reordered frame leaves


class Refusals(dict[str, int]):
    """How often each reason came."""

    def leaf(self, reason: str, data: bytes) -> list[dict[str, Any]]:
        """Count one more; return the leaf for the first, second, fourth, eighth ... of a reason, if it is an offence.

        A frame that shows a fork is kept whole: its signature is the evidence.
        """
        count = self[reason] = self.get(reason, 0) + 1
        if reason in NO_OFFENCE or count & (count - 1):
            return []
        leaf = {"kind": "refused", "reason": reason, "count": count, "bytes": len(data)}
        leaf["frame_hash"] = hashlib.sha256(data).hexdigest()
        if reason.startswith("fork"):
            leaf["message"] = read_frame(data)
        return [leaf]
