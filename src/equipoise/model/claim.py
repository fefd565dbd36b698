"""A claim: inputs of a scenario that stand or fall together when two scenarios are compared."""

from __future__ import annotations

from equipoise.model.fields import Flag, SomeNames
from equipoise.model.record import Entry


class Claim(Entry):
    """What a party says that bears on several inputs at once, or on one that deserves a name."""

    inputs: SomeNames
    """Inputs that it states: TABLE.ID.KEY, TABLE.KEY, or TABLE.ID for a whole entry and its being there."""
    intention: Flag = False
    """Whether it is a matter of intention, such as a plan or an order, which no observation can settle."""
