"""The unit edge: keys in files carry their unit as a suffix; kernels see SI floats only.

One closed table serves the loader, the tables, the figures and the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import pi

from equipoise.foundation.errors import unknown_name


@dataclass(frozen=True)
class Unit:
    """A unit as people write it; ``si = value * factor``."""

    suffix: str
    symbol: str
    factor: float
    si: str


UNITS: dict[str, Unit] = {
    unit.suffix: unit
    for unit in (
        Unit("km_s", "km/s", 1e3, "m s-1"),
        Unit("m_s", "m/s", 1.0, "m s-1"),
        Unit("m_s2", "m/s²", 1.0, "m s-2"),
        Unit("deg_s", "°/s", pi / 180.0, "rad s-1"),
        Unit("kg_m2", "kg/m²", 1.0, "kg m-2"),
        Unit("km2", "km²", 1e6, "m2"),
        Unit("km", "km", 1e3, "m"),
        Unit("m2", "m²", 1.0, "m2"),
        Unit("m", "m", 1.0, "m"),
        Unit("cm", "cm", 1e-2, "m"),
        Unit("kg", "kg", 1.0, "kg"),
        Unit("t", "t", 1e3, "kg"),
        Unit("kn", "kN", 1e3, "N"),
        Unit("n", "N", 1.0, "N"),
        Unit("pa", "Pa", 1.0, "Pa"),
        Unit("s", "s", 1.0, "s"),
        Unit("ms", "ms", 1e-3, "s"),
        Unit("min", "min", 60.0, "s"),
        Unit("h", "h", 3600.0, "s"),
        Unit("days", "days", 86400.0, "s"),
        Unit("deg", "°", pi / 180.0, "rad"),
        Unit("rad", "rad", 1.0, "rad"),
        Unit("k", "K", 1.0, "K"),
        Unit("kw", "kW", 1e3, "W"),
        Unit("w", "W", 1.0, "W"),
        Unit("hz", "Hz", 1.0, "s-1"),
        Unit("ghz", "GHz", 1e9, "s-1"),
        Unit("db", "dB", 1.0, "dB"),
        Unit("usd_m", "million US dollars", 1e6, "USD"),
        Unit("usd_bn", "billion US dollars", 1e9, "USD"),
        Unit("per_year", "per year", 1.0, "1/year"),
        Unit("years", "years", 1.0, "years"),
    )
}

_BY_LENGTH = sorted(UNITS, key=len, reverse=True)


@cache
def unit_of_key(key: str) -> Unit | None:
    """Return the unit that the suffix of ``key`` names, or None for a pure number or a word.

    >>> unit_of_key("burnout_speed_km_s").symbol
    'km/s'
    """
    for suffix in _BY_LENGTH:
        if key.endswith("_" + suffix):
            return UNITS[suffix]
    return None


def to_si(value: float, suffix: str) -> float:
    """Return ``value`` in SI units; ``suffix`` is one of :data:`UNITS`."""
    if suffix not in UNITS:
        raise unknown_name("unit", suffix, UNITS)
    return value * UNITS[suffix].factor
