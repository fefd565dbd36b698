"""Where a number comes from: the record that travels with every input and every result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from equipoise.foundation.units import to_si


class Confidence(StrEnum):
    """How far a source was checked.

    >>> import equipoise as eq
    >>> eq.load_catalogue().interceptors["sm3-iia"].burnout_speed_km_s.confidence is eq.Confidence.MIXED
    True
    """

    SOURCED = "sourced"
    SECONDARY = "secondary"
    MIXED = "mixed"
    MEMORY = "memory"
    COMPUTED = "computed"
    ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Quantity:
    """A number with its range, unit and source. ``value``, ``low`` and ``high`` share ``unit``.

    ``unit`` is the suffix used in files (see :data:`equipoise.foundation.units.UNITS`), empty for a
    pure number.

    >>> import equipoise as eq
    >>> speed = eq.Quantity(4.5, 4.3, 5.5, "km_s", "two published estimates", eq.Confidence.SECONDARY)
    >>> speed.si, speed.at("high").value
    (4500.0, 5.5)
    """

    value: float
    low: float
    high: float
    unit: str
    source: str
    confidence: Confidence

    @property
    def is_certain(self) -> bool:
        """Whether the range is a single value."""
        return self.low == self.high

    def at(self, end: Literal["low", "high"]) -> Quantity:
        """Return the quantity with its value at one end of its range; the range stays."""
        return replace(self, value=self.low if end == "low" else self.high)

    @property
    def si(self) -> float:
        """The value in SI units; a pure number stays as it is."""
        return self._to_si(self.value)

    @property
    def si_low(self) -> float:
        """The low end of the range in SI units."""
        return self._to_si(self.low)

    @property
    def si_high(self) -> float:
        """The high end of the range in SI units."""
        return self._to_si(self.high)

    def _to_si(self, number: float) -> float:
        return to_si(number, self.unit) if self.unit else number


def by_source(said: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Give each pair of source and confidence once, with the places that rest on it; ``said`` gives all three for each place."""
    used: dict[tuple[str, str], dict[str, None]] = {}
    for source, confidence, place in said:
        used.setdefault((source, confidence), {})[place] = None
    for pair, places in used.items():
        yield *pair, ", ".join(places)
