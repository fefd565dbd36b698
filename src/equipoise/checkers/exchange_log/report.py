"""What two logs prove, as plain data: breaches, advisories, who knew what when, notices against detections."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Known:
    """One message: when its origin decided it, when the peer had it, when the origin held the peer's receipt for it.

    ``decided_at_ms`` and ``receipted_at_ms`` are of the origin's clock, ``known_at_ms`` of the peer's: the two clocks
    need not agree, and a receipt bounds the peer's knowledge on the origin's own clock.
    """

    origin: str
    seq: int
    stream: str
    subject: str
    rule: str
    reason: str
    withheld: bool
    decided_at_ms: int
    known_at_ms: int | None
    receipted_at_ms: int | None


MOST_BREACHES = 1_000  # after which nothing more is read: a log that is wrong everywhere fills no memory


class EnoughError(Exception):
    """So many breaches that more of them say nothing more."""


@dataclass
class Report:
    """Everything that two logs prove about each other; a file that cannot be read as a log proves nothing.

    ``timeline`` is read from disk each time that it is gone through.
    """

    parties: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    advisories: list[str] = field(default_factory=list)
    timeline: Collection[Known] = ()
    notices: list[dict[str, Any]] = field(default_factory=list)
    launches: list[dict[str, Any]] = field(default_factory=list)
    logs: list[dict[str, Any]] = field(default_factory=list)
    forks: list[dict[str, Any]] = field(default_factory=list)
    witnesses: list[dict[str, Any]] = field(default_factory=list)

    def breach(self, line: str) -> None:
        """Add a breach; after the last of ``MOST_BREACHES`` it is an ``EnoughError``."""
        self.breaches.append(line)
        if len(self.breaches) >= MOST_BREACHES:
            raise EnoughError

    @property
    def holds(self) -> bool:
        """Return whether both logs were read and no breach was found."""
        return not self.breaches and not self.unreadable

    @property
    def verdict(self) -> str:
        """Return ``BREACHED``, else ``UNREADABLE``, else ``HOLDS``."""
        return "BREACHED" if self.breaches else "UNREADABLE" if self.unreadable else "HOLDS"

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a JSON file."""
        return {"holds": self.holds, **vars(self), "timeline": [asdict(row) for row in self.timeline]}
