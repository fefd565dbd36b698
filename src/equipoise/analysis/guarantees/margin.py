"""A margin: how far a plan is from a clause, and the verdict that its sign gives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from equipoise.foundation.status import Truth


@dataclass(frozen=True)
class Margin:
    """Margins with every input at the end that breaks the clause, at nominal values, at the end that keeps it.

    ``deciding`` names the input whose range decides; ``element`` is the counterexample: what of the plan comes
    nearest to the limit or breaks it; ``note`` is a sentence; ``covered`` says how the ranges were.
    """

    low: float
    nominal: float
    high: float
    unit: str
    deciding: str = ""
    element: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    covered: str = "both ends of what the clause limits: the margin is its distance from the limit"

    @property
    def truth(self) -> Truth:
        """The verdict at both ends of the ranges; ``covered`` says what that covers."""
        if math.isnan(self.low) or math.isnan(self.high):
            return Truth.KEPT if math.isnan(self.nominal) and not self.deciding else Truth.UNDETERMINED
        return Truth.KEPT if self.low >= 0.0 else Truth.BROKEN if self.high < 0.0 else Truth.UNDETERMINED


def nothing(unit: str) -> Margin:
    """Return the margin of a clause that finds nothing in its scope.

    ``unit`` is the clause's.
    """
    return Margin(math.nan, math.nan, math.nan, unit, note="Nothing in its scope is active.")


def unknown(unit: str, what: str) -> Margin:
    """Return the margin of a clause about something that no input states.

    ``unit`` is the clause's; ``what`` says in words what no input states.
    """
    return Margin(math.nan, math.nan, math.nan, unit, deciding=what, note=f"No input states {what}.")
