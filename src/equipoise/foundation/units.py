"""The unit edge: keys in files carry their unit as a suffix; kernels see SI floats only.

One closed table serves the loader, the tables, the figures and the command line.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from equipoise.foundation.errors import unknown_name


@dataclass(frozen=True)
class Unit:
    """A unit as people write it; ``si = value * factor``."""

    suffix: str
    symbol: str
    factor: float
    si: str


_FILE = Path(__file__).parent / "data/units.toml"
UNITS = {suffix: Unit(suffix, **said) for suffix, said in tomllib.loads(_FILE.read_text("utf-8")).items()}

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
