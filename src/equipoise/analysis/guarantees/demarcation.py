"""The demarcation of 1997 as clauses: every catalogue interceptor against the printed speeds.

The First Agreed Statement calls a system lower-velocity if its interceptors do not exceed 3.0 km/s, the second calls it
higher-velocity above; a joint statement asks each side to declare plans above 5.5 km/s (land, air) or 4.5 km/s (sea).
The numbers are read from the catalogue's provisions. None of these texts ever entered into force.
"""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.catalogue import load_catalogue
from equipoise.foundation.status import Truth
from equipoise.model.catalogue import Interceptor
from equipoise.model.rules import Provision

LOWER, HIGHER, UNDETERMINED, UNKNOWN = (
    "lower-velocity",
    "higher-velocity",
    "undetermined",
    "no published speed",
)


@dataclass(frozen=True)
class Classified:
    """One interceptor: its class, its speed (km/s, low, nominal, high; empty when none is published), and declarations.

    ``declare`` says whether plans for it would have had to be declared, by basing; ``text`` quotes the provision.
    """

    id: str
    name: str
    kind: str
    speed_km_s: tuple[float, ...]
    declare: dict[str, Truth]
    source: str
    confidence: str

    def text(self) -> str:
        """Return the classification in words."""
        if not self.speed_km_s:
            return f"{self.id}: {self.kind}"
        low, value, high = self.speed_km_s
        said = f"{self.id}: {self.kind} ({low:g} to {high:g} km/s, nominally {value:g})"
        if self.kind == UNDETERMINED:
            said += f"; decided by its burnout speed, which straddles {limit().value} km/s"
        due = [f"{DECLARE[truth]} ({basing})" for basing, truth in self.declare.items()]
        return said + (f"; plans must be declared: {', '.join(due)}" if due else "")


DECLARE = {Truth.BROKEN: "yes", Truth.KEPT: "no", Truth.UNDETERMINED: "undetermined"}
"""A speed above a trigger over its whole range breaks it: then the plan is to be declared."""


def limit() -> Provision:
    """Return the provision that separates the two classes."""
    return _speed("first-agreed-statement", "lower velocity")


def triggers() -> dict[str, Provision]:
    """Return the provisions that trigger a declaration, by basing."""
    return {
        "land": _speed("scc-joint-statement-on-plans", "land/air"),
        "sea": _speed("scc-joint-statement-on-plans", "sea interceptor"),
    }


def _speed(instrument: str, words: str) -> Provision:
    provisions = load_catalogue().instruments[instrument].provisions
    return next(p for p in provisions if p.unit == "km/s" and words in p.parameter)


def classify() -> list[Classified]:
    """Return the classification of every interceptor of the catalogue."""
    return [_classified(interceptor) for interceptor in load_catalogue().interceptors.values()]


def _classified(interceptor: Interceptor) -> Classified:
    speed = interceptor.burnout_speed_km_s
    if speed is None:
        source = (interceptor.source, str(interceptor.confidence))
        return Classified(interceptor.id, interceptor.name, UNKNOWN, (), {}, *source)
    span = (speed.low, speed.value, speed.high)
    kind = {Truth.KEPT: LOWER, Truth.BROKEN: HIGHER, Truth.UNDETERMINED: UNDETERMINED}[
        below(span, float(limit().value))
    ]
    declare = {
        basing: below(span, float(provision.value))
        for basing, provision in triggers().items()
        if basing in _basings(interceptor)
    }
    return Classified(
        interceptor.id, interceptor.name, kind, span, declare, speed.source, str(speed.confidence)
    )


def below(span: tuple[float, float, float], number: float) -> Truth:
    """Return whether a range (low, nominal, high) lies at or below a number.

    ``span`` is that range, in the unit of ``number``.
    """
    low, _, high = span
    return Truth.KEPT if high <= number else Truth.BROKEN if low > number else Truth.UNDETERMINED


def _basings(interceptor: Interceptor) -> set[str]:
    words = interceptor.basing.lower()
    sea = {"sea"} if "ship" in words else set()
    land = {"land"} if any(w in words for w in ("ashore", "silo", "road", "land")) else set()
    return sea | land
